//! What a new plan is proposed to hold: everything that its role asks for, in a sensible order, with what somebody who
//! begins would do first ticked.

use super::marks::{Marks, Stand};
use super::{ITEMS, Item, ItemKind, Plan, Whole};
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::figures::DemandLine;
use crate::gap::{Asked, Time};
use crate::roles::Role;
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Why something is proposed or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// It is lacking.
    Lacking,
    /// Another of the same choice is enough: the name of that.
    Instead(String),
    /// The ledger says that the person can do it.
    Known,
    /// The role that they come from asks for it.
    Brought,
    /// The ledger says that it is not for them.
    Apart,
}

/// One skill that the role asks for.
#[derive(Clone, Debug)]
pub struct Proposed {
    pub slug: String,
    pub name: String,
    pub tier: TierName,
    pub tier_name: String,
    pub group: String,
    pub demand: DemandLine,
    /// Of the smallest set that reaches most of what beginners are asked for.
    pub first_job: bool,
    /// What the choice is called that it belongs to.
    pub choice: Option<String>,
    pub why: Why,
    /// The ledger says that the person is learning it.
    pub begun: bool,
    /// Held by a plan it would be left to learn.
    left: bool,
}

impl Proposed {
    /// Whether it belongs to the whole way to the role: of a choice one, and nothing that the person brings along.
    fn on_the_way(&self) -> bool {
        matches!(self.why, Why::Lacking | Why::Known)
    }

    fn begins(&self) -> bool {
        self.why == Why::Lacking && self.first_job
    }
}

pub struct Proposal {
    pub slug: String,
    pub name: String,
    pub revision: i64,
    /// Slug and name of the role that the person comes from.
    pub origin: Option<(String, String)>,
    pub skills: Vec<Proposed>,
    asked: Asked,
}

impl Proposal {
    /// For a way to a role that is published, from another one if there is one.
    ///
    /// # Errors
    /// `NotFound` if either role is not there.
    pub fn of(conn: &mut Conn, person: Option<&str>, role: &str, origin: Option<&str>) -> Result<Proposal> {
        let Entry { slug, revision, content: role, .. } = Entry::<Role>::find(conn, role)?;
        let from = origin.map(|slug| Entry::<Role>::find(conn, slug)).transpose()?;
        let brought: BTreeSet<String> =
            from.as_ref().map(|from| from.content.skills().into_iter().collect()).unwrap_or_default();
        let marks = match person {
            Some(person) => Marks::of(conn, person)?,
            None => Marks::default(),
        };
        let names = names::<Skill>(conn, &role.skills())?;
        let tiers = Entry::<Tier>::by_slug(conn)?;
        let asked = Asked::of(&role);
        let skills = proposed(&role, &asked, &marks, &brought, &names, &tiers);
        Ok(Proposal {
            slug,
            name: role.name,
            revision,
            origin: from.map(|from| (from.slug, from.content.name)),
            skills,
            asked,
        })
    }

    /// Whether something of the first-job set is lacking.
    pub fn has_first_job(&self) -> bool {
        self.skills.iter().any(Proposed::begins)
    }

    /// Whether nobody counted postings for the role, so that the first-job set rests on the tiers alone.
    pub fn unmeasured(&self) -> bool {
        self.asked.unmeasured()
    }

    /// What is ticked at first: what is lacking of the first-job set, or all that is lacking once that set is held; what
    /// the person is learning; and what they can do, which takes no time.
    pub fn at_first(&self) -> BTreeSet<String> {
        let begins = self.has_first_job();
        let first = |one: &&Proposed| {
            one.on_the_way() && (!begins || one.begins() || one.begun || one.why == Why::Known)
        };
        self.skills.iter().filter(first).map(|one| one.slug.clone()).collect()
    }

    /// The whole way to the role, with what the person can do.
    pub fn on_the_way(&self) -> BTreeSet<String> {
        self.skills.iter().filter(|one| one.on_the_way()).map(|one| one.slug.clone()).collect()
    }

    /// Whether something that is ticked is left to learn.
    pub fn leaves(&self, ticked: &BTreeSet<String>) -> bool {
        self.skills.iter().any(|one| one.left && ticked.contains(&one.slug))
    }

    /// What is left to learn of what is ticked, by the editors' estimates: what the plan will say of it.
    pub fn time(&self, ticked: &BTreeSet<String>) -> Time {
        let left = |slug: &String| self.skills.iter().any(|one| one.left && one.slug == *slug);
        let wanted: BTreeSet<&String> = ticked.iter().filter(|slug| left(slug)).collect();
        let parts = self.asked.parts.iter();
        self.asked.time(parts.filter(|part| part.skills.iter().any(|slug| wanted.contains(slug))))
    }

    pub fn of_why(&self, wanted: fn(&Why) -> bool) -> Vec<&Proposed> {
        self.skills.iter().filter(|one| wanted(&one.why)).collect()
    }

    /// The items of a plan: what is `wanted` counts, the rest is set aside, so that it is not offered again as new.
    pub fn fill(&self, plan: Plan, wanted: &BTreeSet<&str>, now: DateTime<Utc>) -> Whole {
        let mut whole = Whole { plan, items: Vec::new() };
        let (first, rest): (Vec<&Proposed>, Vec<&Proposed>) =
            self.skills.iter().partition(|one| wanted.contains(one.slug.as_str()));
        for (one, dropped) in
            first.into_iter().map(|one| (one, None)).chain(rest.into_iter().map(|one| (one, Some(now))))
        {
            if whole.items.len() == ITEMS {
                break;
            }
            whole.add(Item { dropped, ..Item::of(ItemKind::Skill, Some(&one.slug), &one.name) });
        }
        whole
    }
}

fn proposed(
    role: &Role,
    asked: &Asked,
    marks: &Marks,
    brought: &BTreeSet<String>,
    names: &BTreeMap<String, String>,
    tiers: &BTreeMap<String, Entry<Tier>>,
) -> Vec<Proposed> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for step in asked.order() {
        let part = step.part;
        let can = |slug: &&String| marks.stand(slug) == Stand::Done;
        let has = |slug: &&String| brought.contains(*slug) && marks.stand(slug) != Stand::Apart;
        let begun = |slug: &&String| marks.stand(slug) == Stand::Begun;
        let open = |slug: &&String| marks.stand(slug) == Stand::Open;
        let skills = || part.skills.iter();
        // The one of a choice that is enough.
        let chosen =
            skills().find(can).or(skills().find(has)).or(skills().find(begun)).or(skills().find(open));
        for slug in skills().filter(|slug| seen.insert(slug)) {
            let why = match (marks.stand(slug), chosen) {
                (Stand::Done, _) => Why::Known,
                (Stand::Apart, _) => Why::Apart,
                (_, Some(chosen)) if chosen != slug && part.skills.len() > 1 => {
                    Why::Instead(names.get(chosen).unwrap_or(chosen).clone())
                }
                _ if brought.contains(slug) => Why::Brought,
                _ => Why::Lacking,
            };
            let holds = |group: &&crate::roles::SkillGroup| group.skills.iter().any(|own| own.skill == *slug);
            let group = role.groups.iter().filter(holds).find(|group| group.id == part.group);
            let Some(group) = group.or_else(|| role.groups.iter().find(holds)) else { continue };
            let own = group.skills.iter().find(|own| own.skill == *slug);
            // As a plan reckons: of a choice that is met, only what was begun all the same.
            let met = asked.part_of(slug).is_some_and(|part| part.skills.iter().any(|one| can(&one)));
            let left = match marks.stand(slug) {
                Stand::Open => !met,
                Stand::Begun => true,
                Stand::Done | Stand::Apart => false,
            };
            let tier_name = tiers.get(group.tier.slug()).map(|tier| tier.content.name.clone());
            found.push(Proposed {
                slug: slug.clone(),
                name: names.get(slug).unwrap_or(slug).clone(),
                tier: group.tier,
                tier_name: tier_name.unwrap_or_else(|| group.tier.slug().to_owned()),
                group: group.name.clone(),
                demand: own.map(|own| DemandLine { all: own.all, entry: own.entry }).unwrap_or_default(),
                first_job: step.first_job,
                choice: part.choice.clone(),
                why,
                begun: marks.stand(slug) == Stand::Begun,
                left,
            });
        }
    }
    found
}
