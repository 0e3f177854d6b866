//! Words that letters have in common: counts, spans of time, subjects that fit.

use chrono::{Datelike, NaiveDate};

/// Characters of a subject, at least and at most.
pub const SUBJECT: std::ops::RangeInclusive<usize> = 10..=78;

/// A small number in a word, such as "two"; larger ones in digits.
pub fn number(count: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(count).map_or(count.to_string(), |word| (*word).to_owned())
}

/// With a capital.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// "two changes", "one change".
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// Both days included: "20 November 2026", "14 to 20 November 2026", "28 October to 3 November 2026".
pub fn span(from: NaiveDate, to: NaiveDate) -> String {
    let last = to.format("%-d %B %Y");
    if from >= to {
        last.to_string()
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{} to {last}", from.day())
    } else if from.year() == to.year() {
        format!("{} to {last}", from.format("%-d %B"))
    } else {
        format!("{} to {last}", from.format("%-d %B %Y"))
    }
}

/// The first of these subjects that is short enough; the last is cut if none is.
pub fn fitting(subjects: &[String]) -> String {
    let fits = |subject: &&String| SUBJECT.contains(&subject.chars().count());
    match subjects.iter().find(fits) {
        Some(subject) => subject.clone(),
        None => cut(subjects.last().map_or("", String::as_str), *SUBJECT.end()),
    }
}

/// At most so many characters, with a sign that there were more.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// "a", "a and b", "a, b and c", "a, b and 4 others".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, others @ ..] => format!("{first}, {second} and {} others", others.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_span_says_month_and_year_once_if_it_can() {
        for (from, to, words) in [
            ("2026-11-20", "2026-11-20", "20 November 2026"),
            ("2026-11-14", "2026-11-20", "14 to 20 November 2026"),
            ("2026-10-28", "2026-11-03", "28 October to 3 November 2026"),
            ("2026-12-28", "2027-01-03", "28 December 2026 to 3 January 2027"),
        ] {
            assert_eq!(span(day(from), day(to)), words);
        }
    }

    #[test]
    fn a_subject_is_neither_too_long_nor_cut_where_a_shorter_one_is_at_hand() {
        let long = "x".repeat(100);
        assert_eq!(fitting(&[long.clone(), "Two changes".into()]), "Two changes");
        assert_eq!(fitting(&[long]).chars().count(), 78);
    }

    #[test]
    fn names_are_listed_as_one_says_them() {
        let names =
            |count: usize| -> Vec<String> { ["a", "b", "c", "d", "e"].map(str::to_owned)[..count].into() };
        let all: Vec<String> = (0..=5).map(|count| listed(&names(count))).collect();
        assert_eq!(all, ["", "a", "a and b", "a, b and c", "a, b and 2 others", "a, b and 3 others"]);
    }
}
