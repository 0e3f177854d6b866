//! What answers where a page was: known to each process, so that an address that nobody knows costs no query.

use super::fate::{Fate, Withdrawn};
use super::redirect::Redirect;
use super::{Page, publish};
use crate::content::Kind;
use crate::db::Conn;
use crate::db::schema::entries;
use crate::error::Result;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// How many of each are known, the latest first.
const KNOWN: i64 = 20_000;
/// What has an address below that of a page, and moves with it.
const BELOW: [&str; 2] = ["/feed.atom", "/card.png"];

/// The addresses at which there is no page any more.
#[derive(Debug, Default)]
pub struct Departed {
    moved: HashMap<String, String>,
    gone: HashMap<String, Arc<Gone>>,
}

/// A page that is gone, as readers are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    pub name: String,
    /// Such as "was merged into".
    pub words: &'static str,
    pub reason: String,
    /// Such as "21 November 2026".
    pub since: String,
    /// What took its place, as far as it is there.
    pub heirs: Vec<Page>,
}

/// What is to be answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Departure {
    To(String),
    Gone(Arc<Gone>),
}

impl Departed {
    pub fn read(conn: &mut Conn, kinds: &[Kind]) -> Result<Departed> {
        let mut departed = Departed::default();
        let withdrawn = Withdrawn::latest(conn, KNOWN)?;
        let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for left in &withdrawn {
            asked.entry(&left.kind).or_default().extend(left.heirs.iter().map(String::as_str));
        }
        let mut names: HashMap<(String, String), String> = HashMap::new();
        for (kind, slugs) in asked {
            for slugs in slugs.into_iter().collect::<Vec<_>>().chunks(publish::AT_ONCE) {
                let rows: Vec<(String, String)> = entries::table
                    .filter(entries::kind.eq(kind).and(entries::slug.eq_any(slugs)))
                    .select((entries::slug, entries::name))
                    .load(conn)?;
                names.extend(rows.into_iter().map(|(slug, name)| ((kind.to_owned(), slug), name)));
            }
        }
        for left in withdrawn {
            let Some(kind) = kinds.iter().find(|kind| kind.name == left.kind) else { continue };
            let Some(path) = kind.page(&left.slug) else { continue };
            let heir = |slug: &String| {
                let name = names.get(&(left.kind.clone(), slug.clone()))?.clone();
                Some(Page { name, path: kind.page(slug)? })
            };
            let heirs: Vec<Page> = left.heirs.iter().filter_map(heir).collect();
            match &heirs[..] {
                [heir] if left.fate != Fate::Split => drop(departed.moved.insert(path, heir.path.clone())),
                _ => {
                    let gone = Gone {
                        name: left.name,
                        // What took its place may be gone as well.
                        words: match left.fate.heirs() {
                            (1.., _) if heirs.is_empty() => Fate::Withdrawn.words(),
                            _ => left.fate.words(),
                        },
                        reason: left.reason,
                        since: left.at.format("%-d %B %Y").to_string(),
                        heirs,
                    };
                    departed.gone.insert(path, Arc::new(gone));
                }
            }
        }
        let redirects = Redirect::list(conn, 0, KNOWN)?;
        departed.moved.extend(redirects.into_iter().map(|redirect| (redirect.from, redirect.to)));
        Ok(departed)
    }

    /// What is to be answered where there is no page.
    pub fn at(&self, path: &str) -> Option<Departure> {
        let of = |path: &str| match (self.moved.get(path), self.gone.get(path)) {
            (Some(to), _) => Some(Departure::To(to.clone())),
            (None, Some(gone)) => Some(Departure::Gone(gone.clone())),
            (None, None) => None,
        };
        of(path).or_else(|| {
            let below = BELOW.iter().find(|below| path.ends_with(**below))?;
            match of(path.strip_suffix(below)?)? {
                Departure::To(to) => Some(Departure::To(format!("{to}{below}"))),
                gone => Some(gone),
            }
        })
    }
}
