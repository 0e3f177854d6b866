//! Throttles: how often something may be tried, counted in the database so that all instances agree.

use crate::db::schema::throttles;
use crate::db::{Conn, insert_or_change};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// So many tries in so many minutes.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub tries: i64,
    pub minutes: i64,
}

/// Too many: not before this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub DateTime<Utc>);

impl Wait {
    /// What to do, with the time in words.
    pub fn sentence(self, now: DateTime<Utc>) -> String {
        let minutes = (self.0 - now).num_seconds().max(1).cast_unsigned().div_ceil(60);
        let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
        format!("That was tried too often. Try again in {wait}, after {} UTC.", self.0.format("%H:%M"))
    }
}

/// Counts a try under `bucket`; at the limit it tells how long to wait instead.
pub fn count(conn: &mut Conn, bucket: &str, limit: Limit, now: DateTime<Utc>) -> Result<Option<Wait>> {
    let (at, window) = (now.timestamp_millis(), TimeDelta::minutes(limit.minutes));
    let current =
        || throttles::table.find(bucket).filter(throttles::began_at.gt(at - window.num_milliseconds()));
    let counted = diesel::update(current().filter(throttles::hits.lt(limit.tries)))
        .set(throttles::hits.eq(throttles::hits + 1))
        .execute(conn)?;
    if counted == 1 {
        return Ok(None);
    }
    let began: Option<i64> = current().select(throttles::began_at).first(conn).optional()?;
    if let Some(began) = began {
        let began = DateTime::from_timestamp_millis(began).unwrap_or(now);
        return Ok(Some(Wait(began + window)));
    }
    // Renewed rather than deleted: on MySQL a deletion of what is not there locks others out of the gap.
    let over = throttles::table.find(bucket).filter(throttles::began_at.le(at - window.num_milliseconds()));
    let renewed =
        diesel::update(over).set((throttles::began_at.eq(at), throttles::hits.eq(1))).execute(conn)?;
    if renewed == 1 {
        return Ok(None);
    }
    let first = (throttles::bucket.eq(bucket), throttles::began_at.eq(at), throttles::hits.eq(1));
    let more = throttles::hits.eq(throttles::hits + 1);
    insert_or_change!(conn, throttles::table, throttles::bucket, first, more)?;
    // Somebody else may have begun it at this moment.
    let hits: i64 = throttles::table.find(bucket).select(throttles::hits).first(conn)?;
    Ok((hits > limit.tries).then(|| Wait(now + window)))
}

/// Forgets what was counted under `bucket`, after it turned out to be right.
pub fn forget(conn: &mut Conn, bucket: &str) -> Result<()> {
    diesel::delete(throttles::table.find(bucket)).execute(conn)?;
    Ok(())
}

/// Forgets all that was counted under the buckets of somebody who leaves: those named, and those below them.
pub(super) fn forget_all(conn: &mut Conn, buckets: &[String]) -> Result<()> {
    for bucket in buckets {
        // What they are made of has nothing in it that a pattern would read as a sign.
        let below = throttles::bucket.like(format!("{bucket}/%"));
        diesel::delete(throttles::table.filter(throttles::bucket.eq(bucket).or(below))).execute(conn)?;
    }
    Ok(())
}

/// Deletes what is older than any limit.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let old = (now - TimeDelta::days(1)).timestamp_millis();
    diesel::delete(throttles::table.filter(throttles::began_at.le(old))).execute(conn)?;
    Ok(())
}
