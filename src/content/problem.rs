//! Problems: what a person can mend, at the field where it stands.

use std::collections::BTreeSet;
use std::fmt;

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where, such as `content/roles/devops.toml`; empty in a form.
    pub file: String,
    /// The line in the file, from 1; 0 where there is none.
    pub line: usize,
    /// The field, such as `groups[2].skills[0].all`.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// A problem before it is known in which file it stands.
#[derive(Debug)]
pub struct Found {
    pub field: String,
    /// The line within the field's text, where that helps.
    pub line: Option<usize>,
    pub message: String,
}

/// The problems of one entry, collected while it is checked.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Found>,
}

/// The longest line of text that a name may be; the column holds 200.
const NAME_LENGTH: usize = 120;

impl Problems {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.found.push(Found { field: field.into(), line: None, message: message.into() });
    }

    /// A problem in one line of a long text, counted from 1.
    pub fn add_in_line(&mut self, field: &str, line: usize, message: impl Into<String>) {
        self.found.push(Found { field: field.into(), line: Some(line), message: message.into() });
    }

    pub fn into_found(self) -> Vec<Found> {
        self.found
    }

    /// A text that must say something.
    pub fn text(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(field, "is empty; write it, or leave the draft unpublished");
        } else if text.contains('\0') {
            self.add(field, "holds a NUL character; take it out");
        }
    }

    /// A name: one line, not too long.
    pub fn name(&mut self, field: &str, name: &str) {
        self.text(field, name);
        if name.contains('\n') {
            self.add(field, "has a line break; a name is one line");
        }
        if name.chars().count() > NAME_LENGTH {
            self.add(field, format!("is longer than {NAME_LENGTH} characters; shorten it"));
        }
    }

    /// A list with at least `least` texts.
    pub fn texts(&mut self, field: &str, texts: &[String], least: usize) {
        if texts.len() < least {
            self.add(field, format!("has {} of at least {least}; add to it", texts.len()));
        }
        for (i, text) in texts.iter().enumerate() {
            self.text(&format!("{field}[{i}]"), text);
        }
    }

    /// Ids, each well formed and there once.
    pub fn ids<'a>(&mut self, list: &str, field: &str, ids: impl IntoIterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (i, id) in ids.into_iter().enumerate() {
            let at = format!("{list}[{i}].{field}");
            if let Err(message) = slug(id) {
                self.add(at, message);
            } else if !seen.insert(id) {
                self.add(at, format!("\"{id}\" stands here twice; give each its own, or take one out"));
            }
        }
    }

    /// An address on the web.
    pub fn web_address(&mut self, field: &str, address: &str) {
        let fine = url::Url::parse(address).is_ok_and(|u| u.scheme() == "https" && u.host_str().is_some());
        if !fine {
            self.add(field, format!("\"{address}\" is not a web address; write it from https:// on"));
        }
    }
}

/// Whether a text can be a slug or an id: lower-case ASCII letters, digits and single hyphens.
///
/// # Errors
/// What to do.
pub fn slug(text: &str) -> Result<(), String> {
    let fine = !text.is_empty()
        && text.len() <= 100
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if fine {
        return Ok(());
    }
    Err(format!(
        "\"{text}\" is not a slug; use lower-case letters, digits and single hyphens, such as api-gateway"
    ))
}
