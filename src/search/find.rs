//! Finding: from a query to ranked pages with excerpts, counted by facet.

use super::facets::Counts;
use super::index::{Search, Stored, Taken, failed};
use super::query::Query;
use super::words::{Look, Part, Words};
use crate::content::Content;
use crate::error::Result;
use crate::roles::Role;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Term};

/// Hits on a page of results: as many as one looks through before trying other words.
pub const PAGE: usize = 10;
/// Pages that can be asked for; whoever needs more needs other words.
pub const PAGES: usize = 50;

/// What it counts that somebody typed the whole of a name,
const EXACT: Score = 60.0;
/// and that a page is a role.
const ROLE: Score = 1.5;

/// What pages have to fit: all of the words, or any.
#[derive(Clone, Copy)]
struct Fit<'a> {
    words: &'a Words,
    each: Occur,
}

/// A page that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub kind: String,
    pub path: String,
    pub name: String,
    pub sentence: String,
    /// HTML: escaped text with the words that were looked for in `<mark>`; empty if they stand in the name only.
    pub excerpt_html: String,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub count: usize,
    pub hits: Vec<Hit>,
    /// For each facet (kind, family, tier) its values with the number of hits that each would leave, as it is narrowed
    /// by the other facets.
    pub facets: Counts,
    /// No page holds all the words; these hold some of them.
    pub loose: bool,
    /// Words that no page holds, where names like them were found.
    pub guessed: Vec<String>,
}

impl Search {
    /// What fits a query: pages with all its words, or else with some of them; typos and other words for the same
    /// thing count less.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn find(&self, query: &Query) -> Result<Found> {
        let terms = query.terms();
        if terms.is_empty() {
            return Ok(Found::default());
        }
        let mut look = self.look()?;
        let words = look.words(&terms, true)?;
        let all = Fit { words: &words, each: Occur::Must };
        if !words.hopeless {
            let strict = self.search(&look, query, all)?;
            if strict.count > 0 {
                return Ok(Found { guessed: look.guessed(words.unknown)?, ..strict });
            }
            if query.narrowed() && Self::stand(&look, &query.everywhere(), all)? {
                return Ok(strict);
            }
        }
        if terms.len() == 1 {
            return Ok(Found::default());
        }
        let loose = self.search(&look, query, Fit { each: Occur::Should, ..all })?;
        Ok(Found { loose: true, ..loose })
    }

    fn search(&self, look: &Look, query: &Query, fit: Fit) -> Result<Found> {
        let Taken { searcher, facets, .. } = &look.taken;
        let skip = (query.page.clamp(1, PAGES) - 1) * PAGE;
        let top = TopDocs::with_limit(PAGE).and_offset(skip).tweak_score(facets.favouring(Role::KIND, ROLE));
        let found = searcher.search(&narrowed(look, query, fit)?, &(top, facets.clone()));
        let (top, (count, mut counts)) = found.map_err(failed)?;
        // What else a facet could be set to is counted without it.
        for (facet, counts) in counts.iter_mut().enumerate() {
            if let Some(wider) = query.without(facet) {
                let found = searcher.search(&narrowed(look, &wider, fit)?, facets);
                *counts = std::mem::take(&mut found.map_err(failed)?.1[facet]);
            }
        }
        let excerpts = look.excerpts(fit.words);
        let hit = |address| -> Result<Hit> {
            let stored: Stored = searcher.doc(address).map_err(failed)?;
            let hit = self.hit(&stored);
            Ok(Hit { excerpt_html: excerpts.from(&self.passages.of(&hit.path)?), ..hit })
        };
        let hits = top.into_iter().map(|(_, address)| hit(address)).collect::<Result<_>>()?;
        Ok(Found { count, hits, facets: counts, ..Found::default() })
    }

    /// Whether any page is there for the words.
    fn stand(look: &Look, query: &Query, fit: Fit) -> Result<bool> {
        let count = look.taken.searcher.search(&narrowed(look, query, fit)?, &Count);
        Ok(count.map_err(failed)? > 0)
    }

    /// Names that begin with what was typed so far, the likeliest first, in the part of the guide that the query is
    /// narrowed to.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn suggest(&self, query: &Query, count: usize) -> Result<Vec<Hit>> {
        let terms = query.terms();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let mut look = self.look()?;
        let words = look.words(&terms, false)?;
        let Taken { searcher, facets, .. } = &look.taken;
        let fitting = narrowed(&look, query, Fit { words: &words, each: Occur::Must });
        let top = TopDocs::with_limit(count).tweak_score(facets.favouring(Role::KIND, ROLE));
        let top = searcher.search(&fitting?, &top).map_err(failed)?;
        let hit = |address| Ok(self.hit(&searcher.doc(address).map_err(failed)?));
        top.into_iter().map(|(_, address)| hit(address)).collect()
    }

    /// A document as it is shown, without an excerpt.
    fn hit(&self, stored: &Stored) -> Hit {
        let f = &self.fields;
        let mut shown = stored.all(f.shown).map(str::to_owned);
        Hit {
            kind: stored.first(f.kind).to_owned(),
            path: stored.first(f.id).to_owned(),
            name: shown.next().unwrap_or_default(),
            sentence: shown.next().unwrap_or_default(),
            excerpt_html: String::new(),
        }
    }
}

/// What fits in the part of the guide that the query is narrowed to.
fn narrowed(look: &Look, query: &Query, fit: Fit) -> Result<BooleanQuery> {
    let f = &look.search.fields;
    let mut parts: Vec<Part> = vec![(Occur::Must, fit.words.together(fit.each))];
    let mut part = |occur, term, weight| {
        let pages = TermQuery::new(term, IndexRecordOption::Basic);
        parts.push((occur, Box::new(ConstScoreQuery::new(Box::new(pages), weight))));
    };
    for (field, value) in [f.kind, f.family, f.tier].into_iter().zip(query.facets()) {
        if let Some(value) = value {
            part(Occur::Must, Term::from_field_text(field, value), 0.0);
        }
    }
    look.stands(f.exact, &query.words.to_lowercase(), |name| part(Occur::Should, name, EXACT))?;
    Ok(BooleanQuery::new(parts))
}
