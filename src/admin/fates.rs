//! Withdrawing and moving: what names an entry is shown first and revised with it, in one transaction.

use super::{Place, row};
use crate::content::{Checked, Content, Effect, Kind, Outcome, Rewriting, sentence};
use crate::db::Conn;
use crate::editing::{Act, Action, Draft, Fate, Fated, Hook, Incoming, Leaving, Published, published};
use crate::error::{Error, Result};
use crate::follows::Interest;
use crate::import::{KINDS, links_of};
use crate::ledger::{Ledger, Visit};
use crate::plans;
use crate::reports::Report;
use crate::texts::Text;
use crate::tiers::Tier;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Whatever refers to entries and has to follow when one leaves or moves.
pub const HOOKS: &[Hook] = &[Report::follow, plans::follow, Ledger::follow, Visit::follow, Interest::follow];

/// Kinds whose entries the site itself is built around: they stay where they are.
const FIXED: [&str; 2] = [Tier::KIND, Text::KIND];

/// Whether entries of a kind can be withdrawn and moved.
pub fn can_leave(kind: &Kind) -> bool {
    !FIXED.contains(&kind.name)
}

/// What becomes of one place, in words.
pub struct Line {
    pub label: String,
    pub sentence: String,
    /// The form that holds the place.
    pub href: String,
    /// Nothing can be done before this is changed.
    pub refused: bool,
}

/// An entry, or an open draft of one, that names what leaves.
pub struct Affected {
    pub kind: Kind,
    pub slug: String,
    pub name: String,
    /// It is the draft that is meant.
    pub draft: Option<Draft>,
    pub lines: Vec<Line>,
    /// The published revision.
    revision: i64,
    content: Value,
    checked: Option<Checked>,
}

impl Affected {
    pub fn address(&self) -> String {
        format!("/admin/{}/{}", self.kind.folder, self.slug)
    }

    fn refused(&self) -> bool {
        self.draft.is_none() && self.lines.iter().any(|line| line.refused)
    }
}

/// Everything that names what leaves, and what becomes of it.
pub struct Plan {
    pub affected: Vec<Affected>,
}

impl Plan {
    /// What `asked` does to all that is published and all open drafts.
    pub fn of(conn: &mut Conn, asked: &Rewriting<'_>) -> Result<Plan> {
        let mut affected = Vec::new();
        for naming in row::naming(conn, asked.kind, asked.slug)? {
            let Some(kind) = KINDS.into_iter().find(|kind| kind.name == naming.kind) else { continue };
            let before: Value = serde_json::from_str(&naming.content)?;
            affected.push(look(asked, kind, (naming.slug, naming.name, naming.revision), &before));
        }
        let mut texts = vec![format!("\"{}\"", asked.slug)];
        texts.extend(asked.address.map(|address| format!("{address}{}", asked.slug)));
        for draft in Draft::holding(conn, &texts)? {
            let own = draft.kind == asked.kind && draft.slug == asked.slug;
            let Some(kind) = KINDS.into_iter().find(|kind| kind.name == draft.kind && !own) else { continue };
            let mut content = draft.content.clone();
            let effects = asked.apply((kind.name, &draft.slug), kind.sheet, &mut content);
            if effects.is_empty() {
                continue;
            }
            affected.push(Affected {
                lines: lines(asked, &kind, &draft.slug, &draft.content, effects),
                kind,
                slug: draft.slug.clone(),
                name: draft.name.clone(),
                revision: draft.base_revision,
                draft: Some(draft),
                content,
                checked: None,
            });
        }
        Ok(Plan { affected })
    }

    /// What has to be changed before anything can be done.
    pub fn refused(&self) -> Vec<&Affected> {
        self.affected.iter().filter(|affected| affected.refused()).collect()
    }

    /// A short name for it: whoever confirms a plan confirms this one.
    pub fn seal(&self) -> String {
        let mut digest = Sha256::new();
        for affected in &self.affected {
            let draft = affected.draft.is_some();
            digest.update(format!("{} {} {draft}\n", affected.kind.name, affected.slug));
            for line in &affected.lines {
                digest.update(format!("{} {}\n", line.label, line.sentence));
            }
        }
        digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The published entries as they are to be published without the name.
    fn revised(&self) -> Vec<Incoming> {
        let published = self.affected.iter().filter(|affected| affected.draft.is_none());
        let incoming = published.filter_map(|affected| {
            Some(Incoming {
                kind: affected.kind,
                slug: affected.slug.clone(),
                checked: affected.checked.clone()?,
                file: String::new(),
                text: String::new(),
            })
        });
        incoming.collect()
    }

    /// Writes the next version of each open draft that names it.
    fn write_drafts(&self, conn: &mut Conn, by: &str, now: DateTime<Utc>) -> Result<()> {
        for affected in &self.affected {
            let Some(draft) = &affected.draft else { continue };
            // One that rested on what was published rests on what is published now: both changed alike.
            let before = self.affected.iter().find(|other| {
                other.draft.is_none() && other.kind.name == draft.kind && other.slug == draft.slug
            });
            let base = match before {
                Some(before) if before.revision == draft.base_revision => {
                    published(conn, &draft.kind, &draft.slug)?.map_or(0, |(revision, _)| revision)
                }
                _ => draft.base_revision,
            };
            if !draft.revise(conn, (&affected.content, base), by, now)? {
                return Err(Error::Unavailable(format!("the draft {} was saved meanwhile", draft.slug)));
            }
        }
        Ok(())
    }
}

/// What becomes of a published entry.
fn look(
    asked: &Rewriting<'_>,
    kind: Kind,
    (slug, name, revision): (String, String, i64),
    before: &Value,
) -> Affected {
    let mut content = before.clone();
    let effects = asked.apply((kind.name, &slug), kind.sheet, &mut content);
    let mut lines = lines(asked, &kind, &slug, before, effects);
    let looked = kind.draft(&content);
    for found in looked.problems {
        let place = Place::of(&kind, &content, &found.field);
        lines.push(Line {
            label: place.label,
            sentence: sentence(&found),
            href: format!("/admin/{}/{slug}/{}", kind.folder, place.path),
            refused: true,
        });
    }
    let checked = looked.mended.map(|mut checked| {
        if let Some(text) = content.get("text").and_then(Value::as_str) {
            checked.links.extend(links_of(text).0);
        }
        checked
    });
    let still = checked.iter().flat_map(|checked| &checked.links);
    let still: Vec<_> =
        still.filter(|link| link.kind == asked.kind && link.slug == asked.slug).cloned().collect();
    if lines.iter().all(|line| !line.refused) {
        lines.extend(still.iter().map(|link| {
            let place = Place::of(&kind, before, &link.field);
            Line {
                label: place.label,
                sentence: "This names it in a way that cannot be changed by itself; change it first.".into(),
                href: format!("/admin/{}/{slug}/{}", kind.folder, place.path),
                refused: true,
            }
        }));
    }
    Affected { kind, slug, name, draft: None, lines, revision, content, checked }
}

fn lines(asked: &Rewriting<'_>, kind: &Kind, slug: &str, before: &Value, effects: Vec<Effect>) -> Vec<Line> {
    let heirs: Vec<String> = asked.heirs.iter().map(|(_, name)| format!("“{name}”")).collect();
    let heirs = heirs.join(" and ");
    let first = asked.heirs.first().map_or("", |(_, name)| name.as_str());
    let line = |effect: Effect| {
        let place = Place::of(kind, before, &effect.field);
        Line {
            label: place.label,
            sentence: match &effect.outcome {
                Outcome::Replaced => format!("It becomes {heirs}."),
                Outcome::Led => format!("The link to it leads to “{first}”."),
                Outcome::There if asked.heirs.len() == 1 => {
                    format!("It is taken out: {heirs} stands there already, with figures of its own.")
                }
                Outcome::There => {
                    format!("It is taken out: {heirs} stand there already, with figures of their own.")
                }
                Outcome::Removed => "It is taken out.".into(),
                Outcome::Refused(why) => format!("This {why}."),
            },
            href: format!("/admin/{}/{slug}/{}", kind.folder, place.path),
            refused: matches!(effect.outcome, Outcome::Refused(_)),
        }
    };
    effects.into_iter().map(line).collect()
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
