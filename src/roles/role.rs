//! A role: one struct that is its file, its revision and what its page is made from.

use super::Hours;
use crate::content::{Content, Link, Problems, Remark, Section};
use crate::db::Conn;
use crate::editing::names;
use crate::error::Result;
use crate::families::Family;
use crate::figures::{FigureSet, Provenance, Share};
use crate::skills::Skill;
use crate::sources::Source;
use crate::tiers::TierName;
use diesel::QueryResult;
use serde::{Deserialize, Serialize};

/// A kind of work, with a page.
///
/// Fields that came after the first release are `serde(default)`: stored revisions that lack them have to stay
/// readable. `check` demands them of what is published now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub name: String,
    /// Slug of the family that it belongs to.
    pub family: String,
    /// Titles under which the same work is advertised.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// What the role is, in one sentence under its name.
    pub sentence: String,
    /// What one does, in a paragraph.
    pub lead: String,
    /// A day in it.
    pub day: String,
    pub tasks: Vec<String>,
    /// Where the work is done: kinds of firms, teams.
    pub places: String,
    pub not_for_you_if: Vec<String>,
    /// Lead-in to the skills.
    pub skills_lead: String,
    /// Slugs of the figure sets (pay, jobs, outlook) that are about this role.
    #[serde(default)]
    pub figures: Vec<String>,
    /// Where the demand figures of all groups come from; absent if nothing has been measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<Provenance>,
    pub groups: Vec<SkillGroup>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<OneOf>,
    pub insights: Vec<Insight>,
    pub strategy: Strategy,
    pub good_and_great: GoodAndGreat,
    #[serde(default)]
    pub getting_in: GettingIn,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complementary: Vec<Complementary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pivots: Vec<Pivot>,
}

/// Skills that a role asks for together, in one tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillGroup {
    /// Stable within the role; anchors, differences and plans follow it.
    pub id: String,
    pub name: String,
    pub tier: TierName,
    /// What the group is, in a sentence.
    pub lead: String,
    /// Why it stands in this tier, what its figures say and what they do not.
    pub commentary: String,
    /// What the source says of the group without giving a number, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// How long its skills take to learn, as the editors estimate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    pub skills: Vec<GroupSkill>,
    /// Figures on several skills together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<SkillSet>,
}

/// A skill in a group, with its share of the role's postings where one is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSkill {
    /// Slug of the skill.
    pub skill: String,
    /// Share of all postings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Share>,
    /// Share of entry-level postings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Share>,
    /// What the source says of it without a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A figure on several skills of a group together: how many postings name any of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillSet {
    /// Stable within the group.
    pub id: String,
    pub name: String,
    /// Slugs of the skills in it; empty for all of the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Share>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Share>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A choice between skills of the role, also across groups: any of them counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneOf {
    /// Stable within the role.
    pub id: String,
    /// Such as "Java or Python".
    pub name: String,
    /// Slugs of the skills.
    pub skills: Vec<String>,
}

/// A finding about the role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insight {
    /// Stable within the role.
    pub id: String,
    pub title: String,
    pub points: Vec<String>,
    pub takeaway: String,
}

/// What to put first, now and for the years ahead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// How many years ahead it looks, at least and at most.
    pub horizon_years: [u8; 2],
    pub safe_bets: Advice,
    pub future_proofing: Advice,
    pub hidden_value: Advice,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    pub points: Vec<String>,
    pub takeaway: String,
}

/// What separates good from great.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodAndGreat {
    pub technical: Vec<String>,
    pub career: Vec<String>,
    pub takeaway: String,
}

/// How one comes to do this work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GettingIn {
    /// Ways that people take into the role, one sentence each.
    pub routes: Vec<String>,
    /// What shows that a tier is mastered: something to make and show, in the order of the tiers.
    pub proof: Vec<Proof>,
    /// Something to do this week, before anything is decided.
    pub first_step: String,
}

/// What shows that the groups of a tier are mastered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub tier: TierName,
    pub show: String,
}

/// A move from this role to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pivot {
    /// Slug of the other role; it becomes a link once that role has a page.
    pub role: String,
    /// Its name, shown until it has a page.
    pub name: String,
    /// What has to be added to what one has, and what carries over.
    pub add: String,
}

/// What this role and another make possible together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complementary {
    /// Slug of the other role; it becomes a link once that role has a page.
    pub role: String,
    /// Its name, shown until it has a page.
    pub name: String,
    pub together: String,
}

impl Role {
    /// Every demand figure with where it stands: group, skill or set, population.
    pub fn demand_figures(&self) -> impl Iterator<Item = (String, Share)> {
        self.groups.iter().flat_map(|group| {
            let skills = group.skills.iter().map(|s| (s.skill.as_str(), s.all, s.entry));
            let sets = group.sets.iter().map(|s| (s.id.as_str(), s.all, s.entry));
            skills.chain(sets).flat_map(move |(name, all, entry)| {
                let at = move |population: &str| format!("{}/{name}/{population}", group.id);
                all.map(|share| (at("all"), share)).into_iter().chain(entry.map(|share| (at("entry"), share)))
            })
        })
    }

    /// The slugs of its skills, each once, in the order in which they stand.
    pub fn skills(&self) -> Vec<String> {
        let mut slugs: Vec<String> = Vec::new();
        for skill in self.groups.iter().flat_map(|group| &group.skills) {
            if !slugs.contains(&skill.skill) {
                slugs.push(skill.skill.clone());
            }
        }
        slugs
    }
}

impl Content for Role {
    const KIND: &'static str = "role";
    const FOLDER: &'static str = "roles";
    const ADDRESS: Option<&'static str> = Some("/roles/");
    const SHEET: &'static [Section] = super::sheet::SHEET;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        super::check::check(self, problems);
    }

    fn links(&self) -> Vec<Link> {
        let mut links = vec![Link::to::<Family>("family", &self.family)];
        for (i, set) in self.figures.iter().enumerate() {
            links.push(Link::to::<FigureSet>(format!("figures[{i}]"), set));
        }
        if let Some(demand) = &self.demand {
            links.push(Link::to::<Source>("demand.source", &demand.source));
        }
        for (i, group) in self.groups.iter().enumerate() {
            for (j, skill) in group.skills.iter().enumerate() {
                links.push(Link::to::<Skill>(format!("groups[{i}].skills[{j}].skill"), &skill.skill));
            }
        }
        for (i, other) in self.complementary.iter().enumerate() {
            links.push(Link::hoped::<Role>(format!("complementary[{i}].role"), &other.role));
        }
        for (i, other) in self.pivots.iter().enumerate() {
            links.push(Link::hoped::<Role>(format!("pivots[{i}].role"), &other.role));
        }
        links
    }

    fn index(&self, conn: &mut Conn, slug: &str) -> QueryResult<()> {
        super::row::write(conn, slug, self)
    }

    fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
        super::row::unindex(conn, slug)
    }

    fn reindex(&self, conn: &mut Conn, slug: &str) -> QueryResult<()> {
        super::row::rewrite(conn, slug, self)
    }

    fn describe(conn: &mut Conn, before: &Self, after: &Self) -> Result<Vec<Remark>> {
        let slugs = [before.skills(), after.skills()].concat();
        Ok(super::describe::remarks(before, after, &names::<Skill>(conn, &slugs)?))
    }
}
