//! The drawing of forecasts over the years: arrows from what was counted to what was expected.

use super::Forecast;
use super::chart_labels::{Key, Label, label_arrows, label_levels, label_years};
use super::labels::{Area, Line, ems};

/// A drawing, in units of its view box.
pub struct Chart {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    pub narrow: bool,
    /// Height of each grid line, the lowest first.
    pub levels: Vec<f64>,
    /// Place of each marked year.
    pub years: Vec<f64>,
    pub arrows: Vec<Arrow>,
    pub labels: Vec<Label>,
    /// The arrows that have no room for a label, below the drawing.
    pub keys: Vec<Key>,
}

/// One forecast in the drawing.
#[derive(Clone, Copy, Debug)]
pub struct Arrow {
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
    /// Where the line ends, short of the tip.
    pub xe: f64,
    pub ye: f64,
    /// In degrees.
    pub angle: f64,
    pub current: bool,
}

/// The text of the drawing in its units: its size, and from one line to the next.
pub(super) const TEXT: f64 = 15.5;
pub(super) const LINE: f64 = 17.0;
/// The least distance between a text and the edge of the drawing, and between a mark and its text.
pub(super) const EDGE: f64 = 4.0;
pub(super) const GAP: f64 = 8.0;
/// How far the head of an arrow and the tick at its start reach to each side, and how long the head is.
pub(super) const MARK: f64 = 6.0;
pub(super) const HEAD: f64 = 12.0;
/// How far the line ends before the tip.
const SHORT: f64 = 6.0;

/// What the two drawings differ in.
pub(super) struct Size {
    pub width: f64,
    pub height: f64,
    /// Where the highest and the lowest grid line are.
    pub upper: f64,
    pub bottom: f64,
    /// From the axis to the first year.
    pub indent: f64,
    /// Years between labels, where they have room.
    pub step: u16,
    pub narrow: bool,
}

/// Labels at the ends of the arrows.
const WIDE: Size =
    Size { width: 860.0, height: 320.0, upper: 20.0, bottom: 288.0, indent: 32.0, step: 5, narrow: false };
/// Labels along the arrows.
const NARROW: Size =
    Size { width: 300.0, height: 278.0, upper: 28.0, bottom: 248.0, indent: 14.0, step: 10, narrow: true };

/// A forecast that names both numbers, with them.
pub(super) type Whole<'a> = (&'a Forecast, f64, f64);

impl Arrow {
    /// The class that tells the latest forecast from the earlier ones.
    pub fn when(&self) -> &'static str {
        if self.current { "now" } else { "past" }
    }

    fn between((x1, y1): (f64, f64), (x2, y2): (f64, f64), current: bool) -> Arrow {
        let angle = (y2 - y1).atan2(x2 - x1);
        let (xe, ye) = (round(x2 - SHORT * angle.cos()), round(y2 - SHORT * angle.sin()));
        Arrow { x1, y1, x2, y2, xe, ye, angle: round(angle.to_degrees()), current }
    }

    pub(super) fn line(&self) -> Line {
        Line { start: (self.x1, self.y1), end: (self.x2, self.y2) }
    }

    /// What its tick and its head cover.
    pub(super) fn marks(&self) -> [Area; 2] {
        let head = Area::around((self.x2 - HEAD / 2.0, self.y2), HEAD / 2.0, MARK);
        [Area::around((self.x1, self.y1), 1.0, MARK), head]
    }
}

impl Chart {
    /// For wide screens.
    pub fn wide(forecasts: &[Forecast]) -> Option<Chart> {
        Chart::drawn(forecasts, &WIDE)
    }

    /// For narrow screens.
    pub fn narrow(forecasts: &[Forecast]) -> Option<Chart> {
        Chart::drawn(forecasts, &NARROW)
    }

    fn drawn(forecasts: &[Forecast], size: &Size) -> Option<Chart> {
        let whole: Vec<Whole> = forecasts
            .iter()
            .filter_map(|f| Some((f, f.base.as_ref()?.value.value(), f.projected.as_ref()?.value.value())))
            .collect();
        let first = whole.iter().map(|(f, ..)| f.base_year).min()?;
        let last = whole.iter().map(|(f, ..)| f.target_year).max()?;
        let top = nice_above(whole.iter().map(|(_, base, end)| base.max(*end)).fold(0.0, f64::max));
        let y = |value: f64| round(size.bottom - value / top * (size.bottom - size.upper));
        let levels: Vec<(f64, String)> =
            (0..=4).map(|i| f64::from(i) * top / 4.0).map(|v| (y(v), in_thousands(v))).collect();
        let widest = levels.iter().map(|(_, words)| ems(words, false)).fold(0.0, f64::max) * TEXT;
        let left = round(EDGE + widest + GAP);
        let right = round(size.width - EDGE - size.after(&whole, last));
        let start = left + size.indent;
        let years = f64::from(last.saturating_sub(first).max(1));
        let x = |year: u16| round(start + f64::from(year.saturating_sub(first)) / years * (right - start));
        let arrow = |(i, (f, base, end)): (usize, &Whole)| {
            Arrow::between((x(f.base_year), y(*base)), (x(f.target_year), y(*end)), i + 1 == whole.len())
        };
        let arrows: Vec<Arrow> = whole.iter().enumerate().map(arrow).collect();
        let step = size.years_between((right - start) / years);
        let years: Vec<(f64, u16)> = (first..=last).step_by(step).map(|year| (x(year), year)).collect();
        let mut chart = Chart {
            width: size.width,
            height: size.height,
            left,
            right,
            bottom: size.bottom,
            narrow: size.narrow,
            levels: levels.iter().map(|(y, _)| *y).collect(),
            years: years.iter().map(|(x, _)| *x).collect(),
            labels: label_levels(left, &levels).chain(label_years(size.bottom, &years)).collect(),
            arrows,
            keys: Vec::new(),
        };
        label_arrows(&mut chart, &whole);
        Some(chart)
    }
}

impl Size {
    /// The room right of the last year: for the longest label there, or for half the year's own.
    fn after(&self, whole: &[Whole], last: u16) -> f64 {
        let longest = |(f, _, end): &Whole| {
            let (years, end) = super::chart_labels::at_end(f, *end);
            (ems(&years, true).max(ems(&end, true)) * TEXT).ceil()
        };
        let half = ems("0000", false) * TEXT / 2.0;
        let labelled = whole.iter().filter(|(f, ..)| f.target_year == last && !self.narrow);
        labelled.map(longest).fold(half, f64::max) + GAP
    }

    /// How many years lie between two labels, so that they stand apart; `year` is the width of one.
    fn years_between(&self, year: f64) -> usize {
        let label = ems("0000", false) * TEXT + GAP;
        let steps = [self.step, 10, 20, 50, 100, 200, 500, 1000];
        let roomy = |step: &u16| *step >= self.step && f64::from(*step) * year >= label;
        steps.into_iter().find(roomy).unwrap_or(u16::MAX).into()
    }
}

/// A number in thousands, as the notes of the charts say.
pub(super) fn in_thousands(number: f64) -> String {
    super::thousands(number.round() / 1000.0)
}

/// The next number of the series 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten, so that a quarter of it is round as well.
pub(super) fn nice_above(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|nice| *nice >= value).unwrap_or(value)
}

pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_a_round_number_above_its_highest_value() {
        for (value, top) in [
            (188_000.0, 200_000.0),
            (162_870.0, 200_000.0),
            (95_300.0, 100_000.0),
            (0.0, 1.0),
            (410.0, 500.0),
        ] {
            assert_eq!(nice_above(value), top, "{value}");
        }
    }
}
