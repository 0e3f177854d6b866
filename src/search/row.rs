//! Searches that found nothing, as rows.

use super::unanswered::{Counts, MOST};
use crate::db::schema::unanswered_searches as table;
use crate::db::{Conn, insert_or_change};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How long counts are kept, in days.
const KEPT: i64 = 90;

/// Adds counts, up to so many different words a day, and lets go of old days. Call it inside `db::write`.
pub(super) fn add(conn: &mut Conn, counts: &Counts, now: DateTime<Utc>) -> Result<()> {
    for ((day, words), count) in counts {
        let more = table::count.eq(table::count + *count);
        if diesel::update(table::table.find((day, words))).set(more).execute(conn)? > 0 {
            continue;
        }
        let of_day: i64 = table::table.filter(table::day.eq(day)).count().get_result(conn)?;
        if of_day >= MOST as i64 {
            continue;
        }
        let row = (table::day.eq(day), table::words.eq(words), table::count.eq(*count));
        insert_or_change!(conn, table::table, (table::day, table::words), row, more)?;
    }
    diesel::delete(table::table.filter(table::day.lt(day_before(now, KEPT)))).execute(conn)?;
    Ok(())
}

/// Words that were looked for in the last `days` days and not found, with how often and on which day last, the most
/// frequent first.
pub fn unanswered(conn: &mut Conn, days: i64, now: DateTime<Utc>) -> Result<Vec<(String, i64, String)>> {
    let rows: Vec<(String, i64, String)> = table::table
        .filter(table::day.gt(day_before(now, days)))
        .order(table::day)
        .select((table::words, table::count, table::day))
        .load(conn)?;
    let mut sums: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for (words, count, day) in rows {
        let sum = sums.entry(words).or_default();
        *sum = (sum.0 + count, day);
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(words, (count, day))| (words, count, day)).collect();
    sums.sort_by_key(|(_, count, _)| Reverse(*count));
    Ok(sums)
}

/// Such as "2026-11-21".
fn day_before(now: DateTime<Utc>, days: i64) -> String {
    (now - TimeDelta::days(days)).format("%Y-%m-%d").to_string()
}
