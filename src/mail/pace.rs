//! How fast letters go: to a relay, and to the addresses of one domain, counted in the database for all instances together.
//!
//! A row holds when the next letter might go if they went evenly (the generic cell rate algorithm). It may lie a minute
//! ahead: after a pause, a minute's letters may go at once.

use crate::db::schema::paces;
use crate::db::{Conn, inserted};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// So many letters a minute; 0 for as many as there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate(pub u32);

/// In milliseconds.
const MINUTE: i64 = 60_000;
/// How many domains at most are looked at as those that letters have to wait for.
const WAITED_FOR: i64 = 50;
/// How often it is tried again when somebody else counts at the same time.
const TRIES: usize = 5;

impl Rate {
    /// How long `letters` take, in milliseconds.
    fn time(self, letters: usize) -> i64 {
        i64::try_from(letters).unwrap_or(i64::MAX).saturating_mul(MINUTE) / i64::from(self.0.max(1))
    }

    /// How many of `wanted` may go if the next was to go at `ready`, and what becomes of that.
    fn grant(self, ready: i64, wanted: usize, now: i64) -> (usize, i64) {
        let ready = ready.max(now);
        let room = (now + MINUTE - ready).max(0) * i64::from(self.0) / MINUTE;
        let granted = wanted.min(usize::try_from(room).unwrap_or_default());
        (granted, ready + self.time(granted))
    }
}

/// Takes up to `wanted` turns under a name; how many there were.
pub fn take(conn: &mut Conn, name: &str, rate: Rate, wanted: usize, now: DateTime<Utc>) -> Result<usize> {
    if rate.0 == 0 || wanted == 0 {
        return Ok(wanted);
    }
    let now = now.timestamp_millis();
    for _ in 0..TRIES {
        let ready: Option<i64> = paces::table.find(name).select(paces::ready_at).first(conn).optional()?;
        let (granted, next) = rate.grant(ready.unwrap_or(now), wanted, now);
        let counted = match ready {
            _ if granted == 0 => return Ok(0),
            Some(ready) => {
                let same = paces::table.find(name).filter(paces::ready_at.eq(ready));
                diesel::update(same).set(paces::ready_at.eq(next)).execute(conn)? == 1
            }
            None => inserted(conn, |conn| {
                let row = (paces::name.eq(name), paces::ready_at.eq(next));
                diesel::insert_into(paces::table).values(row).execute(conn)
            })?,
        };
        if counted {
            return Ok(granted);
        }
    }
    Ok(0)
}

/// Gives back turns that were not used, in the transaction in which they were taken.
pub fn give_back(conn: &mut Conn, name: &str, rate: Rate, unused: usize) -> Result<()> {
    if rate.0 > 0 && unused > 0 {
        let back = paces::ready_at - rate.time(unused);
        diesel::update(paces::table.find(name)).set(paces::ready_at.eq(back)).execute(conn)?;
    }
    Ok(())
}

/// What letters to a domain are counted under.
pub fn of_domain(domain: &str) -> String {
    format!("@{domain}")
}

/// The domains that nothing can go to now.
pub fn busy(conn: &mut Conn, rate: Rate, now: DateTime<Utc>) -> Result<Vec<String>> {
    if rate.0 == 0 {
        return Ok(Vec::new());
    }
    let full = now.timestamp_millis() + MINUTE - rate.time(1);
    let names: Vec<String> = paces::table
        .filter(paces::ready_at.gt(full).and(paces::name.like("@%")))
        .order(paces::ready_at.desc())
        .limit(WAITED_FOR)
        .select(paces::name)
        .load(conn)?;
    Ok(names)
}

/// Whether a row tells nothing any more. It names a domain, so it does not stay.
pub fn stale(conn: &mut Conn, now: DateTime<Utc>) -> Result<bool> {
    let old = paces::table.filter(paces::ready_at.lt(now.timestamp_millis() - MINUTE));
    Ok(old.select(paces::name).first::<String>(conn).optional()?.is_some())
}

pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(paces::table.filter(paces::ready_at.lt(now.timestamp_millis() - MINUTE))).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_letters_may_go_at_once_and_then_one_after_the_other() {
        let (rate, now) = (Rate(120), 1_795_000_000_000);
        let (granted, ready) = rate.grant(now - 5_000, 500, now);
        assert_eq!((granted, ready - now), (120, MINUTE));
        assert_eq!(rate.grant(ready, 5, now).0, 0);
        assert_eq!(rate.grant(ready, 5, now + 499).0, 0);
        assert_eq!(rate.grant(ready, 5, now + 500).0, 1);
        assert_eq!(rate.grant(ready, 5, now + 1_000), (2, ready + 1_000));
        assert_eq!(rate.grant(ready, 500, now + 2 * MINUTE).0, 120);
        assert_eq!(Rate(60_000).grant(now, 1_000, now), (1_000, now + 1_000));
    }

    #[test]
    fn no_minute_but_the_first_has_more() {
        let (rate, begin) = (Rate(7), 1_795_000_000_000);
        let (mut ready, mut sent) = (begin, Vec::new());
        for second in 0..600 {
            let now = begin + second * 1_000;
            let (granted, next) = rate.grant(ready, 3, now);
            ready = next;
            sent.extend(std::iter::repeat_n(second, granted));
        }
        for minute in 1..9 {
            let count =
                sent.iter().filter(|second| (minute * 60..minute * 60 + 60).contains(*second)).count();
            assert!((6..=8).contains(&count), "{count} in minute {minute}");
        }
    }
}
