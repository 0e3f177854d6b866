//! Points at which stories have a planner or a worker die, as if its machine lost power there. A release has nothing
//! of it.

use crate::error::Result;

/// How far a letter came, from the digest that is planned to the answer of the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The row of its issue is written; nothing is committed.
    Written,
    /// It is in the outbox; the letters of others are not made.
    Planned,
    /// Taken from the outbox.
    Claimed,
    /// The relay said yes to its recipient.
    Offered,
    /// Marked as on the wire.
    Handed,
    /// The relay waits for the message; nothing of it was sent.
    Begun,
    /// The relay has answered; the answer is not stored.
    Replied,
}

#[cfg(debug_assertions)]
type Dies = Box<dyn Fn(Point) -> bool + Send + Sync>;

/// Whether somebody dies where.
#[derive(Default)]
pub struct Faults {
    #[cfg(debug_assertions)]
    dies: Option<Dies>,
}

impl Faults {
    #[cfg(debug_assertions)]
    pub fn at(dies: impl Fn(Point) -> bool + Send + Sync + 'static) -> Faults {
        Faults { dies: Some(Box::new(dies)) }
    }

    /// Goes past a point, or never comes back; whoever arranged that lets go of the worker.
    pub async fn pass(&self, point: Point) {
        #[cfg(debug_assertions)]
        if self.dies.as_ref().is_some_and(|dies| dies(point)) {
            std::future::pending::<()>().await;
        }
        #[cfg(not(debug_assertions))]
        let _ = point;
    }

    /// The same within a transaction.
    ///
    /// # Errors
    /// `Unavailable` in place of the death: what was not committed is lost with it.
    pub fn survive(&self, point: Point) -> Result<()> {
        #[cfg(debug_assertions)]
        if self.dies.as_ref().is_some_and(|dies| dies(point)) {
            return Err(crate::error::Error::Unavailable(format!("died at {point:?}")));
        }
        #[cfg(not(debug_assertions))]
        let _ = point;
        Ok(())
    }
}
