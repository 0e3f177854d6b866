//! Figures whose day of review has come.

use crate::db::Conn;
use crate::db::schema::{entries, figures};
use crate::error::Result;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Figures of one source that are to be looked at again.
#[derive(Clone, Debug)]
pub struct Due {
    /// Slug and name of the source.
    pub source: String,
    pub source_name: String,
    /// Kind, slug and name of what rests on it, how many figures, and since when.
    pub entries: Vec<DueEntry>,
}

/// The due figures of one entry.
#[derive(Clone, Debug)]
pub struct DueEntry {
    pub kind: String,
    pub slug: String,
    pub name: String,
    pub count: i32,
    pub as_of: String,
    pub review_by: String,
}

/// A date that is a month or a year comes due on its first day, which is also where its text sorts.
fn by(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// How many rows there are of what is to be looked at again on `day`.
pub fn count(conn: &mut Conn, day: NaiveDate) -> Result<i64> {
    Ok(figures::table.filter(figures::review_by.le(by(day))).count().get_result(conn)?)
}

/// `count` of them after the first `skip`, by source, the source with the oldest first.
pub fn due(conn: &mut Conn, day: NaiveDate, skip: i64, count: i64) -> Result<Vec<Due>> {
    type Row = (String, String, String, String, i32, Option<String>, String);
    let rows: Vec<Row> = figures::table
        .inner_join(entries::table.on(entries::kind.eq(figures::kind).and(entries::slug.eq(figures::slug))))
        .filter(figures::review_by.le(by(day)))
        .order((figures::review_by, figures::source, entries::name, figures::part))
        .offset(skip)
        .limit(count)
        .select((
            figures::source,
            figures::kind,
            figures::slug,
            entries::name,
            figures::counted,
            figures::as_of,
            figures::review_by,
        ))
        .load(conn)?;
    let slugs: BTreeSet<(String, String)> =
        rows.iter().map(|row| ("source".to_owned(), row.0.clone())).collect();
    let names = super::row::names(conn, &slugs)?;
    let mut found: Vec<Due> = Vec::new();
    for (source, kind, slug, name, count, as_of, review_by) in rows {
        let as_of = as_of.unwrap_or_else(|| crate::content::NOT_STATED.into());
        let entry = DueEntry { kind, slug, name, count, as_of, review_by };
        match found.iter_mut().find(|due| due.source == source) {
            Some(due) => due.entries.push(entry),
            None => {
                let source_name = names.get(&("source".to_owned(), source.clone())).cloned();
                found.push(Due {
                    source_name: source_name.unwrap_or_default(),
                    source,
                    entries: vec![entry],
                });
            }
        }
    }
    Ok(found)
}
