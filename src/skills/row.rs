//! A skill as a row for lists; and which roles ask for it, from the rows that the roles wrote.

use super::{Skill, SkillKind};
use crate::content::Content;
use crate::db::Conn;
use crate::db::schema::{entries, role_skills, skills};
use crate::editing::names;
use crate::error::Result;
use diesel::QueryResult;
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(super) fn write(conn: &mut Conn, slug: &str, skill: &Skill) -> QueryResult<()> {
    // A letter may become two in lower case.
    let sort_key: String = skill.name.to_lowercase().chars().take(200).collect();
    let asking = role_skills::table.filter(role_skills::skill.eq(slug).and(role_skills::counts.eq(1)));
    let asked_by: i64 = asking.count().get_result(conn)?;
    diesel::insert_into(skills::table)
        .values((
            skills::slug.eq(slug),
            skills::kind.eq(skill.kind.slug()),
            skills::sort_key.eq(sort_key),
            skills::asked_by.eq(asked_by as i32),
            skills::generic.eq(i32::from(skill.generic)),
        ))
        .execute(conn)
        .map(drop)
}

/// Those of these skills that are generic.
pub fn generic<'a>(
    conn: &mut Conn,
    slugs: impl IntoIterator<Item = &'a String>,
) -> QueryResult<BTreeSet<String>> {
    let slugs: BTreeSet<&String> = slugs.into_iter().collect();
    let generic = skills::table.filter(skills::generic.eq(1).and(skills::slug.eq_any(slugs)));
    let slugs: Vec<String> = generic.select(skills::slug).load(conn)?;
    Ok(slugs.into_iter().collect())
}

/// Counts one role more, or one fewer, at each skill that the rows of this role ask for.
pub fn asked_by_role(conn: &mut Conn, role: &str, more: i32) -> QueryResult<()> {
    let asked: Vec<String> = role_skills::table
        .filter(role_skills::role.eq(role).and(role_skills::counts.eq(1)))
        .select(role_skills::skill)
        .load(conn)?;
    asked_by(conn, &asked, more)
}

/// Counts one role more, or one fewer, at each of these skills.
pub fn asked_by<'a>(
    conn: &mut Conn,
    slugs: impl IntoIterator<Item = &'a String>,
    more: i32,
) -> QueryResult<()> {
    let slugs: Vec<&String> = slugs.into_iter().collect();
    if slugs.is_empty() {
        return Ok(());
    }
    diesel::update(skills::table.filter(skills::slug.eq_any(slugs)))
        .set(skills::asked_by.eq(skills::asked_by + more))
        .execute(conn)
        .map(drop)
}

pub(super) fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
    diesel::delete(skills::table.find(slug)).execute(conn).map(drop)
}

/// How many skills there are of each kind, by the kind's slug.
pub(super) fn counted_by_kind(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        skills::table.group_by(skills::kind).select((skills::kind, count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Slug, name and number of roles.
pub(super) type Counted = (String, String, i64);

/// `count` skills of a kind after the first `skip`, by name, with the number of roles that ask for each.
pub(super) fn of_kind(conn: &mut Conn, kind: SkillKind, skip: i64, count: i64) -> Result<Vec<Counted>> {
    let rows: Vec<(String, String, i32)> = skills::table
        .inner_join(entries::table.on(entries::kind.eq(Skill::KIND).and(entries::slug.eq(skills::slug))))
        .filter(skills::kind.eq(kind.slug()))
        .order((skills::sort_key, skills::slug))
        .limit(count)
        .offset(skip)
        .select((skills::slug, entries::name, skills::asked_by))
        .load(conn)?;
    Ok(rows.into_iter().map(|(slug, name, asked_by)| (slug, name, i64::from(asked_by))).collect())
}

/// Slug and name of `count` skills for which most roles ask, those that are generic left out.
pub fn asked_most(conn: &mut Conn, count: i64) -> Result<Vec<(String, String)>> {
    Ok(skills::table
        .inner_join(entries::table.on(entries::kind.eq(Skill::KIND).and(entries::slug.eq(skills::slug))))
        .filter(skills::generic.eq(0))
        .order((skills::asked_by.desc(), skills::sort_key, skills::slug))
        .limit(count)
        .select((skills::slug, entries::name))
        .load(conn)?)
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

/// How many groups of roles ask for a skill.
pub(super) fn asking_count(conn: &mut Conn, skill: &str) -> Result<i64> {
    Ok(role_skills::table.filter(role_skills::skill.eq(skill)).count().get_result(conn)?)
}

/// `count` roles that ask for a skill after the first `skip`, the one that asks most first. Those that do so in two
/// groups are there twice.
pub(super) fn asking(conn: &mut Conn, skill: &str, skip: i64, count: i64) -> Result<Vec<Asking>> {
    Ok(role_skills::table
        .inner_join(entries::table.on(entries::kind.eq("role").and(entries::slug.eq(role_skills::role))))
        .filter(role_skills::skill.eq(skill))
        .order((role_skills::place, role_skills::role, role_skills::group_id))
        .limit(count)
        .offset(skip)
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
const BESIDE: usize = 12;
/// In how many groups neighbours are looked for: those of the roles that ask for the skill most.
pub(super) const LOOKED_AT: i64 = 60;

/// The skills that stand in the same groups, with the number of roles where they do, among the `LOOKED_AT` groups
/// that ask for the skill most.
pub(super) fn beside(conn: &mut Conn, slug: &str) -> Result<Vec<Counted>> {
    let groups: Vec<(String, String)> = role_skills::table
        .filter(role_skills::skill.eq(slug))
        .order((role_skills::place, role_skills::role, role_skills::group_id))
        .limit(LOOKED_AT)
        .select((role_skills::role, role_skills::group_id))
        .load(conn)?;
    // Each group by both parts of its key: all groups of these roles that are called alike are many more.
    let mut in_groups = role_skills::table.into_boxed();
    for (role, group) in &groups {
        in_groups = in_groups.or_filter(role_skills::role.eq(role).and(role_skills::group_id.eq(group)));
    }
    let rows: Vec<(String, String)> = if groups.is_empty() {
        Vec::new()
    } else {
        in_groups.select((role_skills::role, role_skills::skill)).load(conn)?
    };
    let mut roles: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for (role, skill) in rows.into_iter().filter(|(_, skill)| skill != slug) {
        roles.entry(skill).or_default().insert(role);
    }
    let mut counts: Vec<(String, i64)> =
        roles.into_iter().map(|(skill, roles)| (skill, roles.len() as i64)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(BESIDE);
    let names = names::<Skill>(conn, counts.iter().map(|(slug, _)| slug))?;
    let named = |(slug, count): (String, i64)| Some((slug.clone(), names.get(&slug)?.clone(), count));
    Ok(counts.into_iter().filter_map(named).collect())
}
