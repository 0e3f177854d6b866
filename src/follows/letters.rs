//! The letter that asks whether somebody wants to follow something. What it leads to is the confirmation.

use super::{Named, Subject};
use crate::accounts::MailAddress;
use crate::accounts::token::Purpose;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::mail::{Class, Letter, Part, PostOffice, Posting};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The first part of its key in the outbox, and what it is called where letters are listed.
const CONFIRM: (&str, &str) = ("follow", "Confirm what you want to follow on Waymark");

/// The subject of a letter of this feature, by the first part of its key.
pub fn title(what: &str) -> Option<&'static str> {
    (what == CONFIRM.0).then_some(CONFIRM.1)
}

/// Asks whoever has an address whether they want to follow something. It says the same to everybody, whether the address
/// is known or not.
pub fn confirm(
    conn: &mut Conn,
    office: &PostOffice,
    to: &MailAddress,
    named: &Named,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let letter = Letter {
        subject: CONFIRM.1.into(),
        preheader: "One step is left: open the page and press the button.".into(),
        parts: vec![
            Part::Words(format!(
                "Somebody asked for letters to this address about what changes in: {}. If that was you, open the page below and press the button. The link is good for three days.",
                named.name
            )),
            Part::Action {
                label: "Follow it".into(),
                url: office.url(&format!("/follow/confirm?token={token}")),
            },
            Part::Words("If it was not you, do nothing: without your confirmation no letters come.".into()),
        ],
        because: "You get this because somebody, most likely you, typed this address at Waymark.".into(),
    };
    office.post(
        conn,
        &Posting {
            dedup: &format!("{}/{}", CONFIRM.0, Uuid::now_v7()),
            class: Class::Security,
            person: None,
            to: &to.shown,
            letter: &letter,
            list: None,
            now,
            expires: now + Purpose::Follow.life(),
        },
    )
}

/// Posts one of each kind with sample values, for whoever works on how they look.
///
/// # Errors
/// As `PostOffice::post`.
pub fn post_samples(conn: &mut Conn, office: &PostOffice, to: &str, now: DateTime<Utc>) -> Result<()> {
    let address = MailAddress::parse(to).map_err(Error::Unexpected)?;
    let named =
        Named { subject: Subject::guide(), name: "Web application backend development".into(), gone: None };
    confirm(conn, office, &address, &named, "a-token-that-opens-nothing-and-is-as-long-as-any", now)
}
