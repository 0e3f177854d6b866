//! The part of a text in which the words stand that were looked for.

use memchr::memmem;
use std::collections::BTreeMap;
use std::sync::Arc;
use tantivy::Score;
use tantivy::schema::Field;
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{BoxTokenStream, TextAnalyzer, Token, TokenStream, Tokenizer};

/// How much of a text is looked at around a place where one of the words may stand, in bytes before and after it:
/// reading the whole of twenty long texts takes longer than finding them.
const BEFORE: usize = 60;
const AFTER: usize = 200;
/// How many such places are looked at.
const PLACES: usize = 4;

/// How long an excerpt is, in characters.
const LENGTH: usize = 180;

/// Finds the parts of texts in which words stand.
pub struct Excerpts {
    snippets: SnippetGenerator,
    beginnings: Arc<[String]>,
}

impl Excerpts {
    /// For words by their stems, each with how much it counts. Every form of one of them begins with one of `beginnings`,
    /// which are in lower case. `plain` makes words of the text in `field`, `stems` makes stems of words.
    pub fn of(
        words: BTreeMap<String, Score>,
        beginnings: Vec<String>,
        field: Field,
        plain: TextAnalyzer,
        stems: TextAnalyzer,
    ) -> Excerpts {
        let beginnings: Arc<[String]> = beginnings.into();
        let words_of = TextAnalyzer::from(Candidates { plain, stems, beginnings: beginnings.clone() });
        Excerpts { snippets: SnippetGenerator::new(words, words_of, field, LENGTH), beginnings }
    }

    /// A part of a text as HTML, with an ellipsis where it was cut; nothing if none of the words stands in it.
    pub fn from(&self, text: &str) -> String {
        let text = text.trim();
        for part in parts(text, &self.beginnings) {
            let mut snippet = self.snippets.snippet(part);
            if snippet.is_empty() {
                continue;
            }
            snippet.set_snippet_prefix_postfix("<mark>", "</mark>");
            let part = snippet.fragment().trim();
            let before = if text.starts_with(part) { "" } else { "… " };
            let after = if text.ends_with(part) { "" } else { " …" };
            return format!("{before}{}{after}", snippet.to_html().trim());
        }
        String::new()
    }
}

/// Words of a text, of which only those become stems that may be looked for: stems of all of them would take longer than
/// the rest of an excerpt.
#[derive(Clone)]
struct Candidates {
    plain: TextAnalyzer,
    stems: TextAnalyzer,
    beginnings: Arc<[String]>,
}

impl Tokenizer for Candidates {
    type TokenStream<'a> = CandidateStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CandidateStream<'a> {
        let words = self.plain.token_stream(text);
        CandidateStream { words, stems: &mut self.stems, beginnings: &self.beginnings }
    }
}

struct CandidateStream<'a> {
    words: BoxTokenStream<'a>,
    stems: &'a mut TextAnalyzer,
    beginnings: &'a [String],
}

impl TokenStream for CandidateStream<'_> {
    fn advance(&mut self) -> bool {
        if !self.words.advance() {
            return false;
        }
        let word = &mut self.words.token_mut().text;
        if self.beginnings.iter().any(|beginning| word.starts_with(beginning)) {
            *word = first(self.stems, word).unwrap_or_default();
        }
        true
    }

    fn token(&self) -> &Token {
        self.words.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.words.token_mut()
    }
}

/// The first of the tokens that are made of a text.
pub fn first(tokenizer: &mut TextAnalyzer, text: &str) -> Option<String> {
    let mut stream = tokenizer.token_stream(text);
    stream.advance().then(|| stream.token().text.clone())
}

/// The parts of a text around words that begin so, from a word to a word: those in which most of the beginnings
/// stand come first.
fn parts<'a>(text: &'a str, beginnings: &[String]) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<usize> =
        beginnings.iter().flat_map(|beginning| words(&lower, beginning).take(PLACES)).collect();
    places.sort_unstable();
    let mut parts: Vec<(usize, &str)> = Vec::new();
    let mut end = 0;
    for place in places {
        // What the part before holds was looked at with it.
        if place >= end {
            let from = place.saturating_sub(BEFORE);
            end = place + AFTER;
            let part = whole_words(text, from, end);
            let lower = part.to_ascii_lowercase();
            parts.push((beginnings.iter().filter(|b| words(&lower, b).next().is_some()).count(), part));
        }
    }
    parts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    parts.into_iter().take(PLACES).map(|(_, part)| part).collect()
}

/// Where words begin so.
fn words<'a>(text: &'a str, beginning: &'a str) -> impl Iterator<Item = usize> {
    let starts = |at: &usize| !text[..*at].ends_with(char::is_alphanumeric);
    memmem::find_iter(text.as_bytes(), beginning).filter(starts)
}

fn whole_words(text: &str, from: usize, to: usize) -> &str {
    let (from, to) = (text.floor_char_boundary(from), text.floor_char_boundary(to));
    let from = if from == 0 { 0 } else { text[from..to].find(' ').map_or(from, |space| from + space) };
    let to = if to == text.len() { to } else { text[from..to].rfind(' ').map_or(to, |space| from + space) };
    &text[from..to]
}

#[cfg(test)]
mod tests {
    use super::parts;

    fn found<'a>(text: &'a str, beginnings: &[&str]) -> Vec<&'a str> {
        parts(text, &beginnings.iter().map(|b| (*b).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_long_text_is_looked_at_where_the_words_stand() {
        let text = format!("{}Kubernetes runs it. {}", "é and more ".repeat(500), "and so on ".repeat(500));
        let parts = found(&text, &["kubernet"]);
        assert!(parts.len() == 1 && parts[0].contains("Kubernetes runs it"), "{parts:?}");
        assert!(parts[0].len() < 270 && parts[0].len() > 200, "{}", parts[0].len());
        assert!(found(&text, &["cobol"]).is_empty());
        assert_eq!(found("short é", &["short"]), ["short é"]);
    }

    #[test]
    fn a_part_with_both_words_comes_before_one_with_the_first() {
        let text = format!("A database. {}The design of a database.", "and so on ".repeat(100));
        assert!(found(&text, &["databas", "design"])[0].ends_with("The design of a database."));
    }

    #[test]
    fn the_end_of_a_longer_word_is_no_place() {
        assert!(found("A trunk and a prune.", &["run"]).is_empty());
        assert_eq!(found("A trunk runs.", &["run"]), ["A trunk runs."]);
    }
}
