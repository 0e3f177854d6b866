//! The part of a text in which the words stand that were looked for.

use tantivy::snippet::SnippetGenerator;

/// How much of a text is looked at around the first of the words, in bytes before and after it. Reading the whole of
/// twenty long texts takes longer than finding them.
const BEFORE: usize = 400;
const AFTER: usize = 1600;
/// How much is looked at from the beginning where no word stands as it was typed.
const AT_MOST: usize = 8000;

/// A part of a text as HTML, with an ellipsis where it was cut; nothing if no word that was looked for stands in it.
pub fn excerpt(snippets: &SnippetGenerator, text: &str, terms: &[String]) -> String {
    let text = text.trim();
    let mut snippet = snippets.snippet(around(text, terms));
    if snippet.is_empty() {
        return String::new();
    }
    snippet.set_snippet_prefix_postfix("<mark>", "</mark>");
    let part = snippet.fragment().trim();
    let before = if text.starts_with(part) { "" } else { "… " };
    let after = if text.ends_with(part) { "" } else { " …" };
    format!("{before}{}{after}", snippet.to_html().trim())
}

/// The part of a text around the first place where one of the terms stands, from a word to a word.
fn around<'a>(text: &'a str, terms: &[String]) -> &'a str {
    let lower = text.to_ascii_lowercase();
    // The stem of a longer word is what it shares with its other forms, more or less.
    let stem = |term: &'_ String| -> String {
        let letters = term.chars().count();
        term.chars().take(if letters > 5 { letters - 2 } else { letters }).collect()
    };
    let first = terms.iter().filter_map(|term| lower.find(&stem(term))).min();
    let (from, to) = match first {
        Some(at) => (at.saturating_sub(BEFORE), at + AFTER),
        None => (0, AT_MOST),
    };
    let from = if from == 0 { 0 } else { text.floor_char_boundary(from) };
    let to = text.floor_char_boundary(to);
    let from = if from == 0 { 0 } else { text[from..to].find(' ').map_or(from, |space| from + space) };
    let to = if to == text.len() { to } else { text[from..to].rfind(' ').map_or(to, |space| from + space) };
    &text[from..to]
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_long_text_is_looked_at_where_the_word_stands() {
        let text = format!("{}Kubernetes runs it. {}", "é and more ".repeat(500), "and so on ".repeat(500));
        let part = around(&text, &["kubernetes".into()]);
        assert!(part.contains("Kubernetes runs it") && part.len() < 2100, "{}", part.len());
        assert!(around(&text, &["cobol".into()]).starts_with("é and more"));
        assert_eq!(around("short", &["cobol".into()]), "short");
    }
}
