//! Posting: a letter enters the outbox in the transaction of what it is about.

use super::letter::Letter;
use super::list::Listed;
use super::message::{Delivery, Sender};
use super::row::{self, NewRow, Taken};
use super::transport;
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::secret::{Secret, hex};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What messages are sealed for.
const AT_REST: &str = "message at rest";

/// What kind of letter it is: who comes first, and how it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    /// Of an account: sealed while it waits, wiped when it is gone, and sent again at once when in doubt.
    Security,
    /// Something that somebody follows has changed.
    Notice,
    Digest,
    Newsletter,
}

impl Class {
    const ALL: [Class; 4] = [Class::Security, Class::Notice, Class::Digest, Class::Newsletter];

    pub fn word(self) -> &'static str {
        match self {
            Class::Security => "security",
            Class::Notice => "notice",
            Class::Digest => "digest",
            Class::Newsletter => "newsletter",
        }
    }

    pub(super) fn of(word: &str) -> Class {
        // A word of a newer program goes last.
        Class::ALL.into_iter().find(|class| class.word() == word).unwrap_or(Class::Newsletter)
    }

    /// Whom the worker takes first: the smaller.
    pub(super) fn priority(self) -> i32 {
        self as i32
    }
}

/// A letter to be sent.
pub struct Posting<'a> {
    /// What makes it this letter, up to 200 characters, such as `confirm-address:` and a token's id: the same is
    /// posted once, however often it is tried.
    pub dedup: &'a str,
    pub class: Class,
    /// Whose letter it is, if it is somebody's who has an account.
    pub person: Option<&'a str>,
    /// A mail address that `mail::address` has passed.
    pub to: &'a str,
    pub letter: &'a Letter,
    /// The list that it is of, if it is of one: letters of accounts are not.
    pub list: Option<&'a Listed<'a>>,
    pub now: DateTime<Utc>,
    /// When it is of no use any more, such as when the link in it ends.
    pub expires: DateTime<Utc>,
}

/// Where letters are posted. Cheap to clone.
#[derive(Clone)]
pub struct PostOffice(Arc<Inner>);

struct Inner {
    from: Sender,
    site: String,
    secret: Secret,
    folder: Option<PathBuf>,
}

impl PostOffice {
    pub fn new(config: &Config, from: Sender, secret: Secret) -> Self {
        let folder = config.smtp_url.is_none().then(|| transport::folder(config));
        PostOffice(Arc::new(Inner { from, site: config.site(), secret, folder }))
    }

    /// The address of a path of the site, as it stands in letters.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.site)
    }

    /// No relay is set: letters become files in the data folder.
    pub fn keeps_files(&self) -> bool {
        self.0.folder.is_some()
    }

    /// Where letters become files, if they do.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.0.folder.as_deref()
    }

    pub(super) fn from(&self) -> &Sender {
        &self.0.from
    }

    /// Posts a letter, in the transaction of its cause: both are there, or neither. The same `dedup` posts once.
    ///
    /// # Errors
    /// When the letter or its address cannot be sent, which is a mistake of the program, or the database fails.
    pub fn post(&self, conn: &mut Conn, posting: &Posting) -> Result<()> {
        let Posting { dedup, class, person, to, letter, list, now, expires } = *posting;
        if dedup.is_empty() || dedup.chars().count() > 200 {
            return Err(Error::Unexpected(format!("a letter has no good key: \"{dedup}\"")));
        }
        if row::posted(conn, dedup)? {
            return Ok(());
        }
        if class == Class::Security && list.is_some() {
            return Err(Error::Unexpected("a letter of an account is of no list".into()));
        }
        let id = uuid::Uuid::now_v7().to_string();
        let to = super::address(to)
            .ok_or_else(|| Error::Unexpected("a letter goes to an address that cannot be sent to".into()))?;
        let delivery =
            Delivery { id: &id, class, from: &self.0.from, to: &to, site: &self.0.site, created: now };
        let bytes = delivery.build(letter, list)?;
        let hash = hex(&Sha256::digest(&bytes));
        let message = match class {
            Class::Security => self.0.secret.seal(AT_REST, &id, &bytes),
            _ => String::from_utf8(bytes).ok(),
        };
        let message = message.ok_or_else(|| Error::Unexpected("a letter cannot be stored".into()))?;
        row::insert(
            conn,
            &NewRow {
                id: &id,
                dedup,
                class,
                person,
                subscription: list.map(|list| list.subscription),
                to: &to,
                message: &message,
                hash: &hash,
                now,
                expires,
            },
        )
    }

    /// Has nothing of a person's letters stay but that there were some: what waits is not sent, and neither the
    /// addresses nor the messages are kept. For when an account is deleted; `address` is theirs in lower case.
    pub fn forget(&self, conn: &mut Conn, person: &str, address: &str, now: DateTime<Utc>) -> Result<()> {
        row::forget(conn, person, address, now)
    }

    /// The message of a letter that the worker has taken; none if it is not what was posted.
    pub(super) fn open(&self, letter: &Taken) -> Option<Vec<u8>> {
        let bytes = match letter.class {
            Class::Security => self.0.secret.unseal(AT_REST, &letter.id, &letter.message)?,
            _ => letter.message.clone().into_bytes(),
        };
        (hex(&Sha256::digest(&bytes)) == letter.hash).then_some(bytes)
    }
}
