//! The part of a text in which the words stand that were looked for: of its prose, or a whole row of a table.

use crate::content::ROW;
use memchr::memmem;
use std::collections::BTreeMap;
use std::ops::Range;
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
        let text = text.trim_end();
        for part in parts(text, &self.beginnings) {
            let mut snippet = self.snippets.snippet(part);
            if snippet.is_empty() {
                continue;
            }
            snippet.set_snippet_prefix_postfix("<mark>", "</mark>");
            let part = snippet.fragment().trim();
            let before = if text.trim_start().starts_with(part) { "" } else { "… " };
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
/// stand come first, and of equal ones prose before rows of tables. No part runs from one into the other.
fn parts<'a>(text: &'a str, beginnings: &[String]) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let rows = rows(text);
    let row = &|place: usize| in_row(&rows, place).is_some();
    let mut places: Vec<usize> = Vec::new();
    for kind in [false, true] {
        let of_kind = |place: &usize| row(*place) == kind;
        for beginning in beginnings {
            places.extend(words(&lower, beginning).filter(of_kind).take(PLACES));
        }
    }
    places.sort_unstable();
    let mut parts: Vec<(usize, bool, &str)> = Vec::new();
    let mut end = 0;
    for place in places {
        // What the part before holds was looked at with it.
        if place >= end {
            let whole = passage(text, &rows, place);
            // A row is read from its beginning, unless the place is too far from it.
            let from = if row(place) && place < whole.start + AFTER {
                whole.start
            } else {
                place.saturating_sub(BEFORE)
            };
            end = (place + AFTER).min(whole.end);
            let part = whole_words(text, from, end, &whole);
            let lower = part.to_ascii_lowercase();
            let count = beginnings.iter().filter(|b| words(&lower, b).next().is_some()).count();
            parts.push((count, !row(place), part));
        }
    }
    parts.sort_by_key(|(count, prose, _)| std::cmp::Reverse((*count, *prose)));
    parts.into_iter().take(PLACES).map(|(.., part)| part).collect()
}

/// Where the rows of tables stand, each without what it begins with.
fn rows(text: &str) -> Vec<Range<usize>> {
    let row = |at: usize| {
        let start = at + ROW.len();
        start..text[start..].find('\n').map_or(text.len(), |end| start + end)
    };
    memmem::find_iter(text.as_bytes(), ROW).map(row).collect()
}

/// The place among `rows` of the one in which `place` stands.
fn in_row(rows: &[Range<usize>], place: usize) -> Option<usize> {
    let before = rows.partition_point(|row| row.start <= place);
    before.checked_sub(1).filter(|row| place < rows[*row].end)
}

/// The row in which `place` stands, or the prose between two tables.
fn passage(text: &str, rows: &[Range<usize>], place: usize) -> Range<usize> {
    if let Some(row) = in_row(rows, place) {
        return rows[row].clone();
    }
    let before = rows.partition_point(|row| row.start <= place);
    let start = before.checked_sub(1).map_or(0, |row| rows[row].end);
    let end = rows.get(before).map_or(text.len(), |row| row.start - ROW.len());
    start..end
}

/// Where words begin so.
fn words<'a>(text: &'a str, beginning: &'a str) -> impl Iterator<Item = usize> {
    let starts = |at: &usize| !text[..*at].ends_with(char::is_alphanumeric);
    memmem::find_iter(text.as_bytes(), beginning).filter(starts)
}

/// From `from` to `to`, within `whole`, without the words that would be cut.
fn whole_words<'a>(text: &'a str, from: usize, to: usize, whole: &Range<usize>) -> &'a str {
    let (from, to) = (text.floor_char_boundary(from.max(whole.start)), text.floor_char_boundary(to));
    let start =
        if from == whole.start { from } else { text[from..to].find(' ').map_or(from, |space| from + space) };
    let end = if to == whole.end { to } else { text[start..to].rfind(' ').map_or(to, |space| start + space) };
    &text[start..end]
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
    fn prose_and_the_rows_of_a_table_are_never_mixed() {
        let text = "Look at Java. Counted: \n\tSkill: Java; Share: 45 %.\n\tSkill: Kotlin; Share: 5 %.\nSo Java leads.";

        assert_eq!(
            found(text, &["java"]),
            ["Look at Java. Counted: ", "\nSo Java leads.", "Skill: Java; Share: 45 %."]
        );
        assert_eq!(found(text, &["5"]), ["Skill: Kotlin; Share: 5 %."]);
        assert_eq!(found(text, &["kotlin", "java"])[0], "Look at Java. Counted: ");
        assert_eq!(found("\n\tSkill: Java.", &["java"]), ["Skill: Java."]);
    }

    #[test]
    fn the_end_of_a_longer_word_is_no_place() {
        assert!(found("A trunk and a prune.", &["run"]).is_empty());
        assert_eq!(found("A trunk runs.", &["run"]), ["A trunk runs."]);
    }
}
