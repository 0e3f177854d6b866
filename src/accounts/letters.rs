//! The letters of accounts.

use super::token::Purpose;
use super::{MailAddress, Person, Rights};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::{Class, Letter, Part, PostOffice, Posting};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Why somebody who has an account gets a letter about it.
const ACCOUNT: &str =
    "You get this because somebody, most likely you, used this address for an account on Waymark.";

/// The letters there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Confirm,
    Already,
    Reset,
    NoAccount,
    NewAddress,
    AddressTaken,
    Invitation,
    NewDevice,
    PasswordChanged,
    AddressAsked,
    AddressChanged,
    RightsChanged,
    AppSet,
    AppRemoved,
    RecoveryMade,
    RecoveryUsed,
    CodesRefused,
    PasskeyAdded,
    PasskeyRemoved,
    FactorsReset,
    Left,
}

impl Kind {
    const ALL: [Kind; 21] = [
        Kind::Confirm,
        Kind::Already,
        Kind::Reset,
        Kind::NoAccount,
        Kind::NewAddress,
        Kind::AddressTaken,
        Kind::Invitation,
        Kind::NewDevice,
        Kind::PasswordChanged,
        Kind::AddressAsked,
        Kind::AddressChanged,
        Kind::RightsChanged,
        Kind::AppSet,
        Kind::AppRemoved,
        Kind::RecoveryMade,
        Kind::RecoveryUsed,
        Kind::CodesRefused,
        Kind::PasskeyAdded,
        Kind::PasskeyRemoved,
        Kind::FactorsReset,
        Kind::Left,
    ];

    /// The first part of its key in the outbox.
    fn word(self) -> &'static str {
        match self {
            Kind::Confirm => "confirm",
            Kind::Already => "already",
            Kind::Reset => "reset",
            Kind::NoAccount => "no-account",
            Kind::NewAddress => "new-address",
            Kind::AddressTaken => "address-taken",
            Kind::Invitation => "invitation",
            Kind::NewDevice => "new-device",
            Kind::PasswordChanged => "password-changed",
            Kind::AddressAsked => "address-asked",
            Kind::AddressChanged => "address-changed",
            Kind::RightsChanged => "rights-changed",
            Kind::AppSet => "app-set",
            Kind::AppRemoved => "app-removed",
            Kind::RecoveryMade => "recovery-made",
            Kind::RecoveryUsed => "recovery-used",
            Kind::CodesRefused => "codes-refused",
            Kind::PasskeyAdded => "passkey-added",
            Kind::PasskeyRemoved => "passkey-removed",
            Kind::FactorsReset => "factors-reset",
            Kind::Left => "left",
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Kind::Confirm => "Confirm your mail address for Waymark",
            Kind::Already => "You have an account on Waymark already",
            Kind::Reset => "Set a new password for Waymark",
            Kind::NoAccount => "There is no account on Waymark with this address",
            Kind::NewAddress => "Confirm your new mail address for Waymark",
            Kind::AddressTaken => "Somebody wanted your mail address for another account",
            Kind::Invitation => "You are invited to work on Waymark",
            Kind::NewDevice => "A new device signed in to your account on Waymark",
            Kind::PasswordChanged => "Your password on Waymark was changed",
            Kind::AddressAsked => "Somebody wants to change your mail address on Waymark",
            Kind::AddressChanged => "Your mail address on Waymark was changed",
            Kind::RightsChanged => "Your rights on Waymark were changed",
            Kind::AppSet => "An authenticator app was set up on Waymark",
            Kind::AppRemoved => "Your authenticator app was removed on Waymark",
            Kind::RecoveryMade => "New recovery codes were made on Waymark",
            Kind::RecoveryUsed => "A recovery code was used on Waymark",
            Kind::CodesRefused => "Wrong codes were typed for your account on Waymark",
            Kind::PasskeyAdded => "A passkey was added on Waymark",
            Kind::PasskeyRemoved => "A passkey was removed on Waymark",
            Kind::FactorsReset => "You sign in to Waymark with the password alone now",
            Kind::Left => "Your account on Waymark was deleted",
        }
    }
}

/// The subject of a letter of accounts, by the first part of its key.
pub fn title(what: &str) -> &str {
    let known = Kind::ALL.into_iter().find(|kind| kind.word() == what);
    known.map_or(what, |kind| kind.subject())
}

/// A letter of accounts on its way: what it is, to whom, what it says.
struct Draft<'a> {
    kind: Kind,
    person: Option<&'a str>,
    to: &'a str,
    preheader: &'a str,
    parts: Vec<Part>,
    life: TimeDelta,
}

impl Draft<'_> {
    fn post(self, conn: &mut Conn, office: &PostOffice, now: DateTime<Utc>) -> Result<()> {
        let letter = Letter {
            subject: self.kind.subject().into(),
            preheader: self.preheader.into(),
            parts: self.parts,
            because: ACCOUNT.into(),
        };
        let posting = Posting {
            // Each is a letter of its own: what must not be asked for too often is throttled before.
            dedup: &format!("{}/{}", self.kind.word(), Uuid::now_v7()),
            class: Class::Security,
            person: self.person,
            to: self.to,
            letter: &letter,
            list: None,
            now,
            expires: now + self.life,
        };
        match self.kind {
            // Whoever goes on from these has confirmed the address.
            Kind::Confirm | Kind::NewAddress | Kind::Invitation => office.post_to_confirm(conn, &posting),
            _ => office.post(conn, &posting),
        }
    }
}

fn words(text: impl Into<String>) -> Part {
    Part::Words(text.into())
}

fn action(label: &str, url: String) -> Part {
    Part::Action { label: label.into(), url }
}

/// Confirms a sign-up.
pub fn confirm(
    conn: &mut Conn,
    office: &PostOffice,
    to: &MailAddress,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let url = office.url(&format!("/sign-up/confirm?token={token}"));
    Draft { kind: Kind::Confirm, person: None, to: &to.shown, preheader: "One step is left: open the page and type your password once more.",
parts: vec![
            words(
                "Somebody asked for an account on Waymark with this address. If that was you, open the page below and type the password that you chose. The link is good for a day.",
            ),
            action("Confirm my address", url),
            words("If it was not you, do nothing: without your confirmation there is no account."),
        ], life: Purpose::SignUp.life() }
        .post(conn, office, now)
}

/// To somebody who has an account and asked for one.
pub fn already(conn: &mut Conn, office: &PostOffice, person: &Person, now: DateTime<Utc>) -> Result<()> {
    Draft {
        kind: Kind::Already,
        person: Some(&person.id),
        to: &person.address,
        preheader: "Sign in with the password that you have, or set a new one.",
parts: vec![
            words(
                "Somebody asked for an account on Waymark with this address, and there is one already. If that was you, sign in as you did before.",
            ),
            action("Sign in", office.url("/sign-in")),
            words(format!(
                "If you do not know the password any more, set a new one at {}.",
                office.url("/reset")
            )),
            words("If it was not you, do nothing: your account is as it was."),
        ],
        life: Purpose::SignUp.life(),
    }
    .post(conn, office, now)
}

/// Lets somebody set a new password.
pub fn reset(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let url = office.url(&format!("/reset/new?token={token}"));
    Draft {
        kind: Kind::Reset,
        person: Some(&person.id),
        to: &person.address,
        preheader: "The link is good for an hour and for one use.",
parts: vec![
            words(
                "Somebody asked to set a new password for your account on Waymark. If that was you, open the page below within an hour.",
            ),
            action("Set a new password", url),
            words("If it was not you, do nothing: your password is as it was."),
        ],
        life: Purpose::Reset.life(),
    }
    .post(conn, office, now)
}

/// To an address without an account for which somebody asked a new password. `known` if something is followed by it.
pub fn no_account(
    conn: &mut Conn,
    office: &PostOffice,
    to: &MailAddress,
    known: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let kept = if known {
        "If it was not you, do nothing. This address follows something in the guide without an account; each letter about it has a link to your choices."
    } else {
        "If it was not you, do nothing. This address is kept nowhere once the letter has been sent."
    };
    Draft { kind: Kind::NoAccount, person: None, to: &to.shown, preheader: "Somebody asked to set a new password for it.",
parts: vec![
            words(
                "Somebody asked to set a new password for an account with this address, and there is none. If that was you, you may have used another address, or you can make an account now.",
            ),
            action("Make an account", office.url("/sign-up")),
            words(kept),
        ], life: Purpose::Reset.life() }
        .post(conn, office, now)
}

/// Confirms a new mail address.
pub fn new_address(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    to: &MailAddress,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let url = office.url(&format!("/account/address/confirm?token={token}"));
    Draft {
        kind: Kind::NewAddress,
        person: Some(&person.id),
        to: &to.shown,
        preheader: "Your account keeps its old address until you do.",
parts: vec![
            words(format!(
                "{} asked to use this address for an account on Waymark. Open the page below within a day to confirm it.",
                person.called()
            )),
            action("Use this address", url),
            words("If you know nothing of it, do nothing: the account keeps its old address."),
        ],
        life: Purpose::Address.life(),
    }
    .post(conn, office, now)
}

/// To an address with an account which somebody else wanted for theirs.
pub fn address_taken(
    conn: &mut Conn,
    office: &PostOffice,
    holder: &Person,
    now: DateTime<Utc>,
) -> Result<()> {
    Draft {
        kind: Kind::AddressTaken,
        person: Some(&holder.id),
        to: &holder.address,
        preheader: "Nothing has changed: one address has one account.",
parts: vec![
            words(
                "Somebody asked to use this address for another account on Waymark. It belongs to yours, so nothing has changed.",
            ),
            words("If that was you, sign in with this address, or delete this account first."),
        ],
        life: Purpose::Address.life(),
    }
    .post(conn, office, now)
}

/// Tells somebody that their account was used on a device on which it was not used before.
pub fn new_device(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    device: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let moment = format!("{} ({})", person.moment(&now), person.zone);
    Draft {
        kind: Kind::NewDevice,
        person: Some(&person.id),
        to: &person.address,
        preheader: "If it was you, there is nothing to do.",
        parts: vec![
            words(
                "Somebody signed in to your account on Waymark with your password, on a device that was not known yet. If it was you, there is nothing to do.",
            ),
            Part::Facts(vec![("Device".into(), device.to_owned()), ("When".into(), moment)]),
            words("If it was not you, set a new password at once: that ends all sessions."),
            action("Set a new password", office.url("/reset")),
        ],
        life: TimeDelta::days(3),
    }
    .post(conn, office, now)
}

/// Tells somebody, at the address `to`, what was changed in their account.
pub fn told(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    to: &str,
    change: Changed,
    now: DateTime<Utc>,
) -> Result<()> {
    let moment = format!("{} ({})", person.moment(&now), person.zone);
    let (kind, what) = match change {
        Changed::Password => (
            Kind::PasswordChanged,
            "The password of your account was changed, and all other sessions were ended.".to_owned(),
        ),
        Changed::AddressAsked => (
            Kind::AddressAsked,
            "Somebody who knows your password asked to use another mail address for your account. It is changed once the new address is confirmed.".to_owned(),
        ),
        Changed::Address => (
            Kind::AddressChanged,
            format!("Letters about your account go to {} from now on.", person.address),
        ),
        Changed::Rights => (
            Kind::RightsChanged,
            format!("You have the rights of: {}. All sessions were ended; sign in again.", person.rights),
        ),
        Changed::Left => (
            Kind::Left,
            "Everything that was kept about you was deleted. This is the last letter.".to_owned(),
        ),
        Changed::AppSet => (Kind::AppSet, "Signing in with your password asks for a code of the app from now on. All other sessions were ended.".to_owned()),
        Changed::AppRemoved => (Kind::AppRemoved, "Signing in with your password asks for no code any more. All other sessions were ended.".to_owned()),
        Changed::RecoveryMade => (Kind::RecoveryMade, "Recovery codes that you had before open nothing any more.".to_owned()),
        Changed::RecoveryUsed(left) => (
            Kind::RecoveryUsed,
            format!("Somebody with one of your recovery codes showed that they are you. There are {left} of 10 left."),
        ),
        Changed::CodesRefused => (Kind::CodesRefused, "Somebody who knows your password typed wrong codes until no more were taken. They are not signed in.".to_owned()),
        Changed::PasskeyAdded => (Kind::PasskeyAdded, "Whoever has it and can unlock it can sign in to your account without the password.".to_owned()),
        Changed::PasskeyRemoved => (Kind::PasskeyRemoved, "It cannot be used to sign in to your account any more. All other sessions were ended.".to_owned()),
        Changed::FactorsReset => (Kind::FactorsReset, "Those who run the site took away your passkeys, your authenticator app and your recovery codes, most likely because you told them that you lost them. All sessions were ended.".to_owned()),
    };
    let mut parts = vec![words(what), Part::Facts(vec![("When".into(), moment)])];
    if change != Changed::Left {
        parts.push(words("If it was not you, set a new password at once: that ends all sessions."));
        parts.push(action("Set a new password", office.url("/reset")));
    }
    let person = (change != Changed::Left).then_some(person.id.as_str());
    let preheader = "If it was not you, read on.";
    Draft { kind, person, to, preheader, parts, life: TimeDelta::days(3) }.post(conn, office, now)
}

/// What somebody is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Password,
    AddressAsked,
    Address,
    Rights,
    AppSet,
    AppRemoved,
    RecoveryMade,
    /// How many are left.
    RecoveryUsed(i64),
    /// So many that no more are taken for a while.
    CodesRefused,
    PasskeyAdded,
    PasskeyRemoved,
    FactorsReset,
    Left,
}

/// Invites somebody to an account with rights.
pub fn invitation(
    conn: &mut Conn,
    office: &PostOffice,
    to: &MailAddress,
    rights: Rights,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let url = office.url(&format!("/invitation?token={token}"));
    Draft { kind: Kind::Invitation, person: None, to: &to.shown, preheader: "Choose a password within a week to make your account.",
parts: vec![
            words(format!(
                "Somebody who runs this site invites you to an account with the rights of: {rights}. Open the page below within a week and choose a password."
            )),
            action("Make my account", url),
            words("If you know nothing of it, do nothing: without you there is no account."),
        ], life: Purpose::Invitation.life() }
        .post(conn, office, now)
}

/// Posts one of each to `to`. For a rehearsal: nobody asked for them.
///
/// # Errors
/// As `PostOffice::post`.
pub fn post_samples(conn: &mut Conn, office: &PostOffice, to: &str, now: DateTime<Utc>) -> Result<()> {
    let address = MailAddress::parse(to).map_err(Error::Unexpected)?;
    let person = Person {
        id: Uuid::now_v7().to_string(),
        address: to.to_owned(),
        name: "Alice".into(),
        zone: "Europe/Vienna".into(),
        rights: Rights::Editor,
        joined: now,
        seen: Some(now),
        password: None,
        epoch: 0,
    };
    let token = "a-token-that-opens-nothing-and-is-as-long-as-any";
    confirm(conn, office, &address, token, now)?;
    already(conn, office, &person, now)?;
    reset(conn, office, &person, token, now)?;
    no_account(conn, office, &address, false, now)?;
    new_address(conn, office, &person, &address, token, now)?;
    address_taken(conn, office, &person, now)?;
    invitation(conn, office, &address, Rights::Editor, token, now)?;
    new_device(conn, office, &person, "Firefox on Linux", now)?;
    for change in [
        Changed::Password,
        Changed::AddressAsked,
        Changed::Address,
        Changed::Rights,
        Changed::AppSet,
        Changed::AppRemoved,
        Changed::RecoveryMade,
        Changed::RecoveryUsed(9),
        Changed::CodesRefused,
        Changed::PasskeyAdded,
        Changed::PasskeyRemoved,
        Changed::FactorsReset,
        Changed::Left,
    ] {
        told(conn, office, &person, to, change, now)?;
    }
    Ok(())
}
