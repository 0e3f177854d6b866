//! A source: where figures come from.

use crate::content::{Content, Date, Problems, Stated};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    pub publisher: Stated<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    pub published: Stated<Date>,
    /// When we took it.
    pub received: Date,
    pub licence: Stated<String>,
    /// The line that the licence or courtesy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// What it counts, how, and what to beware of.
    pub about: String,
}

impl Content for Source {
    const KIND: &'static str = "source";
    const FOLDER: &'static str = "sources";

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        if let Some(url) = &self.url {
            problems.web_address("url", url);
        }
        problems.text("about", &self.about);
    }
}
