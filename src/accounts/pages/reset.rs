//! Setting a new password by letter.

use super::super::caller::{Caller, keyed, leading_on, see_other};
use super::super::event::{self, Happening};
use super::super::letters::{self, Changed};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{Person, password};
use super::{Onward, Said, address, stale};
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

const PER_ADDRESS: Limit = Limit { tries: 5, minutes: 60 };
const PER_NETWORK: Limit = Limit { tries: 40, minutes: 60 };
const AGAIN: (&str, &str) = ("Ask for a new link", "/reset");

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct Ask {
    frame: Frame,
    form: Form,
    onward: Onward,
}

impl Ask {
    fn new(caller: &Caller, form: Form) -> Ask {
        Ask { frame: caller.frame(), onward: Onward::to(caller, form.value("next")), form }
    }
}

/// What a link of a letter stands for besides its person: where they were going, as a path of this site. It stands here
/// and not in the letter, which anybody can ask for.
type Next = Option<String>;

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let form = Form::of(&[("next", &caller.asked("next"))]);
    caller.show(&Ask::new(&caller, form))
}

pub async fn take(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let Some(to) = address(&mut form) else {
        return caller.again(&Ask::new(&caller, form));
    };
    let (office, now, network) = (caller.desk.office.clone(), caller.now, caller.network.clone());
    let onward = Onward::to(&caller, form.value("next"));
    let next: Next = Some(onward.0.clone()).filter(|next| !next.is_empty());
    let bucket = format!("reset/{}", keyed(&caller.site.secret, &to.folded));
    let wait = caller.site.db.write(move |conn| {
        let net = format!("reset/net/{network}");
        let mut wait = throttle::count(conn, &net, PER_NETWORK, now)?;
        if wait.is_none() {
            wait = throttle::count(conn, &bucket, PER_ADDRESS, now)?;
        }
        if wait.is_none() {
            // The same work on both ways: a token and a letter.
            let person = Person::with_account(conn, &to)?;
            let id = person.as_ref().map(|person| person.id.as_str());
            let token = token::issue(conn, Purpose::Reset, id, &next, now)?;
            match person {
                Some(person) => letters::reset(conn, &office, &person, &token, now)?,
                None => {
                    let known = Person::by_address(conn, &to)?.is_some();
                    letters::no_account(conn, &office, &to, known, now)?;
                }
            }
        }
        Ok(wait)
    });
    if let Some(wait) = wait.await? {
        form.wrong("", wait.sentence(caller.now));
        return caller.answer(StatusCode::TOO_MANY_REQUESTS, &Ask::new(&caller, form));
    }
    let sentences = [
        "We sent a letter to the address that you gave. If it has an account, the letter holds a link that is good for an hour.",
        "If it does not come within some minutes, look among unwanted mail.",
    ];
    let said = Said::new(&caller, "Look into your mail", &sentences, ("Sign in", onward.by("/sign-in")));
    caller.show(&said.with_letter(&caller))
}

#[derive(Template)]
#[template(path = "accounts/new_password.html")]
struct New {
    frame: Frame,
    form: Form,
}

pub async fn ask_password(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (caller.asked("token"), caller.now);
    let sought = token.clone();
    let found = caller.site.db.read(move |conn| token::look::<Next>(conn, Purpose::Reset, &sought, now));
    match found.await? {
        Some((Some(_), _)) => {
            caller.show(&New { frame: caller.frame(), form: Form::of(&[("token", &token)]) })
        }
        _ => stale(&caller, AGAIN),
    }
}

pub async fn set(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let (token, now) = (form.value("token").to_owned(), caller.now);
    let sought = token.clone();
    let found =
        caller.site.db.read(move |conn| match token::look::<Next>(conn, Purpose::Reset, &sought, now)? {
            Some((Some(id), next)) => Ok(Some((Person::find(conn, &id)?, next))),
            _ => Ok(None),
        });
    let Some((person, next)) = found.await? else {
        return stale(&caller, AGAIN);
    };
    if let Some(problem) = password::problem(form.value("password"), &[&person.address, &person.name]) {
        form.wrong("password", problem);
        return caller.again(&New { frame: caller.frame(), form });
    }
    let hash = caller.desk.hashing.hash(form.value("password")).await?;
    let (office, device) = (caller.desk.office.clone(), caller.device.name.clone());
    let done = caller.site.db.write(move |conn| {
        if !token::spend(conn, &token)? {
            return Ok(false);
        }
        let Some(person) = person.set_password(conn, &hash)? else {
            return Ok(false);
        };
        event::note(conn, &person.id, Happening::PasswordReset, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::Password, now)?;
        Ok(true)
    });
    if !done.await? {
        return stale(&caller, AGAIN);
    }
    caller.session.purge();
    Ok(see_other(&match next {
        Some(next) => format!("{}&done=reset", leading_on("/sign-in", &next)),
        None => "/sign-in?done=reset".into(),
    }))
}
