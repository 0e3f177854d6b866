//! What is taken along: files of a plan, for its person alone.

use crate::accounts::{Caller, Member};
use crate::error::Result;
use crate::plans::{Overview, out};
use crate::ui::download;
use actix_web::HttpResponse;
use actix_web::web::Path;

async fn overview(caller: &Caller, member: Member, id: Path<String>) -> Result<Overview> {
    let now = caller.now;
    caller.site.db.read(move |conn| Overview::of(conn, &member.person, &id, now)).await
}

pub async fn markdown(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let text = out::markdown(&overview, true);
    Ok(download("waymark-plan.md", "text/markdown; charset=utf-8", text))
}

pub async fn table(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    out::table(&overview)?.download("waymark-plan.csv")
}

pub async fn json(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let text = serde_json::to_string_pretty(&out::json(&overview))?;
    Ok(download("waymark-plan.json", "application/json", text))
}

pub async fn calendar(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let overview = overview(&caller, member, id).await?;
    let address = caller.frame().url(&format!("/plans/{}", overview.plan.id));
    let text = out::calendar(&overview, &host(&caller), &address);
    Ok(download("waymark-plan.ics", "text/calendar; charset=utf-8", text))
}

/// The site's name, as it stands in the names of events.
pub fn host(caller: &Caller) -> String {
    let address = url::Url::parse(&caller.site.address).ok();
    address.and_then(|address| address.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".into())
}
