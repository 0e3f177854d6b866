//! The worker: takes letters from the outbox and hands them over. Any number of them may run, in any number of processes.

use super::fate::{self, What};
use super::outbox::{Class, PostOffice};
use super::row::{self, Settled, Taken};
use super::transport::{Failure, Line, Receipt, Transport};
use crate::db::Db;
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many letters are taken at a time.
const BATCH: usize = 20;
/// Out of how many that are due: the more, the less workers get in each other's way.
const CHOICE: i64 = 80;
/// How often a worker says that it is still at work; a third of a lease.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long it rests when nothing is due.
const REST: Duration = Duration::from_secs(1);
/// How often it tries to write what became of a letter while the database is away.
const TRIES: u32 = 10;

/// A number from 0 to 1, by chance.
type Chance = Box<dyn Fn() -> f64 + Send + Sync>;

/// Hands over what is posted.
pub struct Worker {
    db: Db,
    office: PostOffice,
    transport: Transport,
    chance: Chance,
    breaker: Mutex<Breaker>,
    stop: watch::Sender<bool>,
}

impl Worker {
    pub fn new(db: Db, office: PostOffice, transport: Transport) -> Self {
        let (stop, _) = watch::channel(false);
        Worker { db, office, transport, chance: Box::new(by_chance), breaker: Mutex::default(), stop }
    }

    /// The same with other dice.
    pub fn with_chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.chance = Box::new(chance);
        self
    }

    /// Works until it is told to stop.
    pub async fn run(&self) {
        let mut stop = self.stop.subscribe();
        let mut away = false;
        while !*stop.borrow() {
            let done = self.round(Utc::now()).await;
            if done.is_err() != away {
                away = done.is_err();
                match &done {
                    Err(error) => tracing::error!(%error, "letters cannot be taken from the outbox"),
                    Ok(_) => tracing::info!("letters are taken from the outbox again"),
                }
            }
            if done.is_ok_and(|count| count > 0) {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(REST) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
    }

    /// Has `run` end after the letter that is on the wire; the others go back.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// One round at a moment: puts in order what is stale, takes some of what is due and hands it over. Gives how many
    /// letters it took.
    ///
    /// # Errors
    /// When the database fails. What was taken then comes back when its lease ends.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<usize> {
        let clock = Clock { now, since: Instant::now() };
        let due = self.db.read(move |conn| row::due(conn, now, CHOICE)).await?;
        if due.stale {
            self.db.write(move |conn| row::sweep(conn, now)).await?;
        }
        let at_most = self.breaker().at_most(now);
        let chosen = self.choose(due.letters, at_most);
        if chosen.is_empty() {
            return Ok(0);
        }
        let token = uuid::Uuid::now_v7().to_string();
        let claim = token.clone();
        let taken = self.db.write(move |conn| row::take(conn, &chosen, &claim, now)).await?;
        let count = taken.len();
        let work = self.hand_over(taken, &token, &clock);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done.map(|()| count),
                () = tokio::time::sleep(HEARTBEAT) => {
                    let (token, now) = (token.clone(), clock.now());
                    // If it fails, the lease ends, and the next write notices.
                    let _ = self.db.write(move |conn| row::hold(conn, &token, now)).await;
                }
            }
        }
    }

    /// Some of those that are due: the most urgent first, otherwise by chance, so that workers seldom want the same.
    fn choose(&self, letters: Vec<(String, i32)>, at_most: usize) -> Vec<String> {
        let mut drawn: Vec<(i32, f64, String)> =
            letters.into_iter().map(|(id, priority)| (priority, (self.chance)(), id)).collect();
        drawn.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        drawn.into_iter().take(at_most).map(|(_, _, id)| id).collect()
    }

    async fn hand_over(&self, taken: Vec<Taken>, token: &str, clock: &Clock) -> Result<()> {
        let mut line = None;
        for letter in taken {
            let now = clock.now();
            let (settled, broken) = if *self.stop.borrow() {
                (Some(waits(&letter, now, "the worker was stopped".into())), false)
            } else if self.breaker().at_most(now) == 0 {
                (Some(waits(&letter, now, "the relay is left alone for a while".into())), false)
            } else {
                self.one(&mut line, &letter, token, clock).await?
            };
            if settled.as_ref().is_some_and(|settled| settled.state == "accepted") {
                self.breaker().mend();
            }
            if broken {
                let until = self.breaker().trip(clock.now());
                let why = settled.as_ref().map(|settled| settled.words.as_str()).unwrap_or_default();
                tracing::error!(relay = self.transport.place(), why, %until, "letters cannot be handed over");
            }
            if let Some(settled) = settled {
                self.settle(letter, token, settled, clock).await?;
            }
        }
        if let Some(line) = line {
            line.close().await;
        }
        Ok(())
    }

    /// Hands over one letter: what became of it, unless somebody else looks after it now, and whether the relay is to be
    /// left alone.
    async fn one<'a>(
        &'a self,
        line: &mut Option<Line<'a>>,
        letter: &Taken,
        token: &str,
        clock: &Clock,
    ) -> Result<(Option<Settled>, bool)> {
        let Some(message) = self.office.open(letter) else {
            let words = "the message cannot be read: was WAYMARK_SECRET changed?".to_owned();
            return Ok((Some(rejected(letter, None, words)), false));
        };
        let mut open = match line.take() {
            Some(open) => open,
            None => match self.transport.open(self.office.from().domain()).await {
                Ok(open) => open,
                Err(failure) => return Ok(self.failed(letter, failure, clock)),
            },
        };
        if let Err(failure) = open.offer(self.office.from().address(letter.class), &letter.to).await {
            *line = usable(open, &failure).await;
            return Ok(self.failed(letter, failure, clock));
        }
        let (id, lease, now) = (letter.id.clone(), token.to_owned(), clock.now());
        if !self.db.write(move |conn| row::hand(conn, &id, &lease, now)).await? {
            // Cancelled, too late, or no longer ours: nothing was sent.
            *line = open.reset().await.is_ok().then_some(open);
            return Ok((None, false));
        }
        match open.give(&letter.id, &message).await {
            Ok(Receipt { code, words }) => {
                *line = Some(open);
                let attempt = letter.attempt + 1;
                let settled =
                    Settled { state: "accepted", event: "accepted", attempt, code, words, again: None };
                Ok((Some(settled), false))
            }
            Err(failure) => {
                *line = usable(open, &failure).await;
                Ok(self.failed(letter, failure, clock))
            }
        }
    }

    fn failed(&self, letter: &Taken, failure: Failure, clock: &Clock) -> (Option<Settled>, bool) {
        let fate = fate::of(&failure);
        let (now, attempt) = (clock.now(), letter.attempt + 1);
        let Failure { code, words, .. } = failure;
        let settled = match fate.what {
            What::Waits => Settled { code, ..waits(letter, now, words) },
            What::Rejected => rejected(letter, code, words),
            What::Again => {
                let again = Some(now + fate::after_failure(attempt, (self.chance)()));
                Settled { state: "ready", event: "put off", attempt, code, words, again }
            }
            What::Uncertain => {
                let again = Some(now + fate::after_doubt(letter.class, attempt));
                Settled { state: "uncertain", event: "uncertain", attempt, code, words, again }
            }
        };
        (Some(settled), fate.breaks)
    }

    /// Writes what became of a letter; tries for a while if the database is away, since a letter that was accepted would
    /// otherwise be sent again.
    async fn settle(&self, letter: Taken, token: &str, settled: Settled, clock: &Clock) -> Result<()> {
        if letter.class != Class::Security && settled.state == "rejected" {
            tracing::warn!(delivery = letter.id, code = settled.code, "a letter was rejected");
        }
        let shared = std::sync::Arc::new((letter, settled, token.to_owned()));
        for left in (0..TRIES).rev() {
            let (shared, now) = (shared.clone(), clock.now());
            let written = self.db.write(move |conn| {
                let (letter, settled, token) = &*shared;
                row::settle(conn, letter, token, settled, now)
            });
            match written.await {
                Ok(true) => return Ok(()),
                Ok(false) => break,
                Err(Error::Unavailable(_)) if left > 0 => tokio::time::sleep(REST).await,
                Err(error) => return Err(error),
            }
        }
        tracing::warn!(
            delivery = shared.0.id,
            "a letter was given to another worker before its end was known"
        );
        Ok(())
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The line, unless the failure ended it.
async fn usable<'a>(mut line: Line<'a>, failure: &Failure) -> Option<Line<'a>> {
    let lost = matches!(failure.code, None | Some(421));
    (!lost && line.reset().await.is_ok()).then_some(line)
}

fn waits(letter: &Taken, now: DateTime<Utc>, words: String) -> Settled {
    Settled { state: "ready", event: "waits", attempt: letter.attempt, code: None, words, again: Some(now) }
}

fn rejected(letter: &Taken, code: Option<u16>, words: String) -> Settled {
    Settled { state: "rejected", event: "rejected", attempt: letter.attempt + 1, code, words, again: None }
}

/// The moment at which a round began, running on.
struct Clock {
    now: DateTime<Utc>,
    since: Instant,
}

impl Clock {
    fn now(&self) -> DateTime<Utc> {
        self.now + TimeDelta::from_std(self.since.elapsed()).unwrap_or_default()
    }
}

/// Leaves the relay alone for a while after it could not be used, longer each time, and then tries it with one letter.
#[derive(Default)]
struct Breaker {
    trips: u32,
    until: Option<DateTime<Utc>>,
}

impl Breaker {
    const SHORTEST: TimeDelta = TimeDelta::seconds(30);
    const LONGEST: TimeDelta = TimeDelta::minutes(15);

    /// How many letters may be tried now.
    fn at_most(&self, now: DateTime<Utc>) -> usize {
        match self.until {
            None => BATCH,
            Some(until) if now >= until => 1,
            Some(_) => 0,
        }
    }

    fn trip(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let pause = Self::SHORTEST * 2_i32.pow(self.trips.min(5));
        self.trips += 1;
        let until = now + pause.min(Self::LONGEST);
        self.until = Some(until);
        until
    }

    fn mend(&mut self) {
        *self = Breaker::default();
    }
}

fn by_chance() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness the middle will do.
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relay_is_left_alone_longer_each_time_and_then_tried_with_one_letter() {
        let mut breaker = Breaker::default();
        let mut now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let mut pauses = Vec::new();
        assert_eq!(breaker.at_most(now), BATCH);
        for _ in 0..7 {
            let until = breaker.trip(now);
            pauses.push((until - now).num_seconds());
            assert_eq!(breaker.at_most(until - TimeDelta::seconds(1)), 0);
            assert_eq!(breaker.at_most(until), 1);
            now = until;
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
        breaker.mend();
        assert_eq!(breaker.at_most(now), BATCH);
    }
}
