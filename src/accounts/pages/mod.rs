//! What people do with their account: sign up, sign in and out, recover, change, leave.

mod address;
mod app;
mod factors;
mod invitation;
mod leave;
mod own;
mod passkey;
mod people;
mod recovery;
mod reset;
mod second;
mod security;
mod sign_in;
mod sign_up;
mod trail;

use super::arrival::arrive;
use super::caller::{Caller, leading_on, see_other, within};
use super::event::Happening;
use super::token::Purpose;
use super::{Device, MailAddress, Member, NewPerson, Person, letters};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::follows;
use crate::mail::PostOffice;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use askama::Template;
use chrono::{DateTime, Utc};

pub(super) fn routes(config: &mut ServiceConfig) {
    let page = web::resource;
    config
        .service(page("/sign-up").get(sign_up::ask).post(sign_up::take))
        .service(page("/sign-up/confirm").get(sign_up::ask_confirmation).post(sign_up::confirm))
        .service(page("/sign-in").get(sign_in::ask).post(sign_in::take))
        .service(page("/sign-in/resume").get(sign_in::resume))
        .service(page("/sign-in/code").get(second::ask).post(second::take))
        .service(page("/sign-in/passkey").post(passkey::ask))
        .service(page("/sign-in/passkey/answer").post(passkey::open))
        .service(page("/sign-out").post(sign_in::sign_out))
        .service(page("/reset").get(reset::ask).post(reset::take))
        .service(page("/reset/new").get(reset::ask_password).post(reset::set))
        .service(page("/invitation").get(invitation::ask).post(invitation::accept))
        .service(page("/account").get(own::show).post(own::describe))
        .service(page("/account/password").get(own::ask_password).post(own::set_password))
        .service(page("/account/address").get(address::ask).post(address::take))
        .service(page("/account/address/confirm").get(address::ask_confirmation).post(address::confirm))
        .service(page("/account/factors").get(factors::show))
        .service(page("/account/factors/prove").post(factors::prove))
        .service(page("/account/app").get(app::ask).post(app::begin))
        .service(page("/account/app/confirm").post(app::confirm))
        .service(page("/account/app/remove").get(app::ask_removal).post(app::remove))
        .service(page("/account/recovery").get(recovery::ask).post(recovery::renew))
        .service(page("/account/passkeys/new").get(passkey::ask_for_new).post(passkey::begin))
        .service(page("/account/passkeys/confirm").post(passkey::confirm))
        .service(page("/account/passkeys/remove").get(passkey::ask_removal).post(passkey::remove))
        .service(page("/account/security").get(security::show))
        .service(page("/account/sessions").post(security::end))
        .service(page("/account/devices").post(security::forget))
        .service(page("/account/data.json").get(leave::take_out))
        .service(page("/account/leave").get(leave::ask).post(leave::leave))
        .service(page("/letters/{key}/data.json").get(leave::take_out_by_key))
        .service(page("/letters/{key}/leave").post(leave::leave_by_key))
        .service(page("/admin/people").get(people::list).post(people::invite))
        .service(page("/admin/people/{id}").get(people::show))
        .service(page("/admin/people/{id}/rights").post(people::grant))
        .service(page("/admin/people/{id}/sessions").post(people::end_sessions))
        .service(page("/admin/people/{id}/letters").post(people::send_again))
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
    onward: (&'static str, String),
    /// Letters lie in files on this machine.
    letters: bool,
    /// Where it works instead, as an address.
    elsewhere: Option<String>,
}

impl Said {
    fn new(
        caller: &Caller,
        title: &'static str,
        sentences: &[&str],
        (label, path): (&'static str, impl Into<String>),
    ) -> Self {
        let onward = (label, path.into());
        let sentences = sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
        Said { frame: caller.frame(), title, sentences, onward, letters: false, elsewhere: None }
    }

    /// About a letter: in local mode it says where letters are shown.
    fn with_letter(self, caller: &Caller) -> Self {
        Said { letters: caller.site.local && caller.desk.office.keeps_files(), ..self }
    }
}

/// What leads on to somewhere: where, as a path of this site, or nowhere in particular.
struct Onward(String);

impl Onward {
    /// What a link or a form asked for.
    fn to(caller: &Caller, asked: &str) -> Onward {
        Onward(if asked.is_empty() { String::new() } else { within(&caller.site, asked) })
    }

    /// Another page, which leads on to the same.
    fn by(&self, page: &str) -> String {
        leading_on(page, &self.0)
    }
}

/// What a letter is called where letters are listed, by the first part of its key.
fn title(what: &str) -> &str {
    follows::title(what).unwrap_or_else(|| letters::title(what))
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

/// Makes an account and has its person come in. None if the address has one already.
fn join(
    conn: &mut Conn,
    office: &PostOffice,
    new: &NewPerson<'_>,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<Option<(Person, Cookie<'static>)>> {
    let Some(person) = Person::join(conn, new, now)? else {
        return Ok(None);
    };
    office.lift(conn, &new.address.shown)?;
    // They may have followed something before, by another clock.
    follows::Subscription::reckon(conn, &person.id, now)?;
    let cookie = arrive(conn, office, &person, device, Happening::Joined, now)?;
    Ok(cookie.map(|cookie| (person, cookie)))
}

/// Whoever has just made an account goes on, signed in, to what they made it for.
fn joined(caller: &Caller, joined: Option<(Person, Cookie<'static>)>, next: &str) -> Result<HttpResponse> {
    match joined {
        Some((person, device)) => {
            let way = sign_in::Way { proven: false, stay: false, next, resumed: false };
            sign_in::enter(caller, &person, &way, &device)
        }
        None => stale(caller, ("Sign in", "/sign-in")),
    }
}

/// Whoever asks.
async fn person_of(caller: &Caller, member: &Member) -> Result<Person> {
    let id = member.person.clone();
    caller.site.db.read(move |conn| Person::find(conn, &id)).await
}

/// An id as addresses and forms name it. What none of ours looks like is not there, and no question for the database.
fn own_id(typed: &str) -> Result<String> {
    let fits = typed.len() <= 36 && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| typed.to_owned()).ok_or(Error::NotFound)
}

/// A cookie that only the pages of signing in get: the token of a step of it, which is good in this browser alone.
fn brief_cookie(caller: &Caller, what: &str, token: &str, life: Duration) -> Cookie<'static> {
    let prefix = if caller.site.local { "waymark" } else { "__Secure" };
    Cookie::build(format!("{prefix}-{what}"), token.to_owned())
        .path("/sign-in")
        .http_only(true)
        .secure(!caller.site.local)
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish()
}

fn set_brief(
    answer: &mut HttpResponse,
    caller: &Caller,
    what: &str,
    token: &str,
    purpose: Purpose,
) -> Result<()> {
    let cookie = brief_cookie(caller, what, token, Duration::seconds(purpose.life().num_seconds()));
    answer.add_cookie(&cookie).map_err(|_| Error::Unexpected("a step's cookie cannot be written".into()))
}

fn drop_brief(answer: &mut HttpResponse, caller: &Caller, what: &str) -> Result<()> {
    let cookie = brief_cookie(caller, what, "", Duration::ZERO);
    answer.add_cookie(&cookie).map_err(|_| Error::Unexpected("a step's cookie cannot be written".into()))
}

/// The token of a step; empty if there is none.
fn brief(caller: &Caller, what: &str) -> String {
    let name = brief_cookie(caller, what, "", Duration::ZERO).name().to_owned();
    caller.request.cookie(&name).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
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
