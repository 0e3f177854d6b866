//! The index, in memory, brought up to date as the guide moves.

use super::Unanswered;
use super::documents::{self, Document};
use super::excerpt::excerpt;
use super::facets::Facets;
use super::query::{Query, fold, same};
use crate::db::Conn;
use crate::editing::guide_revision;
use crate::error::{Error, Result};
use crate::ui::Follower;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, RwLock};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur,
    RangeQuery, TermQuery,
};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{AsciiFoldingFilter, Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

/// Hits on a page of results.
pub const PAGE: usize = 20;
/// Pages that can be asked for; whoever needs more needs other words.
pub const PAGES: usize = 50;
/// The least memory that the library takes for writing, in bytes.
const WRITER: usize = 15_000_000;

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
    /// For each facet (kind, family, tier) its values with the number of hits, not narrowed by facets.
    pub facets: [BTreeMap<String, usize>; 3],
    /// No page holds all the words; these hold some of them.
    pub loose: bool,
}

struct Fields {
    id: Field,
    kind: Field,
    family: Field,
    tier: Field,
    exact: Field,
    name: Field,
    titles: Field,
    sentence: Field,
    text: Field,
    shown: Field,
}

/// The search over the guide.
pub struct Search {
    index: Index,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: Fields,
    families: RwLock<BTreeMap<String, String>>,
    revision: AtomicI64,
    pub unanswered: Unanswered,
}

impl Search {
    /// An empty index; `catch_up` fills it.
    ///
    /// # Errors
    /// `Unexpected` if the library refuses its own setup.
    pub fn new() -> Result<Self> {
        let mut schema = Schema::builder();
        let words = |tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Fields {
            id: schema.add_text_field("id", STRING | STORED),
            kind: schema.add_text_field("kind", STRING | STORED | FAST),
            family: schema.add_text_field("family", STRING | FAST),
            tier: schema.add_text_field("tier", STRING | FAST),
            exact: schema.add_text_field("exact", STRING),
            name: schema.add_text_field("name", words("words")),
            titles: schema.add_text_field("titles", words("words")),
            sentence: schema.add_text_field("sentence", words("stems")),
            text: schema.add_text_field("text", words("stems") | STORED),
            shown: schema.add_text_field("shown", STORED),
        };
        let index = Index::create_in_ram(schema.build());
        let plain = || {
            TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter)
        };
        index.tokenizers().register("words", plain().build());
        index.tokenizers().register("stems", plain().filter(Stemmer::new(Language::English)).build());
        let writer = index.writer_with_num_threads(1, WRITER).map_err(failed)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        Ok(Search {
            index,
            reader,
            writer: Mutex::new(writer),
            fields,
            families: RwLock::default(),
            revision: AtomicI64::new(0),
            unanswered: Unanswered::default(),
        })
    }

    fn add(&self, documents: Vec<Document>) -> Result<()> {
        let writer = self.writer.lock().map_err(|e| Error::Unexpected(e.to_string()))?;
        let f = &self.fields;
        for document in documents {
            writer.delete_term(Term::from_field_text(f.id, &document.path));
            let mut doc = TantivyDocument::default();
            doc.add_text(f.id, &document.path);
            doc.add_text(f.kind, document.kind);
            if !document.family.is_empty() {
                doc.add_text(f.family, &document.family);
            }
            for tier in &document.tiers {
                doc.add_text(f.tier, tier);
            }
            doc.add_text(f.exact, document.name.to_lowercase());
            for name in &document.other_names {
                doc.add_text(f.exact, name.to_lowercase());
                doc.add_text(f.titles, fold(name));
            }
            doc.add_text(f.name, fold(&document.name));
            doc.add_text(f.sentence, fold(&document.sentence));
            doc.add_text(f.text, &document.text);
            doc.add_text(f.shown, &document.name);
            doc.add_text(f.shown, &document.sentence);
            writer.add_document(doc).map_err(failed)?;
        }
        Ok(())
    }

    fn remove(&self, paths: &[String]) -> Result<()> {
        let writer = self.writer.lock().map_err(|e| Error::Unexpected(e.to_string()))?;
        for path in paths {
            writer.delete_term(Term::from_field_text(self.fields.id, path));
        }
        Ok(())
    }

    fn commit(&self, families: BTreeMap<String, String>) -> Result<()> {
        let mut writer = self.writer.lock().map_err(|e| Error::Unexpected(e.to_string()))?;
        writer.commit().map_err(failed)?;
        self.reader.reload().map_err(failed)?;
        if let Ok(mut known) = self.families.write() {
            *known = families;
        }
        Ok(())
    }

    /// The name of a family.
    pub fn family(&self, slug: &str) -> Option<String> {
        self.families.read().ok()?.get(slug).cloned()
    }

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
        if strict.count > 0 || terms.len() == 1 || strict.facets.iter().any(|facet| !facet.is_empty()) {
            return Ok(strict);
        }
        let loose = self.search(query, &terms, Occur::Should)?;
        Ok(Found { loose: true, ..loose })
    }

    fn search(&self, query: &Query, terms: &[String], each: Occur) -> Result<Found> {
        let searcher = self.reader.searcher();
        let f = &self.fields;
        let words = self.words(query, terms, each, true);
        let mut parts: Vec<(Occur, Box<dyn tantivy::query::Query>)> =
            vec![(Occur::Must, Box::new(words.clone()))];
        for (field, value) in [(f.kind, &query.kind), (f.family, &query.family), (f.tier, &query.tier)] {
            if let Some(value) = value {
                let term = TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic);
                parts.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(term), 0.0))));
            }
        }
        let narrowed = BooleanQuery::new(parts);
        let skip = (query.page.clamp(1, PAGES) - 1) * PAGE;
        let top = TopDocs::with_limit(PAGE).and_offset(skip).order_by_score();
        let (count, top) = searcher.search(&narrowed, &(Count, top)).map_err(failed)?;
        let mut snippets = SnippetGenerator::create(&searcher, &words, f.text).map_err(failed)?;
        snippets.set_max_num_chars(180);
        let mut hits = Vec::new();
        for (_, address) in top {
            let doc: TantivyDocument = searcher.doc(address).map_err(failed)?;
            hits.push(self.hit(&doc, &snippets, terms));
        }
        let facets = searcher.search(&words, &Facets).map_err(failed)?;
        Ok(Found { count, hits, facets, loose: false })
    }

    /// Names that begin with what was typed so far, the likeliest first.
    ///
    /// # Errors
    /// `Unexpected` if the library fails.
    pub fn suggest(&self, typed: &str, count: usize) -> Result<Vec<Hit>> {
        let query = Query::new(typed);
        let terms = query.terms();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let words = self.words(&query, &terms, Occur::Must, false);
        let top = searcher.search(&words, &TopDocs::with_limit(count).order_by_score()).map_err(failed)?;
        let nothing = SnippetGenerator::create(&searcher, &AllQuery, self.fields.text).map_err(failed)?;
        let hit = |address| Ok(self.hit(&searcher.doc(address).map_err(failed)?, &nothing, &[]));
        top.into_iter().map(|(_, address)| hit(address)).collect()
    }

    fn hit(&self, doc: &TantivyDocument, snippets: &SnippetGenerator, terms: &[String]) -> Hit {
        let text =
            |field: Field| doc.get_first(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let mut shown = doc.get_all(self.fields.shown).filter_map(|v| v.as_str()).map(str::to_owned);
        Hit {
            kind: text(self.fields.kind),
            path: text(self.fields.id),
            name: shown.next().unwrap_or_default(),
            sentence: shown.next().unwrap_or_default(),
            excerpt_html: excerpt(snippets, &text(self.fields.text), terms),
        }
    }

    /// The query for the words: each may stand in any field, where the best of them counts.
    fn words(&self, query: &Query, terms: &[String], each: Occur, everywhere: bool) -> BooleanQuery {
        let f = &self.fields;
        let mut parts: Vec<(Occur, Box<dyn tantivy::query::Query>)> = Vec::new();
        for (i, term) in terms.iter().enumerate() {
            let last = i + 1 == terms.len();
            let mut ways: Vec<Box<dyn tantivy::query::Query>> =
                vec![boosted(self.term(f.name, term), 8.0), boosted(self.term(f.titles, term), 6.0)];
            if everywhere {
                ways.push(boosted(self.term(f.sentence, term), 2.0));
                ways.push(boosted(self.term(f.text, term), 1.0));
            }
            for other in same(term) {
                ways.push(boosted(self.term(f.name, other), 4.0));
                ways.push(boosted(self.term(f.titles, other), 3.0));
                if everywhere {
                    ways.push(boosted(self.term(f.sentence, other), 1.0));
                    ways.push(boosted(self.term(f.text, other), 0.5));
                }
            }
            if last && term.len() >= 2 {
                ways.push(constant(Box::new(prefix(f.name, term)), 6.0));
                ways.push(constant(Box::new(prefix(f.titles, term)), 4.0));
            }
            // One slip in four letters, two in eight: shorter words are too close to each other.
            let slips = match term.chars().count() {
                0..=3 => 0,
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

    /// A term as the field's tokenizer writes it.
    fn term(&self, field: Field, word: &str) -> Box<dyn tantivy::query::Query> {
        let mut written = word.to_owned();
        if let Ok(mut tokenizer) = self.index.tokenizer_for_field(field) {
            let mut stream = tokenizer.token_stream(word);
            if stream.advance() {
                written.clone_from(&stream.token().text);
            }
        }
        Box::new(TermQuery::new(Term::from_field_text(field, &written), IndexRecordOption::WithFreqs))
    }

    /// Nothing was taken in yet: what is not found may be there all the same.
    pub fn is_being_prepared(&self) -> bool {
        self.revision() == 0
    }
}

impl Follower for Search {
    fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    fn catch_up(&self, conn: &mut Conn) -> Result<()> {
        let now = guide_revision(conn)?;
        let known = self.revision();
        let mut failure = None;
        let take = |documents| failure = self.add(documents).err().or(failure.take());
        if known == 0 {
            documents::all(conn, take)?;
        } else {
            self.remove(&documents::gone(conn, known)?)?;
            documents::since(conn, known, take)?;
        }
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.commit(documents::families(conn)?)?;
        self.revision.store(now, Ordering::Release);
        Ok(())
    }
}

fn boosted(query: Box<dyn tantivy::query::Query>, weight: f32) -> Box<dyn tantivy::query::Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn constant(query: Box<dyn tantivy::query::Query>, weight: f32) -> Box<dyn tantivy::query::Query> {
    Box::new(ConstScoreQuery::new(query, weight))
}

/// Words of a field that begin with `start`.
fn prefix(field: Field, start: &str) -> RangeQuery {
    let end = format!("{start}\u{10ffff}");
    RangeQuery::new(
        Bound::Included(Term::from_field_text(field, start)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    )
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(format!("search: {error}"))
}
