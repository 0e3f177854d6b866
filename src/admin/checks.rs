//! Checks over the whole guide: what no form sees, because it takes several entries to see it.

use crate::db::schema::{entries, links, role_skills, roles, skills};
use crate::db::{Conn, Db};
use crate::editing::guide_revision;
use crate::error::Result;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

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

/// What all checks found at a revision of the guide.
pub struct Findings {
    pub revision: i64,
    pub checks: Vec<Check>,
}

/// What was found last. Looking reads the whole guide, which takes seconds when it is large: it is done when somebody
/// asks after the guide has moved, beside the request.
#[derive(Default)]
pub struct Checked {
    last: RwLock<Option<Arc<Findings>>>,
    at_work: AtomicBool,
}

/// How long a request waits for what is being looked for.
const PATIENCE: Duration = Duration::from_millis(60);

impl Checked {
    /// What was found last, and whether it is of the guide as it is now; if not, that is being looked for.
    ///
    /// # Errors
    /// `Unavailable` while the database is away.
    pub async fn now(self: &Arc<Self>, db: &Db) -> Result<(Option<Arc<Findings>>, bool)> {
        let revision = db.read(guide_revision).await?;
        let of_now = |found: &Arc<Findings>| found.revision == revision;
        if let Some(found) = self.found().filter(of_now) {
            return Ok((Some(found), true));
        }
        if !self.at_work.swap(true, Ordering::AcqRel) {
            let (this, db) = (self.clone(), db.clone());
            let work = actix_web::rt::spawn(async move { this.look(&db).await });
            let _ = tokio::time::timeout(PATIENCE, work).await;
        }
        let found = self.found();
        let fresh = found.as_ref().is_some_and(of_now);
        Ok((found, fresh))
    }

    fn found(&self) -> Option<Arc<Findings>> {
        self.last.read().ok()?.clone()
    }

    async fn look(&self, db: &Db) {
        let found =
            db.read_long(|conn| Ok(Findings { revision: guide_revision(conn)?, checks: all(conn)? })).await;
        match found {
            Ok(found) => {
                if let Ok(mut last) = self.last.write() {
                    *last = Some(Arc::new(found));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the guide could not be checked; it is tried when asked again")
            }
        }
        self.at_work.store(false, Ordering::Release);
    }
}

/// Every check, in the order in which it is worth looking at them.
fn all(conn: &mut Conn) -> Result<Vec<Check>> {
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
    let rows: Vec<(String, String)> = skills::table
        .inner_join(entries::table.on(entries::kind.eq("skill").and(entries::slug.eq(skills::slug))))
        .filter(skills::asked_by.eq(0))
        .order((skills::sort_key, skills::slug))
        .limit(SHOWN as i64 + 1)
        .select((skills::slug, entries::name))
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
    let families: Vec<String> =
        roles::table.select(roles::family).distinct().order(roles::family).load(conn)?;
    let mut found = Vec::new();
    // A family at a time, so that memory does not grow with the guide.
    for family in families {
        contradictions_of(conn, &family, &mut found)?;
        if found.len() > SHOWN {
            break;
        }
    }
    Ok(found)
}

fn contradictions_of(conn: &mut Conn, family: &str, found: &mut Vec<Finding>) -> Result<()> {
    let rows: Vec<(String, String, String, String)> = role_skills::table
        .inner_join(roles::table.on(roles::slug.eq(role_skills::role)))
        .filter(roles::family.eq(family))
        // The tier in the middle is three apart from none.
        .filter(role_skills::tier.eq_any(["foundation", "specialized", "advanced", "essential"]))
        .order((role_skills::skill, roles::name))
        .select((role_skills::skill, roles::slug, roles::name, role_skills::tier))
        .load(conn)?;
    let place = |tier: &str| TIERS.iter().position(|known| *known == tier).unwrap_or(0);
    for same in rows.chunk_by(|a, b| a.0 == b.0) {
        let least = same.iter().min_by_key(|row| place(&row.3));
        let most = same.iter().max_by_key(|row| place(&row.3));
        if let (Some(low), Some(high)) = (least, most)
            && low.1 != high.1
            && place(&high.3) >= place(&low.3) + 3
        {
            let why = format!("places {} in {}; {} places it in {}", high.0, high.3, low.2, low.3);
            found.push(finding("role", high.1.clone(), high.2.clone(), why));
        }
    }
    Ok(())
}
