//! Drawings of pay and forecasts: where marks stand on their scales.

use super::{Forecast, thousands};

/// A bar of a forecast's change beside others: positions in per cent.
pub struct Bar {
    pub years: String,
    pub words: String,
    pub zero: f64,
    pub tip: f64,
    pub falls: bool,
    pub current: bool,
}

/// The changes as bars on one scale, without a track.
pub(super) fn bars(forecasts: &[Forecast]) -> Vec<Bar> {
    let measured: Vec<&Forecast> = forecasts.iter().filter(|f| f.change.is_some()).collect();
    let values = || measured.iter().map(|f| f.change_value());
    let (low, top) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let position = |v: f64| {
        if top > low { round((v - low) / (top - low) * 100.0) } else { 0.0 }
    };
    let count = measured.len();
    let bar = |(i, f): (usize, &&Forecast)| Bar {
        years: f.years(),
        words: Forecast::words(&f.change),
        zero: position(0.0),
        tip: position(f.change_value()),
        falls: f.change_value() < 0.0,
        current: i + 1 == count,
    };
    measured.iter().enumerate().map(bar).collect()
}

/// The drawing of forecasts over the years: arrows from what was counted to what was expected.
pub struct Chart {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    pub narrow: bool,
    /// Height and label of each grid line.
    pub levels: Vec<(f64, String)>,
    /// Place and label of each marked year.
    pub years: Vec<(f64, u16)>,
    pub arrows: Vec<Arrow>,
}

/// One forecast in the drawing.
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
    pub years: String,
    pub start: String,
    pub end: String,
    pub change: String,
}

impl Arrow {
    /// The class that tells the latest forecast from the earlier ones.
    pub fn when(&self) -> &'static str {
        if self.current { "now" } else { "past" }
    }
}

impl Chart {
    /// For wide screens, labels at the ends of the arrows.
    pub fn wide(forecasts: &[Forecast]) -> Option<Chart> {
        Chart::drawn(forecasts, 860.0, 320.0, [46.0, 712.0, 16.0, 288.0], [78.0, 712.0], 5)
    }

    /// For narrow screens, labels above the arrows.
    pub fn narrow(forecasts: &[Forecast]) -> Option<Chart> {
        let chart = Chart::drawn(forecasts, 300.0, 270.0, [38.0, 282.0, 16.0, 240.0], [50.0, 282.0], 10);
        chart.map(|chart| Chart { narrow: true, ..chart })
    }

    /// `frame` is left, right, top, bottom; `span` where the first and the last year stand; `step` years between labels.
    fn drawn(
        forecasts: &[Forecast],
        width: f64,
        height: f64,
        frame: [f64; 4],
        span: [f64; 2],
        step: u16,
    ) -> Option<Chart> {
        let whole: Vec<(&Forecast, f64, f64)> = forecasts
            .iter()
            .filter_map(|f| Some((f, f.base.as_ref()?.value.value(), f.projected.as_ref()?.value.value())))
            .collect();
        let first = whole.iter().map(|(f, ..)| f.base_year).min()?;
        let last = whole.iter().map(|(f, ..)| f.target_year).max()?;
        let top = nice_above(whole.iter().map(|(_, base, end)| base.max(*end)).fold(0.0, f64::max));
        let [left, right, upper, bottom] = frame;
        let x = |year: u16| {
            round(span[0] + f64::from(year - first) / f64::from(last - first) * (span[1] - span[0]))
        };
        let y = |value: f64| round(bottom - value / top * (bottom - upper));
        let levels =
            (0..=4).map(|i| f64::from(i) * top / 4.0).map(|v| (y(v), thousands(v / 1000.0))).collect();
        let years = (first..=last).step_by(step.into()).map(|year| (x(year), year)).collect();
        let count = whole.len();
        let arrows = whole
            .iter()
            .enumerate()
            .map(|(i, (f, base, end))| {
                let (x1, y1, x2, y2) = (x(f.base_year), y(*base), x(f.target_year), y(*end));
                let angle = (y2 - y1).atan2(x2 - x1);
                Arrow {
                    x1,
                    y1,
                    x2,
                    y2,
                    xe: round(x2 - 6.0 * angle.cos()),
                    ye: round(y2 - 6.0 * angle.sin()),
                    angle: round(angle.to_degrees()),
                    current: i + 1 == count,
                    years: f.years(),
                    start: thousands(base / 1000.0),
                    end: thousands(end / 1000.0),
                    change: Forecast::words(&f.change),
                }
            })
            .collect();
        Some(Chart { width, height, left, right, bottom, narrow: false, levels, years, arrows })
    }
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
