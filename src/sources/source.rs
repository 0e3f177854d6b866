//! A source: where figures come from.

use crate::content::{Content, Date, Field, Problems, Section, Shape, Stated, Typed};
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
    const SHEET: &'static [Section] = &[Section {
        id: "source",
        title: "The source",
        fields: &[
            Field::new("name", "Title", "", Shape::Line),
            Field::new(
                "publisher",
                "Publisher",
                "Or: not stated.",
                Shape::Typed(Typed::stated::<String>("not stated")),
            ),
            Field::new("url", "Address", "From https:// on, if it is on the web.", Shape::Line).optional(),
            Field::new(
                "published",
                "Published",
                "2024, 2024-05 or 2026-11-20, or: not stated.",
                Shape::Typed(Typed::stated::<Date>("not stated")),
            ),
            Field::new(
                "received",
                "Received",
                "When we took it, such as 2026-11-20.",
                Shape::Typed(Typed::of::<Date>("2026-11-20")),
            ),
            Field::new(
                "licence",
                "Licence",
                "Or: not stated.",
                Shape::Typed(Typed::stated::<String>("not stated")),
            ),
            Field::new("credit", "Credit", "The line that the licence or courtesy asks for.", Shape::Text)
                .optional(),
            Field::new("about", "About", "What it counts, how, and what to beware of.", Shape::Text),
        ],
    }];

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
