//! The trail: what happened to all accounts, for staff. It names people by id, and by name while they have an account.

use super::event::Happening;
use crate::db::Conn;
use crate::db::schema::{people, person_events};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// Which part of the trail: of one kind, or about one person, if either is given.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// A word of `Happening`; empty for all.
    pub kind: String,
    /// An id, of whom something happened to or who did it; empty for all.
    pub person: String,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub what: String,
    pub detail: String,
    /// To whom; empty for an address without an account.
    pub person: Who,
    /// Who did it, if somebody else.
    pub actor: Option<Who>,
}

/// Somebody, by id; the name is empty if there is none, or no account any more.
#[derive(Clone, Debug)]
pub struct Who {
    pub id: String,
    pub name: String,
}

impl Who {
    /// The name, or the id where there is none.
    pub fn called(&self) -> &str {
        match (self.name.as_str(), self.id.as_str()) {
            ("", "") => "nobody with an account",
            ("", id) => id,
            (name, _) => name,
        }
    }
}

type Row = (String, String, String, i64, Option<String>);
type Backend = <Conn as diesel::Connection>::Backend;

impl Sought {
    fn query(&self) -> person_events::BoxedQuery<'_, Backend> {
        let mut query = person_events::table.into_boxed();
        if !self.kind.is_empty() {
            query = query.filter(person_events::event.eq(&self.kind));
        }
        if !self.person.is_empty() {
            query = query
                .filter(person_events::person.eq(&self.person).or(person_events::actor.eq(&self.person)));
        }
        query
    }

    pub fn count(&self, conn: &mut Conn) -> Result<i64> {
        Ok(self.query().count().get_result(conn)?)
    }

    /// The newest first, after the first `skip`, at most `most`.
    pub fn steps(&self, conn: &mut Conn, skip: i64, most: i64) -> Result<Vec<Step>> {
        let rows: Vec<Row> = self
            .query()
            .order((person_events::happened_at.desc(), person_events::id.desc()))
            .offset(skip)
            .limit(most)
            .select((
                person_events::person,
                person_events::event,
                person_events::detail,
                person_events::happened_at,
                person_events::actor,
            ))
            .load(conn)?;
        let names = names(conn, &rows)?;
        let who = |id: String| Who { name: names.get(&id).cloned().unwrap_or_default(), id };
        let step = |(person, event, detail, at, actor): Row| Step {
            at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
            what: Happening::worded(&event),
            detail,
            person: who(person),
            actor: actor.map(who),
        };
        Ok(rows.into_iter().map(step).collect())
    }
}

/// The names of all whom rows name, by their ids.
fn names(conn: &mut Conn, rows: &[Row]) -> Result<HashMap<String, String>> {
    let mut ids: Vec<&str> =
        rows.iter().flat_map(|row| [Some(row.0.as_str()), row.4.as_deref()]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = HashMap::new();
    // SQLite takes some thousand values in a statement.
    for ids in ids.chunks(500) {
        let found: Vec<(String, String)> =
            people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load(conn)?;
        names.extend(found);
    }
    Ok(names)
}
