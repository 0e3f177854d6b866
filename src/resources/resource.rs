//! A resource: where to learn a skill or a role. Chosen by editors on merit; nothing is paid for.

use super::Check;
use super::ask::LONGEST;
use crate::content::{Content, Field, Link, Problems, Section, Shape};
use crate::roles::Role;
use crate::skills::Skill;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub name: String,
    pub url: String,
    pub kind: ResourceKind,
    pub provider: String,
    pub cost: Cost,
    pub level: Level,
    /// Such as "English".
    pub language: String,
    /// Such as "about 20 hours", where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Slugs of the skills that it teaches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// Slugs of roles that it is about as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// By the makers of the thing, or by the authority that is in charge of it.
    OfficialDocumentation,
    /// Documentation or rules by others: a community, or a firm that publishes its own.
    Reference,
    Book,
    Article,
    Course,
    Practice,
    Certification,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    Free,
    FreeAndPaid,
    Paid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

impl ResourceKind {
    pub fn words(self) -> &'static str {
        match self {
            ResourceKind::OfficialDocumentation => "official documentation",
            ResourceKind::Reference => "reference",
            ResourceKind::Book => "book",
            ResourceKind::Article => "article",
            ResourceKind::Course => "course",
            ResourceKind::Practice => "practice",
            ResourceKind::Certification => "certification",
        }
    }
}

impl Cost {
    pub fn words(self) -> &'static str {
        match self {
            Cost::Free => "free",
            Cost::FreeAndPaid => "free and paid",
            Cost::Paid => "paid",
        }
    }
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Beginner => "beginner",
            Level::Intermediate => "intermediate",
            Level::Advanced => "advanced",
        }
    }
}

impl Resource {
    /// Kind, provider, cost, level, time, and what the last check found if there was one, in one line.
    pub fn details(&self, check: Option<&Check>) -> String {
        let mut parts = vec![self.kind.words(), self.provider.as_str(), self.cost.words(), self.level.word()];
        parts.extend(self.time.as_deref());
        let checked = check.map(Check::words);
        parts.extend(checked.as_deref());
        parts.join(" · ")
    }
}

impl Content for Resource {
    const KIND: &'static str = "resource";
    const FOLDER: &'static str = "resources";
    const SHEET: &'static [Section] = &[Section {
        id: "resource",
        title: "The resource",
        fields: &[
            Field::new("name", "Name", "", Shape::Line),
            Field::new("url", "Address", "From https:// on.", Shape::Line),
            Field::new(
                "kind",
                "Kind",
                "A reference is documentation by others than the makers.",
                Shape::Choice(&[
                    ("official_documentation", "Official documentation"),
                    ("reference", "Reference"),
                    ("book", "Book"),
                    ("article", "Article"),
                    ("course", "Course"),
                    ("practice", "Practice"),
                    ("certification", "Certification"),
                ]),
            ),
            Field::new("provider", "Provider", "Who offers it.", Shape::Line),
            Field::new(
                "cost",
                "Cost",
                "",
                Shape::Choice(&[("free", "Free"), ("free_and_paid", "Free and paid"), ("paid", "Paid")]),
            ),
            Field::new(
                "level",
                "Level",
                "",
                Shape::Choice(&[
                    ("beginner", "Beginner"),
                    ("intermediate", "Intermediate"),
                    ("advanced", "Advanced"),
                ]),
            ),
            Field::new("language", "Language", "Such as: English.", Shape::Line),
            Field::new("time", "Time", "Such as: about 20 hours, where the provider says so.", Shape::Line)
                .optional(),
            Field::new("skills", "Skills", "What it teaches, one a line.", Shape::AllNamed("skill")),
            Field::new(
                "roles",
                "Roles",
                "Roles that it is about as a whole, one a line.",
                Shape::AllNamed("role"),
            ),
        ],
    }];

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.web_address("url", &self.url);
        if self.url.len() > LONGEST {
            problems.add(
                "url",
                format!("is longer than {LONGEST} characters; take out what the page does not need"),
            );
        }
        problems.text("provider", &self.provider);
        problems.text("language", &self.language);
        if self.skills.is_empty() && self.roles.is_empty() {
            problems.add("skills", "names nothing that it teaches; add a skill, or a role under roles");
        }
    }

    fn links(&self) -> Vec<Link> {
        let skills =
            self.skills.iter().enumerate().map(|(i, s)| Link::to::<Skill>(format!("skills[{i}]"), s));
        let roles = self.roles.iter().enumerate().map(|(i, r)| Link::to::<Role>(format!("roles[{i}]"), r));
        skills.chain(roles).collect()
    }
}
