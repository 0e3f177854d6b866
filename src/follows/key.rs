//! Keys: what leads from a letter to the preferences of the person whom it was written to, and to stopping its list,
//! without signing in. Only their hashes are stored; each is good for a year, again and again.

use super::{List, Subscription};
use crate::accounts::token;
use crate::db::Conn;
use crate::db::schema::list_keys;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// How long a key is good.
const LIFE: TimeDelta = TimeDelta::days(365);

/// Whose preferences a key opens, and which list it stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub person: String,
    pub subscription: String,
    pub list: List,
}

impl Key {
    /// A new key for a letter of a subscription, as it stands in addresses: 32 random bytes.
    pub fn issue(conn: &mut Conn, subscription: &Subscription, now: DateTime<Utc>) -> Result<String> {
        let key = token::random()?;
        diesel::insert_into(list_keys::table)
            .values((
                list_keys::hash.eq(token::hash(&key)),
                list_keys::person.eq(&subscription.person),
                list_keys::subscription.eq(&subscription.id),
                list_keys::list.eq(subscription.list.word()),
                list_keys::created_at.eq(now.timestamp_millis()),
                list_keys::expires_at.eq((now + LIFE).timestamp_millis()),
            ))
            .execute(conn)?;
        Ok(key)
    }

    /// What a key opens, while it is good and its person is there; looking changes nothing.
    pub fn find(conn: &mut Conn, key: &str, now: DateTime<Utc>) -> Result<Option<Key>> {
        let row: Option<(String, String, String)> = list_keys::table
            .find(token::hash(key))
            .filter(list_keys::expires_at.gt(now.timestamp_millis()))
            .select((list_keys::person, list_keys::subscription, list_keys::list))
            .first(conn)
            .optional()?;
        Ok(row.and_then(|(person, subscription, list)| {
            Some(Key { person, subscription, list: List::from_word(&list)? })
        }))
    }

    /// Stops the list of a letter, and what waits of it; whether the key opened anything. Call it inside `db::write`.
    pub fn stop(conn: &mut Conn, key: &str, now: DateTime<Utc>) -> Result<Option<(Key, Subscription)>> {
        let Some(key) = Key::find(conn, key, now)? else { return Ok(None) };
        // By person and list: a subscription may have become another one since, when two addresses became one.
        let Some(subscription) = Subscription::on(conn, &key.person, key.list)? else { return Ok(None) };
        subscription.stop(conn, now)?;
        Ok(Some((key, subscription)))
    }

    /// The page on which its person chooses how often letters come.
    pub fn preferences(key: &str) -> String {
        format!("/letters/{key}")
    }

    /// Where its list is stopped, by one press.
    pub fn unsubscribe(key: &str) -> String {
        format!("/unsubscribe/{key}")
    }
}

/// Deletes what is no longer good.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let over = list_keys::table.filter(list_keys::expires_at.le(now.timestamp_millis()));
    diesel::delete(over).execute(conn)?;
    Ok(())
}
