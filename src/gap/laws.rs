//! What holds for any role and whatever anybody holds.

use super::*;
use crate::figures::Share;
use crate::roles::Role;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const SKILLS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const TIERS: [&str; 5] = ["foundation", "essential", "complementary", "specialized", "advanced"];

fn role(groups: &[Json], one_of: &[Json]) -> Role {
    let advice = json!({"points": [], "takeaway": ""});
    serde_json::from_value(json!({
        "name": "R", "family": "f", "sentence": "", "lead": "", "day": "", "tasks": [], "places": "",
        "not_for_you_if": [], "skills_lead": "", "insights": [],
        "strategy": {
            "horizon_years": [1, 2], "safe_bets": advice, "future_proofing": advice, "hidden_value": advice,
        },
        "good_and_great": {"technical": [], "career": [], "takeaway": ""},
        "groups": groups, "one_of": one_of,
    }))
    .unwrap()
}

fn share() -> impl Strategy<Value = Option<String>> {
    let number = 0..=100_u32;
    option::of(prop_oneof![
        number.clone().prop_map(|n| format!("{n} %")),
        number.clone().prop_map(|n| format!("under {n} %")),
        number.clone().prop_map(|n| format!("over {n} %")),
        (number.clone(), number).prop_map(|(a, b)| format!("about {}–{} %", a.min(b), a.max(b))),
    ])
}

fn group() -> impl Strategy<Value = Json> {
    let skills = btree_set(0..SKILLS.len(), 1..5);
    let shares = vec((share(), share()), 5);
    (skills, shares, 0..5_usize, share(), option::of((1..200_u16, 0..200_u16))).prop_map(
        |(skills, shares, tier, any, hours)| {
            let some = |object: &mut Json, name: &str, value: &Option<String>| {
                if let Some(value) = value {
                    object[name] = json!(value);
                }
            };
            let skill = |(i, (all, entry)): (usize, &(Option<String>, Option<String>))| {
                let mut skill = json!({"skill": SKILLS[i]});
                some(&mut skill, "all", all);
                some(&mut skill, "entry", entry);
                skill
            };
            let listed: Vec<Json> = skills.into_iter().zip(&shares).map(skill).collect();
            let mut set = json!({"id": "any", "name": "Any"});
            some(&mut set, "all", &any);
            let mut group = json!({
                "name": "G", "tier": TIERS[tier], "lead": "", "commentary": "", "skills": listed, "sets": [set],
            });
            some(&mut group, "hours", &hours.map(|(low, more)| format!("{low}–{}", low + more)));
            group
        },
    )
}

fn any_role() -> impl Strategy<Value = Role> {
    (vec(group(), 1..5), vec(btree_set(0..SKILLS.len(), 2..4), 0..3)).prop_map(|(mut groups, choices)| {
        for (i, group) in groups.iter_mut().enumerate() {
            group["id"] = json!(format!("g{i}"));
        }
        let choice = |(i, skills): (usize, std::collections::BTreeSet<usize>)| {
            let skills: Vec<&str> = skills.into_iter().map(|i| SKILLS[i]).collect();
            json!({"id": format!("c{i}"), "name": "One", "skills": skills})
        };
        let choices: Vec<Json> = choices.into_iter().enumerate().map(choice).collect();
        role(&groups, &choices)
    })
}

fn any_held() -> impl Strategy<Value = Held> {
    btree_set(0..SKILLS.len(), 0..8).prop_map(|held| held.into_iter().map(|i| SKILLS[i].to_owned()).collect())
}

proptest! {
    #[test]
    fn a_gap_is_none_to_itself_and_never_more_than_all(a in any_role(), b in any_role()) {
        let (a, b) = (Asked::of(&a), Asked::of(&b));
        prop_assert_eq!(between(&a, &a).gap(), 0.0);
        let gap = between(&a, &b).gap();
        prop_assert!((0.0..=1.0).contains(&gap), "{}", gap);
    }

    #[test]
    fn smaller_steps_cost_less_than_the_leap(roles in vec(any_role(), 2..6)) {
        let roles: Vec<Asked> = roles.iter().map(Asked::of).collect();
        let roles: Vec<&Asked> = roles.iter().collect();
        let way = steps(&roles);
        prop_assert_eq!((way.first(), way.last()), (Some(&0), Some(&1)));
        let gap = |from: usize, to: usize| between(roles[from], roles[to]).gap();
        let cost: f64 = way.windows(2).map(|step| gap(step[0], step[1]).powi(2)).sum();
        prop_assert!(cost <= gap(0, 1).powi(2) + 1e-6, "{:?}: {}", way, cost);
        prop_assert!(way.len() == 2 || way.windows(2).all(|step| gap(step[0], step[1]) <= gap(0, 1) + 1e-6));
    }

    #[test]
    fn a_skill_more_never_takes_readiness_away(role in any_role(), held in any_held(), more in 0..SKILLS.len()) {
        let asked = Asked::of(&role);
        let before = asked.readiness(&held);
        let mut after = held;
        after.insert(SKILLS[more].to_owned());
        let after = asked.readiness(&after);
        prop_assert!(after.share() >= before.share());
        prop_assert!(after.tiers().iter().zip(before.tiers()).all(|(a, b)| a.held >= b.held));
    }

    #[test]
    fn all_of_it_is_a_hundred_and_nothing_is_none(role in any_role()) {
        let asked = Asked::of(&role);
        prop_assert_eq!(asked.readiness(&asked.skills()).percent(), 100);
        let nothing = asked.readiness(&Held::new());
        prop_assert_eq!(nothing.held, 0.0);
        prop_assert!(nothing.all == 0.0 || nothing.percent() == 0);
    }

    #[test]
    fn every_skill_counts_with_one_part_and_every_choice_is_one(role in any_role()) {
        let asked = Asked::of(&role);
        let in_a_choice = |skill: &String| role.one_of.iter().any(|choice| choice.skills.contains(skill));
        for skill in role.skills() {
            let parts = asked.parts.iter().filter(|part| part.is(&skill)).count();
            prop_assert!(parts == 1 || (in_a_choice(&skill) && parts > 0), "{} is in {} parts", skill, parts);
        }
        for choice in &role.one_of {
            let parts = asked.parts.iter().filter(|part| part.choice.is_some() && part.skills.len() == choice.skills.len()
                && choice.skills.iter().all(|skill| part.is(skill))).count();
            let alike = role.one_of.iter().filter(|other| other.skills == choice.skills).count();
            prop_assert!(parts <= alike);
        }
        // Each skill’s value once at most, so the sum is never above that of the skills one by one, unless a figure was
        // measured of all skills of a choice together.
        let whole = |choice: &Vec<String>| role.groups.iter().any(|group| {
            group.skills.len() == choice.len() && group.skills.iter().all(|skill| choice.contains(&skill.skill))
        });
        if !role.one_of.iter().any(|choice| whole(&choice.skills)) {
            let alone = Asked::of(&Role { one_of: Vec::new(), ..role.clone() });
            let sum = |asked: &Asked| asked.parts.iter().map(|part| part.all.points).sum::<f64>();
            prop_assert!(sum(&asked) <= sum(&alone) + 1e-9);
        }
    }

    #[test]
    fn any_skill_of_a_choice_is_as_good_as_all_of_them(role in any_role()) {
        let asked = Asked::of(&role);
        for part in asked.parts.iter().filter(|part| part.choice.is_some()) {
            for skill in &part.skills {
                let readiness = asked.readiness(&[skill.clone()].into());
                let line = readiness.lines.iter().find(|line| line.part == *part).unwrap();
                prop_assert_eq!(line.by.as_ref(), Some(skill));
            }
        }
    }

    #[test]
    fn the_first_job_set_reaches_what_it_promises_and_no_shorter_one_does(role in any_role()) {
        let asked = Asked::of(&role);
        let set = asked.first_job_set();
        prop_assert!(set.reached >= set.all * FIRST_JOB);
        let sums = set.parts.iter().scan(0.0, |sum, part| { *sum += part.entry.points; Some(*sum) });
        let prefixes: Vec<f64> = std::iter::once(0.0).chain(sums).collect();
        for before in &prefixes[..prefixes.len() - 1] {
            prop_assert!(*before < set.all * FIRST_JOB);
        }
        // No other set of as many is worth more, so none of fewer reaches it.
        let mut values: Vec<f64> = asked.parts.iter().map(|part| part.entry.points).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        let most: f64 = values.iter().take(set.parts.len()).sum();
        prop_assert!((most - set.reached).abs() < 1e-9);
    }

    #[test]
    fn the_order_holds_every_part_once_with_the_first_job_set_in_front(role in any_role()) {
        let asked = Asked::of(&role);
        let order = asked.order();
        prop_assert_eq!(order.len(), asked.parts.len());
        let first = asked.first_job_set().parts.len();
        prop_assert!(order.iter().take(first).all(|step| step.first_job));
        prop_assert!(order.iter().skip(first).all(|step| !step.first_job));
        for half in [&order[..first], &order[first..]] {
            for pair in half.windows(2) {
                let key = |step: &Step<'_>| (step.part.tier, -step.part.entry.points);
                prop_assert!(key(&pair[0]) <= key(&pair[1]));
            }
        }
    }

    #[test]
    fn the_next_best_skill_adds_what_it_says(
        a in any_role(), b in any_role(), held in any_held(), aside in any_held()
    ) {
        let (a, b) = (Asked::of(&a), Asked::of(&b));
        let next = next_best(&[&a, &b], &held, &aside);
        prop_assert!(next.windows(2).all(|pair| pair[0].gain >= pair[1].gain));
        let sum = |held: &Held| a.readiness(held).share() + b.readiness(held).share();
        for Next { skill, gain, .. } in &next {
            prop_assert!(!held.contains(skill) && !aside.contains(skill));
            let mut more = held.clone();
            more.insert(skill.clone());
            prop_assert!((sum(&more) - sum(&held) - gain).abs() < 1e-9, "{} says {}", skill, gain);
        }
    }

    #[test]
    fn time_is_a_range_that_shrinks_with_what_is_held(role in any_role(), held in any_held()) {
        let asked = Asked::of(&role);
        let all = asked.time(&asked.parts);
        let left = asked.time(asked.readiness(&held).lacking());
        prop_assert!(0.0 <= left.low && left.low <= left.high && left.high <= all.high + 1e-9);
        prop_assert!(left.low <= all.low + 1e-9);
        let most: f64 = role.groups.iter().filter_map(|group| group.hours).map(|h| f64::from(h.high)).sum();
        prop_assert!(all.high <= most + 1e-6);
        if let Some([low, high]) = left.weeks(5, Pace::default()) {
            prop_assert!(low <= high && f64::from(high) * 5.0 >= left.high - 1e-6);
        }
    }

    #[test]
    fn how_often_a_skill_is_asked_for_does_not_change_how_long_it_takes(role in any_role(), more in 1..=100_u32) {
        let mut other = role.clone();
        let share: Share = format!("{more} %").parse().unwrap();
        for group in &mut other.groups {
            group.skills[0].all = Some(share);
        }
        let (before, after) = (Asked::of(&role), Asked::of(&other));
        prop_assert_eq!(before.parts.len(), after.parts.len());
        for (part, same) in before.parts.iter().zip(&after.parts) {
            prop_assert_eq!(before.hours(part), after.hours(same));
        }
    }

    #[test]
    fn a_pace_lies_between_what_was_planned_and_what_it_took(items in vec((0.0..200.0_f64, 0.0..200.0_f64), 0..6)) {
        let factor = Pace::of(items.iter().copied()).factor();
        let told: Vec<_> = items.iter().filter(|(p, t)| *p > 0.0 && *t > 0.0).collect();
        let ratio = told.iter().map(|i| i.1).sum::<f64>() / told.iter().map(|i| i.0).sum::<f64>();
        if told.is_empty() {
            prop_assert_eq!(factor, 1.0);
        } else {
            let (low, high) = (ratio.clamp(0.25, 1.0), ratio.clamp(1.0, 4.0));
            prop_assert!((low - 1e-9..=high + 1e-9).contains(&factor), "{} of {}", factor, ratio);
        }
    }
}

#[test]
fn a_choice_is_worth_its_highest_skill_or_what_was_measured_of_it() {
    let skill = |slug: &str, all: &str| json!({"skill": slug, "all": all});
    let groups = [
        json!({"id": "g1", "name": "G", "tier": "foundation", "lead": "", "commentary": "", "hours": "100–200",
            "skills": [skill("java", "45 %"), skill("kotlin", "5 %")]}),
        json!({"id": "g2", "name": "G", "tier": "essential", "lead": "", "commentary": "", "hours": "40–80",
            "skills": [skill("python", "25 %")]}),
        json!({"id": "g3", "name": "G", "tier": "essential", "lead": "", "commentary": "",
            "skills": [{"skill": "rest"}, {"skill": "restful"}],
            "sets": [{"id": "both", "name": "Both", "skills": ["restful", "rest"], "all": "10–15 %"}]}),
    ];
    let one_of = [
        json!({"id": "language", "name": "Java or Python", "skills": ["java", "python"]}),
        json!({"id": "rest", "name": "REST", "skills": ["rest", "restful"]}),
    ];
    let asked = Asked::of(&role(&groups, &one_of));

    let values: Vec<(&str, f64)> =
        asked.parts.iter().map(|part| (part.group.as_str(), part.all.points)).collect();
    assert_eq!(values, [("g1", 45.0), ("g1", 5.0), ("g3", 12.5)]);
    assert_eq!(asked.parts[0].skills, ["java", "python"]);
    // One of two groups is enough: at least what Python takes, at most Java's half of its group.
    assert_eq!(asked.hours(&asked.parts[0]), Some([40.0, 100.0]));
    assert_eq!(
        asked.hours(&asked.parts[1]),
        Some([50.0, 100.0]),
        "asked for a ninth as often, learned as long"
    );
    assert_eq!(asked.hours(&asked.parts[2]), None);
    assert_eq!(asked.time(&asked.parts), Time { low: 90.0, high: 200.0, without: 1 });
    assert_eq!(asked.time(&asked.parts).weeks(8, Pace::default()), Some([12, 25]));
    assert_eq!(asked.time(&asked.parts).weeks(8, Pace::of([(40.0, 120.0)])), Some([23, 50]));

    let held: Held = ["python".to_owned()].into();
    let readiness = asked.readiness(&held);
    assert_eq!((readiness.held, readiness.all, readiness.percent()), (45.0, 62.5, 72));
    assert_eq!(next_best(&[&asked], &held, &Held::new())[0].skill, "rest");
    assert_eq!(next_best(&[&asked], &held, &["rest".to_owned()].into())[0].skill, "restful");
}
