//! Which two roles are to be compared: by what somebody types, and by what the editors say lies near.

use super::pair::address;
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::roles::Role;
use crate::ui::{Form, Frame};
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "compare/choose.html")]
pub struct Choose {
    frame: Frame,
    form: Form,
    /// The name of the role that is chosen already.
    role: Option<String>,
    near: Vec<Around>,
}

/// A role, and those that it can be compared with: name and address.
struct Around {
    name: String,
    others: Vec<(String, String)>,
}

/// Roles whose moves are offered while none is known.
const OFFERED: i64 = 20;

impl Choose {
    pub fn read(conn: &mut Conn, frame: Frame, form: Form, known: Option<Entry<Role>>) -> Result<Self> {
        let roles = match &known {
            Some(role) => vec![role.clone()],
            None => Entry::<Role>::by_name(conn, 0, OFFERED)?,
        };
        let around: BTreeMap<&str, Vec<&String>> =
            roles.iter().map(|role| (role.slug.as_str(), around(&role.content))).collect();
        let names = names::<Role>(conn, around.values().flatten().copied())?;
        let near = |role: &Entry<Role>| Around {
            name: role.content.name.clone(),
            others: around[role.slug.as_str()]
                .iter()
                .filter_map(|other| Some((names.get(*other)?.clone(), address(&role.slug, other))))
                .collect(),
        };
        let near = roles.iter().map(near).filter(|near| !near.others.is_empty()).collect();
        let role = known.map(|role| role.content.name);
        Ok(Choose { frame, form, role, near })
    }

    /// Nothing was typed: this is the page as search engines list it.
    fn untouched(&self) -> bool {
        self.form.fine() && self.form.fields().iter().all(|(_, typed)| typed.is_empty())
    }
}

/// The roles that it can be moved to or is at home with, each once.
fn around(role: &Role) -> Vec<&String> {
    let mut around: Vec<&String> = Vec::new();
    for slug in role.pivots.iter().map(|p| &p.role).chain(role.complementary.iter().map(|c| &c.role)) {
        if !around.contains(&slug) {
            around.push(slug);
        }
    }
    around
}
