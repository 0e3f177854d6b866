//! Where words stand in content: the field that holds them, with the part of its text around them.

use super::place::Place;
use crate::content::{Kind, each_text, fields};
use serde_json::Value;

/// A part of a text, with what was looked for in its middle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Excerpt {
    pub before: String,
    pub hit: String,
    pub after: String,
}

/// Letters of a text that are shown before and after a hit.
const BEFORE: usize = 60;
const AFTER: usize = 120;

impl Excerpt {
    /// Around the first place where one of `words` stands, which are in lower case.
    pub fn of(text: &str, words: &[String]) -> Option<Excerpt> {
        let (from, to) = words.iter().filter_map(|word| place(text, word)).min()?;
        // All of the word that was begun.
        let to = text[to..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |i| to + i);
        let start = text[..from].char_indices().rev().take(BEFORE).last().map_or(from, |(i, _)| i);
        let end = text[to..].char_indices().nth(AFTER).map_or(text.len(), |(i, _)| to + i);
        // From a word to a word, where there are words.
        let start = if start == 0 { 0 } else { text[start..from].find(' ').map_or(start, |i| start + i + 1) };
        let end = if end == text.len() { end } else { text[to..end].rfind(' ').map_or(end, |i| to + i) };
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        Some(Excerpt {
            before: format!("{}{}", if start > 0 { "… " } else { "" }, one_line(&text[start..from])),
            hit: one_line(&text[from..to]),
            after: format!("{}{}", one_line(&text[to..end]), if end < text.len() { " …" } else { "" }),
        })
    }
}

/// Where a word stands in a text, whatever the case of its letters: from byte to byte.
fn place(text: &str, word: &str) -> Option<(usize, usize)> {
    if text.is_ascii() {
        let at = text.to_ascii_lowercase().find(word)?;
        return Some((at, at + word.len()));
    }
    // A letter may become two in lower case.
    let (mut lower, mut from) = (String::new(), Vec::new());
    for (i, c) in text.char_indices() {
        for small in c.to_lowercase() {
            lower.push(small);
            from.resize(lower.len(), i);
        }
    }
    let at = lower.find(word)?;
    let last = from[at + word.len() - 1];
    Some((from[at], last + text[last..].chars().next().map_or(0, char::len_utf8)))
}

/// The field of some content that holds most of `words`, with what it says around the first of them. Nothing if one of
/// them stands in no field and `all` are asked for.
pub fn within(kind: &Kind, content: &Value, words: &[String], all: bool) -> Option<(Place, Excerpt)> {
    let every: Vec<_> = fields(kind.sheet).copied().collect();
    let mut found = vec![false; words.len()];
    let mut best: Option<(usize, String, &str)> = None;
    each_text(&every, content, "", &mut |path, text| {
        let mut count = 0;
        for (word, found) in words.iter().zip(&mut found) {
            if place(text, word).is_some() {
                *found = true;
                count += 1;
            }
        }
        if count > best.as_ref().map_or(0, |best| best.0) {
            best = Some((count, path.to_owned(), text));
        }
    });
    if all && !found.iter().all(|found| *found) {
        return None;
    }
    let (_, path, text) = best?;
    Some((Place::of(kind, content, &path), Excerpt::of(text, words)?))
}

/// The first text anywhere in a value that holds one of `words`; nothing unless all stand in some text.
pub fn anywhere(value: &Value, words: &[String]) -> Option<Excerpt> {
    fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::String(text) => found.push(text),
            Value::Array(list) => list.iter().for_each(|item| texts(item, found)),
            Value::Object(map) => map.values().for_each(|item| texts(item, found)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    texts(value, &mut all);
    let stands = |word: &String| all.iter().any(|text| place(text, word).is_some());
    if !words.iter().all(stands) {
        return None;
    }
    all.iter().find_map(|text| Excerpt::of(text, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Kind;
    use crate::roles::Role;
    use serde_json::json;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn an_excerpt_shows_what_was_looked_for_in_whole_letters() {
        let text = format!("{}ÉCLAIR and İstanbul{}", "ä".repeat(100), "ö".repeat(200));
        let found = Excerpt::of(&text, &words(&["éclair"])).unwrap();
        assert_eq!(found.hit, "ÉCLAIR");
        assert_eq!(found.before, format!("… {}", "ä".repeat(60)));
        assert_eq!(found.after, " and …", "no word is cut");
        assert_eq!(Excerpt::of("Java", &words(&["java"])).unwrap().hit, "Java");
        assert!(Excerpt::of(&text, &words(&["cobol"])).is_none());
        assert!(Excerpt::of("", &words(&["x"])).is_none());
    }

    #[test]
    fn the_field_with_most_of_the_words_is_shown_and_all_have_to_stand_somewhere() {
        let kind = Kind::of::<Role>();
        let role = json!({
            "sentence": "About queues.",
            "groups": [{"id": "q", "name": "Queues", "commentary": "Brokers keep queues in order."}],
        });
        let (place, excerpt) = within(&kind, &role, &words(&["queue", "broker"]), true).unwrap();
        assert_eq!(place.path, "edit/skills/q?check=yes#commentary");
        assert_eq!(excerpt.hit, "Brokers");
        assert!(within(&kind, &role, &words(&["queue", "cobol"]), true).is_none());
        assert!(within(&kind, &role, &words(&["queue", "cobol"]), false).is_some());
        assert!(within(&kind, &role, &words(&["commentary"]), true).is_none(), "a field's name is no text");
    }
}
