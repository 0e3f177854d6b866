//! Links into a plan: made, listed, taken back.

use crate::accounts::{Caller, Member, Person, see_other};
use crate::db::Conn;
use crate::error::Result;
use crate::plans::{LINKS, Plan, PlanLink, Purpose};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;

#[derive(Template)]
#[template(path = "plans/links.html")]
struct Links {
    frame: Frame,
    plan: Plan,
    person: Person,
    links: Vec<PlanLink>,
    form: Form,
    now: DateTime<Utc>,
    /// The address that was made just now; nobody can be told it again.
    made: Option<Address>,
    said: &'static str,
}

/// An address that was made just now.
struct Address {
    url: String,
    calendar: bool,
}

/// For how many days a mentor's link may be good, and what is proposed.
const DAYS: RangeInclusive<i64> = 1..=365;
const PROPOSED: &str = "30";

impl Links {
    fn read(conn: &mut Conn, frame: Frame, person: &str, id: &str, now: DateTime<Utc>) -> Result<Links> {
        let plan = Plan::find(conn, person, id)?;
        let links = PlanLink::of(conn, &plan.id)?;
        let person = Person::find(conn, person)?;
        let form = Form::of(&[("days", PROPOSED)]);
        Ok(Links { frame, plan, person, links, form, now, made: None, said: "" })
    }

    fn is_good(&self, link: &PlanLink) -> bool {
        link.is_good(&self.now)
    }

    fn is_calendar(&self, link: &PlanLink) -> bool {
        link.purpose == Purpose::Calendar.word()
    }

    fn most_days(&self) -> i64 {
        *DAYS.end()
    }
}

pub async fn list(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let said = if caller.asked("said") == "revoked" { "The link leads nowhere any more." } else { "" };
    let page = caller
        .site
        .db
        .read(move |conn| Ok(Links { said, ..Links::read(conn, frame, &member.person, &id, now)? }));
    caller.show(&page.await?)
}

/// Makes a link and shows it, once.
pub async fn make(caller: Caller, member: Member, id: Path<String>, mut form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let calendar = form.value("purpose") == Purpose::Calendar.word();
    let page = caller.site.db.write(move |conn| {
        let plan = Plan::find(conn, &member.person, &id)?;
        let name = form.line("for", 80);
        let days = form.value("days").trim().parse::<i64>().ok().filter(|days| DAYS.contains(days));
        if !calendar && days.is_none() {
            let (least, most) = (DAYS.start(), DAYS.end());
            form.wrong("days", format!("Write for how many days the link is good, from {least} to {most}."));
        }
        if PlanLink::count(conn, &plan.id)? >= LINKS {
            form.wrong(
                "",
                format!("This plan has {LINKS} links, which is as many as are kept. Take one back first."),
            );
        }
        if !form.fine() {
            let links = Links::read(conn, frame, &member.person, &id, now)?;
            return Ok((Links { form, ..links }, StatusCode::UNPROCESSABLE_ENTITY));
        }
        let notes = form.value("notes") == "yes" && !calendar;
        let (purpose, path, expires) = if calendar {
            (Purpose::Calendar, "/plans/calendar.ics", None)
        } else {
            (Purpose::Mentor, "/plans/shared", days.map(|days| now + TimeDelta::days(days)))
        };
        let secret = PlanLink::make(conn, &plan, purpose, (&name, notes), expires, now)?;
        let links = Links::read(conn, frame, &member.person, &id, now)?;
        let url = links.frame.url(&format!("{path}?key={secret}"));
        Ok((Links { made: Some(Address { url, calendar }), ..links }, StatusCode::OK))
    });
    let (page, status) = page.await?;
    caller.answer(status, &page)
}

pub async fn revoke(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let path = format!("/plans/{id}/links?said=revoked");
    let done = caller.site.db.write(move |conn| {
        let plan = Plan::find(conn, &member.person, &id)?;
        PlanLink::revoke(conn, &plan.id, form.value("link"))
    });
    done.await?;
    Ok(see_other(&path))
}
