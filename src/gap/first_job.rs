//! The first-job set, and the order in which a plan goes through a role.

use super::{Asked, Part};
use std::cmp::Ordering;

/// The part of entry-level demand that the first-job set reaches.
pub const FIRST_JOB: f64 = 0.7;

/// The fewest parts of a role that reach `FIRST_JOB` of what is asked at entry level.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstJob<'a> {
    /// The one asked for most at entry level first.
    pub parts: Vec<&'a Part>,
    /// Σ of their values at entry level, in points.
    pub reached: f64,
    /// Σ of all values at entry level, in points.
    pub all: f64,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<'a> {
    pub part: &'a Part,
    /// It belongs to the first-job set.
    pub first_job: bool,
}

impl Asked {
    /// The first-job set (PRODUCT, "What none of the others has", 7): parts are taken greedily, the one with the highest
    /// value at entry level (De) first, until their sum reaches 70 % of the sum of all. Since each part counts by itself,
    /// no smaller set reaches it. Of equal values the one in the earlier tier comes first.
    pub fn first_job_set(&self) -> FirstJob<'_> {
        let mut parts: Vec<&Part> = self.parts.iter().collect();
        parts.sort_by(|a, b| by_entry(a, b).then(a.tier.cmp(&b.tier)));
        let all = parts.iter().map(|part| part.entry.points).sum();
        let mut reached = 0.0;
        let enough = |reached: f64| reached >= all * FIRST_JOB;
        parts.retain(|part| {
            let wanted = !enough(reached);
            if wanted {
                reached += part.entry.points;
            }
            wanted
        });
        FirstJob { parts, reached, all }
    }

    /// The sensible order for a plan: the first-job set first, then the rest, each by tier and within a tier by the value
    /// at entry level. What can be chosen between stands together, since it is one part.
    pub fn order(&self) -> Vec<Step<'_>> {
        let first = self.first_job_set();
        let is_first = |part: &Part| first.parts.iter().any(|one| std::ptr::eq(*one, part));
        let mut steps: Vec<Step<'_>> =
            self.parts.iter().map(|part| Step { part, first_job: is_first(part) }).collect();
        steps.sort_by(|a, b| {
            b.first_job
                .cmp(&a.first_job)
                .then(a.part.tier.cmp(&b.part.tier))
                .then_with(|| by_entry(a.part, b.part))
        });
        steps
    }
}

fn by_entry(a: &Part, b: &Part) -> Ordering {
    b.entry.points.total_cmp(&a.entry.points)
}

impl FirstJob<'_> {
    /// The part of entry-level demand that it reaches, in per cent.
    pub fn percent(&self) -> u32 {
        if self.all > 0.0 { (self.reached / self.all * 100.0).round() as u32 } else { 100 }
    }
}
