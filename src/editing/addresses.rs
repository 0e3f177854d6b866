//! Addresses of entries: those that show one, and those at which there is one no more.

use crate::content::Kind;
use crate::db::Conn;
use crate::db::schema::{entries, guide_changes, redirects};
use crate::error::Result;
use chrono::DateTime;
use diesel::prelude::*;

/// `count` entries of `kinds` (name and folder of their addresses) after the first `skip`, as path and day of the
/// last publication (such as "2026-11-20"), and how many there are.
pub fn addresses(
    conn: &mut Conn,
    kinds: &[(&str, Option<&str>)],
    skip: i64,
    count: i64,
) -> Result<(Vec<(String, String)>, i64)> {
    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
    let rows: Vec<(String, String, i64)> = entries::table
        .filter(entries::kind.eq_any(&names))
        .order((entries::kind, entries::slug))
        .limit(count)
        .offset(skip)
        .select((entries::kind, entries::slug, entries::published_at))
        .load(conn)?;
    let path = |kind: &str, slug: &str| {
        let folder = kinds.iter().find(|(name, _)| *name == kind).and_then(|(_, folder)| *folder);
        format!("{}{slug}", folder.unwrap_or("/"))
    };
    let day =
        |at: i64| DateTime::from_timestamp_millis(at).unwrap_or_default().format("%Y-%m-%d").to_string();
    let all = entries::table.filter(entries::kind.eq_any(&names)).count().get_result(conn)?;
    Ok((rows.into_iter().map(|(kind, slug, at)| (path(&kind, &slug), day(at))).collect(), all))
}

/// An entry that has a page: what it is called and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub name: String,
    pub path: String,
}

/// The pages that show an entry of one of `kinds` and that were published after the guide's `revision`; all for 0.
pub fn pages(conn: &mut Conn, kinds: &[Kind], revision: i64) -> Result<Vec<Page>> {
    let with_page: Vec<&str> = kinds.iter().filter(|k| k.address.is_some()).map(|k| k.name).collect();
    let columns = (entries::kind, entries::slug, entries::name);
    let rows: Vec<(String, String, String)> = if revision == 0 {
        entries::table.filter(entries::kind.eq_any(with_page)).select(columns).load(conn)?
    } else {
        guide_changes::table
            .inner_join(
                entries::table
                    .on(entries::kind.eq(guide_changes::kind).and(entries::slug.eq(guide_changes::slug))),
            )
            .filter(guide_changes::seq.gt(revision).and(guide_changes::kind.eq_any(with_page)))
            .select(columns)
            .load(conn)?
    };
    let address = |kind: &str| kinds.iter().find(|k| k.name == kind).and_then(|k| k.address);
    Ok(rows
        .into_iter()
        .filter_map(|(kind, slug, name)| address(&kind).map(|a| Page { path: format!("{a}{slug}"), name }))
        .collect())
}

/// The paths at which an entry of one of `kinds` (name and folder of their addresses) is no more since the guide's
/// `revision`: what was withdrawn, and where something moved from.
pub fn gone(conn: &mut Conn, kinds: &[(&str, Option<&str>)], revision: i64) -> Result<Vec<String>> {
    let names: Vec<&str> = kinds.iter().filter(|kind| kind.1.is_some()).map(|(name, _)| *name).collect();
    let since: Option<i64> = guide_changes::table
        .filter(guide_changes::seq.gt(revision))
        .select(diesel::dsl::min(guide_changes::published_at))
        .first(conn)?;
    let Some(since) = since else { return Ok(Vec::new()) };
    let rows: Vec<(String, String)> = guide_changes::table
        .left_join(
            entries::table
                .on(entries::kind.eq(guide_changes::kind).and(entries::slug.eq(guide_changes::slug))),
        )
        .filter(guide_changes::seq.gt(revision).and(guide_changes::kind.eq_any(names)))
        .filter(entries::slug.nullable().is_null())
        .select((guide_changes::kind, guide_changes::slug))
        .distinct()
        .load(conn)?;
    let folder = |kind: &str| kinds.iter().find(|(name, _)| *name == kind).and_then(|(_, folder)| *folder);
    let mut paths: Vec<String> =
        rows.iter().filter_map(|(kind, slug)| Some(format!("{}{slug}", folder(kind)?))).collect();
    // A move leaves its redirect at the moment of its change.
    let moved: Vec<String> =
        redirects::table.filter(redirects::made_at.ge(since)).select(redirects::from_path).load(conn)?;
    paths.extend(moved);
    Ok(paths)
}
