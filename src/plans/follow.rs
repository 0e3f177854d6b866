//! What plans do when a skill or a role leaves the guide or moves: they follow, in the same transaction, and say so.
//! What the person is told about by letter follows by itself (`follows::Interest`).

use super::{ItemKind, PlanEvent, Progress, Whole, marks};
use crate::content::Content;
use crate::db::schema::{plan_items as items, plans};
use crate::db::{Conn, insert_all};
use crate::editing::{Entry, Fate, Fated, Withdrawn, names};
use crate::error::Result;
use crate::roles::Role;
use crate::skills::Skill;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Rows that one statement names; engines bound how many values it may hold.
const AT_ONCE: usize = 500;

/// Items, targets and origins follow; `plan_events` tells it in words.
///
/// # Errors
/// As the database.
pub fn follow(conn: &mut Conn, fated: &Fated) -> Result<()> {
    match fated.kind.name {
        Role::KIND => of_role(conn, fated),
        Skill::KIND => of_skill(conn, fated),
        _ => Ok(()),
    }
}

/// How it was called last.
fn name(conn: &mut Conn, fated: &Fated) -> Result<String> {
    let record = Withdrawn::find(conn, fated.kind.name, &fated.slug)?;
    Ok(record.map_or_else(|| fated.slug.clone(), |record| record.name))
}

/// Slug and name of what took its place, in the order in which it was decided.
fn heirs<T: Content>(conn: &mut Conn, fated: &Fated) -> Result<Vec<(String, String)>> {
    let mut names = names::<T>(conn, &fated.heirs)?;
    let heir = |slug: &String| (slug.clone(), names.remove(slug).unwrap_or_else(|| slug.clone()));
    Ok(fated.heirs.iter().map(heir).collect())
}

/// What happened, as a sentence without its end.
fn told(fated: &Fated, name: &str, heirs: &[(String, String)]) -> String {
    if fated.fate == Fate::Moved {
        return format!("“{name}” has another address in the guide");
    }
    fated.fate.sentence(name, &heirs.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>())
}

fn of_role(conn: &mut Conn, fated: &Fated) -> Result<()> {
    let (name, heirs) = (name(conn, fated)?, heirs::<Role>(conn, fated)?);
    let what = told(fated, &name, &heirs);
    let next = plans::version.eq(plans::version + 1);
    let leading: Vec<String> =
        plans::table.filter(plans::role.eq(&fated.slug)).select(plans::id).load(conn)?;
    let starting: Vec<String> =
        plans::table.filter(plans::origin.eq(&fated.slug)).select(plans::id).load(conn)?;
    let (target, origin) = match (heirs.first(), fated.fate) {
        (Some((slug, heir)), fate) => {
            let to_it = plans::table.filter(plans::role.eq(&fated.slug));
            diesel::update(to_it).set((plans::role.eq(slug), next)).execute(conn)?;
            if fate != Fate::Moved {
                // What changed in the heir before is nothing new to this plan.
                let revision = Entry::<Role>::find(conn, slug).map_or(0, |entry| entry.revision);
                for ids in leading.chunks(AT_ONCE) {
                    diesel::update(plans::table.filter(plans::id.eq_any(ids)))
                        .set(plans::seen_revision.eq(revision))
                        .execute(conn)?;
                }
            }
            let from_it = plans::table.filter(plans::origin.eq(&fated.slug));
            diesel::update(from_it).set((plans::origin.eq(Some(slug)), next)).execute(conn)?;
            let to_itself = plans::table.filter(plans::role.eq(slug).and(plans::origin.eq(slug)));
            diesel::update(to_itself).set(plans::origin.eq(None::<String>)).execute(conn)?;
            match fate {
                Fate::Moved => (
                    format!("{what}. This plan follows it; nothing else changed."),
                    format!("{what}. You start from it as before."),
                ),
                Fate::Split => (
                    format!(
                        "{what}. This plan leads to “{heir}” now, with all its items; for another of them, make a plan \
                         of its own."
                    ),
                    format!("{what}. This plan starts from “{heir}” now."),
                ),
                _ => (
                    format!("{what}. This plan leads to “{heir}” now, with all its items."),
                    format!("{what}. This plan starts from “{heir}” now."),
                ),
            }
        }
        (None, _) => (
            format!("{what}. The plan stays as it is, and you can go on with it; the role’s page is gone."),
            format!("{what}. It stays the role that you start from."),
        ),
    };
    PlanEvent::tell(conn, &leading, &target, fated.at)?;
    PlanEvent::tell(conn, &starting, &origin, fated.at)
}

/// Plan, id, place and when it was set aside.
type Row = (String, String, i32, Option<i64>);

fn of_skill(conn: &mut Conn, fated: &Fated) -> Result<()> {
    let rows: Vec<Row> = items::table
        .filter(items::skill.eq(&fated.slug))
        .order((items::plan, items::id))
        .select((items::plan, items::id, items::place, items::dropped_at))
        .load(conn)?;
    if rows.is_empty() {
        return Ok(());
    }
    let affected: BTreeSet<&String> = rows.iter().map(|(plan, ..)| plan).collect();
    let affected: Vec<String> = affected.into_iter().cloned().collect();
    for ids in affected.chunks(AT_ONCE) {
        // First of all: whoever changes one of them at this moment decides anew.
        diesel::update(plans::table.filter(plans::id.eq_any(ids)))
            .set(plans::version.eq(plans::version + 1))
            .execute(conn)?;
    }
    let (name, heirs) = (name(conn, fated)?, heirs::<Skill>(conn, fated)?);
    let what = told(fated, &name, &heirs);
    let words = match (heirs.split_first(), fated.fate) {
        (Some((heir, _)), Fate::Moved) => {
            lead(conn, &fated.slug, heir, &affected)?;
            format!("{what}. Your item follows it; nothing else changed.")
        }
        (Some((heir, others)), fate) => {
            become_one(conn, &fated.slug, heir, &affected)?;
            for other in others {
                add_beside(conn, other, &rows)?;
            }
            if fate == Fate::Split {
                format!("{what}. Your item became “{}”, and the others stand behind it.", heir.1)
            } else {
                format!("{what}. Your item is “{}” now, with its date and notes.", heir.1)
            }
        }
        (None, _) => {
            stand_alone(conn, &fated.slug, &name)?;
            format!("{what}. Your item stays, as one of your own, with how far you were.")
        }
    };
    PlanEvent::tell(conn, &affected, &words, fated.at)
}

/// Items of one skill become items of another, in plans that have none of it.
fn lead(conn: &mut Conn, from: &str, (to, name): &(String, String), plans: &[String]) -> Result<()> {
    for ids in plans.chunks(AT_ONCE) {
        let own = items::table.filter(items::skill.eq(from).and(items::plan.eq_any(ids)));
        diesel::update(own).set((items::skill.eq(to), items::name.eq(name))).execute(conn)?;
    }
    Ok(())
}

/// The same, and where a plan has an item of the other already, the two become one that has what was written in both.
fn become_one(conn: &mut Conn, from: &str, heir: &(String, String), affected: &[String]) -> Result<()> {
    let mut both: BTreeSet<String> = BTreeSet::new();
    for ids in affected.chunks(AT_ONCE) {
        let there = items::table.filter(items::skill.eq(&heir.0).and(items::plan.eq_any(ids)));
        both.extend(there.select(items::plan).load::<String>(conn)?);
    }
    let only: Vec<String> = affected.iter().filter(|id| !both.contains(*id)).cloned().collect();
    lead(conn, from, heir, &only)?;
    for plan in &both {
        let person: String = plans::table.find(plan).select(plans::person).first(conn)?;
        let whole = Whole::find(conn, &person, plan)?;
        let (Some(old), Some(new)) = (whole.of_skill(from), whole.of_skill(&heir.0)) else { continue };
        let note = match (new.note.as_str(), old.note.as_str()) {
            (note, "") | ("", note) => note.to_owned(),
            (new, old) => format!("{new}\n\n{old}"),
        };
        let due = new.due.into_iter().chain(old.due).min();
        let dropped = new.dropped.filter(|_| old.dropped.is_some());
        let begun = new.begun.into_iter().chain(old.begun).min();
        let done = new.done.or(old.done);
        diesel::update(items::table.find((plan, &new.id)))
            .set((
                items::note.eq(note),
                items::due_on.eq(due.map(|day| day.to_string())),
                items::dropped_at.eq(dropped.map(|at| at.timestamp_millis())),
                items::begun_at.eq(begun.map(|at| at.timestamp_millis())),
                items::done_at.eq(done.map(|at| at.timestamp_millis())),
            ))
            .execute(conn)?;
        diesel::delete(items::table.find((plan, &old.id))).execute(conn)?;
    }
    Ok(())
}

/// Another skill stands beside each of these items, in plans that have no item of it.
fn add_beside(conn: &mut Conn, (slug, name): &(String, String), rows: &[Row]) -> Result<()> {
    let mut there: BTreeSet<String> = BTreeSet::new();
    for rows in rows.chunks(AT_ONCE) {
        let ids = rows.iter().map(|(plan, ..)| plan);
        let own = items::table.filter(items::skill.eq(slug).and(items::plan.eq_any(ids)));
        there.extend(own.select(items::plan).load::<String>(conn)?);
    }
    let new: Vec<_> = rows
        .iter()
        .filter(|(plan, ..)| !there.contains(plan))
        .map(|(plan, _, place, dropped)| {
            (
                items::plan.eq(plan),
                // Of the same place, and made later: it stands behind.
                items::id.eq(Uuid::now_v7().to_string()),
                items::place.eq(place),
                items::kind.eq(ItemKind::Skill.word()),
                items::skill.eq(slug),
                items::name.eq(name),
                items::status.eq(Progress::Open.word()),
                items::note.eq(""),
                items::moved.eq(0_i64),
                items::dropped_at.eq(dropped),
            )
        })
        .collect();
    insert_all!(conn, items::table, &new)?;
    Ok(())
}

/// Items of a skill that left without an heir become something of one's own, as far along as the ledger says.
fn stand_alone(conn: &mut Conn, slug: &str, name: &str) -> Result<()> {
    let of_whom: Vec<(String, String)> = items::table
        .inner_join(plans::table.on(plans::id.eq(items::plan)))
        .filter(items::skill.eq(slug))
        .select((items::id, plans::person))
        .load(conn)?;
    let marked = marks::of_skill(conn, slug)?;
    let mut by_progress: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (id, person) in &of_whom {
        if let Some(progress) = marked.get(person) {
            by_progress.entry(progress.word()).or_default().push(id);
        }
    }
    for (progress, ids) in by_progress {
        for ids in ids.chunks(AT_ONCE) {
            let own = items::table.filter(items::skill.eq(slug).and(items::id.eq_any(ids.iter().copied())));
            diesel::update(own).set(items::status.eq(progress)).execute(conn)?;
        }
    }
    diesel::update(items::table.filter(items::skill.eq(slug)))
        .set((items::kind.eq(ItemKind::Own.word()), items::skill.eq(None::<String>), items::name.eq(name)))
        .execute(conn)?;
    Ok(())
}
