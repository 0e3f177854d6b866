//! What a source says, or the honest "not stated".

use serde::{Deserialize, Serialize};
use std::fmt;

/// The words that stand in files, forms and on pages where a source is silent.
pub const NOT_STATED: &str = "not stated";

/// A value that a source states, or the record that it does not.
///
/// A missing field is a mistake; `"not stated"` is a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[serde(bound(
    serialize = "T: Clone + fmt::Display",
    deserialize = "T: std::str::FromStr, T::Err: fmt::Display"
))]
pub enum Stated<T> {
    As(T),
    Not,
}

impl<T> Stated<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Stated::As(value) => Some(value),
            Stated::Not => None,
        }
    }
}

impl<T> TryFrom<String> for Stated<T>
where
    T: std::str::FromStr,
    T::Err: fmt::Display,
{
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("is empty; state it, or write \"{NOT_STATED}\""));
        }
        if text == NOT_STATED {
            return Ok(Stated::Not);
        }
        text.parse().map(Stated::As).map_err(|e: T::Err| e.to_string())
    }
}

impl<T: fmt::Display> From<Stated<T>> for String {
    fn from(stated: Stated<T>) -> String {
        stated.to_string()
    }
}

impl<T: fmt::Display> fmt::Display for Stated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stated::As(value) => value.fmt(f),
            Stated::Not => f.write_str(NOT_STATED),
        }
    }
}
