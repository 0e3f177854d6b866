//! The demand line: a skill's share of postings on a scale from 0 to 100, all postings and entry level.

use super::{Comparator, Quantity, Share};
use crate::tiers::TierName;

/// The two shares of one row; either may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DemandLine {
    pub all: Option<Share>,
    pub entry: Option<Share>,
}

/// One mark of the drawing, from the lowest layer up. Positions are in per cent of the scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// A line of a kind: stem, beyond, absent, join, sweep and its rings and halos.
    Line { class: &'static str, from: f64, to: f64 },
    /// The band of "under".
    Band { to: f64 },
    /// A triangle that points left (under) or right (over).
    Tip { class: &'static str, at: f64, left: bool },
    /// A disc or a ring; the radius in pixels.
    Dot { class: &'static str, at: f64, radius: f64 },
}

/// The radius of a disc and of a ring, in pixels, and of the ring around a disc.
const RADIUS: f64 = 5.5;
const OUTLINE: f64 = 9.0;
/// From how many points on a gap is set in ink.
const LARGE: f64 = 5.0;

/// What lies between entry level and all postings, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// An arrow for the eye, or nothing.
    pub arrow: &'static str,
    pub words: String,
    /// Five points or more, for certain.
    pub large: bool,
}

impl Gap {
    /// The words without "at entry level", for where something beside them says it.
    pub fn short(&self) -> &str {
        self.words.strip_suffix(" at entry level").unwrap_or(&self.words)
    }
}

impl DemandLine {
    pub fn measured(&self) -> bool {
        self.all.is_some() || self.entry.is_some()
    }

    /// The share of all postings in words.
    pub fn all_words(&self) -> Option<String> {
        self.all.map(|share| share.words())
    }

    /// The share of entry-level postings in words.
    pub fn entry_words(&self) -> Option<String> {
        self.entry.map(|share| share.words())
    }

    /// The drawing.
    pub fn marks(&self) -> Vec<Mark> {
        let line = |class, from, to| Mark::Line { class, from, to };
        let (all, entry) = (self.all.map(|s| s.0), self.entry.map(|s| s.0));
        let same = self.same();
        let mut marks = Vec::new();
        match all.map(|q| q.comparator) {
            Some(Comparator::Equal(v) | Comparator::Range(v, _)) => marks.push(line("stem", 0.0, v)),
            Some(Comparator::MoreThan(v)) => {
                marks.push(line("stem", 0.0, v));
                marks.push(line("beyond", v, 100.0));
            }
            Some(Comparator::LessThan(v)) => marks.push(Mark::Band { to: v }),
            None if entry.is_none() => marks.push(line("absent", 0.0, 100.0)),
            None => {}
        }
        if let Some(entry) = entry.filter(|_| !same) {
            marks.extend(all.and_then(|all| join(all, entry)));
            if let Comparator::Range(low, high) = entry.comparator {
                marks.push(line("ring-sweep", low, high));
                marks.push(line("ring-hole", low, high));
            }
        }
        if same {
            match all.map(|q| q.comparator) {
                Some(Comparator::Equal(v)) => marks.push(Mark::Dot { class: "ring", at: v, radius: OUTLINE }),
                Some(Comparator::Range(low, high)) => {
                    marks.push(line("halo-sweep", low, high));
                    marks.push(line("halo-hole", low, high));
                }
                _ => {}
            }
        }
        match all.map(|q| q.comparator) {
            Some(Comparator::Range(low, high)) => marks.push(line("sweep", low, high)),
            Some(other) => marks.push(point(other, "disc", "tip")),
            None => {}
        }
        match entry.filter(|_| !same).map(|q| q.comparator) {
            Some(Comparator::Range(..)) | None => {}
            Some(other) => marks.push(point(other, "ring", "ring")),
        }
        marks
    }

    fn same(&self) -> bool {
        self.all.is_some_and(|all| self.entry.is_some_and(|entry| entry.0.comparator == all.0.comparator))
    }

    /// The gap in points of a hundred, in words; none where one of the two is missing or has an open end.
    pub fn gap(&self) -> Option<Gap> {
        let (all, entry) = (self.all?.0, self.entry?.0);
        if self.same() {
            return Some(Gap { arrow: "", words: "the same at entry level".into(), large: false });
        }
        let open = |q: Quantity| matches!(q.comparator, Comparator::LessThan(_) | Comparator::MoreThan(_));
        if open(all) || open(entry) {
            return None;
        }
        let (low, high) = (entry.low() - all.high(), entry.high() - all.low());
        let (arrow, words) = if low >= 0.0 && high > 0.0 {
            (if low > 0.0 { "↑" } else { "" }, format!("{} more at entry level", span(low, high)))
        } else if high <= 0.0 && low < 0.0 {
            (if high < 0.0 { "↓" } else { "" }, format!("{} fewer at entry level", span(-high, -low)))
        } else {
            ("", format!("{} fewer to {} more at entry level", number(-low), points(high)))
        };
        Some(Gap { arrow, words, large: low >= LARGE || high <= -LARGE })
    }
}

/// The line between the two marks, where they do not touch.
fn join(all: Quantity, entry: Quantity) -> Option<Mark> {
    let line = |from, to| Some(Mark::Line { class: "join", from, to });
    match all.comparator {
        Comparator::LessThan(_) => None,
        _ if entry.low() > all.high() => line(all.high(), entry.low()),
        _ if entry.high() < all.low() => line(entry.high(), all.low()),
        _ => None,
    }
}

fn point(comparator: Comparator, dot: &'static str, tip: &'static str) -> Mark {
    match comparator {
        Comparator::LessThan(v) => Mark::Tip { class: tip, at: v, left: true },
        Comparator::MoreThan(v) => Mark::Tip { class: tip, at: v, left: false },
        Comparator::Equal(v) | Comparator::Range(_, v) => Mark::Dot { class: dot, at: v, radius: RADIUS },
    }
}

/// "5 points", "5 to 10 points", "up to 5 points".
fn span(low: f64, high: f64) -> String {
    if low == high {
        points(low)
    } else if low == 0.0 {
        format!("up to {}", points(high))
    } else {
        format!("{} to {}", number(low), points(high))
    }
}

fn points(count: f64) -> String {
    format!("{} {}", number(count), if count == 1.0 { "point" } else { "points" })
}

/// At most one decimal: 22.7 − 20 is 2.7 and not 2.6999999999999993.
fn number(value: f64) -> String {
    ((value * 10.0).round() / 10.0).to_string()
}

/// One row: what is asked for, where it leads, and its line.
#[derive(Clone, Debug)]
pub struct DemandRow {
    pub name: String,
    /// Where the name leads; empty for a set.
    pub href: String,
    /// What stands small behind the name.
    pub aside: String,
    /// What whoever looks says of it, such as "can do"; empty on pages for everybody.
    pub own: &'static str,
    /// The tier whose sign stands before the aside.
    pub tier: Option<TierName>,
    pub line: DemandLine,
    /// The row is a figure on several skills.
    pub set: bool,
}

impl DemandRow {
    /// The class of the row: a figure on several skills stands apart.
    pub fn class(&self) -> &'static str {
        if self.set { "demand-row demand-any" } else { "demand-row" }
    }

    /// The number that the row is sorted by when entry level comes first or not; unmeasured rows come last.
    pub fn rank(&self, entry_first: bool) -> f64 {
        let share = if entry_first { self.line.entry.or(self.line.all) } else { self.line.all };
        share.map_or(-1.0, |share| share.0.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(all: &str, entry: &str) -> DemandLine {
        DemandLine { all: all.parse().ok(), entry: entry.parse().ok() }
    }

    #[test]
    fn the_gap_is_told_in_points() {
        for (all, entry, words, large) in [
            ("about 45 %", "about 50 %", "5 points more at entry level", true),
            ("about 10 %", "about 5 %", "5 points fewer at entry level", true),
            ("10–15 %", "about 15 %", "up to 5 points more at entry level", false),
            ("about 10 %", "10–15 %", "up to 5 points more at entry level", false),
            ("10–15 %", "20–25 %", "5 to 15 points more at entry level", true),
            ("10–20 %", "15 %", "5 fewer to 5 points more at entry level", false),
            ("2 %", "3 %", "1 point more at entry level", false),
            ("about 20 %", "about 20 %", "the same at entry level", false),
            ("about 10–15 %", "10–15 %", "the same at entry level", false),
        ] {
            let gap = line(all, entry).gap().unwrap();
            assert_eq!((gap.words.as_str(), gap.large), (words, large), "{all}, {entry}");
        }
    }

    #[test]
    fn no_gap_is_made_up_from_an_open_end_or_a_missing_figure() {
        for (all, entry) in [("under 5 %", "about 10 %"), ("about 5 %", "over 10 %"), ("about 5 %", "")] {
            assert_eq!(line(all, entry).gap(), None, "{all}, {entry}");
        }
    }

    #[test]
    fn nothing_measured_is_a_dotted_line_and_never_a_zero() {
        assert_eq!(line("", "").marks(), [Mark::Line { class: "absent", from: 0.0, to: 100.0 }]);
    }

    #[test]
    fn a_range_is_swept_and_has_no_invented_middle() {
        let marks = line("10–15 %", "").marks();
        assert!(marks.contains(&Mark::Line { class: "sweep", from: 10.0, to: 15.0 }), "{marks:?}");
        assert!(!marks.iter().any(|mark| matches!(mark, Mark::Dot { .. })), "{marks:?}");
    }

    #[test]
    fn under_and_over_point_to_where_the_number_may_lie() {
        let tip = |all| line(all, "").marks().into_iter().find(|mark| matches!(mark, Mark::Tip { .. }));
        assert_eq!(tip("under 5 %"), Some(Mark::Tip { class: "tip", at: 5.0, left: true }));
        assert_eq!(tip("over 40 %"), Some(Mark::Tip { class: "tip", at: 40.0, left: false }));
    }
}
