//! The value of a figure in a computation.

use crate::figures::Share;
use crate::roles::{GroupSkill, SkillGroup};

/// How much something is asked for: a number to compute with, in points of a hundred postings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub points: f64,
    pub basis: Basis,
}

impl Value {
    /// As it is shown.
    pub fn words(self) -> String {
        points(self.points)
    }
}

/// What a value rests on, from the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Nothing was measured: the weight of its tier stands in.
    Tier,
    /// Its part of a figure on several skills together.
    Group,
    /// A figure of its own.
    Measured,
}

impl Basis {
    /// What stands beside a result; nothing beside a measured one.
    pub fn words(self) -> &'static str {
        match self {
            Basis::Measured => "",
            Basis::Group => "its part of the figure of its group",
            Basis::Tier => "by tier, not measured",
        }
    }
}

/// Points as they are shown: two decimals at most.
pub fn points(points: f64) -> String {
    ((points * 100.0).round() / 100.0).to_string()
}

/// Of which postings a value is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Level {
    All,
    Entry,
}

impl Level {
    /// The figure of this level; where there is none, that of the other.
    pub fn of(self, all: Option<Share>, entry: Option<Share>) -> Option<f64> {
        let share = match self {
            Level::All => all.or(entry),
            Level::Entry => entry.or(all),
        };
        share.map(|share| share.0.value())
    }

    fn exactly(self, skill: &GroupSkill) -> Option<f64> {
        let share = match self {
            Level::All => skill.all,
            Level::Entry => skill.entry,
        };
        share.map(|share| share.0.value())
    }
}

/// A skill in one of a role's groups.
pub(super) type Place<'a> = (&'a SkillGroup, &'a GroupSkill);

/// The value of a skill from all places in which it stands, and the place that gives it (PRODUCT's value rule): the
/// highest figure of its own at this level, else at the other; else the highest part of a figure on several skills;
/// else the weight of its highest tier.
pub(super) fn of_skill<'a>(places: &[Place<'a>], level: Level) -> Option<(Value, &'a SkillGroup)> {
    type Rule = fn(Place<'_>, Level) -> Option<f64>;
    let rules: [(Basis, Rule); 4] = [
        (Basis::Measured, |(_, skill), level| level.exactly(skill)),
        (Basis::Measured, |(_, skill), level| level.of(skill.all, skill.entry)),
        (Basis::Group, of_group),
        (Basis::Tier, |(group, _), _| Some(group.tier.weight())),
    ];
    rules.into_iter().find_map(|(basis, rule)| {
        let values = places.iter().filter_map(|place| Some((rule(*place, level)?, place.0)));
        // Of equal ones the first.
        let (points, group) = values.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        Some((Value { points, basis }, group))
    })
}

/// A skill's part of the figure of the smallest set that it stands in and that has one: the figure divided equally by
/// the number of skills that it covers.
fn of_group((group, skill): Place<'_>, level: Level) -> Option<f64> {
    let covering = group.sets.iter().filter_map(|set| {
        let covers = set.skills.is_empty() || set.skills.contains(&skill.skill);
        let count = if set.skills.is_empty() { group.skills.len() } else { set.skills.len() };
        Some((count, level.of(set.all, set.entry)?)).filter(|_| covers)
    });
    covering.min_by_key(|(count, _)| *count).map(|(count, figure)| figure / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::SkillSet;
    use crate::tiers::TierName;

    fn group(tier: TierName, skills: &[(&str, &str, &str)], sets: &[(&[&str], &str)]) -> SkillGroup {
        let skill = |(skill, all, entry): &(&str, &str, &str)| GroupSkill {
            skill: (*skill).to_owned(),
            all: all.parse().ok(),
            entry: entry.parse().ok(),
            note: None,
        };
        let set = |(skills, all): &(&[&str], &str)| SkillSet {
            id: "any".into(),
            name: "Any".into(),
            skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
            all: all.parse().ok(),
            entry: None,
            note: None,
        };
        SkillGroup {
            id: "g".into(),
            name: "G".into(),
            tier,
            lead: String::new(),
            commentary: String::new(),
            statements: Vec::new(),
            hours: None,
            skills: skills.iter().map(skill).collect(),
            sets: sets.iter().map(set).collect(),
        }
    }

    fn value(groups: &[SkillGroup], skill: &str, level: Level) -> (f64, Basis) {
        let places: Vec<Place> = groups
            .iter()
            .flat_map(|g| g.skills.iter().filter(|s| s.skill == skill).map(move |s| (g, s)))
            .collect();
        let (value, _) = of_skill(&places, level).unwrap();
        (value.points, value.basis)
    }

    #[test]
    fn a_figure_of_its_own_counts_and_the_other_level_where_one_is_missing() {
        let groups =
            [group(TierName::Advanced, &[("a", "45 %", "about 50 %"), ("b", "under 10 %", "")], &[])];
        assert_eq!(value(&groups, "a", Level::All), (45.0, Basis::Measured));
        assert_eq!(value(&groups, "a", Level::Entry), (50.0, Basis::Measured));
        assert_eq!(value(&groups, "b", Level::Entry), (5.0, Basis::Measured));
    }

    #[test]
    fn without_one_its_part_of_the_smallest_set_counts() {
        let skills = [("a", "", ""), ("b", "", ""), ("c", "5 %", ""), ("d", "", "")];
        let sets: [(&[&str], &str); 2] = [(&[], "about 20 %"), (&["a", "b"], "about 10–15 %")];
        let groups = [group(TierName::Essential, &skills, &sets)];
        assert_eq!(value(&groups, "a", Level::All), (6.25, Basis::Group));
        assert_eq!(value(&groups, "d", Level::Entry), (5.0, Basis::Group));
    }

    #[test]
    fn without_any_figure_the_tier_stands_in() {
        let groups = [
            group(TierName::Specialized, &[("a", "", "")], &[]),
            group(TierName::Essential, &[("a", "", "")], &[]),
        ];
        assert_eq!(value(&groups, "a", Level::All), (40.0, Basis::Tier));
    }

    #[test]
    fn in_two_groups_the_higher_figure_counts_and_no_tier_stands_above_one() {
        let groups = [
            group(TierName::Foundation, &[("a", "", ""), ("b", "5 %", "")], &[]),
            group(TierName::Advanced, &[("a", "10 %", ""), ("b", "15 %", "")], &[]),
        ];
        assert_eq!(value(&groups, "a", Level::All), (10.0, Basis::Measured));
        assert_eq!(value(&groups, "b", Level::All), (15.0, Basis::Measured));
    }
}
