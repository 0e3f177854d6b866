//! An invitation to an account with rights, and the command's way to make people.

use super::event::{self, Happening};
use super::token::{self, Purpose};
use super::{MailAddress, Person, Rights, letters, session};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::PostOffice;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What an invitation's token stands for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Invited {
    pub address: String,
    rights: String,
}

impl Invited {
    pub fn rights(&self) -> Rights {
        self.rights.parse().unwrap_or(Rights::Member)
    }
}

/// Posts an invitation; the letter holds the link.
pub fn invite(
    conn: &mut Conn,
    office: &PostOffice,
    to: &MailAddress,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<()> {
    let invited = Invited { address: to.shown.clone(), rights: rights.word().into() };
    // The last one counts: an invitation with other rights takes the place of the one before.
    token::revoke(conn, &to.key(), Purpose::Invitation)?;
    let token = token::issue(conn, Purpose::Invitation, Some(&to.key()), &invited, now)?;
    letters::invitation(conn, office, to, rights, &token, now)
}

/// Gives somebody rights. Their sessions end, so that none goes on with the old ones, and they are told.
pub fn grant(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<()> {
    Person::grant(conn, &person.id, rights)?;
    session::end_all(conn, &person.id, None)?;
    event::note(conn, &person.id, Happening::RightsChanged, rights.word(), now)?;
    let person = Person::find(conn, &person.id)?;
    letters::told(conn, office, &person, &person.address, letters::Changed::Rights, now)
}
