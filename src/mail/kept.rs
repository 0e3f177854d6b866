//! Letters that became files, read again.

use quoted_printable::{ParseMode, decode};
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::Path;

/// A letter in a file.
pub struct Kept {
    pub id: String,
    pub subject: String,
    pub to: String,
    pub date: String,
    /// The header as it goes over the wire.
    pub head: String,
    pub text: String,
    pub html: String,
}

impl Kept {
    /// The newest letters of a folder.
    pub fn newest(folder: &Path, count: usize) -> Result<Vec<Kept>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            ids.extend(name.strip_suffix(".eml").map(str::to_owned));
        }
        // The ids begin with the moment at which the letter was posted.
        ids.sort_unstable_by(|a, b| b.cmp(a));
        let mut letters = Vec::new();
        for id in ids.into_iter().take(count) {
            letters.extend(Kept::find(folder, &id)?);
        }
        Ok(letters)
    }

    /// The letter of a delivery, if it is there and one of ours.
    pub fn find(folder: &Path, id: &str) -> Result<Option<Kept>> {
        match fs::read_to_string(folder.join(format!("{id}.eml"))) {
            Ok(message) => Ok(Kept::read(id, &message)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a message as `message` builds it; mail programs know many more forms.
    pub fn read(id: &str, message: &str) -> Option<Kept> {
        let (head, body) = message.split_once("\r\n\r\n")?;
        let boundary = format!("--{}", super::message::boundary(id));
        let mut parts = body.split(&boundary).skip(1).filter_map(|part| {
            let (_, encoded) = part.split_once("\r\n\r\n")?;
            String::from_utf8(decode(encoded, ParseMode::Robust).ok()?).ok()
        });
        let (text, html) = (parts.next()?, parts.next()?);
        let value = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        Some(Kept {
            id: id.to_owned(),
            // There it stands as it is meant, without the encoding of headers.
            subject: text.lines().next().unwrap_or_default().to_owned(),
            to: value("To"),
            date: value("Date"),
            head: head.to_owned(),
            text: text.trim_end().to_owned(),
            html,
        })
    }
}
