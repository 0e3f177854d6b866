//! Posting: a letter enters the outbox in the transaction of what it is about.

use super::claim::{self, Taken};
use super::letter::Letter;
use super::list::Listed;
use super::message::Delivery;
use super::row::{self, NewRow};
use super::sender::Sender;
use super::suppression::{self, Suppression};
use super::transport;
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::secret::Secret;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What messages are sealed for.
const AT_REST: &str = "message at rest";
/// What ids of letters are signed for.
const WEB_VERSION: &str = "web version of a letter";
/// What the names of addresses that are suppressed are signed for.
const SUPPRESSED: &str = "suppressed address";

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

/// A letter that a worker has taken, with its message; without one if that is not what was posted.
pub(super) struct Opened {
    pub letter: Taken,
    pub message: Option<Vec<u8>>,
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

    /// What stands behind the id of a letter in the address of its web version, so that nobody guesses it: 128 bits.
    pub fn seal(&self, id: &str) -> String {
        HEXLOWER.encode(&self.0.secret.sign(WEB_VERSION, id.as_bytes())[..16])
    }

    /// Whether `seal` made it.
    pub fn is_sealed(&self, id: &str, seal: &str) -> bool {
        // Of both only hashes are compared, so that nothing is learnt from how long it takes.
        Sha256::digest(self.seal(id)) == Sha256::digest(seal)
    }

    /// A letter as HTML, as it was sent or would be.
    ///
    /// # Errors
    /// When the letter cannot be sent as it is, which is a mistake of the program.
    pub fn html(&self, letter: &Letter, written: DateTime<Utc>) -> Result<String> {
        Ok(letter.render(&self.0.site, written, None)?.1)
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

    /// Posts a letter, in the transaction of its cause: both are there, or neither. The same `dedup` posts once. To an
    /// address that is suppressed it is not sent, and that is written down.
    ///
    /// # Errors
    /// When the letter or its address cannot be sent, which is a mistake of the program, or the database fails.
    pub fn post(&self, conn: &mut Conn, posting: &Posting) -> Result<()> {
        self.enter(conn, &uuid::Uuid::now_v7().to_string(), posting, false)
    }

    /// The same with an id that the delivery gets: a UUID that nothing else has.
    ///
    /// # Errors
    /// As `post`.
    pub fn post_as(&self, conn: &mut Conn, id: &str, posting: &Posting) -> Result<()> {
        self.enter(conn, id, posting, false)
    }

    /// The same with a letter that asks its reader to confirm the address. It goes to a suppressed one too, an hour after
    /// the last that came back: whoever types the address again may have had the mailbox put right. The confirmation is to
    /// call `lift`.
    ///
    /// # Errors
    /// As `post`.
    pub fn post_to_confirm(&self, conn: &mut Conn, posting: &Posting) -> Result<()> {
        self.enter(conn, &uuid::Uuid::now_v7().to_string(), posting, true)
    }

    fn enter(&self, conn: &mut Conn, id: &str, posting: &Posting, confirms: bool) -> Result<()> {
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
        let to = super::address(to)
            .ok_or_else(|| Error::Unexpected("a letter goes to an address that cannot be sent to".into()))?;
        let stopped = self.suppressed(conn, &to)?.filter(|why| why.stops(confirms, now));
        let stopped = stopped.as_ref().map(|why| why.reason.as_str());
        let (mut to, mut message, mut hash) = (to.as_str(), String::new(), String::new());
        if stopped.is_some() {
            to = "";
        } else {
            let (from, site) = (&self.0.from, &self.0.site);
            let delivery = Delivery { id, class, from, to, site, created: now };
            let bytes = from.sign(class, now, delivery.build(letter, list)?)?;
            hash = HEXLOWER.encode(&Sha256::digest(&bytes));
            let kept = match class {
                Class::Security => self.0.secret.seal(AT_REST, id, &bytes),
                _ => String::from_utf8(bytes).ok(),
            };
            message = kept.ok_or_else(|| Error::Unexpected("a letter cannot be stored".into()))?;
        }
        let (message, hash) = (&message, &hash);
        let subscription = list.map(|list| list.subscription);
        row::insert(
            conn,
            &NewRow {
                id,
                dedup,
                class,
                person,
                subscription,
                to,
                message,
                hash,
                now,
                expires,
                confirms,
                stopped,
            },
        )
    }

    /// Why nothing goes to an address, if nothing does.
    ///
    /// # Errors
    /// When the database fails.
    pub fn suppressed(&self, conn: &mut Conn, address: &str) -> Result<Option<Suppression>> {
        let key = self.key(address);
        Ok(suppression::among(conn, [&key])?.remove(&key))
    }

    /// Lets letters go to an address again, after its person confirmed it or staff said so. False if they did all along.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lift(&self, conn: &mut Conn, address: &str) -> Result<bool> {
        suppression::lift(conn, &self.key(address))
    }

    /// What an address is suppressed under; nobody else can tell whose it is.
    pub(super) fn key(&self, address: &str) -> String {
        let address = super::address(address).unwrap_or_else(|| address.trim().to_owned());
        HEXLOWER.encode(&self.0.secret.sign(SUPPRESSED, address.to_ascii_lowercase().as_bytes()))
    }

    /// Has nothing of a person's letters stay but that there were some: what waits is not sent, and neither the
    /// addresses nor the messages are kept. For when an account is deleted; `address` is theirs in lower case.
    pub fn forget(&self, conn: &mut Conn, person: &str, address: &str, now: DateTime<Utc>) -> Result<()> {
        row::forget(conn, person, address, now)
    }

    /// Id and message of all that waits for an address, in the order in which it was posted.
    pub(super) fn posted_to(&self, conn: &mut Conn, address: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let waiting = claim::posted_to(conn, address, |to| self.key(to))?;
        let opened = self.open(conn, waiting)?;
        Ok(opened.into_iter().filter_map(|Opened { letter, message }| Some((letter.id, message?))).collect())
    }

    /// Letters with their messages.
    pub(super) fn open(&self, conn: &mut Conn, letters: Vec<Taken>) -> Result<Vec<Opened>> {
        let mut kept = claim::messages(conn, &letters)?;
        let opened = |letter: Taken| {
            let message = kept.remove(&letter.id).and_then(|message| self.unseal(&letter, message));
            Opened { letter, message }
        };
        Ok(letters.into_iter().map(opened).collect())
    }

    fn unseal(&self, letter: &Taken, message: String) -> Option<Vec<u8>> {
        let bytes = match letter.class {
            Class::Security => self.0.secret.unseal(AT_REST, &letter.id, &message)?,
            _ => message.into_bytes(),
        };
        (HEXLOWER.encode(&Sha256::digest(&bytes)) == letter.hash).then_some(bytes)
    }
}
