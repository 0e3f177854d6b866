//! Finding for editors: every role, skill, article and text that holds all words somewhere, in whatever it says.

use super::find::{Part, prefix};
use super::index::{Search, Stored, failed};
use super::query::Query;
use crate::error::Result;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Occur};

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
        let fields = [f.name, f.titles, f.sentence, f.text, f.rest];
        let mut parts: Vec<Part> = Vec::new();
        for (i, term) in terms.iter().enumerate() {
            let mut ways: Vec<Box<dyn tantivy::query::Query>> =
                fields.iter().map(|field| self.term(*field, term)).collect();
            // The last word may still be on its way.
            if i + 1 == terms.len() && term.len() >= 3 {
                ways.extend(fields.iter().map(|field| -> Box<dyn tantivy::query::Query> {
                    Box::new(prefix(*field, &self.written(*field, term)))
                }));
            }
            parts.push((Occur::Must, Box::new(DisjunctionMaxQuery::new(ways))));
        }
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(count.max(1)).and_offset(skip).order_by_score();
        let (all, top) = searcher.search(&BooleanQuery::new(parts), &(Count, top)).map_err(failed)?;
        let place = |address| -> Result<(String, String)> {
            let stored: Stored = searcher.doc(address).map_err(failed)?;
            Ok((stored.first(f.kind).to_owned(), stored.first(f.id).to_owned()))
        };
        Ok((all, top.into_iter().map(|(_, address)| place(address)).collect::<Result<_>>()?))
    }
}
