//! What a plan rests on: its role and the skills of its items, for whoever writes to people about changes.

use super::Whole;
use crate::content::Content;
use crate::db::schema::interests;
use crate::db::{Conn, insert_all};
use crate::error::Result;
use crate::roles::Role;
use crate::skills::Skill;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Has the rows say what the plan rests on now: nothing, once it is archived. Call it inside `db::write`.
pub fn keep_in_step(conn: &mut Conn, whole: &Whole) -> Result<()> {
    let plan = &whole.plan;
    let mut wanted: BTreeSet<(&str, &str)> = BTreeSet::new();
    if plan.archived.is_none() {
        wanted.insert((Role::KIND, &plan.role));
        wanted.extend(whole.held().filter_map(|item| Some((Skill::KIND, item.skill.as_deref()?))));
    }
    let there: Vec<(String, String)> = interests::table
        .filter(interests::origin.eq(&plan.id))
        .select((interests::kind, interests::slug))
        .load(conn)?;
    let there: BTreeSet<(&str, &str)> =
        there.iter().map(|(kind, slug)| (kind.as_str(), slug.as_str())).collect();
    for kind in [Role::KIND, Skill::KIND] {
        let gone = there.difference(&wanted).filter(|(its, _)| *its == kind).map(|(_, slug)| *slug);
        let gone: Vec<&str> = gone.collect();
        if !gone.is_empty() {
            let rows = interests::table
                .filter(interests::origin.eq(&plan.id).and(interests::kind.eq(kind)))
                .filter(interests::slug.eq_any(gone));
            diesel::delete(rows).execute(conn)?;
        }
    }
    let rows: Vec<_> = wanted
        .difference(&there)
        .map(|(kind, slug)| {
            (
                interests::person.eq(&plan.person),
                interests::kind.eq(*kind),
                interests::slug.eq(*slug),
                interests::origin.eq(&plan.id),
                interests::created_at.eq(plan.changed.timestamp_millis()),
            )
        })
        .collect();
    insert_all!(conn, interests::table, &rows)?;
    Ok(())
}

/// Takes away what rested on these plans.
pub fn forget(conn: &mut Conn, plans: &[&str]) -> Result<()> {
    diesel::delete(interests::table.filter(interests::origin.eq_any(plans))).execute(conn)?;
    Ok(())
}

/// What plans rested on left the guide or moved: they rest on its heirs, or no longer on it.
pub fn follow(conn: &mut Conn, kind: &str, slug: &str, heirs: &[&String]) -> Result<()> {
    let of_plans = || interests::kind.eq(kind.to_owned()).and(interests::origin.ne(FOLLOW));
    let rows: Vec<(String, String, i64)> = interests::table
        .filter(of_plans().and(interests::slug.eq(slug)))
        .select((interests::person, interests::origin, interests::created_at))
        .load(conn)?;
    for heir in heirs {
        let there: BTreeSet<String> = interests::table
            .filter(of_plans().and(interests::slug.eq(*heir)))
            .select(interests::origin)
            .load(conn)?
            .into_iter()
            .collect();
        let new: Vec<_> = rows
            .iter()
            .filter(|(_, origin, _)| !there.contains(origin))
            .map(|(person, origin, created)| {
                (
                    interests::person.eq(person),
                    interests::kind.eq(kind),
                    interests::slug.eq(*heir),
                    interests::origin.eq(origin),
                    interests::created_at.eq(created),
                )
            })
            .collect();
        insert_all!(conn, interests::table, &new)?;
    }
    diesel::delete(interests::table.filter(of_plans().and(interests::slug.eq(slug)))).execute(conn)?;
    Ok(())
}

/// The origin of what somebody follows; all others are ids of plans.
const FOLLOW: &str = "follow";
