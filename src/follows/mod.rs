//! Following: what people want to hear about, the lists on which they are, and how they stop.

mod belongings;
mod due;
mod interest;
mod issue;
mod key;
mod letters;
mod list;
mod pages;
mod subject;
mod subscription;

pub use belongings::{forget, join, sweep, take_out};
pub use due::Due;
pub use interest::{FOLLOW, Interest};
pub use issue::Issue;
pub use key::Key;
pub use letters::{post_samples, title};
pub use list::{Frequency, List, Rhythm, WEEKDAYS};
pub use subject::{Named, Subject};
pub use subscription::{PAUSE, Subscription};

/// Following something, the page of what one follows, and what links in letters lead to.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
