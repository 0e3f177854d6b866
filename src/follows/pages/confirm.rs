//! Confirming by letter what somebody wants to follow.

use super::super::{FOLLOW, Frequency, Interest, Key, Named, Rhythm, Subject, Subscription};
use super::ask::Wanted;
use super::onward;
use crate::accounts::token::{self, Purpose};
use crate::accounts::{Caller, MailAddress, Person};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "follows/confirm.html")]
struct Confirm {
    frame: Frame,
    form: Form,
    named: Named,
    address: String,
    /// Nothing is known of them yet, and so not by whose clock letters are sent.
    new: bool,
}

impl Confirm {
    fn zones(&self) -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }
}

#[derive(Template)]
#[template(path = "follows/stale.html")]
struct Stale {
    frame: Frame,
}

/// What a token stands for, while it is good and what it names is there.
struct Open {
    address: MailAddress,
    named: Named,
    new: bool,
}

fn open(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<Option<Open>> {
    let Some((_, wanted)) = token::look::<Wanted>(conn, Purpose::Follow, token, now)? else {
        return Ok(None);
    };
    let (Ok(address), Some(subject)) = (MailAddress::parse(&wanted.address), Subject::read(&wanted.subject))
    else {
        return Ok(None);
    };
    match Named::find(conn, &subject) {
        Ok(named) => {
            let new = Person::by_address(conn, &address)?.is_none();
            Ok(Some(Open { address, named, new }))
        }
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn stale(caller: &Caller) -> Result<HttpResponse> {
    caller.answer(StatusCode::NOT_FOUND, &Stale { frame: caller.frame() })
}

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (caller.asked("token"), caller.now);
    let form = Form::of(&[("token", &token), ("zone", "UTC")]);
    match caller.site.db.read(move |conn| open(conn, &token, now)).await? {
        Some(Open { address, named, new }) => {
            let frame = caller.frame();
            caller.show(&Confirm { frame, form, named, address: address.shown, new })
        }
        None => stale(&caller),
    }
}

pub async fn take(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let (token, zone, now) = (form.value("token").to_owned(), form.value("zone").to_owned(), caller.now);
    let known = zone.parse::<chrono_tz::Tz>().is_ok();
    let done = caller.site.db.write(move |conn| {
        let Some(open) = open(conn, &token, now)? else { return Ok(Done::Stale) };
        if open.new && !known {
            return Ok(Done::Again(open));
        }
        if !token::spend(conn, &token)? {
            return Ok(Done::Stale);
        }
        let (person, _) = Person::know(conn, &open.address, &zone, now)?;
        let subject = open.named.subject;
        Interest::put(conn, &person.id, FOLLOW, std::slice::from_ref(&subject), now)?;
        let list = Interest::list_of_follow(&subject);
        let subscription = Subscription::begin(conn, &person.id, list, now)?;
        if subscription.rhythm.frequency == Frequency::Off {
            // Whoever asks for letters once more wants them.
            let rhythm = Rhythm { frequency: list.first_frequency(), ..subscription.rhythm };
            subscription.choose(conn, rhythm, now)?;
        }
        Ok(Done::Followed(Key::issue(conn, &subscription, now)?, subject.word()))
    });
    match done.await? {
        Done::Stale => stale(&caller),
        Done::Again(Open { address, named, new }) => {
            form.wrong("zone", "Choose a time zone from the list.");
            let frame = caller.frame();
            caller.again(&Confirm { frame, form, named, address: address.shown, new })
        }
        Done::Followed(key, word) => Ok(onward(&Key::preferences(&key), "followed", &word)),
    }
}

/// What became of a confirmation.
enum Done {
    Stale,
    Again(Open),
    /// The key of their preferences, and what they follow now.
    Followed(String, String),
}
