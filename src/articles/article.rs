//! An article: a long-form guide in Markdown, attached to roles.

use crate::content::{Content, Field, Format, Link, Problems, Section, Shape, check_markdown};
use crate::figures::FigureSet;
use crate::roles::Role;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub name: String,
    /// What it is about, in one sentence under its title.
    pub sentence: String,
    /// Slugs of the roles on whose pages it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Slugs of the figure sets that it uses, shown with their sources at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<String>,
    /// The text, in Markdown without HTML.
    pub text: String,
}

impl Content for Article {
    const KIND: &'static str = "article";
    const FOLDER: &'static str = "articles";
    const FORMAT: Format = Format::Markdown;
    const ADDRESS: Option<&'static str> = Some("/articles/");
    const SHEET: &'static [Section] = &[Section {
        id: "article",
        title: "The article",
        fields: &[
            Field::new("name", "Title", "", Shape::Line),
            Field::new("sentence", "In a sentence", "It stands under the title.", Shape::Text),
            Field::new("roles", "Roles", "On whose pages it stands, one a line.", Shape::AllNamed("role")),
            Field::new(
                "figures",
                "Figure sets",
                "Shown with their sources at its end, one a line.",
                Shape::AllNamed("figures"),
            ),
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

    fn links(&self) -> Vec<Link> {
        let roles = self.roles.iter().enumerate().map(|(i, r)| Link::to::<Role>(format!("roles[{i}]"), r));
        let sets =
            self.figures.iter().enumerate().map(|(i, f)| Link::to::<FigureSet>(format!("figures[{i}]"), f));
        roles.chain(sets).collect()
    }
}
