//! Content: what every kind of thing in the guide has in common, and its form as a file.

mod date;
mod file;
mod kind;
mod markdown;
mod problem;
mod rewrite;
mod sheet;
mod stated;
mod unbroken;
mod unseen;

pub use date::Date;
pub use file::{Format, line_of, read, write};
pub use kind::{Checked, Kind, Looked};
pub use markdown::{
    Heading, ROW, check as check_markdown, links_within, plain as plain_markdown, render as render_markdown,
};
pub use problem::{Found, Problem, Problems, slug as check_slug};
pub use rewrite::{Effect, Outcome, Rewriting};
pub use sheet::{Field, Rows, Section, Shape, Typed, each_named, each_text, empty, fields, sentence};
pub use stated::{NOT_STATED, Stated};
pub use unbroken::unbroken;
pub use unseen::unseen;

use crate::db::Conn;
use crate::error::Result;
use diesel::QueryResult;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One kind of thing in the guide. The struct is its file, its stored revisions and what its page is made from.
pub trait Content: Serialize + DeserializeOwned + 'static {
    /// Its name in the database, such as "role".
    const KIND: &'static str;
    /// Its folder among the files, such as "roles".
    const FOLDER: &'static str;
    const FORMAT: Format = Format::Toml;
    /// The address of its page from its slug, if it has one.
    const ADDRESS: Option<&'static str> = None;
    /// Whether editors may begin new ones; not where the program has a place for each.
    const GROWS: bool = true;
    /// How editors edit it: every field stands in one section.
    const SHEET: &'static [Section];

    fn name(&self) -> &str;

    /// What has to be mended before it can be published, apart from what its types already refuse.
    fn check(&self, problems: &mut Problems);

    /// The other entries that it names, with the field that names them.
    fn links(&self) -> Vec<Link> {
        Vec::new()
    }

    /// Writes the rows that are queried, in the transaction that publishes it; `unindex` has run before.
    fn index(&self, _conn: &mut Conn, _slug: &str) -> QueryResult<()> {
        Ok(())
    }

    fn unindex(_conn: &mut Conn, _slug: &str) -> QueryResult<()> {
        Ok(())
    }

    /// Brings its rows up to what it says now; a kind with many rows leaves those alone that stay.
    fn reindex(&self, conn: &mut Conn, slug: &str) -> QueryResult<()> {
        Self::unindex(conn, slug)?;
        self.index(conn, slug)
    }

    /// What changed, in words for readers, and how much it matters; nothing leaves it to the general wording.
    fn describe(_conn: &mut Conn, _before: &Self, _after: &Self) -> Result<Vec<Remark>> {
        Ok(Vec::new())
    }
}

/// How much a change matters to somebody who follows the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Significance {
    Minor,
    Notable,
    Major,
}

impl Significance {
    pub const ALL: [Significance; 3] = [Significance::Minor, Significance::Notable, Significance::Major];

    pub fn from_word(word: &str) -> Option<Significance> {
        Significance::ALL.into_iter().find(|significance| significance.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Significance::Minor => "minor",
            Significance::Notable => "notable",
            Significance::Major => "major",
        }
    }
}

/// One thing that changed, in words, and how much it matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    pub significance: Significance,
    pub words: String,
    /// How much it matters beside others of any entry: a point of demand in the Foundation tier is 60, as much as the
    /// tier's own value is.
    pub weight: f64,
    /// Slugs of the skills that it is about; none if it is about the whole.
    pub skills: Vec<String>,
    pub moved: Option<Moved>,
}

/// A value that moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Of what, such as "Docker, all postings".
    pub what: String,
    pub before: String,
    pub after: String,
    /// Both as numbers of one unit, where they are.
    pub numbers: Option<(f64, f64)>,
}

/// The least weight that is worth a letter.
pub const WORTH_TELLING: f64 = 60.0;

impl Remark {
    /// About the whole, and weighed by its significance alone.
    pub fn new(significance: Significance, words: impl Into<String>) -> Self {
        let weight = match significance {
            Significance::Minor => 0.0,
            Significance::Notable => WORTH_TELLING,
            Significance::Major => 5.0 * WORTH_TELLING,
        };
        Remark { significance, words: words.into(), weight, skills: Vec::new(), moved: None }
    }

    pub fn weighing(self, weight: f64) -> Self {
        Remark { weight, ..self }
    }

    pub fn about(self, skills: impl IntoIterator<Item = String>) -> Self {
        Remark { skills: skills.into_iter().collect(), ..self }
    }

    pub fn moving(self, moved: Moved) -> Self {
        Remark { moved: Some(moved), ..self }
    }
}

/// An entry naming another.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub field: String,
    pub kind: &'static str,
    pub slug: String,
    /// Whether the other has to exist.
    pub needed: bool,
}

impl Link {
    /// Names an entry that has to exist.
    pub fn to<T: Content>(field: impl Into<String>, slug: &str) -> Self {
        Link { field: field.into(), kind: T::KIND, slug: slug.to_owned(), needed: true }
    }

    /// Names an entry that may come later.
    pub fn hoped<T: Content>(field: impl Into<String>, slug: &str) -> Self {
        Link { needed: false, ..Link::to::<T>(field, slug) }
    }
}

/// Reads and writes a type as text in serde, by its `FromStr` and `Display`.
macro_rules! as_text {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.to_string()
            }
        }
    };
}
pub(crate) use as_text;
