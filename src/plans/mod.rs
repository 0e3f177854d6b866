//! Plans: a person's way to a role, item by item, read against the ledger and the guide as they are now.

mod board;
mod event;
mod follow;
mod interest;
mod item;
mod link;
mod marks;
mod out;
mod overview;
mod pages;
mod plan;
mod progress;
mod proposal;
mod role_now;
mod row;
mod taken;
mod typed;

pub use board::{Best, Board, Card, Due};
pub use event::PlanEvent;
pub use follow::follow;
pub use item::{Item, ItemKind, Progress};
pub use link::{LINKS, PlanLink, Purpose};
pub use marks::Stand;
pub use overview::{InGroup, Line, Next, Offered, Overview};
pub use plan::{HOURS, ITEMS, NAME, NOTE, PLANS, Plan, Whole, YEARS};
pub use progress::{Beyond, TierProgress};
pub use proposal::{Proposal, Proposed, Why};
pub use role_now::{RoleGone, RoleNow};
pub use row::Decided;
pub use taken::taken_out;

use crate::db::Conn;
use crate::error::Result;
use chrono::{DateTime, Utc};

/// What people do with their plans, and what those read who were given a link.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// Deletes what has run out.
///
/// # Errors
/// `Unavailable` while the database is away.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    PlanLink::sweep(conn, now)
}
