//! Issues of lists: written down, posted and noted as told in one transaction for each person.

use super::change::{Change, UNDO};
use super::make::Made;
use super::planner::Planner;
use super::readers::Reader;
use crate::db::schema::{guide_changes, issues, told};
use crate::db::{self, Conn, insert_all};
use crate::error::{Error, Result};
use crate::follows::{Frequency, Key, Subscription};
use crate::mail::{Class, Letter, Listed, Point, PostOffice, Posting};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How long a notice is of use; what it said comes again with the next.
const NOTICE: TimeDelta = TimeDelta::days(3);

/// Writes down a letter or that there is none, in one transaction. False if the subscription was changed meanwhile, or
/// another planner was first.
pub fn settle(
    conn: &mut Conn,
    planner: &Planner,
    reader: &Reader,
    made: &Made,
    now: DateTime<Utc>,
) -> Result<bool> {
    let subscription = made.subscription;
    if reader.had.contains(&(subscription.id.clone(), made.period.clone())) {
        // This period had its letter, such as before the hour was changed: what there is comes with the next.
        return db::write(conn, |conn| subscription.advance(conn, subscription.last_seq, reader.zone, now));
    }
    let mut met = false;
    let settled = db::write(conn, |conn| {
        if !subscription.advance(conn, made.to, reader.zone, now)? {
            return Ok(false);
        }
        let thread = made.thread.as_deref();
        let issue = NewIssue { id: &made.id, subscription, period: &made.period, to: made.to, thread, now };
        let Some(letter) = &made.letter else {
            let outcome = if made.recalled { "recalled" } else { "empty" };
            issue.insert(conn, outcome, &made.because, None)?;
            return Ok(true);
        };
        if taken_back(conn, &made.tells, now)? {
            return Err(Error::Unavailable("the news of a change was taken back at this moment".into()));
        }
        let class = match subscription.rhythm.frequency {
            Frequency::AtOnce => Class::Notice,
            _ => Class::Digest,
        };
        // Until the next is due: what this one says comes with it if it could not be sent.
        let next = subscription.rhythm.next(reader.zone, now).map_or(now + NOTICE, |due| due.at);
        let expires = next.max(now + TimeDelta::hours(12));
        issue.post(conn, planner, (&reader.address, class), letter, expires)?;
        if !tell(conn, &subscription.person, &made.id, &made.tells, now)? {
            met = true;
            return Err(Error::Unavailable("the same is being told over another list".into()));
        }
        Ok(true)
    });
    if met { Ok(false) } else { settled }
}
/// An issue of a list for one person.
pub struct NewIssue<'a> {
    pub id: &'a str,
    pub subscription: &'a Subscription,
    pub period: &'a str,
    pub to: i64,
    /// The conversation that its letter belongs to.
    pub thread: Option<&'a str>,
    pub now: DateTime<Utc>,
}

impl NewIssue<'_> {
    pub fn insert(
        &self,
        conn: &mut Conn,
        outcome: &str,
        because: &str,
        letter: Option<&Letter>,
    ) -> Result<()> {
        let content = letter.map(serde_json::to_string).transpose()?.unwrap_or_default();
        diesel::insert_into(issues::table)
            .values((
                issues::id.eq(self.id),
                issues::subscription.eq(&self.subscription.id),
                issues::person.eq(&self.subscription.person),
                issues::period_key.eq(self.period),
                issues::from_seq.eq(self.subscription.last_seq),
                issues::to_seq.eq(self.to),
                issues::outcome.eq(outcome),
                issues::because.eq(because),
                issues::delivery.eq(letter.map(|_| self.id)),
                issues::letter.eq(content),
                issues::made_at.eq(self.now.timestamp_millis()),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Posts its letter, which is delivered under its own id.
    pub fn post(
        &self,
        conn: &mut Conn,
        planner: &Planner,
        (to, class): (&str, Class),
        letter: &Letter,
        expires: DateTime<Utc>,
    ) -> Result<()> {
        self.insert(conn, "mailed", "", Some(letter))?;
        planner.faults.survive(Point::Written)?;
        let (list, office) = (self.subscription.list, &planner.office);
        let key = Key::issue(conn, self.subscription, self.now)?;
        let listed = Listed {
            subscription: &self.subscription.id,
            name: list.name(),
            token: list.word(),
            unsubscribe: &office.url(&Key::unsubscribe(&key)),
            preferences: &office.url(&Key::preferences(&key)),
            web: &web(office, self.id),
            thread: self.thread,
        };
        office.post_as(
            conn,
            self.id,
            &Posting {
                dedup: &format!("{}/{}", list.word(), self.id),
                class,
                person: Some(&self.subscription.person),
                to,
                letter,
                list: Some(&listed),
                now: self.now,
                expires,
            },
        )
    }
}

/// Notes what a letter tells, so that no other does. False if another told some of it at this moment.
pub fn tell(
    conn: &mut Conn,
    person: &str,
    issue: &str,
    changes: &[&Change],
    now: DateTime<Utc>,
) -> Result<bool> {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            (
                told::person.eq(person),
                told::seq.eq(change.seq),
                told::kind.eq(&change.kind),
                told::slug.eq(&change.slug),
                told::issue.eq(issue),
                told::told_at.eq(now.timestamp_millis()),
            )
        })
        .collect();
    db::inserted(conn, |conn| insert_all!(conn, told::table, &rows).map(|()| rows.len()))
}

/// Whether an editor took back the news of one of these since they were read; only the newest can be.
fn taken_back(conn: &mut Conn, changes: &[&Change], now: DateTime<Utc>) -> Result<bool> {
    let young = now - UNDO * 2;
    for change in changes.iter().filter(|change| change.published > young) {
        let recalled: Option<i64> = guide_changes::table
            .find((change.seq, &change.kind, &change.slug))
            .select(guide_changes::recalled_at)
            .first(conn)?;
        if recalled.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where a letter can be read on the site: an address that nobody guesses.
fn web(office: &PostOffice, issue: &str) -> String {
    office.url(&format!("/letters/read/{issue}.{}", office.seal(issue)))
}

/// The letter of an issue and when it was made, for its web version.
///
/// # Errors
/// `NotFound` if there is none, or not any more.
pub fn read_issue(conn: &mut Conn, id: &str) -> Result<(Letter, DateTime<Utc>)> {
    let (letter, made): (String, i64) =
        issues::table.find(id).select((issues::letter, issues::made_at)).first(conn)?;
    if letter.is_empty() {
        return Err(Error::NotFound);
    }
    Ok((serde_json::from_str(&letter)?, DateTime::from_timestamp_millis(made).unwrap_or_default()))
}
