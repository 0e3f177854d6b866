//! Corrections: they go to those who were told what was wrong, over whichever list, and to nobody else.

use super::change::{self, Change};
use super::issue::{NewIssue, tell};
use super::letter::Correction;
use super::planner::Planner;
use crate::db::schema::{guide_changes, issues, people, told};
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::follows::{Frequency, Subscription};
use crate::mail::Class;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// How long somebody who was told can still be told better.
const LATEST: TimeDelta = TimeDelta::days(90);
/// People who are written to together.
const PAGE: i64 = 200;
/// How long the letter is of use.
const LIFE: TimeDelta = TimeDelta::days(7);

/// Posts every correction that has not reached all who were told the wrong thing; how many letters that were.
pub fn plan(conn: &mut Conn, planner: &Planner, horizon: i64, now: DateTime<Utc>) -> Result<usize> {
    let due = db::snapshot(conn, |conn| due(conn, horizon, now))?;
    let mut by_seq: BTreeMap<i64, Vec<Change>> = BTreeMap::new();
    for change in due {
        by_seq.entry(change.seq).or_default().push(change);
    }
    let mut posted = 0;
    for (seq, corrections) in &by_seq {
        // What was published together is told together.
        let mut seen: HashSet<String> = HashSet::new();
        loop {
            let mut people = db::snapshot(conn, |conn| owed(conn, corrections, PAGE + seen.len() as i64))?;
            people.retain(|person| seen.insert(person.clone()));
            if people.is_empty() {
                break;
            }
            for person in people {
                posted += usize::from(correct(conn, planner, (&person, *seq), corrections, now)?);
            }
        }
    }
    Ok(posted)
}

/// Corrections that may be told, the earliest first.
fn due(conn: &mut Conn, horizon: i64, now: DateTime<Utc>) -> Result<Vec<Change>> {
    let rows: Vec<change::Row> = guide_changes::table
        .filter(guide_changes::corrects.is_not_null().and(guide_changes::recalled_at.is_null()))
        .filter(guide_changes::seq.le(horizon))
        .filter(guide_changes::published_at.gt((now - LATEST).timestamp_millis()))
        .order((guide_changes::seq, guide_changes::kind, guide_changes::slug))
        .select(change::COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(Change::from_row).collect())
}

/// Ids of people who were told something wrong and not yet what is right.
fn owed(conn: &mut Conn, corrections: &[Change], count: i64) -> Result<Vec<String>> {
    let mut people: Vec<String> = Vec::new();
    for correction in corrections {
        let Some(wrong) = correction.corrects else { continue };
        let (kind, slug) = (correction.kind.as_str(), correction.slug.as_str());
        let right = diesel::alias!(told as right);
        let done = right
            .filter(right.field(told::seq).eq(correction.seq))
            .filter(right.field(told::kind).eq(kind).and(right.field(told::slug).eq(slug)))
            .select(right.field(told::person));
        let rows: Vec<String> = told::table
            .filter(told::seq.eq(wrong).and(told::kind.eq(kind)).and(told::slug.eq(slug)))
            .filter(told::person.ne_all(done))
            .order(told::person)
            .limit(count)
            .select(told::person)
            .load(conn)?;
        people.extend(rows);
    }
    people.sort();
    people.dedup();
    Ok(people)
}

/// Writes to one person; whether a letter was posted.
fn correct(
    conn: &mut Conn,
    planner: &Planner,
    (person, seq): (&str, i64),
    corrections: &[Change],
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut met = false;
    let posted = db::write(conn, |conn| {
        let (mut items, mut tells, mut by) = (Vec::new(), Vec::new(), None);
        for correction in corrections {
            let Some((day, issue)) = was_told(conn, person, correction)? else { continue };
            let wrong = change::find(
                conn,
                correction.corrects.unwrap_or_default(),
                &correction.kind,
                &correction.slug,
            )?;
            let story = planner.stories().tell(conn, planner.kinds, &[correction])?;
            let Some(story) = story else { continue };
            items.push((wrong.lines, day, story));
            tells.push(correction);
            by = by.or(Some(issue));
        }
        let Some(subscription) = over(conn, person, by.as_deref(), now)? else { return Ok(false) };
        if tells.is_empty() || subscription.is_paused(now) {
            // Whoever paused is written to when the pause is over.
            return Ok(false);
        }
        let id = Uuid::now_v7().to_string();
        if !tell(conn, person, &id, &tells, now)? {
            met = true;
            return Err(Error::Unavailable("another planner writes the same".into()));
        }
        let period = format!("K:{seq}");
        let issue = NewIssue {
            id: &id,
            subscription: &subscription,
            period: &period,
            to: subscription.last_seq,
            thread: None,
            now,
        };
        if subscription.rhythm.frequency == Frequency::Off {
            let because = "You stopped these letters before a correction to one of them was published.";
            issue.insert(conn, "suppressed", because, None)?;
            return Ok(false);
        }
        let correction = Correction { items, site: &planner.office.url("") };
        let Some(letter) = correction.letter() else { return Ok(false) };
        let address: String = people::table.find(person).select(people::address).first(conn)?;
        issue.post(conn, planner, (&address, Class::Notice), &letter, now + LIFE)?;
        Ok(true)
    });
    if met { Ok(false) } else { posted }
}

/// The day on which somebody was told what a correction puts right, and by which issue; nothing if they were not, or were
/// told better already.
fn was_told(conn: &mut Conn, person: &str, correction: &Change) -> Result<Option<(String, String)>> {
    let key = |seq: i64| (person.to_owned(), seq, correction.kind.clone(), correction.slug.clone());
    let at = |conn: &mut Conn, seq: i64| -> Result<Option<(i64, String)>> {
        let (person, seq, kind, slug) = key(seq);
        let row = told::table.find((person, seq, kind, slug)).select((told::told_at, told::issue));
        Ok(row.first(conn).optional()?)
    };
    if at(conn, correction.seq)?.is_some() {
        return Ok(None);
    }
    let Some((told_at, issue)) = at(conn, correction.corrects.unwrap_or_default())? else { return Ok(None) };
    let day = DateTime::from_timestamp_millis(told_at).unwrap_or_default().format("%-d %B %Y").to_string();
    Ok(Some((day, issue)))
}

/// The subscription over which somebody is written to: the one over which they were told, or another that still sends.
fn over(
    conn: &mut Conn,
    person: &str,
    issue: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Subscription>> {
    let told_over: Option<String> = match issue {
        Some(issue) => issues::table.find(issue).select(issues::subscription).first(conn).optional()?,
        None => None,
    };
    let mut all = Subscription::of(conn, person)?;
    let sends = |s: &Subscription| s.rhythm.frequency != Frequency::Off;
    all.sort_by_key(|s| (!sends(s), s.is_paused(now), told_over.as_deref() != Some(s.id.as_str())));
    Ok(all.into_iter().next())
}
