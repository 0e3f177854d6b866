//! The changes that forecasts expected, as bars under each other.

use super::Forecast;
use super::chart::round;

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
