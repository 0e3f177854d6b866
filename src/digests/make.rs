//! What a subscription is to be told: a letter that is made and not posted yet, or why there is none.

use super::change::Change;
use super::choose::{Concerns, News};
use super::item::Item;
use super::letter::Digest;
use super::planner::Planner;
use super::readers::{Course, Reader};
use super::words::span;
use crate::db::Conn;
use crate::error::Result;
use crate::follows::{Frequency, List, Subscription};
use crate::mail::Letter;
use chrono::{DateTime, Datelike, Days, Months, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// What was found when a subscription was looked at.
pub enum Looked<'a> {
    /// What it would be told is still being edited.
    Waits,
    /// Nothing, for somebody who is told at once: that is no decision worth a row.
    Silent(i64),
    Made(Box<Made<'a>>),
}

/// A letter that was made and not posted yet, or why none was.
pub struct Made<'a> {
    pub id: String,
    pub subscription: &'a Subscription,
    pub period: String,
    /// Everything up to here was looked at.
    pub to: i64,
    pub letter: Option<Letter>,
    /// The conversation that the letter belongs to.
    pub thread: Option<String>,
    pub tells: Vec<&'a Change>,
    pub because: String,
    pub recalled: bool,
}

/// What a subscription is to be told.
pub fn make<'a>(
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
            thread: None,
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
        let resting =
            |course: &&Course| subscription.list != List::Plans || concern.plans.contains(&course.id);
        let courses: Vec<&Course> = reader.courses.iter().filter(resting).collect();
        let mut told: Option<Item> = None;
        for run in &concern.runs {
            let run: Vec<&Change> = run.iter().filter(|change| change.seq <= to).copied().collect();
            let Some(story) = planner.stories().tell(conn, planner.kinds, &run)? else { continue };
            match Item::of(&story, &concern.why, subscription.list, &courses) {
                Some(item) => {
                    first = run.first().map(|change| change.published).into_iter().chain(first).min();
                    told = match told {
                        Some(before) => before.and_then(item),
                        None => Some(item),
                    };
                    tells.extend(run);
                }
                None => small += Item::too_small(&story, &concern.why),
            }
        }
        items.extend(told);
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
    let thread = digest.thread();
    let letter = digest.letter();
    Ok(Looked::Made(Box::new(Made {
        id,
        subscription,
        period,
        to,
        letter,
        thread,
        tells,
        because: String::new(),
        recalled: false,
    })))
}

fn unchanged() -> String {
    "Nothing that this list tells of has changed.".into()
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
