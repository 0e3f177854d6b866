//! The way out: a relay over SMTP, step by step so that it is known how far a letter came, or files.

use super::claim::Way;
use super::line::Line;
use super::pace::Rate;
use super::relay::{Patience, Relay};
use crate::config::Config;
use std::fmt::Display;
use std::fs::{self, DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where letters go.
pub enum Transport {
    Relay(Box<Relay>),
    /// Each letter becomes a file in this folder.
    Folder(PathBuf),
}

/// How far a letter came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Connecting, greeting, TLS, signing in.
    Open,
    /// Naming the sender.
    Mail,
    /// Naming the recipient.
    Recipient,
    /// Asking to send the message: nothing of it was sent.
    Data,
    /// The message and the dot at its end.
    Body,
}

/// Why a letter came no further.
#[derive(Clone, Debug)]
pub struct Failure {
    pub step: Step,
    /// What the relay answered; none if it did not.
    pub code: Option<u16>,
    pub words: String,
}

/// What the relay said when it took a letter.
#[derive(Debug)]
pub struct Receipt {
    pub code: Option<u16>,
    pub words: String,
}

/// Where letters become files.
pub fn folder(config: &Config) -> PathBuf {
    config.data.join("letters")
}

impl Transport {
    /// As the settings say.
    ///
    /// # Errors
    /// A sentence about a setting that cannot be used.
    pub fn of(config: &Config) -> Result<Transport, String> {
        match &config.smtp_url {
            Some(url) => {
                let mut relay = Relay::parse(url, config.smtp_root.as_deref())?;
                relay.connections = config.smtp_connections as usize;
                relay.rate = Rate(config.smtp_per_minute);
                relay.rate_of_domain = Rate(config.smtp_per_minute_and_domain);
                Ok(Transport::Relay(Box::new(relay)))
            }
            None => Ok(Transport::Folder(folder(config))),
        }
    }

    /// The same with other limits, which tests need.
    pub fn with_patience(mut self, patience: Patience) -> Transport {
        if let Transport::Relay(relay) = &mut self {
            relay.patience = patience;
        }
        self
    }

    /// Where letters go, in words.
    pub fn place(&self) -> String {
        match self {
            Transport::Relay(relay) => format!("{}:{}", relay.host, relay.port),
            Transport::Folder(folder) => format!("the folder {}", folder.display()),
        }
    }

    /// How many letters may be on their way at the same time.
    pub(super) fn lanes(&self) -> usize {
        match self {
            Transport::Relay(relay) => relay.connections,
            Transport::Folder(_) => 1,
        }
    }

    /// Where letters go, and how fast.
    pub(super) fn way(&self) -> Way {
        let (rate, rate_of_domain) = match self {
            Transport::Relay(relay) => (relay.rate, relay.rate_of_domain),
            Transport::Folder(_) => (Rate(0), Rate(0)),
        };
        Way { place: self.place(), rate, rate_of_domain }
    }

    /// A way out for some letters, one after the other. `hello` is the name that a relay is greeted with.
    ///
    /// # Errors
    /// When there is none now.
    pub(super) async fn open(&self, hello: &str) -> Result<Line<'_>, Failure> {
        match self {
            Transport::Relay(relay) => relay.open(hello).await,
            Transport::Folder(folder) => {
                let place = folder.clone();
                let made = tokio::task::spawn_blocking(move || make_folder(&place)).await;
                made.unwrap_or_else(|e| Err(std::io::Error::other(e))).map_err(|e| silent(Step::Open, &e))?;
                Ok(Line::Folder(folder))
            }
        }
    }
}

/// The relay said nothing that counts.
pub fn silent(step: Step, why: &dyn Display) -> Failure {
    Failure { step, code: None, words: why.to_string() }
}

/// For the owner only: the links in letters are keys.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Whole, or not at all.
pub fn write(path: &Path, message: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("part-{}", uuid::Uuid::now_v7().simple()));
    let written =
        File::options().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
            file.write_all(message)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
