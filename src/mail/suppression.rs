//! Addresses that letters do not go to, because a mail server said that they are not there. What is kept is a keyed hash.

use crate::db::schema::suppressions;
use crate::db::{Conn, insert_or_change};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

/// How long after the last one a letter that asks to confirm the address is let through: whoever types it again may have
/// had the mailbox put right.
const CONFIRMED_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Why letters to an address stop.
#[derive(Clone, Debug, Serialize)]
pub struct Suppression {
    /// What the mail server said, without the address.
    pub reason: String,
    pub since: DateTime<Utc>,
}

impl Suppression {
    /// Whether it stops a letter; `confirms` if that asks its reader to confirm the address.
    pub fn stops(&self, confirms: bool, now: DateTime<Utc>) -> bool {
        !confirms || now < self.since + CONFIRMED_AGAIN
    }
}

/// Those of `keys` that are suppressed.
pub fn among<'k>(
    conn: &mut Conn,
    keys: impl IntoIterator<Item = &'k String>,
) -> Result<HashMap<String, Suppression>> {
    let rows: Vec<(String, String, i64)> = suppressions::table
        .filter(suppressions::address.eq_any(keys))
        .select((suppressions::address, suppressions::reason, suppressions::created_at))
        .load(conn)?;
    let read = |(key, reason, at)| {
        let since = DateTime::from_timestamp_millis(at).unwrap_or_default();
        (key, Suppression { reason, since })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Suppresses an address, after this delivery came back with these words.
pub fn stop(conn: &mut Conn, key: &str, reason: &str, delivery: &str, now: DateTime<Utc>) -> Result<()> {
    let reason: String = reason.chars().take(500).collect();
    let set = (
        suppressions::reason.eq(&reason),
        suppressions::source.eq(delivery),
        suppressions::created_at.eq(now.timestamp_millis()),
    );
    let row = (suppressions::address.eq(key), set.0, set.1, set.2);
    insert_or_change!(conn, suppressions::table, suppressions::address, row, set)?;
    Ok(())
}

/// Lets letters go to an address again. False if they were not stopped.
pub fn lift(conn: &mut Conn, key: &str) -> Result<bool> {
    Ok(diesel::delete(suppressions::table.find(key)).execute(conn)? == 1)
}
