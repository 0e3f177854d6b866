//! A text of the site itself: about, method. In Markdown.

use crate::content::{Content, Field, Format, Problems, Section, Shape, check_markdown};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub name: String,
    pub sentence: String,
    /// The text, in Markdown without HTML.
    pub text: String,
}

impl Content for Text {
    const KIND: &'static str = "text";
    const FOLDER: &'static str = "texts";
    const FORMAT: Format = Format::Markdown;
    const GROWS: bool = false;
    const SHEET: &'static [Section] = &[Section {
        id: "text",
        title: "The text",
        fields: &[
            Field::new("name", "Title", "", Shape::Line),
            Field::new("sentence", "In a sentence", "It stands under the title.", Shape::Text),
            Field::new("text", "Text", "Markdown, without HTML. Headings begin with ##.", Shape::Markdown),
        ],
    }];

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.text("sentence", &self.sentence);
        check_markdown(problems, "text", &self.text);
    }
}
