//! Following: what people want to hear about, the lists on which they are, and how they stop.

mod belongings;
mod due;
mod interest;
mod key;
mod list;
mod subject;
mod subscription;

pub use belongings::{forget, join, take_out};
pub use due::Due;
pub use interest::{FOLLOW, Interest};
pub use key::{Key, sweep};
pub use list::{Frequency, List, Rhythm, WEEKDAYS};
pub use subject::{Named, Subject};
pub use subscription::{PAUSE, Subscription};
