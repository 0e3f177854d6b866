//! What is taken along: files of a plan, for its person alone.

use crate::accounts::{Caller, Member};
use crate::error::Result;
use crate::plans::{Overview, out};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;

async fn overview(caller: &Caller, member: Member, id: Path<String>) -> Result<Overview> {
    let now = caller.now;
    caller.site.db.read(move |conn| Overview::of(conn, &member.person, &id, now)).await
}

/// A file that nobody keeps on the way.
fn file(name: &str, content_type: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .content_type(content_type)
        .body(body)
}

pub async fn markdown(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let text = out::markdown(&overview, true);
    Ok(file("waymark-plan.md", "text/markdown; charset=utf-8", text.into_bytes()))
}

pub async fn table(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    Ok(file("waymark-plan.csv", "text/csv; charset=utf-8", out::table(&overview)?))
}

pub async fn json(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let text = serde_json::to_string_pretty(&out::json(&overview))?;
    Ok(file("waymark-plan.json", "application/json", text.into_bytes()))
}

pub async fn calendar(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let address = caller.frame().url(&format!("/plans/{}", overview.plan.id));
    let text = out::calendar(&overview, &host(&caller), &address);
    Ok(file("waymark-plan.ics", "text/calendar; charset=utf-8", text.into_bytes()))
}

/// The site's name, as it stands in the names of events.
pub fn host(caller: &Caller) -> String {
    let address = url::Url::parse(&caller.site.address).ok();
    address.and_then(|address| address.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".into())
}
