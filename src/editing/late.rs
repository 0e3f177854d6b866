//! What comes too late: a save of an entry that left the guide, moved, or was thrown away since it was opened.

use super::fate::{Fate, Withdrawn};
use super::leave::told_of_move;
use super::save::{Base, Brought, Save, Saved, Standing};
use super::take_turn;
use crate::content::Kind;
use crate::db::Conn;
use crate::db::schema::{guide_changes, revisions};
use crate::error::{Error, Result};
use diesel::prelude::*;
use serde_json::{Value, json};

/// What became of an entry that somebody still has open.
#[derive(Clone, Debug)]
pub struct Left {
    /// The slug under which it stands now, or stood last.
    pub slug: String,
    /// Nothing if it was never published, and its draft was thrown away.
    pub fate: Option<Withdrawn>,
    /// The version that was open, if it is kept.
    pub before: Option<Value>,
}

impl Left {
    /// It is there under another slug.
    pub fn moved(&self) -> bool {
        self.fate.as_ref().is_some_and(|left| left.fate == Fate::Moved)
    }
}

/// What became of the entry that had this slug, and the slug that it has now or had last: moves are followed to their end.
pub fn fate_of(conn: &mut Conn, kind: &Kind, slug: &str) -> Result<Option<(String, Withdrawn)>> {
    let Some(left) = Withdrawn::find(conn, kind.name, slug)? else { return Ok(None) };
    if left.fate != Fate::Moved {
        return Ok(Some((slug.to_owned(), left)));
    }
    // What is told of a move goes with the entry wherever it moves; its record names the heirs of what it became.
    let now: Option<String> = guide_changes::table
        .filter(guide_changes::kind.eq(kind.name).and(guide_changes::summary.eq(told_of_move(kind, slug))))
        .order(guide_changes::seq.desc())
        .select(guide_changes::slug)
        .first(conn)
        .optional()?;
    let Some(now) = now else { return Ok(Some((slug.to_owned(), left))) };
    match Withdrawn::find(conn, kind.name, &now)? {
        Some(end) if Standing::find(conn, kind.name, &now)?.is_none() => Ok(Some((now, end))),
        _ => Ok(Some((now, left))),
    }
}

impl Save<'_> {
    /// What became of the entry instead of saving it.
    ///
    /// # Errors
    /// `NotFound` if there never was one.
    pub fn left(&self, conn: &mut Conn) -> Result<Left> {
        let (slug, fate) = match fate_of(conn, self.kind, self.slug)? {
            Some((slug, fate)) => (slug, Some(fate)),
            None => (self.slug.to_owned(), None),
        };
        // What is kept of an entry moves with it.
        let before = Save { slug: &slug, ..*self }.before(conn)?;
        if fate.is_none() && (before.is_none() || self.base == Base::Revision(0)) {
            return Err(Error::NotFound);
        }
        Ok(Left { slug, fate, before })
    }

    /// Begins a draft of something new with what was typed into a version of an entry that is there no more. If it is
    /// back meanwhile, this saves as `run` does. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if there never was such an entry.
    pub fn begin_anew(&self, conn: &mut Conn, typed: &dyn Fn(&Value) -> Value) -> Result<Saved> {
        take_turn(conn)?;
        if Standing::find(conn, self.kind.name, self.slug)?.is_some() {
            return self.run(conn, typed);
        }
        let left = self.left(conn)?;
        if left.moved() {
            return Ok(Saved::Left(left));
        }
        let last = Save { slug: &left.slug, ..*self };
        if Standing::find(conn, self.kind.name, last.slug)?.is_some() {
            return last.run(conn, typed);
        }
        let before = match left.before {
            Some(before) => before,
            None => last.said_last(conn)?.unwrap_or_else(|| json!({})),
        };
        let nothing = Standing { base: Base::Revision(0), content: json!({}), draft: None, revision: None };
        match last.write(conn, &nothing, &typed(&before))? {
            Some(version) => Ok(Saved::Done {
                base: Base::Draft(version),
                changes: Vec::new(),
                brought: Brought::default(),
            }),
            None => Err(Error::Unavailable(format!("{} {} was saved meanwhile", self.kind.name, self.slug))),
        }
    }

    /// What its last revision says.
    fn said_last(&self, conn: &mut Conn) -> Result<Option<Value>> {
        let last: Option<String> = revisions::table
            .filter(revisions::kind.eq(self.kind.name).and(revisions::slug.eq(self.slug)))
            .order(revisions::revision.desc())
            .select(revisions::content)
            .first(conn)
            .optional()?;
        last.map(|content| Ok(serde_json::from_str(&content)?)).transpose()
    }
}
