//! What comes in and names what is not there.

use super::fate::{Fate, Withdrawn};
use super::publish::{AT_ONCE, Incoming};
use crate::content::Problem;
use crate::db::Conn;
use crate::db::schema::entries;
use crate::error::Result;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The links of what comes in that would lead nowhere, counting what stands and what comes.
pub fn dangling(conn: &mut Conn, incoming: &[Incoming]) -> Result<Vec<Problem>> {
    let coming: HashSet<(&str, &str)> =
        incoming.iter().map(|item| (item.kind.name, item.slug.as_str())).collect();
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for link in incoming.iter().flat_map(|item| &item.checked.links).filter(|link| link.needed) {
        if !coming.contains(&(link.kind, link.slug.as_str())) {
            asked.entry(link.kind).or_default().insert(&link.slug);
        }
    }
    let mut there = coming.clone();
    for (kind, slugs) in &asked {
        let known = known(conn, kind, slugs)?;
        there.extend(slugs.iter().filter(|slug| known.contains(**slug)).map(|slug| (*kind, *slug)));
    }
    let left = left(conn, &asked, &there)?;
    let mut problems = Vec::new();
    for item in incoming {
        for link in item.checked.links.iter().filter(|link| link.needed) {
            if !there.contains(&(link.kind, link.slug.as_str())) {
                let line = match link.field.as_str() {
                    "text" => item
                        .text
                        .lines()
                        .position(|line| line.contains(&format!("/{}", link.slug)))
                        .map(|n| n + 1),
                    field => crate::content::line_of(&item.text, field),
                };
                problems.push(Problem {
                    file: item.file.clone(),
                    line: line.unwrap_or(0),
                    field: link.field.clone(),
                    message: match left.get(&(link.kind, link.slug.as_str())) {
                        Some(words) => format!("names the {} \"{}\", {words}", link.kind, link.slug),
                        None => format!(
                            "names the {} \"{}\", which does not exist; add it, or name another",
                            link.kind, link.slug
                        ),
                    },
                });
            }
        }
    }
    Ok(problems)
}

/// What became of what is asked for and is not there, in words for whoever names it.
fn left<'a>(
    conn: &mut Conn,
    asked: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    there: &HashSet<(&str, &str)>,
) -> Result<BTreeMap<(&'a str, &'a str), String>> {
    let mut words = BTreeMap::new();
    for (kind, slugs) in asked {
        let lost: Vec<&str> =
            slugs.iter().filter(|slug| !there.contains(&(*kind, **slug))).copied().collect();
        for left in Withdrawn::some(conn, kind, &lost)? {
            let Some(slug) = lost.iter().find(|slug| **slug == left.slug) else { continue };
            let what = left.fate.words();
            let said = match &left.heirs[..] {
                [] => format!("which {what}; name another, or take it out"),
                heirs => format!("which {what} \"{}\"; name that instead", heirs.join("\", \"")),
            };
            words.insert((*kind, *slug), said);
        }
    }
    Ok(words)
}

/// Files of what editors gave another name: they would make a second one.
pub fn moved(conn: &mut Conn, incoming: &[Incoming]) -> Result<Vec<Problem>> {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in incoming {
        by_kind.entry(item.kind.name).or_default().push(&item.slug);
    }
    let mut problems = Vec::new();
    for (kind, slugs) in by_kind {
        for left in Withdrawn::some(conn, kind, &slugs)?.into_iter().filter(|left| left.fate == Fate::Moved) {
            let own = |item: &&Incoming| item.kind.name == kind && item.slug == left.slug;
            for item in incoming.iter().filter(own) {
                problems.push(Problem {
                    file: item.file.clone(),
                    line: 0,
                    field: String::new(),
                    message: format!(
                        "is called {} by now, editors moved it; rename the file, and what names \"{}\", or take \
                         it out",
                        left.heirs.join(", "),
                        left.slug
                    ),
                });
            }
        }
    }
    Ok(problems)
}

/// Those of `slugs` of which there is an entry of this kind.
pub(super) fn known(conn: &mut Conn, kind: &str, slugs: &BTreeSet<&str>) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for slugs in slugs.iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let rows: Vec<String> = entries::table
            .filter(entries::kind.eq(kind).and(entries::slug.eq_any(slugs.iter().map(|slug| **slug))))
            .select(entries::slug)
            .load(conn)?;
        known.extend(rows);
    }
    Ok(known)
}
