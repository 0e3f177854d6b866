//! Fates: what became of entries that left the guide, and of addresses that moved. Their revisions stay.

use crate::content::Kind;
use crate::db::schema::withdrawn;
use crate::db::{Conn, Words, lower};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What becomes of an entry that leaves, or of its old address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It should never have been published.
    Error,
    Withdrawn,
    Merged,
    Split,
    Retired,
    Replaced,
    /// It is there under another address.
    Moved,
}

impl Fate {
    const ALL: [Fate; 7] =
        [Fate::Error, Fate::Withdrawn, Fate::Merged, Fate::Split, Fate::Retired, Fate::Replaced, Fate::Moved];

    /// What a publisher may choose: a move has a page of its own.
    pub const CHOICES: [Fate; 6] =
        [Fate::Merged, Fate::Split, Fate::Replaced, Fate::Retired, Fate::Withdrawn, Fate::Error];

    /// In the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Error => "error",
            Fate::Withdrawn => "withdrawn",
            Fate::Merged => "merged",
            Fate::Split => "split",
            Fate::Retired => "retired",
            Fate::Replaced => "replaced",
            Fate::Moved => "moved",
        }
    }

    pub fn from_word(word: &str) -> Option<Fate> {
        Fate::ALL.into_iter().find(|fate| fate.word() == word)
    }

    /// How many heirs it takes: at least and at most.
    pub fn heirs(self) -> (usize, usize) {
        match self {
            Fate::Merged | Fate::Replaced | Fate::Moved => (1, 1),
            Fate::Split => (2, 10),
            Fate::Error | Fate::Withdrawn | Fate::Retired => (0, 0),
        }
    }

    /// What it did, such as "was merged into"; names of heirs follow, if it has any.
    pub fn words(self) -> &'static str {
        match self {
            Fate::Error => "was withdrawn, because it was published in error",
            Fate::Withdrawn => "was withdrawn",
            Fate::Merged => "was merged into",
            Fate::Split => "was split into",
            Fate::Retired => "was retired",
            Fate::Replaced => "was replaced by",
            Fate::Moved => "moved to",
        }
    }

    /// The whole sentence, such as "“X” was merged into “Y”".
    pub fn sentence(self, name: &str, heirs: &[&str]) -> String {
        let quoted: Vec<String> = heirs.iter().map(|heir| format!("“{heir}”")).collect();
        let heirs = match quoted.split_last() {
            None => String::new(),
            Some((only, [])) => format!(" {only}"),
            Some((last, others)) => format!(" {} and {last}", others.join(", ")),
        };
        format!("“{name}” {}{heirs}", self.words())
    }
}

/// An entry that left, or the old slug of one that moved, told to whatever refers to entries.
#[derive(Clone)]
pub struct Fated {
    pub kind: Kind,
    pub slug: String,
    pub fate: Fate,
    /// Slugs of what takes its place, of the same kind.
    pub heirs: Vec<String>,
    pub at: DateTime<Utc>,
}

/// What is done about it by whatever refers to entries, in the same transaction.
pub type Hook = fn(&mut Conn, &Fated) -> Result<()>;

/// The record of it.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    pub kind: String,
    pub slug: String,
    /// As it was called last.
    pub name: String,
    pub fate: Fate,
    /// For readers, in a sentence.
    pub reason: String,
    pub heirs: Vec<String>,
    pub at: DateTime<Utc>,
}

type Row = (String, String, String, String, String, String, i64);

impl Withdrawn {
    fn from_row((kind, slug, name, fate, reason, heirs, at): Row) -> Result<Withdrawn> {
        Ok(Withdrawn {
            kind,
            slug,
            name,
            fate: Fate::from_word(&fate).unwrap_or(Fate::Withdrawn),
            reason,
            heirs: serde_json::from_str(&heirs)?,
            at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
        })
    }

    pub fn find(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<Withdrawn>> {
        let row: Option<Row> = withdrawn::table.find((kind, slug)).first(conn).optional()?;
        row.map(Withdrawn::from_row).transpose()
    }

    /// How many entries left; those that only moved are there.
    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(withdrawn::table.filter(withdrawn::fate.ne(Fate::Moved.word())).count().get_result(conn)?)
    }

    /// `count` entries that left after the first `skip`, those that left last first.
    pub fn list(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Withdrawn>> {
        let rows: Vec<Row> = withdrawn::table
            .filter(withdrawn::fate.ne(Fate::Moved.word()))
            .order((withdrawn::withdrawn_at.desc(), withdrawn::kind, withdrawn::slug))
            .limit(count)
            .offset(skip)
            .load(conn)?;
        rows.into_iter().map(Withdrawn::from_row).collect()
    }

    /// Those whose name, slug or reason hold all `words`, moves among them, at most `most`; those that left last first.
    pub fn holding(conn: &mut Conn, words: &Words, most: i64) -> Result<Vec<Withdrawn>> {
        let mut found = withdrawn::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
        for pattern in words.patterns() {
            let name = lower(withdrawn::name).like(pattern.clone()).escape('!');
            let reason = lower(withdrawn::reason).like(pattern.clone()).escape('!');
            found = found.filter(name.or(reason).or(withdrawn::slug.like(pattern).escape('!')));
        }
        let order = (withdrawn::withdrawn_at.desc(), withdrawn::kind, withdrawn::slug);
        let rows: Vec<Row> = found.order(order).limit(most).load(conn)?;
        rows.into_iter().map(Withdrawn::from_row).collect()
    }

    /// The last `count` of all, moves among them.
    pub(super) fn latest(conn: &mut Conn, count: i64) -> Result<Vec<Withdrawn>> {
        let rows: Vec<Row> =
            withdrawn::table.order(withdrawn::withdrawn_at.desc()).limit(count).load(conn)?;
        rows.into_iter().map(Withdrawn::from_row).collect()
    }

    /// Those of a kind with these slugs.
    pub fn some(conn: &mut Conn, kind: &str, slugs: &[&str]) -> Result<Vec<Withdrawn>> {
        let mut found = Vec::new();
        for slugs in slugs.chunks(super::publish::AT_ONCE) {
            let rows: Vec<Row> = withdrawn::table
                .filter(withdrawn::kind.eq(kind).and(withdrawn::slug.eq_any(slugs)))
                .load(conn)?;
            found.extend(rows.into_iter().map(Withdrawn::from_row).collect::<Result<Vec<_>>>()?);
        }
        Ok(found)
    }

    /// Writes it down, and has those that this one was the heir of name its own heirs.
    pub(super) fn write(&self, conn: &mut Conn) -> Result<()> {
        if !self.heirs.is_empty() {
            let naming: Vec<Row> = withdrawn::table
                .filter(withdrawn::kind.eq(&self.kind))
                .filter(withdrawn::heirs.like(format!("%\"{}\"%", self.slug)))
                .load(conn)?;
            for row in naming {
                let mut heirs: Vec<String> = Vec::new();
                for heir in serde_json::from_str::<Vec<String>>(&row.5)? {
                    let new = if heir == self.slug { self.heirs.clone() } else { vec![heir] };
                    let own = |heir: &String| *heir == row.1;
                    heirs.extend(new.into_iter().filter(|heir| !own(heir)));
                }
                let mut seen = std::collections::HashSet::new();
                heirs.retain(|heir| seen.insert(heir.clone()));
                diesel::update(withdrawn::table.find((&row.0, &row.1)))
                    .set(withdrawn::heirs.eq(serde_json::to_string(&heirs)?))
                    .execute(conn)?;
            }
        }
        diesel::delete(withdrawn::table.find((&self.kind, &self.slug))).execute(conn)?;
        diesel::insert_into(withdrawn::table)
            .values((
                withdrawn::kind.eq(&self.kind),
                withdrawn::slug.eq(&self.slug),
                withdrawn::name.eq(&self.name),
                withdrawn::fate.eq(self.fate.word()),
                withdrawn::reason.eq(&self.reason),
                withdrawn::heirs.eq(serde_json::to_string(&self.heirs)?),
                withdrawn::withdrawn_at.eq(self.at.timestamp_millis()),
            ))
            .execute(conn)?;
        Ok(())
    }
}
