//! The planner: makes the letters that are due, each once, whoever else plans at the same time.

use super::change::{self, Change, UNDO};
use super::choose::{Concerns, News};
use super::letter::{Digest, Item};
use super::readers::{self, Reader};
use super::story::Stories;
use super::words::span;
use super::{correct, release};
use crate::content::Kind;
use crate::db::schema::{guide_changes, issues, subscriptions, told};
use crate::db::{self, Conn, insert_all};
use crate::error::{Error, Result};
use crate::follows::{Frequency, Key, Subscription};
use crate::mail::{Class, Letter, Listed, PostOffice, Posting};
use chrono::{DateTime, Datelike, Days, Months, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;
use uuid::Uuid;

/// Subscriptions that are looked at together.
const PAGE: i64 = 200;
/// How long a notice is of use; what it said comes again with the next.
const NOTICE: TimeDelta = TimeDelta::days(3);
/// How often letters that did not arrive are looked for.
const RELEASE: TimeDelta = TimeDelta::seconds(60);

/// What planning works with.
pub struct Planner {
    pub office: PostOffice,
    pub(super) kinds: &'static [Kind],
    stories: Mutex<Stories>,
    released: Mutex<Option<DateTime<Utc>>>,
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

/// What was found when a subscription was looked at.
enum Looked<'a> {
    /// What it would be told is still being edited.
    Waits,
    /// Nothing, for somebody who is told at once: that is no decision worth a row.
    Silent(i64),
    Made(Box<Made<'a>>),
}

/// A letter that was made and not posted yet, or why none was.
struct Made<'a> {
    id: String,
    subscription: &'a Subscription,
    period: String,
    /// Everything up to here was looked at.
    to: i64,
    letter: Option<Letter>,
    tells: Vec<&'a Change>,
    because: String,
    recalled: bool,
}

impl Planner {
    pub fn new(office: PostOffice, kinds: &'static [Kind]) -> Self {
        Planner { office, kinds, stories: Mutex::default(), released: Mutex::default() }
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

/// What a subscription is to be told.
fn make<'a>(
    conn: &mut Conn,
    planner: &Planner,
    (subscription, reader): (&'a Subscription, &Reader),
    news: &News<'a>,
    (horizon, now): (i64, DateTime<Utc>),
) -> Result<Looked<'a>> {
    let at_once = subscription.rhythm.frequency == Frequency::AtOnce;
    let due = subscription.rhythm.last(reader.zone, now);
    let period = due.as_ref().map_or(String::new(), |due| due.period.clone());
    let none = |to: i64, because: String, recalled: bool| {
        if at_once {
            return Looked::Silent(to);
        }
        let (id, period) = (Uuid::now_v7().to_string(), period.clone());
        Looked::Made(Box::new(Made {
            id,
            subscription,
            period,
            to,
            letter: None,
            tells: Vec::new(),
            because,
            recalled,
        }))
    };
    let Concerns { all, recalled, waits } =
        news.for_reader(reader, subscription.list, subscription.last_seq, at_once);
    // What is still being edited holds back whatever was published after it.
    let to = waits.map_or(horizon, |seq| horizon.min(seq - 1));
    if waits.is_some() && to <= subscription.last_seq {
        return Ok(Looked::Waits);
    }
    let to = to.max(subscription.last_seq);
    let (mut items, mut tells, mut small, mut first) = (Vec::new(), Vec::new(), 0, None);
    for concern in &all {
        let mut told = false;
        for run in &concern.runs {
            let run: Vec<&Change> = run.iter().filter(|change| change.seq <= to).copied().collect();
            let Some(story) = planner.stories().tell(conn, planner.kinds, &run)? else { continue };
            match Item::of(&story, &concern.why, subscription.list, &reader.courses) {
                Some(item) => {
                    first = run.first().map(|change| change.published).into_iter().chain(first).min();
                    items.push(item);
                    tells.extend(run);
                    told = true;
                }
                None => small += usize::from(!told),
            }
        }
    }
    if items.is_empty() {
        let because = match (recalled, small) {
            (0, 0) => unchanged(),
            (0, _) => "What changed was too small for a letter.".into(),
            _ => "Editors took back the news of what changed.".into(),
        };
        return Ok(none(to, because, recalled > 0));
    }
    let id = Uuid::now_v7().to_string();
    let span = due.as_ref().map(|due| covered(subscription.rhythm.frequency, reader.zone, due.at, first));
    let period = if at_once { format!("S:{to}") } else { period.clone() };
    let digest = Digest {
        list: subscription.list,
        rhythm: subscription.rhythm,
        span,
        items,
        courses: &reader.courses,
        small,
        site: &planner.office.url(""),
    };
    let letter = digest.letter();
    Ok(Looked::Made(Box::new(Made {
        id,
        subscription,
        period,
        to,
        letter,
        tells,
        because: String::new(),
        recalled: false,
    })))
}

fn unchanged() -> String {
    "Nothing that this list tells of has changed.".into()
}

/// Where a letter can be read on the site: an address that nobody guesses.
fn web(office: &PostOffice, issue: &str) -> String {
    office.url(&format!("/letters/read/{issue}.{}", office.seal(issue)))
}

/// The days that a letter covers, which begin with the first change in it if that is earlier, as after a standstill.
fn covered(frequency: Frequency, zone: Tz, due: DateTime<Utc>, first: Option<DateTime<Utc>>) -> String {
    let last = due.with_timezone(&zone).date_naive();
    let from = match frequency {
        Frequency::Weekly => last.checked_sub_days(Days::new(6)),
        Frequency::Monthly => last.checked_sub_months(Months::new(1)).and_then(|day| day.succ_opt()),
        _ => Some(last),
    };
    let first = first.map(|at| at.with_timezone(&zone).date_naive());
    let from = from.into_iter().chain(first).min().unwrap_or(last);
    // Nobody reads a span of years.
    span(from.max(last.with_year(last.year() - 1).unwrap_or(from)), last)
}

/// Writes down a letter or that there is none, in one transaction. False if the subscription was changed meanwhile, or
/// another planner was first.
fn settle(
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
        let issue = NewIssue { id: &made.id, subscription, period: &made.period, to: made.to, now };
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
pub(super) struct NewIssue<'a> {
    pub id: &'a str,
    pub subscription: &'a Subscription,
    pub period: &'a str,
    pub to: i64,
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
        let (list, office) = (self.subscription.list, &planner.office);
        let key = Key::issue(conn, self.subscription, self.now)?;
        let listed = Listed {
            subscription: &self.subscription.id,
            name: list.name(),
            token: list.word(),
            unsubscribe: &office.url(&Key::unsubscribe(&key)),
            preferences: &office.url(&Key::preferences(&key)),
            web: &web(office, self.id),
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
pub(super) fn tell(
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

/// The letter of an issue and when it was made, for its web version.
///
/// # Errors
/// `NotFound` if there is none, or not any more.
pub(super) fn read_issue(conn: &mut Conn, id: &str) -> Result<(Letter, DateTime<Utc>)> {
    let (letter, made): (String, i64) =
        issues::table.find(id).select((issues::letter, issues::made_at)).first(conn)?;
    if letter.is_empty() {
        return Err(Error::NotFound);
    }
    Ok((serde_json::from_str(&letter)?, DateTime::from_timestamp_millis(made).unwrap_or_default()))
}
