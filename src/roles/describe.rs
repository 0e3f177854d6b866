//! What changed in a role, in words for those who rest something on it.

use super::{Role, SkillGroup};
use crate::content::{Remark, Significance};
use crate::editing::compare;
use crate::figures::{Share, moved};
use std::collections::BTreeMap;

/// `names` are the skills' names by slug.
pub(super) fn remarks(before: &Role, after: &Role, names: &BTreeMap<String, String>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut say = |significance, words: String| remarks.push(Remark { significance, words });
    for group in &after.groups {
        match before.groups.iter().find(|g| g.id == group.id) {
            None => say(Significance::Major, format!("“{}” was added to {}.", group.name, tier(group))),
            Some(old) => {
                if old.tier != group.tier {
                    say(
                        Significance::Major,
                        format!("“{}” moved from {} to {}.", group.name, tier(old), tier(group)),
                    );
                }
                skills(old, group, names, &mut say);
            }
        }
    }
    for gone in before.groups.iter().filter(|g| after.groups.iter().all(|a| a.id != g.id)) {
        say(Significance::Major, format!("“{}” was removed from {}.", gone.name, tier(gone)));
    }
    if let Some(words) = other_edits(before, after) {
        say(Significance::Minor, words);
    }
    remarks
}

fn tier(group: &SkillGroup) -> String {
    let slug = group.tier.slug();
    format!("{}{}", slug[..1].to_uppercase(), &slug[1..])
}

fn skills(
    old: &SkillGroup,
    new: &SkillGroup,
    names: &BTreeMap<String, String>,
    say: &mut impl FnMut(Significance, String),
) {
    let lines = |group: &SkillGroup| -> Vec<(String, Option<Share>, Option<Share>)> {
        let skills =
            group.skills.iter().map(|s| (names.get(&s.skill).unwrap_or(&s.skill).clone(), s.all, s.entry));
        skills.chain(group.sets.iter().map(|s| (s.name.clone(), s.all, s.entry))).collect()
    };
    let (old_lines, new_lines) = (lines(old), lines(new));
    for (name, all, entry) in &new_lines {
        let Some((_, old_all, old_entry)) = old_lines.iter().find(|(n, ..)| n == name) else {
            say(Significance::Notable, format!("{name} was added to “{}”.", new.name));
            continue;
        };
        figure(name, "all postings", *old_all, *all, say);
        figure(name, "entry level", *old_entry, *entry, say);
    }
    for (name, ..) in old_lines.iter().filter(|(n, ..)| new_lines.iter().all(|(m, ..)| m != n)) {
        say(Significance::Notable, format!("{name} was removed from “{}”.", new.name));
    }
}

fn figure(
    name: &str,
    population: &str,
    old: Option<Share>,
    new: Option<Share>,
    say: &mut impl FnMut(Significance, String),
) {
    let shown = |share: Option<Share>| share.map_or("not measured".to_owned(), |s| s.to_string());
    let significance = match (old, new) {
        _ if old == new => return,
        (Some(a), Some(b)) => moved(&a.0, &b.0),
        _ => Significance::Notable,
    };
    say(significance, format!("{name}, {population}: {} → {}.", shown(old), shown(new)));
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
