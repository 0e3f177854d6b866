//! Time as a range: from the editors' estimate of hours for each group, and one's own pace.

use super::{Asked, Part};
use crate::figures::thousands;

/// Hours of study and practice, at least and at most. Built on estimates, so it is a range and stays one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Time {
    pub low: f64,
    pub high: f64,
    /// Parts for whose groups there is no estimate; they are not in the range.
    pub without: usize,
}

impl Asked {
    /// What a part of a role takes, in hours: an equal part of the estimate of its group. How often something is asked for
    /// says nothing about how long it takes to learn, so no figure of demand comes in. A part that stands in several groups
    /// (a choice between them, or a skill in two) takes at least what it takes in the one and at most what it takes in the
    /// other. None where no group of it has an estimate.
    pub fn hours(&self, part: &Part) -> Option<[f64; 2]> {
        let of = |group: &String| {
            let hours = self.hours.get(group)?;
            let within = self.within(group) as f64;
            Some([f64::from(hours.low) / within, f64::from(hours.high) / within])
        };
        part.groups.iter().filter_map(of).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    }

    /// How many parts, skills or choices, divide the hours of a group.
    pub fn within(&self, group: &str) -> usize {
        self.parts.iter().filter(|part| part.groups.iter().any(|own| own == group)).count()
    }

    /// What these parts take together.
    pub fn time<'a>(&self, parts: impl IntoIterator<Item = &'a Part>) -> Time {
        parts.into_iter().fold(Time::default(), |time, part| match self.hours(part) {
            Some([low, high]) => Time { low: time.low + low, high: time.high + high, ..time },
            None => Time { without: time.without + 1, ..time },
        })
    }
}

impl Time {
    /// Whole weeks at `hours` a week in somebody's own pace, at least and at most, rounded up. None without hours.
    pub fn weeks(&self, hours: u32, pace: Pace) -> Option<[u32; 2]> {
        let weeks = |total: f64| (total * pace.factor() / f64::from(hours) - 1e-9).ceil().max(0.0) as u32;
        (hours > 0).then(|| [weeks(self.low), weeks(self.high)])
    }

    /// In words, rounded to what an estimate bears: "80 to 160 hours", "about 12 hours".
    pub fn words(&self) -> String {
        let (low, high) = (thousands(rough(self.low)), thousands(rough(self.high)));
        if low == high { format!("about {high} hours") } else { format!("{low} to {high} hours") }
    }
}

/// To the hour below 20, to five below 100, to ten above.
fn rough(hours: f64) -> f64 {
    let step = if hours < 20.0 {
        1.0
    } else if hours < 100.0 {
        5.0
    } else {
        10.0
    };
    (hours / step).round() * step
}

/// How fast somebody is, learned from what they finished: hours that were planned for it, and hours that it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    planned: f64,
    taken: f64,
}

/// As many hours as if they had been planned and taken alike: one quick or slow item does not turn a whole plan over.
const PRIOR: f64 = 40.0;
/// How much slower than planned anybody is taken to be, and how much faster.
const FACTORS: [f64; 2] = [0.25, 4.0];

impl Default for Pace {
    /// As estimated.
    fn default() -> Self {
        Pace { planned: 0.0, taken: 0.0 }
    }
}

impl Pace {
    /// From hours planned and hours taken of each finished item; what is not above zero tells nothing.
    pub fn of(finished: impl IntoIterator<Item = (f64, f64)>) -> Pace {
        let told = finished.into_iter().filter(|(planned, taken)| *planned > 0.0 && *taken > 0.0);
        told.fold(Pace::default(), |pace, (planned, taken)| Pace {
            planned: pace.planned + planned,
            taken: pace.taken + taken,
        })
    }

    /// By what estimates are multiplied: (taken + 40) ÷ (planned + 40), the ratio of the sums, drawn towards 1 by 40 hours
    /// as planned; from a quarter to four times.
    pub fn factor(&self) -> f64 {
        ((self.taken + PRIOR) / (self.planned + PRIOR)).clamp(FACTORS[0], FACTORS[1])
    }

    /// Whether it rests on anything.
    pub fn known(&self) -> bool {
        self.planned > 0.0
    }
}
