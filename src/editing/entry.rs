//! An entry: one thing of the guide as it is published now.

use crate::content::{Content, check_slug};
use crate::db::Conn;
use crate::db::schema::{entries, links};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A published entry with its content.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Its identity, and the last part of its address. Only a move changes it, everywhere at once.
    pub slug: String,
    /// Counts its published versions, from 1.
    pub revision: i64,
    pub published: DateTime<Utc>,
    pub content: T,
}

/// Slug, revision, publication in milliseconds since 1970 UTC, content.
type Row = (String, i64, i64, String);

const COLUMNS: (entries::slug, entries::revision, entries::published_at, entries::content) =
    (entries::slug, entries::revision, entries::published_at, entries::content);

impl<T> Entry<T> {
    /// The day of its last publication, such as "20 November 2026".
    pub fn published_on(&self) -> String {
        self.published.format("%-d %B %Y").to_string()
    }

    /// The same day for machines, such as "2026-11-20".
    pub fn published_day(&self) -> String {
        self.published.format("%Y-%m-%d").to_string()
    }
}

impl<T: Content> Entry<T> {
    fn from_row((slug, revision, published_at, content): Row) -> Result<Self> {
        Ok(Entry {
            slug,
            revision,
            published: DateTime::from_timestamp_millis(published_at).unwrap_or_default(),
            content: serde_json::from_str(&content)?,
        })
    }

    /// The entry with this slug.
    ///
    /// # Errors
    /// `NotFound` if there is none of this kind.
    pub fn find(conn: &mut Conn, slug: &str) -> Result<Self> {
        // What can be no slug is not asked about: PostgreSQL refuses some of it, MariaDB overlooks spaces at its end.
        if check_slug(slug).is_err() {
            return Err(Error::NotFound);
        }
        let row = entries::table.find((T::KIND, slug)).select(COLUMNS).first::<Row>(conn)?;
        Entry::from_row(row)
    }

    /// Those of `slugs` that exist, by slug.
    pub fn some<'a>(
        conn: &mut Conn,
        slugs: impl IntoIterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, Self>> {
        // Each once, since engines bound how many values a query may hold, and as with `find` nothing that is no slug.
        let slugs: BTreeSet<&String> = slugs.into_iter().filter(|slug| check_slug(slug).is_ok()).collect();
        if slugs.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows: Vec<Row> = entries::table
            .filter(entries::kind.eq(T::KIND).and(entries::slug.eq_any(slugs)))
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(|row| Entry::from_row(row).map(|e| (e.slug.clone(), e))).collect()
    }

    /// `count` entries of this kind whose slugs come after `slug`, by slug.
    pub fn after(conn: &mut Conn, slug: &str, count: i64) -> Result<Vec<Self>> {
        let rows: Vec<Row> = entries::table
            .filter(entries::kind.eq(T::KIND).and(entries::slug.gt(slug)))
            .order(entries::slug)
            .limit(count)
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Entry::from_row).collect()
    }

    /// How many entries of this kind there are.
    pub fn count(conn: &mut Conn) -> Result<i64> {
        Ok(entries::table.filter(entries::kind.eq(T::KIND)).count().get_result(conn)?)
    }

    /// `count` entries of this kind after the first `skip`, ordered by name.
    pub fn by_name(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Self>> {
        let slugs: Vec<String> = entries::table
            .filter(entries::kind.eq(T::KIND))
            .order((entries::name, entries::slug))
            .limit(count)
            .offset(skip)
            .select(entries::slug)
            .load(conn)?;
        Self::these(conn, slugs)
    }

    /// `count` entries of this kind after the first `skip`, those published last first.
    pub fn latest(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Self>> {
        let slugs: Vec<String> = entries::table
            .filter(entries::kind.eq(T::KIND))
            .order((entries::published_at.desc(), entries::name, entries::slug))
            .limit(count)
            .offset(skip)
            .select(entries::slug)
            .load(conn)?;
        Self::these(conn, slugs)
    }

    /// The entries with these slugs, which were found in an index: what is skipped there is not read.
    fn these(conn: &mut Conn, slugs: Vec<String>) -> Result<Vec<Self>> {
        let mut found = Self::some(conn, &slugs)?;
        Ok(slugs.iter().filter_map(|slug| found.remove(slug)).collect())
    }

    /// Every entry of this kind, ordered by name. For kinds of which there are few.
    pub fn all(conn: &mut Conn) -> Result<Vec<Self>> {
        let rows: Vec<Row> = entries::table
            .filter(entries::kind.eq(T::KIND))
            .order((entries::name, entries::slug))
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Entry::from_row).collect()
    }

    /// Every entry of this kind, by slug. For kinds of which there are few.
    pub fn by_slug(conn: &mut Conn) -> Result<BTreeMap<String, Self>> {
        Ok(Self::all(conn)?.into_iter().map(|entry| (entry.slug.clone(), entry)).collect())
    }

    /// The entries of this kind that the entry of kind `From` with this slug names, by slug.
    pub fn named_by<From: Content>(conn: &mut Conn, slug: &str) -> Result<BTreeMap<String, Self>> {
        let rows: Vec<Row> = links::table
            .inner_join(
                entries::table.on(entries::kind.eq(links::to_kind).and(entries::slug.eq(links::to_slug))),
            )
            .filter(links::kind.eq(From::KIND).and(links::slug.eq(slug)).and(links::to_kind.eq(T::KIND)))
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(|row| Entry::from_row(row).map(|e| (e.slug.clone(), e))).collect()
    }

    /// The entries of this kind that name the one of kind `To` with this slug, ordered by name.
    pub fn naming<To: Content>(conn: &mut Conn, slug: &str) -> Result<Vec<Self>> {
        let named = Self::naming_some::<To>(conn, [&slug.to_owned()])?;
        Ok(named.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The entries of this kind that name some of those of kind `To` with these slugs, each once and ordered by name,
    /// with the slugs of what they name.
    pub fn naming_some<'a, To: Content>(
        conn: &mut Conn,
        slugs: impl IntoIterator<Item = &'a String>,
    ) -> Result<Vec<(Vec<String>, Self)>> {
        let slugs: BTreeSet<&String> = slugs.into_iter().collect();
        // Links first and by themselves: joined, an engine may begin with all entries of the kind.
        let rows: Vec<(String, String)> = links::table
            .filter(links::to_kind.eq(To::KIND).and(links::to_slug.eq_any(slugs)))
            .filter(links::kind.eq(T::KIND))
            .select((links::slug, links::to_slug))
            .load(conn)?;
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (slug, to_slug) in rows {
            named.entry(slug).or_default().push(to_slug);
        }
        let mut found = Self::some(conn, named.keys())?;
        let with_named = |(slug, mut names): (String, Vec<String>)| {
            names.sort();
            Some((names, found.remove(&slug)?))
        };
        let mut entries: Vec<(Vec<String>, Self)> = named.into_iter().filter_map(with_named).collect();
        // They come by slug.
        entries.sort_by(|(_, a), (_, b)| a.content.name().cmp(b.content.name()));
        Ok(entries)
    }
}

/// The names of everything that one entry names.
pub struct Names(BTreeMap<String, BTreeMap<String, String>>);

impl Names {
    /// Of what the entry of kind `From` with this slug names; what has no entry yet is missing.
    pub fn by<From: Content>(conn: &mut Conn, slug: &str) -> Result<Names> {
        let rows: Vec<(String, String, String)> = links::table
            .inner_join(
                entries::table.on(entries::kind.eq(links::to_kind).and(entries::slug.eq(links::to_slug))),
            )
            .filter(links::kind.eq(From::KIND).and(links::slug.eq(slug)))
            .select((entries::kind, entries::slug, entries::name))
            .load(conn)?;
        let mut names = Names(BTreeMap::new());
        for (kind, slug, name) in rows {
            names.0.entry(kind).or_default().insert(slug, name);
        }
        Ok(names)
    }

    /// Takes out those of one kind, by slug.
    pub fn take<T: Content>(&mut self) -> BTreeMap<String, String> {
        self.0.remove(T::KIND).unwrap_or_default()
    }
}

/// The names of those of `slugs` that exist, by slug.
pub fn names<'a, T: Content>(
    conn: &mut Conn,
    slugs: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>> {
    let slugs: BTreeSet<&String> = slugs.into_iter().filter(|slug| check_slug(slug).is_ok()).collect();
    if slugs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String)> = entries::table
        .filter(entries::kind.eq(T::KIND).and(entries::slug.eq_any(slugs)))
        .select((entries::slug, entries::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
