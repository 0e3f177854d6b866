//! The letters of accounts.

use super::token::Purpose;
use super::{MailAddress, Person, Rights};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::{Class, Letter, Part, PostOffice, Posting};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Why somebody who has an account gets a letter about it.
const ACCOUNT: &str =
    "You get this because somebody, most likely you, used this address for an account on Waymark.";

/// What a letter of accounts was for, by the first part of its key.
pub fn title(what: &str) -> &str {
    match what {
        "already" => "You have an account already",
        "reset" => "Set a new password",
        "new-address" => "Confirm your new mail address",
        "address-taken" => "Somebody wanted your mail address",
        "told" => "Something was changed in your account",
        other => other,
    }
}

/// A letter of accounts on its way: what it is for, to whom, what it says.
struct Draft<'a> {
    what: &'static str,
    person: Option<&'a str>,
    to: &'a str,
    letter: Letter,
    life: TimeDelta,
}

impl Draft<'_> {
    fn post(self, conn: &mut Conn, office: &PostOffice, now: DateTime<Utc>) -> Result<()> {
        office.post(
            conn,
            &Posting {
                // Each is a letter of its own: what must not be asked for too often is throttled before.
                dedup: &format!("{}/{}", self.what, Uuid::now_v7()),
                class: Class::Security,
                person: self.person,
                to: self.to,
                letter: &self.letter,
                now,
                expires: now + self.life,
            },
        )
    }
}

fn letter(subject: &str, preheader: &str, parts: Vec<Part>) -> Letter {
    Letter { subject: subject.into(), preheader: preheader.into(), parts, because: ACCOUNT.into() }
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
    let letter = letter(
        "Confirm your mail address for Waymark",
        "One step is left: open the page and type your password once more.",
        vec![
            words(
                "Somebody asked for an account on Waymark with this address. If that was you, open the page below and type the password that you chose. The link is good for a day.",
            ),
            action("Confirm my address", url),
            words("If it was not you, do nothing: without your confirmation there is no account."),
        ],
    );
    Draft { what: "confirm", person: None, to: &to.shown, letter, life: Purpose::SignUp.life() }
        .post(conn, office, now)
}

/// To somebody who has an account and asked for one.
pub fn already(conn: &mut Conn, office: &PostOffice, person: &Person, now: DateTime<Utc>) -> Result<()> {
    let letter = letter(
        "You have an account on Waymark already",
        "Sign in with the password that you have, or set a new one.",
        vec![
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
    );
    Draft {
        what: "already",
        person: Some(&person.id),
        to: &person.address,
        letter,
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
    let letter = letter(
        "Set a new password for Waymark",
        "The link is good for an hour and for one use.",
        vec![
            words(
                "Somebody asked to set a new password for your account on Waymark. If that was you, open the page below within an hour.",
            ),
            action("Set a new password", url),
            words("If it was not you, do nothing: your password is as it was."),
        ],
    );
    Draft {
        what: "reset",
        person: Some(&person.id),
        to: &person.address,
        letter,
        life: Purpose::Reset.life(),
    }
    .post(conn, office, now)
}

/// To an address without an account for which somebody asked a new password.
pub fn no_account(conn: &mut Conn, office: &PostOffice, to: &MailAddress, now: DateTime<Utc>) -> Result<()> {
    let letter = letter(
        "There is no account on Waymark with this address",
        "Somebody asked to set a new password for it.",
        vec![
            words(
                "Somebody asked to set a new password for an account with this address, and there is none. If that was you, you may have used another address, or you can make an account now.",
            ),
            action("Make an account", office.url("/sign-up")),
            words(
                "If it was not you, do nothing. This address is kept nowhere once the letter has been sent.",
            ),
        ],
    );
    Draft { what: "no-account", person: None, to: &to.shown, letter, life: Purpose::Reset.life() }
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
    let letter = letter(
        "Confirm your new mail address for Waymark",
        "Your account keeps its old address until you do.",
        vec![
            words(format!(
                "{} asked to use this address for an account on Waymark. Open the page below within a day to confirm it.",
                person.called()
            )),
            action("Use this address", url),
            words("If you know nothing of it, do nothing: the account keeps its old address."),
        ],
    );
    Draft {
        what: "new-address",
        person: Some(&person.id),
        to: &to.shown,
        letter,
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
    let letter = letter(
        "Somebody wanted your mail address for another account",
        "Nothing has changed: one address has one account.",
        vec![
            words(
                "Somebody asked to use this address for another account on Waymark. It belongs to yours, so nothing has changed.",
            ),
            words("If that was you, sign in with this address, or delete this account first."),
        ],
    );
    Draft {
        what: "address-taken",
        person: Some(&holder.id),
        to: &holder.address,
        letter,
        life: Purpose::Address.life(),
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
    let (subject, what) = match &change {
        Changed::Password => ("Your password on Waymark was changed", "The password of your account was changed, and all other sessions were ended.".to_owned()),
        Changed::AddressAsked => ("Somebody wants to change your mail address on Waymark", "Somebody who knows your password asked to use another mail address for your account. It is changed once the new address is confirmed.".to_owned()),
        Changed::Address => ("Your mail address on Waymark was changed", format!("Letters about your account go to {} from now on.", person.address)),
        Changed::Rights => ("Your rights on Waymark were changed", format!("You have the rights of: {}. Sign in again to use them.", person.rights)),
        Changed::AppSet => ("An authenticator app was set up on Waymark", "Signing in with your password asks for a code of the app from now on. All other sessions were ended.".to_owned()),
        Changed::AppRemoved => ("Your authenticator app was removed on Waymark", "Signing in with your password asks for no code any more. All other sessions were ended.".to_owned()),
        Changed::RecoveryMade => ("New recovery codes were made on Waymark", "Recovery codes that you had before open nothing any more.".to_owned()),
        Changed::RecoveryUsed(left) => ("A recovery code was used on Waymark", format!("Somebody with one of your recovery codes showed that they are you. There are {left} of 10 left.")),
        Changed::CodesRefused => ("Wrong codes were typed for your account on Waymark", "Somebody who knows your password typed wrong codes until no more were taken. They are not signed in.".to_owned()),
        Changed::PasskeyAdded => ("A passkey was added on Waymark", "Whoever has it and can unlock it can sign in to your account without the password.".to_owned()),
        Changed::PasskeyRemoved => ("A passkey was removed on Waymark", "It cannot be used to sign in to your account any more. All other sessions were ended.".to_owned()),
        Changed::FactorsReset => ("You sign in to Waymark with the password alone now", "Those who run the site took away your passkeys, your authenticator app and your recovery codes, most likely because you told them that you lost them. All sessions were ended.".to_owned()),
        Changed::Left => ("Your account on Waymark was deleted", "Everything that was kept about you was deleted. This is the last letter.".to_owned()),
    };
    let mut parts = vec![words(what), Part::Facts(vec![("When".into(), moment)])];
    if !matches!(change, Changed::Left) {
        parts.push(words("If it was not you, set a new password at once: that ends all sessions."));
        parts.push(action("Set a new password", office.url("/reset")));
    }
    let person_id = (!matches!(change, Changed::Left)).then_some(person.id.as_str());
    let letter = letter(subject, "If it was not you, read on.", parts);
    Draft { what: "told", person: person_id, to, letter, life: TimeDelta::days(3) }.post(conn, office, now)
}

/// What somebody is told of.
#[derive(Clone, Copy, Debug)]
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
    let letter = letter(
        "You are invited to work on Waymark",
        "Choose a password within a week to make your account.",
        vec![
            words(format!(
                "Somebody who runs this site invites you to an account with the rights of: {rights}. Open the page below within a week and choose a password."
            )),
            action("Make my account", url),
            words("If you know nothing of it, do nothing: without you there is no account."),
        ],
    );
    Draft { what: "invitation", person: None, to: &to.shown, letter, life: Purpose::Invitation.life() }
        .post(conn, office, now)
}
