//! The content that the program carries, and how a newer program's content meets what editors changed.

use super::publish::{AT_ONCE, Incoming, Origin, Publication, Published, dangling, publish};
use crate::content::Problem;
use crate::db::Conn;
use crate::db::schema::{entries, guide, shipped};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An entry that was left as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub kind: String,
    pub slug: String,
    pub why: &'static str,
}

/// What loading the shipped content did.
#[derive(Debug)]
pub enum Update {
    /// It had been loaded before, or the guide was begun by an import and is somebody's own.
    Same,
    Loaded {
        published: Published,
        kept: Vec<Kept>,
    },
    /// It does not fit what editors made of the guide; nothing was changed.
    Unfit(Vec<Problem>),
}

/// Kind and slug.
type Key = (String, String);

/// Brings the content that the program carries into the guide: whatever editors left untouched moves to it,
/// whatever they changed stays. `digest` stands for the whole of it, so that an unchanged one costs one query.
/// Call it inside `db::write`.
pub fn load_shipped(
    conn: &mut Conn,
    digest: &str,
    content: impl FnOnce() -> Vec<Incoming>,
    now: DateTime<Utc>,
) -> Result<Update> {
    let loaded: String = guide::table.find(1).select(guide::shipped).first(conn)?;
    let somebodys_own = loaded.is_empty() && super::guide_revision(conn)? > 0;
    if loaded == digest || somebodys_own {
        return Ok(Update::Same);
    }
    let content = content();
    let rows: Vec<(String, String, String, String)> = shipped::table.load(conn)?;
    let applied: HashMap<Key, String> =
        rows.into_iter().map(|(kind, slug, _, applied)| ((kind, slug), applied)).collect();
    let named = content.iter().map(|item| (item.kind.name.to_owned(), item.slug.clone()));
    let standing = standing(conn, named.chain(applied.keys().cloned()).collect())?;
    let shipped_now: HashSet<(&str, &str)> =
        content.iter().map(|item| (item.kind.name, item.slug.as_str())).collect();

    let mut moving = Vec::new();
    let mut kept = Vec::new();
    let mut marks = Vec::new();
    for item in &content {
        let key = (item.kind.name.to_owned(), item.slug.clone());
        let new = digest_of(&item.checked.json);
        let before = applied.get(&key);
        let why = match (standing.get(&key), before) {
            (Some(now), _) if *now == new => None,
            (Some(now), Some(applied)) if now == applied => None,
            (Some(_), Some(_)) => Some("editors changed it"),
            (Some(_), None) => Some("editors made one of that name"),
            (None, Some(_)) => Some("editors removed it"),
            (None, None) => None,
        };
        match why {
            None => {
                marks.push((key, new.clone(), new));
                moving.push(item.clone());
            }
            Some(why) => {
                marks.push((key.clone(), new, before.cloned().unwrap_or_default()));
                kept.push(Kept { kind: key.0, slug: key.1, why });
            }
        }
    }
    for (kind, slug) in applied.keys() {
        let still = shipped_now.contains(&(kind.as_str(), slug.as_str()));
        if !still && standing.contains_key(&(kind.clone(), slug.clone())) {
            kept.push(Kept { kind: kind.clone(), slug: slug.clone(), why: "it is shipped no longer" });
        }
    }
    let problems = dangling(conn, &moving)?;
    if !problems.is_empty() {
        return Ok(Update::Unfit(problems));
    }
    for ((kind, slug), offered, applied) in marks {
        diesel::delete(shipped::table.find((&kind, &slug))).execute(conn)?;
        diesel::insert_into(shipped::table)
            .values((
                shipped::kind.eq(kind),
                shipped::slug.eq(slug),
                shipped::offered.eq(offered),
                shipped::applied.eq(applied),
            ))
            .execute(conn)?;
    }
    diesel::update(guide::table.find(1)).set(guide::shipped.eq(digest)).execute(conn)?;
    let published =
        publish(conn, &moving, Publication { origin: Origin::Shipped, by: None, told: None, now })?;
    kept.sort_by(|a, b| (&a.kind, &a.slug).cmp(&(&b.kind, &b.slug)));
    Ok(Update::Loaded { published, kept })
}

/// The digests of those of the named entries that stand; what else the guide holds is not read.
fn standing(conn: &mut Conn, named: HashSet<Key>) -> Result<HashMap<Key, String>> {
    let mut by_kind: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (kind, slug) in named {
        by_kind.entry(kind).or_default().push(slug);
    }
    let mut standing = HashMap::new();
    for (kind, slugs) in by_kind {
        for slugs in slugs.chunks(AT_ONCE) {
            let rows: Vec<(String, String)> = entries::table
                .filter(entries::kind.eq(&kind).and(entries::slug.eq_any(slugs)))
                .select((entries::slug, entries::content))
                .load(conn)?;
            standing
                .extend(rows.into_iter().map(|(slug, content)| ((kind.clone(), slug), digest_of(&content))));
        }
    }
    Ok(standing)
}

/// A short name for content: equal content, equal digest.
pub fn digest_of(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
