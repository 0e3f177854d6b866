//! A role as rows: its family and name for lists, its skills for skill pages, its figures for reports.

use super::Role;
use crate::content::Content;
use crate::db::schema::{entries, figures as figures_table, role_skills, roles};
use crate::db::{Conn, insert_all};
use crate::error::Result;
use crate::figures::{self, Share};
use crate::skills;
use diesel::QueryResult;
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Group, skill, name of the group, tier, both shares, place, and whether it counts.
type Asked = (String, String, String, String, Option<String>, Option<String>, i32, i32);
const ASKED: (
    role_skills::group_id,
    role_skills::skill,
    role_skills::group_name,
    role_skills::tier,
    role_skills::all_share,
    role_skills::entry_share,
    role_skills::place,
    role_skills::counts,
) = (
    role_skills::group_id,
    role_skills::skill,
    role_skills::group_name,
    role_skills::tier,
    role_skills::all_share,
    role_skills::entry_share,
    role_skills::place,
    role_skills::counts,
);

pub(super) fn write(conn: &mut Conn, slug: &str, role: &Role) -> QueryResult<()> {
    diesel::insert_into(roles::table)
        .values((roles::slug.eq(slug), roles::family.eq(&role.family), roles::name.eq(&role.name)))
        .execute(conn)?;
    insert(conn, slug, &asked(role))?;
    skills::asked_by_role(conn, slug, 1)?;
    write_figures(conn, slug, role)
}

/// Brings the rows up to what the role says now. What it asks for as before, which is nearly all, is left alone.
pub(super) fn rewrite(conn: &mut Conn, slug: &str, role: &Role) -> QueryResult<()> {
    let now = (roles::family.eq(&role.family), roles::name.eq(&role.name));
    let there: i64 = roles::table.filter(roles::slug.eq(slug)).count().get_result(conn)?;
    if there == 0 {
        unindex(conn, slug)?;
        return write(conn, slug, role);
    }
    diesel::update(roles::table.find(slug)).set(now).execute(conn)?;
    let standing: Vec<Asked> =
        role_skills::table.filter(role_skills::role.eq(slug)).select(ASKED).load(conn)?;
    let standing: BTreeSet<Asked> = standing.into_iter().collect();
    let wanted: BTreeSet<Asked> = asked(role).into_iter().collect();
    let (gone, new): (Vec<&Asked>, Vec<Asked>) =
        (standing.difference(&wanted).collect(), wanted.difference(&standing).cloned().collect());
    for (group, skill, ..) in &gone {
        diesel::delete(role_skills::table.find((slug, group, skill))).execute(conn)?;
    }
    insert(conn, slug, &new)?;
    let counted = |rows: &mut dyn Iterator<Item = &Asked>| -> BTreeSet<String> {
        rows.filter(|row| row.7 == 1).map(|row| row.1.clone()).collect()
    };
    let (before, after) = (counted(&mut standing.iter()), counted(&mut wanted.iter()));
    skills::asked_by(conn, before.difference(&after), -1)?;
    skills::asked_by(conn, after.difference(&before), 1)?;
    figures::unindex(conn, Role::KIND, slug)?;
    write_figures(conn, slug, role)
}

/// What it asks for, as rows.
fn asked(role: &Role) -> Vec<Asked> {
    let mut seen = HashSet::new();
    let share = |share: Option<Share>| share.map(|s| s.to_string());
    let skills = role.groups.iter().flat_map(|group| group.skills.iter().map(move |skill| (group, skill)));
    skills
        .map(|(group, skill)| {
            (
                group.id.clone(),
                skill.skill.clone(),
                group.name.clone(),
                group.tier.slug().to_owned(),
                share(skill.all),
                share(skill.entry),
                place(skill.all),
                i32::from(seen.insert(&skill.skill)),
            )
        })
        .collect()
}

fn insert(conn: &mut Conn, slug: &str, asked: &[Asked]) -> QueryResult<()> {
    let rows: Vec<_> = asked
        .iter()
        .map(|(group, skill, group_name, tier, all, entry, place, counts)| {
            (
                role_skills::role.eq(slug),
                role_skills::group_id.eq(group),
                role_skills::skill.eq(skill),
                role_skills::group_name.eq(group_name),
                role_skills::tier.eq(tier),
                role_skills::all_share.eq(all),
                role_skills::entry_share.eq(entry),
                role_skills::place.eq(*place),
                role_skills::counts.eq(*counts),
            )
        })
        .collect();
    insert_all!(conn, role_skills::table, &rows)
}

fn write_figures(conn: &mut Conn, slug: &str, role: &Role) -> QueryResult<()> {
    let figures: Vec<_> = role
        .demand
        .iter()
        .flat_map(|demand| role.demand_figures().map(move |_| demand))
        .map(|demand| figures::Row {
            source: &demand.source,
            as_of: &demand.as_of,
            review_by: demand.review_by,
        })
        .collect();
    figures::write(conn, Role::KIND, slug, &figures)
}

/// In hundredths of a point below a whole hundred, so that the largest share comes first and none last.
fn place(share: Option<Share>) -> i32 {
    share.map_or(10_001, |share| 10_000 - (share.0.value() * 100.0).round() as i32)
}

pub(super) fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
    diesel::delete(roles::table.find(slug)).execute(conn)?;
    skills::asked_by_role(conn, slug, -1)?;
    diesel::delete(role_skills::table.filter(role_skills::role.eq(slug))).execute(conn)?;
    figures::unindex(conn, Role::KIND, slug)
}

/// Slug of the role published last of those whose demand has been measured.
pub fn measured_last(conn: &mut Conn) -> Result<Option<String>> {
    // Not joined: an engine might begin with all figures and sort what it finds.
    let figures_of_it = figures_table::table
        .filter(figures_table::kind.eq(entries::kind).and(figures_table::slug.eq(entries::slug)));
    Ok(entries::table
        .filter(entries::kind.eq(Role::KIND).and(exists(figures_of_it)))
        // All downwards, as an index can be read.
        .order((entries::published_at.desc(), entries::name.desc(), entries::slug.desc()))
        .select(entries::slug)
        .first(conn)
        .optional()?)
}

/// Slug and name.
pub type Named = (String, String);

/// How many roles each family has, by its slug; one without roles is missing.
pub fn counted_by_family(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        roles::table.group_by(roles::family).select((roles::family, count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The first `count` roles of all, by name.
pub fn named(conn: &mut Conn, count: i64) -> Result<Vec<Named>> {
    Ok(roles::table
        .order((roles::name, roles::slug))
        .limit(count)
        .select((roles::slug, roles::name))
        .load(conn)?)
}

/// `count` roles of a family after the first `skip`, by name.
pub fn of_family(conn: &mut Conn, family: &str, skip: i64, count: i64) -> Result<Vec<Named>> {
    Ok(roles::table
        .filter(roles::family.eq(family))
        .order((roles::name, roles::slug))
        .limit(count)
        .offset(skip)
        .select((roles::slug, roles::name))
        .load(conn)?)
}

/// The first `count` roles of each of a page's families, by name.
pub fn first_of_families<'a>(
    conn: &mut Conn,
    families: impl IntoIterator<Item = &'a String>,
    count: i64,
) -> Result<BTreeMap<String, Vec<Named>>> {
    // One short query a family: numbering the rows of all within one would read every role of the guide.
    let first = |family: &String| Ok((family.clone(), of_family(conn, family, 0, count)?));
    families.into_iter().map(first).collect()
}

/// The slugs of `count` roles that ask for at least one of these skills, those that ask for most of them first.
pub fn asking_for(conn: &mut Conn, skills: &BTreeSet<String>, count: i64) -> Result<Vec<String>> {
    let rows: Vec<(String, i64)> = role_skills::table
        .filter(role_skills::skill.eq_any(skills).and(role_skills::counts.eq(1)))
        .group_by(role_skills::role)
        .order((count_star().desc(), role_skills::role))
        .limit(count)
        .select((role_skills::role, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(role, _)| role).collect())
}
