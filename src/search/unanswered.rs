//! What was looked for and not found: counted by day and words, with nothing about who looked.

use super::{Query, row};
use crate::db::Db;
use crate::error::Result;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::mem;
use std::sync::Mutex;

/// Counts by day (UTC) and words that are not written yet. Searches only add to it, so that they stay quick and
/// answer while the database is away.
#[derive(Default)]
pub struct Unanswered {
    counts: Mutex<Counts>,
}

/// By day, such as "2026-11-21", and words.
pub type Counts = BTreeMap<(String, String), i64>;

/// Different words of one day that are counted; also how many wait to be written.
pub const MOST: usize = 500;
/// The most characters; the column holds no more.
const LONGEST: usize = 60;
/// So many digits in a row may be the number of a telephone, a person or a card.
const DIGITS: usize = 6;

impl Unanswered {
    /// Counts a search that found nothing, unless its words may tell who looked.
    pub fn note(&self, query: &Query, now: DateTime<Utc>) {
        let Some(words) = countable(query) else { return };
        let Ok(mut counts) = self.counts.lock() else { return };
        let key = (now.format("%Y-%m-%d").to_string(), words);
        if counts.len() < MOST || counts.contains_key(&key) {
            *counts.entry(key).or_default() += 1;
        }
    }

    /// Writes what was counted since the last time; what cannot be written is kept for the next.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn write(&self, db: &Db, now: DateTime<Utc>) -> Result<()> {
        let counts = self.counts.lock().map(|mut counts| mem::take(&mut *counts)).unwrap_or_default();
        if counts.is_empty() {
            return Ok(());
        }
        let written = counts.clone();
        let done = db.write(move |conn| row::add(conn, &written, now)).await;
        if done.is_err()
            && let Ok(mut waiting) = self.counts.lock()
        {
            for (key, count) in counts {
                if waiting.len() < MOST || waiting.contains_key(&key) {
                    *waiting.entry(key).or_default() += count;
                }
            }
        }
        done
    }
}

/// The words as they are counted; none if they are too long to be a question to the guide, or look like a mail
/// address or the number of something.
fn countable(query: &Query) -> Option<String> {
    let telling = query.words.contains(['@', '＠']) || long_number(&query.words);
    let words = query.terms().join(" ");
    // Both: folding makes some longer, and leaves words out.
    let fits = !words.is_empty() && [&words, &query.words].iter().all(|text| text.chars().count() <= LONGEST);
    (fits && !telling).then_some(words)
}

/// Whether digits stand in a row, whatever people put between the digits of a number.
fn long_number(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        if c.is_numeric() {
            digits += 1;
        } else if c.is_alphabetic() {
            digits = 0;
        }
        if digits >= DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(words: &str) -> Option<String> {
        countable(&Query::new(words))
    }

    #[test]
    fn words_are_folded_and_what_may_tell_who_looked_is_not_counted() {
        assert_eq!(counted("  How to become a COBOL  programmer? "), Some("cobol programmer".into()));
        assert_eq!(counted("iso 27001"), Some("iso 27001".into()));
        assert_eq!(counted("web 2.0 or web3"), Some("web 2 0 web3".into()));
        for telling in [
            "",
            "?!",
            "ann@example.org",
            "ann＠example.org",
            "+49 (0) 151-234/56",
            "123456",
            "card 4111 1111 1111 1111",
            "1.2.3.4.5.6",
            "١٢٣٤٥٦",
            &"abc ".repeat(20),
            &"x".repeat(61),
        ] {
            assert_eq!(counted(telling), None, "{telling}");
        }
        assert_eq!(counted(&"x".repeat(60)), Some("x".repeat(60)));
    }

    #[test]
    fn the_same_words_are_one_and_no_more_than_five_hundred_wait() {
        let unanswered = Unanswered::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for number in 0..MOST + 20 {
            unanswered.note(&Query::new(&format!("word{number}")), now);
            unanswered.note(&Query::new("WORD0"), now);
        }

        let counts = unanswered.counts.lock().unwrap();
        assert_eq!(counts.len(), MOST);
        assert_eq!(counts[&("2027-01-15".to_owned(), "word0".to_owned())], MOST as i64 + 21);
    }
}
