//! The pay strip: a band from the lowest to the highest tenth on a scale from nothing, the median across it.

use super::Pay;
use super::chart::{nice_above, round};
use super::labels::{Anchor, ems};

/// The drawing; positions in per cent of its width, heights fixed.
pub struct PayStrip {
    pub low: f64,
    pub middle: f64,
    pub high: f64,
    /// Above the band.
    pub above: Vec<StripLabel>,
    /// Below the band.
    pub below: Vec<StripLabel>,
}

/// A label of the strip; its place in per cent.
#[derive(Clone, Debug, PartialEq)]
pub struct StripLabel {
    pub x: f64,
    pub anchor: Anchor,
    pub words: String,
}

/// How wide the strip is at least, in pixels: in a window of 320 with some left over. Where the labels do not meet
/// there, they meet nowhere: wider, their places move apart and their sizes stay.
const NARROWEST: f64 = 264.0;
/// The size of the text, and the least distance between two labels, in pixels.
const TEXT: f64 = 13.0;
const GAP: f64 = 8.0;

/// How the two labels below the band may be anchored, best first.
const PAIRS: [(Anchor, Anchor); 5] = [
    (Anchor::Middle, Anchor::Middle),
    (Anchor::Middle, Anchor::End),
    (Anchor::Start, Anchor::Middle),
    (Anchor::Start, Anchor::End),
    (Anchor::End, Anchor::Start),
];

impl PayStrip {
    /// None if the survey lacks one of the three.
    pub(super) fn of(pay: &Pay) -> Option<PayStrip> {
        let (low, middle, high) = (pay.p10?.value(), pay.median?.value(), pay.p90?.value());
        let end = nice_above(low.max(middle).max(high));
        let position = |value: f64| round(value.max(0.0) / end * 100.0);
        let (low, middle, high) = (position(low), position(middle), position(high));
        let median = |anchor| StripLabel { x: middle, anchor, words: "median".into() };
        let above = [Anchor::Middle, Anchor::Start, Anchor::End].map(median);
        Some(PayStrip {
            low,
            middle,
            high,
            above: above.into_iter().find(StripLabel::fits).into_iter().collect(),
            below: ends((low, Pay::dollars(&pay.p10)), (high, Pay::dollars(&pay.p90))),
        })
    }

    /// How long the band is.
    pub fn length(&self) -> f64 {
        round((self.high - self.low).max(0.0))
    }
}

/// The labels of the lowest and the highest tenth: below their ends, or else at the ends of the strip; none if even
/// there they would meet, for the words beside the strip say the same.
fn ends((low, low_words): (f64, String), (high, high_words): (f64, String)) -> Vec<StripLabel> {
    let pair = |(x1, first): (f64, Anchor), (x2, second): (f64, Anchor)| {
        [
            StripLabel { x: x1, anchor: first, words: low_words.clone() },
            StripLabel { x: x2, anchor: second, words: high_words.clone() },
        ]
    };
    let below = PAIRS.iter().map(|(first, second)| pair((low, *first), (high, *second)));
    let apart = pair((0.0, Anchor::Start), (100.0, Anchor::End));
    let legible = |labels: &[StripLabel; 2]| {
        labels.iter().all(StripLabel::fits) && labels[0].span().1 + GAP <= labels[1].span().0
    };
    below.chain([apart]).find(legible).into_iter().flatten().collect()
}

impl StripLabel {
    /// Where it begins and ends in the narrowest strip, in pixels.
    fn span(&self) -> (f64, f64) {
        let width = ems(&self.words, false) * TEXT;
        let left = self.anchor.left(self.x / 100.0 * NARROWEST, width);
        (left, left + width)
    }

    fn fits(&self) -> bool {
        let (left, right) = self.span();
        left >= 0.0 && right <= NARROWEST
    }
}

#[cfg(test)]
mod tests {
    use super::super::occupation::examples::{pay, shipped};
    use super::*;

    fn assert_legible(strip: &PayStrip, about: &str) {
        for row in [&strip.above, &strip.below] {
            assert!(row.iter().all(StripLabel::fits), "{about}: {row:?}");
            for pair in row.windows(2) {
                assert!(pair[0].span().1 < pair[1].span().0, "{about}: {pair:?}");
            }
        }
    }

    #[test]
    fn the_labels_of_every_occupation_stand_apart_and_inside() {
        for universe in shipped() {
            let strips: Vec<PayStrip> = universe.pay.iter().filter_map(|pay| pay.strip()).collect();
            for strip in &strips {
                assert_legible(strip, &universe.about);
                assert_eq!((strip.above.len(), strip.below.len()), (1, 2), "{}", universe.about);
            }
        }
    }

    #[test]
    fn the_labels_of_unusual_pay_stand_apart_and_inside() {
        for (low, median, high) in [
            ("0", "0", "0"),
            ("1", "2", "3"),
            ("99000", "99500", "100000"),
            ("100000", "100000", "100000"),
            ("10000", "12000", "1000000"),
            ("over 239200", "over 239200", "over 239200"),
            ("1000000", "5000000", "over 9999999"),
            ("about 100000–120000", "about 130000–140000", "about 150000–190000"),
            ("200000", "90000", "100000"),
        ] {
            let pay = pay(low, median, high);

            assert_legible(&pay.strip().unwrap(), low);
        }
    }
}
