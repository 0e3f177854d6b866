//! A person with an account.

use super::token::{self, Purpose};
use super::{MailAddress, Rights, factors};
use crate::db::schema::{devices, people, person_events, sessions, tokens};
use crate::db::{Conn, inserted};
use crate::editing;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub id: String,
    /// As it was typed.
    pub address: String,
    /// What the site calls them; may be empty.
    pub name: String,
    /// An IANA time zone, such as "Europe/Vienna".
    pub zone: String,
    #[serde(serialize_with = "as_word")]
    pub rights: Rights,
    pub joined: DateTime<Utc>,
    /// The hash; none for somebody who never had one.
    #[serde(skip)]
    pub password: Option<String>,
}

fn as_word<S: serde::Serializer>(rights: &Rights, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rights.word())
}

/// Somebody who is about to have an account.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    pub address: &'a MailAddress,
    pub name: &'a str,
    pub zone: &'a str,
    pub rights: Rights,
    /// The hash.
    pub password: &'a str,
}

type Row = (String, String, String, String, String, i64, Option<String>);
type Columns = (
    people::id,
    people::address,
    people::name,
    people::zone,
    people::rights,
    people::created_at,
    people::password,
);
const COLUMNS: Columns = (
    people::id,
    people::address,
    people::name,
    people::zone,
    people::rights,
    people::created_at,
    people::password,
);

impl Person {
    fn from_row((id, address, name, zone, rights, created_at, password): Row) -> Person {
        Person {
            id,
            address,
            name,
            zone,
            // A word that this program does not know gives no rights.
            rights: rights.parse().unwrap_or(Rights::Member),
            joined: DateTime::from_timestamp_millis(created_at).unwrap_or_default(),
            password,
        }
    }

    /// The person with this id.
    ///
    /// # Errors
    /// `NotFound` if there is none any more.
    pub fn find(conn: &mut Conn, id: &str) -> Result<Person> {
        Ok(Person::from_row(people::table.find(id).select(COLUMNS).first(conn)?))
    }

    pub fn by_address(conn: &mut Conn, address: &MailAddress) -> Result<Option<Person>> {
        let row: Option<Row> = people::table
            .filter(people::folded.eq(&address.folded))
            .select(COLUMNS)
            .first(conn)
            .optional()?;
        Ok(row.map(Person::from_row))
    }

    /// Everybody with an account, by address.
    pub fn all(conn: &mut Conn) -> Result<Vec<Person>> {
        let rows: Vec<Row> = people::table.order(people::folded).select(COLUMNS).load(conn)?;
        Ok(rows.into_iter().map(Person::from_row).collect())
    }

    /// Whether anybody has these rights.
    pub fn any_with(conn: &mut Conn, rights: Rights) -> Result<bool> {
        let one: Option<String> = people::table
            .filter(people::rights.eq(rights.word()))
            .select(people::id)
            .first(conn)
            .optional()?;
        Ok(one.is_some())
    }

    /// Makes an account; none if the address has one already.
    pub fn join(conn: &mut Conn, new: &NewPerson, now: DateTime<Utc>) -> Result<Option<Person>> {
        let id = Uuid::now_v7().to_string();
        let made = inserted(conn, |conn| {
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(&id),
                    people::address.eq(&new.address.shown),
                    people::folded.eq(&new.address.folded),
                    people::name.eq(new.name),
                    people::zone.eq(new.zone),
                    people::rights.eq(new.rights.word()),
                    people::password.eq(Some(new.password)),
                    people::created_at.eq(now.timestamp_millis()),
                ))
                .execute(conn)
        })?;
        if !made {
            return Ok(None);
        }
        // What else was asked for with this address, by whomever, is settled by this.
        for purpose in [Purpose::SignUp, Purpose::Invitation] {
            token::revoke(conn, &new.address.key(), purpose)?;
        }
        Person::find(conn, &id).map(Some)
    }

    pub fn describe(conn: &mut Conn, id: &str, name: &str, zone: &str) -> Result<()> {
        let described = (people::name.eq(name), people::zone.eq(zone));
        diesel::update(people::table.find(id)).set(described).execute(conn)?;
        Ok(())
    }

    /// `password` is the hash.
    pub fn set_password(conn: &mut Conn, id: &str, password: &str) -> Result<()> {
        diesel::update(people::table.find(id)).set(people::password.eq(Some(password))).execute(conn)?;
        Ok(())
    }

    /// False if the address belongs to somebody else.
    pub fn set_address(conn: &mut Conn, id: &str, address: &MailAddress) -> Result<bool> {
        inserted(conn, |conn| {
            diesel::update(people::table.find(id))
                .set((people::address.eq(&address.shown), people::folded.eq(&address.folded)))
                .execute(conn)
        })
    }

    pub fn grant(conn: &mut Conn, id: &str, rights: Rights) -> Result<()> {
        diesel::update(people::table.find(id)).set(people::rights.eq(rights.word())).execute(conn)?;
        Ok(())
    }

    /// Deletes the account and everything that is kept about it.
    pub fn leave(conn: &mut Conn, id: &str) -> Result<()> {
        diesel::delete(sessions::table.filter(sessions::person.eq(id))).execute(conn)?;
        diesel::delete(tokens::table.filter(tokens::person.eq(id))).execute(conn)?;
        diesel::delete(devices::table.filter(devices::person.eq(id))).execute(conn)?;
        diesel::delete(person_events::table.filter(person_events::person.eq(id))).execute(conn)?;
        factors::forget(conn, id)?;
        editing::forget_person(conn, id)?;
        diesel::delete(people::table.find(id)).execute(conn)?;
        Ok(())
    }

    /// Remembers that this person signed in on the device with this secret.
    pub fn remember_device(conn: &mut Conn, id: &str, device_hash: &str, now: DateTime<Utc>) -> Result<()> {
        let used = devices::used_at.eq(now.timestamp_millis());
        let known = diesel::update(devices::table.find((device_hash, id))).set(used).execute(conn)?;
        if known == 0 {
            // A second click may have been first.
            inserted(conn, |conn| {
                diesel::insert_into(devices::table)
                    .values((devices::hash.eq(device_hash), devices::person.eq(id), used))
                    .execute(conn)
            })?;
        }
        Ok(())
    }

    /// Whether this person signed in there before.
    pub fn knows_device(conn: &mut Conn, id: &str, device_hash: &str) -> Result<bool> {
        let known: Option<String> =
            devices::table.find((device_hash, id)).select(devices::hash).first(conn).optional()?;
        Ok(known.is_some())
    }

    /// What those of `ids` who still have an account are called, by id.
    pub fn names<'a>(
        conn: &mut Conn,
        ids: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, String>> {
        let ids: BTreeSet<&String> = ids.into_iter().collect();
        let rows: Vec<Row> = people::table.filter(people::id.eq_any(ids)).select(COLUMNS).load(conn)?;
        let people = rows.into_iter().map(Person::from_row);
        Ok(people.map(|person| (person.id.clone(), person.called().to_owned())).collect())
    }

    /// What the letters and pages call them.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }

    /// A moment in their time zone, such as "21 November 2026, 14:05".
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        let zone: chrono_tz::Tz = self.zone.parse().unwrap_or(chrono_tz::UTC);
        at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string()
    }
}
