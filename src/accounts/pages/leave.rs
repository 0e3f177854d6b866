//! Taking out what is kept about one, and leaving.

use super::super::caller::Caller;
use super::super::event;
use super::super::factors::Factors;
use super::super::letters::{self, Changed};
use super::super::session;
use super::super::{Member, Person};
use super::Said;
use super::own::proved;
use crate::error::Result;
use crate::mail;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use serde_json::json;

/// Everything that is kept about somebody, as JSON.
pub async fn take_out(caller: Caller, member: Member) -> Result<HttpResponse> {
    let now = caller.now;
    let all = caller.site.db.read(move |conn| {
        let person = Person::find(conn, &member.person)?;
        Ok(json!({
            "taken_out_at": now,
            "sessions": session::of(conn, &person.id, &member.session, now)?,
            "events": event::of(conn, &person.id, i64::MAX)?,
            "second_factors": Factors::of(conn, &person.id)?,
            "letters": mail::sent_to(conn, &person.id, i64::MAX)?,
            "person": person,
        }))
    });
    let text = serde_json::to_string_pretty(&all.await?)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"waymark-account.json\""))
        .content_type("application/json")
        .body(text))
}

#[derive(Template)]
#[template(path = "accounts/leave.html")]
struct Ask {
    frame: Frame,
    form: Form,
    person: Person,
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    let person = caller.site.db.read(move |conn| Person::find(conn, &member.person)).await?;
    caller.show(&Ask { frame: caller.frame(), form: Form::default(), person })
}

pub async fn leave(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let person = proved(&caller, &member, &mut form, "old-password").await?;
    if form.value("sure") != "yes" {
        form.wrong("sure", "Tick this if you want your account to be deleted.");
    }
    if !form.fine() {
        return caller.again(&Ask { frame: caller.frame(), form, person });
    }
    let (office, now) = (caller.desk.office.clone(), caller.now);
    let left = caller.site.db.write(move |conn| {
        office.forget(conn, &person.id, now)?;
        Person::leave(conn, &person.id)?;
        letters::told(conn, &office, &person, &person.address, Changed::Left, now)
    });
    left.await?;
    caller.session.purge();
    let sentences = ["Everything that was kept about you is deleted. A last letter says so."];
    caller.show(&Said::new(&caller, "Your account is deleted", &sentences, ("To the guide", "/")))
}
