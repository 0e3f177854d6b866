//! What a role asks for, in numbers.

use super::value::{Basis, Level, Place, Value, of_skill};
use crate::roles::{Hours, Role, SkillGroup, SkillSet};
use crate::tiers::TierName;
use std::collections::{BTreeMap, BTreeSet};

/// What a role asks for, in parts that each count once.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// In the order in which they stand in the role.
    pub parts: Vec<Part>,
    /// The editors' estimate of each group that has one, by its id.
    pub(super) hours: BTreeMap<String, Hours>,
}

/// One thing that is asked for: a skill, or a choice between several.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Slugs of the skills any one of which is enough, the one asked for most first.
    pub skills: Vec<String>,
    /// What the choice is called, if it is one.
    pub choice: Option<String>,
    /// Of the group that gives it its value.
    pub tier: TierName,
    /// Id of that group.
    pub group: String,
    /// Ids of all groups in which one of its skills stands.
    pub groups: Vec<String>,
    /// Its value of all postings.
    pub all: Value,
    /// Its value of postings at entry level.
    pub entry: Value,
    /// How much more it is asked for at entry level than of everyone, in points: De − D. None unless both were measured
    /// for the same skill.
    pub entry_gap: Option<f64>,
}

impl Part {
    /// What it is called; `names` are the skills' names by slug.
    pub fn name<'a>(&'a self, names: &'a BTreeMap<String, String>) -> &'a str {
        let slug = self.skills.first().map_or("", String::as_str);
        self.choice.as_deref().unwrap_or_else(|| names.get(slug).map_or(slug, String::as_str))
    }

    /// Whether this skill is it, or one of those it may be chosen from.
    pub fn is(&self, skill: &str) -> bool {
        self.skills.iter().any(|own| own == skill)
    }
}

impl Asked {
    /// Reads a role by the rule for values: a skill that stands in two groups counts once, at its higher value; a choice
    /// counts once, at the value of the skill in it that is asked for most, or of a figure measured of exactly its skills
    /// if that is higher. A skill in two choices can be taken for both, but its value counts with the first.
    pub fn of(role: &Role) -> Asked {
        let places = |skill: &str| -> Vec<Place<'_>> {
            let of = |group| -> Vec<Place<'_>> { places_in(group, skill) };
            role.groups.iter().flat_map(of).collect()
        };
        let mut parts = Vec::new();
        let mut counted: BTreeSet<&str> = BTreeSet::new();
        for skill in role.groups.iter().flat_map(|group| &group.skills) {
            let choices: Vec<_> =
                role.one_of.iter().filter(|choice| choice.skills.contains(&skill.skill)).collect();
            if choices.is_empty() && counted.insert(&skill.skill) {
                parts.extend(part(role, &places, &[skill.skill.as_str()], &[skill.skill.as_str()], None));
            }
            for choice in choices {
                let skills: Vec<&str> = choice.skills.iter().map(String::as_str).collect();
                let new: Vec<&str> = skills.iter().copied().filter(|skill| counted.insert(skill)).collect();
                parts.extend(part(role, &places, &skills, &new, Some(&choice.name)));
            }
        }
        let hours = role.groups.iter().filter_map(|group| Some((group.id.clone(), group.hours?)));
        Asked { parts, hours: hours.collect() }
    }

    /// The slugs of all skills that it asks for or lets one choose.
    pub fn skills(&self) -> BTreeSet<String> {
        self.parts.iter().flat_map(|part| &part.skills).cloned().collect()
    }

    /// The first part that this skill is, or can be taken for.
    pub fn part_of(&self, skill: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.is(skill))
    }

    /// Whether nothing that is asked for was measured: all values rest on tiers.
    pub fn unmeasured(&self) -> bool {
        self.parts.iter().all(|part| part.all.basis == Basis::Tier)
    }

    /// Whether some of its values rest on tiers alone.
    pub fn by_tier(&self) -> bool {
        self.parts.iter().any(|part| part.all.basis == Basis::Tier)
    }
}

fn places_in<'a>(group: &'a SkillGroup, skill: &str) -> Vec<Place<'a>> {
    group.skills.iter().filter(|own| own.skill == skill).map(|own| (group, own)).collect()
}

/// A part of `skills`, worth what those of them that are `new` are worth; none if nothing is new.
fn part<'a>(
    role: &'a Role,
    places: &dyn Fn(&str) -> Vec<Place<'a>>,
    skills: &[&str],
    new: &[&str],
    choice: Option<&str>,
) -> Option<Part> {
    let value = |skill: &str, level| of_skill(&places(skill), level);
    let best = |level| {
        let own = new.iter().filter_map(|skill| value(skill, level));
        let together = together(role, skills, level).filter(|_| new.len() == skills.len() && new.len() > 1);
        // What was measured, in whatever way, stands above what was not; then the higher counts, of equal ones the first.
        let rank = |value: &Value| (value.basis != Basis::Tier, value.points);
        own.chain(together).reduce(|best, next| if rank(&next.0) > rank(&best.0) { next } else { best })
    };
    let (all, home) = best(Level::All)?;
    let (entry, _) = best(Level::Entry)?;
    let mut skills = skills.to_vec();
    let points = |skill: &str| value(skill, Level::All).map_or(0.0, |(value, _)| value.points);
    skills.sort_by(|a, b| points(b).total_cmp(&points(a)));
    let touches = |group: &&SkillGroup| group.skills.iter().any(|own| skills.contains(&own.skill.as_str()));
    Some(Part {
        choice: choice.map(str::to_owned),
        tier: home.tier,
        group: home.id.clone(),
        groups: role.groups.iter().filter(touches).map(|group| group.id.clone()).collect(),
        all,
        entry,
        entry_gap: skills.first().and_then(|skill| entry_gap(&places(skill))),
        skills: skills.into_iter().map(str::to_owned).collect(),
    })
}

/// The figure that was measured of exactly these skills, and its group.
fn together<'a>(role: &'a Role, skills: &[&str], level: Level) -> Option<(Value, &'a SkillGroup)> {
    let same = |listed: &[&String]| {
        listed.len() == skills.len() && listed.iter().all(|skill| skills.contains(&skill.as_str()))
    };
    let of = |group: &'a SkillGroup| {
        // A set that lists none stands for the whole group.
        let whole: Vec<&String> = group.skills.iter().map(|skill| &skill.skill).collect();
        let listed = |set: &'a SkillSet| set.skills.iter().collect::<Vec<_>>();
        let set = group
            .sets
            .iter()
            .find(|set| if set.skills.is_empty() { same(&whole) } else { same(&listed(set)) })?;
        let points = level.of(set.all, set.entry)?;
        Some((Value { points, basis: Basis::Measured }, group))
    };
    role.groups.iter().find_map(of)
}

/// De − D in points, where both were measured in the same place.
fn entry_gap(places: &[Place<'_>]) -> Option<f64> {
    places.iter().find_map(|(_, skill)| Some(skill.entry?.0.value() - skill.all?.0.value()))
}
