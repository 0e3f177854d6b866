//! A plan: everything that names an entry that is about to leave or move, and what becomes of each place.

use super::{Place, row};
use crate::content::{Checked, Effect, Kind, Outcome, Rewriting, sentence};
use crate::db::Conn;
use crate::editing::{Draft, Incoming, published};
use crate::error::{Error, Result};
use crate::import::{KINDS, links_of};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

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
    /// What a draft says without the name; nothing for what is published.
    content: Value,
    pub checked: Option<Checked>,
}

impl Affected {
    pub fn address(&self) -> String {
        format!("/admin/{}/{}", self.kind.folder, self.slug)
    }

    pub fn refused(&self) -> bool {
        self.draft.is_none() && self.lines.iter().any(|line| line.refused)
    }
}

/// What names what leaves, and what becomes of it.
pub struct Plan {
    pub affected: Vec<Affected>,
    /// How many entries and drafts name it; there may be more than were looked at.
    pub count: usize,
}

/// Entries that are read at a time: they hold whole texts.
const AT_ONCE: usize = 200;
/// What more than this names can neither leave nor move: one transaction would hold up everybody else for too long. By
/// `benches/editors.rs` it takes about four milliseconds each.
pub const MOST: usize = 4_000;

impl Plan {
    /// What `asked` does to all that is published and all open drafts.
    pub fn of(conn: &mut Conn, asked: &Rewriting<'_>) -> Result<Plan> {
        Plan::first(conn, asked, MOST)
    }

    /// The same for the first `most` of them.
    pub fn first(conn: &mut Conn, asked: &Rewriting<'_>, most: usize) -> Result<Plan> {
        let naming = row::naming(conn, asked.kind, asked.slug)?;
        let mut count = naming.len();
        let mut affected = Vec::new();
        for some in naming[..count.min(most)].chunks(AT_ONCE) {
            for naming in row::contents(conn, some)? {
                let Some(kind) = KINDS.into_iter().find(|kind| kind.name == naming.kind) else { continue };
                let before: Value = serde_json::from_str(&naming.content)?;
                affected.push(look(asked, kind, (naming.slug, naming.name, naming.revision), &before));
            }
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
            count += 1;
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
        Ok(Plan { affected, count })
    }

    /// Why it cannot be carried out whatever is changed first, if so.
    pub fn too_much(&self) -> Option<String> {
        (self.count > MOST).then(|| {
            format!(
                "{} things name it, and at most {MOST} can be changed in one go. Have fewer of them name it first: \
                 change their files and import these, a part at a time.",
                self.count
            )
        })
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
    pub fn revised(&self) -> Vec<Incoming> {
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
    pub fn write_drafts(&self, conn: &mut Conn, by: &str, now: DateTime<Utc>) -> Result<()> {
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
pub fn look(
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
    Affected { kind, slug, name, draft: None, lines, revision, content: Value::Null, checked }
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
