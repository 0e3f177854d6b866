//! Signing up: a form, a letter, a confirmation. There is no account before the address is confirmed.

use super::super::caller::{Caller, keyed};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{MailAddress, NewPerson, Person, Rights, letters, password};
use super::{Onward, Said, address, name_and_zone, stale, zones};
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::{Deserialize, Serialize};

/// Letters to one address, and sign-ups from one network: a household, or a class on its first day.
const PER_ADDRESS: Limit = Limit { tries: 5, minutes: 60 };
const PER_NETWORK: Limit = Limit { tries: 40, minutes: 60 };
/// Passwords tried at one confirmation.
const PER_TOKEN: Limit = Limit { tries: 10, minutes: 60 };

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct Ask {
    frame: Frame,
    form: Form,
    onward: Onward,
}

impl Ask {
    fn new(caller: &Caller, form: Form) -> Ask {
        Ask { frame: caller.frame(), onward: Onward::to(caller, form.value("next")), form }
    }

    fn zones(&self) -> impl Iterator<Item = &'static str> {
        zones()
    }
}

/// What a sign-up asked for, until its address is confirmed.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    address: String,
    name: String,
    zone: String,
    /// The hash.
    password: String,
    /// What they came for, as a path of this site. It is kept here and does not stand in the letter, which goes to
    /// whatever address a stranger may have typed.
    #[serde(default)]
    next: String,
}

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let form = Form::of(&[("zone", "UTC"), ("next", &caller.asked("next"))]);
    caller.show(&Ask::new(&caller, form))
}

pub async fn take(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let to = address(&mut form);
    let typed = form.value("password").to_owned();
    let (name, zone) = name_and_zone(&mut form);
    if let Some(problem) = password::problem(&typed, &[form.value("address"), &name]) {
        form.wrong("password", problem);
    }
    let Some(to) = to.filter(|_| form.fine()) else {
        return caller.again(&Ask::new(&caller, form));
    };
    let (now, network) = (caller.now, caller.network.clone());
    let bucket = format!("sign-up/{}", keyed(&caller.site.secret, &to.folded));
    let counted = caller.site.db.write(move |conn| {
        match throttle::count(conn, &format!("sign-up/net/{network}"), PER_NETWORK, now)? {
            Some(wait) => Ok(Some(wait)),
            None => throttle::count(conn, &bucket, PER_ADDRESS, now),
        }
    });
    if let Some(wait) = counted.await? {
        form.wrong("", wait.sentence(caller.now));
        return caller.answer(StatusCode::TOO_MANY_REQUESTS, &Ask::new(&caller, form));
    }
    // The same work whether the address has an account or not: a hash, a token, a letter.
    let password = caller.desk.hashing.hash(&typed).await?;
    let office = caller.desk.office.clone();
    let onward = Onward::to(&caller, form.value("next"));
    let asked = Asked { address: to.shown.clone(), name, zone, password, next: onward.0.clone() };
    let posted = caller.site.db.write(move |conn| {
        let token = token::issue(conn, Purpose::SignUp, Some(&to.key()), &asked, now)?;
        match Person::with_account(conn, &to)? {
            None => letters::confirm(conn, &office, &to, &token, now),
            Some(person) => {
                token::spend(conn, &token)?;
                letters::already(conn, &office, &person, now)
            }
        }
    });
    posted.await?;
    let sentences = [
        "We sent a letter to the address that you gave. Open the link in it within a day; then the account is yours.",
        "If it does not come within some minutes, look among unwanted mail, or send the form again.",
    ];
    let again = ("Send the form again", onward.by("/sign-up"));
    let said = Said::new(&caller, "Look into your mail", &sentences, again);
    caller.show(&said.with_letter(&caller))
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct Confirm {
    frame: Frame,
    form: Form,
    address: String,
}

const AGAIN: (&str, &str) = ("Sign up again", "/sign-up");

pub async fn ask_confirmation(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (caller.asked("token"), caller.now);
    let sought = token.clone();
    let found = caller.site.db.read(move |conn| token::look::<Asked>(conn, Purpose::SignUp, &sought, now));
    match found.await? {
        Some((_, asked)) => {
            let form = Form::of(&[("token", &token)]);
            caller.show(&Confirm { frame: caller.frame(), form, address: asked.address })
        }
        None => stale(&caller, AGAIN),
    }
}

/// The password is asked for again: whoever merely reads the mailbox, or opened the link of a sign-up that somebody
/// else made with this address, gets no account out of it.
pub async fn confirm(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let (token, now) = (form.value("token").to_owned(), caller.now);
    let bucket = format!("confirm/{}", keyed(&caller.site.secret, &token));
    let (sought, counted) = (token.clone(), bucket.clone());
    let found = caller.site.db.write(move |conn| {
        let found = token::look::<Asked>(conn, Purpose::SignUp, &sought, now)?;
        let wait = if found.is_some() { throttle::count(conn, &counted, PER_TOKEN, now)? } else { None };
        Ok((wait, found))
    });
    let (wait, found) = found.await?;
    let Some((_, asked)) = found else {
        return stale(&caller, AGAIN);
    };
    let again = |form: Form, status| {
        caller.answer(status, &Confirm { frame: caller.frame(), form, address: asked.address.clone() })
    };
    if let Some(wait) = wait {
        form.wrong("", wait.sentence(now));
        return again(form, StatusCode::TOO_MANY_REQUESTS);
    }
    if !caller.desk.hashing.matches(Some(&asked.password), form.value("password")).await? {
        let sentence = "This is not the password of this sign-up. Type it as you chose it, or sign up again with another.";
        form.wrong("password", sentence);
        return again(form, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (office, device, next) = (caller.desk.office.clone(), caller.device.clone(), asked.next.clone());
    let joined = caller.site.db.write(move |conn| {
        let Ok(address) = MailAddress::parse(&asked.address) else {
            return Ok(None);
        };
        if !token::spend_all(conn, &address.key(), Purpose::SignUp)? {
            return Ok(None);
        }
        throttle::forget(conn, &bucket)?;
        let new = NewPerson {
            address: &address,
            name: &asked.name,
            zone: &asked.zone,
            rights: Rights::Member,
            password: &asked.password,
        };
        super::join(conn, &office, &new, &device, now)
    });
    super::joined(&caller, joined.await?, &next)
}
