//! What people do with their account: sign up, sign in and out, recover, change, leave.

mod address;
mod invitation;
mod leave;
mod own;
mod people;
mod reset;
mod security;
mod sign_in;
mod sign_up;
mod trail;

use super::caller::{Caller, see_other};
use super::{MailAddress, Member, Person};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use askama::Template;

pub(super) fn routes(config: &mut ServiceConfig) {
    let page = web::resource;
    config
        .service(page("/sign-up").get(sign_up::ask).post(sign_up::take))
        .service(page("/sign-up/confirm").get(sign_up::ask_confirmation).post(sign_up::confirm))
        .service(page("/sign-in").get(sign_in::ask).post(sign_in::take))
        .service(page("/sign-in/resume").get(sign_in::resume))
        .service(page("/sign-out").post(sign_in::sign_out))
        .service(page("/reset").get(reset::ask).post(reset::take))
        .service(page("/reset/new").get(reset::ask_password).post(reset::set))
        .service(page("/invitation").get(invitation::ask).post(invitation::accept))
        .service(page("/account").get(own::show).post(own::describe))
        .service(page("/account/password").get(own::ask_password).post(own::set_password))
        .service(page("/account/address").get(address::ask).post(address::take))
        .service(page("/account/address/confirm").get(address::ask_confirmation).post(address::confirm))
        .service(page("/account/security").get(security::show))
        .service(page("/account/sessions").post(security::end))
        .service(page("/account/devices").post(security::forget))
        .service(page("/account/data.json").get(leave::take_out))
        .service(page("/account/leave").get(leave::ask).post(leave::leave))
        .service(page("/admin/people").get(people::list).post(people::invite))
        .service(page("/admin/people/{id}").get(people::show))
        .service(page("/admin/people/{id}/rights").post(people::grant))
        .service(page("/admin/people/{id}/sessions").post(people::end_sessions))
        .service(page("/admin/trail").get(trail::show))
        .service(page("/admin/trail.csv").get(trail::export))
        .service(page("/.well-known/change-password").get(change_password));
}

/// Where password managers lead (W3C, A Well-Known URL for Changing Passwords).
async fn change_password() -> HttpResponse {
    see_other("/account/password")
}

/// A page that says what was done or what comes next.
#[derive(Template)]
#[template(path = "accounts/said.html")]
struct Said {
    frame: Frame,
    title: &'static str,
    sentences: Vec<String>,
    /// Label and path of the way on.
    onward: (&'static str, &'static str),
    /// Letters lie in files on this machine.
    letters: bool,
}

impl Said {
    fn new(
        caller: &Caller,
        title: &'static str,
        sentences: &[&str],
        onward: (&'static str, &'static str),
    ) -> Self {
        let sentences = sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
        Said { frame: caller.frame(), title, sentences, onward, letters: false }
    }

    /// About a letter: in local mode it says where letters are shown.
    fn with_letter(self, caller: &Caller) -> Self {
        Said { letters: caller.site.local && caller.desk.office.keeps_files(), ..self }
    }
}

/// A link whose token is good no more.
fn stale(caller: &Caller, again: (&'static str, &'static str)) -> Result<HttpResponse> {
    let sentence = "It was used already, it is too old, or a part of it is missing. Nothing was changed.";
    caller.answer(
        StatusCode::NOT_FOUND,
        &Said::new(caller, "This link is not good any more", &[sentence], again),
    )
}

/// Reads a mail address out of a form, with its problem if it has one.
fn address(form: &mut Form) -> Option<MailAddress> {
    match MailAddress::parse(form.value("address")) {
        Ok(address) => Some(address),
        Err(sentence) => {
            form.wrong("address", sentence);
            None
        }
    }
}

/// The answer after signing in: on to `path`, and by its cookie the device is known from now on.
fn signed_in(path: &str, device: &Cookie<'static>) -> Result<HttpResponse> {
    let mut answer = see_other(path);
    let unfit = |_| Error::Unexpected("the device's cookie cannot be written".into());
    answer.add_cookie(device).map_err(unfit)?;
    Ok(answer)
}

/// Whoever has just made an account goes on, signed in.
fn joined(caller: &Caller, joined: Option<(Person, Cookie<'static>)>) -> Result<HttpResponse> {
    match joined {
        Some((person, device)) => {
            caller.sign_in(&person, false)?;
            signed_in("/account", &device)
        }
        None => stale(caller, ("Sign in", "/sign-in")),
    }
}

/// Whoever asks.
async fn person_of(caller: &Caller, member: Member) -> Result<Person> {
    caller.site.db.read(move |conn| Person::find(conn, &member.person)).await
}

/// An id as addresses and forms name it. What none of ours looks like is not there, and no question for the database.
fn own_id(typed: &str) -> Result<String> {
    let fits = typed.len() <= 36 && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| typed.to_owned()).ok_or(Error::NotFound)
}

/// Time zones to choose from.
fn zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// Reads name and time zone out of a form.
fn name_and_zone(form: &mut Form) -> (String, String) {
    let name = form.line("name", 80);
    let zone = form.line("zone", 64);
    if zone.parse::<chrono_tz::Tz>().is_err() {
        form.wrong("zone", "Choose a time zone from the list.");
    }
    (name, zone)
}
