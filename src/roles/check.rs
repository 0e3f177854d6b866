//! What has to be put right in a role before it can be published.

use super::Role;
use crate::content::Problems;

pub(super) fn check(role: &Role, problems: &mut Problems) {
    for (field, text) in [
        ("sentence", &role.sentence),
        ("lead", &role.lead),
        ("day", &role.day),
        ("places", &role.places),
        ("skills_lead", &role.skills_lead),
        ("strategy.safe_bets.takeaway", &role.strategy.safe_bets.takeaway),
        ("strategy.future_proofing.takeaway", &role.strategy.future_proofing.takeaway),
        ("strategy.hidden_value.takeaway", &role.strategy.hidden_value.takeaway),
        ("good_and_great.takeaway", &role.good_and_great.takeaway),
    ] {
        problems.text(field, text);
    }
    for (field, texts) in [
        ("other_names", &role.other_names),
        ("tasks", &role.tasks),
        ("not_for_you_if", &role.not_for_you_if),
        ("strategy.safe_bets.points", &role.strategy.safe_bets.points),
        ("strategy.future_proofing.points", &role.strategy.future_proofing.points),
        ("strategy.hidden_value.points", &role.strategy.hidden_value.points),
        ("good_and_great.technical", &role.good_and_great.technical),
        ("good_and_great.career", &role.good_and_great.career),
    ] {
        problems.texts(field, texts, usize::from(field != "other_names"));
    }
    let [from, to] = role.strategy.horizon_years;
    if from == 0 || from > to {
        problems.add(
            "strategy.horizon_years",
            "is no span of years; write the shorter one first, such as [2, 3]",
        );
    }
    if role.groups.is_empty() {
        problems.add("groups", "is empty; a role asks for at least one group of skills");
    }
    groups(role, problems);
    one_of(role, problems);
    problems.ids("insights", "id", role.insights.iter().map(|i| i.id.as_str()));
    for (i, insight) in role.insights.iter().enumerate() {
        problems.name(&format!("insights[{i}].title"), &insight.title);
        problems.texts(&format!("insights[{i}].points"), &insight.points, 1);
        problems.text(&format!("insights[{i}].takeaway"), &insight.takeaway);
    }
    getting_in(role, problems);
    problems.ids("pivots", "role", role.pivots.iter().map(|p| p.role.as_str()));
    problems.ids("complementary", "role", role.complementary.iter().map(|c| c.role.as_str()));
    match &role.demand {
        Some(provenance) => provenance.check(problems, "demand"),
        None => {
            if let Some((at, share)) = role.demand_figures().next() {
                problems.add("demand", format!("is missing, but {at} says {share}; a figure needs its source and its date, so add [demand] with both"));
            }
        }
    }
}

fn groups(role: &Role, problems: &mut Problems) {
    problems.ids("groups", "id", role.groups.iter().map(|g| g.id.as_str()));
    for (i, group) in role.groups.iter().enumerate() {
        let at = |field: &str| format!("groups[{i}].{field}");
        problems.name(&at("name"), &group.name);
        problems.text(&at("lead"), &group.lead);
        problems.text(&at("commentary"), &group.commentary);
        problems.texts(&at("statements"), &group.statements, 0);
        problems.ids(&at("skills"), "skill", group.skills.iter().map(|s| s.skill.as_str()));
        problems.ids(&at("sets"), "id", group.sets.iter().map(|s| s.id.as_str()));
        if group.skills.is_empty() {
            problems.add(at("skills"), "is empty; a group has at least one skill");
        }
        for (j, set) in group.sets.iter().enumerate() {
            problems.name(&at(&format!("sets[{j}].name")), &set.name);
            for (k, skill) in set.skills.iter().enumerate() {
                if group.skills.iter().all(|s| s.skill != *skill) {
                    problems.add(
                        at(&format!("sets[{j}].skills[{k}]")),
                        format!("names \"{skill}\", which is not in this group; add it to the group, or take it out"),
                    );
                }
            }
        }
    }
}

fn getting_in(role: &Role, problems: &mut Problems) {
    problems.texts("getting_in.routes", &role.getting_in.routes, 1);
    problems.text("getting_in.first_step", &role.getting_in.first_step);
    for (i, proof) in role.getting_in.proof.iter().enumerate() {
        let at = |field: &str| format!("getting_in.proof[{i}].{field}");
        problems.text(&at("show"), &proof.show);
        if role.groups.iter().all(|group| group.tier != proof.tier) {
            problems.add(at("tier"), "has no group in this role; take the proof out, or name another tier");
        }
    }
}

fn one_of(role: &Role, problems: &mut Problems) {
    problems.ids("one_of", "id", role.one_of.iter().map(|o| o.id.as_str()));
    let known = role.skills();
    for (i, choice) in role.one_of.iter().enumerate() {
        problems.name(&format!("one_of[{i}].name"), &choice.name);
        if choice.skills.len() < 2 {
            problems.add(format!("one_of[{i}].skills"), "is no choice; name two skills or more");
        }
        for (j, skill) in choice.skills.iter().enumerate() {
            if !known.contains(skill) {
                problems.add(
                    format!("one_of[{i}].skills[{j}]"),
                    format!(
                        "names \"{skill}\", which is in none of the groups; add it to one, or take it out"
                    ),
                );
            }
        }
    }
}
