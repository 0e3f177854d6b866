//! Events: what happened to an account, for its person and for staff. They name ids, never addresses.

use crate::db::Conn;
use crate::db::schema::person_events;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    Joined,
    SignedIn,
    SignInRefused,
    SignedOut,
    SessionEnded,
    PasswordChanged,
    PasswordReset,
    AddressChanged,
    RightsChanged,
    DeviceForgotten,
    /// Of staff: somebody else was invited.
    Invited,
    Left,
    SignedInWithCode,
    SignedInWithRecovery,
    SignedInWithPasskey,
    CodeRefused,
    PasskeyRefused,
    AppSet,
    AppRemoved,
    RecoveryMade,
    RecoveryUsed,
    PasskeyAdded,
    PasskeyRemoved,
    FactorsReset,
    LettersSentAgain,
}

impl Happening {
    pub const ALL: [Happening; 25] = [
        Happening::Joined,
        Happening::SignedIn,
        Happening::SignInRefused,
        Happening::SignedOut,
        Happening::SessionEnded,
        Happening::PasswordChanged,
        Happening::PasswordReset,
        Happening::AddressChanged,
        Happening::RightsChanged,
        Happening::DeviceForgotten,
        Happening::Invited,
        Happening::Left,
        Happening::SignedInWithCode,
        Happening::SignedInWithRecovery,
        Happening::SignedInWithPasskey,
        Happening::CodeRefused,
        Happening::PasskeyRefused,
        Happening::AppSet,
        Happening::AppRemoved,
        Happening::RecoveryMade,
        Happening::RecoveryUsed,
        Happening::PasskeyAdded,
        Happening::PasskeyRemoved,
        Happening::FactorsReset,
        Happening::LettersSentAgain,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Happening::Joined => "joined",
            Happening::SignedIn => "signed-in",
            Happening::SignInRefused => "sign-in-refused",
            Happening::SignedOut => "signed-out",
            Happening::SessionEnded => "session-ended",
            Happening::PasswordChanged => "password-changed",
            Happening::PasswordReset => "password-reset",
            Happening::AddressChanged => "address-changed",
            Happening::RightsChanged => "rights-changed",
            Happening::DeviceForgotten => "device-forgotten",
            Happening::Invited => "invited",
            Happening::Left => "left",
            Happening::SignedInWithCode => "signed-in-with-code",
            Happening::SignedInWithRecovery => "signed-in-with-recovery",
            Happening::SignedInWithPasskey => "signed-in-with-passkey",
            Happening::CodeRefused => "code-refused",
            Happening::PasskeyRefused => "passkey-refused",
            Happening::AppSet => "app-set",
            Happening::AppRemoved => "app-removed",
            Happening::RecoveryMade => "recovery-made",
            Happening::RecoveryUsed => "recovery-used",
            Happening::PasskeyAdded => "passkey-added",
            Happening::PasskeyRemoved => "passkey-removed",
            Happening::FactorsReset => "factors-reset",
            Happening::LettersSentAgain => "letters-sent-again",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Happening::Joined => "The account was made",
            Happening::SignedIn => "Signed in",
            Happening::SignInRefused => "A sign-in with a wrong password was refused",
            Happening::SignedOut => "Signed out",
            Happening::SessionEnded => "A session was ended",
            Happening::PasswordChanged => "The password was changed",
            Happening::PasswordReset => "The password was set anew by letter",
            Happening::AddressChanged => "The mail address was changed",
            Happening::RightsChanged => "The rights were changed",
            Happening::DeviceForgotten => "A device was forgotten",
            Happening::Invited => "Invited somebody",
            Happening::Left => "The account was deleted",
            Happening::SignedInWithCode => "Signed in with the password and a code of the authenticator app",
            Happening::SignedInWithRecovery => "Signed in with the password and a recovery code",
            Happening::SignedInWithPasskey => "Signed in with a passkey",
            Happening::CodeRefused => "A wrong code was refused after the right password",
            Happening::PasskeyRefused => "A sign-in with a passkey was refused",
            Happening::AppSet => "An authenticator app was set up",
            Happening::AppRemoved => "The authenticator app was removed",
            Happening::RecoveryMade => "Recovery codes were made",
            Happening::RecoveryUsed => "A recovery code was used",
            Happening::PasskeyAdded => "A passkey was added",
            Happening::PasskeyRemoved => "A passkey was removed",
            Happening::FactorsReset => "Passkeys, authenticator app and recovery codes were taken away",
            Happening::LettersSentAgain => "Letters go to the address again, after some had come back",
        }
    }

    /// A stored word as a sentence; as it is, if a newer program wrote it.
    pub fn worded(word: &str) -> String {
        let known = Happening::ALL.into_iter().find(|happening| happening.word() == word);
        known.map_or(word.to_owned(), |happening| happening.sentence().to_owned())
    }
}

/// How long events are kept.
const KEPT: TimeDelta = TimeDelta::days(365);

/// One event as its person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub what: String,
    /// Such as the device.
    pub detail: String,
    /// Whether staff did it.
    pub by_staff: bool,
    #[serde(rename = "at")]
    pub happened: DateTime<Utc>,
}

/// Writes down what a person did, or what was done with their account from outside.
pub fn note(
    conn: &mut Conn,
    person: &str,
    happening: Happening,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    write_down(conn, person, None, happening, detail, now)
}

/// Writes down what the person with the id `actor` did to somebody.
pub fn note_by(
    conn: &mut Conn,
    actor: &str,
    person: &str,
    happening: Happening,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    write_down(conn, person, Some(actor), happening, detail, now)
}

fn write_down(
    conn: &mut Conn,
    person: &str,
    actor: Option<&str>,
    happening: Happening,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(person_events::table)
        .values((
            person_events::id.eq(Uuid::now_v7().to_string()),
            person_events::person.eq(person),
            person_events::event.eq(happening.word()),
            person_events::detail.eq(detail),
            person_events::happened_at.eq(now.timestamp_millis()),
            person_events::actor.eq(actor),
        ))
        .execute(conn)?;
    Ok(())
}

/// The newest `count` events of a person, the newest first.
pub fn of(conn: &mut Conn, person: &str, count: i64) -> Result<Vec<Event>> {
    let rows: Vec<(String, String, i64, Option<String>)> = person_events::table
        .filter(person_events::person.eq(person))
        .order((person_events::happened_at.desc(), person_events::id.desc()))
        .limit(count)
        .select((
            person_events::event,
            person_events::detail,
            person_events::happened_at,
            person_events::actor,
        ))
        .load(conn)?;
    let event = |(word, detail, at, actor): (String, String, i64, Option<String>)| Event {
        what: Happening::worded(&word),
        detail,
        by_staff: actor.is_some_and(|actor| actor != person),
        happened: DateTime::from_timestamp_millis(at).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(event).collect())
}

/// Deletes what happened to an account that ends. What rights it had, and what staff did to it, stays under its id.
pub(super) fn leave(conn: &mut Conn, person: &str, now: DateTime<Utc>) -> Result<()> {
    let own = person_events::table
        .filter(person_events::person.eq(person).and(person_events::actor.is_null()))
        .filter(person_events::event.ne(Happening::RightsChanged.word()));
    diesel::delete(own).execute(conn)?;
    note(conn, person, Happening::Left, "", now)
}

/// Deletes what is old, and sooner the refused sign-ins of addresses without an account, which stand under no person.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let old = (now - TimeDelta::days(1)).timestamp_millis();
    let nobodys = person_events::table
        .filter(person_events::person.eq("").and(person_events::happened_at.le(old)))
        .filter(person_events::event.ne(Happening::LettersSentAgain.word()));
    diesel::delete(nobodys).execute(conn)?;
    let old = (now - KEPT).timestamp_millis();
    diesel::delete(person_events::table.filter(person_events::happened_at.le(old))).execute(conn)?;
    Ok(())
}
