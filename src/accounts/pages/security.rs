//! The security page: sessions, what happened to the account, and the letters about it.

use super::super::caller::{Caller, see_other};
use super::super::device::{self, Known};
use super::super::event::{self, Event, Happening};
use super::super::session::{self, Listed};
use super::super::{Member, Person};
use super::{own_id, title};
use crate::error::{Error, Result};
use crate::mail::{self, Sent, Suppression};
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
    devices: Vec<Known>,
    events: Vec<Event>,
    letters: Vec<Sent>,
    stopped: Option<Suppression>,
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (frame, device, now) = (caller.frame(), caller.device.clone(), caller.now);
    let office = caller.desk.office.clone();
    let page = caller.site.db.read(move |conn| {
        let person = Person::find(conn, &member.person)?;
        Ok(Show {
            frame,
            sessions: session::of(conn, &person.id, &member.session, now)?,
            devices: device::of(conn, &person.id, &device, now)?,
            events: event::of(conn, &person.id, SHOWN)?,
            letters: mail::sent_to(conn, &person.id, SHOWN)?,
            stopped: office.suppressed(conn, &person.address)?,
            person,
        })
    });
    caller.show(&page.await?)
}

impl Show {
    fn title<'a>(&self, letter: &'a Sent) -> &'a str {
        title(&letter.what)
    }
}

/// Ends one session, or all but the one that asks.
pub async fn end(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let (which, device, now) = (form.value("session").to_owned(), caller.device.name.clone(), caller.now);
    if which == "all" {
        let ended = caller.site.db.write(move |conn| {
            let person = Person::find(conn, &member.person)?.end_sessions(conn)?;
            event::note(conn, &person.id, Happening::SessionEnded, &device, now)?;
            Ok(person)
        });
        caller.stay_signed_in(&ended.await?)?;
        return Ok(see_other("/account/security"));
    }
    let (which, own) = (own_id(&which)?, which == member.session);
    let ended = caller.site.db.write(move |conn| {
        if !session::end(conn, &member.person, &which)? {
            return Err(Error::NotFound);
        }
        event::note(conn, &member.person, Happening::SessionEnded, &device, now)
    });
    ended.await?;
    if own {
        caller.session.purge();
        return Ok(see_other("/sign-in"));
    }
    Ok(see_other("/account/security"))
}

/// Forgets a device: the next sign-in on it counts as one on a new device.
pub async fn forget(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let (which, name, now) = (own_id(form.value("device"))?, caller.device.name.clone(), caller.now);
    let forgotten = caller.site.db.write(move |conn| {
        if !device::forget(conn, &member.person, &which)? {
            return Err(Error::NotFound);
        }
        event::note(conn, &member.person, Happening::DeviceForgotten, &name, now)
    });
    forgotten.await?;
    Ok(see_other("/account/security#devices"))
}
