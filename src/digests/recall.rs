//! Taking the news of a publication back while nobody has been told, and what readers were told that may be wrong.

use super::change::{self, Change, UNDO};
use crate::db::Conn;
use crate::db::schema::{guide_changes, told};
use crate::editing::{Act, Action, Fate, Fated};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// What became of the wish to take the news of a publication back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recalled {
    Done,
    /// Letters go out already: a correction is what is left.
    TooLate,
}

/// Takes the news of a change back: what was published stays, and nobody is told. Call it inside `db::write`.
///
/// # Errors
/// `NotFound` if there is no such change.
pub fn recall(
    conn: &mut Conn,
    (seq, kind, slug): (i64, &str, &str),
    by: &str,
    now: DateTime<Utc>,
) -> Result<Recalled> {
    let change = change::find(conn, seq, kind, slug)?;
    if change.recalled {
        // Somebody else did it meanwhile: what was wanted is true.
        return Ok(Recalled::Done);
    }
    let open = guide_changes::table
        .find((seq, kind, slug))
        .filter(guide_changes::recalled_at.is_null())
        .filter(guide_changes::published_at.gt((now - UNDO).timestamp_millis()));
    let taken =
        diesel::update(open).set(guide_changes::recalled_at.eq(now.timestamp_millis())).execute(conn)?;
    if taken == 0 {
        return Ok(Recalled::TooLate);
    }
    let detail = json!({ "guide_revision": seq, "revision": change.revision, "told": change.lines });
    Act::note(conn, Some(by), Action::Recalled, (kind, slug), &detail, now)?;
    Ok(Recalled::Done)
}

/// A publication of which nobody was told yet.
#[derive(Clone, Debug)]
pub struct Taking {
    pub seq: i64,
    pub revision: i64,
    /// Until when the news of it can be taken back.
    pub until: DateTime<Utc>,
    pub lines: Vec<String>,
}

/// The publications of an entry whose news can be taken back now, the newest first.
pub fn taking(conn: &mut Conn, kind: &str, slug: &str, now: DateTime<Utc>) -> Result<Vec<Taking>> {
    let recent = latest(conn, kind, slug)?;
    let open = recent.into_iter().filter(|change| !change.recalled && change.published + UNDO > now);
    Ok(open
        .map(|change| Taking {
            seq: change.seq,
            revision: change.revision,
            until: change.published + UNDO,
            lines: change.lines,
        })
        .collect())
}

/// A change that people were told of, and that a correction may put right.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub seq: i64,
    pub day: String,
    pub lines: Vec<String>,
    /// How many were told.
    pub people: i64,
}

/// The last changes of an entry that people were told of, the newest first.
pub fn wrong(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<Wrong>> {
    let recent = latest(conn, kind, slug)?;
    let counted: Vec<(i64, i64)> = told::table
        .filter(told::seq.eq_any(recent.iter().map(|change| change.seq)))
        .filter(told::kind.eq(kind).and(told::slug.eq(slug)))
        .group_by(told::seq)
        .select((told::seq, count_star()))
        .load(conn)?;
    let counted: BTreeMap<i64, i64> = counted.into_iter().collect();
    Ok(recent
        .into_iter()
        .filter_map(|change| {
            let people = *counted.get(&change.seq)?;
            Some(Wrong { seq: change.seq, day: change.day(), lines: change.lines, people })
        })
        .collect())
}

fn latest(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<Change>> {
    const LATEST: i64 = 20;
    let rows: Vec<change::Row> = guide_changes::table
        .filter(guide_changes::kind.eq(kind).and(guide_changes::slug.eq(slug)))
        .order(guide_changes::seq.desc())
        .limit(LATEST)
        .select(change::COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(Change::from_row).collect())
}

/// What people were told follows an entry to its new address.
pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
    if let (Fate::Moved, Some(heir)) = (fated.fate, fated.heirs.first()) {
        let old = told::table.filter(told::kind.eq(fated.kind.name).and(told::slug.eq(&fated.slug)));
        diesel::update(old).set(told::slug.eq(heir)).execute(conn)?;
    }
    Ok(())
}
