//! Figures as rows, so that sources, stale figures and reports can be queried.

use crate::content::{Date, Stated};
use crate::db::schema::figures;
use crate::db::{Conn, insert_all};
use crate::error::Result;
use diesel::QueryResult;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Where one figure of an entry comes from.
pub struct Row<'a> {
    pub source: &'a str,
    pub as_of: &'a Stated<Date>,
    pub review_by: Date,
}

/// Writes the figures of an entry, counted by where they come from.
pub fn write(conn: &mut Conn, kind: &str, slug: &str, rows: &[Row]) -> QueryResult<()> {
    let mut counted: BTreeMap<(&str, Option<String>, String), i32> = BTreeMap::new();
    for row in rows {
        let as_of = row.as_of.known().map(Date::to_string);
        *counted.entry((row.source, as_of, row.review_by.to_string())).or_default() += 1;
    }
    let rows: Vec<_> = counted
        .into_iter()
        .zip(0..)
        .map(|(((source, as_of, review_by), count), part)| {
            (
                figures::kind.eq(kind),
                figures::slug.eq(slug),
                figures::part.eq(part),
                figures::source.eq(source),
                figures::as_of.eq(as_of),
                figures::review_by.eq(review_by),
                figures::counted.eq(count),
            )
        })
        .collect();
    insert_all!(conn, figures::table, &rows)
}

/// Takes the figures of an entry away.
pub fn unindex(conn: &mut Conn, kind: &str, slug: &str) -> QueryResult<()> {
    diesel::delete(figures::table.filter(figures::kind.eq(kind).and(figures::slug.eq(slug))))
        .execute(conn)
        .map(drop)
}

/// How many figures rest on each source.
pub fn used_by_source(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    // Added up here: the engines give the sum of whole numbers different types.
    let rows: Vec<(String, i32, i64)> = figures::table
        .group_by((figures::source, figures::counted))
        .select((figures::source, figures::counted, count_star()))
        .load(conn)?;
    let mut used = BTreeMap::new();
    for (source, counted, times) in rows {
        *used.entry(source).or_default() += i64::from(counted) * times;
    }
    Ok(used)
}
