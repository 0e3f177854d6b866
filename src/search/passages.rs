//! The texts that excerpts are made from, by the path of their page.
//!
//! They lie beside the index: in it they would be compressed, which each hit would pay for, and copied whenever segments are
//! merged.

use super::index::failed;
use crate::error::Result;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[derive(Default)]
pub struct Passages(RwLock<HashMap<String, Arc<str>>>);

impl Passages {
    /// Keeps the text of a page instead of what was kept of it.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn keep(&self, path: &str, text: &str) -> Result<()> {
        self.0.write().map_err(failed)?.insert(path.to_owned(), Arc::from(text));
        Ok(())
    }

    /// Lets go of a page.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn forget(&self, path: &str) -> Result<()> {
        self.0.write().map_err(failed)?.remove(path);
        Ok(())
    }

    /// Lets go of all.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn clear(&self) -> Result<()> {
        self.0.write().map_err(failed)?.clear();
        Ok(())
    }

    /// The text of a page; nothing if there is none, as when the page left a moment ago.
    ///
    /// # Errors
    /// `Unexpected` after a panic within.
    pub fn of(&self, path: &str) -> Result<Arc<str>> {
        Ok(self.0.read().map_err(failed)?.get(path).cloned().unwrap_or_default())
    }
}
