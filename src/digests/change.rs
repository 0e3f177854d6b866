//! Changes of the guide as those read them who tell people of them.

use crate::content::Significance;
use crate::db::Conn;
use crate::db::schema::guide_changes;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How long nobody is told of a publication: editors may take it back, or add to it.
pub const UNDO: TimeDelta = TimeDelta::minutes(10);

/// What one publication changed in one entry.
#[derive(Clone, Debug)]
pub struct Change {
    /// The guide's revision, in the order in which publications were committed.
    pub seq: i64,
    pub kind: String,
    pub slug: String,
    /// As it was called then.
    pub name: String,
    pub revision: i64,
    pub significance: Significance,
    /// What readers are told of it.
    pub lines: Vec<String>,
    pub published: DateTime<Utc>,
    /// An editor took the news of it back.
    pub recalled: bool,
    /// The change that it puts right.
    pub corrects: Option<i64>,
}

pub(super) type Row = (i64, String, String, String, i64, String, String, i64, Option<i64>, Option<i64>);
pub(super) const COLUMNS: (
    guide_changes::seq,
    guide_changes::kind,
    guide_changes::slug,
    guide_changes::name,
    guide_changes::revision,
    guide_changes::significance,
    guide_changes::summary,
    guide_changes::published_at,
    guide_changes::recalled_at,
    guide_changes::corrects,
) = (
    guide_changes::seq,
    guide_changes::kind,
    guide_changes::slug,
    guide_changes::name,
    guide_changes::revision,
    guide_changes::significance,
    guide_changes::summary,
    guide_changes::published_at,
    guide_changes::recalled_at,
    guide_changes::corrects,
);

impl Change {
    pub(super) fn from_row(row: Row) -> Change {
        let (seq, kind, slug, name, revision, significance, summary, published, recalled, corrects) = row;
        Change {
            seq,
            kind,
            slug,
            name,
            revision,
            // A word of a newer program is worth telling.
            significance: Significance::from_word(&significance).unwrap_or(Significance::Notable),
            lines: summary.lines().map(str::to_owned).collect(),
            published: DateTime::from_timestamp_millis(published).unwrap_or_default(),
            recalled: recalled.is_some(),
            corrects,
        }
    }

    pub fn day(&self) -> String {
        self.published.format("%-d %B %Y").to_string()
    }
}

/// The last change that may be told: the guide's revision at the end of the time in which publications can be taken back.
pub fn horizon(conn: &mut Conn, now: DateTime<Utc>) -> Result<i64> {
    // Read from the end, where it is found at once.
    let last: Option<i64> = guide_changes::table
        .filter(guide_changes::published_at.le((now - UNDO).timestamp_millis()))
        .order(guide_changes::seq.desc())
        .select(guide_changes::seq)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Every change after `after`, in the order of publications, those that may not be told yet among them.
pub fn since(conn: &mut Conn, after: i64) -> Result<Vec<Change>> {
    let rows: Vec<Row> = guide_changes::table
        .filter(guide_changes::seq.gt(after))
        .order((guide_changes::seq, guide_changes::kind, guide_changes::slug))
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(Change::from_row).collect())
}

/// One change of one entry.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find(conn: &mut Conn, seq: i64, kind: &str, slug: &str) -> Result<Change> {
    let row: Row = guide_changes::table.find((seq, kind, slug)).select(COLUMNS).first(conn)?;
    Ok(Change::from_row(row))
}
