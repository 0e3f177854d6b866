//! The content that the program carries, and how a newer program's content meets what editors changed.

use super::dangling::dangling;
use super::fate::Withdrawn;
use super::follow::follow;
use super::publish::{AT_ONCE, Incoming, Origin, Publication, Published, publish};
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
    pub why: String,
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
}

/// A shipped file that does not fit what editors made of the guide: it is kept aside, and tried at each start.
pub struct Unfit;

impl Unfit {
    /// Every one, with what is in the way.
    pub fn all(conn: &mut Conn) -> Result<Vec<Kept>> {
        let rows: Vec<(String, String, Option<String>)> = shipped::table
            .filter(shipped::unfit.is_not_null())
            .order((shipped::kind, shipped::slug))
            .select((shipped::kind, shipped::slug, shipped::unfit))
            .load(conn)?;
        let kept =
            |(kind, slug, why): (_, _, Option<String>)| Kept { kind, slug, why: why.unwrap_or_default() };
        Ok(rows.into_iter().map(kept).collect())
    }
}

/// Kind and slug.
type Key = (String, String);

/// What is noted of a shipped entry: the digest offered, the one applied, and why it was kept aside.
struct Mark {
    key: Key,
    offered: String,
    applied: String,
    unfit: Option<String>,
}

/// The most letters that are kept of why something does not fit.
const WHY: usize = 1000;

/// Brings the content that the program carries into the guide: whatever editors left untouched moves to it,
/// whatever they changed stays. What names something that moved or left follows it; what cannot is kept aside.
/// `digest` stands for the whole of it, so that an unchanged one costs two queries. Call it inside `db::write`.
pub fn load_shipped(
    conn: &mut Conn,
    digest: &str,
    content: impl FnOnce() -> Vec<Incoming>,
    now: DateTime<Utc>,
) -> Result<Update> {
    let loaded: String = guide::table.find(1).select(guide::shipped).first(conn)?;
    let somebodys_own = loaded.is_empty() && super::guide_revision(conn)? > 0;
    // What was kept aside may fit by now.
    if somebodys_own || loaded == digest && Unfit::all(conn)?.is_empty() {
        return Ok(Update::Same);
    }
    let content = content();
    let rows: Vec<(String, String, String)> =
        shipped::table.select((shipped::kind, shipped::slug, shipped::applied)).load(conn)?;
    let applied: HashMap<Key, String> =
        rows.into_iter().map(|(kind, slug, applied)| ((kind, slug), applied)).collect();
    let named = content.iter().map(|item| (item.kind.name.to_owned(), item.slug.clone()));
    let standing = standing(conn, named.chain(applied.keys().cloned()).collect())?;

    let mut kept = still_there(&content, &applied, &standing);
    let mut marks = Vec::new();
    let (gone, there) = removed(conn, &content, &applied, &standing)?;
    for item in gone {
        let key = (item.kind.name.to_owned(), item.slug.clone());
        kept.push(Kept { kind: key.0.clone(), slug: key.1.clone(), why: "editors removed it".into() });
        let before = applied.get(&key).cloned().unwrap_or_default();
        marks.push(Mark { key, offered: digest_of(&item.checked.json), applied: before, unfit: None });
    }
    let mut moving = Vec::new();
    let followed = follow(conn, there)?;
    for (item, unfit) in followed {
        let key = (item.kind.name.to_owned(), item.slug.clone());
        let new = digest_of(&item.checked.json);
        let before = applied.get(&key).cloned().unwrap_or_default();
        let why = match standing.get(&key) {
            Some(now) if *now == new || *now == before => None,
            Some(_) if before.is_empty() => Some("editors made one of that name"),
            Some(_) => Some("editors changed it"),
            None => None,
        };
        match (why, unfit) {
            (Some(why), _) => {
                kept.push(Kept { kind: key.0.clone(), slug: key.1.clone(), why: why.into() });
                marks.push(Mark { key, offered: new, applied: before, unfit: None });
            }
            (None, Some(unfit)) => {
                kept.push(Kept { kind: key.0.clone(), slug: key.1.clone(), why: unfit.clone() });
                marks.push(Mark { key, offered: new, applied: before, unfit: Some(unfit) });
            }
            (None, None) => moving.push((item, before, new)),
        }
    }
    // What is kept aside may be what others name.
    loop {
        let coming: Vec<Incoming> = moving.iter().map(|(item, ..)| item.clone()).collect();
        let problems = dangling(conn, &coming)?;
        if problems.is_empty() {
            break;
        }
        let of = |item: &Incoming| problems.iter().find(|problem| problem.file == item.file);
        for (item, before, new) in moving.extract_if(.., |(item, ..)| of(item).is_some()) {
            let why = of(&item).map_or_else(String::new, ToString::to_string);
            let key = (item.kind.name.to_owned(), item.slug.clone());
            kept.push(Kept { kind: key.0.clone(), slug: key.1.clone(), why: why.clone() });
            marks.push(Mark { key, offered: new, applied: before, unfit: Some(why) });
        }
    }
    marks.extend(moving.iter().map(|(item, _, new)| Mark {
        key: (item.kind.name.to_owned(), item.slug.clone()),
        offered: new.clone(),
        applied: new.clone(),
        unfit: None,
    }));
    for mark in marks {
        mark.write(conn)?;
    }
    diesel::update(guide::table.find(1)).set(guide::shipped.eq(digest)).execute(conn)?;
    let moving: Vec<Incoming> = moving.into_iter().map(|(item, ..)| item).collect();
    let published =
        publish(conn, &moving, Publication { origin: Origin::Shipped, by: None, told: None, now })?;
    kept.sort_by(|a, b| (&a.kind, &a.slug).cmp(&(&b.kind, &b.slug)));
    Ok(Update::Loaded { published, kept })
}

impl Mark {
    fn write(self, conn: &mut Conn) -> Result<()> {
        let (kind, slug) = self.key;
        let unfit: Option<String> = self.unfit.map(|why| why.chars().take(WHY).collect());
        diesel::delete(shipped::table.find((&kind, &slug))).execute(conn)?;
        diesel::insert_into(shipped::table)
            .values((
                shipped::kind.eq(kind),
                shipped::slug.eq(slug),
                shipped::offered.eq(self.offered),
                shipped::applied.eq(self.applied),
                shipped::unfit.eq(unfit),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// What an older program brought and this one does not.
fn still_there(
    content: &[Incoming],
    applied: &HashMap<Key, String>,
    standing: &HashMap<Key, String>,
) -> Vec<Kept> {
    let shipped: HashSet<(&str, &str)> =
        content.iter().map(|item| (item.kind.name, item.slug.as_str())).collect();
    let left_over = applied.keys().filter(|key| !shipped.contains(&(key.0.as_str(), key.1.as_str())));
    let left_over = left_over.filter(|key| standing.contains_key(*key)).cloned();
    left_over.map(|(kind, slug)| Kept { kind, slug, why: "it is shipped no longer".into() }).collect()
}

/// Those that editors took away, and all others.
fn removed(
    conn: &mut Conn,
    content: &[Incoming],
    applied: &HashMap<Key, String>,
    standing: &HashMap<Key, String>,
) -> Result<(Vec<Incoming>, Vec<Incoming>)> {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in content {
        by_kind.entry(item.kind.name).or_default().push(&item.slug);
    }
    let mut left: HashSet<Key> = HashSet::new();
    for (kind, slugs) in by_kind {
        let of_kind = Withdrawn::some(conn, kind, &slugs)?;
        left.extend(of_kind.into_iter().map(|left| (left.kind, left.slug)));
    }
    let gone = |item: &Incoming| {
        let key = (item.kind.name.to_owned(), item.slug.clone());
        let was_here = applied.get(&key).is_some_and(|applied| !applied.is_empty());
        !standing.contains_key(&key) && (was_here || left.contains(&key))
    };
    Ok(content.iter().cloned().partition(gone))
}

/// What was applied of entries follows them through a change that was made to all that names something: they count as
/// untouched afterwards as they did before. Call it before they are published.
pub(super) fn follow_applied(conn: &mut Conn, revised: &[Incoming]) -> Result<()> {
    for some in revised.chunks(AT_ONCE) {
        let slugs: Vec<&str> = some.iter().map(|item| item.slug.as_str()).collect();
        let rows: Vec<(String, String, String)> = shipped::table
            .filter(shipped::slug.eq_any(slugs))
            .select((shipped::kind, shipped::slug, shipped::applied))
            .load(conn)?;
        for (kind, slug, applied) in rows {
            let Some(item) = some.iter().find(|item| item.kind.name == kind && item.slug == slug) else {
                continue;
            };
            let now: String = entries::table.find((&kind, &slug)).select(entries::content).first(conn)?;
            if digest_of(&now) == applied {
                diesel::update(shipped::table.find((&kind, &slug)))
                    .set(shipped::applied.eq(digest_of(&item.checked.json)))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
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
