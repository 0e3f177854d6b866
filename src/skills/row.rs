//! Which roles ask for a skill, from the rows that the roles wrote.

use super::Skill;
use crate::db::Conn;
use crate::db::schema::{entries, role_skills};
use crate::editing::names;
use crate::error::Result;
use diesel::dsl::count;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// How many roles ask for each skill, by the skill's slug.
pub(super) fn roles_by_skill(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = role_skills::table
        .group_by(role_skills::skill)
        .select((role_skills::skill, count(role_skills::role).aggregate_distinct()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// A role that asks for a skill in one of its groups.
#[derive(Queryable)]
pub(super) struct Asking {
    pub role: String,
    pub name: String,
    pub group: String,
    /// Slug of the tier.
    pub tier: String,
    /// Shares as they are written.
    pub all: Option<String>,
    pub entry: Option<String>,
}

/// The roles that ask for a skill. Those that do so in two groups are there twice.
pub(super) fn asking(conn: &mut Conn, skill: &str) -> Result<Vec<Asking>> {
    Ok(role_skills::table
        .inner_join(entries::table.on(entries::kind.eq("role").and(entries::slug.eq(role_skills::role))))
        .filter(role_skills::skill.eq(skill))
        .order((entries::name, role_skills::group_id))
        .select((
            role_skills::role,
            entries::name,
            role_skills::group_name,
            role_skills::tier,
            role_skills::all_share,
            role_skills::entry_share,
        ))
        .load(conn)?)
}

/// How many neighbours are shown.
const BESIDE: i64 = 12;

/// Slug and name of the skills that stand in the same groups, with the number of roles where they do.
pub(super) fn beside(conn: &mut Conn, slug: &str) -> Result<Vec<(String, String, i64)>> {
    let (own, other) = diesel::alias!(role_skills as own, role_skills as other);
    let roles = || count(other.field(role_skills::role)).aggregate_distinct();
    let counts: Vec<(String, i64)> = own
        .inner_join(
            other.on(other
                .field(role_skills::role)
                .eq(own.field(role_skills::role))
                .and(other.field(role_skills::group_id).eq(own.field(role_skills::group_id)))),
        )
        .filter(own.field(role_skills::skill).eq(slug))
        .filter(other.field(role_skills::skill).ne(slug))
        .group_by(other.field(role_skills::skill))
        .order((roles().desc(), other.field(role_skills::skill)))
        .limit(BESIDE)
        .select((other.field(role_skills::skill), roles()))
        .load(conn)?;
    let names = names::<Skill>(conn, counts.iter().map(|(slug, _)| slug))?;
    let named = |(slug, count): (String, i64)| Some((slug.clone(), names.get(&slug)?.clone(), count));
    Ok(counts.into_iter().filter_map(named).collect())
}
