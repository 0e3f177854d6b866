//! What the guide's changes did to a plan, told on it until its person has read it.

use super::row::own_id;
use crate::db::schema::plan_events as table;
use crate::db::{Conn, insert_all};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct PlanEvent {
    pub id: String,
    pub words: String,
    pub happened: DateTime<Utc>,
    pub read: Option<DateTime<Utc>>,
}

type Row = (String, String, i64, Option<i64>);

const COLUMNS: (table::id, table::words, table::happened_at, table::read_at) =
    (table::id, table::words, table::happened_at, table::read_at);

/// Characters that the words may have.
const WORDS: usize = 1000;

impl PlanEvent {
    /// Tells the same to these plans. Call it inside `db::write`.
    pub fn tell(conn: &mut Conn, plans: &[String], words: &str, now: DateTime<Utc>) -> Result<()> {
        let words: String = words.chars().take(WORDS).collect();
        let rows: Vec<_> = plans
            .iter()
            .map(|plan| {
                (
                    table::plan.eq(plan),
                    table::id.eq(Uuid::now_v7().to_string()),
                    table::words.eq(&words),
                    table::happened_at.eq(now.timestamp_millis()),
                )
            })
            .collect();
        insert_all!(conn, table::table, &rows)?;
        Ok(())
    }

    /// All that was told to a plan, the newest first.
    pub fn of(conn: &mut Conn, plan: &str) -> Result<Vec<PlanEvent>> {
        let rows: Vec<Row> = table::table
            .filter(table::plan.eq(plan))
            .order((table::happened_at.desc(), table::id.desc()))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// What has not been read yet, the newest first.
    pub fn unread(conn: &mut Conn, plan: &str) -> Result<Vec<PlanEvent>> {
        let rows: Vec<Row> = table::table
            .filter(table::plan.eq(plan).and(table::read_at.is_null()))
            .order((table::happened_at.desc(), table::id.desc()))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// How much of it each of these plans has that was not read; those without are missing.
    pub fn count_unread<'a>(
        conn: &mut Conn,
        plans: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, i64>> {
        let plans: Vec<&String> = plans.into_iter().collect();
        let rows: Vec<(String, i64)> = table::table
            .filter(table::plan.eq_any(plans).and(table::read_at.is_null()))
            .group_by(table::plan)
            .select((table::plan, diesel::dsl::count_star()))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// Notes that one was read, or all that are there; the plan has to be the person's.
    pub fn note_read(conn: &mut Conn, plan: &str, id: Option<&str>, now: DateTime<Utc>) -> Result<()> {
        let read = table::read_at.eq(now.timestamp_millis());
        let unread = table::plan.eq(plan).and(table::read_at.is_null());
        match id {
            Some(id) => {
                let one = table::table.filter(unread.and(table::id.eq(own_id(id)?)));
                diesel::update(one).set(read).execute(conn)?
            }
            None => diesel::update(table::table.filter(unread)).set(read).execute(conn)?,
        };
        Ok(())
    }
}

fn from_row((id, words, happened, read): Row) -> PlanEvent {
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    PlanEvent { id, words, happened: moment(happened), read: read.map(moment) }
}
