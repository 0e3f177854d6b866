//! What a role asks for in numbers, and what somebody who holds some of it lacks: computations without a database.
//!
//! The value of a figure, readiness, the first-job set, the next best skill, the gaps and the time are said in words,
//! with examples, on the page of sources and method.

mod asked;
mod between;
mod first_job;
#[cfg(test)]
mod laws;
mod readiness;
mod shared;
mod steps;
mod time;
mod value;

pub use asked::{Asked, Part};
pub use between::{Next, between, next_best};
pub use first_job::{FIRST_JOB, FirstJob, Step};
pub use readiness::{Held, Line, OfTier, Readiness};
pub use shared::{Shared, alone, shared};
pub use steps::steps;
pub use time::{Pace, Time};
pub use value::{Basis, Value, points};
