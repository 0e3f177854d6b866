//! What `waymark user` does.

use super::event::{self, Happening};
use super::{Hashing, MailAddress, NewPerson, Person, Rights, factors, grant, invite, password};
use crate::db::{Conn, write};
use crate::error::Error;
use crate::mail::PostOffice;
use chrono::{DateTime, Utc};
use std::io::{BufRead, IsTerminal};

/// Makes an account whose address counts as confirmed. The password comes from a prompt or from standard input.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn create(conn: &mut Conn, address: &str, rights: Rights, now: DateTime<Utc>) -> Result<String, String> {
    let address = MailAddress::parse(address)?;
    let typed = typed_password()?;
    if let Some(problem) = password::problem(&typed, &[&address.shown]) {
        return Err(format!("The account was not made. {problem}"));
    }
    let hash = Hashing::now(&typed).map_err(said)?;
    let new = NewPerson { address: &address, name: "", zone: "UTC", rights, password: &hash };
    let made = write(conn, |conn| {
        let made = Person::join(conn, &new, now)?;
        if let Some(person) = &made {
            event::note(conn, &person.id, Happening::Joined, "by command", now)?;
        }
        Ok(made)
    });
    match made.map_err(said)? {
        Some(person) => Ok(format!("{} has an account now, with the rights of: {rights}.", person.address)),
        None => Err(format!(
            "{} has an account already; give it rights with `waymark user grant {} {rights}`.",
            address.shown, address.shown
        )),
    }
}

/// Gives somebody rights.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn give(
    conn: &mut Conn,
    office: &PostOffice,
    address: &str,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let address = MailAddress::parse(address)?;
    let given = write(conn, |conn| {
        let Some(person) = Person::with_account(conn, &address)? else {
            return Err(Error::NotFound);
        };
        grant(conn, office, &person, rights, None, now).map(drop)
    });
    match given {
        Ok(()) => Ok(format!("{} has the rights of: {rights}. Whoever it is signs in again.", address.shown)),
        Err(Error::NotFound) => Err(format!(
            "{} has no account; make one with `waymark user create`, or invite with `waymark user invite`.",
            address.shown
        )),
        Err(error) => Err(said(error)),
    }
}

/// Takes second factors from somebody who lost them.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn forget_factors(
    conn: &mut Conn,
    office: &PostOffice,
    address: &str,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let address = MailAddress::parse(address)?;
    let done = write(conn, |conn| match Person::with_account(conn, &address)? {
        Some(person) => factors::reset(conn, office, &person, now).map(|()| true),
        None => Ok(false),
    });
    if done.map_err(said)? {
        Ok(format!(
            "{} signs in with the password alone now, and can set up something anew. A letter says so.",
            address.shown
        ))
    } else {
        Err(format!("{} has no account; `waymark user list` shows those that there are.", address.shown))
    }
}

/// Has letters go to an address again that were stopped after one came back.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn send_again(
    conn: &mut Conn,
    office: &PostOffice,
    address: &str,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let address = MailAddress::parse(address)?;
    let lifted = write(conn, |conn| {
        let lifted = office.lift(conn, &address.shown)?;
        if lifted {
            let person = Person::by_address(conn, &address)?.map(|person| person.id).unwrap_or_default();
            event::note(conn, &person, Happening::LettersSentAgain, "by command", now)?;
        }
        Ok(lifted)
    });
    if lifted.map_err(said)? {
        Ok(format!("Letters go to {} again. Those that were not sent meanwhile stay unsent.", address.shown))
    } else {
        Err(format!("Letters to {} were not stopped.", address.shown))
    }
}

/// Posts an invitation.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn ask(
    conn: &mut Conn,
    office: &PostOffice,
    address: &str,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let address = MailAddress::parse(address)?;
    let invited = write(conn, |conn| match Person::with_account(conn, &address)? {
        Some(_) => Ok(false),
        None => invite(conn, office, &address, rights, now).map(|()| true),
    });
    if invited.map_err(said)? {
        Ok(format!(
            "An invitation for {} is in the outbox; the site or `waymark worker` sends it.",
            address.shown
        ))
    } else {
        Err(format!("{} has an account already; give it rights with `waymark user grant`.", address.shown))
    }
}

/// Everybody with an account, one a line.
///
/// # Errors
/// A sentence for whoever called the command.
pub fn list(conn: &mut Conn) -> Result<String, String> {
    let people = Person::all(conn).map_err(said)?;
    if people.is_empty() {
        return Ok("Nobody has an account yet.".into());
    }
    let line = |p: &Person| {
        format!("{:9}  {}  {}  {}", p.rights.word(), p.joined.format("%Y-%m-%d"), p.id, p.address)
    };
    Ok(people.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn typed_password() -> Result<String, String> {
    let unread = |e: std::io::Error| format!("The password cannot be read: {e}.");
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(unread);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn said(error: Error) -> String {
    format!("Nothing was changed: {error}.")
}
