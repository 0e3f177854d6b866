//! How far somebody is with skills, as plans read the ledger.

use super::Progress;
use crate::db::Conn;
use crate::db::schema::ledger;
use crate::error::Result;
use crate::gap::Held;
use crate::ledger::{Ledger, Mark};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How far an item is, whatever kind it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Open,
    Begun,
    Done,
    /// The person decided against it.
    Apart,
}

impl From<Option<Mark>> for Stand {
    fn from(mark: Option<Mark>) -> Stand {
        match mark {
            None => Stand::Open,
            Some(Mark::Learning) => Stand::Begun,
            Some(Mark::CanDo | Mark::Strong) => Stand::Done,
            Some(Mark::NotForMe) => Stand::Apart,
        }
    }
}

/// What the ledger says of all skills of a person.
#[derive(Default)]
pub struct Marks(Ledger);

impl Marks {
    pub fn of(conn: &mut Conn, person: &str) -> Result<Marks> {
        Ok(Marks(Ledger::of(conn, person)?))
    }

    pub fn mark(&self, skill: &str) -> Option<Mark> {
        self.0.mark_of(skill)
    }

    pub fn stand(&self, skill: &str) -> Stand {
        self.mark(skill).into()
    }

    pub fn held(&self) -> Held {
        self.0.held()
    }

    /// What the person decided against.
    pub fn aside(&self) -> BTreeSet<String> {
        self.0.aside()
    }
}

/// How far everybody is with a skill that is about to stand alone, by person; whoever has not begun is missing.
pub fn of_skill(conn: &mut Conn, skill: &str) -> Result<BTreeMap<String, Progress>> {
    let rows: Vec<(String, String)> =
        ledger::table.filter(ledger::skill.eq(skill)).select((ledger::person, ledger::mark)).load(conn)?;
    let progress = |(person, mark): (String, String)| match Stand::from(Mark::from_word(&mark)) {
        Stand::Begun => Some((person, Progress::Begun)),
        Stand::Done => Some((person, Progress::Done)),
        Stand::Open | Stand::Apart => None,
    };
    Ok(rows.into_iter().filter_map(progress).collect())
}
