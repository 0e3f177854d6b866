//! Drafts: an entry on its way, beside the one that is public. Whoever saves names the version that was open, and what
//! another saved meanwhile is brought together with it.

use super::fate::{Fate, Withdrawn};
use super::merge::{Conflict, Merged, Side, merge};
use super::{Difference, Told, compare, take_turn};
use crate::content::Kind;
use crate::db::schema::{draft_versions, drafts, entries, revisions};
use crate::db::{Conn, inserted};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::fmt;
use std::str::FromStr;

/// A draft that is open.
#[derive(Clone, Debug)]
pub struct Draft {
    pub kind: String,
    pub slug: String,
    /// Counts the saves of this entry's drafts; it never goes back.
    pub version: i64,
    /// The published revision that it started from; 0 for something new.
    pub base_revision: i64,
    pub name: String,
    pub content: Value,
    /// Id of the person who saved it last.
    pub changed_by: String,
    pub changed: DateTime<Utc>,
    /// When it is to be published by itself.
    pub publish_at: Option<DateTime<Utc>>,
    /// Id of the person who said so.
    pub publish_by: Option<String>,
    /// What is to be told of it then.
    pub told: Option<Told>,
}

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
    /// It is saved: `changes` is what that changed, `others` what somebody else had changed meanwhile, which is kept.
    Done { base: Base, changes: Vec<Difference>, others: Vec<Difference> },
    /// Nothing is saved: both changed the same fields. `theirs` is the version to choose against.
    Conflicts { conflicts: Vec<Conflict>, theirs: Base, content: Value },
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

type Row =
    (String, String, i64, i64, String, String, String, i64, Option<i64>, Option<String>, Option<String>);
type Columns = (
    drafts::kind,
    drafts::slug,
    drafts::version,
    drafts::base_revision,
    drafts::name,
    drafts::content,
    drafts::changed_by,
    drafts::changed_at,
    drafts::publish_at,
    drafts::publish_by,
    drafts::told,
);
const COLUMNS: Columns = (
    drafts::kind,
    drafts::slug,
    drafts::version,
    drafts::base_revision,
    drafts::name,
    drafts::content,
    drafts::changed_by,
    drafts::changed_at,
    drafts::publish_at,
    drafts::publish_by,
    drafts::told,
);

/// How often a save looks again when somebody else was quicker.
const TRIES: usize = 20;

impl Draft {
    fn from_row(row: Row) -> Result<Self> {
        let (
            kind,
            slug,
            version,
            base_revision,
            name,
            content,
            changed_by,
            changed,
            publish_at,
            publish_by,
            told,
        ) = row;
        let moment = |at: i64| DateTime::from_timestamp_millis(at).unwrap_or_default();
        Ok(Draft {
            kind,
            slug,
            version,
            base_revision,
            name,
            content: serde_json::from_str(&content)?,
            changed_by,
            changed: moment(changed),
            publish_at: publish_at.map(moment),
            publish_by,
            told: told.map(|told| serde_json::from_str(&told)).transpose()?,
        })
    }

    /// The open draft of an entry.
    pub fn find(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<Draft>> {
        let row: Option<Row> = drafts::table
            .find((kind, slug))
            .filter(drafts::standing.eq(1_i32))
            .select(COLUMNS)
            .first(conn)
            .optional()?;
        row.map(Draft::from_row).transpose()
    }

    /// The open drafts of a kind with these slugs, in that order.
    pub fn some(conn: &mut Conn, kind: &str, slugs: &[String]) -> Result<Vec<Draft>> {
        let rows: Vec<Row> = drafts::table
            .filter(drafts::kind.eq(kind).and(drafts::slug.eq_any(slugs)).and(drafts::standing.eq(1)))
            .select(COLUMNS)
            .load(conn)?;
        let mut found: Vec<Draft> = rows.into_iter().map(Draft::from_row).collect::<Result<_>>()?;
        found.sort_by_key(|draft| slugs.iter().position(|slug| *slug == draft.slug));
        Ok(found)
    }

    /// How many drafts are open.
    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(drafts::table.filter(drafts::standing.eq(1)).count().get_result(conn)?)
    }

    /// `count` open drafts after the first `skip`, those saved last first.
    pub fn latest(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Draft>> {
        let rows: Vec<Row> = drafts::table
            .filter(drafts::standing.eq(1_i32))
            .order((drafts::changed_at.desc(), drafts::kind.desc(), drafts::slug.desc()))
            .limit(count)
            .offset(skip)
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Draft::from_row).collect()
    }

    /// The drafts whose time to be published has come, the earliest first, a few at a time.
    pub fn due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Draft>> {
        let rows: Vec<Row> = drafts::table
            .filter(drafts::standing.eq(1).and(drafts::publish_at.le(now.timestamp_millis())))
            .order((drafts::publish_at, drafts::kind, drafts::slug))
            .limit(20)
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Draft::from_row).collect()
    }

    /// Every draft that is to be published by itself, the next first.
    pub fn scheduled(conn: &mut Conn) -> Result<Vec<Draft>> {
        let rows: Vec<Row> = drafts::table
            .filter(drafts::standing.eq(1).and(drafts::publish_at.is_not_null()))
            .order((drafts::publish_at, drafts::kind, drafts::slug))
            .limit(100)
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Draft::from_row).collect()
    }

    /// Sets or takes away when, by whom and with what words it is to be published. What else was saved meanwhile
    /// makes it `false`.
    pub fn schedule(&self, conn: &mut Conn, plan: Option<(DateTime<Utc>, &str, &Told)>) -> Result<bool> {
        take_turn(conn)?;
        let told = plan.map(|(.., told)| serde_json::to_string(told)).transpose()?;
        let done = diesel::update(row_of(self))
            .set((
                drafts::publish_at.eq(plan.map(|(at, ..)| at.timestamp_millis())),
                drafts::publish_by.eq(plan.map(|(_, by, _)| by)),
                drafts::told.eq(told),
            ))
            .execute(conn)?;
        Ok(done == 1)
    }

    /// Whether the entry was published otherwise since the draft was begun, such as by an import.
    pub fn outdated(&self, conn: &mut Conn) -> Result<bool> {
        let now = published(conn, &self.kind, &self.slug)?.map_or(0, |(revision, _)| revision);
        Ok(now != self.base_revision)
    }

    /// Closes it: it is published, or thrown away. What else was saved meanwhile makes it `false`.
    pub(super) fn close(&self, conn: &mut Conn, content: &str, by: &str, now: DateTime<Utc>) -> Result<bool> {
        take_turn(conn)?;
        let done = diesel::update(row_of(self))
            .set((
                drafts::standing.eq(0),
                drafts::version.eq(self.version + 1),
                drafts::content.eq(content),
                drafts::publish_at.eq(None::<i64>),
                drafts::publish_by.eq(None::<String>),
            ))
            .execute(conn)?;
        if done == 1 {
            keep(conn, &self.kind, &self.slug, self.version + 1, content, by, now)?;
        }
        Ok(done == 1)
    }

    /// The open drafts whose content holds one of these texts.
    pub fn holding(conn: &mut Conn, texts: &[String]) -> Result<Vec<Draft>> {
        let mut found: Vec<Draft> = Vec::new();
        for text in texts {
            let rows: Vec<Row> = drafts::table
                .filter(drafts::standing.eq(1_i32))
                .filter(drafts::content.like(format!("%{text}%")))
                .order((drafts::kind, drafts::slug))
                .select(COLUMNS)
                .load(conn)?;
            for draft in rows.into_iter().map(Draft::from_row) {
                let draft = draft?;
                if found.iter().all(|known| known.kind != draft.kind || known.slug != draft.slug) {
                    found.push(draft);
                }
            }
        }
        Ok(found)
    }

    /// Writes its next version, because of what became of something that it names. What else was saved meanwhile makes
    /// it `false`.
    pub fn revise(
        &self,
        conn: &mut Conn,
        (content, base_revision): (&Value, i64),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let text = serde_json::to_string(content)?;
        let done = diesel::update(row_of(self))
            .set((
                drafts::version.eq(self.version + 1),
                drafts::content.eq(&text),
                drafts::base_revision.eq(base_revision),
            ))
            .execute(conn)?;
        if done == 1 {
            keep(conn, &self.kind, &self.slug, self.version + 1, &text, by, now)?;
        }
        Ok(done == 1)
    }

    /// Throws it away: what is published stays as it is. What else was saved meanwhile makes it `false`.
    pub fn discard(&self, conn: &mut Conn, by: &str, now: DateTime<Utc>) -> Result<bool> {
        let published = published(conn, &self.kind, &self.slug)?;
        let content = published.map_or("{}".to_owned(), |(_, content)| content.to_string());
        self.close(conn, &content, by, now)
    }
}

/// The row of a draft, if it still is this version.
#[diesel::dsl::auto_type]
fn row_of<'a>(draft: &'a Draft) -> _ {
    let kind: &'a str = &draft.kind;
    let slug: &'a str = &draft.slug;
    let version: i64 = draft.version;
    drafts::table
        .filter(drafts::kind.eq(kind))
        .filter(drafts::slug.eq(slug))
        .filter(drafts::version.eq(version))
        .filter(drafts::standing.eq(1_i32))
}

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
    /// `NotFound` if there is nothing of that kind and slug and `base` is not a beginning.
    pub fn run(&self, conn: &mut Conn, typed: &dyn Fn(&Value) -> Value) -> Result<Saved> {
        take_turn(conn)?;
        for _ in 0..TRIES {
            let standing = match Standing::find(conn, self.kind.name, self.slug)? {
                Some(standing) => standing,
                None if self.base == Base::Revision(0) => {
                    let (base, content) = (Base::Revision(0), json!({}));
                    Standing { base, content, draft: None, revision: None }
                }
                None => return Err(self.lost(conn)?),
            };
            let Merged { content, conflicts } = self.merged(conn, &standing, typed)?;
            if !conflicts.is_empty() {
                return Ok(Saved::Conflicts { conflicts, theirs: standing.base, content });
            }
            let others = match self.base == standing.base {
                true => Vec::new(),
                false => compare(&self.before(conn)?.unwrap_or_default(), &standing.content),
            };
            if content == standing.content && standing.base != Base::Revision(0) {
                return Ok(Saved::Done { base: standing.base, changes: Vec::new(), others });
            }
            if let Some(version) = self.write(conn, &standing, &content)? {
                let changes = compare(&standing.content, &content);
                return Ok(Saved::Done { base: Base::Draft(version), changes, others });
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
        let begun =
            Save { base: Base::Revision(draft.base_revision), ..*self }.before(conn)?.unwrap_or_default();
        let against = Base::Revision(revision);
        let choice = |path: &str| match &self.chosen {
            Some((chosen, choose)) if *chosen == against => choose(path),
            _ => None,
        };
        let Merged { content, conflicts } = merge(&begun, &theirs, &draft.content, &choice);
        if !conflicts.is_empty() {
            return Ok(Saved::Conflicts { conflicts, theirs: against, content });
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
                others: compare(&begun, &theirs),
            }),
            None => Err(Error::Unavailable(format!("{kind} {slug} was saved meanwhile"))),
        }
    }

    /// Why there is nothing to save.
    fn lost(&self, conn: &mut Conn) -> Result<Error> {
        Ok(match Withdrawn::find(conn, self.kind.name, self.slug)? {
            Some(left) => Error::Refused(format!(
                "“{}” {} meanwhile, so this was not saved. What you typed is still in your browser if you go back; \
                 under “Withdrawn” it can be restored as a draft.",
                left.name,
                if left.fate == Fate::Moved { "moved to another address" } else { "was withdrawn" },
            )),
            None => Error::NotFound,
        })
    }

    fn merged(
        &self,
        conn: &mut Conn,
        standing: &Standing,
        typed: &dyn Fn(&Value) -> Value,
    ) -> Result<Merged> {
        if self.base == standing.base {
            return Ok(Merged { content: typed(&standing.content), conflicts: Vec::new() });
        }
        let choice = |path: &str| match &self.chosen {
            Some((against, choose)) if *against == standing.base => choose(path),
            _ => None,
        };
        let before = self.before(conn)?;
        let mine = typed(before.as_ref().unwrap_or(&standing.content));
        // Without the version that was open, whatever differs has to be asked about.
        Ok(merge(&before.unwrap_or_default(), &standing.content, &mine, &choice))
    }

    /// The version that was open, if it is still kept.
    fn before(&self, conn: &mut Conn) -> Result<Option<Value>> {
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
    fn write(&self, conn: &mut Conn, standing: &Standing, content: &Value) -> Result<Option<i64>> {
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

/// Keeps a version, for those who have it open.
fn keep(
    conn: &mut Conn,
    kind: &str,
    slug: &str,
    version: i64,
    content: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(draft_versions::table)
        .values((
            draft_versions::kind.eq(kind),
            draft_versions::slug.eq(slug),
            draft_versions::version.eq(version),
            draft_versions::content.eq(content),
            draft_versions::saved_by.eq(by),
            draft_versions::saved_at.eq(now.timestamp_millis()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Revision and content of what is public.
pub fn published(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<(i64, Value)>> {
    let row: Option<(i64, String)> = entries::table
        .find((kind, slug))
        .select((entries::revision, entries::content))
        .first(conn)
        .optional()?;
    row.map(|(revision, content)| Ok((revision, serde_json::from_str(&content)?))).transpose()
}
