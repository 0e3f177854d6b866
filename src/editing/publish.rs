//! Publishing: entry, revision, rows to query and what changed, in one transaction.

use super::change::{Described, describe};
use super::dangling::dangling;
use super::draft::Draft;
use super::redirect::Redirect;
use crate::content::{Checked, Kind, Link, Significance};
use crate::db::schema::{entries, guide, guide_changes, links, revisions, withdrawn};
use crate::db::{Conn, insert_all};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};

/// How many slugs a query names: engines bound how many values it may hold.
pub(super) const AT_ONCE: usize = 500;

/// What is told of something that had left.
const AGAIN: &str = "Published again.";

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
    /// A draft.
    Editors,
}

impl Origin {
    pub(super) fn word(self) -> &'static str {
        match self {
            Origin::Shipped => "shipped",
            Origin::Import => "import",
            Origin::Editors => "editors",
        }
    }
}

/// What is told of a change instead of what the difference suggests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub significance: Significance,
    /// For readers, one remark a line.
    pub summary: String,
    /// The guide's revision with the change of the same entry that this puts right.
    #[serde(default)]
    pub corrects: Option<i64>,
}

/// How something is published.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    pub origin: Origin,
    /// Id of the person who publishes it; nobody for what the program does by itself.
    pub by: Option<&'a str>,
    /// What is told of it; nothing leaves that to the difference.
    pub told: Option<&'a Told>,
    pub now: DateTime<Utc>,
}

/// What a publication did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// The guide's revision after it.
    pub guide_revision: i64,
    /// Kind and slug of what is new.
    pub added: Vec<(String, String)>,
    /// Those of them that had left the guide, and are back.
    pub restored: Vec<(String, String)>,
    /// Kind and slug of what has a new revision.
    pub revised: Vec<(String, String)>,
}

/// Publishes what differs from what stands. Call it inside `db::write`, last.
///
/// The guide's revision is counted up by the last statements of the transaction, and only if something changed,
/// so that its order is the order in which publications are committed.
pub fn publish(conn: &mut Conn, incoming: &[Incoming], publication: Publication<'_>) -> Result<Published> {
    let now = publication.now;
    // Publications take turns: entries share rows, such as how many roles ask for a skill.
    super::take_turn(conn)?;
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
        let revision = last_revision(conn, kind, slug)? + 1;
        let mut described = match publication.told {
            Some(told) => {
                Described { summary: told.summary.clone(), ..describe(conn, &item.kind, before, json)? }
                    .of(told.significance)
            }
            None => describe(conn, &item.kind, before, json)?,
        };
        if before.is_none() && revision > 1 && publication.told.is_none() {
            described.summary = AGAIN.into();
        }
        if before.is_none() && revision > 1 {
            published.restored.push((kind.to_owned(), slug.to_owned()));
        }
        write_entry(conn, item, standing.as_ref().map(|(revision, _)| *revision), revision, now)?;
        diesel::insert_into(revisions::table)
            .values((
                revisions::kind.eq(kind),
                revisions::slug.eq(slug),
                revisions::revision.eq(revision),
                revisions::content.eq(json),
                revisions::origin.eq(publication.origin.word()),
                revisions::published_by.eq(publication.by),
                revisions::published_at.eq(now.timestamp_millis()),
            ))
            .execute(conn)?;
        write_links(conn, kind, slug, &item.checked.links)?;
        item.kind.index(conn, slug, json)?;
        let list = if standing.is_none() { &mut published.added } else { &mut published.revised };
        list.push((kind.to_owned(), slug.to_owned()));
        changes.push((item, revision, described));
    }
    if changes.is_empty() {
        return Ok(published);
    }
    diesel::update(guide::table.find(1)).set(guide::revision.eq(guide::revision + 1)).execute(conn)?;
    published.guide_revision = super::guide_revision(conn)?;
    let rows: Vec<_> = changes
        .into_iter()
        .map(|(item, revision, described)| {
            (
                guide_changes::seq.eq(published.guide_revision),
                guide_changes::kind.eq(item.kind.name),
                guide_changes::slug.eq(&item.slug),
                guide_changes::name.eq(&item.checked.name),
                guide_changes::revision.eq(revision),
                guide_changes::significance.eq(described.significance.word()),
                guide_changes::summary.eq(described.summary),
                guide_changes::difference.eq(described.difference),
                guide_changes::published_at.eq(now.timestamp_millis()),
                guide_changes::corrects.eq(publication.told.and_then(|told| told.corrects)),
            )
        })
        .collect();
    insert_all!(conn, guide_changes::table, &rows)?;
    Ok(published)
}

/// The last revision that an entry ever had, also before it was withdrawn; 0 for none.
pub(super) fn last_revision(conn: &mut Conn, kind: &str, slug: &str) -> Result<i64> {
    let last: Option<i64> = revisions::table
        .filter(revisions::kind.eq(kind).and(revisions::slug.eq(slug)))
        .order(revisions::revision.desc())
        .select(revisions::revision)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

fn write_entry(
    conn: &mut Conn,
    item: &Incoming,
    standing: Option<i64>,
    revision: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    let (kind, slug, now) = (item.kind.name, item.slug.as_str(), now.timestamp_millis());
    let content = (
        entries::name.eq(&item.checked.name),
        entries::revision.eq(revision),
        entries::content.eq(&item.checked.json),
        entries::published_at.eq(now),
    );
    let Some(standing) = standing else {
        diesel::delete(withdrawn::table.find((kind, slug))).execute(conn)?;
        if let Some(path) = item.kind.page(slug) {
            Redirect::remove(conn, &path)?;
        }
        diesel::insert_into(entries::table)
            .values((
                entries::kind.eq(kind),
                entries::slug.eq(slug),
                entries::first_published_at.eq(now),
                content,
            ))
            .execute(conn)?;
        return Ok(());
    };
    let row = entries::table.find((kind, slug)).filter(entries::revision.eq(standing));
    match diesel::update(row).set(content).execute(conn)? {
        1 => Ok(()),
        _ => Err(Error::Unavailable(format!("{kind} {slug} was published by somebody else meanwhile"))),
    }
}

/// Writes what an entry names; rows that stand already are left alone, which is most of them.
pub(super) fn write_links(conn: &mut Conn, kind: &str, slug: &str, named: &[Link]) -> Result<()> {
    let own = || links::table.filter(links::kind.eq(kind).and(links::slug.eq(slug)));
    let standing: Vec<(String, String)> = own().select((links::to_kind, links::to_slug)).load(conn)?;
    let standing: HashSet<(&str, &str)> =
        standing.iter().map(|(kind, slug)| (kind.as_str(), slug.as_str())).collect();
    let wanted: BTreeSet<(&str, &str)> = named.iter().map(|link| (link.kind, link.slug.as_str())).collect();
    for (to_kind, to_slug) in standing.iter().filter(|link| !wanted.contains(*link)) {
        let gone = own().filter(links::to_kind.eq(to_kind).and(links::to_slug.eq(to_slug)));
        diesel::delete(gone).execute(conn)?;
    }
    let rows: Vec<_> = wanted
        .iter()
        .filter(|link| !standing.contains(*link))
        .map(|(to_kind, to_slug)| {
            (
                links::kind.eq(kind),
                links::slug.eq(slug),
                links::to_kind.eq(*to_kind),
                links::to_slug.eq(*to_slug),
            )
        })
        .collect();
    Ok(insert_all!(conn, links::table, &rows)?)
}

impl Draft {
    /// Publishes it and closes it; `checked` is its content without a gap. Nothing if somebody saved it meanwhile.
    /// Call it inside `db::write`, last.
    ///
    /// # Errors
    /// `Unavailable` if the entry was published by somebody else at this moment.
    pub fn publish(
        &self,
        conn: &mut Conn,
        kind: Kind,
        checked: Checked,
        by: &str,
        told: Option<&Told>,
        now: DateTime<Utc>,
    ) -> Result<Option<Published>> {
        if !self.close(conn, &checked.json, by, now)? {
            return Ok(None);
        }
        let incoming =
            [Incoming { kind, slug: self.slug.clone(), checked, file: String::new(), text: String::new() }];
        let publication = Publication { origin: Origin::Editors, by: Some(by), told, now };
        let published = publish(conn, &incoming, publication)?;
        // Whatever leaves the guide holds the same lock: what it was before that lock, it need not be any more.
        if !dangling(conn, &incoming)?.is_empty() {
            return Err(Error::Unavailable(format!("what {} {} names left meanwhile", kind.name, self.slug)));
        }
        Ok(Some(published))
    }

    /// What would be told of it: the suggestion that editors may reword. Nothing if it changes nothing.
    pub fn suggested(&self, conn: &mut Conn, kind: &Kind, checked: &Checked) -> Result<Option<Told>> {
        let before: Option<String> =
            entries::table.find((kind.name, &self.slug)).select(entries::content).first(conn).optional()?;
        if before.as_deref() == Some(checked.json.as_str()) {
            return Ok(None);
        }
        let Described { significance, summary, .. } = describe(conn, kind, before.as_deref(), &checked.json)?;
        let again = before.is_none() && last_revision(conn, kind.name, &self.slug)? > 0;
        Ok(Some(Told { significance, summary: if again { AGAIN.into() } else { summary }, corrects: None }))
    }
}
