//! Changes: what each publication changed, for readers.

use super::difference::compare;
use crate::content::{Kind, Remark, Significance};
use crate::db::Conn;
use crate::db::schema::guide_changes;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What one publication changed in one entry.
#[derive(Clone, Debug)]
pub struct Change {
    pub kind: String,
    pub slug: String,
    /// The entry's name, as it was then.
    pub name: String,
    pub revision: i64,
    /// What changed, one remark a line.
    pub remarks: Vec<String>,
    pub published: DateTime<Utc>,
}

type Row = (String, String, String, i64, String, i64);

impl Change {
    /// The changes of one entry, the newest first.
    pub fn of(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<Change>> {
        let rows: Vec<Row> = guide_changes::table
            .filter(guide_changes::kind.eq(kind).and(guide_changes::slug.eq(slug)))
            .order(guide_changes::seq.desc())
            .limit(50)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Change::from_row).collect())
    }

    /// How many changes entries of `kinds` have.
    pub fn count(conn: &mut Conn, kinds: &[&str]) -> Result<i64> {
        Ok(guide_changes::table.filter(guide_changes::kind.eq_any(kinds)).count().get_result(conn)?)
    }

    /// `count` changes of entries of `kinds` after the first `skip`, the newest first.
    pub fn latest(conn: &mut Conn, kinds: &[&str], skip: i64, count: i64) -> Result<Vec<Change>> {
        let rows: Vec<Row> = guide_changes::table
            .filter(guide_changes::kind.eq_any(kinds))
            // All downwards, as the primary key can be read: the first page reads no more than it shows.
            .order((guide_changes::seq.desc(), guide_changes::kind.desc(), guide_changes::slug.desc()))
            .limit(count)
            .offset(skip)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Change::from_row).collect())
    }

    fn from_row((kind, slug, name, revision, summary, published_at): Row) -> Change {
        Change {
            kind,
            slug,
            name,
            revision,
            remarks: summary.lines().map(str::to_owned).collect(),
            published: DateTime::from_timestamp_millis(published_at).unwrap_or_default(),
        }
    }

    /// Such as "20 November 2026".
    pub fn day(&self) -> String {
        self.published.format("%-d %B %Y").to_string()
    }

    /// Such as "2026-11-20".
    pub fn machine_day(&self) -> String {
        self.published.format("%Y-%m-%d").to_string()
    }
}

const COLUMNS: (
    guide_changes::kind,
    guide_changes::slug,
    guide_changes::name,
    guide_changes::revision,
    guide_changes::summary,
    guide_changes::published_at,
) = (
    guide_changes::kind,
    guide_changes::slug,
    guide_changes::name,
    guide_changes::revision,
    guide_changes::summary,
    guide_changes::published_at,
);

/// A change about to be written: its significance, its words and its typed difference as JSON.
pub(super) struct Described {
    pub significance: Significance,
    pub summary: String,
    pub difference: String,
}

impl Described {
    pub fn of(self, significance: Significance) -> Self {
        Described { significance, ..self }
    }
}

/// Describes a change from stored content to stored content; the first version has no `before`.
pub(super) fn describe(conn: &mut Conn, kind: &Kind, before: Option<&str>, after: &str) -> Result<Described> {
    let Some(before) = before else {
        let summary = "First published.".into();
        return Ok(Described { significance: Significance::Notable, summary, difference: "[]".into() });
    };
    let differences = compare(&serde_json::from_str(before)?, &serde_json::from_str(after)?);
    let mut remarks = kind.describe(conn, before, after)?;
    if remarks.is_empty() {
        remarks.push(Remark { significance: Significance::Minor, words: edited(&differences) });
    }
    Ok(Described {
        significance: remarks.iter().map(|r| r.significance).max().unwrap_or(Significance::Minor),
        summary: remarks.iter().map(|r| r.words.as_str()).collect::<Vec<_>>().join("\n"),
        difference: serde_json::to_string(&differences)?,
    })
}

/// The general wording: which parts were edited, by the names of their fields.
pub(super) fn edited(differences: &[super::Difference]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for difference in differences {
        let part = difference.path.split('/').next().unwrap_or_default().replace('_', " ");
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    format!("Edited: {}.", parts.join(", "))
}
