//! Redirects: old addresses of this site that lead to others. None leads to another, and none in a circle.

use crate::db::schema::guide;
use crate::db::schema::redirects;
use crate::db::{Conn, Words, inserted};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    pub from: String,
    pub to: String,
    /// Id of the person who made it.
    pub by: String,
    pub made: DateTime<Utc>,
}

type Row = (String, String, String, i64);

impl Redirect {
    fn from_row((from, to, by, made): Row) -> Redirect {
        Redirect { from, to, by, made: DateTime::from_timestamp_millis(made).unwrap_or_default() }
    }

    pub fn find(conn: &mut Conn, from: &str) -> Result<Option<Redirect>> {
        let row: Option<Row> = redirects::table.find(from).first(conn).optional()?;
        Ok(row.map(Redirect::from_row))
    }

    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(redirects::table.count().get_result(conn)?)
    }

    /// `count` redirects after the first `skip`, those made last first.
    pub fn list(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Redirect>> {
        let rows: Vec<Row> = redirects::table
            .order((redirects::made_at.desc(), redirects::from_path))
            .limit(count)
            .offset(skip)
            .load(conn)?;
        Ok(rows.into_iter().map(Redirect::from_row).collect())
    }

    /// Those whose addresses hold all `words`, at most `most`, by the address that they lead from.
    pub fn holding(conn: &mut Conn, words: &Words, most: i64) -> Result<Vec<Redirect>> {
        let mut found = redirects::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
        for pattern in words.patterns() {
            let from = redirects::from_path.like(pattern.clone()).escape('!');
            found = found.filter(from.or(redirects::to_path.like(pattern).escape('!')));
        }
        let rows: Vec<Row> = found.order(redirects::from_path).limit(most).load(conn)?;
        Ok(rows.into_iter().map(Redirect::from_row).collect())
    }

    /// Has an address lead to another, and whatever led to it as well; whether nothing led elsewhere from there.
    /// Call it inside `db::write`.
    pub fn add(&self, conn: &mut Conn) -> Result<bool> {
        // What is a page again needs no redirect: this is what keeps circles out.
        diesel::delete(redirects::table.find(&self.to)).execute(conn)?;
        diesel::update(redirects::table.filter(redirects::to_path.eq(&self.from)))
            .set(redirects::to_path.eq(&self.to))
            .execute(conn)?;
        let row = (
            redirects::from_path.eq(&self.from),
            redirects::to_path.eq(&self.to),
            redirects::made_by.eq(&self.by),
            redirects::made_at.eq(self.made.timestamp_millis()),
        );
        inserted(conn, |conn| diesel::insert_into(redirects::table).values(row).execute(conn))
    }

    /// Takes one away; whether it was there.
    pub fn remove(conn: &mut Conn, from: &str) -> Result<bool> {
        Ok(diesel::delete(redirects::table.find(from)).execute(conn)? > 0)
    }

    /// Has every process look at them again. Call it inside `db::write`, last.
    pub fn tell(conn: &mut Conn) -> Result<()> {
        diesel::update(guide::table.find(1)).set(guide::checks.eq(guide::checks + 1)).execute(conn)?;
        Ok(())
    }

    /// What led to `from` leads to `to` from now on.
    pub(super) fn lead_on(conn: &mut Conn, from: &str, to: &str) -> Result<()> {
        diesel::update(redirects::table.filter(redirects::to_path.eq(from)))
            .set(redirects::to_path.eq(to))
            .execute(conn)?;
        Ok(())
    }
}
