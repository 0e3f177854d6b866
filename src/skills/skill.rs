//! A skill: one thing to know. One skill, many roles.

use crate::content::{Content, Field, Problems, Section, Shape};
use crate::db::Conn;
use diesel::QueryResult;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    pub name: String,
    pub kind: SkillKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// What it is, in one sentence.
    pub sentence: String,
    /// What it is good for and what knowing it means, in a paragraph or two.
    pub about: String,
    /// It counts like any other, but is not advised as the next best skill: too general to begin with by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generic: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkillKind {
    Technology,
    Practice,
    Human,
}

impl SkillKind {
    pub const ALL: [SkillKind; 3] = [SkillKind::Technology, SkillKind::Practice, SkillKind::Human];

    pub fn slug(self) -> &'static str {
        match self {
            SkillKind::Technology => "technologies",
            SkillKind::Practice => "practices",
            SkillKind::Human => "people",
        }
    }

    pub fn from_slug(slug: &str) -> Option<SkillKind> {
        SkillKind::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    pub fn heading(self) -> &'static str {
        match self {
            SkillKind::Technology => "Technologies",
            SkillKind::Practice => "Practices",
            SkillKind::Human => "Working with people",
        }
    }
}

impl Content for Skill {
    const KIND: &'static str = "skill";
    const FOLDER: &'static str = "skills";
    const ADDRESS: Option<&'static str> = Some("/skills/");
    const SHEET: &'static [Section] = &[Section {
        id: "skill",
        title: "The skill",
        fields: &[
            Field::new("name", "Name", "", Shape::Line),
            Field::new(
                "kind",
                "Kind",
                "",
                Shape::Choice(&[
                    ("technology", "Technology"),
                    ("practice", "Practice"),
                    ("human", "Working with people"),
                ]),
            ),
            Field::new("other_names", "Other names", "One a line.", Shape::Lines),
            Field::new("sentence", "In a sentence", "What it is.", Shape::Text),
            Field::new("about", "About", "What it is good for and what knowing it means.", Shape::Text),
            Field::new(
                "generic",
                "Generic",
                "It counts like any other, but nobody is advised to learn it next.",
                Shape::Flag,
            ),
        ],
    }];

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.texts("other_names", &self.other_names, 0);
        problems.text("sentence", &self.sentence);
        problems.text("about", &self.about);
    }

    fn index(&self, conn: &mut Conn, slug: &str) -> QueryResult<()> {
        super::row::write(conn, slug, self)
    }

    fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
        super::row::unindex(conn, slug)
    }
}
