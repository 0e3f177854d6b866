//! An item of a plan: a skill, whose status is the mark in the person's ledger, or something to bring about.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub id: String,
    /// Items stand in the order of this number.
    pub place: i32,
    pub kind: ItemKind,
    /// Slug, if it is a skill.
    pub skill: Option<String>,
    /// As it is called; a skill's is the guide's, kept for the day on which it leaves the guide.
    pub name: String,
    /// How far it is, unless it is a skill.
    pub progress: Progress,
    pub due: Option<NaiveDate>,
    pub begun: Option<DateTime<Utc>>,
    pub done: Option<DateTime<Utc>>,
    pub note: String,
    /// The version of the plan in which the person moved it last.
    pub moved: i64,
    /// When it was set aside.
    pub dropped: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Skill,
    /// A skill that the role did not ask for when it was added.
    Extra,
    Portfolio,
    Application,
    Certificate,
    /// Something else, such as a skill that has left the guide.
    Own,
}

impl ItemKind {
    const ALL: [ItemKind; 6] = [
        ItemKind::Skill,
        ItemKind::Extra,
        ItemKind::Portfolio,
        ItemKind::Application,
        ItemKind::Certificate,
        ItemKind::Own,
    ];

    /// What somebody may add besides skills.
    pub const MILESTONES: [ItemKind; 4] =
        [ItemKind::Portfolio, ItemKind::Application, ItemKind::Certificate, ItemKind::Own];

    /// In the database, in forms and in what is taken along.
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Skill => "skill",
            ItemKind::Extra => "extra-skill",
            ItemKind::Portfolio => "portfolio",
            ItemKind::Application => "application",
            ItemKind::Certificate => "certificate",
            ItemKind::Own => "own",
        }
    }

    pub fn from_word(word: &str) -> Option<ItemKind> {
        ItemKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn words(self) -> &'static str {
        match self {
            ItemKind::Skill | ItemKind::Extra => "Skill",
            ItemKind::Portfolio => "Portfolio piece",
            ItemKind::Application => "Application",
            ItemKind::Certificate => "Certificate",
            ItemKind::Own => "Something else",
        }
    }
}

/// How far something other than a skill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Open,
    Begun,
    Done,
}

impl Progress {
    pub const ALL: [Progress; 3] = [Progress::Open, Progress::Begun, Progress::Done];

    /// In the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Progress::Open => "open",
            Progress::Begun => "begun",
            Progress::Done => "done",
        }
    }

    pub fn from_word(word: &str) -> Option<Progress> {
        Progress::ALL.into_iter().find(|progress| progress.word() == word)
    }
}

impl Item {
    /// A new one; its place is given when it is put into a plan.
    pub fn of(kind: ItemKind, skill: Option<&str>, name: &str) -> Item {
        Item {
            id: Uuid::now_v7().to_string(),
            place: 0,
            kind,
            skill: skill.map(str::to_owned),
            name: name.to_owned(),
            progress: Progress::Open,
            due: None,
            begun: None,
            done: None,
            note: String::new(),
            moved: 0,
            dropped: None,
        }
    }

    /// Says how far it is, with the moment.
    pub fn set(&mut self, progress: Progress, now: DateTime<Utc>) {
        self.progress = progress;
        self.begun = (progress != Progress::Open).then(|| self.begun.unwrap_or(now));
        self.done = (progress == Progress::Done).then(|| self.done.unwrap_or(now));
    }
}
