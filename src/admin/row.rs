//! Queries over entries and drafts together, for editors.

use crate::db::schema::{drafts, entries, links, revisions};
use crate::db::{Conn, Words, lower};
use crate::editing::Draft;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Backend = <Conn as diesel::Connection>::Backend;

/// A published entry in a list of editors.
#[derive(Clone, Debug)]
pub struct Listed {
    pub slug: String,
    pub name: String,
    pub revision: i64,
    pub published: DateTime<Utc>,
}

/// Published entries of a kind whose names hold all words.
fn named(kind: &str, words: &str) -> entries::BoxedQuery<'static, Backend> {
    let mut found = entries::table.filter(entries::kind.eq(kind.to_owned())).into_boxed();
    for pattern in Words::of(words).patterns() {
        found = found.filter(lower(entries::name).like(pattern).escape('!'));
    }
    found
}

/// How many published entries of a kind there are whose names hold all words.
pub fn count(conn: &mut Conn, kind: &str, words: &str) -> Result<i64> {
    Ok(named(kind, words).count().get_result(conn)?)
}

/// `count` of them after the first `skip`, by name.
pub fn list(conn: &mut Conn, kind: &str, words: &str, skip: i64, count: i64) -> Result<Vec<Listed>> {
    let rows: Vec<(String, String, i64, i64)> = named(kind, words)
        .order((entries::name, entries::slug))
        .limit(count)
        .offset(skip)
        .select((entries::slug, entries::name, entries::revision, entries::published_at))
        .load(conn)?;
    let listed = |(slug, name, revision, at): (String, String, i64, i64)| Listed {
        slug,
        name,
        revision,
        published: DateTime::from_timestamp_millis(at).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// The first `count` open drafts of a kind whose names hold all words, those saved last first.
pub fn drafts(conn: &mut Conn, kind: &str, words: &str, count: i64) -> Result<Vec<Draft>> {
    let mut found =
        drafts::table.filter(drafts::standing.eq(1).and(drafts::kind.eq(kind))).into_boxed::<Backend>();
    for pattern in Words::of(words).patterns() {
        found = found.filter(lower(drafts::name).like(pattern).escape('!'));
    }
    let found: Vec<String> = found
        .order((drafts::changed_at.desc(), drafts::slug))
        .limit(count)
        .select(drafts::slug)
        .load(conn)?;
    Draft::some(conn, kind, &found)
}

/// Kind and slug of an entry with a page that names this one, the first by name; roles before all others.
pub fn page_around(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<(String, String)>> {
    let around = |conn: &mut Conn, by: &str| -> Result<Option<(String, String)>> {
        Ok(links::table
            .filter(links::to_kind.eq(kind).and(links::to_slug.eq(slug)).and(links::kind.eq(by)))
            .order(links::slug)
            .select((links::kind, links::slug))
            .first(conn)
            .optional()?)
    };
    let named = |conn: &mut Conn| -> Result<Option<(String, String)>> {
        Ok(links::table
            .filter(links::kind.eq(kind).and(links::slug.eq(slug)).and(links::to_kind.eq("skill")))
            .order(links::to_slug)
            .select((links::to_kind, links::to_slug))
            .first(conn)
            .optional()?)
    };
    // A resource names what it teaches; figures are named by roles and articles.
    Ok(around(conn, "role")?.or(around(conn, "article")?).or(named(conn)?))
}

/// A published entry that names another.
pub struct Naming {
    pub kind: String,
    pub slug: String,
    pub name: String,
    pub revision: i64,
    pub content: String,
}

/// Kind and slug of every published entry but itself that names this one, by kind and name.
pub fn naming(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<(String, String)>> {
    let rows: Vec<(String, String)> = links::table
        .inner_join(entries::table.on(entries::kind.eq(links::kind).and(entries::slug.eq(links::slug))))
        .filter(links::to_kind.eq(kind).and(links::to_slug.eq(slug)))
        .order((entries::kind, entries::name, entries::slug))
        .select((entries::kind, entries::slug))
        .load(conn)?;
    Ok(rows.into_iter().filter(|other| other.0 != kind || other.1 != slug).collect())
}

/// Some of them with what they say, in the same order.
pub fn contents(conn: &mut Conn, some: &[(String, String)]) -> Result<Vec<Naming>> {
    let mut found: BTreeMap<(String, String), Naming> = BTreeMap::new();
    for (kind, slugs) in by_kind_of(&some.iter().cloned().collect()) {
        let rows: Vec<(String, String, i64, String)> = entries::table
            .filter(entries::kind.eq(&kind).and(entries::slug.eq_any(slugs)))
            .select((entries::slug, entries::name, entries::revision, entries::content))
            .load(conn)?;
        let naming =
            |(slug, name, revision, content)| Naming { kind: kind.clone(), slug, name, revision, content };
        found.extend(rows.into_iter().map(naming).map(|one| ((one.kind.clone(), one.slug.clone()), one)));
    }
    Ok(some.iter().filter_map(|key| found.remove(key)).collect())
}

/// Slug and name of the published entry of a kind that is called so, or has this slug.
pub fn called(conn: &mut Conn, kind: &str, words: &str) -> Result<Option<(String, String)>> {
    let of_kind = || entries::table.filter(entries::kind.eq(kind));
    let columns = (entries::slug, entries::name);
    let by_name: Option<(String, String)> = of_kind()
        .filter(entries::name.eq(words))
        .order(entries::slug)
        .select(columns)
        .first(conn)
        .optional()?;
    if by_name.is_some() {
        return Ok(by_name);
    }
    let slug = super::slug_of(words);
    Ok(of_kind().filter(entries::slug.eq(slug)).select(columns).first(conn).optional()?)
}

/// Whether something of this kind has, or had, this slug: an entry, a draft, a revision.
pub fn taken(conn: &mut Conn, kind: &str, slug: &str) -> Result<bool> {
    let revisions: i64 = revisions::table
        .filter(revisions::kind.eq(kind).and(revisions::slug.eq(slug)))
        .count()
        .get_result(conn)?;
    let drafts: i64 =
        drafts::table.filter(drafts::kind.eq(kind).and(drafts::slug.eq(slug))).count().get_result(conn)?;
    let standing: i64 =
        entries::table.filter(entries::kind.eq(kind).and(entries::slug.eq(slug))).count().get_result(conn)?;
    Ok(revisions + drafts + standing > 0)
}

/// Kind, slug, name, and whether it is published.
pub type Hit = (String, String, String, bool);

/// Entries, and drafts of something new, of any kind, whose names or slugs hold all words: how many there are, and
/// `count` of them after the first `skip`, by name; drafts come last.
pub fn find(conn: &mut Conn, words: &Words, skip: i64, count: i64) -> Result<(i64, Vec<Hit>)> {
    let published = || {
        let mut found = entries::table.into_boxed::<Backend>();
        for pattern in words.patterns() {
            let name = lower(entries::name).like(pattern.clone()).escape('!');
            found = found.filter(name.or(entries::slug.like(pattern).escape('!')));
        }
        found
    };
    let drafted = || {
        let mut found = drafts::table
            .filter(drafts::standing.eq(1).and(drafts::base_revision.eq(0)))
            .into_boxed::<Backend>();
        for pattern in words.patterns() {
            let name = lower(drafts::name).like(pattern.clone()).escape('!');
            found = found.filter(name.or(drafts::slug.like(pattern).escape('!')));
        }
        found
    };
    let all: i64 = published().count().get_result(conn)?;
    let new: i64 = drafted().count().get_result(conn)?;
    let rows: Vec<(String, String, String)> = published()
        .order((entries::name, entries::kind, entries::slug))
        .offset(skip)
        .limit(count)
        .select((entries::kind, entries::slug, entries::name))
        .load(conn)?;
    let left = count - rows.len() as i64;
    let new_rows: Vec<(String, String, String)> = drafted()
        .order((drafts::name, drafts::kind, drafts::slug))
        .offset((skip - all).max(0))
        .limit(left)
        .select((drafts::kind, drafts::slug, drafts::name))
        .load(conn)?;
    let told = |published: bool| move |(kind, slug, name)| (kind, slug, name, published);
    let rows = rows.into_iter().map(told(true)).chain(new_rows.into_iter().map(told(false)));
    Ok((all + new, rows.collect()))
}

/// Kind, slug, name and content.
pub type Said = (String, String, String, String);

/// Published entries of these kinds whose JSON holds all words, by name.
pub fn saying(conn: &mut Conn, kinds: &[&str], words: &Words) -> Result<Vec<Said>> {
    let mut found = entries::table.filter(entries::kind.eq_any(kinds.to_vec())).into_boxed::<Backend>();
    for pattern in words.patterns_in_json() {
        found = found.filter(lower(entries::content).like(pattern).escape('!'));
    }
    Ok(found
        .order((entries::name, entries::kind, entries::slug))
        .select((entries::kind, entries::slug, entries::name, entries::content))
        .load(conn)?)
}

/// Those of these entries that are published, in the order in which they are asked for.
pub fn these(conn: &mut Conn, asked: &[(String, String)]) -> Result<Vec<Said>> {
    let mut found: BTreeMap<(String, String), Said> = BTreeMap::new();
    for (kind, slugs) in by_kind_of(&asked.iter().cloned().collect()) {
        let rows: Vec<Said> = entries::table
            .filter(entries::kind.eq(&kind).and(entries::slug.eq_any(slugs)))
            .select((entries::kind, entries::slug, entries::name, entries::content))
            .load(conn)?;
        found.extend(rows.into_iter().map(|row| ((row.0.clone(), row.1.clone()), row)));
    }
    Ok(asked.iter().filter_map(|key| found.remove(key)).collect())
}

/// How many entries of each kind are published.
pub fn by_kind(conn: &mut Conn) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = entries::table
        .group_by(entries::kind)
        .select((entries::kind, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Kind and slug, with a name.
pub type Names = BTreeMap<(String, String), String>;

/// The names of entries and drafts with these kinds and slugs; a draft's only where nothing is published.
pub fn names(conn: &mut Conn, asked: &BTreeSet<(String, String)>) -> Result<Names> {
    let mut found = Names::new();
    for (kind, slugs) in by_kind_of(asked) {
        for slugs in slugs.chunks(500) {
            let drafted: Vec<(String, String)> = drafts::table
                .filter(drafts::kind.eq(&kind).and(drafts::slug.eq_any(slugs)).and(drafts::standing.eq(1)))
                .select((drafts::slug, drafts::name))
                .load(conn)?;
            let published: Vec<(String, String)> = entries::table
                .filter(entries::kind.eq(&kind).and(entries::slug.eq_any(slugs)))
                .select((entries::slug, entries::name))
                .load(conn)?;
            let keyed = drafted.into_iter().chain(published).map(|(slug, name)| ((kind.clone(), slug), name));
            found.extend(keyed);
        }
    }
    Ok(found)
}

/// The slugs of entries and drafts with these kinds and names.
pub fn slugs(conn: &mut Conn, asked: &BTreeSet<(String, String)>) -> Result<Names> {
    let mut found = Names::new();
    for (kind, names) in by_kind_of(asked) {
        for names in names.chunks(500) {
            let drafted: Vec<(String, String)> = drafts::table
                .filter(drafts::kind.eq(&kind).and(drafts::name.eq_any(names)).and(drafts::standing.eq(1)))
                .select((drafts::name, drafts::slug))
                .load(conn)?;
            let published: Vec<(String, String)> = entries::table
                .filter(entries::kind.eq(&kind).and(entries::name.eq_any(names)))
                .order((entries::name, entries::slug.desc()))
                .select((entries::name, entries::slug))
                .load(conn)?;
            let keyed = drafted.into_iter().chain(published).map(|(name, slug)| ((kind.clone(), name), slug));
            found.extend(keyed);
        }
    }
    Ok(found)
}

fn by_kind_of(asked: &BTreeSet<(String, String)>) -> BTreeMap<String, Vec<&String>> {
    let mut by_kind: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (kind, text) in asked {
        by_kind.entry(kind.clone()).or_default().push(text);
    }
    by_kind
}

/// The names of a kind to choose from, by name; nothing if there are more than `most`.
pub fn choices(conn: &mut Conn, kind: &str, most: i64) -> Result<Vec<String>> {
    let names: Vec<String> = entries::table
        .filter(entries::kind.eq(kind))
        .order(entries::name)
        .limit(most + 1)
        .select(entries::name)
        .load(conn)?;
    Ok(if names.len() as i64 > most { Vec::new() } else { names })
}
