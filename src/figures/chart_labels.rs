//! The texts of a forecast chart: each where it meets no other text, no line and no edge.

use super::Forecast;
use super::chart::{Arrow, Chart, EDGE, GAP, LINE, MARK, TEXT, Whole, in_thousands};
use super::labels::{Anchor, Area, Spot, Surface, ems};

/// One line of text in the drawing.
#[derive(Clone, Debug)]
pub struct Label {
    pub x: f64,
    /// Of the line that the letters stand on.
    pub y: f64,
    pub words: String,
    anchor: Anchor,
    tone: Tone,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Tone {
    /// Of the scales and of what was counted.
    Axis,
    Plain,
    Strong,
}

/// A row below the drawing, for an arrow whose labels have no room in it.
#[derive(Clone, Debug)]
pub struct Key {
    /// Class and height of the sample of its line.
    pub when: &'static str,
    pub y: f64,
    /// Where the sample ends.
    pub end: f64,
}

/// From the top of a line of text down to what the letters stand on.
const ASCENT: f64 = 13.0;
/// Half the height of a digit.
const HALF_DIGIT: f64 = 5.0;
/// From the lowest grid line down to what the years stand on.
const BELOW: f64 = 22.0;
/// How far a label keeps from its own line.
const CLEAR: f64 = MARK + 2.5;
/// By how much a label beside a tip is moved up or down at a time, and how often at most.
const NUDGE: f64 = 5.0;
const NUDGES: u8 = 6;
/// The length of a sample in the key, and the height of one of its rows.
const SAMPLE: f64 = 28.0;
const ROW: f64 = 22.0;

impl Label {
    pub fn class(&self) -> String {
        let tone = match self.tone {
            Tone::Axis => "axis-text ",
            Tone::Plain => "",
            Tone::Strong => "strong ",
        };
        format!("{tone}{}", self.anchor.class())
    }

    fn axis((x, y): (f64, f64), anchor: Anchor, words: String) -> Label {
        Label { x, y, words, anchor, tone: Tone::Axis }
    }
}

/// The numbers at the grid lines.
pub(super) fn label_levels(left: f64, levels: &[(f64, String)]) -> impl Iterator<Item = Label> {
    levels.iter().map(move |(y, words)| Label::axis((left - GAP, y + HALF_DIGIT), Anchor::End, words.clone()))
}

/// The years below the drawing.
pub(super) fn label_years(bottom: f64, years: &[(f64, u16)]) -> impl Iterator<Item = Label> {
    years.iter().map(move |(x, year)| Label::axis((*x, bottom + BELOW), Anchor::Middle, year.to_string()))
}

/// What stands at a tip of the wide drawing: the years, and what was expected.
pub(super) fn at_end(forecast: &Forecast, end: f64) -> (String, String) {
    (forecast.years(), format!("{} ({})", in_thousands(end), Forecast::words(&forecast.change)))
}

/// Lines of text that stand together.
struct Block {
    lines: Vec<String>,
    tone: Tone,
}

impl Block {
    fn size(&self) -> (f64, f64) {
        let widest = self.lines.iter().map(|words| ems(words, self.tone == Tone::Strong)).fold(0.0, f64::max);
        (widest * TEXT, self.lines.iter().map(|_| LINE).sum())
    }

    fn at(&self, spot: Spot) -> impl Iterator<Item = Label> {
        let (x, tone, anchor) = (spot.x(), self.tone, spot.anchor);
        let below = move |i: usize| super::chart::round(spot.area.top + ASCENT + LINE * i as f64);
        let line =
            move |(i, words): (usize, &String)| Label { x, y: below(i), words: words.clone(), anchor, tone };
        self.lines.iter().enumerate().map(line)
    }
}

/// Labels every arrow, the latest first; those without room get a row in the key.
pub(super) fn label_arrows(chart: &mut Chart, whole: &[Whole]) {
    let frame =
        Area { left: chart.left + EDGE, top: EDGE, right: chart.width - EDGE, bottom: chart.bottom - EDGE };
    let mut surface = Surface {
        frame,
        lines: chart.arrows.iter().map(Arrow::line).collect(),
        taken: chart.arrows.iter().flat_map(Arrow::marks).collect(),
    };
    let mut unlabelled = Vec::new();
    for (arrow, forecast) in chart.arrows.iter().zip(whole).rev() {
        match labels(arrow, forecast, chart.narrow, &mut surface) {
            Some(labels) => chart.labels.extend(labels),
            None => unlabelled.push((*arrow, forecast)),
        }
    }
    for (arrow, forecast) in unlabelled.into_iter().rev() {
        add_key(chart, &arrow, forecast);
    }
}

/// The labels of one arrow, if all of them have room.
fn labels(arrow: &Arrow, whole: &Whole, narrow: bool, surface: &mut Surface) -> Option<Vec<Label>> {
    let (forecast, base, end) = whole;
    let tone = if arrow.current { Tone::Strong } else { Tone::Plain };
    if narrow {
        let block = Block { lines: vec![in_short(forecast)], tone };
        let spot = surface.free(along(arrow, block.size()))?;
        surface.taken.push(spot.area);
        return Some(block.at(spot).collect());
    }
    let (years, expected) = at_end(forecast, *end);
    let tip = Block { lines: vec![years, expected], tone };
    let start = Block { lines: vec![in_thousands(*base)], tone: Tone::Axis };
    let tip_spot = surface.free(beside_tip(arrow, tip.size()).chain(along(arrow, tip.size())))?;
    surface.taken.push(tip_spot.area);
    let Some(start_spot) = surface.free(at_start(arrow, start.size())) else {
        surface.taken.pop();
        return None;
    };
    surface.taken.push(start_spot.area);
    Some(tip.at(tip_spot).chain(start.at(start_spot)).collect())
}

/// Right of the tip, moved up or down as far as it takes.
fn beside_tip(arrow: &Arrow, (width, height): (f64, f64)) -> impl Iterator<Item = Spot> + use<> {
    let (left, top) = (arrow.x2 + GAP, arrow.y2 - height / 2.0);
    let moves = (0..=NUDGES).flat_map(|i| [f64::from(i), -f64::from(i)]);
    moves.map(move |by| Spot {
        area: Area::sized(left, top + by * NUDGE, width, height),
        anchor: Anchor::Start,
    })
}

/// Above and below the line, close to it: towards its tip, its start, its middle.
fn along(arrow: &Arrow, size: (f64, f64)) -> impl Iterator<Item = Spot> + use<> {
    let middle = f64::midpoint(arrow.x1, arrow.x2);
    let places = [(arrow.x2, Anchor::End), (arrow.x1, Anchor::Start), (middle, Anchor::Middle)];
    let arrow = *arrow;
    places.into_iter().flat_map(move |place| above_and_below(&arrow, place, size))
}

/// At the start: below and above it, then left of it.
fn at_start(arrow: &Arrow, size: (f64, f64)) -> impl Iterator<Item = Spot> + use<> {
    let places = [(arrow.x1, Anchor::Middle), (arrow.x1, Anchor::Start), (arrow.x1, Anchor::End)];
    let (width, height) = size;
    let area = Area::sized(arrow.x1 - GAP - width, arrow.y1 - height / 2.0, width, height);
    let arrow = *arrow;
    let close = places.into_iter().flat_map(move |place| {
        let [above, below] = above_and_below(&arrow, place, size);
        [below, above]
    });
    close.chain([Spot { area, anchor: Anchor::End }])
}

/// As close to the line as may be.
fn above_and_below(arrow: &Arrow, (x, anchor): (f64, Anchor), (width, height): (f64, f64)) -> [Spot; 2] {
    let left = anchor.left(x, width);
    let (highest, lowest) = arrow.line().between(left, left + width);
    [highest - CLEAR - height, lowest + CLEAR]
        .map(|top| Spot { area: Area::sized(left, top, width, height), anchor })
}

fn in_short(forecast: &Forecast) -> String {
    format!("{}, {}", forecast.years(), Forecast::words(&forecast.change))
}

/// Makes the drawing higher by a row that says what the arrow is.
fn add_key(chart: &mut Chart, arrow: &Arrow, (forecast, base, end): &Whole) {
    let y = chart.height + ROW / 2.0;
    let left = if chart.narrow { EDGE } else { chart.left };
    let words = if chart.narrow {
        in_short(forecast)
    } else {
        let (years, expected) = at_end(forecast, *end);
        format!("{years}: {}, expected {expected}", in_thousands(*base))
    };
    let tone = if arrow.current { Tone::Strong } else { Tone::Plain };
    let x = left + SAMPLE + GAP;
    chart.labels.push(Label { x, y: y + HALF_DIGIT, words, anchor: Anchor::Start, tone });
    chart.keys.push(Key { when: arrow.when(), y, end: left + SAMPLE });
    chart.height += ROW;
}

impl Key {
    /// Where the sample begins.
    pub fn start(&self) -> f64 {
        self.end - SAMPLE
    }
}

#[cfg(test)]
mod tests {
    use super::super::occupation::examples::{forecast, shipped};
    use super::*;

    fn area(label: &Label) -> Area {
        let width = ems(&label.words, label.tone == Tone::Strong) * TEXT;
        Area::sized(label.anchor.left(label.x, width), label.y - ASCENT, width, LINE)
    }

    /// No two labels meet, none leaves the drawing, and no line passes through one.
    fn assert_legible(chart: &Chart, about: &str) {
        let drawing = Area::sized(0.0, 0.0, chart.width, chart.height);
        for (i, label) in chart.labels.iter().enumerate() {
            // A tenth is what rounding takes.
            let place = area(label).grown(-0.1);
            assert!(place.within(&drawing), "{about}: {label:?} leaves the drawing");
            for other in &chart.labels[i + 1..] {
                assert!(!place.meets(&area(other)), "{about}: {label:?} meets {other:?}");
            }
            for arrow in &chart.arrows {
                assert!(!arrow.line().meets(&place), "{about}: {label:?} meets {arrow:?}");
                assert!(
                    !arrow.marks().iter().any(|mark| mark.meets(&place)),
                    "{about}: {label:?}, {arrow:?}"
                );
            }
        }
    }

    fn charts(forecasts: &[Forecast]) -> Vec<Chart> {
        [Chart::wide(forecasts), Chart::narrow(forecasts)].into_iter().flatten().collect()
    }

    #[test]
    fn every_shipped_forecast_is_labelled_where_it_stands() {
        for universe in shipped() {
            for chart in universe.charts() {
                assert_legible(&chart, &universe.about);
                assert!(chart.keys.is_empty(), "{}, narrow {}", universe.about, chart.narrow);
            }
        }
    }

    #[test]
    fn forecasts_that_lie_on_each_other_are_named_in_the_key() {
        let forecasts = vec![forecast((2024, 2034), (86_000.0, 92_500.0)); 8];

        for chart in charts(&forecasts) {
            assert_legible(&chart, "the same eight times");
            let named = chart.labels.iter().filter(|label| label.words.starts_with("2024–34")).count();
            assert_eq!(named, 8, "narrow {}", chart.narrow);
            assert!(!chart.keys.is_empty(), "narrow {}", chart.narrow);
        }
    }

    #[test]
    fn the_labels_of_unusual_forecasts_stand_apart_and_inside() {
        let rising = (2000..2012).map(|year| ((year, year + 10), (f64::from(year) * 10.0, 30_000.0)));
        for forecasts in [
            vec![((2024, 2034), (0.0, 0.0))],
            vec![((2024, 2025), (1.0, 3.0))],
            vec![((1900, 2100), (160_000_500.0, 199_999_900.0)), ((2000, 2034), (5.0, 160_000_500.0))],
            vec![((2021, 2031), (100_000.0, 0.0)), ((2021, 2031), (0.0, 100_000.0))],
            vec![((2014, 2034), (50_000.0, 50_000.0)), ((2023, 2024), (50_000.0, 50_000.0))],
            rising.collect(),
        ] {
            let made: Vec<Forecast> = forecasts.iter().map(|(years, jobs)| forecast(*years, *jobs)).collect();
            for chart in charts(&made) {
                assert_legible(&chart, &format!("{forecasts:?}"));
            }
        }
    }
}
