//! An invitation to an account with rights, and the command's way to make people.

use super::event::{self, Happening};
use super::token::{self, Purpose};
use super::{MailAddress, Person, Rights, letters};
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

/// Gives somebody rights. Their sessions end, so that none goes on with the old ones, and they are told. `actor` is the
/// id of who gives them, unless it is done by command.
pub fn grant(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    rights: Rights,
    actor: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Person> {
    let person = person.grant(conn, rights)?;
    match actor {
        Some(actor) => event::note_by(conn, actor, &person.id, Happening::RightsChanged, rights.word(), now)?,
        None => {
            let detail = format!("{rights}, by command");
            event::note(conn, &person.id, Happening::RightsChanged, &detail, now)?;
        }
    }
    letters::told(conn, office, &person, &person.address, letters::Changed::Rights, now)?;
    Ok(person)
}
