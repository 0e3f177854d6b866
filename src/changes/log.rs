//! The list of changes, in which all that was first published together is one entry.

use super::TOLD;
use crate::db::Conn;
use crate::db::schema::guide_changes;
use crate::editing::{Change, ChangeRow};
use crate::error::Result;
use chrono::{DateTime, Utc};
use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What one and several of each kind are called, in the order in which kinds are listed.
const NAMES: [[&str; 2]; 3] = [["role", "roles"], ["article", "articles"], ["skill", "skills"]];

/// The revision of the guide in which all of it was new.
const FIRST: i64 = 1;

/// One entry of the list.
#[derive(Debug)]
pub enum Told {
    One(Change),
    Together(Together),
}

/// What one publication brought for the first time: two entries of the guide or more.
#[derive(Debug)]
pub struct Together {
    /// The revision of the guide that it made.
    pub seq: i64,
    pub published: DateTime<Utc>,
    pub kinds: Vec<OfKind>,
}

/// The new entries of one kind.
#[derive(Debug)]
pub struct OfKind {
    /// What the kind is called, in the number that fits.
    pub kind: &'static str,
    pub count: usize,
    /// By their names; of very many those whose slugs come first.
    pub changes: Vec<Change>,
}

/// How many new entries of one kind are listed.
const LISTED: i64 = 250;

/// Which entry of the list it is: the guide's revision, then kind and slug; without them what was new in it. What was new
/// stands below what changed.
type Key = (i64, Option<(String, String)>);

impl Told {
    /// How many entries the list has.
    pub fn count(conn: &mut Conn) -> Result<i64> {
        let told = || guide_changes::kind.eq_any(TOLD);
        let later: i64 = guide_changes::table
            .filter(told().and(guide_changes::revision.gt(1)))
            .count()
            .get_result(conn)?;
        let new: i64 = guide_changes::table
            .filter(told().and(guide_changes::revision.eq(1)))
            .select(count(guide_changes::seq).aggregate_distinct())
            .get_result(conn)?;
        Ok(later + new)
    }

    /// `count` entries of the list after the first `skip`, the newest first.
    pub fn latest(conn: &mut Conn, skip: i64, count: i64) -> Result<Vec<Told>> {
        // Each kind by itself, as an index lists them: together, an engine would sort every change that there is. What the
        // engine put in an order stays in it: engines do not sort all slugs alike.
        let mut keys: BTreeMap<(Reverse<i64>, usize, usize), Key> = BTreeMap::new();
        for (place, kind) in TOLD.into_iter().enumerate() {
            let of_kind = guide_changes::kind.eq(kind);
            let later: Vec<(i64, String)> = guide_changes::table
                .filter(of_kind.and(guide_changes::revision.gt(1)))
                .order((guide_changes::seq.desc(), guide_changes::slug))
                .limit(skip + count)
                .select((guide_changes::seq, guide_changes::slug))
                .load(conn)?;
            for (i, (seq, slug)) in later.into_iter().enumerate() {
                keys.insert((Reverse(seq), place, i), (seq, Some((kind.to_owned(), slug))));
            }
            let new: Vec<i64> = guide_changes::table
                .filter(of_kind.and(guide_changes::revision.eq(1)))
                .order(guide_changes::seq.desc())
                .limit(skip + count)
                .select(guide_changes::seq)
                .distinct()
                .load(conn)?;
            keys.extend(new.into_iter().map(|seq| ((Reverse(seq), TOLD.len(), 0), (seq, None))));
        }
        let keys: Vec<Key> = keys.into_values().skip(skip as usize).take(count as usize).collect();
        let (mut later, mut new) = (later(conn, &keys)?, new(conn, &keys)?);
        let told = |key: &Key| match key {
            (seq, None) => Told::of(*seq, new.remove(seq)?),
            key => later.remove(key).map(Told::One),
        };
        Ok(keys.iter().filter_map(told).collect())
    }

    /// What was new in one revision of the guide: one change, or all of it.
    fn of(seq: i64, mut kinds: Vec<OfKind>) -> Option<Told> {
        if let [only] = &mut kinds[..]
            && only.count == 1
        {
            return only.changes.pop().map(Told::One);
        }
        let published = kinds.first()?.changes.first()?.published;
        Some(Told::Together(Together { seq, published, kinds }))
    }
}

impl Together {
    /// What happened, without a full stop.
    pub fn title(&self) -> &'static str {
        if self.seq == FIRST { "The guide was first published" } else { "First published together" }
    }

    /// How many there are of each kind, such as "11 roles, 7 articles and 201 skills".
    pub fn counts(&self) -> String {
        let counts: Vec<String> = self.kinds.iter().map(|of| format!("{} {}", of.count, of.kind)).collect();
        match counts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => String::new(),
        }
    }

    /// Such as "20 November 2026".
    pub fn day(&self) -> String {
        self.published.format("%-d %B %Y").to_string()
    }

    /// Such as "2026-11-20".
    pub fn machine_day(&self) -> String {
        self.published.format("%Y-%m-%d").to_string()
    }
}

impl OfKind {
    /// How many are not listed.
    pub fn more(&self) -> usize {
        self.count - self.changes.len()
    }
}

/// A change with the revision of the guide that it belongs to.
type Row = (i64, ChangeRow);

fn read((seq, row): Row) -> (i64, Change) {
    (seq, Change::from_row(row))
}

/// The changes of what had been published before.
fn later(conn: &mut Conn, keys: &[Key]) -> Result<BTreeMap<Key, Change>> {
    let one = || keys.iter().filter_map(|(seq, one)| Some((seq, &one.as_ref()?.1)));
    let rows: Vec<Row> = guide_changes::table
        .filter(guide_changes::seq.eq_any(one().map(|(seq, _)| *seq)))
        .filter(guide_changes::kind.eq_any(TOLD).and(guide_changes::revision.gt(1)))
        .filter(guide_changes::slug.eq_any(one().map(|(_, slug)| slug)))
        .select((guide_changes::seq, Change::COLUMNS))
        .load(conn)?;
    let keyed =
        |(seq, change): (i64, Change)| ((seq, Some((change.kind.clone(), change.slug.clone()))), change);
    Ok(rows.into_iter().map(read).map(keyed).collect())
}

/// What was new in each revision of the guide, by its number.
fn new(conn: &mut Conn, keys: &[Key]) -> Result<BTreeMap<i64, Vec<OfKind>>> {
    let seqs: Vec<i64> = keys.iter().filter(|(_, one)| one.is_none()).map(|(seq, _)| *seq).collect();
    let counts: Vec<(i64, String, i64)> = guide_changes::table
        .filter(guide_changes::kind.eq_any(TOLD).and(guide_changes::revision.eq(1)))
        .filter(guide_changes::seq.eq_any(&seqs))
        .group_by((guide_changes::seq, guide_changes::kind))
        .select((guide_changes::seq, guide_changes::kind, count_star()))
        .load(conn)?;
    let mut found: BTreeMap<i64, Vec<OfKind>> = BTreeMap::new();
    for (kind, names) in TOLD.into_iter().zip(NAMES) {
        let of_kind = || counts.iter().filter(|(_, of, _)| of == kind);
        // What is listed whole is read together, of very much the first.
        let (whole, large): (Vec<_>, Vec<_>) = of_kind().partition(|(.., count)| *count <= LISTED);
        let whole: Vec<i64> = whole.into_iter().map(|(seq, ..)| *seq).collect();
        let asked = std::iter::once(whole).chain(large.into_iter().map(|(seq, ..)| vec![*seq]));
        let mut changes: BTreeMap<i64, Vec<Change>> = BTreeMap::new();
        for seqs in asked.filter(|seqs| !seqs.is_empty()) {
            let rows: Vec<Row> = guide_changes::table
                .filter(guide_changes::kind.eq(kind).and(guide_changes::revision.eq(1)))
                .filter(guide_changes::seq.eq_any(&seqs))
                .order((guide_changes::seq, guide_changes::slug))
                .limit(LISTED * seqs.len() as i64)
                .select((guide_changes::seq, Change::COLUMNS))
                .load(conn)?;
            for (seq, change) in rows.into_iter().map(read) {
                changes.entry(seq).or_default().push(change);
            }
        }
        for (seq, _, count) in of_kind() {
            let mut changes = changes.remove(seq).unwrap_or_default();
            changes.sort_by_key(|change| change.name.to_lowercase());
            let count = *count as usize;
            found.entry(*seq).or_default().push(OfKind {
                kind: names[usize::from(count > 1)],
                count,
                changes,
            });
        }
    }
    Ok(found)
}
