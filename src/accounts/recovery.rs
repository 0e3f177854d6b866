//! Recovery codes: ten that stand in for what was lost, each good once. Only their hashes are stored.

use super::token;
use crate::db::Conn;
use crate::db::schema::recovery_codes as codes;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;

/// How many somebody gets.
const COUNT: usize = 10;
/// The characters of a code, without the hyphens between its groups.
pub const LENGTH: usize = 16;

/// Makes ten new ones; those made before are worth nothing any more.
pub fn renew(conn: &mut Conn, person: &str, now: DateTime<Utc>) -> Result<Vec<String>> {
    forget(conn, person)?;
    let made = (0..COUNT).map(|_| random()).collect::<Result<Vec<String>>>()?;
    for code in &made {
        diesel::insert_into(codes::table)
            .values((
                codes::hash.eq(hash(person, code)),
                codes::person.eq(person),
                codes::made_at.eq(now.timestamp_millis()),
            ))
            .execute(conn)?;
    }
    Ok(made.iter().map(|code| grouped(code)).collect())
}

/// How many a person has left.
pub fn left(conn: &mut Conn, person: &str) -> Result<i64> {
    Ok(codes::table.filter(codes::person.eq(person)).count().get_result(conn)?)
}

/// Uses one up; false if it is none of this person's. `code` is in small letters, without hyphens.
pub fn spend(conn: &mut Conn, person: &str, code: &str) -> Result<bool> {
    // Read first: on MySQL a deletion of what is not there locks others out of the gap.
    let one = || codes::table.find(hash(person, code));
    let there: Option<String> = one().select(codes::person).first(conn).optional()?;
    Ok(there.is_some() && diesel::delete(one()).execute(conn)? == 1)
}

pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(codes::table.filter(codes::person.eq(person))).execute(conn)?;
    Ok(())
}

/// 80 random bits: enough that a hash without salt or delay gives nothing away.
fn random() -> Result<String> {
    let mut bytes = [0; LENGTH * 5 / 8];
    getrandom::fill(&mut bytes).map_err(|e| Error::Unexpected(format!("no randomness: {e}")))?;
    Ok(BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
}

fn hash(person: &str, code: &str) -> String {
    token::hash(&format!("{person}/{code}"))
}

fn grouped(code: &str) -> String {
    let groups: Vec<&str> = (0..code.len()).step_by(4).filter_map(|at| code.get(at..at + 4)).collect();
    groups.join("-")
}
