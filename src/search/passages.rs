//! The texts that excerpts are made from, compressed, by the path of their page.
//!
//! They lie beside the index: in it they would be copied whenever segments are merged, and are the most of it.

use crate::error::{Error, Result};
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Default)]
pub struct Passages(RwLock<HashMap<String, Box<[u8]>>>);

impl Passages {
    /// Keeps the text of a page instead of what was kept of it.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn keep(&self, path: &str, text: &str) -> Result<()> {
        // Copied to its own length: it was compressed into room for the worst case.
        let packed = compress_prepend_size(text.as_bytes());
        self.0.write().map_err(broken)?.insert(path.to_owned(), Box::from(packed.as_slice()));
        Ok(())
    }

    /// Lets go of a page.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn drop(&self, path: &str) -> Result<()> {
        self.0.write().map_err(broken)?.remove(path);
        Ok(())
    }

    /// Lets go of all.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn clear(&self) -> Result<()> {
        self.0.write().map_err(broken)?.clear();
        Ok(())
    }

    /// The text of a page; nothing if there is none, as when the page left a moment ago.
    ///
    /// # Errors
    /// `Unexpected` if it cannot be read.
    pub fn of(&self, path: &str) -> Result<String> {
        let kept = self.0.read().map_err(broken)?;
        let Some(packed) = kept.get(path) else { return Ok(String::new()) };
        String::from_utf8(decompress_size_prepended(packed).map_err(broken)?).map_err(broken)
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(format!("texts of the search: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Passages;

    #[test]
    fn a_text_comes_back_as_it_was_kept_last() {
        let passages = Passages::default();
        let long = "Ein Satz mit “Zeichen”, der sich wiederholt. ".repeat(500);
        for text in ["", "short", &long] {
            passages.keep("/a", text).unwrap();
            assert_eq!(passages.of("/a").unwrap(), text);
        }
        assert_eq!(passages.of("/b").unwrap(), "");
        passages.drop("/a").unwrap();
        assert_eq!(passages.of("/a").unwrap(), "");
    }
}
