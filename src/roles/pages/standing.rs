//! How a role stands with somebody who is signed in: the plans that lead to it, and whether they follow it.

use crate::db::Conn;
use crate::error::Result;
use crate::follows::{Interest, Subject};
use crate::plans::Plan;
use crate::roles::Role;

pub struct Standing {
    /// Those that are worked on, the one changed last first.
    pub plans: Vec<Plan>,
    /// They follow it themselves, whatever their plans rest on.
    pub followed: bool,
}

impl Standing {
    pub fn read(conn: &mut Conn, person: &str, role: &str) -> Result<Standing> {
        Ok(Standing {
            plans: Plan::towards(conn, person, role)?,
            followed: Interest::is_followed(conn, person, &Subject::of::<Role>(role))?,
        })
    }

    /// Nothing is to be said of it.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty() && !self.followed
    }
}
