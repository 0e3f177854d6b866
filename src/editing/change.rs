//! Changes: what each publication changed, for readers.

use super::difference::compare;
use super::wording::Edits;
use crate::content::{Kind, Remark, Significance, fields};
use crate::db::Conn;
use crate::db::schema::guide_changes;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

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

/// A change as it is stored, in the order of `Change::COLUMNS`.
pub type ChangeRow = (String, String, String, i64, String, i64);

/// Which change it is: the guide's revision, kind, slug.
type Key = (i64, String, String);

/// The columns of a change as it is stored.
type Columns = (
    guide_changes::kind,
    guide_changes::slug,
    guide_changes::name,
    guide_changes::revision,
    guide_changes::summary,
    guide_changes::published_at,
);

impl Change {
    /// What `from_row` reads.
    pub const COLUMNS: Columns = (
        guide_changes::kind,
        guide_changes::slug,
        guide_changes::name,
        guide_changes::revision,
        guide_changes::summary,
        guide_changes::published_at,
    );

    /// The changes of one entry, the newest first.
    pub fn of(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<Change>> {
        let rows: Vec<ChangeRow> = guide_changes::table
            .filter(guide_changes::kind.eq(kind).and(guide_changes::slug.eq(slug)))
            .order(guide_changes::seq.desc())
            .limit(50)
            .select(Change::COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Change::from_row).collect())
    }

    /// The latest `count` changes of entries of `kinds`, the newest first, of what made their revision `least` or a later
    /// one: 1 for all, 2 without first publications.
    pub fn latest(conn: &mut Conn, kinds: &[&str], least: i64, count: i64) -> Result<Vec<Change>> {
        // Each kind by itself, as an index lists them: together, an engine would sort every change that there is.
        let mut keys: Vec<Key> = Vec::new();
        for kind in kinds {
            let rows: Vec<(i64, String)> = guide_changes::table
                .filter(guide_changes::kind.eq(kind).and(guide_changes::revision.ge(least)))
                .order((guide_changes::seq.desc(), guide_changes::slug.desc()))
                .limit(count)
                .select((guide_changes::seq, guide_changes::slug))
                .load(conn)?;
            keys.extend(rows.into_iter().map(|(seq, slug)| (seq, (*kind).to_owned(), slug)));
        }
        keys.sort_unstable_by(|a, b| b.cmp(a));
        let keys: Vec<Key> = keys.into_iter().take(count as usize).collect();
        let (Some((newest, ..)), Some((oldest, ..))) = (keys.first(), keys.last()) else {
            return Ok(Vec::new());
        };
        let rows: Vec<(i64, ChangeRow)> = guide_changes::table
            .filter(guide_changes::kind.eq_any(kinds))
            .filter(guide_changes::slug.eq_any(keys.iter().map(|(.., slug)| slug)))
            .filter(guide_changes::seq.between(oldest, newest))
            .select((guide_changes::seq, Change::COLUMNS))
            .load(conn)?;
        let with_key =
            |(seq, row): (i64, ChangeRow)| ((seq, row.0.clone(), row.1.clone()), Change::from_row(row));
        let mut changes: BTreeMap<Key, Change> = rows.into_iter().map(with_key).collect();
        Ok(keys.iter().filter_map(|key| changes.remove(key)).collect())
    }

    pub fn from_row((kind, slug, name, revision, summary, published_at): ChangeRow) -> Change {
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

/// What is told where nothing differs that readers would know by a name.
const EDITED: &str = "Edited.";

/// Describes a change from stored content to stored content; the first version has no `before`.
pub(super) fn describe(conn: &mut Conn, kind: &Kind, before: Option<&str>, after: &str) -> Result<Described> {
    let Some(before) = before else {
        let summary = "First published.".into();
        return Ok(Described { significance: Significance::Notable, summary, difference: "[]".into() });
    };
    let differences = compare(&serde_json::from_str(before)?, &serde_json::from_str(after)?);
    let mut remarks = kind.describe(conn, before, after)?;
    if remarks.is_empty() {
        let words = Edits::of(fields(kind.sheet), &differences).words();
        remarks.push(Remark::new(Significance::Minor, words.unwrap_or_else(|| EDITED.into())));
    }
    Ok(Described {
        significance: remarks.iter().map(|r| r.significance).max().unwrap_or(Significance::Minor),
        summary: remarks.iter().map(|r| r.words.as_str()).collect::<Vec<_>>().join("\n"),
        difference: serde_json::to_string(&differences)?,
    })
}
