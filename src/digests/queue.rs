//! Letters as staff look after them: what waits, what became of issues, and why somebody got one or did not.

use crate::db::Conn;
use crate::db::schema::{issues, outbox, outbox_events};
use crate::error::Result;
use crate::mail::Shut;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// How many of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub what: String,
    pub count: i64,
}

/// The outbox and the issues of the last days.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Relays that cannot be used for now.
    pub shut: Vec<Shut>,
    /// Letters on their way, by state.
    pub on_their_way: Vec<Counted>,
    /// Those that were refused lately, by what the relay said.
    pub rejected: Vec<Counted>,
    /// Issues by outcome.
    pub issues: Vec<Counted>,
    /// Since when rejected letters and issues are counted.
    pub since: DateTime<Utc>,
}

/// How far back letters and issues are counted.
const BACK: TimeDelta = TimeDelta::days(7);
/// Reasons that are listed.
const REASONS: usize = 20;

impl Queue {
    pub fn read(conn: &mut Conn, now: DateTime<Utc>) -> Result<Queue> {
        let since = now - BACK;
        let states: Vec<(String, i64)> = outbox::table
            .filter(outbox::state.eq_any(["ready", "leased", "handing", "uncertain"]))
            .filter(outbox::settled_at.is_null())
            .group_by(outbox::state)
            .select((outbox::state, count_star()))
            .load(conn)?;
        let mut by_words: BTreeMap<&str, i64> = BTreeMap::new();
        for (state, count) in &states {
            *by_words.entry(words(state)).or_default() += count;
        }
        let rejected: Vec<(Option<i32>, String, i64)> = outbox::table
            .filter(outbox::state.eq("rejected").and(outbox::settled_at.gt(since.timestamp_millis())))
            .group_by((outbox::last_code, outbox::last_text))
            .select((outbox::last_code, outbox::last_text, count_star()))
            .load(conn)?;
        let reason = |(code, text, count): (Option<i32>, String, i64)| {
            let what = match code {
                Some(code) => format!("{code} {text}"),
                None => text,
            };
            Counted { what, count }
        };
        let mut rejected: Vec<Counted> = rejected.into_iter().map(reason).collect();
        rejected.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
        rejected.truncate(REASONS);
        let made: Vec<(String, i64)> = issues::table
            .filter(issues::made_at.gt(since.timestamp_millis()))
            .group_by(issues::outcome)
            .order(issues::outcome)
            .select((issues::outcome, count_star()))
            .load(conn)?;
        let counted = |(what, count): (&str, i64)| Counted { what: what.to_owned(), count };
        Ok(Queue {
            shut: Shut::all(conn)?,
            on_their_way: by_words.into_iter().map(counted).collect(),
            rejected,
            issues: made.iter().map(|(outcome, count)| counted((outcome.as_str(), *count))).collect(),
            since,
        })
    }
}

fn words(state: &str) -> &str {
    match state {
        "ready" => "waiting",
        "leased" => "taken by a worker",
        "handing" => "being handed over",
        other => other,
    }
}

/// A letter of a list to somebody, or why there was none.
#[derive(Clone, Debug)]
pub struct Issue {
    pub period: String,
    pub outcome: String,
    pub because: String,
    /// What the relay made of it; empty if there was no letter.
    pub state: String,
    pub words: String,
    pub made: DateTime<Utc>,
}

/// The last issues for a person, the newest first.
pub fn about(conn: &mut Conn, person: &str, count: i64) -> Result<Vec<Issue>> {
    type Row = (String, String, String, Option<String>, Option<String>, Option<String>, i64);
    let taken = outbox_events::delivery_id.eq(outbox::delivery_id).and(outbox_events::event.eq("accepted"));
    let rows: Vec<Row> = issues::table
        .left_join(outbox::table.on(issues::delivery.eq(outbox::delivery_id.nullable())))
        .left_join(outbox_events::table.on(taken))
        .filter(issues::person.eq(person))
        .order((issues::made_at.desc(), issues::id.desc()))
        .limit(count)
        .select((
            issues::period_key,
            issues::outcome,
            issues::because,
            outbox::state.nullable(),
            outbox::last_text.nullable(),
            outbox_events::words.nullable(),
            issues::made_at,
        ))
        .load(conn)?;
    let issue = |(period, outcome, because, state, refused, taken, made): Row| Issue {
        period,
        outcome,
        because,
        state: state.unwrap_or_default(),
        words: taken.or(refused).unwrap_or_default(),
        made: DateTime::from_timestamp_millis(made).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(issue).collect())
}
