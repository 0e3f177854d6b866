//! Saving a draft: whoever saves names the version that was open, and what another saved meanwhile is brought together
//! with it.

use super::draft::{Draft, keep, published};
use super::late::Left;
use super::merge::{Conflict, Merged, Origins, Side, merge};
use super::{Difference, compare, take_turn};
use crate::content::Kind;
use crate::db::schema::{draft_versions, drafts, revisions};
use crate::db::{Conn, inserted};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;

/// What an editor had open: a version of a draft, or what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Draft(i64),
    /// 0 for nothing yet.
    Revision(i64),
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Base::Draft(version) => write!(f, "d{version}"),
            Base::Revision(revision) => write!(f, "r{revision}"),
        }
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
        let base = match text.split_at_checked(1) {
            Some(("d", rest)) => number(rest).map(Base::Draft),
            Some(("r", rest)) => number(rest).map(Base::Revision),
            _ => None,
        };
        base.ok_or_else(|| format!("\"{text}\" names no version"))
    }
}

/// An entry as editors find it: its draft if there is one, else what is published.
#[derive(Clone, Debug)]
pub struct Standing {
    pub base: Base,
    pub content: Value,
    pub draft: Option<Draft>,
    /// The revision that is public, if one is.
    pub revision: Option<i64>,
}

/// What came of a save.
#[derive(Clone, Debug)]
pub enum Saved {
    /// It is saved: `changes` is what that changed.
    Done { base: Base, changes: Vec<Difference>, brought: Brought },
    /// Nothing is saved: both changed the same fields. `theirs` is the version to choose against.
    Conflicts { conflicts: Vec<Conflict>, theirs: Base, content: Value, brought: Brought },
    /// Nothing is saved: the entry is not there any more.
    Left(Left),
}

/// What a save was brought together with.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    pub origins: Origins,
    /// Ids of those who saved since the version that was open, each once; whoever saves now may be among them.
    pub by: Vec<String>,
}

/// A version, and which side counts at a path of a conflict with it.
pub type Chosen<'a> = (Base, &'a dyn Fn(&str) -> Option<Side>);

/// A save: by whom, of what, on which version.
pub struct Save<'a> {
    pub kind: &'a Kind,
    pub slug: &'a str,
    /// The version that was open.
    pub base: Base,
    /// The version that conflicts were chosen against, with the choices.
    pub chosen: Option<Chosen<'a>>,
    pub by: &'a str,
    pub now: DateTime<Utc>,
}

/// How often a save looks again when somebody else was quicker.
const TRIES: usize = 20;

impl Standing {
    /// The entry as editors find it; nothing if there is neither a draft nor anything published.
    pub fn find(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<Standing>> {
        let published = published(conn, kind, slug)?;
        let revision = published.as_ref().map(|(revision, _)| *revision);
        if let Some(draft) = Draft::find(conn, kind, slug)? {
            let base = Base::Draft(draft.version);
            return Ok(Some(Standing { base, content: draft.content.clone(), draft: Some(draft), revision }));
        }
        Ok(published.map(|(revision, content)| Standing {
            base: Base::Revision(revision),
            content,
            draft: None,
            revision: Some(revision),
        }))
    }
}

impl Save<'_> {
    /// Saves what `typed` makes of the version that was open. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if there never was anything of that kind and slug and `base` is not a beginning.
    pub fn run(&self, conn: &mut Conn, typed: &dyn Fn(&Value) -> Value) -> Result<Saved> {
        take_turn(conn)?;
        for _ in 0..TRIES {
            let standing = match Standing::find(conn, self.kind.name, self.slug)? {
                Some(standing) => standing,
                None if self.base == Base::Revision(0) => {
                    let (base, content) = (Base::Revision(0), json!({}));
                    Standing { base, content, draft: None, revision: None }
                }
                None => return Ok(Saved::Left(self.left(conn)?)),
            };
            let Merged { content, conflicts, origins } = self.merged(conn, &standing, typed)?;
            let by = if self.base == standing.base { Vec::new() } else { self.saved_since(conn)? };
            let brought = Brought { origins, by };
            if !conflicts.is_empty() {
                return Ok(Saved::Conflicts { conflicts, theirs: standing.base, content, brought });
            }
            if content == standing.content && standing.base != Base::Revision(0) {
                return Ok(Saved::Done { base: standing.base, changes: Vec::new(), brought });
            }
            if let Some(version) = self.write(conn, &standing, &content)? {
                let changes = compare(&standing.content, &content);
                return Ok(Saved::Done { base: Base::Draft(version), changes, brought });
            }
        }
        Err(Error::Unavailable(format!("{} {} is saved by too many at once", self.kind.name, self.slug)))
    }

    /// Brings the draft together with what was published since it was begun. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if there is no draft, or nothing is published.
    pub fn catch_up(&self, conn: &mut Conn) -> Result<Saved> {
        take_turn(conn)?;
        let (kind, slug) = (self.kind.name, self.slug);
        let draft = Draft::find(conn, kind, slug)?.ok_or(Error::NotFound)?;
        let (revision, theirs) = published(conn, kind, slug)?.ok_or(Error::NotFound)?;
        let begun = Save { base: Base::Revision(draft.base_revision), ..*self }.before(conn)?;
        let against = Base::Revision(revision);
        let choice = |path: &str| match &self.chosen {
            Some((chosen, choose)) if *chosen == against => choose(path),
            _ => None,
        };
        let Merged { content, conflicts, origins } = merge(begun.as_ref(), &theirs, &draft.content, &choice);
        let brought = Brought { origins, by: Vec::new() };
        if !conflicts.is_empty() {
            return Ok(Saved::Conflicts { conflicts, theirs: against, content, brought });
        }
        let mut standing = Standing {
            base: Base::Draft(draft.version),
            content: draft.content.clone(),
            revision: Some(revision),
            draft: Some(draft),
        };
        if let Some(draft) = &mut standing.draft {
            draft.base_revision = revision;
        }
        match self.write(conn, &standing, &content)? {
            Some(version) => Ok(Saved::Done {
                base: Base::Draft(version),
                changes: compare(&standing.content, &content),
                brought,
            }),
            None => Err(Error::Unavailable(format!("{kind} {slug} was saved meanwhile"))),
        }
    }

    fn merged(
        &self,
        conn: &mut Conn,
        standing: &Standing,
        typed: &dyn Fn(&Value) -> Value,
    ) -> Result<Merged> {
        if self.base == standing.base {
            let (content, origins) = (typed(&standing.content), Origins::default());
            return Ok(Merged { content, conflicts: Vec::new(), origins });
        }
        let choice = |path: &str| match &self.chosen {
            Some((against, choose)) if *against == standing.base => choose(path),
            _ => None,
        };
        let before = self.before(conn)?;
        let mine = typed(before.as_ref().unwrap_or(&standing.content));
        Ok(merge(before.as_ref(), &standing.content, &mine, &choice))
    }

    /// Ids of those who saved a draft of it after the version that was open, each once.
    fn saved_since(&self, conn: &mut Conn) -> Result<Vec<String>> {
        let own = draft_versions::kind.eq(self.kind.name).and(draft_versions::slug.eq(self.slug));
        let after = match self.base {
            Base::Draft(version) => version,
            Base::Revision(revision) => {
                let published: Option<i64> = revisions::table
                    .find((self.kind.name, self.slug, revision))
                    .select(revisions::published_at)
                    .first(conn)
                    .optional()?;
                // What was published was kept as the last version of its draft.
                let last: Option<i64> = draft_versions::table
                    .filter(own)
                    .filter(draft_versions::saved_at.le(published.unwrap_or(0)))
                    .select(max(draft_versions::version))
                    .first(conn)?;
                last.unwrap_or(0)
            }
        };
        Ok(draft_versions::table
            .filter(own)
            .filter(draft_versions::version.gt(after))
            .select(draft_versions::saved_by)
            .distinct()
            .load(conn)?)
    }

    /// The version that was open, if it is still kept.
    pub(super) fn before(&self, conn: &mut Conn) -> Result<Option<Value>> {
        let (kind, slug) = (self.kind.name, self.slug);
        let content: Option<String> = match self.base {
            Base::Revision(0) => Some("{}".into()),
            Base::Revision(revision) => revisions::table
                .find((kind, slug, revision))
                .select(revisions::content)
                .first(conn)
                .optional()?,
            Base::Draft(version) => draft_versions::table
                .find((kind, slug, version))
                .select(draft_versions::content)
                .first(conn)
                .optional()?,
        };
        content.map(|content| Ok(serde_json::from_str(&content)?)).transpose()
    }

    /// Writes the next version; nothing if somebody else was quicker.
    pub(super) fn write(&self, conn: &mut Conn, standing: &Standing, content: &Value) -> Result<Option<i64>> {
        let (kind, slug) = (self.kind.name, self.slug);
        let text = serde_json::to_string(content)?;
        let name = content.get("name").and_then(Value::as_str).unwrap_or_default().trim();
        let name: String = if name.is_empty() { slug } else { name }.chars().take(200).collect();
        let last: Option<(i64, i32)> = drafts::table
            .find((kind, slug))
            .select((drafts::version, drafts::standing))
            .first(conn)
            .optional()?;
        let known = match standing.base {
            Base::Draft(version) => last == Some((version, 1)),
            Base::Revision(_) => last.is_none_or(|(_, open)| open == 0),
        };
        if !known {
            return Ok(None);
        }
        let version = last.map_or(1, |(version, _)| version + 1);
        let base_revision =
            standing.draft.as_ref().map_or(standing.revision.unwrap_or(0), |d| d.base_revision);
        let columns = (
            drafts::version.eq(version),
            drafts::standing.eq(1),
            drafts::base_revision.eq(base_revision),
            drafts::name.eq(name),
            drafts::content.eq(&text),
            drafts::changed_by.eq(self.by),
            drafts::changed_at.eq(self.now.timestamp_millis()),
        );
        let written = match last {
            Some((before, open)) => {
                let row = drafts::table
                    .find((kind, slug))
                    .filter(drafts::version.eq(before).and(drafts::standing.eq(open)));
                diesel::update(row).set(columns).execute(conn)? == 1
            }
            None => inserted(conn, |conn| {
                diesel::insert_into(drafts::table)
                    .values((drafts::kind.eq(kind), drafts::slug.eq(slug), columns))
                    .execute(conn)
            })?,
        };
        if !written {
            return Ok(None);
        }
        keep(conn, kind, slug, version, &text, self.by, self.now)?;
        Ok(Some(version))
    }
}
