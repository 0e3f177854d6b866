//! A relay that could not be used is left alone for a while, by all instances together; then one letter tries it.

use crate::db::schema::relays;
use crate::db::{Conn, inserted};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

const SHORTEST: TimeDelta = TimeDelta::seconds(30);
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// How long whoever tries has for it before somebody else does.
const TRIAL: TimeDelta = TimeDelta::seconds(60);
/// How long a name and a reason are kept.
const NAME: usize = 200;
const WORDS: usize = 500;

/// What is known of a relay at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breaker {
    /// How often in a row it could not be used.
    trips: i32,
    until: Option<i64>,
}

/// A relay that is left alone for now.
#[derive(Clone, Debug)]
pub struct Shut {
    pub name: String,
    /// How often in a row it could not be used.
    pub trips: i32,
    /// What went wrong.
    pub words: String,
    /// When it is tried again.
    pub until: DateTime<Utc>,
}

impl Shut {
    /// All of them.
    pub fn all(conn: &mut Conn) -> Result<Vec<Shut>> {
        let rows: Vec<(String, i32, String, Option<i64>)> = relays::table
            .filter(relays::shut_until.is_not_null())
            .order(relays::name)
            .select((relays::name, relays::trips, relays::words, relays::shut_until))
            .load(conn)?;
        let shut = |(name, trips, words, until): (String, i32, String, Option<i64>)| {
            Some(Shut { name, trips, words, until: DateTime::from_timestamp_millis(until?)? })
        };
        Ok(rows.into_iter().filter_map(shut).collect())
    }
}

/// Whether letters may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Door {
    Open,
    /// To one letter of one worker.
    Ajar,
    Shut,
}

impl Breaker {
    pub fn of(conn: &mut Conn, relay: &str) -> Result<Breaker> {
        let columns = (relays::trips, relays::shut_until);
        let row: Option<(i32, Option<i64>)> =
            relays::table.find(name(relay)).select(columns).first(conn).optional()?;
        Ok(row.map(|(trips, until)| Breaker { trips, until }).unwrap_or_default())
    }

    pub fn door(&self, now: DateTime<Utc>) -> Door {
        match self.until {
            None => Door::Open,
            Some(until) if now.timestamp_millis() >= until => Door::Ajar,
            Some(_) => Door::Shut,
        }
    }

    /// Takes the trial, unless somebody else has it.
    pub fn try_it(&self, conn: &mut Conn, relay: &str, now: DateTime<Utc>) -> Result<bool> {
        let same = relays::table.find(name(relay)).filter(relays::shut_until.eq(self.until));
        let taken = diesel::update(same)
            .set(relays::shut_until.eq((now + TRIAL).timestamp_millis()))
            .execute(conn)?;
        Ok(taken == 1)
    }

    /// Shuts it after it could not be used; once, however many find that out at the same time.
    pub fn trip(
        &self,
        conn: &mut Conn,
        relay: &str,
        words: &str,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>> {
        let until = now + pause(self.trips);
        let words: String = words.chars().take(WORDS).collect();
        let set = (
            relays::trips.eq(self.trips + 1),
            relays::shut_until.eq(until.timestamp_millis()),
            relays::words.eq(&words),
        );
        let same = relays::table.find(name(relay)).filter(relays::trips.eq(self.trips));
        if diesel::update(same).set(set).execute(conn)? == 0 && self.trips == 0 {
            inserted(conn, |conn| {
                let row = (relays::name.eq(name(relay)), set.0, set.1, set.2);
                diesel::insert_into(relays::table).values(row).execute(conn)
            })?;
        }
        Ok(until)
    }

    /// Opens it after a letter went through.
    pub fn mend(&self, conn: &mut Conn, relay: &str) -> Result<()> {
        let same = relays::table.find(name(relay)).filter(relays::trips.eq(self.trips));
        let open = (relays::trips.eq(0), relays::shut_until.eq(None::<i64>), relays::words.eq(""));
        diesel::update(same).set(open).execute(conn)?;
        Ok(())
    }

    /// Whether it was shut when it was read, so that a letter which goes through is news.
    pub fn was_shut(&self) -> bool {
        self.until.is_some()
    }
}

/// What a relay is written down as.
fn name(relay: &str) -> String {
    relay.chars().take(NAME).collect()
}

/// Longer each time.
fn pause(trips: i32) -> TimeDelta {
    (SHORTEST * 2_i32.pow(trips.clamp(0, 5).cast_unsigned())).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_left_alone_longer_each_time() {
        let pauses: Vec<i64> = (0..7).map(|trips| pause(trips).num_seconds()).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn it_is_shut_then_ajar() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let shut = Breaker { trips: 1, until: Some(now.timestamp_millis()) };
        assert_eq!(shut.door(now - TimeDelta::milliseconds(1)), Door::Shut);
        assert_eq!((shut.door(now), Breaker::default().door(now)), (Door::Ajar, Door::Open));
    }
}
