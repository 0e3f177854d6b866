//! The worker: takes letters from the outbox and hands them over. Any number of them may run, in any number of processes.

use super::breaker::Breaker;
use super::claim::{self, Claim, Waiting};
use super::clerk::Clerk;
use super::fault::{Faults, Point};
use super::lane::Lanes;
use super::outbox::{Opened, PostOffice};
use super::sweep;
use super::transport::Transport;
use crate::db::Db;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// How many letters are taken at a time.
const BATCH: usize = 200;
/// Out of how many that are due: the more, the less workers get in each other's way.
const CHOICE: i64 = 400;
/// How many letters a connection is worth.
const A_LANE: usize = 20;
/// How often a worker says that it is still at work; a third of a lease.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A lane says ahead which letters it sends within this time, so that a swift relay need not wait for the database.
const AHEAD: Duration = Duration::from_millis(20);
/// How long it rests when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// A number from 0 to 1, by chance.
type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Hands over what is posted. Cheap to clone; the clones are one worker.
#[derive(Clone)]
pub struct Worker {
    pub(super) db: Db,
    pub(super) office: PostOffice,
    pub(super) transport: Arc<Transport>,
    pub(super) chance: Chance,
    pub(super) faults: Arc<Faults>,
    pub(super) ahead: Duration,
    stop: watch::Sender<bool>,
}

impl Worker {
    pub fn new(db: Db, office: PostOffice, transport: Transport) -> Self {
        let (stop, _) = watch::channel(false);
        let (transport, chance, faults) = (Arc::new(transport), Arc::new(by_chance), Arc::default());
        Worker { db, office, transport, chance, faults, ahead: AHEAD, stop }
    }

    /// The same with other dice.
    pub fn with_chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.chance = Arc::new(chance);
        self
    }

    /// The same, dying where it is told to.
    #[cfg(debug_assertions)]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = Arc::new(faults);
        self
    }

    /// The same, saying ahead what it sends within this time.
    #[cfg(debug_assertions)]
    pub fn looking_ahead(mut self, time: Duration) -> Self {
        self.ahead = time;
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

    /// Has `run` end after the letters that are on the wire; the others go back.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(super) fn stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// One round at a moment: puts in order what is stale, takes some of what is due and hands it over, and goes on as
    /// long as there is more than it takes at a time. Gives how many letters it took.
    ///
    /// # Errors
    /// When the database fails. What was taken then comes back when its lease ends.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<usize> {
        let (hours, token) = (Hours { now, since: Instant::now() }, uuid::Uuid::now_v7().to_string());
        let first = self.claim(&token, &hours).await?;
        let tidied = self.tidy(now).await;
        if first.letters.is_empty() {
            return tidied.map(|()| 0);
        }
        let (count, breaker) = (first.due.div_ceil(A_LANE).min(self.transport.lanes()), first.breaker);
        let (clerk, desk) = Clerk::new(&self.db, &token, &hours, count);
        let (give, take) = mpsc::channel(BATCH);
        let lanes = Lanes::new(self, take, desk, breaker, hours);
        let work = async {
            let fed = self.feed(first.letters, give, &token, &hours);
            let (fed, handed, written) = tokio::join!(fed, lanes.work(count), clerk.work());
            let back = token.clone();
            self.db.write(move |conn| claim::give_back(conn, &back)).await?;
            written.and(handed).and(fed)
        };
        tokio::pin!(work);
        loop {
            tokio::select! {
                count = &mut work => return count,
                () = tokio::time::sleep(HEARTBEAT) => {
                    let (token, now) = (token.clone(), hours.now());
                    // If it fails, the lease ends, and the next write notices.
                    let _ = self.db.write(move |conn| claim::hold(conn, &token, now)).await;
                    let _ = self.tidy(now).await;
                }
            }
        }
    }

    /// Puts in order what is stale.
    async fn tidy(&self, now: DateTime<Utc>) -> Result<()> {
        if self.db.read(move |conn| sweep::stale(conn, now)).await? {
            self.db.write(move |conn| sweep::sweep(conn, now)).await?;
        }
        Ok(())
    }

    /// Takes some of what is due.
    async fn claim(&self, token: &str, hours: &Hours) -> Result<Batch> {
        let (way, now) = (self.transport.way(), hours.now());
        let place = way.clone();
        let due = self.db.read(move |conn| claim::due(conn, &place, now, CHOICE)).await?;
        let mut batch = Batch { letters: Vec::new(), due: due.letters.len(), breaker: due.breaker };
        let chosen = self.choose(due.letters);
        let count = chosen.len();
        if count == 0 {
            return Ok(batch);
        }
        let claim = Claim { token: token.to_owned(), way, now };
        let (office, breaker) = (self.office.clone(), batch.breaker.clone());
        let taken =
            self.db.write(move |conn| claim.take(conn, &breaker, chosen, |to| office.key(to))).await?;
        if taken.len() < count {
            batch.due = taken.len();
        }
        if !taken.is_empty() {
            self.faults.pass(Point::Claimed).await;
            // Not within the transaction that takes them: others write meanwhile.
            let office = self.office.clone();
            batch.letters = self.db.read_long(move |conn| office.open(conn, taken)).await?;
        }
        Ok(batch)
    }

    /// Some of those that are due: the most urgent first, otherwise by chance, so that workers seldom want the same.
    fn choose(&self, letters: Vec<Waiting>) -> Vec<Waiting> {
        let mut drawn: Vec<(f64, Waiting)> =
            letters.into_iter().map(|letter| ((self.chance)(), letter)).collect();
        drawn.sort_by(|a, b| a.1.priority.cmp(&b.1.priority).then(a.0.total_cmp(&b.0)));
        drawn.into_iter().take(BATCH).map(|(_, letter)| letter).collect()
    }

    /// Gives letters to the lanes, and takes more in time while there are plenty. How many it took.
    async fn feed(
        &self,
        mut letters: Vec<Opened>,
        lanes: mpsc::Sender<Opened>,
        token: &str,
        hours: &Hours,
    ) -> Result<usize> {
        let mut count = 0;
        loop {
            let plenty = letters.len() == BATCH;
            count += letters.len();
            for letter in letters {
                if lanes.send(letter).await.is_err() {
                    return Ok(count);
                }
            }
            if !plenty || self.stopped() {
                return Ok(count);
            }
            letters = self.claim(token, hours).await?.letters;
        }
    }
}

/// What was taken at a time.
struct Batch {
    letters: Vec<Opened>,
    /// How many such there are, as far as was looked.
    due: usize,
    breaker: Breaker,
}

/// The moment at which a round began, running on.
#[derive(Clone, Copy)]
pub(super) struct Hours {
    now: DateTime<Utc>,
    since: Instant,
}

impl Hours {
    pub fn now(&self) -> DateTime<Utc> {
        self.now + TimeDelta::from_std(self.since.elapsed()).unwrap_or_default()
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
