//! Sources: where figures come from, and the page that lists them.

mod source;

pub use source::Source;
