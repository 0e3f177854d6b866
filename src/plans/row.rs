//! Plans and their items as rows. Nobody reads or changes a plan but through its person.

use super::{Item, ItemKind, Plan, Progress, Whole, interest};
use crate::db::schema::{plan_events, plan_items, plan_links, plans};
use crate::db::{Conn, insert_all, inserted};
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Queryable)]
struct PlanRow {
    id: String,
    person: String,
    name: String,
    role: String,
    origin: Option<String>,
    hours: i32,
    target_on: Option<String>,
    note: String,
    version: i64,
    seen_revision: i64,
    created_at: i64,
    changed_at: i64,
    archived_at: Option<i64>,
}

#[derive(Queryable)]
struct ItemRow {
    plan: String,
    id: String,
    place: i32,
    kind: String,
    skill: Option<String>,
    name: String,
    status: String,
    due_on: Option<String>,
    begun_at: Option<i64>,
    done_at: Option<i64>,
    note: String,
    moved: i64,
    dropped_at: Option<i64>,
}

fn moment(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

fn day(text: Option<String>) -> Option<NaiveDate> {
    text?.parse().ok()
}

impl From<PlanRow> for Plan {
    fn from(row: PlanRow) -> Plan {
        Plan {
            id: row.id,
            person: row.person,
            name: row.name,
            role: row.role,
            origin: row.origin,
            hours: row.hours,
            target: day(row.target_on),
            note: row.note,
            version: row.version,
            seen_revision: row.seen_revision,
            created: moment(row.created_at),
            changed: moment(row.changed_at),
            archived: row.archived_at.map(moment),
        }
    }
}

impl From<ItemRow> for Item {
    fn from(row: ItemRow) -> Item {
        Item {
            id: row.id,
            place: row.place,
            kind: ItemKind::from_word(&row.kind).unwrap_or(ItemKind::Own),
            skill: row.skill,
            name: row.name,
            progress: Progress::from_word(&row.status).unwrap_or(Progress::Open),
            due: day(row.due_on),
            begun: row.begun_at.map(moment),
            done: row.done_at.map(moment),
            note: row.note,
            moved: row.moved,
            dropped: row.dropped_at.map(moment),
        }
    }
}

/// An id as addresses and forms name it: what none of ours looks like is not there, and no question for the database.
pub fn own_id(typed: &str) -> Result<&str> {
    let fits = typed.len() <= 36 && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(typed) } else { Err(Error::NotFound) }
}

impl Plan {
    /// A plan of this person.
    ///
    /// # Errors
    /// `NotFound` if there is none, or it is somebody else's.
    pub fn find(conn: &mut Conn, person: &str, id: &str) -> Result<Plan> {
        let own = plans::table.filter(plans::id.eq(own_id(id)?).and(plans::person.eq(person)));
        Ok(own.first::<PlanRow>(conn)?.into())
    }

    /// All plans of a person, the one changed last first.
    pub fn of(conn: &mut Conn, person: &str) -> Result<Vec<Plan>> {
        let rows: Vec<PlanRow> = plans::table
            .filter(plans::person.eq(person))
            .order((plans::changed_at.desc(), plans::id.desc()))
            .load(conn)?;
        Ok(rows.into_iter().map(Plan::from).collect())
    }

    /// Those of a person that lead to a role and are not archived, the one changed last first.
    pub fn towards(conn: &mut Conn, person: &str, role: &str) -> Result<Vec<Plan>> {
        let rows: Vec<PlanRow> = plans::table
            .filter(plans::person.eq(person).and(plans::role.eq(role)).and(plans::archived_at.is_null()))
            .order((plans::changed_at.desc(), plans::id.desc()))
            .load(conn)?;
        Ok(rows.into_iter().map(Plan::from).collect())
    }

    pub fn count(conn: &mut Conn, person: &str) -> Result<i64> {
        Ok(plans::table.filter(plans::person.eq(person)).count().get_result(conn)?)
    }

    /// Whether somebody has a plan with this id, whoever it is.
    pub fn exists(conn: &mut Conn, id: &str) -> Result<bool> {
        Ok(plans::table.find(id).count().get_result::<i64>(conn)? > 0)
    }

    /// Deletes it with all that belongs to it. Call it inside `db::write`.
    pub fn delete(&self, conn: &mut Conn) -> Result<()> {
        delete(conn, &[&self.id])
    }

    /// Deletes all plans of somebody who leaves. Call it inside `db::write`.
    pub fn forget(conn: &mut Conn, person: &str) -> Result<()> {
        let ids: Vec<String> = plans::table.filter(plans::person.eq(person)).select(plans::id).load(conn)?;
        delete(conn, &ids.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn delete(conn: &mut Conn, ids: &[&str]) -> Result<()> {
    diesel::delete(plans::table.filter(plans::id.eq_any(ids))).execute(conn)?;
    diesel::delete(plan_items::table.filter(plan_items::plan.eq_any(ids))).execute(conn)?;
    diesel::delete(plan_events::table.filter(plan_events::plan.eq_any(ids))).execute(conn)?;
    diesel::delete(plan_links::table.filter(plan_links::plan.eq_any(ids))).execute(conn)?;
    interest::forget(conn, ids)
}

impl Whole {
    /// # Errors
    /// As `Plan::find`.
    pub fn find(conn: &mut Conn, person: &str, id: &str) -> Result<Whole> {
        let plan = Plan::find(conn, person, id)?;
        Whole::with(conn, plan)
    }

    pub fn with(conn: &mut Conn, plan: Plan) -> Result<Whole> {
        let rows: Vec<ItemRow> = plan_items::table
            .filter(plan_items::plan.eq(&plan.id))
            .order((plan_items::place, plan_items::id))
            .load(conn)?;
        Ok(Whole { items: rows.into_iter().map(Item::from).collect(), plan })
    }

    /// The same for several plans, by one query.
    pub fn with_all(conn: &mut Conn, plans: Vec<Plan>) -> Result<Vec<Whole>> {
        if plans.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<ItemRow> = plan_items::table
            .filter(plan_items::plan.eq_any(plans.iter().map(|plan| &plan.id)))
            .order((plan_items::plan, plan_items::place, plan_items::id))
            .load(conn)?;
        let mut items: BTreeMap<String, Vec<Item>> = BTreeMap::new();
        for row in rows {
            items.entry(row.plan.clone()).or_default().push(row.into());
        }
        let with_items = |plan: Plan| Whole { items: items.remove(&plan.id).unwrap_or_default(), plan };
        Ok(plans.into_iter().map(with_items).collect())
    }

    /// Writes a new plan; false if its id is there already. Call it inside `db::write`.
    pub fn insert(&self, conn: &mut Conn) -> Result<bool> {
        let plan = &self.plan;
        let row = (
            plans::id.eq(&plan.id),
            plans::person.eq(&plan.person),
            fields(plan),
            plans::version.eq(plan.version),
            plans::created_at.eq(plan.created.timestamp_millis()),
            plans::changed_at.eq(plan.changed.timestamp_millis()),
        );
        if !inserted(conn, |conn| diesel::insert_into(plans::table).values(row).execute(conn))? {
            return Ok(false);
        }
        insert_items(conn, &plan.id, self.items.iter())?;
        interest::keep_in_step(conn, self, None)?;
        Ok(true)
    }

    /// Changes a plan of this person: `decide` gets it as it stands, and whether that is another version than the one
    /// that was `seen`; what it makes of it is written if it says so. Call it inside `db::write`.
    ///
    /// The version is in the statement, so that whoever comes second decides anew.
    ///
    /// # Errors
    /// `NotFound` as `Plan::find`, `Unavailable` if others keep changing it, and what `decide` returns.
    pub fn change<T>(
        conn: &mut Conn,
        (person, id): (&str, &str),
        seen: i64,
        now: DateTime<Utc>,
        mut decide: impl FnMut(&mut Conn, &mut Whole, bool) -> Result<Decided<T>>,
    ) -> Result<T> {
        for _ in 0..TRIES {
            let before = Whole::find(conn, person, id)?;
            let mut after = before.clone();
            let decided = decide(conn, &mut after, before.plan.version != seen)?;
            let Decided::Save(answer) = decided else {
                let Decided::Leave(answer) = decided else { continue };
                return Ok(answer);
            };
            after.plan.version = before.plan.version + 1;
            after.plan.changed = now;
            if after.save(conn, &before)? {
                return Ok(answer);
            }
        }
        Err(Error::Unavailable("others keep changing this plan".into()))
    }

    /// False if somebody else changed it since `before` was read.
    fn save(&self, conn: &mut Conn, before: &Whole) -> Result<bool> {
        let plan = &self.plan;
        let own = plans::table.find(&plan.id).filter(plans::version.eq(before.plan.version));
        let changed = diesel::update(own)
            .set((
                fields(plan),
                plans::version.eq(plan.version),
                plans::changed_at.eq(plan.changed.timestamp_millis()),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Ok(false);
        }
        let known: BTreeMap<&str, &Item> = before.items.iter().map(|item| (item.id.as_str(), item)).collect();
        let kept: BTreeSet<&str> = self.items.iter().map(|item| item.id.as_str()).collect();
        let gone: Vec<&str> = known.keys().copied().filter(|id| !kept.contains(id)).collect();
        if !gone.is_empty() {
            let gone =
                plan_items::table.filter(plan_items::plan.eq(&plan.id).and(plan_items::id.eq_any(gone)));
            diesel::delete(gone).execute(conn)?;
        }
        insert_items(conn, &plan.id, self.items.iter().filter(|item| !known.contains_key(item.id.as_str())))?;
        for item in &self.items {
            if known.get(item.id.as_str()).is_some_and(|before| *before != item) {
                let own = plan_items::table.find((&plan.id, &item.id));
                diesel::update(own).set(values(item)).execute(conn)?;
            }
        }
        interest::keep_in_step(conn, self, Some(before))?;
        Ok(true)
    }
}

/// What a change comes to.
pub enum Decided<T> {
    /// It is written.
    Save(T),
    /// Nothing is.
    Leave(T),
}

/// How often a change is decided anew when others come first.
const TRIES: usize = 5;

fn insert_items<'a>(conn: &mut Conn, plan: &'a str, items: impl Iterator<Item = &'a Item>) -> Result<()> {
    let rows: Vec<_> =
        items.map(|item| (plan_items::plan.eq(plan), plan_items::id.eq(&item.id), values(item))).collect();
    insert_all!(conn, plan_items::table, &rows)?;
    Ok(())
}

type PlanFields<'a> = (
    diesel::dsl::Eq<plans::name, &'a str>,
    diesel::dsl::Eq<plans::role, &'a str>,
    diesel::dsl::Eq<plans::origin, Option<&'a str>>,
    diesel::dsl::Eq<plans::hours, i32>,
    diesel::dsl::Eq<plans::target_on, Option<String>>,
    diesel::dsl::Eq<plans::note, &'a str>,
    diesel::dsl::Eq<plans::seen_revision, i64>,
    diesel::dsl::Eq<plans::archived_at, Option<i64>>,
);

fn fields(plan: &Plan) -> PlanFields<'_> {
    (
        plans::name.eq(plan.name.as_str()),
        plans::role.eq(plan.role.as_str()),
        plans::origin.eq(plan.origin.as_deref()),
        plans::hours.eq(plan.hours),
        plans::target_on.eq(plan.target.map(|day| day.to_string())),
        plans::note.eq(plan.note.as_str()),
        plans::seen_revision.eq(plan.seen_revision),
        plans::archived_at.eq(plan.archived.map(|at| at.timestamp_millis())),
    )
}

type ItemFields<'a> = (
    diesel::dsl::Eq<plan_items::place, i32>,
    diesel::dsl::Eq<plan_items::kind, &'static str>,
    diesel::dsl::Eq<plan_items::skill, Option<&'a str>>,
    diesel::dsl::Eq<plan_items::name, &'a str>,
    diesel::dsl::Eq<plan_items::status, &'static str>,
    diesel::dsl::Eq<plan_items::due_on, Option<String>>,
    diesel::dsl::Eq<plan_items::begun_at, Option<i64>>,
    diesel::dsl::Eq<plan_items::done_at, Option<i64>>,
    diesel::dsl::Eq<plan_items::note, &'a str>,
    diesel::dsl::Eq<plan_items::moved, i64>,
    diesel::dsl::Eq<plan_items::dropped_at, Option<i64>>,
);

fn values(item: &Item) -> ItemFields<'_> {
    let at = |moment: Option<DateTime<Utc>>| moment.map(|moment| moment.timestamp_millis());
    (
        plan_items::place.eq(item.place),
        plan_items::kind.eq(item.kind.word()),
        plan_items::skill.eq(item.skill.as_deref()),
        plan_items::name.eq(item.name.as_str()),
        plan_items::status.eq(item.progress.word()),
        plan_items::due_on.eq(item.due.map(|day| day.to_string())),
        plan_items::begun_at.eq(at(item.begun)),
        plan_items::done_at.eq(at(item.done)),
        plan_items::note.eq(item.note.as_str()),
        plan_items::moved.eq(item.moved),
        plan_items::dropped_at.eq(at(item.dropped)),
    )
}
