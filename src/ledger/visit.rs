//! What a person saw of a page last, so that they can be told what has changed since.

use crate::content::Content;
use crate::db::schema::visits;
use crate::db::{Conn, insert_or_change};
use crate::editing::{Fate, Fated};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// Looks at a page with less than this between them are one visit, so that what changed can be looked at again.
const VISIT: TimeDelta = TimeDelta::hours(4);
/// A look is written down when the last one that was is older than this: not each page is a write.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A person’s visits of one page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Visit {
    pub kind: String,
    pub slug: String,
    /// The revision that was seen last.
    pub revision: i64,
    pub seen: DateTime<Utc>,
    /// The one that was seen last on the visit before; on a first visit the one seen first.
    pub before_revision: i64,
    pub before: DateTime<Utc>,
}

/// Slug, revision, moment; the same of the visit before.
type Row = (String, String, i64, i64, i64, i64);

const COLUMNS: (
    visits::kind,
    visits::slug,
    visits::revision,
    visits::seen_at,
    visits::before_revision,
    visits::before_at,
) = (
    visits::kind,
    visits::slug,
    visits::revision,
    visits::seen_at,
    visits::before_revision,
    visits::before_at,
);

impl Visit {
    fn from_row((kind, slug, revision, seen_at, before_revision, before_at): Row) -> Visit {
        let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
        Visit { kind, slug, revision, seen: moment(seen_at), before_revision, before: moment(before_at) }
    }

    /// What is known of a person’s visits of a page.
    pub fn find<T: Content>(conn: &mut Conn, person: &str, slug: &str) -> Result<Option<Visit>> {
        let row: Option<Row> =
            visits::table.find((person, T::KIND, slug)).select(COLUMNS).first(conn).optional()?;
        Ok(row.map(Visit::from_row))
    }

    /// Every page that a person visited, by kind and slug.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Vec<Visit>> {
        let rows: Vec<Row> = visits::table
            .filter(visits::person.eq(person))
            .order((visits::kind, visits::slug))
            .select(COLUMNS)
            .load(conn)?;
        Ok(rows.into_iter().map(Visit::from_row).collect())
    }

    /// This visit, when a page is looked at now in `revision`: the same one goes on, or another begins.
    pub fn on(last: Option<Visit>, kind: &str, slug: &str, revision: i64, now: DateTime<Utc>) -> Visit {
        let visit = |before_revision, before| Visit {
            kind: kind.to_owned(),
            slug: slug.to_owned(),
            revision,
            seen: now,
            before_revision,
            before,
        };
        match last {
            None => visit(revision, now),
            Some(last) if now - last.seen < VISIT => visit(last.before_revision, last.before),
            Some(last) => visit(last.revision, last.seen),
        }
    }

    /// Whether this look is worth a write after `last`.
    pub fn tells_more_than(&self, last: Option<&Visit>) -> bool {
        last.is_none_or(|last| {
            last.revision != self.revision
                || last.before_revision != self.before_revision
                || self.seen - last.seen >= NOTED_EVERY
        })
    }

    /// Writes it down. Call it inside `db::write`.
    pub fn note(&self, conn: &mut Conn, person: &str) -> Result<()> {
        let first = (
            visits::person.eq(person),
            visits::kind.eq(&self.kind),
            visits::slug.eq(&self.slug),
            visits::revision.eq(self.revision),
            visits::seen_at.eq(self.seen.timestamp_millis()),
            visits::before_revision.eq(self.before_revision),
            visits::before_at.eq(self.before.timestamp_millis()),
        );
        let more = (
            visits::revision.eq(self.revision),
            visits::seen_at.eq(self.seen.timestamp_millis()),
            visits::before_revision.eq(self.before_revision),
            visits::before_at.eq(self.before.timestamp_millis()),
        );
        insert_or_change!(conn, visits::table, (visits::person, visits::kind, visits::slug), first, more)?;
        Ok(())
    }

    /// Takes away all of somebody who leaves.
    pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
        diesel::delete(visits::table.filter(visits::person.eq(person))).execute(conn)?;
        Ok(())
    }

    /// Visits follow a page to its new address, and go where nothing takes its place: another page was not seen.
    pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
        let of_it = visits::table.filter(visits::kind.eq(fated.kind.name).and(visits::slug.eq(&fated.slug)));
        match fated.heirs.first().filter(|_| fated.fate == Fate::Moved) {
            Some(new) => {
                // What may be left from a page that was there once is none of this one.
                let there = visits::table.filter(visits::kind.eq(fated.kind.name).and(visits::slug.eq(new)));
                diesel::delete(there).execute(conn)?;
                diesel::update(of_it).set(visits::slug.eq(new)).execute(conn)?;
            }
            None => drop(diesel::delete(of_it).execute(conn)?),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_within_hours_are_one_visit_and_keep_what_it_is_compared_with() {
        let begin = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let at = |minutes| begin + TimeDelta::minutes(minutes);
        let on = |last: &Visit, revision, minutes| {
            Visit::on(Some(last.clone()), "role", "r", revision, at(minutes))
        };

        let first = Visit::on(None, "role", "r", 3, begin);
        assert_eq!((first.revision, first.before_revision), (3, 3));
        // Within the visit a newer revision is seen: compared with the one seen first.
        let later = on(&first, 4, 60);
        assert_eq!((later.revision, later.before_revision), (4, 3));
        let again = on(&later, 4, 200);
        assert_eq!((again.revision, again.before_revision), (4, 3));
        // The next visit is compared with what was seen last, though nothing changed.
        let next = on(&again, 4, 200 + 240);
        assert_eq!((next.revision, next.before_revision, next.before), (4, 4, at(200)));

        assert!(later.tells_more_than(Some(&first)));
        assert!(!on(&later, 4, 62).tells_more_than(Some(&later)));
        assert!(on(&later, 4, 66).tells_more_than(Some(&later)));
    }
}
