//! A family: roles that belong together.

use crate::content::{Content, Problems};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub name: String,
    /// Its place among the families, from 1.
    pub position: u16,
    pub sentence: String,
}

impl Content for Family {
    const KIND: &'static str = "family";
    const FOLDER: &'static str = "families";

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.text("sentence", &self.sentence);
    }
}
