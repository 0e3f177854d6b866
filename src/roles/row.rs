//! A role as rows: its family for lists, its skills for skill pages, its figures for reports.

use super::Role;
use crate::content::Content;
use crate::db::Conn;
use crate::db::schema::{entries, figures as figures_table, role_skills, roles};
use crate::error::Result;
use crate::figures::{self, Share};
use diesel::QueryResult;
use diesel::prelude::*;
use std::collections::BTreeMap;

pub(super) fn write(conn: &mut Conn, slug: &str, role: &Role) -> QueryResult<()> {
    diesel::insert_into(roles::table)
        .values((roles::slug.eq(slug), roles::family.eq(&role.family), roles::sentence.eq(&role.sentence)))
        .execute(conn)?;
    for group in &role.groups {
        for skill in &group.skills {
            let share = |share: Option<Share>| share.map(|s| s.to_string());
            diesel::insert_into(role_skills::table)
                .values((
                    role_skills::role.eq(slug),
                    role_skills::group_id.eq(&group.id),
                    role_skills::skill.eq(&skill.skill),
                    role_skills::group_name.eq(&group.name),
                    role_skills::tier.eq(group.tier.slug()),
                    role_skills::all_share.eq(share(skill.all)),
                    role_skills::entry_share.eq(share(skill.entry)),
                ))
                .execute(conn)?;
        }
    }
    let Some(demand) = &role.demand else {
        return Ok(());
    };
    let rows: Vec<_> = role
        .demand_figures()
        .map(|(figure, _)| figures::Row {
            figure,
            source: &demand.source,
            as_of: &demand.as_of,
            review_by: demand.review_by,
        })
        .collect();
    figures::write(conn, Role::KIND, slug, &rows)
}

pub(super) fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
    diesel::delete(roles::table.find(slug)).execute(conn)?;
    diesel::delete(role_skills::table.filter(role_skills::role.eq(slug))).execute(conn)?;
    figures::unindex(conn, Role::KIND, slug)
}

/// Slug of the role published last of those whose demand has been measured.
pub fn measured_last(conn: &mut Conn) -> Result<Option<String>> {
    let measured =
        figures_table::table.filter(figures_table::kind.eq(Role::KIND)).select(figures_table::slug);
    Ok(entries::table
        .filter(entries::kind.eq(Role::KIND).and(entries::slug.eq_any(measured)))
        .order((entries::published_at.desc(), entries::slug))
        .select(entries::slug)
        .first(conn)
        .optional()?)
}

/// Slug and name of every role, by the slug of its family.
pub fn by_family(conn: &mut Conn) -> Result<BTreeMap<String, Vec<(String, String)>>> {
    let rows: Vec<(String, String, String)> = roles::table
        .inner_join(entries::table.on(entries::kind.eq(Role::KIND).and(entries::slug.eq(roles::slug))))
        .order((entries::name, roles::slug))
        .select((roles::family, roles::slug, entries::name))
        .load(conn)?;
    let mut families: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (family, slug, name) in rows {
        families.entry(family).or_default().push((slug, name));
    }
    Ok(families)
}
