//! What a save was brought together with, in words: whose change counts in which field.

use crate::accounts::Person;
use crate::admin::Place;
use crate::content::Kind;
use crate::db::Conn;
use crate::editing::{Brought, Difference, Side};
use crate::error::Result;
use serde_json::Value;

/// The fields of each, by the words of their forms.
#[derive(Default)]
pub struct Together {
    /// Who saved meanwhile, as a sentence begins with it.
    pub who: String,
    /// Nobody else did: it was the same person, in another window.
    pub alone: bool,
    /// What only they changed.
    theirs: Vec<String>,
    /// What only whoever saves changed.
    mine: Vec<String>,
    /// What both changed, and of which it was chosen that this version stands.
    stands_mine: Vec<String>,
    stands_theirs: Vec<String>,
}

impl Together {
    /// For the person with the id `me`; names of items are those in `content`.
    pub fn read(
        conn: &mut Conn,
        (kind, content): (&Kind, &Value),
        brought: &Brought,
        me: &str,
    ) -> Result<Together> {
        let others: Vec<&String> = brought.by.iter().filter(|id| *id != me).collect();
        let names = Person::names(conn, others.iter().copied())?;
        let mut who: Vec<String> = names.values().cloned().collect();
        if names.len() < others.len() || brought.by.is_empty() {
            who.push("Somebody else".into());
        }
        let alone = who.is_empty();
        if brought.by.len() > others.len() {
            who.push(if alone { "You, in another window," } else { "you, in another window," }.into());
        }
        let place = |path: &str| Place::words(kind, content, path);
        let words = |found: &[Difference]| found.iter().map(|d| place(&d.path)).collect();
        let chosen = |side: Side| {
            let settled = brought.origins.settled.iter().filter(|(_, chosen)| *chosen == side);
            settled.map(|(path, _)| place(path)).collect()
        };
        Ok(Together {
            who: who.join(" and "),
            alone,
            theirs: words(&brought.origins.theirs),
            mine: words(&brought.origins.mine),
            stands_mine: chosen(Side::Mine),
            stands_theirs: chosen(Side::Theirs),
        })
    }

    /// Whether there is anything to tell after a save.
    pub fn is_worth_telling(&self) -> bool {
        [&self.theirs, &self.stands_mine, &self.stands_theirs].iter().any(|fields| !fields.is_empty())
    }

    /// What is told once it is saved.
    pub fn saved(&self) -> Vec<String> {
        let (mine, theirs) = match self.alone {
            true => ("the words typed here", "those of the other window"),
            false => ("your words", "theirs"),
        };
        let who = &self.who;
        sentences(&[
            (format!("{who} changed meanwhile, and it is kept as well"), &self.theirs),
            ("You changed here".into(), &self.mine),
            (format!("Changed on both sides, and {mine} stand, as you chose"), &self.stands_mine),
            (format!("Changed on both sides, and {theirs} stay, as you chose"), &self.stands_theirs),
        ])
    }

    /// What is told beside the fields that are to be decided.
    pub fn undecided(&self) -> Vec<String> {
        sentences(&[
            (format!("{} changed besides, and it stays", self.who), &self.theirs),
            ("You changed besides, and it is saved with what you choose".into(), &self.mine),
        ])
    }

    /// The same where a draft meets what was published since it was begun.
    pub fn outdated(&self) -> Vec<String> {
        sentences(&[
            ("Published besides, and taken into the draft".into(), &self.theirs),
            ("Changed by the draft besides, and kept".into(), &self.mine),
        ])
    }
}

fn sentences(all: &[(String, &Vec<String>)]) -> Vec<String> {
    let told = all.iter().filter(|(_, fields)| !fields.is_empty());
    told.map(|(words, fields)| format!("{words}: {}.", fields.join("; "))).collect()
}
