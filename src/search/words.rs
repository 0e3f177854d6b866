//! What words stand for: names and texts that hold them, names that begin with them or are nearly like them, and what
//! holds other words for the same.

use super::excerpt::{Excerpts, first};
use super::index::{Search, Taken, failed};
use super::query::{Query as Asked, same};
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use tantivy::collector::Count;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, RangeQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Score, Term};

pub(super) type Part = (Occur, Box<dyn Query>);

/// What it counts that a role asks for a skill: less than a word that it is called by or explains.
const ASKED: f32 = 0.5;
/// What another word for the same counts, of what the word itself does.
const OTHER: f32 = 0.5;
/// What is best of the fields in which a word stands counts whole, and of each other one this part.
const ALSO: f32 = 0.1;

/// One look at what was taken in.
pub(super) struct Look<'a> {
    pub taken: Taken,
    pub search: &'a Search,
    plain: TextAnalyzer,
    stems: TextAnalyzer,
}

/// A word as the fields hold it: as it is in names, and its stem in texts.
pub(super) struct Word {
    pub plain: String,
    pub stem: String,
}

/// The words of a query, each with what it may stand for.
#[derive(Default)]
pub(super) struct Words {
    each: Vec<Box<dyn Query>>,
    /// Those that stand nowhere, and for which there is no other word.
    pub unknown: Vec<String>,
    /// One of them stands for nothing at all.
    pub hopeless: bool,
    /// The stems that stand in texts, each with what it counts in an excerpt: the rarer, the more.
    stems: BTreeMap<String, Score>,
    /// What each form of these words begins with.
    beginnings: Vec<String>,
}

impl Words {
    /// What all of them stand for, or any.
    pub fn together(&self, each: Occur) -> Box<dyn Query> {
        Box::new(BooleanQuery::new(self.each.iter().map(|word| (each, word.box_clone())).collect()))
    }

    /// Has a word marked in excerpts, if texts hold it.
    fn marked(&mut self, typed: &str, word: &Word, stands: &Stands) {
        if stands.texts > 0 {
            self.beginnings.extend(shared(typed, &word.stem));
            self.stems.insert(word.stem.clone(), 1.0 / (1.0 + stands.texts as Score));
        }
    }
}

/// The ways in which one word may stand somewhere.
#[derive(Default)]
struct Ways(Vec<Box<dyn Query>>);

impl Ways {
    /// Counts more the rarer the word is and the shorter what it stands in.
    fn weighed(&mut self, term: Term, weight: f32) {
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        self.0.push(Box::new(BoostQuery::new(Box::new(query), weight)));
    }

    /// Counts the same wherever it is so.
    fn constant(&mut self, query: impl Query, weight: f32) {
        self.0.push(Box::new(ConstScoreQuery::new(Box::new(query), weight)));
    }
}

/// Where a word stands.
#[derive(Default)]
struct Stands {
    in_names: bool,
    in_sentences: bool,
    /// In how many texts.
    texts: u64,
}

impl Stands {
    fn somewhere(&self) -> bool {
        self.in_names || self.in_sentences || self.texts > 0
    }
}

impl Search {
    /// Looks at what was taken in last.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub(super) fn look(&self) -> Result<Look<'_>> {
        Ok(Look { taken: self.taken()?, search: self, plain: self.plain.clone(), stems: self.stems.clone() })
    }

    /// What each form of each of the words begins with, in lower case, to find them in a text.
    pub fn beginnings_of(&self, words: &str) -> Vec<String> {
        let mut stems = self.stems.clone();
        let terms = Asked::new(words).all_terms();
        terms.iter().filter_map(|word| shared(word, &form(&mut stems, word))).collect()
    }
}

impl Look<'_> {
    pub fn word(&mut self, word: &str) -> Word {
        Word { plain: form(&mut self.plain, word), stem: form(&mut self.stems, word) }
    }

    /// What each of the words stands for; with slips, and other words for the same. Without `everywhere`, in names only.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn words(&mut self, terms: &[String], everywhere: bool) -> Result<Words> {
        let mut words = Words::default();
        for (place, term) in terms.iter().enumerate() {
            let last = place + 1 == terms.len();
            let word = self.word(term);
            let mut ways = Ways::default();
            let stands = self.standing(&mut ways, &word, 1.0, everywhere)?;
            words.marked(term, &word, &stands);
            let others = same(term);
            if !stands.somewhere() && others.is_empty() {
                words.unknown.push(term.clone());
            }
            for other in others {
                let word = self.word(other);
                let stands = self.standing(&mut ways, &word, OTHER, everywhere)?;
                words.marked(other, &word, &stands);
            }
            // Somebody who still types is shown what begins with two letters; who asks for “AI” does not mean Airflow.
            let least = if everywhere { 3 } else { 2 };
            if last && term.chars().count() >= least {
                ways.constant(beginning(self.search.fields.name, &word.plain), 6.0);
                ways.constant(beginning(self.search.fields.titles, &word.plain), 4.0);
            }
            // A word that a name has is no slip. One that a text has may be: its stem may be that of another word.
            if !stands.in_names {
                self.nearly(&mut ways, &word)?;
            }
            words.hopeless |= ways.0.is_empty();
            words.each.push(Box::new(DisjunctionMaxQuery::with_tie_breaker(ways.0, ALSO)));
        }
        Ok(words)
    }

    /// Adds the fields in which a word stands as it is; they count the part `share`.
    fn standing(&self, ways: &mut Ways, word: &Word, share: f32, everywhere: bool) -> Result<Stands> {
        let f = &self.search.fields;
        let mut stands = Stands::default();
        for (field, weight) in [(f.name, 8.0), (f.titles, 6.0)] {
            stands.in_names |=
                self.stands(field, &word.plain, |term| ways.weighed(term, weight * share))? > 0;
        }
        if everywhere {
            let in_sentences = self.stands(f.sentence, &word.stem, |term| ways.weighed(term, 2.0 * share))?;
            stands.in_sentences = in_sentences > 0;
            stands.texts = self.stands(f.text, &word.stem, |term| ways.weighed(term, share))?;
            self.stands(f.asks, &word.plain, |term| {
                ways.constant(TermQuery::new(term, IndexRecordOption::Basic), ASKED * share);
            })?;
        }
        Ok(stands)
    }

    /// How many pages have the word in that field; if any do, `add` is told.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn stands(&self, field: Field, word: &str, add: impl FnOnce(Term)) -> Result<u64> {
        let term = Term::from_field_text(field, word);
        let count = self.taken.searcher.doc_freq(&term).map_err(failed)?;
        if count > 0 {
            add(term);
        }
        Ok(count)
    }

    /// Adds names with a word that is nearly like this one: one slip in four letters, two in eight. Shorter words are too
    /// close to each other.
    fn nearly(&self, ways: &mut Ways, word: &Word) -> Result<()> {
        let slips = match word.plain.chars().count() {
            0..=3 => return Ok(()),
            4..=7 => 1,
            _ => 2,
        };
        let f = &self.search.fields;
        let like = FuzzyTermQuery::new(Term::from_field_text(f.name, &word.plain), slips, true);
        let like = like.automaton().map_err(failed)?;
        for (field, weight) in [(f.name, 12.0), (f.titles, 5.0)] {
            let mut found = BTreeSet::new();
            for segment in self.taken.searcher.segment_readers() {
                let index = segment.inverted_index(field).map_err(failed)?;
                let mut words = index.terms().search(&like).into_stream().map_err(failed)?;
                while words.advance() {
                    found.extend(std::str::from_utf8(words.key()).map(str::to_owned));
                }
            }
            for word in found {
                let term = Term::from_field_text(field, &word);
                ways.constant(TermQuery::new(term, IndexRecordOption::Basic), weight);
            }
        }
        Ok(())
    }

    /// Of words that stand nowhere, those that no name begins with either: what was found for them was guessed.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn guessed(&mut self, unknown: Vec<String>) -> Result<Vec<String>> {
        let mut guessed = Vec::new();
        for word in unknown {
            let begins = beginning(self.search.fields.name, &self.word(&word).plain);
            if self.taken.searcher.search(&begins, &Count).map_err(failed)? == 0 {
                guessed.push(word);
            }
        }
        Ok(guessed)
    }

    /// Excerpts for the words.
    pub fn excerpts(&self, words: &Words) -> Excerpts {
        let (stems, beginnings) = (words.stems.clone(), words.beginnings.clone());
        Excerpts::of(stems, beginnings, self.search.fields.text, self.plain.clone(), self.stems.clone())
    }
}

/// A word as an analyzer writes it.
fn form(analyzer: &mut TextAnalyzer, word: &str) -> String {
    first(analyzer, word).unwrap_or_else(|| word.to_owned())
}

/// What a word has in common with its stem, if anything: each form of it that stands in a text begins so.
fn shared(word: &str, stem: &str) -> Option<String> {
    let same = word.chars().zip(stem.chars()).take_while(|(a, b)| a == b);
    Some(same.map(|(letter, _)| letter).collect()).filter(|letters: &String| !letters.is_empty())
}

/// Words of a field that begin with `start`.
pub(super) fn beginning(field: Field, start: &str) -> RangeQuery {
    let end = format!("{start}\u{10ffff}");
    RangeQuery::new(
        Bound::Included(Term::from_field_text(field, start)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    )
}
