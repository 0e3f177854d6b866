//! Readiness: how much of what a role asks for somebody holds.

use super::{Asked, Basis, Part, points};
use crate::tiers::TierName;
use std::collections::BTreeSet;

/// Slugs of the skills that somebody can do. What is being learned does not count yet.
pub type Held = BTreeSet<String>;

/// How much of what a role asks for is held, with the arithmetic behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Readiness {
    /// Σ of the values of what is held, in points.
    pub held: f64,
    /// Σ of all values, in points.
    pub all: f64,
    /// One a part, in the order in which the role asks.
    pub lines: Vec<Line>,
    /// Some of the values rest on tiers alone.
    pub by_tier: bool,
}

/// One part in the sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub part: Part,
    /// Slug of the skill by which it is held, if it is.
    pub by: Option<String>,
}

/// The same of one tier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfTier {
    pub tier: TierName,
    pub held: f64,
    pub all: f64,
}

impl Asked {
    /// Readiness (PRODUCT, "What none of the others has", 10): Σ of the values of the parts that are held, divided by the
    /// Σ of all. What somebody decided against stays in the sum: an employer asks for it all the same.
    pub fn readiness(&self, held: &Held) -> Readiness {
        let line = |part: &Part| Line {
            by: part.skills.iter().find(|skill| held.contains(*skill)).cloned(),
            part: part.clone(),
        };
        let lines: Vec<Line> = self.parts.iter().map(line).collect();
        let (held, all) = sums(lines.iter().map(|line| (&line.part, line.by.is_some())));
        Readiness { held, all, by_tier: lines.iter().any(|l| l.part.all.basis == Basis::Tier), lines }
    }

    /// What is lacking, 0 to 1, without the arithmetic behind it.
    pub fn gap(&self, held: &Held) -> f64 {
        let has = |part: &Part| part.skills.iter().any(|skill| held.contains(skill));
        let (held, all) = sums(self.parts.iter().map(|part| (part, has(part))));
        1.0 - share(held, all)
    }
}

/// Σ of what is held and Σ of all. Both are added in the same order: whoever holds all of it holds exactly the sum.
fn sums<'a>(parts: impl IntoIterator<Item = (&'a Part, bool)>) -> (f64, f64) {
    parts.into_iter().fold((0.0, 0.0), |(held, all), (part, has)| {
        let points = part.all.points;
        (if has { held + points } else { held }, all + points)
    })
}

/// 0 to 1; where nothing is asked, nothing is lacking.
fn share(held: f64, all: f64) -> f64 {
    if all > 0.0 { held / all } else { 1.0 }
}

impl Readiness {
    /// 0 to 1.
    pub fn share(&self) -> f64 {
        share(self.held, self.all)
    }

    /// What is lacking, 0 to 1: the gap.
    pub fn gap(&self) -> f64 {
        1.0 - self.share()
    }

    /// In per cent, rounded down, so that 100 means all of it.
    pub fn percent(&self) -> u32 {
        percent(self.share())
    }

    /// Both sums as they are shown: "155 of 377.5".
    pub fn words(&self) -> String {
        format!("{} of {}", points(self.held), points(self.all))
    }

    /// By tier, those that the role has, in their order.
    pub fn tiers(&self) -> Vec<OfTier> {
        let of = |tier: TierName| {
            let lines: Vec<&Line> = self.lines.iter().filter(|line| line.part.tier == tier).collect();
            let (held, all) = sums(lines.iter().map(|line| (&line.part, line.by.is_some())));
            (!lines.is_empty()).then_some(OfTier { tier, held, all })
        };
        TierName::ALL.into_iter().filter_map(of).collect()
    }

    /// The parts that are lacking, in the order in which the role asks.
    pub fn lacking(&self) -> impl Iterator<Item = &Part> {
        self.lines.iter().filter(|line| line.by.is_none()).map(|line| &line.part)
    }
}

impl OfTier {
    /// In per cent, rounded down.
    pub fn percent(&self) -> u32 {
        percent(share(self.held, self.all))
    }
}

fn percent(share: f64) -> u32 {
    // 0.29 × 100 is 28.999999999999996.
    (share * 100.0 + 1e-9).floor() as u32
}
