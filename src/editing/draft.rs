//! Drafts: an entry on its way, beside the one that is public.

use super::{Told, take_turn};
use crate::db::schema::{draft_versions, drafts, entries};
use crate::db::{Conn, Words, lower};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

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

    /// Of the `among` open drafts that were saved last, those whose JSON holds all `words`, the last first.
    pub fn saying(conn: &mut Conn, words: &Words, among: i64) -> Result<Vec<Draft>> {
        let older: Option<i64> = drafts::table
            .filter(drafts::standing.eq(1_i32))
            .order(drafts::changed_at.desc())
            .offset(among)
            .select(drafts::changed_at)
            .first(conn)
            .optional()?;
        let mut found = drafts::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
        found = found.filter(drafts::standing.eq(1_i32).and(drafts::changed_at.gt(older.unwrap_or(-1))));
        for pattern in words.patterns_in_json() {
            found = found.filter(lower(drafts::content).like(pattern).escape('!'));
        }
        let order = (drafts::changed_at.desc(), drafts::kind, drafts::slug);
        let rows: Vec<Row> = found.order(order).select(COLUMNS).load(conn)?;
        rows.into_iter().map(Draft::from_row).collect()
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

/// Keeps a version, for those who have it open.
pub(super) fn keep(
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
