//! Queries over entries and drafts together, for editors.

use crate::db::Conn;
use crate::db::schema::{drafts, entries, links, revisions};
use crate::editing::Draft;
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::{BTreeMap, BTreeSet};

define_sql_function! {
    /// In lower case, as far as the engine knows letters.
    fn lower(text: Text) -> Text;
}

/// A published entry in a list of editors.
#[derive(Clone, Debug)]
pub struct Listed {
    pub slug: String,
    pub name: String,
    pub revision: i64,
    pub published: DateTime<Utc>,
}

/// `words` as a pattern that finds them anywhere.
fn pattern(words: &str) -> String {
    let escaped: String = words
        .to_lowercase()
        .chars()
        .flat_map(|c| ['!', c].into_iter().skip(usize::from(!"!%_".contains(c))))
        .collect();
    format!("%{escaped}%")
}

/// How many published entries of a kind there are whose names hold `words`.
pub fn count(conn: &mut Conn, kind: &str, words: &str) -> Result<i64> {
    let mut found = entries::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
    found = found.filter(entries::kind.eq(kind.to_owned()));
    if !words.is_empty() {
        found = found.filter(lower(entries::name).like(pattern(words)).escape('!'));
    }
    Ok(found.count().get_result(conn)?)
}

/// `count` of them after the first `skip`, by name.
pub fn list(conn: &mut Conn, kind: &str, words: &str, skip: i64, count: i64) -> Result<Vec<Listed>> {
    let mut found = entries::table.into_boxed::<<Conn as diesel::Connection>::Backend>();
    found = found.filter(entries::kind.eq(kind.to_owned()));
    if !words.is_empty() {
        found = found.filter(lower(entries::name).like(pattern(words)).escape('!'));
    }
    let rows: Vec<(String, String, i64, i64)> = found
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

/// The first `count` open drafts of a kind whose names hold `words`, those saved last first.
pub fn drafts(conn: &mut Conn, kind: &str, words: &str, count: i64) -> Result<Vec<Draft>> {
    let found: Vec<String> = drafts::table
        .filter(drafts::standing.eq(1).and(drafts::kind.eq(kind)))
        .filter(lower(drafts::name).like(pattern(words)).escape('!'))
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

/// Every published entry but itself that names this one, by kind and name.
pub fn naming(conn: &mut Conn, kind: &str, slug: &str) -> Result<Vec<Naming>> {
    let rows: Vec<(String, String, String, i64, String)> = links::table
        .inner_join(entries::table.on(entries::kind.eq(links::kind).and(entries::slug.eq(links::slug))))
        .filter(links::to_kind.eq(kind).and(links::to_slug.eq(slug)))
        .order((entries::kind, entries::name, entries::slug))
        .select((entries::kind, entries::slug, entries::name, entries::revision, entries::content))
        .load(conn)?;
    let naming = |(kind, slug, name, revision, content)| Naming { kind, slug, name, revision, content };
    let other = |naming: &Naming| naming.kind != kind || naming.slug != slug;
    Ok(rows.into_iter().map(naming).filter(other).collect())
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

/// The first `count` entries and drafts of any kind whose names or slugs hold `words`: kind, slug, name, and whether it
/// is published.
pub fn find(conn: &mut Conn, words: &str, count: i64) -> Result<Vec<(String, String, String, bool)>> {
    let published: Vec<(String, String, String)> = entries::table
        .filter(
            lower(entries::name)
                .like(pattern(words))
                .escape('!')
                .or(entries::slug.like(pattern(words)).escape('!')),
        )
        .order((entries::name, entries::kind, entries::slug))
        .limit(count)
        .select((entries::kind, entries::slug, entries::name))
        .load(conn)?;
    let drafted: Vec<(String, String, String)> = drafts::table
        .filter(drafts::standing.eq(1).and(drafts::base_revision.eq(0)))
        .filter(
            lower(drafts::name)
                .like(pattern(words))
                .escape('!')
                .or(drafts::slug.like(pattern(words)).escape('!')),
        )
        .order((drafts::name, drafts::kind, drafts::slug))
        .limit(count)
        .select((drafts::kind, drafts::slug, drafts::name))
        .load(conn)?;
    let told = |published: bool| move |(kind, slug, name)| (kind, slug, name, published);
    let mut found: Vec<_> =
        published.into_iter().map(told(true)).chain(drafted.into_iter().map(told(false))).collect();
    found.truncate(count as usize);
    Ok(found)
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
