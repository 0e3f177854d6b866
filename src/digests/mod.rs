//! Digests: telling people what changed in what they plan and follow, once in each period, and nothing twice.

mod change;
mod choose;
mod correct;
mod issue;
mod item;
mod letter;
mod make;
mod pages;
mod planner;
mod queue;
mod reach;
mod readers;
mod recall;
mod release;
mod samples;
mod story;
mod worded;
mod words;

pub use change::UNDO;
pub use planner::{Done, Planner, plan_due};
pub use queue::{Counted, Issue, Queue, about};
pub use reach::{Coming, OnList, Reach, Sample};
pub use recall::{Recalled, Taking, Wrong, follow, recall, taking, wrong};
pub use samples::post_samples;

/// The web versions of letters.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
