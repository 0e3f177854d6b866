//! Publishing: entry, revision, rows to query and what changed, in one transaction.

use super::change::describe;
use crate::content::{Checked, Kind, Link, Problem};
use crate::db::schema::{entries, guide, guide_changes, links, revisions};
use crate::db::{Conn, insert_all};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many slugs a query names: engines bound how many values it may hold.
pub(super) const AT_ONCE: usize = 500;

/// Checked content on its way into the guide.
#[derive(Clone)]
pub struct Incoming {
    pub kind: Kind,
    pub slug: String,
    pub checked: Checked,
    /// The file that it came from, for problems.
    pub file: String,
    /// That file's text, to find lines in.
    pub text: String,
}

/// Where a revision came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The content that the program carries.
    Shipped,
    /// `waymark import`.
    Import,
}

impl Origin {
    fn word(self) -> &'static str {
        match self {
            Origin::Shipped => "shipped",
            Origin::Import => "import",
        }
    }
}

/// What a publication did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// The guide's revision after it.
    pub guide_revision: i64,
    /// Kind and slug of what is new.
    pub added: Vec<(String, String)>,
    /// Kind and slug of what has a new revision.
    pub revised: Vec<(String, String)>,
}

/// Publishes what differs from what stands. Call it inside `db::write`, last.
///
/// The guide's revision is counted up by the last statements of the transaction, and only if something changed,
/// so that its order is the order in which publications are committed.
pub fn publish(
    conn: &mut Conn,
    incoming: &[Incoming],
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<Published> {
    // Publications take turns: entries share rows, such as how many roles ask for a skill.
    diesel::update(guide::table.find(1)).set(guide::revision.eq(guide::revision)).execute(conn)?;
    let mut published = Published { guide_revision: super::guide_revision(conn)?, ..Published::default() };
    let mut changes = Vec::new();
    for item in incoming {
        let (kind, slug, json) = (item.kind.name, item.slug.as_str(), item.checked.json.as_str());
        let standing: Option<(i64, String)> = entries::table
            .find((kind, slug))
            .select((entries::revision, entries::content))
            .first(conn)
            .optional()?;
        let before = standing.as_ref().map(|(_, content)| content.as_str());
        if before == Some(json) {
            continue;
        }
        let described = describe(conn, &item.kind, before, json)?;
        let revision = standing.as_ref().map_or(1, |(revision, _)| revision + 1);
        write_entry(conn, item, revision, now)?;
        diesel::insert_into(revisions::table)
            .values((
                revisions::kind.eq(kind),
                revisions::slug.eq(slug),
                revisions::revision.eq(revision),
                revisions::content.eq(json),
                revisions::origin.eq(origin.word()),
                revisions::published_at.eq(now.timestamp_millis()),
            ))
            .execute(conn)?;
        write_links(conn, kind, slug, &item.checked.links)?;
        item.kind.index(conn, slug, json)?;
        let list = if revision == 1 { &mut published.added } else { &mut published.revised };
        list.push((kind.to_owned(), slug.to_owned()));
        changes.push((kind, slug, revision, described));
    }
    if changes.is_empty() {
        return Ok(published);
    }
    diesel::update(guide::table.find(1)).set(guide::revision.eq(guide::revision + 1)).execute(conn)?;
    published.guide_revision = super::guide_revision(conn)?;
    let rows: Vec<_> = changes
        .into_iter()
        .map(|(kind, slug, revision, described)| {
            (
                guide_changes::seq.eq(published.guide_revision),
                guide_changes::kind.eq(kind),
                guide_changes::slug.eq(slug),
                guide_changes::revision.eq(revision),
                guide_changes::significance.eq(described.significance.word()),
                guide_changes::summary.eq(described.summary),
                guide_changes::difference.eq(described.difference),
                guide_changes::published_at.eq(now.timestamp_millis()),
            )
        })
        .collect();
    insert_all!(conn, guide_changes::table, &rows)?;
    Ok(published)
}

fn write_entry(conn: &mut Conn, item: &Incoming, revision: i64, now: DateTime<Utc>) -> Result<()> {
    let (kind, slug, now) = (item.kind.name, item.slug.as_str(), now.timestamp_millis());
    let content = (
        entries::name.eq(&item.checked.name),
        entries::revision.eq(revision),
        entries::content.eq(&item.checked.json),
        entries::published_at.eq(now),
    );
    if revision == 1 {
        diesel::insert_into(entries::table)
            .values((
                entries::kind.eq(kind),
                entries::slug.eq(slug),
                entries::first_published_at.eq(now),
                content,
            ))
            .execute(conn)?;
        return Ok(());
    }
    let standing = entries::table.find((kind, slug)).filter(entries::revision.eq(revision - 1));
    match diesel::update(standing).set(content).execute(conn)? {
        1 => Ok(()),
        _ => Err(Error::Unavailable(format!("{kind} {slug} was published by somebody else meanwhile"))),
    }
}

fn write_links(conn: &mut Conn, kind: &str, slug: &str, named: &[Link]) -> Result<()> {
    diesel::delete(links::table.filter(links::kind.eq(kind).and(links::slug.eq(slug)))).execute(conn)?;
    let mut seen = HashSet::new();
    let rows: Vec<_> = named
        .iter()
        .filter(|link| seen.insert((link.kind, &link.slug)))
        .map(|link| {
            (
                links::kind.eq(kind),
                links::slug.eq(slug),
                links::to_kind.eq(link.kind),
                links::to_slug.eq(&link.slug),
            )
        })
        .collect();
    Ok(insert_all!(conn, links::table, &rows)?)
}

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
                    message: format!(
                        "names the {} \"{}\", which does not exist; add it, or name another",
                        link.kind, link.slug
                    ),
                });
            }
        }
    }
    Ok(problems)
}

/// Those of `slugs` of which there is an entry of this kind.
fn known(conn: &mut Conn, kind: &str, slugs: &BTreeSet<&str>) -> Result<HashSet<String>> {
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
