//! Where everything on a card stands.

use super::words::{Letters, fonts};
use super::{Below, Card};
use crate::error::{Error, Result};
use crate::figures::{DemandLine, Mark};
use crate::tiers::TierName;
use askama::Template;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

#[derive(Template)]
#[template(path = "cards/card.svg")]
struct Drawing {
    lines: Vec<Line>,
    scale: Scale,
    demand: Vec<Row>,
    signs: Vec<Sign>,
}

/// Words on one line.
struct Line {
    class: &'static str,
    x: f32,
    y: f32,
    size: f32,
    words: String,
}

/// A demand line at a height.
struct Row {
    y: f32,
    marks: Vec<Mark>,
}

/// The sign of a tier, from its upper left corner.
struct Sign {
    tier: TierName,
    x: f32,
    y: f32,
}

/// From 0 to 100 per cent.
struct Scale {
    left: f64,
    width: f64,
}

impl Scale {
    fn at(&self, share: &f64) -> f64 {
        self.left + share / 100.0 * self.width
    }

    fn right(&self) -> f64 {
        self.left + self.width
    }
}

const LEFT: f32 = 72.0;
const RIGHT: f32 = 1128.0;
const ROOM: f32 = RIGHT - LEFT;
/// The upper edge of what stands below the sentence.
const BELOW: f32 = 386.0;
/// The demand lines that a card has room for.
const ROWS: usize = 4;
/// The name: as large as it can be in so many lines.
const NAME: [(f32, usize); 4] = [(62.0, 1), (54.0, 2), (42.0, 3), (34.0, 4)];
const SENTENCE: f32 = 27.0;
const SMALL: f32 = 23.0;

pub fn picture(card: &Card) -> Result<Vec<u8>> {
    let failed = |e: String| Error::Unexpected(format!("a card: {e}"));
    let svg = Drawing::of(card)?.render()?;
    let options =
        Options { fontdb: fonts(), style_sheet: Some(include_str!("card.css").into()), ..Options::default() };
    let tree = Tree::from_str(&svg, &options).map_err(|e| failed(e.to_string()))?;
    let (width, height) = Card::SIZE;
    let mut picture = Pixmap::new(width, height).ok_or_else(|| failed("its size".into()))?;
    resvg::render(&tree, Transform::default(), &mut picture.as_mut());
    picture.encode_png().map_err(|e| failed(e.to_string()))
}

impl Drawing {
    fn of(card: &Card) -> Result<Self> {
        let (serif, sans) = (Letters::serif()?, Letters::sans()?);
        let mut drawing = Drawing {
            lines: vec![Line { class: "brand", x: 182.0, y: 82.0, size: 34.0, words: "Waymark".into() }],
            scale: Scale { left: 380.0, width: 540.0 },
            demand: Vec::new(),
            signs: Vec::new(),
        };
        let (over, _) = sans.lines(&card.over, SMALL, 700.0, 1);
        drawing.put("soft end", RIGHT, 80.0, SMALL, 0.0, over);

        let tried = NAME.map(|(size, count)| (size, serif.lines(&card.name, size, ROOM, count)));
        let fits = tried.iter().position(|(_, (_, fits))| *fits).unwrap_or(NAME.len() - 1);
        let (size, (name, _)) = &tried[fits];
        let end = drawing.put("name", LEFT, 110.0 + size * 1.2, *size, size * 1.2, name.clone());

        let step = SENTENCE * 1.4;
        let first = end + SENTENCE * 1.95;
        let count = ((BELOW - 20.0 - first) / step).floor().max(0.0) as usize + 1;
        let (sentence, _) = sans.lines(&card.sentence, SENTENCE, ROOM, count.min(4));
        drawing.put("soft", LEFT, first, SENTENCE, step, sentence);

        match &card.below {
            Below::Demand(counted, rows) => drawing.demand(&sans, counted, rows),
            Below::Tiers(tiers) => drawing.tiers(&sans, tiers),
            Below::Words(words) => {
                let (lines, _) = sans.lines(words, SENTENCE, ROOM, 3);
                drawing.put("ink", LEFT, BELOW + 90.0, SENTENCE, step, lines);
            }
        }
        Ok(drawing)
    }

    /// Puts lines below each other; returns the height of the last one.
    fn put(
        &mut self,
        class: &'static str,
        x: f32,
        mut y: f32,
        size: f32,
        step: f32,
        lines: Vec<String>,
    ) -> f32 {
        let mut last = y;
        for words in lines {
            self.lines.push(Line { class, x, y, size, words });
            last = y;
            y += step;
        }
        last
    }

    fn demand(&mut self, sans: &Letters, counted: &str, rows: &[(String, DemandLine)]) {
        let left = self.scale.left as f32;
        for (i, (name, line)) in rows.iter().take(ROWS).enumerate() {
            let y = BELOW + 20.0 + 44.0 * i as f32;
            let (name, _) = sans.lines(name, SENTENCE, left - LEFT - 24.0, 1);
            self.put("ink", LEFT, y + 9.0, SENTENCE, 0.0, name);
            let all = line.all_words().unwrap_or("not measured".into());
            self.put("ink end", RIGHT, y + 9.0, SENTENCE, 0.0, vec![all]);
            self.demand.push(Row { y, marks: line.marks() });
        }
        let y = 596.0;
        self.put("soft", LEFT + 24.0, y, SMALL, 0.0, vec!["all postings".into()]);
        self.put("soft", LEFT + 187.0, y, SMALL, 0.0, vec!["entry level".into()]);
        let (counted, _) = sans.lines(counted, SMALL, RIGHT - 420.0, 1);
        self.put("soft end", RIGHT, y, SMALL, 0.0, counted);
    }

    fn tiers(&mut self, sans: &Letters, tiers: &[(TierName, String, String)]) {
        let (columns, wide) = (3, ROOM / 3.0);
        for (i, (tier, name, what)) in tiers.iter().enumerate() {
            let (x, y) = (LEFT + wide * (i % columns) as f32, BELOW + 22.0 + 100.0 * (i / columns) as f32);
            self.signs.push(Sign { tier: *tier, x, y });
            let room = wide - 76.0;
            for (class, size, down, words) in [("ink", SENTENCE, 20.0, name), ("soft", SMALL, 52.0, what)] {
                let (words, _) = sans.lines(words, size, room, 1);
                self.put(class, x + 54.0, y + down, size, 0.0, words);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, sentence: &str, below: Below) -> Card {
        Card { over: "A family".into(), name: name.into(), sentence: sentence.into(), below }
    }

    /// Every line stays on the card, and nothing above runs into what stands below.
    #[track_caller]
    fn check(card: &Card) -> Drawing {
        let drawing = Drawing::of(card).unwrap();
        for line in &drawing.lines {
            let serif = ["brand", "name"].contains(&line.class);
            let letters = if serif { Letters::serif() } else { Letters::sans() }.unwrap();
            let width = letters.width(&line.words, line.size);
            let right = if line.class.ends_with("end") { line.x } else { line.x + width };
            assert!(right <= RIGHT && right - width > LEFT - 1.0, "{} at {}", line.words, line.x);
            assert!(line.y <= 620.0, "{} at {}", line.words, line.y);
        }
        let sentence = drawing.lines.iter().filter(|line| line.class == "soft" && line.size == SENTENCE);
        let lowest = sentence.map(|line| line.y).fold(0.0, f32::max);
        assert!(lowest > 0.0 && lowest <= BELOW, "{lowest}");
        drawing
    }

    #[test]
    fn a_name_of_any_length_stays_on_the_card() {
        let long = "Asynchronous messaging ".repeat(9);
        for name in ["Go", "Web application backend development", &long[..200], &"W".repeat(200)] {
            for sentence in ["You build.", &"What one does in this work. ".repeat(20)] {
                let shares = vec![(long.clone(), DemandLine::default()); 9];
                check(&card(name, sentence, Below::Demand(long.clone(), shares)));
                let tiers = TierName::ALL.map(|tier| (tier, long.clone(), long.clone()));
                check(&card(name, sentence, Below::Tiers(tiers.to_vec())));
                check(&card(name, sentence, Below::Words(long.repeat(3))));
            }
        }
    }

    #[test]
    fn a_short_name_stands_large_and_a_long_one_is_not_cut() {
        let size = |name: &str| {
            let drawing = check(&card(name, "You build.", Below::Words(String::new())));
            let lines: Vec<_> = drawing.lines.into_iter().filter(|line| line.class == "name").collect();
            assert!(!lines.iter().any(|line| line.words.contains('…')), "{name}");
            lines[0].size
        };

        assert_eq!(size("DevOps"), 62.0);
        assert!(size(&"Letter by letter ".repeat(11)) < 62.0);
    }

    #[test]
    fn signs_of_markup_in_a_name_are_only_letters() {
        let png = card("<b>&\"'</text>", "</svg>", Below::Words("&".into())).picture().unwrap();
        assert_eq!(&png[1..4], b"PNG");
    }
}
