//! A person: with an account, or known by an address at which they follow something.

use super::token::{self, Purpose};
use super::{MailAddress, Rights, device, event, factors, session};
use crate::db::schema::people;
use crate::db::{Conn, inserted};
use crate::editing;
use crate::error::{Error, Result};
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
    /// To within some minutes; none before the first sign-in.
    pub seen: Option<DateTime<Utc>>,
    /// The hash; none for somebody who has no account and follows something by address alone.
    #[serde(skip)]
    pub password: Option<String>,
    /// What a session has to be of to count.
    #[serde(skip)]
    pub epoch: i64,
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

type Row = (String, String, String, String, String, i64, Option<i64>, Option<String>, i64);
type Columns = (
    people::id,
    people::address,
    people::name,
    people::zone,
    people::rights,
    people::created_at,
    people::seen_at,
    people::password,
    people::epoch,
);
const COLUMNS: Columns = (
    people::id,
    people::address,
    people::name,
    people::zone,
    people::rights,
    people::created_at,
    people::seen_at,
    people::password,
    people::epoch,
);

impl Person {
    fn from_row((id, address, name, zone, rights, created_at, seen_at, password, epoch): Row) -> Person {
        Person {
            id,
            address,
            name,
            zone,
            // A word that this program does not know gives no rights.
            rights: rights.parse().unwrap_or(Rights::Member),
            joined: DateTime::from_timestamp_millis(created_at).unwrap_or_default(),
            seen: seen_at.and_then(DateTime::from_timestamp_millis),
            password,
            epoch,
        }
    }

    /// The person with this id.
    ///
    /// # Errors
    /// `NotFound` if there is none any more.
    pub fn find(conn: &mut Conn, id: &str) -> Result<Person> {
        Ok(Person::from_row(people::table.find(id).select(COLUMNS).first(conn)?))
    }

    /// The same, if they have an account.
    ///
    /// # Errors
    /// `NotFound` if they have none.
    pub fn account(conn: &mut Conn, id: &str) -> Result<Person> {
        Some(Person::find(conn, id)?).filter(Person::has_account).ok_or(Error::NotFound)
    }

    /// Whoever has this address, with an account or without.
    pub fn by_address(conn: &mut Conn, address: &MailAddress) -> Result<Option<Person>> {
        let row: Option<Row> = people::table
            .filter(people::folded.eq(&address.folded))
            .select(COLUMNS)
            .first(conn)
            .optional()?;
        Ok(row.map(Person::from_row))
    }

    /// Whoever has an account under this address.
    pub fn with_account(conn: &mut Conn, address: &MailAddress) -> Result<Option<Person>> {
        Ok(Person::by_address(conn, address)?.filter(Person::has_account))
    }

    /// Everybody with an account, by address.
    pub fn all(conn: &mut Conn) -> Result<Vec<Person>> {
        let rows: Vec<Row> = people::table
            .filter(people::password.is_not_null())
            .order(people::folded)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Person::from_row).collect())
    }

    /// How many with an account have `words` in their address or name; all, if it is empty.
    pub fn count(conn: &mut Conn, words: &str) -> Result<i64> {
        Ok(sought(words).count().get_result(conn)?)
    }

    /// The same, by address, after the first `skip`, at most `most`.
    pub fn found(conn: &mut Conn, words: &str, skip: i64, most: i64) -> Result<Vec<Person>> {
        let rows: Vec<Row> =
            sought(words).order(people::folded).offset(skip).limit(most).select(COLUMNS).load(conn)?;
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

    /// Makes an account; none if the address has one already. Whoever followed something by this address keeps it.
    pub fn join(conn: &mut Conn, new: &NewPerson, now: DateTime<Utc>) -> Result<Option<Person>> {
        let (person, _) = Person::know(conn, new.address, new.zone, now)?;
        let without = people::table.find(&person.id).filter(people::password.is_null());
        let joined = diesel::update(without)
            .set((
                people::address.eq(&new.address.shown),
                people::name.eq(new.name),
                people::folded_name.eq(new.name.to_lowercase()),
                people::zone.eq(new.zone),
                people::rights.eq(new.rights.word()),
                people::password.eq(Some(new.password)),
                people::created_at.eq(now.timestamp_millis()),
            ))
            .execute(conn)?;
        if joined == 0 {
            return Ok(None);
        }
        // What else was asked for with this address, by whomever, is settled by this.
        for purpose in [Purpose::SignUp, Purpose::Invitation] {
            token::revoke(conn, &new.address.key(), purpose)?;
        }
        Person::find(conn, &person.id).map(Some)
    }

    /// Whoever has this address, and whether they are known from now on only: somebody without an account, by whose clock
    /// letters are sent. The address has to be confirmed before.
    pub fn know(
        conn: &mut Conn,
        address: &MailAddress,
        zone: &str,
        now: DateTime<Utc>,
    ) -> Result<(Person, bool)> {
        let new = inserted(conn, |conn| {
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(Uuid::now_v7().to_string()),
                    people::address.eq(&address.shown),
                    people::folded.eq(&address.folded),
                    people::name.eq(""),
                    people::folded_name.eq(""),
                    people::zone.eq(zone),
                    people::rights.eq(Rights::Member.word()),
                    people::password.eq(None::<String>),
                    people::created_at.eq(now.timestamp_millis()),
                ))
                .execute(conn)
        })?;
        Ok((Person::by_address(conn, address)?.ok_or(Error::NotFound)?, new))
    }

    /// Whether they can sign in; others are known by an address at which they follow something.
    pub fn has_account(&self) -> bool {
        self.password.is_some()
    }

    pub fn describe(conn: &mut Conn, id: &str, name: &str, zone: &str) -> Result<()> {
        let folded = people::folded_name.eq(name.to_lowercase());
        diesel::update(people::table.find(id))
            .set((people::name.eq(name), folded, people::zone.eq(zone)))
            .execute(conn)?;
        Ok(())
    }

    /// Takes a new password, of which `password` is the hash, and ends all sessions. None if what was proved of this
    /// person meanwhile holds no more, as when the password was changed a moment before.
    pub fn set_password(&self, conn: &mut Conn, password: &str) -> Result<Option<Person>> {
        let same = people::table.filter(people::id.eq(&self.id).and(people::epoch.eq(self.epoch)));
        let changed = diesel::update(same)
            .set((people::password.eq(Some(password)), people::epoch.eq(people::epoch + 1)))
            .execute(conn)?;
        if changed == 0 {
            return Ok(None);
        }
        // Whoever had the old password may have asked for another address with it.
        for purpose in [Purpose::Reset, Purpose::Address] {
            token::revoke(conn, &self.id, purpose)?;
        }
        session::end_all(conn, &self.id)?;
        Person::find(conn, &self.id).map(Some)
    }

    /// Changes the address and ends all sessions. None if it belongs to somebody else.
    pub fn set_address(&self, conn: &mut Conn, address: &MailAddress) -> Result<Option<Person>> {
        let changed = inserted(conn, |conn| {
            diesel::update(people::table.find(&self.id))
                .set((
                    people::address.eq(&address.shown),
                    people::folded.eq(&address.folded),
                    people::epoch.eq(people::epoch + 1),
                ))
                .execute(conn)
        })?;
        if !changed {
            return Ok(None);
        }
        // Links that went to the old address open nothing any more.
        token::revoke(conn, &self.id, Purpose::Reset)?;
        session::end_all(conn, &self.id)?;
        Person::find(conn, &self.id).map(Some)
    }

    /// Gives rights and ends all sessions.
    pub fn grant(&self, conn: &mut Conn, rights: Rights) -> Result<Person> {
        diesel::update(people::table.find(&self.id)).set(people::rights.eq(rights.word())).execute(conn)?;
        self.end_sessions(conn)
    }

    /// Ends all sessions, also one that is about to begin.
    pub fn end_sessions(&self, conn: &mut Conn) -> Result<Person> {
        diesel::update(people::table.find(&self.id))
            .set(people::epoch.eq(people::epoch + 1))
            .execute(conn)?;
        session::end_all(conn, &self.id)?;
        Person::find(conn, &self.id)
    }

    /// Notes that they come in; false if what was proved of this person holds no more, as when the password was changed
    /// meanwhile. Until the transaction ends, nobody changes it.
    pub fn come_in(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<bool> {
        let same = people::table.filter(people::id.eq(&self.id).and(people::epoch.eq(self.epoch)));
        let seen = people::seen_at.eq(Some(now.timestamp_millis()));
        Ok(diesel::update(same).set(seen).execute(conn)? == 1)
    }

    /// Notes that they were here.
    pub fn seen(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Result<()> {
        let seen = people::seen_at.eq(Some(now.timestamp_millis()));
        diesel::update(people::table.find(id)).set(seen).execute(conn)?;
        Ok(())
    }

    /// Whether nobody else is admin. Until the transaction ends, nobody becomes or ceases to be one beside it.
    pub fn is_last_admin(&self, conn: &mut Conn) -> Result<bool> {
        let admins = people::table.filter(people::rights.eq(Rights::Admin.word())).select(people::id);
        let admins: Vec<String> = match conn {
            // There one writer excludes the others.
            Conn::Sqlite(conn) => admins.load(conn)?,
            Conn::Postgres(conn) => admins.for_update().load(conn)?,
            Conn::Mysql(conn) => admins.for_update().load(conn)?,
        };
        Ok(admins == [self.id.as_str()])
    }

    /// Deletes the account and everything that accounts keep about it. What staff did to it, and that it ended, stays
    /// under its id for as long as events are kept.
    pub fn leave(&self, conn: &mut Conn, address: &MailAddress, now: DateTime<Utc>) -> Result<()> {
        session::end_all(conn, &self.id)?;
        for whose in [&self.id, &address.key()] {
            token::revoke_all(conn, whose)?;
        }
        device::forget_all(conn, &self.id)?;
        if self.has_account() {
            event::leave(conn, &self.id, now)?;
        }
        factors::forget(conn, &self.id)?;
        editing::forget_person(conn, &self.id)?;
        diesel::delete(people::table.find(&self.id)).execute(conn)?;
        Ok(())
    }

    /// The address that letters go to.
    ///
    /// # Errors
    /// `Unexpected` if what is stored is none.
    pub fn mail_address(&self) -> Result<MailAddress> {
        let unfit = |why| Error::Unexpected(format!("the address of {} is none: {why}", self.id));
        MailAddress::parse(&self.address).map_err(unfit)
    }

    /// What those of `ids` who are still known are called, by id.
    pub fn names<'a>(
        conn: &mut Conn,
        ids: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, String>> {
        let ids: BTreeSet<&String> = ids.into_iter().collect();
        let rows: Vec<Row> = people::table.filter(people::id.eq_any(ids)).select(COLUMNS).load(conn)?;
        let people = rows.into_iter().map(Person::from_row);
        Ok(people.map(|person| (person.id.clone(), person.briefly().to_owned())).collect())
    }

    /// What colleagues read in lists: the name, or else the address up to its @.
    pub fn briefly(&self) -> &str {
        match self.name.as_str() {
            "" => self.address.rsplit_once('@').map_or(self.address.as_str(), |(local, _)| local),
            name => name,
        }
    }

    /// What the letters and pages call them.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }

    /// A moment in their time zone, such as "21 November 2026, 14:05".
    pub fn moment(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&self.clock()).format("%-d %B %Y, %H:%M").to_string()
    }

    /// Their time zone; UTC if it is not known any more.
    pub fn clock(&self) -> chrono_tz::Tz {
        self.zone.parse().unwrap_or(chrono_tz::UTC)
    }
}

type Backend = <Conn as diesel::Connection>::Backend;

/// Those with an account who have `words` in their address or name.
fn sought(words: &str) -> people::BoxedQuery<'static, Backend> {
    // Not a backslash, which MySQL reads as the beginning of something else.
    const ESCAPE: char = '!';
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if ['%', '_', ESCAPE].contains(&c) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern.push('%');
    let by_address = people::folded.like(pattern.clone()).escape(ESCAPE);
    people::table
        .filter(people::password.is_not_null())
        .filter(by_address.or(people::folded_name.like(pattern).escape(ESCAPE)))
        .into_boxed()
}
