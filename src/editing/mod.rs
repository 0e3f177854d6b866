//! Editing: entries and their revisions, publishing, and what changed, for content of any kind.

mod addresses;
mod audit;
mod change;
mod dangling;
mod departed;
mod difference;
mod draft;
mod entry;
mod fate;
mod follow;
mod late;
mod leave;
mod merge;
mod presence;
mod publish;
mod redirect;
mod revision;
mod save;
mod shipped;
mod wording;

pub use addresses::{Page, addresses, gone, pages};
pub use audit::{Act, Action, Asked};
pub use change::{Change, ChangeRow};
pub use dangling::{dangling, moved};
pub use departed::{Departed, Departure, Gone};
pub use difference::{Difference, compare};
pub use draft::{Draft, published};
pub use entry::{Entry, Names, names};
pub use fate::{Fate, Fated, Hook, Withdrawn};
pub use late::{Left, fate_of};
pub use leave::Leaving;
pub use merge::{Conflict, Origins, Side};
pub use presence::{Presence, Unsaved, forget_person, sweep};
pub use publish::{Incoming, Origin, Publication, Published, Told, publish};
pub use redirect::Redirect;
pub use revision::Revision;
pub use save::{Base, Brought, Chosen, Save, Saved, Standing};
pub use shipped::{Kept, Unfit, Update, load_shipped};
pub use wording::Edits;

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

/// Has writers of drafts and publications wait for each other, by the row of the guide, which each takes first: they
/// share rows, and engines end one of two that insert the same. SQLite has one writer at a time by itself.
pub fn take_turn(conn: &mut Conn) -> Result<()> {
    if !matches!(conn, Conn::Sqlite(_)) {
        diesel::update(guide::table.find(1)).set(guide::revision.eq(guide::revision)).execute(conn)?;
    }
    Ok(())
}
