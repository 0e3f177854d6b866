//! The security page: sessions, what happened to the account, and the letters about it.

use super::super::caller::{Caller, see_other};
use super::super::event::{self, Event, Happening};
use super::super::letters;
use super::super::session::{self, Listed};
use super::super::{Member, Person};
use crate::error::{Error, Result};
use crate::mail::{self, Sent};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;

/// How many events and letters are shown; the take-out holds all of them.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct Show {
    frame: Frame,
    person: Person,
    sessions: Vec<Listed>,
    events: Vec<Event>,
    letters: Vec<Sent>,
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let page = caller.site.db.read(move |conn| {
        let person = Person::find(conn, &member.person)?;
        Ok(Show {
            frame,
            sessions: session::of(conn, &person.id, &member.session, now)?,
            events: event::of(conn, &person.id, SHOWN)?,
            letters: mail::sent_to(conn, &person.id, SHOWN)?,
            person,
        })
    });
    caller.show(&page.await?)
}

impl Show {
    fn title<'a>(&self, letter: &'a Sent) -> &'a str {
        letters::title(&letter.what)
    }
}

/// Ends one session, or all but the one that asks.
pub async fn end(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let (which, device, now) = (form.value("session").to_owned(), caller.device.clone(), caller.now);
    let own = which == member.session;
    if which != "all" && uuid::Uuid::parse_str(&which).is_err() {
        return Err(Error::NotFound);
    }
    let ended = caller.site.db.write(move |conn| {
        let ended = match which.as_str() {
            "all" => session::end_all(conn, &member.person, Some(&member.session))? > 0,
            id => session::end(conn, &member.person, id)?,
        };
        if ended {
            event::note(conn, &member.person, Happening::SessionEnded, &device, now)?;
        } else if which != "all" {
            return Err(Error::NotFound);
        }
        Ok(())
    });
    ended.await?;
    if own {
        caller.session.purge();
        return Ok(see_other("/sign-in"));
    }
    Ok(see_other("/account/security"))
}
