//! The roles that somebody's skills come nearest to.

use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use crate::gap::{Asked, Held, Readiness};
use crate::roles::{self, Role};

/// A role with what it asks for, and how much of that is held.
pub struct Near {
    pub slug: String,
    pub name: String,
    pub asked: Asked,
    pub readiness: Readiness,
}

/// Of a large guide so many roles are ranked: those that ask for most of the skills.
pub const RANKED: i64 = 60;

impl Near {
    pub fn of(role: Entry<Role>, held: &Held) -> Near {
        let asked = Asked::of(&role.content);
        Near { readiness: asked.readiness(held), slug: role.slug, name: role.content.name, asked }
    }

    /// The roles that ask for at least one of these skills, by readiness, the highest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn rank(conn: &mut Conn, held: &Held) -> Result<Vec<Near>> {
        let slugs = roles::asking_for(conn, held, RANKED)?;
        let roles = Entry::<Role>::some(conn, &slugs)?;
        let mut ranked: Vec<Near> = roles.into_values().map(|role| Near::of(role, held)).collect();
        let share = |near: &Near| near.readiness.share();
        ranked.sort_by(|a, b| share(b).total_cmp(&share(a)).then_with(|| a.name.cmp(&b.name)));
        Ok(ranked)
    }
}
