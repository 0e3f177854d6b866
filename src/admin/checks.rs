//! Checks over the whole guide: what no form sees, because it takes several entries to see it.

use crate::db::Conn;
use crate::db::schema::{entries, figures, links, role_skills, roles};
use crate::error::Result;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Something to look at: an entry, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub kind: String,
    pub slug: String,
    pub name: String,
    pub why: String,
}

/// One check with what it found; `more` if there is more than is shown.
#[derive(Clone, Debug)]
pub struct Check {
    pub title: &'static str,
    /// What is looked for, and what to do about it.
    pub about: &'static str,
    pub found: Vec<Finding>,
    pub more: bool,
}

/// Findings of one check that are shown.
const SHOWN: usize = 50;

impl Check {
    fn of(title: &'static str, about: &'static str, mut found: Vec<Finding>) -> Check {
        let more = found.len() > SHOWN;
        found.truncate(SHOWN);
        Check { title, about, found, more }
    }
}

/// Every check, in the order in which it is worth looking at them.
pub fn all(conn: &mut Conn) -> Result<Vec<Check>> {
    Ok(vec![
        Check::of(
            "Roles without a foundation",
            "A role has at least one group in the tier Foundation, or nobody knows where to begin.",
            without_foundation(conn)?,
        ),
        Check::of("Skills that no role asks for", "Put them into a group, or withdraw them.", orphans(conn)?),
        Check::of(
            "Names that are nearly the same",
            "One thing under two names: merge them, or word one so that they can be told apart.",
            near_duplicates(conn)?,
        ),
        Check::of(
            "Related roles that have no page",
            "They are named by a role and show no link. Write them, or name another.",
            dangling(conn)?,
        ),
        Check::of(
            "Tiers that contradict each other",
            "Roles of one family place the same skill three tiers apart or more. Both may be right: then say why in the commentary.",
            contradictions(conn)?,
        ),
    ])
}

fn finding(kind: &str, slug: String, name: String, why: impl Into<String>) -> Finding {
    Finding { kind: kind.to_owned(), slug, name, why: why.into() }
}

fn without_foundation(conn: &mut Conn) -> Result<Vec<Finding>> {
    let with = role_skills::table.filter(role_skills::tier.eq("foundation")).select(role_skills::role);
    let rows: Vec<(String, String)> = roles::table
        .filter(roles::slug.ne_all(with))
        .order(roles::name)
        .limit(SHOWN as i64 + 1)
        .select((roles::slug, roles::name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(slug, name)| finding("role", slug, name, "has no group in Foundation"))
        .collect())
}

fn orphans(conn: &mut Conn) -> Result<Vec<Finding>> {
    let asked =
        links::table.filter(links::kind.eq("role").and(links::to_kind.eq("skill"))).select(links::to_slug);
    let rows: Vec<(String, String)> = entries::table
        .filter(entries::kind.eq("skill").and(entries::slug.ne_all(asked)))
        .order(entries::name)
        .limit(SHOWN as i64 + 1)
        .select((entries::slug, entries::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(slug, name)| finding("skill", slug, name, "stands in no role")).collect())
}

/// Names of roles and skills that differ in nothing but case, signs and a final s.
fn near_duplicates(conn: &mut Conn) -> Result<Vec<Finding>> {
    let rows: Vec<(String, String, String)> = entries::table
        .filter(entries::kind.eq_any(["role", "skill", "source"]))
        .order((entries::kind, entries::name))
        .select((entries::kind, entries::slug, entries::name))
        .load(conn)?;
    let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut found = Vec::new();
    for (kind, slug, name) in rows {
        let bare: String =
            name.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "+#".contains(*c)).collect();
        // A short name with an s is another name, not a plural.
        let plural = bare.len() > 4 && bare.ends_with('s');
        let bare = bare[..bare.len() - usize::from(plural)].to_owned();
        match known.get(&(kind.clone(), bare.clone())) {
            Some(other) => found.push(finding(&kind, slug, name, format!("is nearly “{other}”"))),
            None => drop(known.insert((kind, bare), name)),
        }
    }
    Ok(found)
}

fn dangling(conn: &mut Conn) -> Result<Vec<Finding>> {
    let there = roles::table.select(roles::slug);
    let rows: Vec<(String, String, String)> = links::table
        .inner_join(entries::table.on(entries::kind.eq(links::kind).and(entries::slug.eq(links::slug))))
        .filter(links::kind.eq("role").and(links::to_kind.eq("role")).and(links::to_slug.ne_all(there)))
        .order((entries::name, links::to_slug))
        .limit(SHOWN as i64 + 1)
        .select((links::slug, entries::name, links::to_slug))
        .load(conn)?;
    Ok(rows.into_iter().map(|(slug, name, to)| finding("role", slug, name, format!("names {to}"))).collect())
}

const TIERS: [&str; 5] = ["foundation", "essential", "complementary", "specialized", "advanced"];

fn contradictions(conn: &mut Conn) -> Result<Vec<Finding>> {
    let rows: Vec<(String, String, String, String, String)> = role_skills::table
        .inner_join(roles::table.on(roles::slug.eq(role_skills::role)))
        .filter(role_skills::tier.eq_any(["foundation", "specialized", "advanced", "essential"]))
        .order((roles::family, role_skills::skill, roles::name))
        .select((roles::family, role_skills::skill, roles::slug, roles::name, role_skills::tier))
        .load(conn)?;
    let place = |tier: &str| TIERS.iter().position(|known| *known == tier).unwrap_or(0);
    let mut found = Vec::new();
    for same in rows.chunk_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1)) {
        let least = same.iter().min_by_key(|row| place(&row.4));
        let most = same.iter().max_by_key(|row| place(&row.4));
        if let (Some(low), Some(high)) = (least, most)
            && low.2 != high.2
            && place(&high.4) >= place(&low.4) + 3
        {
            let why = format!("places {} in {}; {} places it in {}", high.1, high.4, low.3, low.4);
            found.push(finding("role", high.2.clone(), high.3.clone(), why));
        }
        if found.len() > SHOWN {
            break;
        }
    }
    Ok(found)
}

/// Figures of one source that are to be looked at again.
#[derive(Clone, Debug)]
pub struct Due {
    /// Slug and name of the source.
    pub source: String,
    pub source_name: String,
    /// Kind, slug and name of what rests on it, how many figures, and since when.
    pub entries: Vec<DueEntry>,
}

/// The due figures of one entry.
#[derive(Clone, Debug)]
pub struct DueEntry {
    pub kind: String,
    pub slug: String,
    pub name: String,
    pub count: i32,
    pub as_of: String,
    pub review_by: String,
}

/// Rows of the report that are read.
const DUE: i64 = 500;

/// What is to be looked at again on `day`, by source, the source with the oldest first.
///
/// A date that is a month or a year comes due on its first day, which is also where its text sorts.
pub fn due(conn: &mut Conn, day: NaiveDate) -> Result<Vec<Due>> {
    type Row = (String, String, String, String, i32, Option<String>, String);
    let rows: Vec<Row> = figures::table
        .inner_join(entries::table.on(entries::kind.eq(figures::kind).and(entries::slug.eq(figures::slug))))
        .filter(figures::review_by.le(day.format("%Y-%m-%d").to_string()))
        .order((figures::review_by, figures::source, entries::name, figures::part))
        .limit(DUE)
        .select((
            figures::source,
            figures::kind,
            figures::slug,
            entries::name,
            figures::counted,
            figures::as_of,
            figures::review_by,
        ))
        .load(conn)?;
    let slugs: BTreeSet<(String, String)> =
        rows.iter().map(|row| ("source".to_owned(), row.0.clone())).collect();
    let names = super::row::names(conn, &slugs)?;
    let mut found: Vec<Due> = Vec::new();
    for (source, kind, slug, name, count, as_of, review_by) in rows {
        let as_of = as_of.unwrap_or_else(|| crate::content::NOT_STATED.into());
        let entry = DueEntry { kind, slug, name, count, as_of, review_by };
        match found.iter_mut().find(|due| due.source == source) {
            Some(due) => due.entries.push(entry),
            None => {
                let source_name = names.get(&("source".to_owned(), source.clone())).cloned();
                found.push(Due {
                    source_name: source_name.unwrap_or_default(),
                    source,
                    entries: vec![entry],
                });
            }
        }
    }
    Ok(found)
}
