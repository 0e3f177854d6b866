//! What a person may do: each right holds those before it.

use std::fmt;
use std::str::FromStr;

/// From the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// Reads, keeps plans and a skill ledger.
    Member,
    /// Writes drafts.
    Editor,
    /// Publishes.
    Publisher,
    /// Manages people.
    Admin,
}

impl Rights {
    pub const ALL: [Rights; 4] = [Rights::Member, Rights::Editor, Rights::Publisher, Rights::Admin];

    pub fn word(self) -> &'static str {
        match self {
            Rights::Member => "member",
            Rights::Editor => "editor",
            Rights::Publisher => "publisher",
            Rights::Admin => "admin",
        }
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Rights {
    type Err = String;

    /// # Errors
    /// A sentence that names the rights there are.
    fn from_str(word: &str) -> Result<Self, String> {
        Rights::ALL.into_iter().find(|rights| rights.word() == word).ok_or_else(|| {
            format!("\"{word}\" is none of the rights; write member, editor, publisher or admin")
        })
    }
}
