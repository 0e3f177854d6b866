//! The outbox as rows: entering it, taking letters from it, and what became of them.
//!
//! A letter is `ready`, then `leased` by a worker, then `handing` while it is on the wire, and in the end `accepted`,
//! `rejected`, `expired` or `cancelled`. It is `uncertain` when the relay had all of it and did not answer.

use super::fate;
use super::outbox::Class;
use crate::db::Conn;
use crate::db::schema::{outbox, outbox_events};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// How long a worker that says nothing keeps what it took.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long the message of a letter is kept after its end; of security letters it is not.
const KEPT: TimeDelta = TimeDelta::days(7);
/// What a relay said is kept up to this many characters.
const WORDS: usize = 500;
/// How many stale letters are put in order at a time.
const SWEEP: i64 = 100;

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
}

/// A letter that a worker has taken.
#[derive(Debug)]
pub struct Taken {
    pub id: String,
    pub class: Class,
    pub to: String,
    pub message: String,
    pub hash: String,
    pub attempt: i32,
}

/// What is to be done at a moment.
pub struct Due {
    /// Letters to be sent, with their priority.
    pub letters: Vec<(String, i32)>,
    /// Whether something is to be swept.
    pub stale: bool,
}

/// What becomes of a letter that somebody held.
pub struct Settled {
    pub state: &'static str,
    /// In one word, for the record.
    pub event: &'static str,
    pub attempt: i32,
    pub code: Option<u16>,
    pub words: String,
    /// When it is tried again; its end if never.
    pub again: Option<DateTime<Utc>>,
}

pub fn posted(conn: &mut Conn, dedup: &str) -> Result<bool> {
    let there = outbox::table.filter(outbox::dedup.eq(dedup)).select(outbox::attempt);
    Ok(there.first::<i32>(conn).optional()?.is_some())
}

pub fn insert(conn: &mut Conn, new: &NewRow) -> Result<()> {
    // In a savepoint: another process may post the same at this moment, and PostgreSQL gives up a transaction at its
    // first error.
    let inserted = conn.transaction(|conn| {
        diesel::insert_into(outbox::table)
            .values((
                outbox::delivery_id.eq(new.id),
                outbox::dedup.eq(new.dedup),
                outbox::class.eq(new.class.word()),
                outbox::person.eq(new.person),
                outbox::subscription.eq(new.subscription),
                outbox::recipient.eq(new.to),
                outbox::message.eq(new.message),
                outbox::hash.eq(new.hash),
                outbox::priority.eq(new.class.priority()),
                outbox::not_before.eq(new.now.timestamp_millis()),
                outbox::expires_at.eq(new.expires.timestamp_millis()),
                outbox::state.eq("ready"),
                outbox::attempt.eq(0),
                outbox::last_text.eq(""),
                outbox::created_at.eq(new.now.timestamp_millis()),
            ))
            .execute(conn)
    });
    match inserted {
        Ok(_) => Ok(()),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What is due, `count` letters at most.
pub fn due(conn: &mut Conn, now: DateTime<Utc>, count: i64) -> Result<Due> {
    let now = now.timestamp_millis();
    let letters = outbox::table
        .filter(outbox::state.eq_any(["ready", "uncertain"]))
        .filter(outbox::not_before.le(now).and(outbox::expires_at.gt(now)).and(outbox::settled_at.is_null()))
        .order((outbox::priority, outbox::not_before, outbox::delivery_id))
        .limit(count)
        .select((outbox::delivery_id, outbox::priority))
        .load(conn)?;
    let held = outbox::table
        .filter(outbox::state.eq_any(["leased", "handing"]).and(outbox::lease_until.lt(now)))
        .select(outbox::delivery_id)
        .first::<String>(conn)
        .optional()?;
    let over = outbox::table
        .filter(outbox::state.eq_any(["ready", "uncertain"]))
        .filter(outbox::expires_at.le(now).and(outbox::settled_at.is_null()))
        .select(outbox::delivery_id)
        .first::<String>(conn)
        .optional()?;
    let kept = outbox::table
        .filter(outbox::kept_until.lt(now))
        .select(outbox::delivery_id)
        .first::<String>(conn)
        .optional()?;
    Ok(Due { letters, stale: held.or(over).or(kept).is_some() })
}

/// Takes those of `ids` that nobody else has taken meanwhile.
pub fn take(conn: &mut Conn, ids: &[String], token: &str, now: DateTime<Utc>) -> Result<Vec<Taken>> {
    let open = outbox::table
        .filter(outbox::delivery_id.eq_any(ids))
        .filter(outbox::state.eq_any(["ready", "uncertain"]).and(outbox::settled_at.is_null()))
        .filter(outbox::not_before.le(now.timestamp_millis()));
    diesel::update(open)
        .set((
            outbox::state.eq("leased"),
            outbox::lease_token.eq(token),
            outbox::lease_until.eq((now + LEASE).timestamp_millis()),
        ))
        .execute(conn)?;
    let rows: Vec<(String, String, String, String, String, i32)> = outbox::table
        .filter(outbox::lease_token.eq(token).and(outbox::state.eq("leased")))
        .order((outbox::priority, outbox::not_before, outbox::delivery_id))
        .select((
            outbox::delivery_id,
            outbox::class,
            outbox::recipient,
            outbox::message,
            outbox::hash,
            outbox::attempt,
        ))
        .load(conn)?;
    let taken = |(id, class, to, message, hash, attempt): (_, String, _, _, _, _)| Taken {
        id,
        class: Class::of(&class),
        to,
        message,
        hash,
        attempt,
    };
    Ok(rows.into_iter().map(taken).collect())
}

/// Says that whoever took letters with `token` is still at work on them.
pub fn hold(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<()> {
    let held = outbox::lease_token.eq(token).and(outbox::state.eq_any(["leased", "handing"]));
    diesel::update(outbox::table.filter(held))
        .set(outbox::lease_until.eq((now + LEASE).timestamp_millis()))
        .execute(conn)?;
    Ok(())
}

/// Says that the letter goes on the wire now. False if it must not: it was cancelled, or is too late, or the lease ended.
pub fn hand(conn: &mut Conn, id: &str, token: &str, now: DateTime<Utc>) -> Result<bool> {
    let held = outbox::table
        .filter(outbox::delivery_id.eq(id).and(outbox::lease_token.eq(token)))
        .filter(outbox::state.eq("leased").and(outbox::expires_at.gt(now.timestamp_millis())));
    let handed = diesel::update(held)
        .set((outbox::state.eq("handing"), outbox::lease_until.eq((now + LEASE).timestamp_millis())))
        .execute(conn)?;
    Ok(handed == 1)
}

/// Writes what became of a letter. False if it was not held with `token` any more.
pub fn settle(
    conn: &mut Conn,
    letter: &Taken,
    token: &str,
    settled: &Settled,
    now: DateTime<Utc>,
) -> Result<bool> {
    let now = now.timestamp_millis();
    let held = outbox::table
        .filter(outbox::delivery_id.eq(&letter.id).and(outbox::lease_token.eq(token)))
        .filter(outbox::state.eq_any(["leased", "handing"]));
    let words: String = without(&letter.to, &settled.words).chars().take(WORDS).collect();
    let code = settled.code.map(i32::from);
    let changed = diesel::update(held)
        .set((
            outbox::state.eq(settled.state),
            outbox::attempt.eq(settled.attempt),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<i64>),
            outbox::last_code.eq(code),
            outbox::last_text.eq(&words),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    let row = outbox::table.filter(outbox::delivery_id.eq(&letter.id));
    match settled.again {
        Some(again) => {
            diesel::update(row).set(outbox::not_before.eq(again.timestamp_millis())).execute(conn)?;
        }
        None => end(conn, &letter.id, letter.class, now)?,
    }
    note(conn, &letter.id, settled.event, settled.attempt, code, &words, now)?;
    Ok(true)
}

/// The end of a letter: security letters are wiped at once, with the address; the message of others a
/// while later.
pub(super) fn end(conn: &mut Conn, id: &str, class: Class, now: i64) -> Result<()> {
    let row = outbox::table.filter(outbox::delivery_id.eq(id));
    diesel::update(row).set(outbox::settled_at.eq(now)).execute(conn)?;
    match class {
        Class::Security => {
            diesel::update(row).set((outbox::message.eq(""), outbox::recipient.eq(""))).execute(conn)?
        }
        _ => diesel::update(row).set(outbox::kept_until.eq(now + KEPT.num_milliseconds())).execute(conn)?,
    };
    Ok(())
}

pub(super) fn note(
    conn: &mut Conn,
    id: &str,
    event: &str,
    attempt: i32,
    code: Option<i32>,
    words: &str,
    now: i64,
) -> Result<()> {
    diesel::insert_into(outbox_events::table)
        .values((
            outbox_events::id.eq(uuid::Uuid::now_v7().to_string()),
            outbox_events::delivery_id.eq(id),
            outbox_events::event.eq(event),
            outbox_events::attempt.eq(attempt),
            outbox_events::code.eq(code),
            outbox_events::words.eq(words),
            outbox_events::happened_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts in order what nobody looks after any more: leases that ended, letters that are too late, messages kept long enough.
pub fn sweep(conn: &mut Conn, at: DateTime<Utc>) -> Result<()> {
    let now = at.timestamp_millis();
    let held: Vec<(String, String, String, i32)> = outbox::table
        .filter(outbox::state.eq_any(["leased", "handing"]).and(outbox::lease_until.lt(now)))
        .limit(SWEEP)
        .select((outbox::delivery_id, outbox::class, outbox::state, outbox::attempt))
        .load(conn)?;
    for (id, class, state, attempt) in held {
        let (becomes, event, again) = match state.as_str() {
            // It never reached the wire.
            "leased" => ("ready", "given back", at),
            _ => ("uncertain", "uncertain", at + fate::after_doubt(Class::of(&class), attempt + 1)),
        };
        let same = outbox::table
            .filter(outbox::delivery_id.eq(&id).and(outbox::state.eq(&state)))
            .filter(outbox::lease_until.lt(now));
        let changed = diesel::update(same)
            .set((
                outbox::state.eq(becomes),
                outbox::attempt.eq(attempt + 1),
                outbox::lease_token.eq(None::<String>),
                outbox::lease_until.eq(None::<i64>),
                outbox::not_before.eq(again.timestamp_millis()),
            ))
            .execute(conn)?;
        if changed == 1 {
            note(conn, &id, event, attempt + 1, None, "whoever took it stopped half-way", now)?;
        }
    }
    let over: Vec<(String, String, String, i32)> = outbox::table
        .filter(outbox::state.eq_any(["ready", "uncertain"]))
        .filter(outbox::expires_at.le(now).and(outbox::settled_at.is_null()))
        .limit(SWEEP)
        .select((outbox::delivery_id, outbox::class, outbox::state, outbox::attempt))
        .load(conn)?;
    for (id, class, state, attempt) in over {
        // What may have arrived is not called expired.
        let becomes = if state == "ready" { "expired" } else { "uncertain" };
        let same = outbox::table.filter(
            outbox::delivery_id.eq(&id).and(outbox::state.eq(&state)).and(outbox::settled_at.is_null()),
        );
        let ended = (outbox::state.eq(becomes), outbox::settled_at.eq(now));
        if diesel::update(same).set(ended).execute(conn)? == 1 {
            end(conn, &id, Class::of(&class), now)?;
            note(conn, &id, "expired", attempt, None, "too late to be of use", now)?;
        }
    }
    diesel::update(outbox::table.filter(outbox::kept_until.lt(now)))
        .set((outbox::message.eq(""), outbox::kept_until.eq(None::<i64>)))
        .execute(conn)?;
    Ok(())
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
                note(conn, &id, "cancelled", attempt, None, "the account was deleted", now)?;
            }
        }
        diesel::update(outbox_events::table.filter(outbox_events::delivery_id.eq_any(ids)))
            .set(outbox_events::words.eq(""))
            .execute(conn)?;
        diesel::update(outbox::table.filter(outbox::delivery_id.eq_any(ids)))
            .set((
                outbox::recipient.eq(""),
                outbox::message.eq(""),
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

/// What a relay said, without the address that it was about: that is not kept when a letter is settled.
fn without(address: &str, words: &str) -> String {
    let (lower, sought) = (words.to_ascii_lowercase(), address.to_ascii_lowercase());
    let (mut text, mut end) = (String::new(), 0);
    for (at, _) in lower.match_indices(&sought).filter(|_| !sought.is_empty()) {
        text.push_str(&words[end..at]);
        text.push_str("(the address)");
        end = at + sought.len();
    }
    text + &words[end..]
}
