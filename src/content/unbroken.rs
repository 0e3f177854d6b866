//! Ranges of numbers in running text: on a page "2021–31" stays on one line.
//!
//! A browser may break a line after the dash. What keeps the two ends together is put around them where a page is made,
//! and stands neither in the guide nor in anything else that is made of it.

use askama::filters::{Html, HtmlSafe, escape};
use std::fmt;
use std::ops::Range;

/// What stands before a range on a page, and what after it.
pub(super) const OPEN: &str = "<span class=\"nowrap\">";
pub(super) const CLOSE: &str = "</span>";

/// What numbers are written with, besides digits.
const SIGNS: [char; 7] = ['.', ',', '+', '−', '$', '€', '£'];

/// Text for a page whose ranges of numbers are not broken. It is escaped.
pub struct Unbroken<'a>(&'a str);

/// The text with its ranges of numbers kept together.
pub fn unbroken(text: &str) -> Unbroken<'_> {
    Unbroken(text)
}

impl fmt::Display for Unbroken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, range) in parts(self.0) {
            let Ok(words) = escape(part, Html);
            if range { write!(f, "{OPEN}{words}{CLOSE}")? } else { write!(f, "{words}")? }
        }
        Ok(())
    }
}

impl HtmlSafe for Unbroken<'_> {}

/// The text in parts, each with whether it is a range.
pub(super) fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut done = 0;
    for range in ranges(text) {
        parts.push((&text[done..range.start], false));
        parts.push((&text[range.clone()], true));
        done = range.end;
    }
    parts.push((&text[done..], false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Where the ranges stand: a number, a dash, a number.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let of_number = |c: char| c.is_ascii_digit() || SIGNS.contains(&c);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (dash, sign) in text.match_indices('–') {
        let (before, after) = (&text[..dash], &text[dash + sign.len()..]);
        let to = &after[..after.find(|c| !of_number(c)).unwrap_or(after.len())];
        // A full stop or a comma at the end belongs to the sentence.
        let to = to.trim_end_matches(['.', ',']);
        if !before.ends_with(|c: char| c.is_ascii_digit()) || !to.ends_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let start = before.trim_end_matches(of_number).len();
        let end = dash + sign.len() + to.len();
        match found.last_mut().filter(|last| last.end > start) {
            Some(last) => last.end = end,
            None => found.push(start..end),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_other_ranges_are_kept_together() {
        for (text, range) in [
            ("the forecast of 2021–31 said", "2021–31"),
            ("about 10–15 % of all postings", "10–15"),
            ("pays $48,560–$162,870.", "$48,560–$162,870"),
            ("(+7.5–8.25, rounded)", "+7.5–8.25"),
            ("in weeks 1–2–3.", "1–2–3"),
        ] {
            let ranges: Vec<&str> =
                parts(text).into_iter().filter(|(_, is)| *is).map(|(part, _)| part).collect();
            assert_eq!(ranges, [range], "{text}");
            let whole: String = parts(text).into_iter().map(|(part, _)| part).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn a_dash_between_words_may_still_end_a_line() {
        for text in ["Monday–Friday", "this – that", "3 – 4", "Waymark – 2026", "–5", "5–", "1–x", ""]
        {
            assert!(parts(text).iter().all(|(_, range)| !range), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_escaped() {
        assert_eq!(
            unbroken("<b> & 2021–31").to_string(),
            "&#60;b&#62; &#38; <span class=\"nowrap\">2021–31</span>"
        );
    }
}
