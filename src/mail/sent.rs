//! The letters about somebody, as that somebody may know of them.

use super::row;
use crate::db::Conn;
use crate::db::schema::outbox;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// A letter that was posted to somebody; not what it says.
#[derive(Clone, Debug, Serialize)]
pub struct Sent {
    /// The first part of its key: what it is for, in the words of the feature that posted it.
    pub what: String,
    pub class: String,
    /// What became of it, in words.
    pub state: String,
    #[serde(rename = "posted_at")]
    pub posted: DateTime<Utc>,
}

/// The newest `count` letters to a person, the newest first.
pub fn sent_to(conn: &mut Conn, person: &str, count: i64) -> Result<Vec<Sent>> {
    let rows: Vec<Row> = outbox::table
        .filter(outbox::person.eq(person))
        .order((outbox::created_at.desc(), outbox::delivery_id.desc()))
        .limit(count)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(Sent::from_row).collect())
}

/// All letters to a person, and those that still wait to be sent to `address` (in lower case) without being anybody's;
/// the newest first.
pub fn about(conn: &mut Conn, person: &str, address: &str) -> Result<Vec<Sent>> {
    let mut all = sent_to(conn, person, i64::MAX)?;
    let rows: Vec<Row> =
        row::waiting_for(address).filter(outbox::person.is_null()).select(COLUMNS).load(conn)?;
    all.extend(rows.into_iter().map(Sent::from_row));
    all.sort_by_key(|sent| std::cmp::Reverse(sent.posted));
    Ok(all)
}

type Row = (String, String, String, i64);
const COLUMNS: (outbox::dedup, outbox::class, outbox::state, outbox::created_at) =
    (outbox::dedup, outbox::class, outbox::state, outbox::created_at);

impl Sent {
    fn from_row((dedup, class, state, posted): Row) -> Sent {
        Sent {
            what: dedup.split('/').next().unwrap_or_default().to_owned(),
            class,
            state: words(&state).to_owned(),
            posted: DateTime::from_timestamp_millis(posted).unwrap_or_default(),
        }
    }
}

pub(super) fn words(state: &str) -> &str {
    match state {
        "ready" => "waits to be sent",
        "leased" | "handing" => "is being sent",
        "accepted" => "sent",
        "uncertain" => "sent, perhaps twice",
        "rejected" => "refused by your mail server",
        "expired" => "not sent in time",
        "cancelled" => "not sent",
        "suppressed" => "not sent, since letters to your address came back",
        other => other,
    }
}
