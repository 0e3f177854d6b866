//! What those see who were given a link: the plan to read, or its dates. They need no account, and can change nothing.

use super::out::host;
use super::show::View;
use crate::accounts::{Caller, Person};
use crate::error::Result;
use crate::figures::Mark;
use crate::plans::{Overview, PlanLink, Purpose, out};
use crate::ui::Frame;
use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

#[derive(Template)]
#[template(path = "plans/shared.html")]
struct Shared {
    frame: Frame,
    overview: Overview,
    view: View,
    /// What the person who made the plan is called.
    by: String,
    /// The last day of the link.
    until: Option<String>,
}

pub async fn show(caller: Caller) -> Result<HttpResponse> {
    let (frame, now, key) = (caller.frame(), caller.now, caller.asked("key"));
    let page = caller.site.db.write(move |conn| {
        let (link, whole) = PlanLink::open(conn, Purpose::Mentor, &key, now)?;
        let person = Person::find(conn, &whole.plan.person)?;
        let overview = Overview::read(conn, whole, &person, now)?;
        let view = View { edits: false, owns: false, notes: link.notes };
        let until = link.expires.map(|at| person.moment(&at));
        Ok(Shared { frame, overview, view, by: person.name, until })
    });
    let page = page.await?;
    Ok(private().content_type("text/html; charset=utf-8").body(page.render()?))
}

pub async fn calendar(caller: Caller) -> Result<HttpResponse> {
    let (now, key) = (caller.now, caller.asked("key"));
    let overview = caller.site.db.write(move |conn| {
        let (_, whole) = PlanLink::open(conn, Purpose::Calendar, &key, now)?;
        let person = Person::find(conn, &whole.plan.person)?;
        Overview::read(conn, whole, &person, now)
    });
    let overview = overview.await?;
    let address = caller.frame().url(&format!("/plans/{}", overview.plan.id));
    let text = out::calendar(&overview, &host(&caller), &address);
    Ok(private().content_type("text/calendar; charset=utf-8").body(text))
}

/// The address is the key: nobody keeps the answer, lists it, or is told where somebody comes from.
fn private() -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-robots-tag", "noindex, nofollow"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"));
    answer
}
