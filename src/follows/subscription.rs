//! Subscriptions: a person on a list, with how often its letters come and how far they were told.

use super::list::{self, Frequency, List, Rhythm};
use crate::accounts::Person;
use crate::db::schema::subscriptions;
use crate::db::{Conn, inserted};
use crate::editing::guide_revision;
use crate::error::{Error, Result};
use crate::mail;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

/// How long a pause is.
pub const PAUSE: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    pub id: String,
    pub person: String,
    pub list: List,
    pub rhythm: Rhythm,
    /// No letter goes out before; what is changed meanwhile is told afterwards.
    pub paused_until: Option<DateTime<Utc>>,
    /// The guide's revision up to which everything was looked at.
    pub last_seq: i64,
    /// When a letter is due next; none for letters that come at once or not at all.
    pub next_due: Option<DateTime<Utc>>,
    /// Counts changes: whoever makes a letter from what it read here finds out whether it still holds.
    pub version: i64,
}

type Row = (String, String, String, String, i32, i32, Option<i64>, i64, Option<i64>, i64);
type Columns = (
    subscriptions::id,
    subscriptions::person,
    subscriptions::list,
    subscriptions::frequency,
    subscriptions::weekday,
    subscriptions::minute,
    subscriptions::paused_until,
    subscriptions::last_seq,
    subscriptions::next_due_at,
    subscriptions::version,
);
const COLUMNS: Columns = (
    subscriptions::id,
    subscriptions::person,
    subscriptions::list,
    subscriptions::frequency,
    subscriptions::weekday,
    subscriptions::minute,
    subscriptions::paused_until,
    subscriptions::last_seq,
    subscriptions::next_due_at,
    subscriptions::version,
);

impl Subscription {
    /// None of a list that this program does not know.
    fn from_row(row: Row) -> Option<Subscription> {
        let (id, person, list, frequency, weekday, minute, paused_until, last_seq, next_due, version) = row;
        let moment = |at: Option<i64>| at.and_then(DateTime::from_timestamp_millis);
        let list = List::from_word(&list)?;
        let first = Rhythm::first(list);
        Some(Subscription {
            id,
            person,
            list,
            rhythm: Rhythm {
                // What this program does not understand sends nothing.
                frequency: Frequency::from_word(&frequency).unwrap_or(Frequency::Off),
                weekday: list::weekday(weekday).unwrap_or(first.weekday),
                minute: u32::try_from(minute).unwrap_or(first.minute).min(list::DAY - 1),
            },
            paused_until: moment(paused_until),
            last_seq,
            next_due: moment(next_due),
            version,
        })
    }

    /// # Errors
    /// `NotFound` if there is none with this id.
    pub fn find(conn: &mut Conn, id: &str) -> Result<Subscription> {
        let row: Row = subscriptions::table.find(id).select(COLUMNS).first(conn)?;
        Subscription::from_row(row).ok_or(Error::NotFound)
    }

    /// All of a person, in the order of `List`.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Vec<Subscription>> {
        let rows: Vec<Row> =
            subscriptions::table.filter(subscriptions::person.eq(person)).select(COLUMNS).load(conn)?;
        let mut all: Vec<Subscription> = rows.into_iter().filter_map(Subscription::from_row).collect();
        all.sort_by_key(|subscription| subscription.list);
        Ok(all)
    }

    /// A person's place on a list, if they have one.
    pub fn on(conn: &mut Conn, person: &str, list: List) -> Result<Option<Subscription>> {
        let row: Option<Row> = subscriptions::table
            .filter(subscriptions::person.eq(person).and(subscriptions::list.eq(list.word())))
            .select(COLUMNS)
            .first(conn)
            .optional()?;
        Ok(row.and_then(Subscription::from_row))
    }

    /// The same, made now if there is none: nothing that was published before is told. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if there is no such person.
    pub fn begin(conn: &mut Conn, person: &str, list: List, now: DateTime<Utc>) -> Result<Subscription> {
        if let Some(found) = Subscription::on(conn, person, list)? {
            return Ok(found);
        }
        let (zone, seq) = (zone_of(conn, person)?, guide_revision(conn)?);
        let rhythm = Rhythm::first(list);
        let row = (
            subscriptions::id.eq(Uuid::now_v7().to_string()),
            subscriptions::person.eq(person),
            subscriptions::list.eq(list.word()),
            subscriptions::frequency.eq(rhythm.frequency.word()),
            subscriptions::weekday.eq(rhythm.weekday.number_from_monday().cast_signed()),
            subscriptions::minute.eq(rhythm.minute.cast_signed()),
            subscriptions::last_seq.eq(seq),
            subscriptions::next_due_at.eq(due(&rhythm, None, zone, now)),
            subscriptions::version.eq(1),
            subscriptions::created_at.eq(now.timestamp_millis()),
        );
        // Somebody may make the same at this moment.
        inserted(conn, |conn| diesel::insert_into(subscriptions::table).values(row).execute(conn))?;
        Subscription::on(conn, person, list)?.ok_or(Error::NotFound)
    }

    /// Has its letters come in another rhythm. What was told up to now stays told, and nothing is skipped. Letters that
    /// wait are cancelled if none are wanted any more.
    pub fn choose(&self, conn: &mut Conn, rhythm: Rhythm, now: DateTime<Utc>) -> Result<()> {
        let paused = self.paused_until.filter(|_| rhythm.frequency != Frequency::Off);
        self.set(conn, rhythm, paused, now)
    }

    /// Has no letter go out until a moment, or lets them go again. One that comes not at all stays so.
    pub fn pause(&self, conn: &mut Conn, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
        self.set(conn, self.rhythm, until, now)
    }

    /// Has no more letters come, those that wait included.
    pub fn stop(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
        self.set(conn, Rhythm { frequency: Frequency::Off, ..self.rhythm }, None, now)
    }

    /// Computes anew when letters are due, after the person's clock was changed.
    pub fn reckon(conn: &mut Conn, person: &str, now: DateTime<Utc>) -> Result<()> {
        for subscription in Subscription::of(conn, person)? {
            subscription.set(conn, subscription.rhythm, subscription.paused_until, now)?;
        }
        Ok(())
    }

    fn set(
        &self,
        conn: &mut Conn,
        rhythm: Rhythm,
        paused: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let zone = zone_of(conn, &self.person)?;
        diesel::update(subscriptions::table.find(&self.id))
            .set((
                subscriptions::frequency.eq(rhythm.frequency.word()),
                subscriptions::weekday.eq(rhythm.weekday.number_from_monday().cast_signed()),
                subscriptions::minute.eq(rhythm.minute.cast_signed()),
                subscriptions::paused_until.eq(paused.map(|until| until.timestamp_millis())),
                subscriptions::next_due_at.eq(due(&rhythm, paused, zone, now)),
                subscriptions::version.eq(subscriptions::version + 1),
            ))
            .execute(conn)?;
        if rhythm.frequency == Frequency::Off {
            mail::cancel(conn, &self.id, "you stopped these letters", now)?;
        } else if paused.is_some_and(|until| until > now) {
            mail::cancel(conn, &self.id, "you paused these letters", now)?;
        }
        Ok(())
    }

    /// Notes that everything up to `seq` was looked at for it, and when it is due next. False if it was changed since it
    /// was read: then whatever was made of it does not count.
    pub fn advance(&self, conn: &mut Conn, seq: i64, zone: Tz, now: DateTime<Utc>) -> Result<bool> {
        let same = subscriptions::table.find(&self.id).filter(subscriptions::version.eq(self.version));
        let changed = diesel::update(same)
            .set((
                subscriptions::last_seq.eq(seq),
                subscriptions::next_due_at.eq(due(&self.rhythm, self.paused_until, zone, now)),
                subscriptions::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// `count` of those whose letter is due by the clock, the ones that wait longest first.
    pub fn due(conn: &mut Conn, now: DateTime<Utc>, count: i64) -> Result<Vec<Subscription>> {
        let rows: Vec<Row> = subscriptions::table
            .filter(subscriptions::next_due_at.le(now.timestamp_millis()))
            .order((subscriptions::next_due_at, subscriptions::id))
            .limit(count)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().filter_map(Subscription::from_row).collect())
    }

    /// `count` of those that are told at once and have not been looked at up to the guide's revision `seq`.
    pub fn behind(conn: &mut Conn, seq: i64, now: DateTime<Utc>, count: i64) -> Result<Vec<Subscription>> {
        let awake =
            subscriptions::paused_until.is_null().or(subscriptions::paused_until.le(now.timestamp_millis()));
        let rows: Vec<Row> = subscriptions::table
            .filter(subscriptions::frequency.eq(Frequency::AtOnce.word()))
            .filter(subscriptions::last_seq.lt(seq).and(awake))
            .order((subscriptions::last_seq, subscriptions::id))
            .limit(count)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().filter_map(Subscription::from_row).collect())
    }

    /// Whether letters are kept back at a moment.
    pub fn is_paused(&self, now: DateTime<Utc>) -> bool {
        self.paused_until.is_some_and(|until| until > now)
    }
}

/// The time zone of a person; UTC if theirs is not known any more.
fn zone_of(conn: &mut Conn, person: &str) -> Result<Tz> {
    Ok(Person::find(conn, person)?.clock())
}

fn due(rhythm: &Rhythm, paused: Option<DateTime<Utc>>, zone: Tz, now: DateTime<Utc>) -> Option<i64> {
    let from = paused.map_or(now, |until| until.max(now));
    rhythm.next(zone, from).map(|due| due.at.timestamp_millis())
}
