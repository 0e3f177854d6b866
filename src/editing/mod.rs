//! Editing: entries and their revisions, publishing, and what changed, for content of any kind.

mod change;
mod difference;
mod entry;
mod publish;
mod shipped;

pub use change::Change;
pub use difference::{Difference, compare};
pub use entry::{Entry, Names, Page, addresses, names, pages};
pub use publish::{Incoming, Origin, Published, dangling, publish};
pub use shipped::{Kept, Update, load_shipped};

use crate::db::Conn;
use crate::db::schema::guide;
use crate::error::Result;
use diesel::prelude::*;

/// The guide's revision: it counts publications, in the order in which they were committed.
pub fn guide_revision(conn: &mut Conn) -> Result<i64> {
    Ok(guide::table.find(1).select(guide::revision).first(conn)?)
}

/// The guide's edition: it counts whatever changes pages, which is publications and rounds of checks of resources.
/// Pages that were made from an earlier one are stale.
pub fn guide_edition(conn: &mut Conn) -> Result<i64> {
    Ok(guide::table.find(1).select(guide::revision + guide::checks).first(conn)?)
}
