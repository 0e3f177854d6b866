//! All that is kept of what somebody follows: given out, taken away, or joined with somebody else's.

use super::{Frequency, Interest, Subscription, key};
use crate::accounts::Person;
use crate::db::schema::{interests, issues, list_keys, people, subscriptions, told};
use crate::db::{Conn, insert_or_change};
use crate::error::Result;
use crate::mail;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

/// Everything, as it is given to its person: interests, lists, letters made, changes told of.
pub fn take_out(conn: &mut Conn, person: &str) -> Result<Value> {
    let moment = |at: i64| DateTime::from_timestamp_millis(at).unwrap_or_default();
    let lists = Subscription::of(conn, person)?.into_iter().map(|subscription| {
        let rhythm = subscription.rhythm;
        json!({
            "list": subscription.list.word(),
            "frequency": rhythm.frequency.word(),
            "weekday": rhythm.weekday.number_from_monday(),
            "at": rhythm.clock(),
            "paused_until": subscription.paused_until,
            "told_up_to_revision": subscription.last_seq,
            "next_letter_at": subscription.next_due,
        })
    });
    let lists: Vec<Value> = lists.collect();
    let made: Vec<(String, String, String, String, i64)> = issues::table
        .filter(issues::person.eq(person))
        .order((issues::made_at, issues::id))
        .select((issues::period_key, issues::outcome, issues::because, issues::letter, issues::made_at))
        .load(conn)?;
    let issue = |(period, outcome, because, letter, at): (String, String, String, String, i64)| {
        json!({
            "period": period, "outcome": outcome, "because": because, "made_at": moment(at),
            "letter": serde_json::from_str::<Value>(&letter).unwrap_or_default(),
        })
    };
    let told: Vec<(i64, String, String, i64)> = told::table
        .filter(told::person.eq(person))
        .order((told::seq, told::kind, told::slug))
        .select((told::seq, told::kind, told::slug, told::told_at))
        .load(conn)?;
    let change = |(revision, kind, slug, at): (i64, String, String, i64)| json!({ "revision_of_the_guide": revision, "kind": kind, "slug": slug, "told_at": moment(at) });
    let keys: Vec<(String, i64, i64)> = list_keys::table
        .filter(list_keys::person.eq(person))
        .order((list_keys::created_at, list_keys::hash))
        .select((list_keys::list, list_keys::created_at, list_keys::expires_at))
        .load(conn)?;
    let key = |(list, made, until): (String, i64, i64)| json!({ "list": list, "made_at": moment(made), "good_until": moment(until) });
    Ok(json!({
        "interests": Interest::of(conn, person)?,
        "lists": lists,
        "letters": made.into_iter().map(issue).collect::<Vec<_>>(),
        "told": told.into_iter().map(change).collect::<Vec<_>>(),
        "keys_in_letters": keys.into_iter().map(key).collect::<Vec<_>>(),
    }))
}

/// Takes all of it away, when a person leaves. Keys in old letters open nothing from then on.
pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(interests::table.filter(interests::person.eq(person))).execute(conn)?;
    diesel::delete(subscriptions::table.filter(subscriptions::person.eq(person))).execute(conn)?;
    diesel::delete(issues::table.filter(issues::person.eq(person))).execute(conn)?;
    diesel::delete(told::table.filter(told::person.eq(person))).execute(conn)?;
    diesel::delete(list_keys::table.filter(list_keys::person.eq(person))).execute(conn)?;
    Ok(())
}

/// Deletes keys that are no longer good, and those whom none of them leads to, who have no account and want no letters:
/// nothing would ever be done with their addresses again.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    key::sweep(conn, now)?;
    let wanting = subscriptions::table.filter(subscriptions::frequency.ne(Frequency::Off.word()));
    let idle: Vec<String> = people::table
        .filter(people::password.is_null())
        .filter(people::id.ne_all(list_keys::table.select(list_keys::person)))
        .filter(people::id.ne_all(wanting.select(subscriptions::person)))
        .limit(SWEPT)
        .select(people::id)
        .load(conn)?;
    for id in idle {
        let person = Person::find(conn, &id)?;
        let address = person.mail_address()?;
        forget(conn, &id)?;
        mail::forget(conn, &id, &address.folded, now)?;
        person.leave(conn, &address, now)?;
    }
    Ok(())
}

/// How many people are let go of at a time.
const SWEPT: i64 = 100;

/// Gives what `from` follows to `to`, who turned out to be the same person. On a list on which both are, the choices of
/// `to` hold, and letters of `from` that wait are cancelled. Keys in letters to `from` open the preferences of `to`.
pub fn join(conn: &mut Conn, from: &str, to: &str, now: DateTime<Utc>) -> Result<()> {
    for theirs in Subscription::of(conn, from)? {
        let keys = list_keys::table.filter(list_keys::subscription.eq(&theirs.id));
        match Subscription::on(conn, to, theirs.list)? {
            Some(own) => {
                mail::cancel(conn, &theirs.id, "your addresses were joined", now)?;
                diesel::update(keys)
                    .set((list_keys::person.eq(to), list_keys::subscription.eq(&own.id)))
                    .execute(conn)?;
            }
            None => {
                let place = subscriptions::table.find(&theirs.id);
                diesel::update(place).set(subscriptions::person.eq(to)).execute(conn)?;
                diesel::update(keys).set(list_keys::person.eq(to)).execute(conn)?;
            }
        }
    }
    Subscription::reckon(conn, to, now)?;
    for interest in Interest::of(conn, from)? {
        Interest::put(conn, to, &interest.origin, &[interest.subject()], interest.since)?;
    }
    let told: Vec<(i64, String, String, String, i64)> = told::table
        .filter(told::person.eq(from))
        .select((told::seq, told::kind, told::slug, told::issue, told::told_at))
        .load(conn)?;
    for (seq, kind, slug, issue, at) in told {
        let row = (
            told::person.eq(to),
            told::seq.eq(seq),
            told::kind.eq(kind),
            told::slug.eq(slug),
            told::issue.eq(issue),
            told::told_at.eq(at),
        );
        let key = (told::person, told::seq, told::kind, told::slug);
        insert_or_change!(conn, told::table, key, row, told::told_at.eq(told::told_at))?;
    }
    diesel::update(issues::table.filter(issues::person.eq(from))).set(issues::person.eq(to)).execute(conn)?;
    mail::give(conn, from, to)?;
    forget(conn, from)
}
