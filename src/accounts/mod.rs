//! Accounts: people, how they prove who they are, and what they may do.

mod acquaintances;
mod address;
mod arrival;
mod authenticator;
mod caller;
pub mod commands;
mod device;
mod event;
mod factors;
mod invited;
mod letters;
mod member;
mod pages;
mod passkey;
mod password;
mod person;
mod recovery;
mod rights;
mod session;
mod staff;
mod throttle;
pub mod token;
mod trail;

pub use acquaintances::Acquaintances;
pub use address::MailAddress;
pub use caller::{Caller, Desk, see_other};
pub use device::Device;
pub use event::{Event, Happening};
pub use invited::{Invited, grant, invite};
pub use letters::post_samples;
pub use member::Member;
pub use password::{Hashing, problem as password_problem};
pub use person::{NewPerson, Person};
pub use rights::Rights;
pub use session::{Store as Sessions, keep_staying, middleware as sessions};
pub use staff::Staff;
pub use throttle::{Limit, Wait, count as throttle};

use crate::db::Conn;
use crate::error::Result;
use chrono::{DateTime, Utc};

/// The pages of accounts.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// Whether somebody may manage people already. What cannot be read counts as yes.
pub fn has_admin(conn: &mut Conn) -> bool {
    Person::any_with(conn, Rights::Admin).unwrap_or(true)
}

/// Deletes what has run out: sessions, tokens, throttles, devices, events.
///
/// # Errors
/// `Unavailable` while the database is away.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    session::sweep(conn, now)?;
    token::sweep(conn, now)?;
    throttle::sweep(conn, now)?;
    device::sweep(conn, now)?;
    event::sweep(conn, now)
}
