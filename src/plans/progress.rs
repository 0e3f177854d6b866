//! How far a plan is, by the tiers of its role: one box a group, of what the plan holds.

use super::marks::Stand;
use super::overview::Line;
use super::role_now::RoleNow;
use crate::tiers::TierName;

/// How far one group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Box {
    Empty,
    /// Some of it is done or begun.
    Half,
    Full,
}

/// A tier with a box for each of its groups that the plan holds something of.
pub struct TierProgress {
    pub tier: TierName,
    pub name: String,
    pub boxes: Vec<Box>,
    /// How many boxes the longest tier has: all are drawn on its width.
    pub most: usize,
}

/// Items that are in no tier: how many are done, and how many there are.
pub struct Beyond {
    pub done: usize,
    pub all: usize,
}

/// The tiers of which the plan holds something, in their order.
pub fn by_tier(role: &RoleNow, lines: &[Line], name: &dyn Fn(TierName) -> String) -> Vec<TierProgress> {
    let groups = || role.content.iter().flat_map(|role| &role.groups);
    let boxes = |tier: TierName| -> Vec<Box> {
        let of = |group: &str| -> Option<Box> {
            let own = lines.iter().filter(|line| line.counts());
            of_group(own.filter(|line| line.asked.as_ref().is_some_and(|asked| asked.group == group)))
        };
        groups().filter(|group| group.tier == tier).filter_map(|group| of(&group.id)).collect()
    };
    let mut tiers: Vec<TierProgress> = TierName::ALL
        .into_iter()
        .map(|tier| TierProgress { tier, name: name(tier), boxes: boxes(tier), most: 0 })
        .filter(|tier| !tier.boxes.is_empty())
        .collect();
    let most = tiers.iter().map(|tier| tier.boxes.len()).max().unwrap_or(0);
    for tier in &mut tiers {
        tier.most = most;
    }
    tiers
}

fn of_group<'a>(lines: impl Iterator<Item = &'a Line>) -> Option<Box> {
    let stands: Vec<Stand> = lines.map(|line| line.stand).collect();
    if stands.is_empty() {
        None
    } else if stands.iter().all(|stand| *stand == Stand::Done) {
        Some(Box::Full)
    } else if stands.iter().any(|stand| *stand != Stand::Open) {
        Some(Box::Half)
    } else {
        Some(Box::Empty)
    }
}

pub fn beyond(lines: &[Line]) -> Beyond {
    let own: Vec<&Line> = lines.iter().filter(|line| line.asked.is_none() && line.counts()).collect();
    Beyond { done: own.iter().filter(|line| line.stand == Stand::Done).count(), all: own.len() }
}

/// A box as it is drawn, in per cent of the common width.
pub struct Drawn {
    pub x: f64,
    pub width: f64,
    /// How much of it is filled.
    pub filled: f64,
}

/// What lies between two boxes, in per cent of the common width.
const BETWEEN: f64 = 0.8;

impl TierProgress {
    pub fn drawn(&self) -> impl Iterator<Item = Drawn> {
        let step = 100.0 / self.most.max(4) as f64;
        let width = step - BETWEEN;
        self.boxes.iter().enumerate().map(move |(at, state)| Drawn {
            x: at as f64 * step,
            width,
            filled: match state {
                Box::Empty => 0.0,
                Box::Half => width / 2.0,
                Box::Full => width,
            },
        })
    }

    /// Such as "3 of 4 groups done, 1 begun".
    pub fn words(&self) -> String {
        let count = |state: Box| self.boxes.iter().filter(|own| **own == state).count();
        let (full, half, all) = (count(Box::Full), count(Box::Half), self.boxes.len());
        let groups = if all == 1 { "group" } else { "groups" };
        let begun = if half == 0 { String::new() } else { format!(", {half} begun") };
        format!("{full} of {all} {groups} done{begun}")
    }
}
