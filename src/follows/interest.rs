//! Interests: what somebody wants to hear about, because they follow it or because a plan of theirs rests on it.
//!
//! An interest counts from its first moment on: what was changed before it was there is not told.

use super::{List, Subject, Subscription};
use crate::db::schema::interests;
use crate::db::{Conn, insert_or_change};
use crate::editing::{Fate, Fated};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// The origin of what people follow themselves; any other is the id of a plan.
pub const FOLLOW: &str = "follow";

/// One interest of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Interest {
    pub kind: String,
    pub slug: String,
    /// `FOLLOW`, or the id of the plan that rests on it.
    pub origin: String,
    pub since: DateTime<Utc>,
}

impl Interest {
    pub fn subject(&self) -> Subject {
        Subject { kind: self.kind.clone(), slug: self.slug.clone() }
    }

    /// The list whose letters tell of it.
    pub fn list(&self) -> List {
        list_of(&self.origin, &self.kind)
    }

    /// The list whose letters tell of what people follow.
    pub fn list_of_follow(subject: &Subject) -> List {
        list_of(FOLLOW, &subject.kind)
    }

    /// All interests of a person, by kind and slug.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Vec<Interest>> {
        let rows: Vec<(String, String, String, i64)> = interests::table
            .filter(interests::person.eq(person))
            .order((interests::kind, interests::slug, interests::origin))
            .select((interests::kind, interests::slug, interests::origin, interests::created_at))
            .load(conn)?;
        let interest = |(kind, slug, origin, at)| Interest {
            kind,
            slug,
            origin,
            since: DateTime::from_timestamp_millis(at).unwrap_or_default(),
        };
        Ok(rows.into_iter().map(interest).collect())
    }

    /// Whether a person follows something themselves.
    pub fn is_followed(conn: &mut Conn, person: &str, subject: &Subject) -> Result<bool> {
        let own = interests::table.find((person, &subject.kind, &subject.slug, FOLLOW));
        let since: Option<i64> = own.select(interests::created_at).first(conn).optional()?;
        Ok(since.is_some())
    }

    /// Adds subjects under an origin; those that are there already stay as old as they are. Whoever was not on the list
    /// that tells of them is from now on. Call it inside `db::write`.
    pub fn put(
        conn: &mut Conn,
        person: &str,
        origin: &str,
        subjects: &[Subject],
        now: DateTime<Utc>,
    ) -> Result<()> {
        for subject in subjects {
            add(conn, person, origin, subject, now.timestamp_millis())?;
        }
        let lists: BTreeSet<List> = subjects.iter().map(|subject| list_of(origin, &subject.kind)).collect();
        for list in lists {
            Subscription::begin(conn, person, list, now)?;
        }
        Ok(())
    }

    /// Has exactly these subjects stand under an origin; none of them takes the origin away. Call it inside `db::write`.
    pub fn replace(
        conn: &mut Conn,
        person: &str,
        origin: &str,
        subjects: &[Subject],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut gone: Vec<Subject> = Interest::of(conn, person)?
            .into_iter()
            .filter(|interest| interest.origin == origin)
            .map(|interest| interest.subject())
            .collect();
        gone.retain(|subject| !subjects.contains(subject));
        Interest::remove(conn, person, origin, &gone)?;
        Interest::put(conn, person, origin, subjects, now)
    }

    /// Takes subjects away from an origin; how many of them were there.
    pub fn remove(conn: &mut Conn, person: &str, origin: &str, subjects: &[Subject]) -> Result<usize> {
        let mut removed = 0;
        for subject in subjects {
            let row = interests::table.find((person, &subject.kind, &subject.slug, origin));
            removed += diesel::delete(row).execute(conn)?;
        }
        Ok(removed)
    }

    /// Interests follow what they are in: to its new address, or to what took its place. What left stays beside its heirs,
    /// so that whoever follows it is told what became of it.
    pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
        let (kind, moved) = (fated.kind.name, fated.fate == Fate::Moved);
        let old = interests::table.filter(interests::kind.eq(kind).and(interests::slug.eq(&fated.slug)));
        let rows: Vec<(String, String, i64)> =
            old.select((interests::person, interests::origin, interests::created_at)).load(conn)?;
        for heir in &fated.heirs {
            let subject = Subject { kind: kind.to_owned(), slug: heir.clone() };
            for (person, origin, since) in &rows {
                let since = if moved { *since } else { fated.at.timestamp_millis() };
                add(conn, person, origin, &subject, since)?;
            }
        }
        if moved {
            diesel::delete(old).execute(conn)?;
        }
        Ok(())
    }
}

fn list_of(origin: &str, kind: &str) -> List {
    match (origin, kind) {
        (FOLLOW, Subject::GUIDE) => List::Guide,
        (FOLLOW, _) => List::Follows,
        _ => List::Plans,
    }
}

fn add(conn: &mut Conn, person: &str, origin: &str, subject: &Subject, since: i64) -> Result<()> {
    let row = (
        interests::person.eq(person),
        interests::kind.eq(&subject.kind),
        interests::slug.eq(&subject.slug),
        interests::origin.eq(origin),
        interests::created_at.eq(since),
    );
    let same = interests::created_at.eq(interests::created_at);
    let key = (interests::person, interests::kind, interests::slug, interests::origin);
    insert_or_change!(conn, interests::table, key, row, same)?;
    Ok(())
}
