//! The outbox as rows: entering it, and what is forgotten of it.
//!
//! A letter is `ready`, then `leased` by a worker (`claim`), then `handing` while it is on the wire, and in the end
//! `accepted`, `rejected`, `expired`, `suppressed` or `cancelled` (`settle`). It is `uncertain` when the relay had all of
//! it and did not answer.

use super::outbox::Class;
use super::settle::{Event, note};
use crate::db::schema::{messages, outbox, outbox_events};
use crate::db::{Conn, inserted};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A letter that enters the outbox.
pub struct NewRow<'a> {
    pub id: &'a str,
    pub dedup: &'a str,
    pub class: Class,
    pub person: Option<&'a str>,
    pub subscription: Option<&'a str>,
    pub to: &'a str,
    pub message: &'a str,
    pub hash: &'a str,
    pub now: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    /// It asks its reader to confirm the address.
    pub confirms: bool,
    /// Why it is not sent at all, if it is not.
    pub stopped: Option<&'a str>,
}

pub fn posted(conn: &mut Conn, dedup: &str) -> Result<bool> {
    let there = outbox::table.filter(outbox::dedup.eq(dedup)).select(outbox::attempt);
    Ok(there.first::<i32>(conn).optional()?.is_some())
}

pub fn insert(conn: &mut Conn, new: &NewRow) -> Result<()> {
    let now = new.now.timestamp_millis();
    let entered = inserted(conn, |conn| {
        diesel::insert_into(outbox::table)
            .values((
                outbox::delivery_id.eq(new.id),
                outbox::dedup.eq(new.dedup),
                outbox::class.eq(new.class.word()),
                outbox::person.eq(new.person),
                outbox::subscription.eq(new.subscription),
                outbox::recipient.eq(new.to),
                outbox::hash.eq(new.hash),
                outbox::priority.eq(new.class.priority()),
                outbox::not_before.eq(now),
                outbox::expires_at.eq(new.expires.timestamp_millis()),
                outbox::state.eq(if new.stopped.is_some() { "suppressed" } else { "ready" }),
                outbox::attempt.eq(0),
                outbox::last_text.eq(new.stopped.unwrap_or_default()),
                outbox::created_at.eq(now),
                outbox::settled_at.eq(new.stopped.map(|_| now)),
                outbox::confirms.eq(i32::from(new.confirms)),
            ))
            .execute(conn)
    })?;
    if entered && new.stopped.is_none() {
        diesel::insert_into(messages::table)
            .values((messages::delivery_id.eq(new.id), messages::message.eq(new.message)))
            .execute(conn)?;
    }
    match new.stopped.filter(|_| entered) {
        Some(words) => {
            note(conn, &[Event { id: new.id, what: "suppressed", attempt: 0, code: None, words, now }])
        }
        None => Ok(()),
    }
}

diesel::define_sql_function! {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

type Backend = <Conn as diesel::Connection>::Backend;

/// What is on its way to an address, which is in lower case.
pub fn waiting_for(address: &str) -> outbox::BoxedQuery<'_, Backend> {
    outbox::table
        .filter(outbox::state.eq_any(["ready", "leased", "handing", "uncertain"]))
        .filter(outbox::settled_at.is_null().and(lower(outbox::recipient).eq(address)))
        .into_boxed()
}

/// Cancels what waits for a person or their address, which is in lower case, and leaves of all of it only that there
/// were letters.
pub fn forget(conn: &mut Conn, person: &str, address: &str, now: DateTime<Utc>) -> Result<()> {
    let now = now.timestamp_millis();
    let mut ids: Vec<String> =
        outbox::table.filter(outbox::person.eq(person)).select(outbox::delivery_id).load(conn)?;
    ids.extend(waiting_for(address).select(outbox::delivery_id).load::<String>(conn)?);
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(MANY) {
        let waiting: Vec<(String, i32)> = outbox::table
            .filter(outbox::delivery_id.eq_any(ids).and(outbox::settled_at.is_null()))
            .filter(outbox::state.eq_any(["ready", "leased", "uncertain"]))
            .select((outbox::delivery_id, outbox::attempt))
            .load(conn)?;
        for (id, attempt) in waiting {
            let same = outbox::table.filter(outbox::delivery_id.eq(&id)).filter(outbox::state.eq_any([
                "ready",
                "leased",
                "uncertain",
            ]));
            let changed = diesel::update(same)
                .set((
                    outbox::state.eq("cancelled"),
                    outbox::settled_at.eq(now),
                    outbox::lease_token.eq(None::<String>),
                    outbox::lease_until.eq(None::<i64>),
                ))
                .execute(conn)?;
            if changed == 1 {
                let words = "the account was deleted";
                note(conn, &[Event { id: &id, what: "cancelled", attempt, code: None, words, now }])?;
            }
        }
        diesel::update(outbox_events::table.filter(outbox_events::delivery_id.eq_any(ids)))
            .set(outbox_events::words.eq(""))
            .execute(conn)?;
        diesel::delete(messages::table.filter(messages::delivery_id.eq_any(ids))).execute(conn)?;
        diesel::update(outbox::table.filter(outbox::delivery_id.eq_any(ids)))
            .set((
                outbox::recipient.eq(""),
                outbox::last_text.eq(""),
                outbox::kept_until.eq(None::<i64>),
                outbox::person.eq(None::<String>),
                outbox::subscription.eq(None::<String>),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// How many ids stand in one statement; SQLite takes some thousand values.
const MANY: usize = 500;
