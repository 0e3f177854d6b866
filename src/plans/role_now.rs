//! The role that a plan leads to, as it is asked for now, or as it was before it left the guide.

use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Entry, Revision, Withdrawn, names};
use crate::error::{Error, Result};
use crate::figures::DemandLine;
use crate::gap::Part;
use crate::roles::{Role, SkillGroup};
use crate::tiers::TierName;

pub struct RoleNow {
    pub slug: String,
    pub name: String,
    /// The published revision; 0 if it is gone.
    pub revision: i64,
    /// What it asks for; of one that is gone, what it asked for last, if that can be read.
    pub content: Option<Role>,
    pub gone: Option<RoleGone>,
}

/// A role that left the guide.
#[derive(Default)]
pub struct RoleGone {
    /// What became of it, such as "“X” was retired".
    pub sentence: String,
    /// For readers, in a sentence.
    pub reason: String,
    /// Such as "20 November 2026".
    pub day: String,
}

impl RoleNow {
    /// # Errors
    /// As the database; a role that is nowhere any more is no error.
    pub fn find(conn: &mut Conn, slug: &str) -> Result<RoleNow> {
        match Entry::<Role>::find(conn, slug) {
            Ok(entry) => Ok(RoleNow {
                slug: entry.slug,
                name: entry.content.name.clone(),
                revision: entry.revision,
                content: Some(entry.content),
                gone: None,
            }),
            Err(Error::NotFound) => RoleNow::gone(conn, slug),
            Err(error) => Err(error),
        }
    }

    fn gone(conn: &mut Conn, slug: &str) -> Result<RoleNow> {
        let left = Withdrawn::find(conn, Role::KIND, slug)?;
        let last = Revision::list(conn, Role::KIND, slug, 0, 1)?.pop();
        let content = match last {
            Some(last) => Revision::content(conn, Role::KIND, slug, last.number).ok(),
            None => None,
        };
        let content: Option<Role> = content.and_then(|content| serde_json::from_value(content).ok());
        let name = left.as_ref().map(|left| left.name.clone());
        let name = name.or(content.as_ref().map(|role| role.name.clone())).unwrap_or_else(|| slug.to_owned());
        let gone = match left {
            Some(left) => {
                let heirs = names::<Role>(conn, &left.heirs)?;
                let heirs: Vec<&str> = heirs.values().map(String::as_str).collect();
                let day = left.at.format("%-d %B %Y").to_string();
                RoleGone { sentence: left.fate.sentence(&left.name, &heirs), reason: left.reason, day }
            }
            None => RoleGone {
                sentence: format!("“{name}” is not in the guide"),
                reason: String::new(),
                day: String::new(),
            },
        };
        Ok(RoleNow { slug: slug.to_owned(), name, revision: 0, content, gone: Some(gone) })
    }

    /// Its page, while it has one.
    pub fn path(&self) -> Option<String> {
        self.gone.is_none().then(|| format!("/roles/{}", self.slug))
    }

    /// The group that asks for a skill: the one that gives it its value, if it stands in that.
    pub fn group_of(&self, skill: &str, part: Option<&Part>) -> Option<&SkillGroup> {
        let holds = |group: &&SkillGroup| group.skills.iter().any(|own| own.skill == skill);
        let groups = &self.content.as_ref()?.groups;
        let main = part.and_then(|part| groups.iter().filter(holds).find(|group| group.id == part.group));
        main.or_else(|| groups.iter().find(holds))
    }

    /// How often a skill is asked for, where that was measured first.
    pub fn demand(&self, skill: &str) -> DemandLine {
        let groups = self.content.iter().flat_map(|role| &role.groups);
        let lines = groups.flat_map(|group| &group.skills).filter(|own| own.skill == skill);
        let lines = lines.map(|own| DemandLine { all: own.all, entry: own.entry });
        lines.clone().find(DemandLine::measured).or_else(|| lines.clone().next()).unwrap_or_default()
    }

    /// What shows that a tier is mastered.
    pub fn proof(&self, tier: Option<TierName>) -> Option<String> {
        let proof = &self.content.as_ref()?.getting_in.proof;
        proof.iter().find(|proof| Some(proof.tier) == tier).map(|proof| proof.show.clone())
    }
}
