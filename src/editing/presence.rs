//! Who has what open, and what they typed and did not save yet. Advice and a safety net: the guard is the version.

use crate::db::schema::{draft_versions, drafts, presence, unsaved};
use crate::db::{Conn, inserted};
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// How long after somebody opened or typed into a form they count as present.
const PRESENT: TimeDelta = TimeDelta::minutes(10);
/// How long what was typed and not saved is kept.
const KEPT: TimeDelta = TimeDelta::days(14);
/// How long a form may be open and still be merged field by field; after that it is asked about whatever differs.
const OPEN: TimeDelta = TimeDelta::days(90);

/// Who has an entry open.
pub struct Presence;

impl Presence {
    /// Somebody opened an entry, or typed into its form.
    pub fn note(conn: &mut Conn, kind: &str, slug: &str, person: &str, now: DateTime<Utc>) -> Result<()> {
        let seen = presence::seen_at.eq(now.timestamp_millis());
        let there = diesel::update(presence::table.find((kind, slug, person))).set(seen).execute(conn)?;
        if there == 0 {
            inserted(conn, |conn| {
                diesel::insert_into(presence::table)
                    .values((
                        presence::kind.eq(kind),
                        presence::slug.eq(slug),
                        presence::person.eq(person),
                        seen,
                    ))
                    .execute(conn)
            })?;
        }
        Ok(())
    }

    /// Ids of the others who have it open.
    pub fn others(
        conn: &mut Conn,
        kind: &str,
        slug: &str,
        person: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        let since = (now - PRESENT).timestamp_millis();
        Ok(presence::table
            .filter(presence::kind.eq(kind).and(presence::slug.eq(slug)))
            .filter(presence::person.ne(person).and(presence::seen_at.ge(since)))
            .select(presence::person)
            .limit(10)
            .load(conn)?)
    }
}

/// What one editor typed into one form and did not save.
pub struct Unsaved {
    /// The form's body as a browser sends it.
    pub fields: String,
    pub typed: DateTime<Utc>,
}

impl Unsaved {
    /// Keeps it in its slot; what was there before is gone.
    pub fn keep(
        conn: &mut Conn,
        (person, kind, slug, part): (&str, &str, &str, &str),
        fields: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let columns = (unsaved::fields.eq(fields), unsaved::typed_at.eq(now.timestamp_millis()));
        let slot = unsaved::table.find((person, kind, slug, part));
        if diesel::update(slot).set(columns).execute(conn)? == 0 {
            inserted(conn, |conn| {
                diesel::insert_into(unsaved::table)
                    .values((
                        unsaved::person.eq(person),
                        unsaved::kind.eq(kind),
                        unsaved::slug.eq(slug),
                        unsaved::part.eq(part),
                        columns,
                    ))
                    .execute(conn)
            })?;
        }
        Ok(())
    }

    pub fn find(
        conn: &mut Conn,
        person: &str,
        kind: &str,
        slug: &str,
        part: &str,
    ) -> Result<Option<Unsaved>> {
        let row: Option<(String, i64)> = unsaved::table
            .find((person, kind, slug, part))
            .select((unsaved::fields, unsaved::typed_at))
            .first(conn)
            .optional()?;
        Ok(row.map(|(fields, typed)| Unsaved {
            fields,
            typed: DateTime::from_timestamp_millis(typed).unwrap_or_default(),
        }))
    }

    pub fn forget(conn: &mut Conn, person: &str, kind: &str, slug: &str, part: &str) -> Result<()> {
        diesel::delete(unsaved::table.find((person, kind, slug, part))).execute(conn)?;
        Ok(())
    }
}

/// Deletes what nobody came back to: presence, what was typed, and versions of drafts that somebody may have had open.
/// The version at which a draft stands is kept.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let standing = drafts::table.filter(
        drafts::kind
            .eq(draft_versions::kind)
            .and(drafts::slug.eq(draft_versions::slug))
            .and(drafts::version.eq(draft_versions::version)),
    );
    let old = draft_versions::saved_at.lt((now - OPEN).timestamp_millis());
    diesel::delete(draft_versions::table.filter(old.and(not(exists(standing))))).execute(conn)?;
    let seen = presence::seen_at.lt((now - PRESENT).timestamp_millis());
    diesel::delete(presence::table.filter(seen)).execute(conn)?;
    let typed = unsaved::typed_at.lt((now - KEPT).timestamp_millis());
    diesel::delete(unsaved::table.filter(typed)).execute(conn)?;
    Ok(())
}

/// Deletes what is kept of somebody's typing: they left.
pub fn forget_person(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(presence::table.filter(presence::person.eq(person))).execute(conn)?;
    diesel::delete(unsaved::table.filter(unsaved::person.eq(person))).execute(conn)?;
    Ok(())
}
