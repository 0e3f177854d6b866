//! The lanes of a round: each hands letters over by one line, one after the other.

use super::breaker::Breaker;
use super::claim::Taken;
use super::clerk::Desk;
use super::fate::{self, What};
use super::fault::Point;
use super::line::{Envelope, Line};
use super::settle::Settled;
use super::transport::{Failure, Receipt};
use super::worker::{Hours, Worker};
use crate::error::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, mpsc};

pub struct Lanes<'a> {
    worker: &'a Worker,
    letters: Mutex<mpsc::Receiver<Taken>>,
    desk: Desk,
    breaker: Breaker,
    hours: &'a Hours,
    /// The relay cannot be used now.
    broken: AtomicBool,
    /// It is known that it can be used again.
    mended: AtomicBool,
}

impl<'a> Lanes<'a> {
    pub fn new(
        worker: &'a Worker,
        letters: mpsc::Receiver<Taken>,
        desk: Desk,
        breaker: Breaker,
        hours: &'a Hours,
    ) -> Lanes<'a> {
        let mended = AtomicBool::new(!breaker.was_shut());
        Lanes {
            worker,
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
        let lanes = (0..count).map(|_| self.lane());
        futures_util::future::join_all(lanes).await.into_iter().collect()
    }

    async fn lane(&self) -> Result<()> {
        let mut line = None;
        let mut done = Ok(());
        while done.is_ok() && !self.over() {
            let next = self.letters.lock().await.recv().await;
            // What is not begun goes back.
            let Some(letter) = next.filter(|_| !self.over()) else { break };
            done = self.one(&mut line, Arc::new(letter)).await;
        }
        if let Some(line) = line {
            line.close().await;
        }
        done
    }

    fn over(&self) -> bool {
        self.broken.load(Ordering::Relaxed) || self.worker.stopped()
    }

    /// Hands over one letter, unless somebody else looks after it now.
    async fn one<'l>(&'l self, line: &mut Option<Line<'l>>, letter: Arc<Taken>) -> Result<()> {
        let Worker { office, transport, faults, .. } = self.worker;
        let Some(message) = office.open(&letter) else {
            let words = "the message cannot be read: was WAYMARK_SECRET changed?".to_owned();
            let settled = Settled::rejected(&letter, None, words);
            self.desk.settle(letter, settled);
            return Ok(());
        };
        let mut open = match line.take() {
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
            *line = usable(open, &failure).await;
            return Ok(());
        }
        faults.pass(Point::Offered).await;
        if !self.desk.hand(&letter).await? {
            *line = open.reset().await.is_ok().then_some(open);
            return Ok(());
        }
        faults.pass(Point::Handed).await;
        match open.give(&letter.id, &message, faults).await {
            Ok(Receipt { code, words }) => {
                faults.pass(Point::Replied).await;
                *line = Some(open);
                let settled = Settled::accepted(&letter, code, words);
                self.desk.settle(letter, settled);
                self.mend().await
            }
            Err(failure) => {
                self.failed(letter, &failure).await?;
                *line = usable(open, &failure).await;
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

/// The line, unless the failure ended it.
async fn usable<'a>(mut line: Line<'a>, failure: &Failure) -> Option<Line<'a>> {
    let lost = matches!(failure.code, None | Some(421));
    (!lost && line.reset().await.is_ok()).then_some(line)
}
