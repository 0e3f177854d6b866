//! What changed in a role, in words for those who rest something on it.

use super::{Role, SkillGroup};
use crate::content::{Moved, Remark, Significance};
use crate::editing::compare;
use crate::figures::{Share, moved};
use crate::tiers::TierName;
use std::collections::BTreeMap;

/// What a tier is worth where nothing is measured, in per cent (PRODUCT's value rule).
fn worth(tier: TierName) -> f64 {
    match tier {
        TierName::Foundation => 60.0,
        TierName::Essential => 40.0,
        TierName::Complementary => 20.0,
        TierName::Specialized => 15.0,
        TierName::Advanced => 10.0,
    }
}

/// How many points of demand it is like when a whole group comes, goes or moves to the tier beside it.
const A_GROUP: f64 = 20.0;
/// The same of a skill within its group.
const A_SKILL: f64 = 5.0;

/// `names` are the skills' names by slug.
pub(super) fn remarks(before: &Role, after: &Role, names: &BTreeMap<String, String>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for group in &after.groups {
        match before.groups.iter().find(|g| g.id == group.id) {
            None => remarks.push(whole(group, format!("“{}” was added to {}.", group.name, tier(group)))),
            Some(old) => {
                if old.tier != group.tier {
                    remarks.push(tier_moved(old, group));
                }
                skills(old, group, names, &mut remarks);
            }
        }
    }
    for gone in before.groups.iter().filter(|g| after.groups.iter().all(|a| a.id != g.id)) {
        remarks.push(whole(gone, format!("“{}” was removed from {}.", gone.name, tier(gone))));
    }
    if let Some(words) = other_edits(before, after) {
        remarks.push(Remark::new(Significance::Minor, words));
    }
    remarks
}

fn tier(group: &SkillGroup) -> String {
    let slug = group.tier.slug();
    format!("{}{}", slug[..1].to_uppercase(), &slug[1..])
}

/// A group that came or went.
fn whole(group: &SkillGroup, words: String) -> Remark {
    Remark::new(Significance::Major, words)
        .weighing(worth(group.tier) * A_GROUP)
        .about(group.skills.iter().map(|s| s.skill.clone()))
}

fn tier_moved(old: &SkillGroup, new: &SkillGroup) -> Remark {
    let words = format!("“{}” moved from {} to {}.", new.name, tier(old), tier(new));
    let both = new.skills.iter().filter(|s| old.skills.iter().any(|o| o.skill == s.skill));
    // Never less than a group of the lowest tier, however near the two stand.
    let distance = (worth(old.tier) - worth(new.tier)).abs().max(worth(TierName::Advanced));
    Remark::new(Significance::Major, words)
        .weighing(distance * A_GROUP)
        .about(both.map(|s| s.skill.clone()))
        .moving(Moved { what: new.name.clone(), before: tier(old), after: tier(new), numbers: None })
}

/// A skill or a set of skills in a group.
struct Line {
    name: String,
    all: Option<Share>,
    entry: Option<Share>,
    skills: Vec<String>,
}

fn lines(group: &SkillGroup, names: &BTreeMap<String, String>) -> Vec<Line> {
    let skills = group.skills.iter().map(|s| Line {
        name: names.get(&s.skill).unwrap_or(&s.skill).clone(),
        all: s.all,
        entry: s.entry,
        skills: vec![s.skill.clone()],
    });
    let sets = group.sets.iter().map(|s| Line {
        name: s.name.clone(),
        all: s.all,
        entry: s.entry,
        skills: s.skills.clone(),
    });
    skills.chain(sets).collect()
}

fn skills(old: &SkillGroup, new: &SkillGroup, names: &BTreeMap<String, String>, remarks: &mut Vec<Remark>) {
    let (old_lines, new_lines) = (lines(old, names), lines(new, names));
    let mut moved = |line: &Line, words: String| {
        let remark = Remark::new(Significance::Notable, words).weighing(worth(new.tier) * A_SKILL);
        remarks.push(remark.about(line.skills.clone()));
    };
    for line in new_lines.iter().filter(|l| old_lines.iter().all(|o| o.name != l.name)) {
        moved(line, format!("{} was added to “{}”.", line.name, new.name));
    }
    for line in old_lines.iter().filter(|l| new_lines.iter().all(|n| n.name != l.name)) {
        moved(line, format!("{} was removed from “{}”.", line.name, new.name));
    }
    for line in &new_lines {
        if let Some(before) = old_lines.iter().find(|o| o.name == line.name) {
            remarks.extend(figure(line, "all postings", before.all, line.all, new.tier));
            remarks.extend(figure(line, "entry level", before.entry, line.entry, new.tier));
        }
    }
}

fn figure(
    line: &Line,
    population: &str,
    old: Option<Share>,
    new: Option<Share>,
    tier: TierName,
) -> Option<Remark> {
    if old == new {
        return None;
    }
    let shown = |share: Option<Share>| share.map_or("not measured".to_owned(), |s| s.to_string());
    let what = format!("{}, {population}", line.name);
    let (significance, points, numbers) = match (old, new) {
        (Some(a), Some(b)) => {
            let (from, to) = (a.0.value(), b.0.value());
            (moved(&a.0, &b.0), (to - from).abs(), Some((from, to)))
        }
        // Measured for the first time, or no more.
        _ => (Significance::Notable, A_SKILL, None),
    };
    let words = format!("{what}: {} → {}.", shown(old), shown(new));
    let of = Moved { what, before: shown(old), after: shown(new), numbers };
    let remark = Remark::new(significance, words).weighing(worth(tier) * points);
    Some(remark.about(line.skills.clone()).moving(of))
}

/// The parts besides tiers, skills and figures that were edited.
fn other_edits(before: &Role, after: &Role) -> Option<String> {
    let json = |role: &Role| serde_json::to_value(role).unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    for difference in compare(&json(before), &json(after)) {
        let steps: Vec<&str> = difference.path.split('/').collect();
        let part = match steps.as_slice() {
            ["groups", id, field @ ("name" | "lead" | "commentary" | "statements" | "order"), ..] => {
                let group = after.groups.iter().find(|g| g.id == *id);
                group.map_or((*field).to_owned(), |g| format!("{field} of “{}”", g.name))
            }
            ["groups", ..] => continue,
            [first, ..] => first.replace('_', " "),
            [] => continue,
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then(|| format!("Edited: {}.", parts.join(", ")))
}
