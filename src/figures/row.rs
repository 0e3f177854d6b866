//! Figures as rows, so that sources, stale figures and reports can be queried.

use crate::content::{Date, Stated};
use crate::db::Conn;
use crate::db::schema::figures;
use crate::error::Result;
use diesel::QueryResult;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// One figure of an entry.
pub struct Row<'a> {
    /// Where it stands in the entry, such as `jvm-languages/java/all`.
    pub figure: String,
    pub source: &'a str,
    pub as_of: &'a Stated<Date>,
    pub review_by: Date,
}

/// Writes the figures of an entry.
pub fn write(conn: &mut Conn, kind: &str, slug: &str, rows: &[Row]) -> QueryResult<()> {
    for row in rows {
        diesel::insert_into(figures::table)
            .values((
                figures::kind.eq(kind),
                figures::slug.eq(slug),
                figures::figure.eq(&row.figure),
                figures::source.eq(row.source),
                figures::as_of.eq(row.as_of.known().map(Date::to_string)),
                figures::review_by.eq(row.review_by.to_string()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes the figures of an entry away.
pub fn unindex(conn: &mut Conn, kind: &str, slug: &str) -> QueryResult<()> {
    diesel::delete(figures::table.filter(figures::kind.eq(kind).and(figures::slug.eq(slug))))
        .execute(conn)
        .map(drop)
}

/// How many figures rest on each source.
pub fn used_by_source(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        figures::table.group_by(figures::source).select((figures::source, count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}
