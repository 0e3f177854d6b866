//! The lanes of a round: each hands letters over by one line, one after the other.

use super::breaker::Breaker;
use super::claim::Taken;
use super::clerk::{Desk, Leave, Turn};
use super::fate::{self, What};
use super::fault::Point;
use super::line::{Envelope, Line};
use super::outbox::Opened;
use super::settle::Settled;
use super::transport::{Failure, Receipt};
use super::worker::{Hours, Worker};
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

/// How many letters a lane says ahead at most. What was said can no longer be recalled, and is in doubt when the worker
/// dies.
const MOST_AHEAD: u128 = 16;

pub struct Lanes {
    worker: Worker,
    letters: Mutex<mpsc::Receiver<Opened>>,
    desk: Desk,
    breaker: Breaker,
    hours: Hours,
    /// The relay cannot be used now.
    broken: AtomicBool,
    /// It is known that it can be used again.
    mended: AtomicBool,
}

impl Lanes {
    pub fn new(
        worker: &Worker,
        letters: mpsc::Receiver<Opened>,
        desk: Desk,
        breaker: Breaker,
        hours: Hours,
    ) -> Lanes {
        let mended = AtomicBool::new(!breaker.was_shut());
        Lanes {
            worker: worker.clone(),
            letters: Mutex::new(letters),
            desk,
            breaker,
            hours,
            broken: AtomicBool::default(),
            mended,
        }
    }

    /// Works with so many lanes until no letter comes any more, the relay cannot be used or the worker is stopped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work(self, count: usize) -> Result<()> {
        let lanes = Arc::new(self);
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            let lanes = lanes.clone();
            tasks.spawn(async move { lanes.lane().await });
        }
        // The reports end with the last lane.
        drop(lanes);
        let lost = |error| Err(Error::Unexpected(format!("a lane was lost: {error}")));
        let mut done = Ok(());
        while let Some(lane) = tasks.join_next().await {
            done = done.and(lane.unwrap_or_else(lost));
        }
        done
    }

    async fn lane(&self) -> Result<()> {
        let mut way = Way::default();
        let mut done = Ok(());
        while done.is_ok() && !self.over() {
            let next = match way.next.pop_front() {
                Some(next) => next,
                // What is not begun goes back.
                None => match self.letters.lock().await.recv().await.filter(|_| !self.over()) {
                    Some(opened) => Next::from(opened),
                    None => break,
                },
            };
            done = self.one(&mut way, next).await;
        }
        for Next { letter, .. } in way.next {
            let settled = Settled::waits(&letter, None, "its turn did not come".into(), self.hours.now());
            self.desk.settle(letter, settled);
        }
        if let Some(line) = way.line {
            line.close().await;
        }
        done
    }

    fn over(&self) -> bool {
        self.broken.load(Ordering::Relaxed) || self.worker.stopped()
    }

    /// Says that the letters after this one go on the wire next, as far as there are any: that is written down while this
    /// one is sent.
    fn look_ahead(&self, way: &mut Way) {
        // Whoever has the lock waits for a letter: there is none.
        let Ok(mut letters) = self.letters.try_lock() else { return };
        while way.next.len() < way.ahead {
            let Ok(opened) = letters.try_recv() else { return };
            let mut next = Next::from(opened);
            next.leave = next.message.is_some().then(|| self.desk.hand(&next.letter, Turn::Next));
            way.next.push_back(next);
        }
    }

    /// How many letters to say ahead when one takes so long to send.
    fn fitting(&self, time: Duration) -> usize {
        (self.worker.ahead.as_micros() / time.as_micros().max(1)).min(MOST_AHEAD) as usize
    }

    /// Hands over one letter, unless somebody else looks after it now.
    async fn one<'l>(&'l self, way: &mut Way<'l>, next: Next) -> Result<()> {
        let Worker { office, transport, faults, .. } = &self.worker;
        let Next { letter, message, leave } = next;
        let Some(message) = message else {
            let words = "the message cannot be read: was WAYMARK_SECRET changed?".to_owned();
            let settled = Settled::rejected(&letter, None, words);
            self.desk.settle(letter, settled);
            return Ok(());
        };
        let mut open = match way.line.take() {
            Some(open) => open,
            None => match transport.open(office.from().domain()).await {
                Ok(open) => open,
                Err(failure) => return self.failed(letter, &failure).await,
            },
        };
        let envelope =
            Envelope { from: office.from().address(letter.class), to: &letter.to, size: message.len() };
        if let Err(failure) = open.offer(&envelope).await {
            self.failed(letter, &failure).await?;
            way.line = usable(open, &failure).await;
            return Ok(());
        }
        faults.pass(Point::Offered).await;
        let leave = leave.unwrap_or_else(|| self.desk.hand(&letter, Turn::Now));
        if !leave.given().await? {
            way.line = open.reset().await.is_ok().then_some(open);
            return Ok(());
        }
        faults.pass(Point::Handed).await;
        self.look_ahead(way);
        let begun = Instant::now();
        let given = open.give(&letter.id, &message, faults).await;
        way.ahead = self.fitting(begun.elapsed());
        match given {
            Ok(Receipt { code, words }) => {
                faults.pass(Point::Replied).await;
                way.line = Some(open);
                let settled = Settled::accepted(&letter, code, words);
                self.desk.settle(letter, settled);
                self.mend().await
            }
            Err(failure) => {
                self.failed(letter, &failure).await?;
                way.line = usable(open, &failure).await;
                Ok(())
            }
        }
    }

    async fn failed(&self, letter: Arc<Taken>, failure: &Failure) -> Result<()> {
        let fate = fate::of(failure);
        let (now, attempt) = (self.hours.now(), letter.attempt + 1);
        let (code, words) = (failure.code, failure.words.clone());
        let later = |state, event, again| Settled {
            state,
            event,
            attempt,
            code,
            words: words.clone(),
            again: Some(again),
            stops: false,
        };
        let settled = match fate.what {
            What::Waits => Settled::waits(&letter, code, words.clone(), now),
            What::Rejected => {
                Settled { stops: fate.stops, ..Settled::rejected(&letter, code, words.clone()) }
            }
            What::Again => {
                later("ready", "put off", now + fate::after_failure(attempt, (self.worker.chance)()))
            }
            What::Uncertain => {
                later("uncertain", "uncertain", now + fate::after_doubt(letter.class, attempt))
            }
        };
        if settled.state == "rejected" {
            tracing::warn!(delivery = letter.id, code = settled.code, "a letter was rejected");
        }
        self.desk.settle(letter, settled);
        if fate.breaks { self.shut(&failure.words).await } else { Ok(()) }
    }

    /// Has all instances leave the relay alone.
    async fn shut(&self, words: &str) -> Result<()> {
        if self.broken.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let (relay, now) = (self.worker.transport.place(), self.hours.now());
        let (breaker, place, why) = (self.breaker.clone(), relay.clone(), words.to_owned());
        let until = self.worker.db.write(move |conn| breaker.trip(conn, &place, &why, now)).await?;
        tracing::error!(relay, why = words, %until, "letters cannot be handed over");
        Ok(())
    }

    /// Has all instances use the relay again.
    async fn mend(&self) -> Result<()> {
        if self.mended.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let (breaker, relay) = (self.breaker.clone(), self.worker.transport.place());
        self.worker.db.write(move |conn| breaker.mend(conn, &relay)).await?;
        tracing::info!(relay = self.worker.transport.place(), "letters are handed over again");
        Ok(())
    }
}

/// Where a lane stands.
#[derive(Default)]
struct Way<'l> {
    line: Option<Line<'l>>,
    /// The letters that go next, in this order, as was said.
    next: VecDeque<Next>,
    /// How many it says ahead.
    ahead: usize,
}

/// A letter that is to go, and the leave to send it if that was asked for.
struct Next {
    letter: Arc<Taken>,
    message: Option<Vec<u8>>,
    leave: Option<Leave>,
}

impl From<Opened> for Next {
    fn from(Opened { letter, message }: Opened) -> Next {
        Next { letter: Arc::new(letter), message, leave: None }
    }
}

/// The line, unless the failure ended it.
async fn usable<'a>(mut line: Line<'a>, failure: &Failure) -> Option<Line<'a>> {
    let lost = matches!(failure.code, None | Some(421));
    (!lost && line.reset().await.is_ok()).then_some(line)
}
