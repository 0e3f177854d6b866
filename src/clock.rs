//! The time, passed in, so that tests need not wait for it.

use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Tells the time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's own.
    pub fn system() -> Self {
        Clock(Arc::new(Utc::now))
    }

    pub fn of(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Clock(Arc::new(now))
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}
