//! What a plan rests on: its role and the skills of its items, for whoever writes to people about changes.

use super::Whole;
use crate::db::Conn;
use crate::db::schema::interests;
use crate::error::Result;
use crate::follows::{Interest, Subject};
use crate::roles::Role;
use crate::skills::Skill;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// What a plan rests on: nothing, once it is archived. The role that it starts from is not among it: it was read when the
/// plan was made, and nothing in the plan changes with it any more.
fn rests_on(whole: &Whole) -> BTreeSet<Subject> {
    if whole.plan.archived.is_some() {
        return BTreeSet::new();
    }
    let skills = whole.held().filter_map(|item| Some(Subject::of::<Skill>(item.skill.as_deref()?)));
    skills.chain([Subject::of::<Role>(&whole.plan.role)]).collect()
}

/// Has the person's interests follow a change of their plan; a new one has no `before`. Call it inside `db::write`.
pub fn keep_in_step(conn: &mut Conn, whole: &Whole, before: Option<&Whole>) -> Result<()> {
    let plan = &whole.plan;
    let (was, is) = (before.map(rests_on).unwrap_or_default(), rests_on(whole));
    if is.is_empty() && !was.is_empty() {
        return Interest::replace(conn, &plan.person, &plan.id, &[], plan.changed);
    }
    let gone: Vec<Subject> = was.difference(&is).cloned().collect();
    Interest::remove(conn, &plan.person, &plan.id, &gone)?;
    let new: Vec<Subject> = is.difference(&was).cloned().collect();
    if new.is_empty() {
        return Ok(());
    }
    Interest::put(conn, &plan.person, &plan.id, &new, plan.changed)
}

/// Takes away what rested on these plans.
pub fn forget(conn: &mut Conn, plans: &[&str]) -> Result<()> {
    diesel::delete(interests::table.filter(interests::origin.eq_any(plans))).execute(conn)?;
    Ok(())
}
