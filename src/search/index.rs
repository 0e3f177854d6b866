//! The index, in memory, brought up to date as the guide moves.

use super::Unanswered;
use super::documents::{self, BATCH, Document};
use super::facets::{self, Facets};
use super::passages::Passages;
use super::query::fold;
use crate::db::Conn;
use crate::editing::guide_revision;
use crate::error::{Error, Result};
use crate::ui::Follower;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use tantivy::merge_policy::{LogMergePolicy, NoMergePolicy};
use tantivy::schema::document::{DeserializeError, DocumentDeserialize, DocumentDeserializer};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{AsciiFoldingFilter, Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer};
use tantivy::{
    Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
};

/// The least memory that the library takes for writing, in bytes.
const WRITER: usize = 15_000_000;
/// How many bytes of documents are kept together: a hit should cost its own document, and few of its neighbours. They are
/// names and sentences, short enough to lie as they are.
const BLOCK: usize = 1024;

/// The parts of a document.
pub(super) struct Fields {
    pub id: Field,
    pub kind: Field,
    pub family: Field,
    pub tier: Field,
    /// What results are counted by.
    pub class: Field,
    pub exact: Field,
    pub name: Field,
    pub titles: Field,
    pub sentence: Field,
    pub text: Field,
    /// What a role asks for.
    pub asks: Field,
    /// What only editors look through.
    pub rest: Field,
    pub shown: Field,
}

/// What is kept of a document to be shown: texts, by field.
pub(super) struct Stored(Vec<(Field, String)>);

impl Stored {
    /// Nothing if there is none.
    pub fn first(&self, field: Field) -> &str {
        self.all(field).next().unwrap_or_default()
    }

    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| *of == field).map(|(_, text)| text.as_str())
    }
}

impl DocumentDeserialize for Stored {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut stored: D) -> Result<Stored, DeserializeError> {
        let mut texts = Vec::with_capacity(stored.size_hint());
        while let Some(text) = stored.next_field()? {
            texts.push(text);
        }
        Ok(Stored(texts))
    }
}

/// The guide as it was taken in last: whoever searches meanwhile sees the whole of it as it was.
#[derive(Clone)]
pub(super) struct Taken {
    pub searcher: Searcher,
    pub facets: Facets,
    /// The names of the families, by slug.
    families: Arc<BTreeMap<String, String>>,
}

/// The search over the guide.
pub struct Search {
    index: Index,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    taken: RwLock<Taken>,
    pub(super) passages: Passages,
    pub(super) fields: Fields,
    /// Makes words of names.
    pub(super) plain: TextAnalyzer,
    /// Makes stems of the words of texts.
    pub(super) stems: TextAnalyzer,
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
        // Without positions, which only phrases would need and which take the most room.
        let words = |tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqs);
            TextOptions::default().set_indexing_options(indexing)
        };
        // What is only there or not: how often a role names a skill says nothing.
        let marks = |tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Fields {
            id: schema.add_text_field("id", STRING | STORED),
            kind: schema.add_text_field("kind", STRING | STORED),
            family: schema.add_text_field("family", STRING),
            tier: schema.add_text_field("tier", STRING),
            class: schema.add_text_field(facets::COLUMN, FAST),
            exact: schema.add_text_field("exact", STRING),
            name: schema.add_text_field("name", words("words")),
            titles: schema.add_text_field("titles", words("words")),
            sentence: schema.add_text_field("sentence", words("stems")),
            text: schema.add_text_field("text", words("stems")),
            asks: schema.add_text_field("asks", marks("words")),
            rest: schema.add_text_field("rest", marks("stems")),
            shown: schema.add_text_field("shown", STORED),
        };
        let settings = IndexSettings {
            docstore_blocksize: BLOCK,
            docstore_compression: Compressor::None,
            ..IndexSettings::default()
        };
        let index = Index::builder().schema(schema.build()).settings(settings).create_in_ram();
        let index = index.map_err(failed)?;
        let folded = || {
            TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter)
        };
        let (plain, stems) = (folded().build(), folded().filter(Stemmer::new(Language::English)).build());
        index.tokenizers().register("words", plain.clone());
        index.tokenizers().register("stems", stems.clone());
        let writer = index.writer_with_num_threads(1, WRITER).map_err(failed)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: IndexReader = reader.map_err(failed)?;
        let taken =
            Taken { searcher: reader.searcher(), facets: Facets::default(), families: Arc::default() };
        Ok(Search {
            index,
            reader,
            writer: Mutex::new(writer),
            taken: RwLock::new(taken),
            passages: Passages::default(),
            fields,
            plain,
            stems,
            revision: AtomicI64::new(0),
            unanswered: Unanswered::default(),
        })
    }

    fn add(&self, writer: &IndexWriter, documents: Vec<Document>) -> Result<()> {
        let f = &self.fields;
        for document in documents {
            let mut doc = TantivyDocument::default();
            doc.add_text(f.id, &document.path);
            doc.add_text(f.kind, document.kind);
            if !document.family.is_empty() {
                doc.add_text(f.family, &document.family);
            }
            for tier in &document.tiers {
                doc.add_text(f.tier, tier);
            }
            doc.add_text(f.class, facets::class_of(&document));
            doc.add_text(f.exact, document.name.to_lowercase());
            for name in &document.other_names {
                doc.add_text(f.exact, name.to_lowercase());
                doc.add_text(f.titles, fold(name));
            }
            doc.add_text(f.name, fold(&document.name));
            doc.add_text(f.sentence, fold(&document.sentence));
            doc.add_text(f.sentence, fold(document.shows));
            doc.add_text(f.text, &document.text);
            doc.add_text(f.asks, fold(&document.asks));
            doc.add_text(f.rest, &document.rest);
            doc.add_text(f.shown, &document.name);
            doc.add_text(f.shown, &document.sentence);
            writer.add_document(doc).map_err(failed)?;
            self.passages.keep(&document.path, &document.text)?;
        }
        Ok(())
    }

    /// Lets go of what an earlier attempt took in, and of what it left on the way.
    fn empty(&self, writer: &mut IndexWriter) -> Result<()> {
        writer.rollback().map_err(failed)?;
        writer.delete_all_documents().map_err(failed)?;
        self.passages.clear()?;
        // Until it is filled: what is merged on the way is merged again at the end.
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(())
    }

    fn remove(&self, writer: &IndexWriter, paths: &[String]) {
        for path in paths {
            writer.delete_term(Term::from_field_text(self.fields.id, path));
        }
    }

    fn commit(&self, writer: &mut IndexWriter, families: BTreeMap<String, String>) -> Result<()> {
        writer.commit().map_err(failed)?;
        if self.revision() == 0 {
            one_segment(&self.index, writer).map_err(failed)?;
        }
        self.reader.reload().map_err(failed)?;
        let searcher = self.reader.searcher();
        let facets = Facets::of(&searcher, &self.taken()?.facets)?;
        let taken = Taken { searcher, facets, families: Arc::new(families) };
        *self.taken.write().map_err(failed)? = taken;
        Ok(())
    }

    /// What was taken in.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub(super) fn taken(&self) -> Result<Taken> {
        Ok(self.taken.read().map_err(failed)?.clone())
    }

    /// The name of a family.
    pub fn family(&self, slug: &str) -> Option<String> {
        self.taken().ok()?.families.get(slug).cloned()
    }

    /// Slug and name of the first families, by name: as many as one looks through.
    pub fn families(&self) -> Vec<(String, String)> {
        const SHOWN: usize = 12;
        let Ok(taken) = self.taken() else { return Vec::new() };
        let mut all: Vec<_> =
            taken.families.iter().map(|(slug, name)| (slug.clone(), name.clone())).collect();
        all.sort_by(|a, b| a.1.cmp(&b.1));
        all.truncate(SHOWN);
        all
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
        // One at a time: of two that fill it, each would take away what the other has added.
        let mut writer = self.writer.lock().map_err(failed)?;
        let known = self.revision();
        if known > 0 && known >= now {
            return Ok(());
        }
        if known == 0 {
            self.empty(&mut writer)?;
            documents::all(conn, |documents| {
                let full = documents.len() == BATCH as usize;
                self.add(&writer, documents)?;
                if full {
                    // The library would let ten thousand documents wait in memory.
                    writer.commit().map_err(failed)?;
                }
                Ok(())
            })?;
        } else {
            let gone = documents::gone(conn, known)?;
            self.remove(&writer, &gone);
            gone.iter().try_for_each(|path| self.passages.forget(path))?;
            documents::since(conn, known, |documents| {
                let paths: Vec<String> = documents.iter().map(|document| document.path.clone()).collect();
                self.remove(&writer, &paths);
                self.add(&writer, documents)
            })?;
        }
        self.commit(&mut writer, documents::families(conn)?)?;
        self.revision.store(now, Ordering::Release);
        Ok(())
    }
}

/// Makes one segment of all, in which each word is looked for once; later changes come in segments of their own.
fn one_segment(index: &Index, writer: &mut IndexWriter) -> tantivy::Result<()> {
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.set_merge_policy(Box::new(LogMergePolicy::default()));
    writer.garbage_collect_files().wait()?;
    Ok(())
}

pub(super) fn failed(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(format!("search: {error}"))
}
