//! Sentences of the shipped guide: none stands on two roles.

use super::*;
use serde::Serialize;
use std::collections::BTreeSet;
use waymark::articles::Article;
use waymark::content::{Content, check_slug, plain_markdown, read};
use waymark::roles::Role;

/// Below so many words it is a name or a turn of phrase.
const SHORT: usize = 5;

/// The sentences of a text, without what tells two of the same words apart.
fn of(text: &str) -> Vec<String> {
    let plain = |line: &str| plain_markdown(line).replace("U.S.", "US");
    let split = |line: &str| -> Vec<String> {
        let ends = |c: char| ".!?".contains(c);
        line.split_inclusive(ends).fold(vec![String::new()], |mut found, part| {
            // A full stop inside a word, as in Node.js, ends nothing.
            if part.starts_with(|c: char| !c.is_alphanumeric()) {
                found.push(String::new());
            }
            found.last_mut().unwrap().push_str(part);
            found
        })
    };
    let bare = |sentence: &String| -> Vec<String> {
        let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let sentences = text.lines().map(plain).flat_map(|line| split(&line));
    sentences.map(|s| bare(&s)).filter(|words| words.len() >= SHORT).map(|words| words.join(" ")).collect()
}

/// Every sentence of an entry's fields; what other things are called is no prose of its own.
fn all_of(value: &serde_json::Value) -> BTreeSet<String> {
    match value {
        serde_json::Value::String(text) if check_slug(text).is_ok() => BTreeSet::new(),
        serde_json::Value::String(text) => of(text).into_iter().collect(),
        serde_json::Value::Array(list) => list.iter().flat_map(all_of).collect(),
        serde_json::Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "name").flat_map(|(_, value)| all_of(value)).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn of_kind<T: Content + Serialize>() -> Vec<(String, BTreeSet<String>)> {
    let folder = content().join(T::FOLDER);
    let read = |(name, bytes): (String, Vec<u8>)| {
        let entry: T = read(&name, &String::from_utf8(bytes).unwrap()).unwrap();
        (format!("{}/{name}", T::FOLDER), all_of(&serde_json::to_value(entry).unwrap()))
    };
    files(&folder).into_iter().map(read).collect()
}

/// What stands in two places: the first, the second, the sentence.
fn twice(places: &[(String, BTreeSet<String>)]) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (place, sentences) in places {
        for sentence in sentences {
            if let Some(first) = seen.insert(sentence, place) {
                found.push(format!("{first} and {place}: \"{sentence}\""));
            }
        }
    }
    found
}

#[test]
fn stand_on_one_page_only() {
    let mut places = of_kind::<Role>();
    places.extend(of_kind::<Article>());
    let count: usize = places.iter().map(|(_, sentences)| sentences.len()).sum();
    assert!(places.len() >= 18 && count > 2000, "{} places, {count} sentences", places.len());

    let found = twice(&places);

    assert!(found.is_empty(), "say it in other words:\n{}", found.join("\n"));
}

#[test]
fn that_were_copied_are_found_however_they_are_set() {
    let there =
        all_of(&serde_json::json!({ "lead": "Short. Node.js is named in few of the postings. More." }));
    let article = "Before.\n\n- [Node.js](/skills/node-js) is named in *few* of the postings!\n";
    let places = [("a".to_owned(), there), ("b".to_owned(), of(article).into_iter().collect())];

    assert_eq!(twice(&places), ["a and b: \"node js is named in few of the postings\""]);
}
