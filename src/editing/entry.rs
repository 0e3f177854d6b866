//! An entry: one thing of the guide as it is published now.

use crate::content::{Content, Kind, check_slug};
use crate::db::Conn;
use crate::db::schema::{entries, links};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A published entry with its content.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Its identity, and the last part of its address. It never changes.
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
        // Each once: engines bound how many values a query may hold.
        let slugs: BTreeSet<&String> = slugs.into_iter().collect();
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

    /// Every entry of this kind, ordered by name. For kinds of which there are few.
    pub fn all(conn: &mut Conn) -> Result<Vec<Self>> {
        let rows: Vec<Row> = entries::table
            .filter(entries::kind.eq(T::KIND))
            .order((entries::name, entries::slug))
            .select(COLUMNS)
            .load(conn)?;
        rows.into_iter().map(Entry::from_row).collect()
    }

    /// The entries of this kind that name some of `slugs` of kind `To`, by name, each with the slugs that it names.
    pub fn linking<'a, To: Content>(
        conn: &mut Conn,
        slugs: impl IntoIterator<Item = &'a String>,
    ) -> Result<Vec<(Vec<String>, Self)>> {
        let slugs: Vec<&String> = slugs.into_iter().collect();
        if slugs.is_empty() {
            return Ok(Vec::new());
        }
        let pairs: Vec<(String, String)> = links::table
            .filter(links::kind.eq(T::KIND).and(links::to_kind.eq(To::KIND)))
            .filter(links::to_slug.eq_any(slugs))
            .order((links::slug, links::to_slug))
            .select((links::to_slug, links::slug))
            .load(conn)?;
        let linking = Entry::<T>::some(conn, pairs.iter().map(|(_, slug)| slug))?;
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (to, slug) in pairs {
            named.entry(slug).or_default().push(to);
        }
        let with_names = |(slug, entry): (String, Self)| (named.remove(&slug).unwrap_or_default(), entry);
        let mut found: Vec<(Vec<String>, Self)> = linking.into_iter().map(with_names).collect();
        found
            .sort_by(|a, b| a.1.content.name().cmp(b.1.content.name()).then_with(|| a.1.slug.cmp(&b.1.slug)));
        Ok(found)
    }
}

/// The names of those of `slugs` that exist, by slug.
pub fn names<'a, T: Content>(
    conn: &mut Conn,
    slugs: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>> {
    let slugs: BTreeSet<&String> = slugs.into_iter().collect();
    if slugs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String)> = entries::table
        .filter(entries::kind.eq(T::KIND).and(entries::slug.eq_any(slugs)))
        .select((entries::slug, entries::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

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

/// Every page that shows an entry of one of `kinds`.
pub fn pages(conn: &mut Conn, kinds: &[Kind]) -> Result<Vec<Page>> {
    let with_page: Vec<&str> = kinds.iter().filter(|k| k.address.is_some()).map(|k| k.name).collect();
    let rows: Vec<(String, String, String)> = entries::table
        .filter(entries::kind.eq_any(with_page))
        .order((entries::kind, entries::slug))
        .select((entries::kind, entries::slug, entries::name))
        .load(conn)?;
    let address = |kind: &str| kinds.iter().find(|k| k.name == kind).and_then(|k| k.address);
    Ok(rows
        .into_iter()
        .filter_map(|(kind, slug, name)| address(&kind).map(|a| Page { path: format!("{a}{slug}"), name }))
        .collect())
}
