//! Revisions: every version of an entry that was ever published. They are never changed.

use crate::db::Conn;
use crate::db::schema::{guide_changes, revisions};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

/// A version as it was published.
#[derive(Clone, Debug)]
pub struct Revision {
    /// From 1.
    pub number: i64,
    /// Where it came from: shipped, import or editors.
    pub origin: String,
    /// Id of the person who published it.
    pub by: Option<String>,
    pub published: DateTime<Utc>,
    /// What readers were told, one remark a line.
    pub remarks: Vec<String>,
}

/// Number, origin, person, moment, what was told.
type Row = (i64, String, Option<String>, i64, Option<String>);

impl Revision {
    /// How many an entry has.
    pub fn count(conn: &mut Conn, kind: &str, slug: &str) -> Result<i64> {
        let all = revisions::table.filter(revisions::kind.eq(kind).and(revisions::slug.eq(slug)));
        Ok(all.count().get_result(conn)?)
    }

    /// `count` revisions of an entry after the first `skip`, the newest first.
    pub fn list(conn: &mut Conn, kind: &str, slug: &str, skip: i64, count: i64) -> Result<Vec<Revision>> {
        let rows: Vec<Row> = revisions::table
            .left_join(
                guide_changes::table.on(guide_changes::kind
                    .eq(revisions::kind)
                    .and(guide_changes::slug.eq(revisions::slug))
                    .and(guide_changes::revision.eq(revisions::revision))),
            )
            .filter(revisions::kind.eq(kind).and(revisions::slug.eq(slug)))
            .order(revisions::revision.desc())
            .limit(count)
            .offset(skip)
            .select((
                revisions::revision,
                revisions::origin,
                revisions::published_by,
                revisions::published_at,
                guide_changes::summary.nullable(),
            ))
            .load(conn)?;
        let revision = |(number, origin, by, published, summary): Row| Revision {
            number,
            origin,
            by,
            published: DateTime::from_timestamp_millis(published).unwrap_or_default(),
            remarks: summary.iter().flat_map(|summary| summary.lines()).map(str::to_owned).collect(),
        };
        Ok(rows.into_iter().map(revision).collect())
    }

    /// The content of one of them.
    ///
    /// # Errors
    /// `NotFound` if there is no such revision.
    pub fn content(conn: &mut Conn, kind: &str, slug: &str, number: i64) -> Result<Value> {
        let text: String =
            revisions::table.find((kind, slug, number)).select(revisions::content).first(conn)?;
        Ok(serde_json::from_str(&text)?)
    }
}
