//! Secret addresses into a plan: to read it, or its dates as a calendar. Only a hash of what makes them secret is kept.

use super::row::own_id;
use super::{Plan, Whole};
use crate::db::Conn;
use crate::db::schema::{plan_links as table, plans};
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use diesel::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The plan, to read.
    Mentor,
    /// Its dates.
    Calendar,
}

impl Purpose {
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Mentor => "mentor",
            Purpose::Calendar => "calendar",
        }
    }
}

/// A link as its owner may know of it; not what makes it secret.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLink {
    pub id: String,
    pub purpose: String,
    /// For whom it is, as the owner called it.
    pub name: String,
    /// Whether notes are shown.
    pub notes: bool,
    #[serde(rename = "made_at")]
    pub made: DateTime<Utc>,
    #[serde(rename = "good_until")]
    pub expires: Option<DateTime<Utc>>,
    #[serde(rename = "used_at")]
    pub used: Option<DateTime<Utc>>,
}

/// Links of one plan.
pub const LINKS: i64 = 20;
/// Bytes of randomness: 256 bits.
const RANDOM: usize = 32;
/// A use is written down again after so many minutes only: a calendar asks often.
const USED_AGAIN: i64 = 5;

type Row = (String, String, String, i32, i64, Option<i64>, Option<i64>);

impl PlanLink {
    /// Makes one and gives its secret, which nobody can be told again.
    ///
    /// # Errors
    /// `Unexpected` when the system gives no randomness.
    pub fn make(
        conn: &mut Conn,
        plan: &Plan,
        purpose: Purpose,
        (name, notes): (&str, bool),
        expires: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let mut bytes = [0; RANDOM];
        getrandom::fill(&mut bytes).map_err(|e| Error::Unexpected(format!("no randomness: {e}")))?;
        let secret = BASE64URL_NOPAD.encode(&bytes);
        diesel::insert_into(table::table)
            .values((
                table::hash.eq(hash(&secret)),
                table::id.eq(Uuid::now_v7().to_string()),
                table::plan.eq(&plan.id),
                table::purpose.eq(purpose.word()),
                table::name.eq(name),
                table::notes.eq(i32::from(notes)),
                table::created_at.eq(now.timestamp_millis()),
                table::expires_at.eq(expires.map(|at| at.timestamp_millis())),
            ))
            .execute(conn)?;
        Ok(secret)
    }

    /// Those of a plan, the newest first, also those that are good no more.
    pub fn of(conn: &mut Conn, plan: &str) -> Result<Vec<PlanLink>> {
        let rows: Vec<Row> = table::table
            .filter(table::plan.eq(plan))
            .order((table::created_at.desc(), table::id.desc()))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    pub fn count(conn: &mut Conn, plan: &str) -> Result<i64> {
        Ok(table::table.filter(table::plan.eq(plan)).count().get_result(conn)?)
    }

    /// Whether it still leads anywhere.
    pub fn is_good(&self, now: &DateTime<Utc>) -> bool {
        self.expires.is_none_or(|end| end > *now)
    }

    /// Takes one of a plan's links back.
    ///
    /// # Errors
    /// `NotFound` if the plan has no such link.
    pub fn revoke(conn: &mut Conn, plan: &str, id: &str) -> Result<()> {
        let own = table::table.filter(table::plan.eq(plan).and(table::id.eq(own_id(id)?)));
        if diesel::delete(own).execute(conn)? == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Where a secret leads, with its link; notes that it was used. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if it leads nowhere (any more).
    pub fn open(
        conn: &mut Conn,
        purpose: Purpose,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<(PlanLink, Whole)> {
        let good = table::table
            .find(hash(secret))
            .filter(table::purpose.eq(purpose.word()))
            .filter(table::expires_at.is_null().or(table::expires_at.gt(now.timestamp_millis())));
        let (plan, row): (String, Row) = good.select((table::plan, COLUMNS)).first(conn)?;
        let link = from_row(row);
        let owner: String = plans::table.find(&plan).select(plans::person).first(conn)?;
        if link.used.is_none_or(|used| now - used > TimeDelta::minutes(USED_AGAIN)) {
            diesel::update(table::table.find(hash(secret)))
                .set(table::used_at.eq(now.timestamp_millis()))
                .execute(conn)?;
        }
        Ok((link, Whole::find(conn, &owner, &plan)?))
    }

    /// Deletes those that ended more than a month ago; until then the list says that they did.
    pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
        let end = (now - TimeDelta::days(30)).timestamp_millis();
        diesel::delete(table::table.filter(table::expires_at.le(end))).execute(conn)?;
        Ok(())
    }
}

const COLUMNS: (
    table::id,
    table::purpose,
    table::name,
    table::notes,
    table::created_at,
    table::expires_at,
    table::used_at,
) = (
    table::id,
    table::purpose,
    table::name,
    table::notes,
    table::created_at,
    table::expires_at,
    table::used_at,
);

fn from_row((id, purpose, name, notes, made, expires, used): Row) -> PlanLink {
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    PlanLink {
        id,
        purpose,
        name,
        notes: notes != 0,
        made: moment(made),
        expires: expires.map(moment),
        used: used.map(moment),
    }
}

fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}
