//! The ledger as rows.

use super::{Ledger, MARKS, Mark, Marked, Said};
use crate::content::Content;
use crate::db::schema::{entries, ledger};
use crate::db::{Conn, insert_all, inserted};
use crate::editing::{Fated, Withdrawn, names};
use crate::error::{Error, Result};
use crate::skills::Skill;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Skill, mark, note, evidence, version, moment.
type Row = (String, String, String, String, i64, i64);

const COLUMNS: (
    ledger::skill,
    ledger::mark,
    ledger::note,
    ledger::evidence,
    ledger::version,
    ledger::marked_at,
) = (ledger::skill, ledger::mark, ledger::note, ledger::evidence, ledger::version, ledger::marked_at);

fn from_row((skill, mark, note, evidence, version, at): Row) -> Result<(String, Marked)> {
    let mark =
        Mark::from_word(&mark).ok_or_else(|| Error::Unexpected(format!("the mark {mark} is not known")))?;
    let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
    Ok((skill, Marked { mark, note, evidence: serde_json::from_str(&evidence)?, version, at }))
}

impl Ledger {
    /// Everything that a person marked.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Ledger> {
        let rows: Vec<Row> = ledger::table.filter(ledger::person.eq(person)).select(COLUMNS).load(conn)?;
        Ok(Ledger { marked: rows.into_iter().map(from_row).collect::<Result<_>>()? })
    }

    /// What a person marked of these skills.
    pub fn some<'a>(
        conn: &mut Conn,
        person: &str,
        skills: impl IntoIterator<Item = &'a String>,
    ) -> Result<Ledger> {
        let skills: Vec<&String> = skills.into_iter().collect();
        if skills.is_empty() {
            return Ok(Ledger::default());
        }
        let rows: Vec<Row> = ledger::table
            .filter(ledger::person.eq(person).and(ledger::skill.eq_any(skills)))
            .select(COLUMNS)
            .load(conn)?;
        Ok(Ledger { marked: rows.into_iter().map(from_row).collect::<Result<_>>()? })
    }

    /// Marks a skill, whatever was marked before; a note and evidence stay. Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if the guide has no such skill and the person has not marked it, `Refused` beyond the most marks.
    pub fn mark(conn: &mut Conn, person: &str, skill: &str, mark: Mark, now: DateTime<Utc>) -> Result<()> {
        let change = || {
            diesel::update(ledger::table.find((person, skill))).set((
                ledger::mark.eq(mark.word()),
                ledger::version.eq(ledger::version + 1),
                ledger::marked_at.eq(now.timestamp_millis()),
            ))
        };
        if change().execute(conn)? > 0 {
            return Ok(());
        }
        let said = Said { mark, note: String::new(), evidence: Vec::new() };
        if !Ledger::save(conn, person, skill, &said, 0, now)? {
            // Somebody with the same account was quicker.
            change().execute(conn)?;
        }
        Ok(())
    }

    /// Writes what a person says of a skill over the version that was open, 0 for none; false if it is another one by now.
    /// Call it inside `db::write`.
    ///
    /// # Errors
    /// `NotFound` if it is new and the guide has no such skill, `Refused` beyond the most marks.
    pub fn save(
        conn: &mut Conn,
        person: &str,
        skill: &str,
        said: &Said,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let evidence = serde_json::to_string(&said.evidence)?;
        if version > 0 {
            let open = ledger::table.find((person, skill)).filter(ledger::version.eq(version));
            let changed = diesel::update(open)
                .set((
                    ledger::mark.eq(said.mark.word()),
                    ledger::note.eq(&said.note),
                    ledger::evidence.eq(evidence),
                    ledger::version.eq(version + 1),
                    ledger::marked_at.eq(now.timestamp_millis()),
                ))
                .execute(conn)?;
            return Ok(changed > 0);
        }
        let there: Option<String> =
            entries::table.find((Skill::KIND, skill)).select(entries::slug).first(conn).optional()?;
        if there.is_none() {
            return Err(Error::NotFound);
        }
        if Ledger::count(conn, person)? >= MARKS {
            return Err(Error::Refused(format!(
                "You have marked {MARKS} skills, which is as many as are kept. Remove one that you do not need first."
            )));
        }
        let row = (
            ledger::person.eq(person),
            ledger::skill.eq(skill),
            ledger::mark.eq(said.mark.word()),
            ledger::note.eq(&said.note),
            ledger::evidence.eq(evidence),
            ledger::version.eq(1_i64),
            ledger::marked_at.eq(now.timestamp_millis()),
        );
        inserted(conn, |conn| diesel::insert_into(ledger::table).values(row).execute(conn))
    }

    /// The names of these skills by slug, and which of them the guide has no more; those are called as they were last.
    pub fn names<'a>(
        conn: &mut Conn,
        skills: impl IntoIterator<Item = &'a String>,
    ) -> Result<(BTreeMap<String, String>, BTreeSet<String>)> {
        let skills: Vec<&String> = skills.into_iter().collect();
        let mut names = names::<Skill>(conn, skills.iter().copied())?;
        let gone: Vec<&str> =
            skills.into_iter().filter(|skill| !names.contains_key(*skill)).map(String::as_str).collect();
        for withdrawn in Withdrawn::some(conn, Skill::KIND, &gone)? {
            names.insert(withdrawn.slug, withdrawn.name);
        }
        Ok((names, gone.into_iter().map(str::to_owned).collect()))
    }

    /// How many skills a person marked.
    pub fn count(conn: &mut Conn, person: &str) -> Result<i64> {
        Ok(ledger::table.filter(ledger::person.eq(person)).count().get_result(conn)?)
    }

    /// Takes back what a person said of a skill, if it is the version that was open.
    pub fn remove(conn: &mut Conn, person: &str, skill: &str, version: i64) -> Result<bool> {
        let open = ledger::table.find((person, skill)).filter(ledger::version.eq(version));
        Ok(diesel::delete(open).execute(conn)? > 0)
    }

    /// Takes away all of somebody who leaves.
    pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
        diesel::delete(ledger::table.filter(ledger::person.eq(person))).execute(conn)?;
        Ok(())
    }

    /// Marks follow a skill that leaves or moves to all its heirs. Where both were marked the stronger mark stays, and
    /// notes and evidence of both. Where nothing takes its place the marks stay under its name.
    pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
        let heirs: Vec<&String> = fated.heirs.iter().filter(|heir| **heir != fated.slug).collect();
        if fated.kind.name != Skill::KIND || heirs.is_empty() {
            return Ok(());
        }
        let old = said_of(conn, &fated.slug)?;
        for heir in heirs {
            let mut there = said_of(conn, heir)?;
            let mut new = Vec::new();
            for (person, (said, _, at)) in &old {
                match there.remove(person) {
                    Some((own, version, own_at)) => {
                        let both = own.with(said.clone());
                        diesel::update(ledger::table.find((person, heir)))
                            .set((
                                ledger::mark.eq(both.mark.word()),
                                ledger::note.eq(&both.note),
                                ledger::evidence.eq(serde_json::to_string(&both.evidence)?),
                                ledger::version.eq(version + 1),
                                ledger::marked_at.eq(own_at.max(*at)),
                            ))
                            .execute(conn)?;
                    }
                    None => new.push((
                        ledger::person.eq(person),
                        ledger::skill.eq(heir),
                        ledger::mark.eq(said.mark.word()),
                        ledger::note.eq(&said.note),
                        ledger::evidence.eq(serde_json::to_string(&said.evidence)?),
                        ledger::version.eq(1_i64),
                        ledger::marked_at.eq(*at),
                    )),
                }
            }
            insert_all!(conn, ledger::table, &new)?;
        }
        diesel::delete(ledger::table.filter(ledger::skill.eq(&fated.slug))).execute(conn)?;
        Ok(())
    }
}

/// What everybody says of a skill, by person, with version and moment.
fn said_of(conn: &mut Conn, skill: &str) -> Result<BTreeMap<String, (Said, i64, i64)>> {
    let rows: Vec<(String, Row)> =
        ledger::table.filter(ledger::skill.eq(skill)).select((ledger::person, COLUMNS)).load(conn)?;
    let said = |(person, row): (String, Row)| {
        let (_, Marked { mark, note, evidence, version, at }) = from_row(row)?;
        Ok((person, (Said { mark, note, evidence }, version, at.timestamp_millis())))
    };
    rows.into_iter().map(said).collect()
}
