//! Between roles: the gap from one to another, and the skill that helps in several.

use super::{Asked, Held, Part, Readiness};
use std::collections::{BTreeMap, BTreeSet};

/// The gap from a role to another (PRODUCT, "What none of the others has", 3): gap(a→b) = Σ D(b,s) over the skills s that
/// a does not ask for, divided by Σ D(b,s). It has a direction. `Readiness::gap` of the result is it; its lines are the
/// arithmetic.
///
/// Whoever does role a is taken to hold all that it asks for, of a choice every skill.
pub fn between(from: &Asked, to: &Asked) -> Readiness {
    to.readiness(&from.skills())
}

/// A skill that is not held yet, and how much it would add.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub skill: String,
    /// Σ over the roles of D(r,s) ÷ Σ D(r,·): what it adds to the readiness for each, 0 to the number of roles.
    pub gain: f64,
    /// For how many of the roles it adds something.
    pub roles: usize,
}

/// The next best skills over several roles (PRODUCT, "What none of the others has", 4), the best first: those with the
/// highest Σ over the roles of D(r,s) ÷ Σ D(r,·), among skills that are not held. A skill of a choice that is made already
/// adds nothing there. Of equal ones that comes first which the roles ask for more than for the others of its choices.
///
/// `aside` is never advised: generic skills, which editors mute, and what the person decided against.
pub fn next_best(roles: &[&Asked], held: &Held, aside: &BTreeSet<String>) -> Vec<Next> {
    /// What is known of a skill so far: its gain, its roles, its places within choices.
    #[derive(Default)]
    struct Sum {
        gain: f64,
        roles: usize,
        places: usize,
    }
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for asked in roles {
        let all: f64 = asked.parts.iter().map(|part| part.all.points).sum();
        let open = |part: &&Part| !part.skills.iter().any(|skill| held.contains(skill));
        let mut gains: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for part in asked.parts.iter().filter(open) {
            for (place, skill) in part.skills.iter().enumerate() {
                let gain = gains.entry(skill).or_default();
                *gain = (gain.0 + part.all.points, gain.1 + place);
            }
        }
        gains.retain(|skill, (points, _)| *points > 0.0 && !aside.contains(*skill));
        for (skill, (points, places)) in gains {
            let sum = sums.entry(skill).or_default();
            *sum = Sum { gain: sum.gain + points / all, roles: sum.roles + 1, places: sum.places + places };
        }
    }
    let mut next: Vec<(Sum, &str)> = sums.into_iter().map(|(skill, sum)| (sum, skill)).collect();
    next.sort_by(|(a, a_slug), (b, b_slug)| {
        b.gain.total_cmp(&a.gain).then(a.places.cmp(&b.places)).then(a_slug.cmp(b_slug))
    });
    next.into_iter()
        .map(|(Sum { gain, roles, .. }, skill)| Next { skill: skill.to_owned(), gain, roles })
        .collect()
}
