//! In whose words a change is told: an editor's lead, and what was found by comparing follows where it adds to them.

use super::change::Change;
use crate::content::{Remark, Significance};
use crate::editing::Difference;
use std::collections::BTreeMap;

/// One thing that is told of an entry.
#[derive(Clone, Debug)]
pub struct Line {
    pub remark: Remark,
    /// In an editor's words, which are not those that were suggested.
    pub written: bool,
    /// What an editor's words leave open: values before and now.
    pub exact: Vec<Remark>,
}

/// Names of skills by slug.
pub type Names = BTreeMap<String, String>;

/// One of several publications, with what was found by comparing.
pub struct Step<'a> {
    pub change: &'a Change,
    pub typed: Vec<Remark>,
    pub differences: Vec<Difference>,
}

impl Line {
    /// As it was found by comparing.
    pub fn found(remark: Remark) -> Line {
        Line { remark, written: false, exact: Vec::new() }
    }

    fn written(significance: Significance, words: &str) -> Line {
        Line { remark: Remark::new(significance, words), written: true, exact: Vec::new() }
    }

    /// Takes over what it says in its own words: whom it concerns, how much it weighs, and what it does not say exactly.
    fn take(&mut self, found: Remark) {
        self.remark.weight = self.remark.weight.max(found.weight);
        for skill in &found.skills {
            if !self.remark.skills.contains(skill) {
                self.remark.skills.push(skill.clone());
            }
        }
        if !says(&self.remark.words, &found) {
            self.exact.push(found);
        }
    }
}

/// Whether editors put something into words of their own.
pub fn is_reworded(change: &Change, typed: &[Remark]) -> bool {
    change.lines.iter().any(|words| is_written(words, typed))
}

fn is_written(words: &str, typed: &[Remark]) -> bool {
    typed.iter().all(|remark| remark.words != words)
}

/// The lines of one publication, an editor's own first, and what none of them tells.
pub fn of_one(change: &Change, mut typed: Vec<Remark>, names: &Names) -> (Vec<Line>, Vec<Remark>) {
    let (mut lines, mut left) = (Vec::new(), Vec::new());
    for words in &change.lines {
        match typed.iter().position(|remark| remark.words == *words) {
            Some(at) => left.push(Line::found(typed.remove(at))),
            None => lines.push(Line::written(change.significance, words)),
        }
    }
    let beside = hand_over(&mut lines, typed, names);
    lines.extend(left);
    (lines, beside)
}

/// The net difference of several publications, led by what editors wrote of them as long as nothing later overtook it;
/// and what they wanted left out.
pub fn of_several(
    steps: &[Step],
    (net, differences): (Vec<Remark>, &[Difference]),
    names: &Names,
) -> (Vec<Line>, Vec<Remark>) {
    let mut lines: Vec<Line> = Vec::new();
    for step in steps {
        for words in step.change.lines.iter().filter(|words| is_written(words, &step.typed)) {
            let told = lines.iter().any(|line| line.remark.words == *words);
            if !told && still_holds(words, step, (&net, differences), names) {
                lines.push(Line::written(step.change.significance, words));
            }
        }
    }
    let left_out = |remark: &Remark| {
        let suggested = steps.iter().any(|step| !is_written(&remark.words, &step.typed));
        suggested && steps.iter().all(|step| !step.change.lines.contains(&remark.words))
    };
    let (beside, told): (Vec<Remark>, Vec<Remark>) =
        hand_over(&mut lines, net, names).into_iter().partition(left_out);
    lines.extend(told.into_iter().map(Line::found));
    (lines, beside)
}

/// Whether what an editor wrote of one publication is true of all of them together: what it is about, or some of what was
/// published then, is now as it was then.
fn still_holds(
    words: &str,
    step: &Step,
    (net, differences): (&[Remark], &[Difference]),
    names: &Names,
) -> bool {
    let same_end = |a: &Remark, b: &Remark| match (&a.moved, &b.moved) {
        (Some(a), Some(b)) => (&a.what, &a.after) == (&b.what, &b.after),
        (None, None) => a.words == b.words,
        _ => false,
    };
    let mut about = step.typed.iter().filter(|remark| names_it(words, remark, names)).peekable();
    if about.peek().is_some() {
        return about.all(|remark| net.iter().any(|other| same_end(remark, other)));
    }
    let stays = |own: &Difference| differences.iter().any(|d| d.path == own.path && d.after == own.after);
    step.differences.iter().any(stays)
}

/// Gives what was found to the lines that tell it in other words; what none of them names is left.
fn hand_over(lines: &mut [Line], typed: Vec<Remark>, names: &Names) -> Vec<Remark> {
    let mut left = Vec::new();
    for remark in typed {
        let named = |line: &Line| names_it(&line.remark.words, &remark, names);
        let whole = lines.iter().position(|line| named(line) && says(&line.remark.words, &remark));
        match whole.or_else(|| lines.iter().position(named)) {
            Some(at) => lines[at].take(remark),
            None => left.push(remark),
        }
    }
    left
}

/// Whether somebody's words name what a remark is about: its skill, or the group or set that it is on.
fn names_it(words: &str, remark: &Remark, names: &Names) -> bool {
    let name = match &remark.skills[..] {
        [only] => names.get(only).map(String::as_str),
        _ => remark.moved.as_ref().map(|moved| part_of(&moved.what)).or_else(|| quoted(&remark.words)),
    };
    name.is_some_and(|name| mentions(words, name) || mentions(words, &uncapitalised(name)))
}

/// Whether somebody's words say all that a remark on the same thing says: the value that it has now, if it has one.
fn says(words: &str, remark: &Remark) -> bool {
    let Some(moved) = &remark.moved else { return true };
    let values: Vec<&str> = numbers(&moved.after).collect();
    if values.is_empty() {
        return words.to_lowercase().contains(&moved.after.to_lowercase());
    }
    values.iter().all(|value| numbers(words).any(|said| said == *value))
}

/// What a figure is of, without the population that it is counted in.
fn part_of(what: &str) -> &str {
    what.rsplit_once(", ").map_or(what, |(name, _)| name)
}

/// What stands first in quotation marks.
fn quoted(words: &str) -> Option<&str> {
    Some(words.split_once('“')?.1.split_once('”')?.0)
}

/// As it stands within a sentence; names of one or two letters, and those in capitals, stay as they are.
fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next(), name.chars().count()) {
        (Some(first), Some(second), 3..) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// Whether a name stands in a text by itself: "Java" does not stand in "JavaScript", nor "C" in "C++".
fn mentions(words: &str, name: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || "+#".contains(letter);
    let alone = |(at, found): (usize, &str)| {
        let before = words[..at].chars().next_back();
        let after = words[at + found.len()..].chars().next();
        !before.is_some_and(joins) && !after.is_some_and(joins)
    };
    !name.is_empty() && words.match_indices(name).any(alone)
}

/// The numbers in a text, such as "10" and "15" in "about 10–15 %".
fn numbers(words: &str) -> impl Iterator<Item = &str> {
    let parts = words.split(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',');
    parts.map(|part| part.trim_matches(['.', ','])).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Moved;

    fn names() -> Names {
        [("java", "Java"), ("c", "C"), ("go", "Go"), ("testing", "Testing"), ("graphql", "GraphQL")]
            .map(|(slug, name)| (slug.to_owned(), name.to_owned()))
            .into()
    }

    fn figure(skill: &str, name: &str, before: &str, after: &str) -> Remark {
        let what = format!("{name}, all postings");
        Remark::new(Significance::Major, format!("{what}: {before} → {after}."))
            .about([skill.to_owned()])
            .moving(Moved { what, before: before.into(), after: after.into(), numbers: Some((1.0, 2.0)) })
    }

    fn added(skill: &str, name: &str) -> Remark {
        Remark::new(Significance::Notable, format!("{name} was added to “A”.")).about([skill.to_owned()])
    }

    fn group(name: &str) -> Remark {
        let moved = Moved {
            what: name.into(),
            before: "Essential".into(),
            after: "Foundation".into(),
            numbers: None,
        };
        Remark::new(Significance::Major, format!("“{name}” moved from Essential to Foundation."))
            .about(["docker".to_owned(), "kubernetes".to_owned()])
            .moving(moved)
    }

    /// What remains to be told beside words: nothing, the exact values under them, or all of it by itself.
    fn remains(words: &str, remark: &Remark) -> &'static str {
        let mut lines = [Line::written(Significance::Notable, words)];
        let beside = hand_over(&mut lines, vec![remark.clone()], &names());
        match (lines[0].exact.len(), beside.len()) {
            (0, 0) => "nothing",
            (1, 0) => "values",
            _ => "all",
        }
    }

    #[test]
    fn what_an_editor_says_is_not_said_again() {
        let java = figure("java", "Java", "about 45 %", "about 60 %");
        let range = figure("java", "Java", "under 5 %", "about 10–15 %");
        for (words, remark, left) in [
            ("Java went up from 45 to 60 %.", &java, "nothing"),
            ("Java stands at 60%, up from 45.", &java, "nothing"),
            ("Java’s share grew.", &java, "values"),
            ("Java grew by 15 points.", &java, "values"),
            ("JavaScript went up from 45 to 60 %.", &java, "all"),
            ("Figures were counted anew.", &java, "all"),
            ("Java is in 10 to 15 % of postings.", &range, "nothing"),
            ("Java is in 10 % of postings.", &range, "values"),
            ("GraphQL belongs to the interfaces now.", &added("graphql", "GraphQL"), "nothing"),
            ("Interfaces were looked at again.", &added("graphql", "GraphQL"), "all"),
            ("We expect testing of everybody.", &added("testing", "Testing"), "nothing"),
            ("Figures go up.", &added("go", "Go"), "all"),
            ("C++ was added.", &added("c", "C"), "all"),
            ("Containers are foundation now.", &group("Containers"), "nothing"),
            ("Nobody gets by without containers.", &group("Containers"), "values"),
        ] {
            assert_eq!(remains(words, remark), left, "{words}");
        }
    }

    #[test]
    fn an_editors_line_weighs_what_it_stands_for_and_is_about_its_skills() {
        let mut lines =
            [Line::written(Significance::Notable, "Java and testing matter more."), Line::found(group("X"))];
        let heavy = figure("java", "Java", "1 %", "2 %").weighing(900.0);
        assert!(hand_over(&mut lines, vec![heavy, added("testing", "Testing")], &names()).is_empty());
        assert_eq!(lines[0].remark.weight, 900.0);
        assert_eq!(lines[0].remark.skills, ["java", "testing"]);
    }
}
