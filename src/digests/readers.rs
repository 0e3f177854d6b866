//! Those who are told: what they follow, what they were told already, and where their plans stand. Of many at once.

use crate::db::Conn;
use crate::db::schema::{interests, issues, ledger, people, plan_items, plans, told};
use crate::error::Result;
use crate::follows::{Interest, Subscription};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How far somebody is with a skill of their plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Open,
    Learning,
    Known,
}

/// An item of a plan.
#[derive(Clone, Debug)]
pub struct Step {
    pub skill: Option<String>,
    pub name: String,
    pub stands: Stands,
}

/// A plan, as far as letters speak of it.
#[derive(Clone, Debug)]
pub struct Course {
    pub id: String,
    pub name: String,
    /// Slug of the role that it leads to.
    pub role: String,
    /// In their order.
    pub steps: Vec<Step>,
}

impl Course {
    /// What comes next: the first that is not done.
    pub fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.stands != Stands::Known)
    }

    /// How many of its skills are known, and how many there are.
    pub fn known(&self) -> (usize, usize) {
        let skills = || self.steps.iter().filter(|step| step.skill.is_some());
        (skills().filter(|step| step.stands == Stands::Known).count(), skills().count())
    }

    pub fn step(&self, skill: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.skill.as_deref() == Some(skill))
    }
}

/// What was told: the guide's revision, kind, slug.
pub type Told = (i64, String, String);

/// Somebody who may be told.
#[derive(Clone, Debug)]
pub struct Reader {
    pub address: String,
    pub zone: Tz,
    pub interests: Vec<Interest>,
    pub told: HashSet<Told>,
    pub courses: Vec<Course>,
    /// Subscription and period of letters that were made.
    pub had: HashSet<(String, String)>,
}

/// Those of `ids` who are there, with what they were told after `seq` and which letters were made of those that are due.
pub fn read(
    conn: &mut Conn,
    ids: &[String],
    seq: i64,
    (due, now): (&[Subscription], DateTime<Utc>),
) -> Result<HashMap<String, Reader>> {
    let rows: Vec<(String, String, String)> = people::table
        .filter(people::id.eq_any(ids))
        .select((people::id, people::address, people::zone))
        .load(conn)?;
    let mut readers: HashMap<String, Reader> = HashMap::new();
    for (id, address, zone) in rows {
        let reader = Reader {
            address,
            zone: zone.parse().unwrap_or(chrono_tz::UTC),
            interests: Vec::new(),
            told: HashSet::new(),
            courses: Vec::new(),
            had: HashSet::new(),
        };
        readers.insert(id, reader);
    }
    let rows: Vec<(String, String, String, String, i64)> = interests::table
        .filter(interests::person.eq_any(ids))
        .select((
            interests::person,
            interests::kind,
            interests::slug,
            interests::origin,
            interests::created_at,
        ))
        .load(conn)?;
    for (person, kind, slug, origin, since) in rows {
        if let Some(reader) = readers.get_mut(&person) {
            let since = DateTime::from_timestamp_millis(since).unwrap_or_default();
            reader.interests.push(Interest { kind, slug, origin, since });
        }
    }
    let rows: Vec<(String, i64, String, String)> = told::table
        .filter(told::person.eq_any(ids).and(told::seq.gt(seq)))
        .select((told::person, told::seq, told::kind, told::slug))
        .load(conn)?;
    for (person, seq, kind, slug) in rows {
        if let Some(reader) = readers.get_mut(&person) {
            reader.told.insert((seq, kind, slug));
        }
    }
    let period = |subscription: &Subscription| {
        let zone = readers.get(&subscription.person)?.zone;
        subscription.rhythm.last(zone, now).map(|due| due.period)
    };
    let periods: BTreeSet<String> = due.iter().filter_map(period).collect();
    let rows: Vec<(String, String, String)> = issues::table
        .filter(issues::subscription.eq_any(due.iter().map(|subscription| &subscription.id)))
        .filter(issues::period_key.eq_any(periods))
        .select((issues::person, issues::subscription, issues::period_key))
        .load(conn)?;
    for (person, subscription, period) in rows {
        if let Some(reader) = readers.get_mut(&person) {
            reader.had.insert((subscription, period));
        }
    }
    for (person, course) in courses(conn, ids)? {
        if let Some(reader) = readers.get_mut(&person) {
            reader.courses.push(course);
        }
    }
    Ok(readers)
}

/// The plans of some people that are not archived, by person, the oldest first.
fn courses(conn: &mut Conn, ids: &[String]) -> Result<Vec<(String, Course)>> {
    let rows: Vec<(String, String, String, String)> = plans::table
        .filter(plans::person.eq_any(ids).and(plans::archived_at.is_null()))
        .order((plans::created_at, plans::id))
        .select((plans::id, plans::person, plans::name, plans::role))
        .load(conn)?;
    let items: Vec<(String, Option<String>, String, String)> = plan_items::table
        .filter(plan_items::plan.eq_any(rows.iter().map(|(id, ..)| id)).and(plan_items::dropped_at.is_null()))
        .order((plan_items::plan, plan_items::place, plan_items::id))
        .select((plan_items::plan, plan_items::skill, plan_items::name, plan_items::status))
        .load(conn)?;
    let marks: Vec<(String, String, String)> = ledger::table
        .filter(ledger::person.eq_any(rows.iter().map(|(_, person, ..)| person)))
        .select((ledger::person, ledger::skill, ledger::mark))
        .load(conn)?;
    let marks: HashMap<(String, String), String> =
        marks.into_iter().map(|(person, skill, mark)| ((person, skill), mark)).collect();
    let mut by_plan: BTreeMap<String, Vec<(Option<String>, String, String)>> = BTreeMap::new();
    for (plan, skill, name, status) in items {
        by_plan.entry(plan).or_default().push((skill, name, status));
    }
    let course = |(id, person, name, role): (String, String, String, String)| {
        let step = |(skill, name, status): (Option<String>, String, String)| {
            // A skill's status is the ledger's mark.
            let mark = skill.as_ref().map(|skill| marks.get(&(person.clone(), skill.clone())));
            let stands = match mark.map_or(status.as_str(), |mark| mark.map_or("", String::as_str)) {
                "can-do" | "strong" | "done" => Stands::Known,
                "learning" | "begun" => Stands::Learning,
                // They decided against it.
                "not-for-me" => return None,
                _ => Stands::Open,
            };
            Some(Step { skill, name, stands })
        };
        let steps = by_plan.remove(&id).unwrap_or_default().into_iter().filter_map(step).collect();
        (person.clone(), Course { id, name, role, steps })
    };
    Ok(rows.into_iter().map(course).collect())
}
