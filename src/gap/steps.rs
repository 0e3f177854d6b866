//! The way from one role to another over roles between them, where small steps beat one leap.

use super::{Asked, Held};
use pathfinding::prelude::dijkstra;

/// The places among `roles` of those on the way from the first of them to the second, both included: the way on which the
/// squares of the gaps add up to least, by Dijkstra's algorithm (PRODUCT, "What none of the others has", 3). Two small
/// steps cost less than one leap, and of equal ways the one with fewer steps is taken. Whoever does a role is taken to
/// hold what it asks for, and nothing of what came before.
pub fn steps(roles: &[&Asked]) -> Vec<usize> {
    let held: Vec<Held> = roles.iter().map(|asked| asked.skills()).collect();
    // Costs are whole numbers, for which any two can be compared; a step by itself costs a trifle.
    let cost = |from: usize, to: usize| (roles[to].gap(&held[from]).powi(2) * 1e12).round() as u64 + 1_000;
    let next = |from: &usize| {
        let from = *from;
        (0..roles.len()).filter(move |to| *to != from).map(move |to| (to, cost(from, to))).collect::<Vec<_>>()
    };
    dijkstra(&0, next, |place| *place == 1).map_or_else(Vec::new, |(way, _)| way)
}

#[cfg(test)]
mod tests {
    use super::super::{Basis, Part, Value};
    use super::*;
    use crate::tiers::TierName;

    /// A role that asks for these skills, each with its points.
    fn role(skills: &[(&str, f64)]) -> Asked {
        let part = |(skill, points): &(&str, f64)| {
            let value = Value { points: *points, basis: Basis::Tier };
            Part {
                skills: vec![(*skill).to_owned()],
                choice: None,
                tier: TierName::Essential,
                group: "g".into(),
                groups: vec!["g".into()],
                all: value,
                entry: value,
                entry_gap: None,
            }
        };
        Asked { parts: skills.iter().map(part).collect(), hours: Default::default() }
    }

    #[test]
    fn two_small_steps_beat_one_leap_and_a_detour_does_not() {
        let from = role(&[("a", 1.0), ("b", 1.0)]);
        let to = role(&[("c", 1.0), ("d", 1.0)]);
        let between = role(&[("b", 1.0), ("c", 1.0)]);
        let elsewhere = role(&[("e", 1.0), ("f", 1.0)]);

        // 1² at once, ½² and ½² over the one between.
        assert_eq!(steps(&[&from, &to, &elsewhere, &between]), [0, 3, 1]);
        assert_eq!(steps(&[&from, &to, &elsewhere]), [0, 1]);
        assert_eq!(steps(&[&from, &between, &to]), [0, 1]);
    }

    #[test]
    fn of_ways_that_cost_the_same_the_shorter_is_taken() {
        let same = role(&[("a", 1.0)]);
        assert_eq!(steps(&[&same, &same.clone(), &same.clone()]), [0, 1]);
    }
}
