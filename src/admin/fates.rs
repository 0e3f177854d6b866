//! Withdrawing and moving by a plan that was seen: whatever names the entry is published with it, in one transaction.

use super::plan::{Plan, look};
use crate::content::{Content, Kind, Rewriting};
use crate::db::Conn;
use crate::digests;
use crate::editing::{Act, Action, Fate, Fated, Hook, Leaving, Published, published};
use crate::error::{Error, Result};
use crate::follows::Interest;
use crate::ledger::{Ledger, Visit};
use crate::plans;
use crate::reports::Report;
use crate::texts::Text;
use crate::tiers::Tier;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Whatever refers to entries and has to follow when one leaves or moves.
pub const HOOKS: &[Hook] =
    &[Report::follow, plans::follow, Ledger::follow, Visit::follow, Interest::follow, digests::follow];

/// Kinds whose entries the site itself is built around: they stay where they are.
const FIXED: [&str; 2] = [Tier::KIND, Text::KIND];

/// Whether entries of a kind can be withdrawn and moved.
pub fn can_leave(kind: &Kind) -> bool {
    !FIXED.contains(&kind.name)
}

/// An entry that somebody withdraws or moves.
pub struct Departing {
    pub kind: Kind,
    pub slug: String,
    pub name: String,
    /// The revision that is public.
    pub revision: i64,
    pub content: Value,
}

/// What a publisher decided about it.
pub struct Decision {
    pub fate: Fate,
    pub reason: String,
    /// Slug and name.
    pub heirs: Vec<(String, String)>,
    pub by: String,
    pub now: DateTime<Utc>,
}

impl Departing {
    /// # Errors
    /// `NotFound` if it is not published, or of a kind whose entries stay.
    pub fn find(conn: &mut Conn, kind: Kind, slug: &str) -> Result<Departing> {
        if !can_leave(&kind) || crate::content::check_slug(slug).is_err() {
            return Err(Error::NotFound);
        }
        let (revision, content) = published(conn, kind.name, slug)?.ok_or(Error::NotFound)?;
        let name = content.get("name").and_then(Value::as_str).unwrap_or(slug).to_owned();
        Ok(Departing { kind, slug: slug.to_owned(), name, revision, content })
    }

    /// How whatever names it is rewritten.
    pub fn rewriting<'a>(&'a self, heirs: &'a [(String, String)]) -> Rewriting<'a> {
        Rewriting {
            kind: self.kind.name,
            slug: &self.slug,
            name: &self.name,
            address: self.kind.address,
            heirs,
        }
    }

    fn leaving<'a>(&'a self, decision: &'a Decision) -> Leaving<'a> {
        Leaving {
            kind: self.kind,
            slug: &self.slug,
            name: &self.name,
            revision: self.revision,
            fate: decision.fate,
            reason: &decision.reason,
            heirs: &decision.heirs,
            by: &decision.by,
            now: decision.now,
        }
    }

    /// Withdraws it by a plan without refusals. Call it inside `db::write`, after `take_turn`.
    pub fn withdraw(&self, conn: &mut Conn, plan: &Plan, decision: &Decision) -> Result<()> {
        let published = self.leaving(decision).withdraw(conn, &plan.revised())?;
        let action = match decision.fate {
            Fate::Merged => Action::Merged,
            Fate::Split => Action::Split,
            _ => Action::Withdrawn,
        };
        self.end(conn, plan, decision, (action, &self.slug), &published)
    }

    /// Moves it to the slug of its one heir, by a plan without refusals. Call it inside `db::write`, after `take_turn`.
    pub fn relocate(&self, conn: &mut Conn, plan: &Plan, decision: &Decision) -> Result<()> {
        // It may link to itself.
        let own = look(
            &self.rewriting(&decision.heirs),
            self.kind,
            (self.slug.clone(), self.name.clone(), self.revision),
            &self.content,
        );
        if own.refused() {
            return Err(Error::Refused(
                "Something in this entry itself has to be put right before it can move. Open it, publish it without \
                 anything to put right, and move it then."
                    .into(),
            ));
        }
        let checked =
            own.checked.ok_or_else(|| Error::Unexpected("a published entry cannot be read".into()))?;
        let published = self.leaving(decision).relocate(conn, &checked, &plan.revised())?;
        let slug = decision.heirs.first().map_or(self.slug.as_str(), |(slug, _)| slug);
        self.end(conn, plan, decision, (Action::Moved, slug), &published)
    }

    fn end(
        &self,
        conn: &mut Conn,
        plan: &Plan,
        decision: &Decision,
        (action, slug): (Action, &str),
        published: &Published,
    ) -> Result<()> {
        plan.write_drafts(conn, &decision.by, decision.now)?;
        let heirs: Vec<String> = decision.heirs.iter().map(|(slug, _)| slug.clone()).collect();
        let fated = Fated {
            kind: self.kind,
            slug: self.slug.clone(),
            fate: decision.fate,
            heirs: heirs.clone(),
            at: decision.now,
        };
        for hook in HOOKS {
            hook(conn, &fated)?;
        }
        let detail = json!({
            "from": self.slug, "name": self.name, "fate": decision.fate.word(), "reason": decision.reason,
            "heirs": heirs, "revised": published.revised, "guide_revision": published.guide_revision,
        });
        Act::note(conn, Some(&decision.by), action, (self.kind.name, slug), &detail, decision.now)
    }
}
