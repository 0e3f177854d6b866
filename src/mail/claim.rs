//! Taking letters from the outbox, keeping them while they are at work, and giving them back.

use super::breaker::{Breaker, Door};
use super::outbox::Class;
use super::pace::{self, Rate};
use super::settle::{self, Settled};
use super::suppression;
use crate::db::Conn;
use crate::db::schema::{messages, outbox};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// How long a worker that says nothing keeps what it took.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A letter that a worker has taken.
#[derive(Debug)]
pub struct Taken {
    pub id: String,
    pub class: Class,
    pub to: String,
    /// The name under which its address is suppressed.
    pub key: String,
    pub hash: String,
    pub attempt: i32,
    pub confirms: bool,
}

/// Where letters go, and how fast.
#[derive(Clone, Debug)]
pub struct Way {
    /// The relay, or the folder.
    pub place: String,
    pub rate: Rate,
    pub rate_of_domain: Rate,
}

/// What is to be done at a moment.
pub struct Due {
    /// Letters to be sent.
    pub letters: Vec<Waiting>,
    pub breaker: Breaker,
}

/// A letter to be sent.
#[derive(Debug)]
pub struct Waiting {
    pub id: String,
    pub priority: i32,
    pub domain: String,
}

/// What is due, the most urgent first, `count` letters at most of those that were tried and of those that were not, and none that would have to wait for others to its domain.
pub fn due(conn: &mut Conn, way: &Way, at: DateTime<Utc>, count: i64) -> Result<Due> {
    let now = at.timestamp_millis();
    let breaker = Breaker::of(conn, &way.place)?;
    let mut letters = Vec::new();
    if breaker.door(at) != Door::Shut {
        let busy = pace::busy(conn, way.rate_of_domain, at)?;
        // One after the other: each is read in the order of the index.
        for state in ["ready", "uncertain"] {
            let mut open = outbox::table
                .filter(outbox::state.eq(state).and(outbox::settled_at.is_null()))
                .filter(outbox::not_before.le(now).and(outbox::expires_at.gt(now)))
                .into_boxed();
            for domain in &busy {
                open = open.filter(outbox::recipient.not_like(format!("%{domain}")));
            }
            let rows: Vec<(String, i32, String)> = open
                .order((outbox::priority, outbox::not_before, outbox::delivery_id))
                .limit(count)
                .select((outbox::delivery_id, outbox::priority, outbox::recipient))
                .load(conn)?;
            let domain =
                |to: String| to.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
            letters.extend(rows.into_iter().map(|(id, priority, to)| Waiting {
                id,
                priority,
                domain: domain(to),
            }));
        }
        letters.sort_by_key(|letter| letter.priority);
    }
    Ok(Due { letters, breaker })
}

/// What is taken: who takes it, with which token, when.
pub struct Claim {
    pub token: String,
    pub way: Way,
    pub now: DateTime<Utc>,
}

impl Claim {
    /// Takes those of the letters that nobody else has taken meanwhile and that may go now. `key` gives the name under
    /// which an address is suppressed; letters to such addresses come to their end here.
    pub fn take(
        &self,
        conn: &mut Conn,
        breaker: &Breaker,
        mut chosen: Vec<Waiting>,
        key: impl Fn(&str) -> String,
    ) -> Result<Vec<Taken>> {
        match breaker.door(self.now) {
            Door::Open => {}
            Door::Ajar if breaker.try_it(conn, &self.way.place, self.now)? => chosen.truncate(1),
            _ => return Ok(Vec::new()),
        }
        let ids = self.in_turn(conn, chosen)?;
        let open = outbox::table
            .filter(outbox::delivery_id.eq_any(&ids))
            .filter(outbox::state.eq_any(["ready", "uncertain"]).and(outbox::settled_at.is_null()))
            .filter(outbox::not_before.le(self.now.timestamp_millis()));
        diesel::update(open)
            .set((
                outbox::state.eq("leased"),
                outbox::lease_token.eq(&self.token),
                outbox::lease_until.eq((self.now + LEASE).timestamp_millis()),
            ))
            .execute(conn)?;
        let rows: Vec<Row> = outbox::table
            .filter(outbox::delivery_id.eq_any(&ids))
            .filter(outbox::lease_token.eq(&self.token).and(outbox::state.eq("leased")))
            .order((outbox::priority, outbox::not_before, outbox::delivery_id))
            .select(COLUMNS)
            .load(conn)?;
        let taken: Vec<Taken> = rows.into_iter().map(|row| Taken::of(row, &key)).collect();
        let stopped = suppression::among(conn, taken.iter().map(|letter| &letter.key))?;
        let mut left = Vec::new();
        for letter in taken {
            match stopped.get(&letter.key).filter(|why| why.stops(letter.confirms, self.now)) {
                Some(why) => {
                    let settled = Settled::suppressed(&letter, &why.reason);
                    settle::settle(conn, &[(&letter, &settled)], &self.token, self.now)?;
                }
                None => left.push(letter),
            }
        }
        Ok(left)
    }

    /// Those whose turn it is, by the rates of the relay and of their domains.
    fn in_turn(&self, conn: &mut Conn, mut chosen: Vec<Waiting>) -> Result<Vec<String>> {
        let Way { place, rate, rate_of_domain } = &self.way;
        let granted = pace::take(conn, place, *rate, chosen.len(), self.now)?;
        chosen.truncate(granted);
        // In the order of their names, so that two who count at the same time do not wait for each other.
        let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
        for letter in &chosen {
            *wanted.entry(&letter.domain).or_default() += 1;
        }
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        for (domain, wanted) in wanted {
            let turns = pace::take(conn, &pace::of_domain(domain), *rate_of_domain, wanted, self.now)?;
            left.insert(domain.to_owned(), turns);
        }
        chosen.retain(|letter| match left.get_mut(&letter.domain) {
            Some(turns) if *turns > 0 => {
                *turns -= 1;
                true
            }
            _ => false,
        });
        pace::give_back(conn, place, *rate, granted - chosen.len())?;
        Ok(chosen.into_iter().map(|letter| letter.id).collect())
    }
}

type Row = (String, String, String, String, i32, i32);
type Columns =
    (outbox::delivery_id, outbox::class, outbox::recipient, outbox::hash, outbox::attempt, outbox::confirms);
const COLUMNS: Columns =
    (outbox::delivery_id, outbox::class, outbox::recipient, outbox::hash, outbox::attempt, outbox::confirms);

impl Taken {
    fn of((id, class, to, hash, attempt, confirms): Row, key: impl Fn(&str) -> String) -> Taken {
        let key = key(&to);
        Taken { id, class: Class::of(&class), to, key, hash, attempt, confirms: confirms != 0 }
    }
}

/// The stored messages of letters, by id.
pub fn messages(conn: &mut Conn, letters: &[Taken]) -> Result<HashMap<String, String>> {
    let ids: Vec<&String> = letters.iter().map(|letter| &letter.id).collect();
    Ok(messages::table.filter(messages::delivery_id.eq_any(ids)).load(conn)?.into_iter().collect())
}

/// All that waits for an address, in the order in which it was posted. Nothing is taken.
pub fn posted_to(conn: &mut Conn, address: &str, key: impl Fn(&str) -> String) -> Result<Vec<Taken>> {
    let rows: Vec<Row> = outbox::table
        .filter(outbox::recipient.eq(address).and(outbox::state.eq("ready")))
        .order(outbox::delivery_id)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| Taken::of(row, &key)).collect())
}

/// Says that whoever took letters with `token` is still at work on them.
pub fn hold(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<()> {
    let held = outbox::lease_token.eq(token).and(outbox::state.eq_any(["leased", "handing"]));
    diesel::update(outbox::table.filter(held))
        .set(outbox::lease_until.eq((now + LEASE).timestamp_millis()))
        .execute(conn)?;
    Ok(())
}

/// Gives back what was taken with `token` and not touched.
pub fn give_back(conn: &mut Conn, token: &str) -> Result<()> {
    let untouched = outbox::lease_token.eq(token).and(outbox::state.eq("leased"));
    diesel::update(outbox::table.filter(untouched))
        .set((
            outbox::state.eq("ready"),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says that letters go on the wire now; gives those that may. The others were cancelled, or are too late, or their lease
/// ended.
pub fn hand(conn: &mut Conn, ids: &[String], token: &str, now: DateTime<Utc>) -> Result<Vec<String>> {
    let held = outbox::table
        .filter(outbox::delivery_id.eq_any(ids).and(outbox::lease_token.eq(token)))
        .filter(outbox::state.eq("leased").and(outbox::expires_at.gt(now.timestamp_millis())));
    let handed = diesel::update(held)
        .set((outbox::state.eq("handing"), outbox::lease_until.eq((now + LEASE).timestamp_millis())))
        .execute(conn)?;
    if handed == ids.len() {
        return Ok(ids.to_vec());
    }
    Ok(outbox::table
        .filter(outbox::delivery_id.eq_any(ids).and(outbox::lease_token.eq(token)))
        .filter(outbox::state.eq("handing"))
        .select(outbox::delivery_id)
        .load(conn)?)
}
