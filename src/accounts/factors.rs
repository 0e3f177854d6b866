//! Second factors together: what a person has, and what a typed code is worth.

use super::authenticator::App;
use super::caller::Caller;
use super::event::{self, Happening};
use super::letters::{self, Changed};
use super::passkey::{self, Passkey};
use super::throttle::{self, Limit, Wait};
use super::{Device, Person, Rights, recovery};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::PostOffice;
use crate::secret::Secret;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What a person has beside the password. It holds no secrets.
#[derive(Clone, Debug, Serialize)]
pub struct Factors {
    #[serde(rename = "authenticator_app")]
    pub app: Option<App>,
    pub passkeys: Vec<Passkey>,
    #[serde(rename = "recovery_codes_left")]
    pub recovery_left: i64,
}

impl Factors {
    pub fn of(conn: &mut Conn, person: &str) -> Result<Factors> {
        Ok(Factors {
            app: App::of(conn, person)?,
            passkeys: passkey::of(conn, person)?,
            recovery_left: recovery::left(conn, person)?,
        })
    }

    pub fn any(&self) -> bool {
        self.app.is_some() || !self.passkeys.is_empty()
    }

    /// Whether they may be changed with the password alone: not by staff who have one that was not shown, since
    /// whoever stole a password could else add one of their own.
    pub fn guarded(&self, person: &Person, proven: bool) -> bool {
        self.any() && !proven && person.rights >= Rights::Editor
    }
}

/// After one was removed: all sessions end, since they may rest on it. Gives the person as they are now, whose own session
/// may go on, and false if it was the last one; recovery codes are for those who have something to recover, so they go
/// with it.
pub fn settle(conn: &mut Conn, person: &Person) -> Result<(Person, bool)> {
    let now = person.end_sessions(conn)?;
    let any = Factors::of(conn, &person.id)?.any();
    if !any {
        recovery::forget(conn, &person.id)?;
    }
    Ok((now, any))
}

/// Takes from somebody who lost them all of their second factors, with their sessions, and tells them.
pub fn reset(conn: &mut Conn, office: &PostOffice, person: &Person, now: DateTime<Utc>) -> Result<()> {
    forget(conn, &person.id)?;
    person.end_sessions(conn)?;
    event::note(conn, &person.id, Happening::FactorsReset, "by command", now)?;
    letters::told(conn, office, person, &person.address, Changed::FactorsReset, now)
}

/// Deletes all of a person's.
pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
    App::remove(conn, person)?;
    passkey::forget(conn, person)?;
    recovery::forget(conn, person)
}

/// Wrong codes for one account on a device that signed in before, and from all others; and in a day from those,
/// since a code has six digits only.
const PER_DEVICE: Limit = Limit { tries: 10, minutes: 15 };
const PER_ACCOUNT: Limit = Limit { tries: 5, minutes: 15 };
const PER_DAY: Limit = Limit { tries: 30, minutes: 24 * 60 };
const TOLD: Limit = Limit { tries: 1, minutes: 24 * 60 };

/// A code that somebody typed, of whichever kind.
pub struct Typed {
    person: Person,
    code: String,
    secret: Secret,
    office: PostOffice,
    device: Device,
    now: DateTime<Utc>,
}

/// What it is worth.
pub enum Verdict {
    /// A code of the app.
    App,
    Recovery,
    /// What is wrong, in a sentence.
    Wrong(&'static str),
    Wait(Wait),
}

const WRONG: &str =
    "This code is not good, or it was used already. Wait for the next code of the app and type that one.";
const WRONG_RECOVERY: &str =
    "This is none of your recovery codes that are left. Each is good once; try another one.";
const NO_CODE: &str =
    "Type the six digits that the app shows, or a recovery code, which has four groups of four characters.";

impl Typed {
    pub fn new(caller: &Caller, person: &Person, code: &str) -> Typed {
        Typed {
            person: person.clone(),
            // As it is read off: with spaces, in capitals.
            code: code.chars().filter(|c| !c.is_whitespace() && *c != '-').take(LONGEST).collect(),
            secret: caller.site.secret.clone(),
            office: caller.desk.office.clone(),
            device: caller.device.clone(),
            now: caller.now,
        }
    }

    /// Counts the try, and uses the code up if it is right.
    pub fn judge(&self, conn: &mut Conn) -> Result<Verdict> {
        let (id, now) = (&self.person.id, self.now);
        let digits = self.code.len() == 6 && self.code.bytes().all(|b| b.is_ascii_digit());
        if !digits && self.code.len() != recovery::LENGTH {
            // Nothing that could be right, so it is no guess.
            return Ok(Verdict::Wrong(NO_CODE));
        }
        let known = match self.device.hash() {
            Some(device) if self.device.is_known_to(conn, id, now)? => Some(device),
            _ => None,
        };
        let bucket = match &known {
            Some(device) => format!("code/own/{id}/{}", &device[..16]),
            None => format!("code/{id}"),
        };
        let mut wait =
            throttle::count(conn, &bucket, if known.is_some() { PER_DEVICE } else { PER_ACCOUNT }, now)?;
        if wait.is_none() && known.is_none() {
            wait = throttle::count(conn, &format!("code/day/{id}"), PER_DAY, now)?;
        }
        if let Some(wait) = wait {
            // Whoever got as far as this knows the password; told once a day, so that nobody's mail is filled.
            if known.is_none() && throttle::count(conn, &format!("code/told/{id}"), TOLD, now)?.is_none() {
                let told = Changed::CodesRefused;
                letters::told(conn, &self.office, &self.person, &self.person.address, told, now)?;
            }
            return Ok(Verdict::Wait(wait));
        }
        if digits && App::take(conn, &self.secret, id, &self.code, now)? {
            throttle::forget(conn, &bucket)?;
            return Ok(Verdict::App);
        }
        if !digits && recovery::spend(conn, id, &self.code.to_ascii_lowercase())? {
            throttle::forget(conn, &bucket)?;
            let left = recovery::left(conn, id)?;
            event::note(conn, id, Happening::RecoveryUsed, &self.device.name, now)?;
            let told = Changed::RecoveryUsed(left);
            letters::told(conn, &self.office, &self.person, &self.person.address, told, now)?;
            return Ok(Verdict::Recovery);
        }
        event::note(conn, id, Happening::CodeRefused, &self.device.name, now)?;
        Ok(Verdict::Wrong(if digits { WRONG } else { WRONG_RECOVERY }))
    }
}

/// More characters than any code has.
const LONGEST: usize = 40;
