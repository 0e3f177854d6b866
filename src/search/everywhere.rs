//! Finding for editors: every role, skill, article and text that holds all words somewhere, in whatever it says.

use super::index::{Search, Stored, failed};
use super::query::Query;
use super::words::{Part, beginning};
use crate::error::Result;
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Occur, TermQuery};
use tantivy::schema::IndexRecordOption;

impl Search {
    /// How many entries hold all words, and kind and path of `count` of them after the first `skip`. Nothing is guessed:
    /// neither slips nor other words for the same.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn everywhere(
        &self,
        words: &str,
        skip: usize,
        count: usize,
    ) -> Result<(usize, Vec<(String, String)>)> {
        let terms = Query::new(words).all_terms();
        if terms.is_empty() {
            return Ok((0, Vec::new()));
        }
        let f = &self.fields;
        let mut look = self.look()?;
        let mut parts: Vec<Part> = Vec::new();
        for (i, term) in terms.iter().enumerate() {
            let word = look.word(term);
            let (plain, stem) = (word.plain.as_str(), word.stem.as_str());
            let stands =
                [(f.name, plain), (f.titles, plain), (f.sentence, stem), (f.text, stem), (f.rest, stem)];
            let mut ways: Vec<Box<dyn tantivy::query::Query>> = Vec::new();
            for (field, written) in stands {
                let term = Term::from_field_text(field, written);
                ways.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
            }
            // The last word may still be on its way.
            if i + 1 == terms.len() && term.len() >= 3 {
                for (field, written) in stands {
                    ways.push(Box::new(beginning(field, written)));
                }
            }
            parts.push((Occur::Must, Box::new(DisjunctionMaxQuery::new(ways))));
        }
        let searcher = &look.taken.searcher;
        let top = TopDocs::with_limit(count.max(1)).and_offset(skip).order_by_score();
        let (all, top) = searcher.search(&BooleanQuery::new(parts), &(Count, top)).map_err(failed)?;
        let place = |address| -> Result<(String, String)> {
            let stored: Stored = searcher.doc(address).map_err(failed)?;
            Ok((stored.first(f.kind).to_owned(), stored.first(f.id).to_owned()))
        };
        Ok((all, top.into_iter().map(|(_, address)| place(address)).collect::<Result<_>>()?))
    }
}
