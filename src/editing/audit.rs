//! The audit: who did what to which entry. It is only ever added to, and names people by id.

use crate::db::schema::audit;
use crate::db::{Conn, Words, lower};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// What can be done to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Saved,
    Discarded,
    Published,
    Scheduled,
    Unscheduled,
    Withdrawn,
    Merged,
    Split,
    Moved,
    Redirected,
    RedirectRemoved,
    ReportClosed,
    ReportReopened,
    /// The news of a publication was taken back.
    Recalled,
    /// An admin looked at somebody's letters.
    LettersRead,
}

impl Action {
    pub const ALL: [Action; 15] = [
        Action::Saved,
        Action::Discarded,
        Action::Published,
        Action::Scheduled,
        Action::Unscheduled,
        Action::Withdrawn,
        Action::Merged,
        Action::Split,
        Action::Moved,
        Action::Redirected,
        Action::RedirectRemoved,
        Action::ReportClosed,
        Action::ReportReopened,
        Action::Recalled,
        Action::LettersRead,
    ];

    /// In the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Action::Saved => "saved",
            Action::Discarded => "discarded",
            Action::Published => "published",
            Action::Scheduled => "scheduled",
            Action::Unscheduled => "unscheduled",
            Action::Withdrawn => "withdrawn",
            Action::Merged => "merged",
            Action::Split => "split",
            Action::Moved => "moved",
            Action::Redirected => "redirected",
            Action::RedirectRemoved => "redirect-removed",
            Action::ReportClosed => "report-closed",
            Action::ReportReopened => "report-reopened",
            Action::Recalled => "recalled",
            Action::LettersRead => "letters-read",
        }
    }

    pub fn from_word(word: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.word() == word)
    }
}

/// One line of it.
#[derive(Clone, Debug)]
pub struct Act {
    pub done: DateTime<Utc>,
    /// Id of the person; nothing for what the program did by itself.
    pub person: Option<String>,
    pub action: Action,
    pub kind: String,
    pub slug: String,
    /// Old and new values, as JSON.
    pub detail: Value,
}

/// Which lines are asked for; what is empty asks for all.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Ids of people: lines of any of them.
    pub people: Option<Vec<String>>,
    pub action: Option<Action>,
    pub kind: Option<String>,
    pub slug: Option<String>,
}

type Row = (i64, Option<String>, String, String, String, String);
type Columns = (audit::done_at, audit::person, audit::action, audit::kind, audit::slug, audit::detail);
const COLUMNS: Columns =
    (audit::done_at, audit::person, audit::action, audit::kind, audit::slug, audit::detail);

impl Act {
    /// Adds a line, in the transaction of what it tells.
    pub fn note(
        conn: &mut Conn,
        person: Option<&str>,
        action: Action,
        (kind, slug): (&str, &str),
        detail: &Value,
        now: DateTime<Utc>,
    ) -> Result<()> {
        diesel::insert_into(audit::table)
            .values((
                audit::id.eq(Uuid::now_v7().to_string()),
                audit::done_at.eq(now.timestamp_millis()),
                audit::person.eq(person),
                audit::action.eq(action.word()),
                audit::kind.eq(kind),
                audit::slug.eq(slug),
                audit::detail.eq(detail.to_string()),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// How many lines there are of what is asked for.
    pub fn count(conn: &mut Conn, asked: &Asked) -> Result<i64> {
        Ok(asked.lines().count().get_result(conn)?)
    }

    /// `count` lines of what is asked for after the first `skip`, the newest first.
    pub fn list(conn: &mut Conn, asked: &Asked, skip: i64, count: i64) -> Result<Vec<Act>> {
        let rows: Vec<Row> = asked
            .lines()
            .order((audit::done_at.desc(), audit::id.desc()))
            .limit(count)
            .offset(skip)
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().filter_map(Act::from_row).collect())
    }

    /// Of the newest `among` lines, those whose detail holds all `words`, the newest first.
    pub fn saying(conn: &mut Conn, words: &Words, among: i64) -> Result<Vec<Act>> {
        let older: Option<i64> = audit::table
            .order((audit::done_at.desc(), audit::id.desc()))
            .offset(among)
            .select(audit::done_at)
            .first(conn)
            .optional()?;
        let mut found = audit::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
        found = found.filter(audit::done_at.gt(older.unwrap_or(-1)));
        for pattern in words.patterns_in_json() {
            found = found.filter(lower(audit::detail).like(pattern).escape('!'));
        }
        let order = (audit::done_at.desc(), audit::id.desc());
        let rows: Vec<Row> = found.order(order).select(COLUMNS).load(conn)?;
        Ok(rows.into_iter().filter_map(Act::from_row).collect())
    }

    /// Ids of everybody who did anything, each once.
    pub fn people(conn: &mut Conn) -> Result<Vec<String>> {
        let all: Vec<Option<String>> = audit::table.select(audit::person).distinct().load(conn)?;
        Ok(all.into_iter().flatten().collect())
    }

    fn from_row((done, person, action, kind, slug, detail): Row) -> Option<Act> {
        Some(Act {
            done: DateTime::from_timestamp_millis(done)?,
            person,
            action: Action::from_word(&action)?,
            kind,
            slug,
            detail: serde_json::from_str(&detail).unwrap_or_default(),
        })
    }
}

impl Asked {
    fn lines(&self) -> audit::BoxedQuery<'_, <Conn as diesel::Connection>::Backend> {
        let mut lines = audit::table.into_boxed();
        if let Some(people) = &self.people {
            lines = lines.filter(audit::person.eq_any(people));
        }
        if let Some(action) = self.action {
            lines = lines.filter(audit::action.eq(action.word()));
        }
        if let Some(kind) = &self.kind {
            lines = lines.filter(audit::kind.eq(kind));
        }
        if let Some(slug) = &self.slug {
            lines = lines.filter(audit::slug.eq(slug));
        }
        lines
    }
}
