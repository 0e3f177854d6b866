//! What somebody says of a skill.

use serde::{Serialize, Serializer};

/// From the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    NotForMe,
    Learning,
    CanDo,
    Strong,
}

impl Mark {
    /// In the order in which forms offer them.
    pub const ALL: [Mark; 4] = [Mark::Learning, Mark::CanDo, Mark::Strong, Mark::NotForMe];

    /// In the database, in forms and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Mark::NotForMe => "not-for-me",
            Mark::Learning => "learning",
            Mark::CanDo => "can-do",
            Mark::Strong => "strong",
        }
    }

    pub fn from_word(word: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.word() == word)
    }

    /// As its person reads it.
    pub fn name(self) -> &'static str {
        match self {
            Mark::NotForMe => "Not for me",
            Mark::Learning => "Learning it",
            Mark::CanDo => "Can do",
            Mark::Strong => "Strong",
        }
    }

    /// What it means, in a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Mark::NotForMe => {
                "I decided against it. Plans leave it out; readiness still counts it as lacking."
            }
            Mark::Learning => {
                "I am at it, and could not be left alone with it yet. It does not count as held."
            }
            Mark::CanDo => "I have done work with it, and could do so again without help.",
            Mark::Strong => "Others ask me about it.",
        }
    }

    /// Whether the skill counts as held.
    pub fn holds(self) -> bool {
        self >= Mark::CanDo
    }

    /// The outline of its sign, in a square of 16 units: a box, empty, half full, full, full with a bar, struck out.
    pub fn path(self) -> &'static str {
        match self {
            Mark::NotForMe => "M2 2h12v12H2zM4 4v8h8V4zM4 11l7-7 1 1-7 7z",
            Mark::Learning => "M2 2h12v12H2zM4 4v4h8V4z",
            Mark::CanDo => "M2 2h12v12H2z",
            Mark::Strong => "M2 0h12v2H2zM2 4h12v12H2z",
        }
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
