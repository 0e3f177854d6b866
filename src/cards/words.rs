//! The letters of a card, and how wide words come out in them.

use crate::error::{Error, Result};
use resvg::usvg::fontdb::Database;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::sync::{Arc, LazyLock};

const SERIF: &[u8] = include_bytes!("../../fonts/NotoSerif-Bold.ttf");
const SANS: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");

/// The only fonts that a card is drawn with, so that it looks the same on every machine.
pub fn fonts() -> Arc<Database> {
    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        for font in [SERIF, SANS] {
            fonts.load_font_data(font.to_vec());
        }
        Arc::new(fonts)
    });
    FONTS.clone()
}

/// A font with what is needed to measure words in it.
pub struct Letters {
    font: FontRef<'static>,
}

impl Letters {
    pub fn serif() -> Result<Self> {
        Letters::of(SERIF)
    }

    pub fn sans() -> Result<Self> {
        Letters::of(SANS)
    }

    fn of(data: &'static [u8]) -> Result<Self> {
        let font = FontRef::new(data).map_err(|e| Error::Unexpected(format!("a font of the cards: {e}")))?;
        Ok(Letters { font })
    }

    /// How wide `words` are at `size` pixels; a letter that the font lacks counts as wide as its sign for that.
    pub fn width(&self, words: &str, size: f32) -> f32 {
        let metrics = self.font.glyph_metrics(Size::new(size), LocationRef::default());
        let letters = self.font.charmap();
        let width = |letter| metrics.advance_width(letters.map(letter).unwrap_or_default());
        words.chars().map(|letter| width(letter).unwrap_or(size)).sum()
    }

    /// The words in lines no wider than `room`, and whether all of them fit in `count` lines; else the last ends in "…".
    pub fn lines(&self, words: &str, size: f32, room: f32, count: usize) -> (Vec<String>, bool) {
        let mut lines: Vec<String> = Vec::new();
        for word in words.split_whitespace() {
            for part in self.parts(word, size, room) {
                match lines.last_mut() {
                    Some(line) if self.width(&format!("{line} {part}"), size) <= room => {
                        line.push(' ');
                        line.push_str(&part);
                    }
                    _ => lines.push(part),
                }
            }
        }
        let fits = lines.len() <= count;
        lines.truncate(count);
        if let Some(last) = lines.last_mut().filter(|_| !fits) {
            while !last.is_empty() && self.width(&format!("{last}…"), size) > room {
                last.pop();
            }
            last.truncate(last.trim_end_matches([' ', ',', '.', ':', ';']).len());
            last.push('…');
        }
        (lines, fits)
    }

    /// A word that is wider than a whole line, in parts that are not.
    fn parts(&self, word: &str, size: f32, room: f32) -> Vec<String> {
        let mut parts = vec![String::new()];
        for letter in word.chars() {
            let part = &mut parts[0];
            if !part.is_empty() && self.width(&format!("{part}{letter}"), size) > room {
                parts.insert(0, String::new());
            }
            parts[0].push(letter);
        }
        parts.reverse();
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No wider than `room`, whatever is written.
    #[track_caller]
    fn check(words: &str, count: usize, fits: bool) {
        let letters = Letters::serif().unwrap();
        let (lines, all) = letters.lines(words, 40.0, 600.0, count);
        assert_eq!(all, fits, "{lines:?}");
        assert!(!lines.is_empty() && lines.len() <= count, "{lines:?}");
        for line in &lines {
            assert!(letters.width(line, 40.0) <= 600.0, "{line}");
        }
        let shown = lines.concat().replace([' ', '…'], "");
        assert!(words.replace(' ', "").starts_with(&shown), "{lines:?}");
        assert_eq!(shown.len() == words.replace(' ', "").len(), fits, "{lines:?}");
    }

    #[test]
    fn words_are_broken_into_lines_that_fit() {
        check("DevOps", 1, true);
        check("Web application backend development", 2, true);
        check("Web application backend development", 1, false);
    }

    #[test]
    fn a_word_wider_than_a_line_is_broken_too() {
        check(&"Ω".repeat(60), 6, true);
        check(&"m".repeat(200), 3, false);
    }
}
