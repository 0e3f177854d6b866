//! What stands between a draft and the public: everything that has to be put right, each with the way to its field.

use super::place::Place;
use super::row;
use crate::content::{Checked, Found, Kind};
use crate::db::Conn;
use crate::editing::{Incoming, dangling};
use crate::error::Result;
use crate::import::{KINDS, links_of};
use serde_json::Value;
use std::collections::BTreeSet;

/// One thing to put right.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The field, such as `groups[2].commentary`.
    pub field: String,
    /// The field in words.
    pub label: String,
    pub sentence: String,
    /// The form that holds it, at the field.
    pub href: String,
    /// Where what it names and nobody has made can be made: the address, and what it would be.
    pub make: Option<(String, &'static str)>,
}

/// A draft, looked at.
pub struct Gates {
    pub gates: Vec<Gate>,
    /// As it would be published; if there are gates, with samples in their places. Nothing if it cannot be read at all.
    pub checked: Option<Checked>,
}

impl Gates {
    /// Looks at the content of a draft.
    pub fn of(conn: &mut Conn, kind: &Kind, slug: &str, content: &Value) -> Result<Gates> {
        let looked = kind.draft(content);
        let mut problems: Vec<Found> = looked.problems;
        let mut checked = looked.mended;
        let mut made = Vec::new();
        if let Some(checked) = &mut checked {
            if let Some(text) = content.get("text").and_then(Value::as_str) {
                let (links, lost) = links_of(text);
                checked.links.extend(links);
                let found = |(_, message)| Found { field: "text".into(), line: None, message };
                problems.extend(lost.into_iter().map(found));
            }
            let lost = lost(conn, kind, slug, checked)?;
            made.extend(lost.iter().filter_map(|lost| make(checked, lost)));
            // That there is no such entry says more than that its name cannot be one's.
            problems.retain(|problem| lost.iter().all(|lost| lost.field != problem.field));
            problems.extend(lost);
        }
        let gate = |found: Found| {
            let place = Place::of(kind, content, &found.field);
            Gate {
                label: place.label,
                sentence: crate::content::sentence(&found),
                href: format!("/admin/{}/{slug}/{}", kind.folder, place.path),
                make: made
                    .iter()
                    .find(|(field, ..)| *field == found.field)
                    .map(|(_, href, one)| (href.clone(), *one)),
                field: found.field,
            }
        };
        Ok(Gates { gates: problems.into_iter().map(gate).collect(), checked })
    }
}

/// Where an entry that is named and not there at all can be begun.
fn make(checked: &Checked, lost: &Found) -> Option<(String, String, &'static str)> {
    let link = checked.links.iter().find(|link| link.field == lost.field)?;
    let kind = KINDS.into_iter().find(|kind| kind.name == link.kind && kind.grows)?;
    let name = url::form_urlencoded::Serializer::new(String::new()).append_pair("name", &link.slug).finish();
    let missing = lost.message.contains("does not exist");
    missing.then(|| (lost.field.clone(), format!("/admin/{}/new?{name}", kind.folder), kind.name))
}

/// What it names and nobody has published.
fn lost(conn: &mut Conn, kind: &Kind, slug: &str, checked: &Checked) -> Result<Vec<Found>> {
    let incoming = Incoming {
        kind: *kind,
        slug: slug.to_owned(),
        checked: checked.clone(),
        file: String::new(),
        text: String::new(),
    };
    let link = |field: &str| checked.links.iter().find(|link| link.field == field).cloned();
    let dangling = dangling(conn, &[incoming])?;
    let named: BTreeSet<(String, String)> = dangling
        .iter()
        .filter_map(|problem| link(&problem.field))
        .map(|link| (link.kind.to_owned(), link.slug))
        .collect();
    let drafted = row::names(conn, &named)?;
    // What is empty is said to be empty.
    let named = |field: &str| link(field).is_none_or(|link| !link.slug.is_empty());
    let found = dangling.into_iter().filter(|problem| named(&problem.field)).map(|problem| {
        let draft = link(&problem.field).and_then(|link| drafted.get(&(link.kind.to_owned(), link.slug)));
        let message = match draft {
            Some(name) => format!("names “{name}”, which is a draft so far; publish that first"),
            None => problem.message,
        };
        Found { field: problem.field, line: None, message }
    });
    Ok(found.collect())
}
