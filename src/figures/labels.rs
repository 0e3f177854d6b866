//! Labels of drawings: how much room they take, and which place is free of others, of lines and of the edge.

use super::chart::round;

/// Which point of a label stands at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The class that aligns the text.
    pub fn class(self) -> &'static str {
        match self {
            Anchor::Start => "label",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }

    /// Where a label of this width begins if it is anchored at `x`.
    pub(super) fn left(self, x: f64, width: f64) -> f64 {
        match self {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        }
    }
}

/// How much wider bold letters are.
const BOLD: f64 = 1.1;

/// The width of a text in its font size, rather too wide than too narrow: it holds for DejaVu Sans, the widest font
/// that the style sheet may come down to.
pub(super) fn ems(text: &str, bold: bool) -> f64 {
    let width = |letter: char| match letter {
        ' ' | '\u{a0}' | ',' | '.' | ':' => 0.35,
        '(' | ')' => 0.42,
        '+' | '−' => 0.84,
        '%' => 0.96,
        _ => 0.64,
    };
    text.chars().map(width).sum::<f64>() * if bold { BOLD } else { 1.0 }
}

/// A rectangle of a drawing, in its units; y grows downward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn sized(left: f64, top: f64, width: f64, height: f64) -> Area {
        Area { left, top, right: left + width, bottom: top + height }
    }

    /// Around a point, so far to each side.
    pub(super) fn around((x, y): (f64, f64), across: f64, up: f64) -> Area {
        Area { left: x - across, top: y - up, right: x + across, bottom: y + up }
    }

    pub(super) fn grown(self, by: f64) -> Area {
        Area { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    pub(super) fn meets(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn within(&self, frame: &Area) -> bool {
        self.left >= frame.left
            && self.right <= frame.right
            && self.top >= frame.top
            && self.bottom <= frame.bottom
    }
}

/// A straight line of a drawing, from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub start: (f64, f64),
    pub end: (f64, f64),
}

impl Line {
    fn y(&self, x: f64) -> f64 {
        let ((x1, y1), (x2, y2)) = (self.start, self.end);
        if x2 > x1 { y1 + (x.clamp(x1, x2) - x1) / (x2 - x1) * (y2 - y1) } else { y1 }
    }

    /// Its highest and its lowest y between two places; beyond an end, that end's.
    pub(super) fn between(&self, left: f64, right: f64) -> (f64, f64) {
        let (a, b) = (self.y(left), self.y(right));
        (a.min(b), a.max(b))
    }

    pub(super) fn meets(&self, area: &Area) -> bool {
        let (highest, lowest) = self.between(area.left, area.right);
        self.start.0 < area.right && area.left < self.end.0 && highest < area.bottom && area.top < lowest
    }
}

/// A place that a label may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub area: Area,
    pub anchor: Anchor,
}

impl Spot {
    /// The place that the anchor stands at.
    pub(super) fn x(&self) -> f64 {
        round(match self.anchor {
            Anchor::Start => self.area.left,
            Anchor::Middle => f64::midpoint(self.area.left, self.area.right),
            Anchor::End => self.area.right,
        })
    }
}

/// What is drawn already.
pub(super) struct Surface {
    /// Where labels may stand.
    pub frame: Area,
    pub lines: Vec<Line>,
    pub taken: Vec<Area>,
}

impl Surface {
    /// The least distance between a label and what is beside it.
    const CLEAR: f64 = 2.0;

    /// The first of the places that is free.
    pub(super) fn free(&self, mut spots: impl Iterator<Item = Spot>) -> Option<Spot> {
        spots.find(|spot| {
            let area = spot.area.grown(Self::CLEAR);
            spot.area.within(&self.frame)
                && !self.taken.iter().any(|taken| area.meets(taken))
                && !self.lines.iter().any(|line| line.meets(&area))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_meets_what_it_passes_and_not_what_lies_beside_it() {
        let line = Line { start: (0.0, 100.0), end: (100.0, 0.0) };
        for (area, meets) in [
            (Area::sized(40.0, 40.0, 20.0, 20.0), true),
            (Area::sized(0.0, 0.0, 40.0, 40.0), false),
            (Area::sized(60.0, 60.0, 40.0, 40.0), false),
            (Area::sized(101.0, 0.0, 40.0, 40.0), false),
        ] {
            assert_eq!(line.meets(&area), meets, "{area:?}");
        }
    }

    #[test]
    fn a_label_takes_the_first_free_place() {
        let spot = |left| Spot { area: Area::sized(left, 0.0, 20.0, 10.0), anchor: Anchor::Start };
        let surface = Surface {
            frame: Area::sized(0.0, 0.0, 100.0, 10.0),
            lines: vec![Line { start: (30.0, 5.0), end: (40.0, 5.0) }],
            taken: vec![Area::sized(55.0, 0.0, 5.0, 10.0)],
        };

        let found = |places: &[f64]| surface.free(places.iter().copied().map(spot)).map(|spot| spot.x());

        assert_eq!(found(&[-1.0, 81.0, 25.0, 50.0, 70.0, 2.0]), Some(70.0));
        assert_eq!(found(&[-1.0, 81.0, 25.0, 50.0]), None);
    }
}
