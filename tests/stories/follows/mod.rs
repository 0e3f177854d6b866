//! Following: what people follow with an account and by address alone, how often they hear of it, and how they stop.
//!
//! Alice has an account, Bob follows by his address alone, Charlie is a stranger.

mod by_address_alone;
mod fates;
mod leaving;
mod letters;
mod plans;
mod stopping;
mod with_an_account;

use crate::support::people::{
    self as cast, ALICE, PASSWORD, admin, at_once, join, letter, sign_in, sign_up, token,
};
use crate::support::{Browser, Html, ROLE, Site};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use waymark::accounts::{MailAddress, Person};
use waymark::db::schema::{
    interests, issues, list_keys, outbox, people, person_events, subscriptions, throttles, tokens, told,
};
use waymark::db::{self, Conn};
use waymark::editing::guide_revision;
use waymark::follows::{FOLLOW, Frequency, Interest, Key, List, Subject, Subscription};
use waymark::mail::{Class, Listed, Posting};

const BOB: &str = "bob@example.org";
const SUBJECT: &str = "role/web-application-backend-development";

/// What the role is called.
fn name(site: &Site) -> String {
    site.visitor().page(ROLE).headings(1).remove(0)
}

fn person(site: &Site, address: &str) -> Person {
    Person::by_address(&mut site.conn(), &MailAddress::parse(address).unwrap()).unwrap().unwrap()
}

fn on(site: &Site, address: &str, list: List) -> Subscription {
    let person = person(site, address);
    Subscription::on(&mut site.conn(), &person.id, list).unwrap().expect("a subscription")
}

/// Posts a letter of a list, as the planner of letters does. Gives its key.
fn post(site: &Site, address: &str, list: List, dedup: &str) -> String {
    let (person, subscription) = (person(site, address), on(site, address, list));
    let now = site.now();
    db::write(&mut site.conn(), |conn| {
        let key = Key::issue(conn, &subscription, now)?;
        let unsubscribe = site.office.url(&Key::unsubscribe(&key));
        let preferences = site.office.url(&Key::preferences(&key));
        let web = format!("{preferences}/one");
        let list = Listed {
            subscription: &subscription.id,
            name: list.name(),
            token: list.word(),
            unsubscribe: &unsubscribe,
            preferences: &preferences,
            web: &web,
            thread: None,
        };
        let letter = waymark::mail::Letter {
            subject: "What changed this week".into(),
            preheader: "One thing changed.".into(),
            parts: vec![waymark::mail::Part::Words("Something changed.".into())],
            because: "You get this because you follow a role on Waymark.".into(),
        };
        let posting = Posting {
            dedup,
            class: Class::Digest,
            person: Some(&person.id),
            to: &person.address,
            letter: &letter,
            list: Some(&list),
            now,
            expires: now + TimeDelta::days(2),
        };
        site.office.post(conn, &posting)?;
        Ok(key)
    })
    .unwrap()
}

fn states(site: &Site, list: &Subscription) -> Vec<String> {
    let of = outbox::table.filter(outbox::subscription.eq(&list.id)).order(outbox::delivery_id);
    of.select(outbox::state).load(&mut site.conn()).unwrap()
}
