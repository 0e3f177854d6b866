//! Tokens: what a link in a letter or a kept form stands for. Only their hash is stored.

use crate::db::Conn;
use crate::db::schema::tokens;
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// What a token is good for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms a sign-up.
    SignUp,
    /// Sets a new password.
    Reset,
    /// Confirms a new mail address.
    Address,
    /// Accepts an invitation.
    Invitation,
    /// Confirms that somebody wants to follow something by this address.
    Follow,
    /// A form that was sent while signed out.
    Form,
    /// A sign-in whose password was right, until a code is typed.
    Step,
    /// The secret of an authenticator app, until its first code is typed.
    App,
    /// What a passkey that is being made has to sign.
    NewPasskey,
    /// What a passkey that somebody signs in with has to sign.
    Passkey,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::SignUp => "sign-up",
            Purpose::Reset => "reset",
            Purpose::Address => "address",
            Purpose::Invitation => "invitation",
            Purpose::Follow => "follow",
            Purpose::Form => "form",
            Purpose::Step => "step",
            Purpose::App => "app",
            Purpose::NewPasskey => "new-passkey",
            Purpose::Passkey => "passkey",
        }
    }

    /// How long it is good.
    pub fn life(self) -> TimeDelta {
        match self {
            Purpose::SignUp | Purpose::Address => TimeDelta::hours(24),
            Purpose::Reset | Purpose::Form => TimeDelta::hours(1),
            Purpose::Invitation => TimeDelta::days(7),
            Purpose::Follow => TimeDelta::days(3),
            Purpose::Step => TimeDelta::minutes(10),
            Purpose::App => TimeDelta::minutes(30),
            Purpose::NewPasskey | Purpose::Passkey => TimeDelta::minutes(5),
        }
    }
}

/// 32 random bytes, as text for an address.
///
/// # Errors
/// `Unexpected` when the system gives no randomness.
pub fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::Unexpected(format!("no randomness: {e}")))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// What is stored of a secret text with enough randomness of its own.
pub fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// Stores a token for what `detail` says, and returns it.
pub fn issue<T: Serialize>(
    conn: &mut Conn,
    purpose: Purpose,
    person: Option<&str>,
    detail: &T,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = random()?;
    diesel::insert_into(tokens::table)
        .values((
            tokens::hash.eq(hash(&token)),
            tokens::purpose.eq(purpose.word()),
            tokens::person.eq(person),
            tokens::detail.eq(serde_json::to_string(detail)?),
            tokens::created_at.eq(now.timestamp_millis()),
            tokens::expires_at.eq((now + purpose.life()).timestamp_millis()),
        ))
        .execute(conn)?;
    Ok(token)
}

/// Whose it is and what it stands for, while it is good; looking changes nothing.
pub fn look<T: DeserializeOwned>(
    conn: &mut Conn,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Option<String>, T)>> {
    let found: Option<(Option<String>, String)> = tokens::table
        .find(hash(token))
        .filter(tokens::purpose.eq(purpose.word()).and(tokens::expires_at.gt(now.timestamp_millis())))
        .select((tokens::person, tokens::detail))
        .first(conn)
        .optional()?;
    found.map(|(person, detail)| Ok((person, serde_json::from_str(&detail)?))).transpose()
}

/// Uses it up; false if somebody else did so first.
pub fn spend(conn: &mut Conn, token: &str) -> Result<bool> {
    Ok(diesel::delete(tokens::table.find(hash(token))).execute(conn)? == 1)
}

/// The same of all tokens that somebody has for a purpose, by one statement: whoever comes at the same time with another of
/// them waits here, holding nothing, and is too late. False if there is none any more.
pub fn spend_all(conn: &mut Conn, person: &str, purpose: Purpose) -> Result<bool> {
    let all = tokens::table.filter(tokens::person.eq(person).and(tokens::purpose.eq(purpose.word())));
    Ok(diesel::delete(all).execute(conn)? > 0)
}

/// A token as the person whom it is for may know of it; not what it is.
#[derive(Debug, Serialize)]
pub struct Pending {
    pub purpose: String,
    pub made_at: DateTime<Utc>,
    pub good_until: DateTime<Utc>,
}

/// What waits for somebody under these keys, the oldest first.
pub fn pending(conn: &mut Conn, keys: &[&str], now: DateTime<Utc>) -> Result<Vec<Pending>> {
    let rows: Vec<(String, i64, i64)> = tokens::table
        .filter(tokens::person.eq_any(keys).and(tokens::expires_at.gt(now.timestamp_millis())))
        .order((tokens::created_at, tokens::hash))
        .select((tokens::purpose, tokens::created_at, tokens::expires_at))
        .load(conn)?;
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let pending =
        |(purpose, made, expires)| Pending { purpose, made_at: moment(made), good_until: moment(expires) };
    Ok(rows.into_iter().map(pending).collect())
}

/// Makes a token of nobody somebody's; false if it has an owner already, or is good no more.
pub fn give(conn: &mut Conn, token: &str, person: &str, now: DateTime<Utc>) -> Result<bool> {
    let free = tokens::table
        .filter(tokens::hash.eq(hash(token)).and(tokens::person.is_null()))
        .filter(tokens::expires_at.gt(now.timestamp_millis()));
    Ok(diesel::update(free).set(tokens::person.eq(Some(person))).execute(conn)? == 1)
}

/// Makes all tokens of a person worthless.
pub fn revoke_all(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(tokens::table.filter(tokens::person.eq(person))).execute(conn)?;
    Ok(())
}

/// Makes the tokens that a person has for a purpose worthless.
pub fn revoke(conn: &mut Conn, person: &str, purpose: Purpose) -> Result<()> {
    spend_all(conn, person, purpose).map(drop)
}

/// Deletes what is no longer good.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(tokens::table.filter(tokens::expires_at.le(now.timestamp_millis()))).execute(conn)?;
    Ok(())
}
