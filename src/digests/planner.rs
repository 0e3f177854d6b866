//! The planner: makes the letters that are due, each once, whoever else plans at the same time.

use super::change;
use super::choose::News;
use super::correct;
use super::issue::settle;
use super::make::{Looked, Made, make};
use super::readers;
use super::release;
use super::story::Stories;
use crate::content::Kind;
use crate::db::schema::subscriptions;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::follows::{Frequency, Subscription};
use crate::mail::{Faults, Point, PostOffice};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

/// Subscriptions that are looked at together.
const PAGE: i64 = 200;
/// How often letters that did not arrive are looked for.
const RELEASE: TimeDelta = TimeDelta::seconds(60);

/// What planning works with.
pub struct Planner {
    pub office: PostOffice,
    pub(super) kinds: &'static [Kind],
    stories: Mutex<Stories>,
    released: Mutex<Option<DateTime<Utc>>>,
    pub(super) faults: Faults,
}

/// How many letters were made, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub mailed: usize,
    pub empty: usize,
    /// News that editors took back.
    pub recalled: usize,
    pub corrections: usize,
}

impl Planner {
    pub fn new(office: PostOffice, kinds: &'static [Kind]) -> Self {
        Planner {
            office,
            kinds,
            stories: Mutex::default(),
            released: Mutex::default(),
            faults: Faults::default(),
        }
    }

    /// One that dies where it is told to.
    #[cfg(debug_assertions)]
    pub fn with_faults(self, faults: Faults) -> Self {
        Planner { faults, ..self }
    }

    pub(super) fn stories(&self) -> std::sync::MutexGuard<'_, Stories> {
        self.stories.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The kinds that have pages.
    pub(super) fn shown(&self) -> Vec<&'static str> {
        self.kinds.iter().filter(|kind| kind.address.is_some()).map(|kind| kind.name).collect()
    }

    /// Whether it is time to look for letters that did not arrive.
    fn release_now(&self, now: DateTime<Utc>) -> bool {
        let mut last = self.released.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.is_none_or(|last| now >= last + RELEASE);
        if due {
            *last = Some(now);
        }
        due
    }
}

/// Makes every letter that is due at an office: corrections first, then the lists of each person in their order. Each
/// subscription is one transaction. Call it outside of any.
///
/// # Errors
/// `Unavailable` while the database is away; what was made until then stays.
pub fn plan_due(conn: &mut Conn, planner: &Planner, now: DateTime<Utc>) -> Result<Done> {
    if planner.release_now(now) {
        release::release(conn, now)?;
    }
    let horizon = db::snapshot(conn, |conn| change::horizon(conn, now))?;
    let mut done = Done { corrections: correct::plan(conn, planner, horizon, now)?, ..Done::default() };
    let mut seen: HashSet<String> = HashSet::new();
    // Those that could not be finished, and so stand first again.
    let mut stuck = 0;
    loop {
        let count = PAGE + stuck;
        let mut due = db::snapshot(conn, |conn| {
            let mut due = Subscription::due(conn, now, count)?;
            due.extend(Subscription::behind(conn, horizon, now, count)?);
            Ok(due)
        })?;
        due.retain(|subscription| !seen.contains(&subscription.id));
        if due.is_empty() {
            return Ok(done);
        }
        due.truncate(PAGE as usize);
        stuck += page(conn, planner, &due, (horizon, now), (&mut seen, &mut done))?;
    }
}

/// Makes the letters of some people; how many subscriptions could not be finished.
fn page(
    conn: &mut Conn,
    planner: &Planner,
    due: &[Subscription],
    (horizon, now): (i64, DateTime<Utc>),
    (seen, done): (&mut HashSet<String>, &mut Done),
) -> Result<i64> {
    let people: BTreeSet<String> = due.iter().map(|subscription| subscription.person.clone()).collect();
    let people: Vec<String> = people.into_iter().collect();
    let (due, changes, readers) = db::snapshot(conn, |conn| {
        // All that is due for them, so that their plans come first.
        let mut due = Subscription::due_of(conn, &people, horizon, now)?;
        due.sort_by(|a, b| (&a.person, a.list).cmp(&(&b.person, b.list)));
        let after = due.iter().map(|subscription| subscription.last_seq).min().unwrap_or(horizon);
        let changes = change::since(conn, after)?;
        let readers = readers::read(conn, &people, after, (&due, now))?;
        Ok((due, changes, readers))
    })?;
    seen.extend(due.iter().map(|subscription| subscription.id.clone()));
    let news = db::snapshot(conn, |conn| News::read(conn, &changes, horizon, now, planner.shown()))?;
    let mut readers = readers;
    let (mut stuck, mut silent, mut lost) = (0, Vec::new(), String::new());
    for subscription in &due {
        // Another planner is at work on them: the next look finds what is left.
        if lost == subscription.person {
            stuck += 1;
            continue;
        }
        let Some(reader) = readers.get_mut(&subscription.person) else { continue };
        let made = make(conn, planner, (subscription, reader), &news, (horizon, now));
        let settled = made.and_then(|made| match made {
            Looked::Waits => {
                stuck += 1;
                Ok(true)
            }
            Looked::Silent(to) => {
                silent.push((subscription.id.clone(), to));
                Ok(true)
            }
            Looked::Made(made) => {
                let settled = settle(conn, planner, reader, &made, now)?;
                if settled {
                    count(done, &made);
                    let told = made.tells.iter().map(|c| (c.seq, c.kind.clone(), c.slug.clone()));
                    reader.told.extend(told);
                    planner.faults.survive(Point::Planned)?;
                }
                Ok(settled)
            }
        });
        match settled {
            Ok(true) => {}
            Ok(false) => {
                stuck += 1;
                lost = subscription.person.clone();
            }
            Err(Error::Unexpected(why)) => {
                tracing::error!(
                    subscription = subscription.id,
                    why,
                    "a letter cannot be made; it is tried again in an hour"
                );
                put_off(conn, subscription, now)?;
                stuck += 1;
            }
            Err(error) => return Err(error),
        }
    }
    advance(conn, &silent)?;
    Ok(stuck)
}

fn count(done: &mut Done, made: &Made) {
    match (&made.letter, made.recalled) {
        (Some(_), _) => done.mailed += 1,
        (None, true) => done.recalled += 1,
        (None, false) => done.empty += 1,
    }
}

/// Notes that those who are told at once were looked at, and had nothing to be told.
fn advance(conn: &mut Conn, silent: &[(String, i64)]) -> Result<()> {
    let to: BTreeSet<i64> = silent.iter().map(|(_, to)| *to).collect();
    for to in to {
        let ids: Vec<&String> = silent.iter().filter(|(_, its)| *its == to).map(|(id, _)| id).collect();
        db::write(conn, |conn| {
            let same = subscriptions::table
                .filter(subscriptions::id.eq_any(&ids).and(subscriptions::last_seq.lt(to)))
                .filter(subscriptions::frequency.eq(Frequency::AtOnce.word()));
            diesel::update(same).set(subscriptions::last_seq.eq(to)).execute(conn)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Leaves a subscription alone for an hour, whose letter cannot be made.
fn put_off(conn: &mut Conn, subscription: &Subscription, now: DateTime<Utc>) -> Result<()> {
    let later = (now + TimeDelta::hours(1)).timestamp_millis();
    db::write(conn, |conn| {
        let same = subscriptions::table.find(&subscription.id).filter(
            subscriptions::version.eq(subscription.version).and(subscriptions::next_due_at.is_not_null()),
        );
        diesel::update(same).set(subscriptions::next_due_at.eq(later)).execute(conn)?;
        Ok(())
    })
}
