//! Checks as rows.

use super::check::{Answer, Check, Outcome};
use crate::db::schema::{guide, resource_checks as table};
use crate::db::{Conn, insert_or_change};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

type Row = (String, String, Option<i32>, i64, i64);

impl Check {
    /// What is known about those of `addresses` that were asked, by address.
    pub fn of<'a>(
        conn: &mut Conn,
        addresses: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, Check>> {
        let addresses: Vec<&String> = addresses.into_iter().collect();
        if addresses.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows: Vec<Row> = table::table.filter(table::address.eq_any(addresses)).load(conn)?;
        Ok(rows.into_iter().map(check).collect())
    }

    /// What is known about every address that was asked.
    pub fn all(conn: &mut Conn) -> Result<BTreeMap<String, Check>> {
        Ok(table::table.load::<Row>(conn)?.into_iter().map(check).collect())
    }

    /// Keeps what a round of checks was told, lets go of addresses that are not `wanted` any more, and makes the pages
    /// stale, by the last statement. Call it inside `db::write`, last.
    pub fn note(
        conn: &mut Conn,
        told: &[(String, Answer)],
        wanted: &[String],
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<String, Check>> {
        let mut known = Check::all(conn)?;
        for (address, answer) in told {
            let check = Check::after(known.get(address), *answer, now);
            check.write(conn, address)?;
            known.insert(address.clone(), check);
        }
        for address in known.keys().filter(|address| !wanted.contains(address)) {
            diesel::delete(table::table.find(address)).execute(conn)?;
        }
        known.retain(|address, _| wanted.contains(address));
        diesel::update(guide::table.find(1)).set(guide::checks.eq(guide::checks + 1)).execute(conn)?;
        Ok(known)
    }

    fn write(&self, conn: &mut Conn, address: &str) -> Result<()> {
        let values = (
            table::outcome.eq(self.outcome.word()),
            table::status.eq(self.status.map(i32::from)),
            table::since.eq(self.since.timestamp_millis()),
            table::asked_at.eq(self.asked.timestamp_millis()),
        );
        let row = (table::address.eq(address), values);
        insert_or_change!(conn, table::table, table::address, row, values)?;
        Ok(())
    }
}

fn check((address, outcome, status, since, asked_at): Row) -> (String, Check) {
    let moment = |ms: i64| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let outcome = Outcome::ALL.into_iter().find(|known| known.word() == outcome);
    let check = Check {
        outcome: outcome.unwrap_or(Outcome::NoAnswer),
        status: status.and_then(|status| status.try_into().ok()),
        since: moment(since),
        asked: moment(asked_at),
    };
    (address, check)
}
