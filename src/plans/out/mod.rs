//! Plans to take along: as Markdown, comma-separated values, JSON and a calendar.

mod calendar;
mod json;
mod markdown;
mod table;

pub use calendar::calendar;
pub use json::json;
pub use markdown::markdown;
pub use table::table;

use super::marks::Stand;

/// How far something is, in words that all of them share.
fn standing(stand: Stand) -> &'static str {
    match stand {
        Stand::Open => "not begun",
        Stand::Begun => "begun",
        Stand::Done => "done",
        Stand::Apart => "not for me",
    }
}
