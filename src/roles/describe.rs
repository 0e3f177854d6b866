//! What changed in a role, in words for those who rest something on it.

use super::sheet::{GROUP, SHEET};
use super::{Role, SkillGroup};
use crate::content::{Field, Moved, Remark, Significance, fields};
use crate::editing::{Edits, compare};
use crate::figures::{Share, moved};
use crate::tiers::TierName;
use std::collections::BTreeMap;

/// One thing that changed in a role.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub what: What,
    pub remark: Remark,
    /// The anchor of the part of the page that it stands in.
    pub anchor: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Added,
    Removed,
    /// To another tier or group.
    Moved,
    Up,
    Down,
    /// A text, or how a figure is worded.
    Edited,
}

impl What {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            What::Added => "Added",
            What::Removed => "Removed",
            What::Moved => "Moved",
            What::Up => "Up",
            What::Down => "Down",
            What::Edited => "Edited",
        }
    }
}

pub(super) fn remarks(before: &Role, after: &Role, names: &BTreeMap<String, String>) -> Vec<Remark> {
    changed(before, after, names).into_iter().map(|changed| changed.remark).collect()
}

/// How many points of demand it is like when a whole group comes, goes or moves to the tier beside it.
const A_GROUP: f64 = 20.0;
/// The same of a skill within its group.
const A_SKILL: f64 = 5.0;

/// Everything that changed, followed by stable ids. `names` are the skills’ names by slug.
pub fn changed(before: &Role, after: &Role, names: &BTreeMap<String, String>) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut say = |what, group: &SkillGroup, remark| {
        found.push(Changed { what, remark, anchor: format!("group-{}", group.id) });
    };
    for group in &after.groups {
        match before.groups.iter().find(|g| g.id == group.id) {
            None => {
                let words = format!("“{}” was added to {}.", group.name, tier(group));
                say(What::Added, group, whole(group, words));
            }
            Some(old) => {
                if old.tier != group.tier {
                    say(What::Moved, group, tier_moved(old, group));
                }
                hours(old, group, &mut say);
            }
        }
        skills(before, after, group, names, &mut say);
    }
    for gone in before.groups.iter().filter(|g| after.groups.iter().all(|a| a.id != g.id)) {
        let remark = whole(gone, format!("“{}” was removed from {}.", gone.name, tier(gone)));
        found.push(Changed { what: What::Removed, remark, anchor: "skills".into() });
    }
    if let Some(words) = other_edits(before, after) {
        let remark = Remark::new(Significance::Minor, words);
        found.push(Changed { what: What::Edited, remark, anchor: "main".into() });
    }
    found
}

fn tier(group: &SkillGroup) -> String {
    let slug = group.tier.slug();
    format!("{}{}", slug[..1].to_uppercase(), &slug[1..])
}

/// A group that came or went.
fn whole(group: &SkillGroup, words: String) -> Remark {
    Remark::new(Significance::Major, words)
        .weighing(group.tier.weight() * A_GROUP)
        .about(group.skills.iter().map(|s| s.skill.clone()))
}

fn tier_moved(old: &SkillGroup, new: &SkillGroup) -> Remark {
    let words = format!("“{}” moved from {} to {}.", new.name, tier(old), tier(new));
    let both = new.skills.iter().filter(|s| old.skills.iter().any(|o| o.skill == s.skill));
    Remark::new(Significance::Major, words)
        .weighing(distance(old.tier, new.tier) * A_GROUP)
        .about(both.map(|s| s.skill.clone()))
        .moving(Moved { what: new.name.clone(), before: tier(old), after: tier(new), numbers: None })
}

/// How far tiers stand from each other; never less than the lowest tier is worth, however near they are.
fn distance(old: TierName, new: TierName) -> f64 {
    (old.weight() - new.weight()).abs().max(TierName::Advanced.weight())
}

/// A line of a group: id, name, figures.
struct Line {
    id: String,
    name: String,
    /// Slugs of the skills that it is about.
    skills: Vec<String>,
    /// It stands for several skills.
    set: bool,
    all: Option<Share>,
    entry: Option<Share>,
}

fn lines(group: &SkillGroup, names: &BTreeMap<String, String>) -> Vec<Line> {
    let skills = group.skills.iter().map(|s| Line {
        id: s.skill.clone(),
        skills: vec![s.skill.clone()],
        name: names.get(&s.skill).unwrap_or(&s.skill).clone(),
        set: false,
        all: s.all,
        entry: s.entry,
    });
    let sets = group.sets.iter().map(|s| Line {
        id: s.id.clone(),
        skills: s.skills.clone(),
        name: s.name.clone(),
        set: true,
        all: s.all,
        entry: s.entry,
    });
    skills.chain(sets).collect()
}

fn holds(group: &SkillGroup, skill: &str) -> bool {
    group.skills.iter().any(|own| own.skill == skill)
}

fn skills(
    before: &Role,
    after: &Role,
    new: &SkillGroup,
    names: &BTreeMap<String, String>,
    say: &mut impl FnMut(What, &SkillGroup, Remark),
) {
    let old = before.groups.iter().find(|group| group.id == new.id);
    let old_lines = old.map_or_else(Vec::new, |old| lines(old, names));
    let new_lines = lines(new, names);
    // A group that a skill stands in within `there` and no longer, or not yet, within `then`.
    let left = |skill: &str, there: &'_ Role, then: &Role| -> Option<usize> {
        let still = |id: &str| then.groups.iter().any(|group| group.id == id && holds(group, skill));
        there.groups.iter().position(|group| holds(group, skill) && !still(&group.id))
    };
    let notable = |line: &Line, words: String| {
        let weight = new.tier.weight() * A_SKILL;
        Remark::new(Significance::Notable, words).weighing(weight).about(line.skills.clone())
    };
    for line in &new_lines {
        let same = |other: &&Line| other.set == line.set && other.id == line.id;
        if let Some(old) = old_lines.iter().find(same) {
            figure(line, "all postings", (old.all, line.all), new, say);
            figure(line, "entry level", (old.entry, line.entry), new, say);
            continue;
        }
        let from = left(&line.id, before, after).filter(|_| !line.set).map(|i| &before.groups[i]);
        match from {
            Some(from) if from.tier == new.tier => {
                let words = format!("{} moved from “{}” to “{}”.", line.name, from.name, new.name);
                say(What::Moved, new, notable(line, words));
            }
            Some(from) => {
                let (old_tier, new_tier) = (tier(from), tier(new));
                let words = format!(
                    "{} moved from “{}” in {old_tier} to “{}” in {new_tier}.",
                    line.name, from.name, new.name
                );
                let of = Moved { what: line.name.clone(), before: old_tier, after: new_tier, numbers: None };
                let remark = Remark::new(Significance::Major, words)
                    .weighing(distance(from.tier, new.tier) * A_SKILL)
                    .about(line.skills.clone())
                    .moving(of);
                say(What::Moved, new, remark);
            }
            // What a new group begins with is told by the group.
            None if old.is_none() => {}
            None => {
                let words = format!("{} was added to “{}”.", line.name, new.name);
                say(What::Added, new, notable(line, words));
            }
        }
    }
    for line in &old_lines {
        let there = new_lines.iter().any(|other| other.set == line.set && other.id == line.id);
        let elsewhere = !line.set && left(&line.id, after, before).is_some();
        if !there && !elsewhere {
            let words = format!("{} was removed from “{}”.", line.name, new.name);
            say(What::Removed, new, notable(line, words));
        }
    }
}

fn figure(
    line: &Line,
    population: &str,
    (old, new): (Option<Share>, Option<Share>),
    group: &SkillGroup,
    say: &mut impl FnMut(What, &SkillGroup, Remark),
) {
    if old == new {
        return;
    }
    let shown = |share: Option<Share>| share.map_or("not measured".to_owned(), |s| s.to_string());
    let (what, significance, points, numbers) = match (old, new) {
        (Some(a), Some(b)) => {
            let (from, to) = (a.0.value(), b.0.value());
            (direction(from, to), moved(&a.0, &b.0), (to - from).abs(), Some((from, to)))
        }
        // Measured for the first time, or no more.
        (None, _) => (What::Added, Significance::Notable, A_SKILL, None),
        (_, None) => (What::Removed, Significance::Notable, A_SKILL, None),
    };
    let of = format!("{}, {population}", line.name);
    let remark = Remark::new(significance, format!("{of}: {} → {}.", shown(old), shown(new)))
        .weighing(group.tier.weight() * points)
        .about(line.skills.clone())
        .moving(Moved { what: of, before: shown(old), after: shown(new), numbers });
    say(what, group, remark);
}

fn direction(old: f64, new: f64) -> What {
    if new > old {
        What::Up
    } else if new < old {
        What::Down
    } else {
        What::Edited
    }
}

fn hours(old: &SkillGroup, new: &SkillGroup, say: &mut impl FnMut(What, &SkillGroup, Remark)) {
    if old.hours == new.hours {
        return;
    }
    let what = match (old.hours, new.hours) {
        (Some(a), Some(b)) => direction(f64::from(a.low + a.high), f64::from(b.low + b.high)),
        (None, _) => What::Added,
        (_, None) => What::Removed,
    };
    let shown =
        |group: &SkillGroup| group.hours.map_or("not estimated".to_owned(), |hours| hours.to_string());
    let words =
        format!("Hours to learn “{}”, by the editors’ estimate: {} → {}.", new.name, shown(old), shown(new));
    say(what, new, Remark::new(Significance::Notable, words));
}

/// The parts besides tiers, skills and figures that were edited.
fn other_edits(before: &Role, after: &Role) -> Option<String> {
    let json = |role: &Role| serde_json::to_value(role).unwrap_or_default();
    let all: Vec<&Field> = fields(SHEET).collect();
    let mut edits = Edits::default();
    for difference in compare(&json(before), &json(after)) {
        let steps: Vec<&str> = difference.path.splitn(4, '/').collect();
        let Some(place) = all.iter().position(|field| field.name == steps[0]) else { continue };
        let (field, of, below) = match steps.as_slice() {
            ["groups", id, own @ ("name" | "lead" | "commentary" | "statements"), below @ ..] => {
                let Some(field) = GROUP.iter().find(|field| field.name == *own) else { continue };
                let group = after.groups.iter().find(|group| group.id == *id);
                (field, group.map(|group| group.name.as_str()), below.join("/"))
            }
            ["groups", ..] => continue,
            steps => (all[place], None, steps[1..].join("/")),
        };
        edits.add((place, field), of, &below, &difference);
    }
    edits.words()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn role(groups: Value) -> Role {
        let advice = json!({"points": [], "takeaway": ""});
        serde_json::from_value(json!({
            "name": "R", "family": "f", "sentence": "", "lead": "", "day": "", "tasks": [], "places": "",
            "not_for_you_if": [], "skills_lead": "", "insights": [],
            "strategy": {
                "horizon_years": [1, 2], "safe_bets": advice, "future_proofing": advice, "hidden_value": advice,
            },
            "good_and_great": {"technical": [], "career": [], "takeaway": ""},
            "groups": groups,
        }))
        .unwrap()
    }

    fn group(id: &str, tier: &str, skills: Value) -> Value {
        json!({"id": id, "name": id.to_uppercase(), "tier": tier, "lead": "", "commentary": "", "skills": skills})
    }

    fn told(before: Value, after: Value) -> Vec<(What, String)> {
        let changed = changed(&role(before), &role(after), &BTreeMap::new());
        changed.into_iter().map(|changed| (changed.what, changed.remark.words)).collect()
    }

    #[test]
    fn a_skill_that_changed_its_group_moved_and_was_neither_added_nor_removed() {
        let before = json!([
            group("a", "essential", json!([{"skill": "x"}, {"skill": "y"}])),
            group("b", "essential", json!([{"skill": "z"}])),
            group("c", "foundation", json!([{"skill": "w"}])),
        ]);
        let after = json!([
            group("a", "essential", json!([{"skill": "w"}])),
            group("b", "essential", json!([{"skill": "z"}, {"skill": "x"}])),
            group("c", "foundation", json!([{"skill": "v"}])),
        ]);
        assert_eq!(
            told(before, after),
            [
                (What::Moved, "w moved from “C” in Foundation to “A” in Essential.".to_owned()),
                (What::Removed, "y was removed from “A”.".to_owned()),
                (What::Moved, "x moved from “A” to “B”.".to_owned()),
                (What::Added, "v was added to “C”.".to_owned()),
            ]
        );
    }

    #[test]
    fn figures_and_hours_go_up_and_down() {
        let mut before =
            group("a", "essential", json!([{"skill": "x", "all": "about 10 %", "entry": "20 %"}]));
        let mut after = group("a", "essential", json!([{"skill": "x", "all": "10 %", "entry": "15 %"}]));
        before["hours"] = json!("10–20");
        after["hours"] = json!("20–40");
        assert_eq!(
            told(json!([before]), json!([after])),
            [
                (What::Up, "Hours to learn “A”, by the editors’ estimate: 10–20 → 20–40.".to_owned()),
                (What::Edited, "x, all postings: about 10 % → 10 %.".to_owned()),
                (What::Down, "x, entry level: 20 % → 15 %.".to_owned()),
            ]
        );
    }
}
