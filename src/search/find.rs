//! Finding: from a query to ranked pages with excerpts, counted by facet.

use super::excerpt::{Excerpts, first};
use super::facets::{Counts, Facets};
use super::index::{Search, Stored, failed};
use super::query::{Query, same};
use crate::error::Result;
use std::collections::BTreeMap;
use std::ops::Bound;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, RangeQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

/// Hits on a page of results: as many as one looks through before trying other words.
pub const PAGE: usize = 10;
/// Pages that can be asked for; whoever needs more needs other words.
pub const PAGES: usize = 50;

/// What it counts that a role asks for a skill: less than a word that it is called by or explains.
const ASKED: f32 = 0.5;

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

pub(super) type Part = (Occur, Box<dyn tantivy::query::Query>);

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
        let strict = self.search(query, &terms, Occur::Must)?;
        if strict.count > 0 {
            return Ok(Found { guessed: self.guessed(&terms)?, ..strict });
        }
        if terms.len() == 1
            || (query.narrowed() && self.search(&query.everywhere(), &terms, Occur::Must)?.count > 0)
        {
            return Ok(strict);
        }
        let loose = self.search(query, &terms, Occur::Should)?;
        Ok(Found { loose: true, ..loose })
    }

    fn search(&self, query: &Query, terms: &[String], each: Occur) -> Result<Found> {
        let searcher = self.reader.searcher();
        let words = self.words(&searcher, query, terms, each, true);
        let skip = (query.page.clamp(1, PAGES) - 1) * PAGE;
        let top = TopDocs::with_limit(PAGE).and_offset(skip).order_by_score();
        let found = searcher.search(&self.narrowed(query, &words), &(Count, top, Facets));
        let (count, top, mut facets) = found.map_err(failed)?;
        // What else a facet could be set to is counted without it.
        for (facet, counts) in facets.iter_mut().enumerate() {
            if let Some(wider) = query.without(facet) {
                let mut found = searcher.search(&self.narrowed(&wider, &words), &Facets).map_err(failed)?;
                *counts = std::mem::take(&mut found[facet]);
            }
        }
        let excerpts = self.excerpts(&searcher, terms)?;
        let hit = |address| -> Result<Hit> {
            let stored: Stored = searcher.doc(address).map_err(failed)?;
            let hit = self.hit(&stored);
            Ok(Hit { excerpt_html: excerpts.from(&self.passages.of(&hit.path)?), ..hit })
        };
        let hits = top.into_iter().map(|(_, address)| hit(address)).collect::<Result<_>>()?;
        Ok(Found { count, hits, facets, ..Found::default() })
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
        let searcher = self.reader.searcher();
        let words = self.narrowed(query, &self.words(&searcher, query, &terms, Occur::Must, false));
        let top = searcher.search(&words, &TopDocs::with_limit(count).order_by_score()).map_err(failed)?;
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

    /// What fits `words` in the part of the guide that the query is narrowed to.
    fn narrowed(&self, query: &Query, words: &BooleanQuery) -> BooleanQuery {
        let f = &self.fields;
        if !query.narrowed() {
            return words.clone();
        }
        let mut parts: Vec<Part> = vec![(Occur::Must, Box::new(words.clone()))];
        for (field, value) in [f.kind, f.family, f.tier].into_iter().zip(query.facets()) {
            if let Some(value) = value {
                let term = TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic);
                parts.push((Occur::Must, constant(Box::new(term), 0.0)));
            }
        }
        BooleanQuery::new(parts)
    }

    /// The query for the words: each may stand in any field, where the best of them counts.
    fn words(
        &self,
        searcher: &Searcher,
        query: &Query,
        terms: &[String],
        each: Occur,
        everywhere: bool,
    ) -> BooleanQuery {
        let f = &self.fields;
        let mut parts: Vec<Part> = Vec::new();
        for (i, term) in terms.iter().enumerate() {
            let last = i + 1 == terms.len();
            let mut ways: Vec<Box<dyn tantivy::query::Query>> =
                vec![boosted(self.term(f.name, term), 8.0), boosted(self.term(f.titles, term), 6.0)];
            if everywhere {
                ways.push(boosted(self.term(f.sentence, term), 2.0));
                ways.push(boosted(self.term(f.text, term), 1.0));
                ways.push(self.asked(term, ASKED));
            }
            for other in same(term) {
                ways.push(boosted(self.term(f.name, other), 4.0));
                ways.push(boosted(self.term(f.titles, other), 3.0));
                if everywhere {
                    ways.push(boosted(self.term(f.sentence, other), 1.0));
                    ways.push(boosted(self.term(f.text, other), 0.5));
                    ways.push(self.asked(other, ASKED / 2.0));
                }
            }
            // Somebody who still types is shown what begins with two letters; who asks for “AI” does not mean Airflow.
            let least = if everywhere { 3 } else { 2 };
            if last && term.chars().count() >= least {
                ways.push(constant(Box::new(prefix(f.name, term)), 6.0));
                ways.push(constant(Box::new(prefix(f.titles, term)), 4.0));
            }
            // One slip in four letters, two in eight: shorter words are too close to each other. A word that a name
            // has is no slip, and looking for what is nearly like it costs more than all the rest.
            let slips = match term.chars().count() {
                0..=3 => 0,
                _ if self.in_names(searcher, term) => 0,
                4..=7 => 1,
                _ => 2,
            };
            if slips > 0 {
                for (field, weight) in [(f.name, 12.0), (f.titles, 5.0)] {
                    let fuzzy = FuzzyTermQuery::new(Term::from_field_text(field, term), slips, true);
                    ways.push(constant(Box::new(fuzzy), weight));
                }
            }
            parts.push((each, Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))));
        }
        // The whole name, as typed, comes first.
        let exact = TermQuery::new(
            Term::from_field_text(f.exact, &query.words.to_lowercase()),
            IndexRecordOption::Basic,
        );
        let role = TermQuery::new(Term::from_field_text(f.kind, "role"), IndexRecordOption::Basic);
        let found = BooleanQuery::new(parts);
        BooleanQuery::new(vec![
            (Occur::Must, Box::new(found) as Box<dyn tantivy::query::Query>),
            (Occur::Should, constant(Box::new(exact), 60.0)),
            (Occur::Should, constant(Box::new(role), 1.5)),
        ])
    }

    /// The words that stand nowhere, neither as they are nor as the beginning of a name nor as another word for it.
    fn guessed(&self, terms: &[String]) -> Result<Vec<String>> {
        let (f, searcher) = (&self.fields, self.reader.searcher());
        let mut guessed = Vec::new();
        for term in terms {
            let stands = |field| {
                let written = Term::from_field_text(field, &self.written(field, term));
                searcher.doc_freq(&written).is_ok_and(|count| count > 0)
            };
            let known =
                [f.name, f.titles, f.sentence, f.text].into_iter().any(stands) || same(term).next().is_some();
            if !known && searcher.search(&prefix(f.name, term), &Count).map_err(failed)? == 0 {
                guessed.push(term.clone());
            }
        }
        Ok(guessed)
    }

    /// Whether a name holds the word as it is.
    fn in_names(&self, searcher: &Searcher, word: &str) -> bool {
        let holds =
            |field| searcher.doc_freq(&Term::from_field_text(field, word)).is_ok_and(|count| count > 0);
        holds(self.fields.name) || holds(self.fields.titles)
    }

    /// Roles that ask for a skill with this word in its name.
    fn asked(&self, word: &str, weight: f32) -> Box<dyn tantivy::query::Query> {
        let term = Term::from_field_text(self.fields.asks, &self.written(self.fields.asks, word));
        constant(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), weight)
    }

    /// A term as the field's tokenizer writes it.
    pub(super) fn term(&self, field: Field, word: &str) -> Box<dyn tantivy::query::Query> {
        let written = self.written(field, word);
        Box::new(TermQuery::new(Term::from_field_text(field, &written), IndexRecordOption::WithFreqs))
    }

    pub(super) fn written(&self, field: Field, word: &str) -> String {
        let tokenizer = self.index.tokenizer_for_field(field).ok();
        tokenizer.and_then(|mut tokenizer| first(&mut tokenizer, word)).unwrap_or_else(|| word.to_owned())
    }

    /// Excerpts for the words that are looked for, and for others for the same: the rarer one is, the more it counts.
    fn excerpts(&self, searcher: &Searcher, terms: &[String]) -> Result<Excerpts> {
        let f = &self.fields;
        let (mut words, mut beginnings) = (BTreeMap::new(), Vec::new());
        let mut look_for = |word: &str| -> Result<()> {
            let stem = self.written(f.text, word);
            let count = searcher.doc_freq(&Term::from_field_text(f.text, &stem)).map_err(failed)?;
            if count > 0 {
                beginnings.extend(beginning(word, &stem));
                words.insert(stem, 1.0 / (1.0 + count as Score));
            }
            Ok(())
        };
        for term in terms {
            look_for(term)?;
            same(term).try_for_each(&mut look_for)?;
        }
        let made_by = |field| self.index.tokenizer_for_field(field).map_err(failed);
        Ok(Excerpts::of(words, beginnings, f.text, made_by(f.name)?, made_by(f.text)?))
    }

    /// What each form of each of the words begins with, in lower case, to find them in a text.
    pub fn beginnings_of(&self, words: &str) -> Vec<String> {
        let terms = Query::new(words).all_terms();
        terms.iter().filter_map(|word| beginning(word, &self.written(self.fields.text, word))).collect()
    }
}

/// What a word has in common with its stem, if anything: each form of it that stands in a text begins so.
fn beginning(word: &str, stem: &str) -> Option<String> {
    let same = word.chars().zip(stem.chars()).take_while(|(a, b)| a == b);
    Some(same.map(|(letter, _)| letter).collect()).filter(|letters: &String| !letters.is_empty())
}

fn boosted(query: Box<dyn tantivy::query::Query>, weight: f32) -> Box<dyn tantivy::query::Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn constant(query: Box<dyn tantivy::query::Query>, weight: f32) -> Box<dyn tantivy::query::Query> {
    Box::new(ConstScoreQuery::new(query, weight))
}

/// Words of a field that begin with `start`.
pub(super) fn prefix(field: Field, start: &str) -> RangeQuery {
    let end = format!("{start}\u{10ffff}");
    RangeQuery::new(
        Bound::Included(Term::from_field_text(field, start)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    )
}
