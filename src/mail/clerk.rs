//! The clerk writes down what the lanes of a round report. Whatever waits goes into one transaction, so that many lanes
//! cost the database little more than one.

use super::claim::{self, Taken};
use super::settle::{self, Settled};
use super::{suppression, worker::Hours};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// How many reports go into one transaction.
const MOST: usize = 128;
/// How long letters that are about to go on the wire wait for those of other lanes, so that one transaction does for
/// several.
const TOGETHER: Duration = Duration::from_millis(2);
/// The same of letters whose turn comes after others': while those are sent, nobody waits for it.
const AHEAD: Duration = Duration::from_millis(1);
/// How long what became of letters waits for the next that is about to go on the wire: nobody waits for it.
const LATER: Duration = Duration::from_millis(10);
/// How often it tries again while the database is away, and how long it waits between.
const TRIES: u32 = 10;
const REST: Duration = Duration::from_secs(1);

/// What lanes report.
enum Report {
    /// A letter is about to go on the wire, now or next. The answer: whether it may.
    Hand(Arc<Taken>, Turn, oneshot::Sender<bool>),
    Settle(Arc<Taken>, Settled),
}

/// When a letter goes on the wire.
#[derive(Clone, Copy, PartialEq)]
pub enum Turn {
    Now,
    Next,
}

/// The lanes' way to the clerk.
#[derive(Clone)]
pub struct Desk(mpsc::UnboundedSender<Report>);

impl Desk {
    /// Says that a letter goes on the wire.
    pub fn hand(&self, letter: &Arc<Taken>, turn: Turn) -> Leave {
        let (answer, answered) = oneshot::channel();
        // Nobody there to take it drops the answer as well.
        let _ = self.0.send(Report::Hand(letter.clone(), turn, answer));
        Leave(answered)
    }

    /// Leaves it to the clerk to write what became of a letter; the next one need not wait for that.
    pub fn settle(&self, letter: Arc<Taken>, settled: Settled) {
        // If the clerk has gone, the lease ends, and the letter comes back.
        let _ = self.0.send(Report::Settle(letter, settled));
    }
}

/// Whether a letter may go on the wire: it may not if it was cancelled or suppressed, is too late, or its lease ended.
pub struct Leave(oneshot::Receiver<bool>);

impl Leave {
    /// The answer.
    ///
    /// # Errors
    /// When it cannot be written that the letter goes on the wire; then it must not either.
    pub async fn given(self) -> Result<bool> {
        let gone = || Error::Unavailable("what goes on the wire cannot be written down".into());
        self.0.await.map_err(|_| gone())
    }
}

pub struct Clerk<'a> {
    db: &'a Db,
    token: &'a str,
    hours: &'a Hours,
    /// How many lanes report.
    lanes: usize,
    reports: mpsc::UnboundedReceiver<Report>,
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch {
    /// About to go on the wire.
    hands: Vec<Arc<Taken>>,
    settles: Vec<(Arc<Taken>, Settled)>,
}

/// What came of it.
struct Written {
    handed: HashSet<String>,
    /// Letters that somebody else looks after now.
    lost: Vec<String>,
}

impl<'a> Clerk<'a> {
    pub fn new(db: &'a Db, token: &'a str, hours: &'a Hours, lanes: usize) -> (Clerk<'a>, Desk) {
        let (send, reports) = mpsc::unbounded_channel();
        (Clerk { db, token, hours, lanes, reports }, Desk(send))
    }

    /// Writes until nobody can report any more.
    ///
    /// # Errors
    /// When the database stays away; what is not written then comes back when its lease ends.
    pub async fn work(mut self) -> Result<()> {
        while let Some(first) = self.reports.recv().await {
            let (mut batch, mut answers) = (Batch::default(), Vec::new());
            let (begun, mut now) = (Instant::now(), 0);
            let mut report = Some(first);
            while let Some(next) = report {
                match next {
                    Report::Hand(letter, turn, answer) => {
                        now += usize::from(turn == Turn::Now);
                        answers.push((letter.id.clone(), answer));
                        batch.hands.push(letter);
                    }
                    Report::Settle(letter, settled) => batch.settles.push((letter, settled)),
                }
                report = match batch.hands.len() + batch.settles.len() {
                    MOST.. => None,
                    _ => self.next(now, batch.hands.len(), begun).await,
                };
            }
            self.write(batch, answers).await?;
        }
        Ok(())
    }

    /// What is reported next, if it is worth waiting for: of so many `hands` some go on the wire `now`, and the first report
    /// came when it `begun`.
    async fn next(&mut self, now: usize, hands: usize, begun: Instant) -> Option<Report> {
        if let Ok(report) = self.reports.try_recv() {
            return Some(report);
        }
        let wait = match (now, hands) {
            (0, 0) => LATER,
            (0, _) => AHEAD,
            // Half of the lanes: while they send, the others report.
            _ if now < self.lanes.div_ceil(2) => TOGETHER,
            _ => return None,
        };
        tokio::time::timeout_at((begun + wait).into(), self.reports.recv()).await.ok().flatten()
    }

    /// Tries again for a while: nothing goes on the wire before it is written, and a letter that was accepted would be sent
    /// again if that was not. To say twice that a letter goes on the wire does no harm, as long as it does not yet.
    async fn write(&self, batch: Batch, answers: Vec<(String, oneshot::Sender<bool>)>) -> Result<()> {
        let batch = Arc::new(batch);
        let mut tries = 0;
        let written = loop {
            let (work, token, now) = (batch.clone(), self.token.to_owned(), self.hours.now());
            match self.db.write(move |conn| work.write(conn, &token, now)).await {
                // The first time perhaps two wanted the same rows.
                Err(Error::Unavailable(_)) if tries < TRIES => {
                    tokio::time::sleep(if tries == 0 { REST / 20 } else { REST }).await;
                    tries += 1;
                }
                written => break written?,
            }
        };
        for (id, answer) in answers {
            // A lane that does not wait any more sends nothing.
            let _ = answer.send(written.handed.contains(&id));
        }
        for id in written.lost {
            tracing::warn!(delivery = id, "a letter was given to another worker before its end was known");
        }
        Ok(())
    }
}

impl Batch {
    fn write(&self, conn: &mut Conn, token: &str, now: chrono::DateTime<chrono::Utc>) -> Result<Written> {
        let settles: Vec<(&Taken, &Settled)> = self.settles.iter().map(|(l, s)| (&**l, s)).collect();
        let mut lost = settle::settle(conn, &settles, token, now)?;
        for (letter, settled) in self.settles.iter().filter(|(_, settled)| settled.stops) {
            let words = settle::said(&letter.to, &settled.words);
            suppression::stop(conn, &letter.key, &words, &letter.id, now)?;
        }
        if self.hands.is_empty() {
            return Ok(Written { handed: HashSet::new(), lost });
        }
        let stopped = suppression::among(conn, self.hands.iter().map(|letter| &letter.key))?;
        let (mut ids, mut ended) = (Vec::new(), Vec::new());
        for letter in &self.hands {
            match stopped.get(&letter.key).filter(|why| why.stops(letter.confirms, now)) {
                Some(why) => ended.push((letter, Settled::suppressed(letter, &why.reason))),
                None => ids.push(letter.id.clone()),
            }
        }
        let ended: Vec<(&Taken, &Settled)> =
            ended.iter().map(|(letter, settled)| (&***letter, settled)).collect();
        lost.extend(settle::settle(conn, &ended, token, now)?);
        let handed = if ids.is_empty() { Vec::new() } else { claim::hand(conn, &ids, token, now)? };
        Ok(Written { handed: handed.into_iter().collect(), lost })
    }
}
