//! Two texts side by side, word by word.

use similar::{ChangeTag, TextDiff};

/// A run of words that stayed, went or came.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// `same`, `gone` or `new`.
    pub what: &'static str,
    pub words: String,
}

/// Longer texts are shown one after the other: comparing them by words would take long and tell little.
const LONGEST: usize = 100_000;

/// What differs, in reading order.
pub fn compare(before: &str, after: &str) -> Vec<Run> {
    let run = |what, words: &str| Run { what, words: words.to_owned() };
    if before.len() + after.len() > LONGEST {
        return vec![run("gone", before), run("new", after)];
    }
    let diff = TextDiff::configure().timeout(std::time::Duration::from_millis(200)).diff_words(before, after);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let what = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Delete => "gone",
            ChangeTag::Insert => "new",
        };
        match runs.last_mut() {
            Some(last) if last.what == what => last.words.push_str(change.value()),
            _ => runs.push(run(what, change.value())),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stayed_what_went_and_what_came_is_told_apart() {
        let runs = compare("about 45 % of postings", "about 60 % of postings");
        let said: Vec<(&str, &str)> = runs.iter().map(|run| (run.what, run.words.as_str())).collect();
        assert_eq!(said, [("same", "about "), ("gone", "45"), ("new", "60"), ("same", " % of postings")]);
    }
}
