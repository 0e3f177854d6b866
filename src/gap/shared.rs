//! What two roles have in common, part by part.

use super::{Asked, Part};
use crate::tiers::TierName;
use std::collections::BTreeSet;

/// Something that both roles ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared<'a> {
    /// Slugs of the skills that count in both, in the order of the first role.
    pub skills: Vec<&'a str>,
    pub first: &'a Part,
    pub second: &'a Part,
}

impl Shared<'_> {
    /// Foundation or Essential in both: a step that is not lost, whichever role it becomes (PRODUCT, "What none of the
    /// others has", 5).
    pub fn no_regret(&self) -> bool {
        [self.first, self.second].iter().all(|part| part.tier <= TierName::Essential)
    }

    /// What a choice is called that both roles leave open in the same way.
    pub fn choice(&self) -> Option<&str> {
        let same =
            self.skills.len() == self.first.skills.len() && self.skills.len() == self.second.skills.len();
        self.first.choice.as_deref().filter(|_| same)
    }
}

/// What both ask for, the tiers on which more rests first; of equal ones what is asked for more by both together.
///
/// A choice meets a part of the other role in the skills that count for both: where one takes Java alone and the other
/// Java or Python, that is Java. Where several choices meet in the same skills, these are told once.
pub fn shared<'a>(first: &'a Asked, second: &'a Asked) -> Vec<Shared<'a>> {
    let meeting = |first: &'a Part, second: &'a Part| {
        let skills: Vec<&str> =
            first.skills.iter().map(String::as_str).filter(|skill| second.is(skill)).collect();
        (!skills.is_empty()).then_some(Shared { skills, first, second })
    };
    let mut all: Vec<Shared<'a>> = first
        .parts
        .iter()
        .flat_map(|part| second.parts.iter().filter_map(move |other| meeting(part, other)))
        .collect();
    // Wide ones first, of which the narrow ones say nothing new.
    all.sort_by_key(|shared| std::cmp::Reverse(shared.skills.len()));
    let mut told: BTreeSet<&str> = BTreeSet::new();
    all.retain(|shared| {
        let new = shared.skills.iter().any(|skill| !told.contains(skill));
        told.extend(&shared.skills);
        new
    });
    let depth = |shared: &Shared<'_>| shared.first.tier.place() + shared.second.tier.place();
    let points = |shared: &Shared<'_>| shared.first.all.points + shared.second.all.points;
    all.sort_by(|a, b| depth(a).cmp(&depth(b)).then(points(b).total_cmp(&points(a))));
    all
}

/// What only `role` asks for: parts of which no skill counts in the other.
pub fn alone<'a>(role: &'a Asked, other: &Asked) -> Vec<&'a Part> {
    let skills = other.skills();
    role.parts.iter().filter(|part| part.skills.iter().all(|skill| !skills.contains(skill))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Basis, Value};
    use super::*;
    use std::collections::BTreeMap;

    /// A role that asks for these; what is joined by "/" is a choice.
    fn role(asked: &[(TierName, &str)]) -> Asked {
        let part = |(tier, words): &(TierName, &str)| {
            let value = Value { points: tier.weight(), basis: Basis::Tier };
            Part {
                skills: words.split('/').map(str::to_owned).collect(),
                choice: words.contains('/').then(|| format!("any of {words}")),
                tier: *tier,
                group: "g".into(),
                groups: vec!["g".into()],
                all: value,
                entry: value,
                entry_gap: None,
            }
        };
        Asked { parts: asked.iter().map(part).collect(), hours: BTreeMap::new() }
    }

    fn names(first: &Asked, second: &Asked) -> Vec<String> {
        shared(first, second).iter().map(|shared| shared.skills.join("/")).collect()
    }

    use TierName::{Advanced, Essential, Foundation};

    #[test]
    fn what_both_ask_for_stands_by_how_much_rests_on_it() {
        let first = role(&[(Advanced, "kafka"), (Foundation, "git"), (Essential, "sql")]);
        let second = role(&[(Foundation, "sql"), (Essential, "git"), (Essential, "kafka")]);
        assert_eq!(names(&first, &second), ["git", "sql", "kafka"]);
        let steps: Vec<bool> = shared(&first, &second).iter().map(Shared::no_regret).collect();
        assert_eq!(steps, [true, true, false]);
    }

    #[test]
    fn a_choice_meets_the_other_role_in_what_counts_for_both() {
        let first = role(&[(Foundation, "java")]);
        let second = role(&[(Foundation, "java/python"), (Foundation, "go")]);
        assert_eq!(names(&first, &second), ["java"]);
        assert_eq!(shared(&first, &second)[0].choice(), None);
        assert_eq!(alone(&second, &first)[0].skills, ["go"]);
        assert!(alone(&first, &second).is_empty());
    }

    #[test]
    fn a_choice_that_both_leave_open_is_one_thing() {
        let both = role(&[(Foundation, "java/python")]);
        assert_eq!(names(&both, &both), ["java/python"]);
        assert_eq!(shared(&both, &both)[0].choice(), Some("any of java/python"));
    }

    #[test]
    fn roles_without_a_skill_in_common_share_nothing() {
        let (first, second) = (role(&[(Foundation, "java")]), role(&[(Foundation, "figma")]));
        assert!(shared(&first, &second).is_empty());
        assert_eq!(alone(&first, &second).len(), 1);
    }
}
