//! Putting in order what nobody looks after any more: leases that ended, letters that are too late, messages kept long
//! enough.

use super::outbox::Class;
use super::settle::{End, Event, note, wipe};
use super::{fate, pace};
use crate::db::Conn;
use crate::db::schema::outbox;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// How many stale letters are put in order at a time.
const SWEEP: i64 = 100;

/// Whether there is something to put in order.
pub fn stale(conn: &mut Conn, at: DateTime<Utc>) -> Result<bool> {
    let now = at.timestamp_millis();
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
    Ok(held.or(over).or(kept).is_some() || pace::stale(conn, at)?)
}

pub fn sweep(conn: &mut Conn, at: DateTime<Utc>) -> Result<()> {
    take_back(conn, at)?;
    let now = at.timestamp_millis();
    end_late(conn, now)?;
    let kept: Vec<String> = outbox::table
        .filter(outbox::kept_until.lt(now))
        .limit(SWEEP)
        .select(outbox::delivery_id)
        .load(conn)?;
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    wipe(conn, &kept)?;
    diesel::update(outbox::table.filter(outbox::delivery_id.eq_any(&kept)))
        .set(outbox::kept_until.eq(None::<i64>))
        .execute(conn)?;
    pace::sweep(conn, at)
}

/// Leases that ended.
fn take_back(conn: &mut Conn, at: DateTime<Utc>) -> Result<()> {
    let now = at.timestamp_millis();
    let held: Vec<(String, String, String, i32)> = outbox::table
        .filter(outbox::state.eq_any(["leased", "handing"]).and(outbox::lease_until.lt(now)))
        .limit(SWEEP)
        .select((outbox::delivery_id, outbox::class, outbox::state, outbox::attempt))
        .load(conn)?;
    for (id, class, state, attempt) in held {
        let attempt = attempt + 1;
        let (becomes, what, again) = match state.as_str() {
            // It never reached the wire.
            "leased" => ("ready", "given back", at),
            _ => ("uncertain", "uncertain", at + fate::after_doubt(Class::of(&class), attempt)),
        };
        let same = outbox::table
            .filter(outbox::delivery_id.eq(&id).and(outbox::state.eq(&state)))
            .filter(outbox::lease_until.lt(now));
        let changed = diesel::update(same)
            .set((
                outbox::state.eq(becomes),
                outbox::attempt.eq(attempt),
                outbox::lease_token.eq(None::<String>),
                outbox::lease_until.eq(None::<i64>),
                outbox::not_before.eq(again.timestamp_millis()),
            ))
            .execute(conn)?;
        if changed == 1 {
            let words = "whoever took it stopped half-way";
            note(conn, &[Event { id: &id, what, attempt, code: None, words, now }])?;
        }
    }
    Ok(())
}

/// Letters that are too late.
fn end_late(conn: &mut Conn, now: i64) -> Result<()> {
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
        let changed = diesel::update(same)
            .set((outbox::state.eq(becomes), End::of(Class::of(&class), now)))
            .execute(conn)?;
        if changed == 1 {
            if Class::of(&class) == Class::Security {
                wipe(conn, &[&id])?;
            }
            let words = "too late to be of use";
            note(conn, &[Event { id: &id, what: "expired", attempt, code: None, words, now }])?;
        }
    }
    Ok(())
}
