//! Which two roles are to be compared: by what somebody types, and by what the editors say lies near.

use super::{LONGEST, address};
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::roles::Role;
use crate::search::{Query, Search};
use crate::ui::{Form, Frame, Site};
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "compare/choose.html")]
pub struct Choose {
    frame: Frame,
    form: Form,
    /// The role that is known already.
    known: Option<String>,
    near: Vec<Near>,
}

/// A role, and those that it can be compared with: name and address.
struct Near {
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
        let near = |role: &Entry<Role>| Near {
            name: role.content.name.clone(),
            others: around[role.slug.as_str()]
                .iter()
                .filter_map(|other| Some((names.get(*other)?.clone(), address(&role.slug, other))))
                .collect(),
        };
        let near = roles.iter().map(near).filter(|near| !near.others.is_empty()).collect();
        let known = known.map(|role| role.content.name);
        Ok(Choose { frame, form, known, near })
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

/// The slug of the role that is meant by what was typed in a field; a problem in the form if none is.
pub fn meant(site: &Site, search: &Search, form: &mut Form, name: &'static str) -> Result<Option<String>> {
    let words = form.line(name, LONGEST);
    if !form.problem(name).is_empty() {
        return Ok(None);
    }
    if words.is_empty() {
        form.wrong(name, "Name a role, such as a job title.");
        return Ok(None);
    }
    let found = search.find(&Query { kind: Some("role".into()), ..Query::new(&words) })?;
    let hit = found.hits.first().filter(|_| !found.loose);
    let slug = hit.and_then(|hit| hit.path.strip_prefix("/roles/")).map(str::to_owned);
    if slug.is_none() {
        let sentence = if search.is_being_prepared() {
            "The search is being prepared: the guide was opened a moment ago. Try again in some seconds."
                .into()
        } else {
            let nearest = site.suggestions(&words).into_iter().find(|page| page.path.starts_with("/roles/"));
            match nearest {
                Some(page) => format!("No role is called that. The nearest is {}.", page.name),
                None => "No role is called that. Type another name for it, or look at all roles.".into(),
            }
        };
        form.wrong(name, sentence);
    }
    Ok(slug)
}
