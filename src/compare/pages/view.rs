//! Two roles as their comparison shows them.

use super::pair::address;
use super::what::{What, by_tier};
use crate::db::Conn;
use crate::editing::{Entry, Names};
use crate::error::Result;
use crate::families::Family;
use crate::figures::{Cited, Forecast, Occupation, Pay, cited};
use crate::gap::{Asked, Basis, Part, Readiness, Shared, alone, between, shared, steps};
use crate::ledger::Ledger;
use crate::roles::{self, Role};
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use crate::ui::Frame;
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "compare/show.html")]
pub struct Show {
    frame: Frame,
    sides: [Side; 2],
    /// As the editors word them.
    tiers: BTreeMap<TierName, String>,
    /// What both ask for: first what is Foundation or Essential in both, then the rest.
    no_regret: Vec<Row>,
    shared: Vec<Row>,
    /// From the first to the second, and back.
    ways: [Way; 2],
    /// What the two make possible together, as one of the roles says it.
    together: Option<String>,
    cited: Vec<Cited>,
}

/// One of the two.
struct Side {
    slug: String,
    role: Role,
    family: String,
    occupation: Occupation,
    /// How many groups it has in each tier.
    groups: Vec<(TierName, usize)>,
    /// How many skills and choices it asks for.
    parts: usize,
    /// What only it asks for, by tier.
    alone: Vec<(TierName, Vec<What>)>,
    /// Of whoever looks, if they are signed in.
    readiness: Option<Readiness>,
}

/// Something that both ask for.
struct Row {
    what: What,
    cells: [Cell; 2],
}

/// How one of the two asks for it.
struct Cell {
    tier: TierName,
    /// Its share of the postings, where it was measured.
    figure: Option<String>,
    /// The choice that it is part of there.
    choice: Option<String>,
}

/// The way from one to the other.
struct Way {
    from: String,
    to: String,
    /// How much of what the other asks for the one asks for too, in per cent, rounded down.
    percent: u32,
    by_tier: bool,
    /// How many skills and choices are new, of how many.
    new: usize,
    of: usize,
    /// Those that weigh most.
    most: Vec<What>,
    hours: Option<String>,
    /// What the editors say is to be added.
    words: Option<String>,
    /// Smaller steps that lead there as well; empty where none are smaller.
    steps: Vec<Step>,
}

/// A step on the way: the role that it leads to.
struct Step {
    name: String,
    /// How much of what that role asks for the role before asks for too, in per cent, rounded down.
    percent: u32,
    /// The comparison of the two.
    href: String,
}

/// Among so many roles that have most in common with either of the two, roles between them are looked for.
const NEARBY: i64 = 12;

/// Of what is new, so many are named.
const NAMED: usize = 3;

impl Show {
    pub fn read(conn: &mut Conn, frame: Frame, pair: [Entry<Role>; 2]) -> Result<Self> {
        let tiers = Tier::names(conn)?;
        let asked = [Asked::of(&pair[0].content), Asked::of(&pair[1].content)];
        let (mut skills, mut families) = (BTreeMap::new(), BTreeMap::new());
        for role in &pair {
            let mut names = Names::by::<Role>(conn, &role.slug)?;
            skills.append(&mut names.take::<Skill>());
            families.append(&mut names.take::<Family>());
        }
        let nearby = nearby(conn, &pair, &asked)?;
        let ways = [(0, 1), (1, 0)].map(|(from, to)| {
            let (from, to) = ((&pair[from], &asked[from]), (&pair[to], &asked[to]));
            Way { steps: smaller_steps(from, to, &nearby), ..way(from, to, &skills) }
        });
        let row = |shared: &Shared<'_>| Row {
            what: match shared.choice() {
                Some(choice) => What::choice(choice),
                None => What::skills(&shared.skills, &skills),
            },
            cells: [
                cell(&pair[0].content, shared.first, shared),
                cell(&pair[1].content, shared.second, shared),
            ],
        };
        let both = shared(&asked[0], &asked[1]);
        let (no_regret, rest): (Vec<&Shared<'_>>, Vec<_>) =
            both.iter().partition(|shared| shared.no_regret());
        let (no_regret, shared) =
            (no_regret.into_iter().map(row).collect(), rest.into_iter().map(row).collect());
        let together = together(&pair[0], &pair[1]).or_else(|| together(&pair[1], &pair[0]));
        let held = match &frame.viewer {
            Some(viewer) => Some(Ledger::some(conn, &viewer.person, skills.keys())?.held()),
            None => None,
        };
        let [first, second] = pair;
        let mut side =
            |Entry { slug, content: role, .. }: Entry<Role>, own: &Asked, other: &Asked| -> Result<Side> {
                let groups =
                    |tier: TierName| (tier, role.groups.iter().filter(|group| group.tier == tier).count());
                Ok(Side {
                    family: families.get(&role.family).cloned().unwrap_or_default(),
                    occupation: Occupation::read::<Role>(conn, &slug, &role.figures)?,
                    groups: TierName::ALL.into_iter().map(groups).filter(|(_, count)| *count > 0).collect(),
                    parts: own.parts.len(),
                    alone: by_tier(&alone(own, other), &skills),
                    readiness: held.as_ref().map(|held| own.readiness(held)),
                    slug,
                    role,
                })
            };
        let sides = [side(first, &asked[0], &asked[1])?, side(second, &asked[1], &asked[0])?];
        let cited = sources(conn, &sides)?;
        Ok(Show { frame, sides, tiers, no_regret, shared, ways, together, cited })
    }

    fn tier_name(&self, tier: &TierName) -> &str {
        self.tiers.get(tier).map_or(tier.slug(), String::as_str)
    }

    fn both(&self) -> usize {
        self.no_regret.len() + self.shared.len()
    }

    /// The address of this comparison, and of the same from the other side.
    fn addresses(&self) -> [String; 2] {
        let [first, second] = &self.sides;
        [address(&first.slug, &second.slug), address(&second.slug, &first.slug)]
    }

    /// The occupation by which both are counted, if it is one: then pay and outlook tell nothing between them.
    fn same_occupation(&self) -> Option<&str> {
        let of = |side: &Side| side.occupation.universes.iter().map(|u| u.about.clone()).collect::<Vec<_>>();
        let same = !self.sides[0].occupation.is_empty() && of(&self.sides[0]) == of(&self.sides[1]);
        same.then(|| self.sides[0].occupation.universes[0].about.as_str())
    }

    fn horizon(side: &Side) -> String {
        let [from, to] = side.role.strategy.horizon_years;
        if from == to { format!("{from} years") } else { format!("{from} to {to} years") }
    }
}

/// The roles that have most in common with either of two, without these.
fn nearby(conn: &mut Conn, pair: &[Entry<Role>; 2], asked: &[Asked; 2]) -> Result<Vec<(Entry<Role>, Asked)>> {
    let mut slugs = BTreeSet::new();
    for asked in asked {
        slugs.extend(roles::asking_for(conn, &asked.skills(), NEARBY)?);
    }
    slugs.retain(|slug| pair.iter().all(|role| role.slug != *slug));
    let with_parts = |role: Entry<Role>| {
        let asked = Asked::of(&role.content);
        (role, asked)
    };
    Ok(Entry::<Role>::some(conn, &slugs)?.into_values().map(with_parts).collect())
}

/// The steps from one role to another over roles nearby; none where the leap is the best way.
fn smaller_steps(
    from: (&Entry<Role>, &Asked),
    to: (&Entry<Role>, &Asked),
    nearby: &[(Entry<Role>, Asked)],
) -> Vec<Step> {
    let all: Vec<(&Entry<Role>, &Asked)> =
        [from, to].into_iter().chain(nearby.iter().map(|(role, asked)| (role, asked))).collect();
    let way = steps(&all.iter().map(|(_, asked)| *asked).collect::<Vec<_>>());
    if way.len() < 3 {
        return Vec::new();
    }
    let step = |places: &[usize]| {
        let ((before, before_asks), (role, asks)) = (all[places[0]], all[places[1]]);
        Step {
            name: role.content.name.clone(),
            percent: between(before_asks, asks).percent(),
            href: address(&before.slug, &role.slug),
        }
    };
    way.windows(2).map(step).collect()
}

fn way(from: (&Entry<Role>, &Asked), to: (&Entry<Role>, &Asked), skills: &BTreeMap<String, String>) -> Way {
    let readiness = between(from.1, to.1);
    let mut lacking: Vec<&Part> = readiness.lacking().collect();
    let time = to.1.time(lacking.iter().copied());
    let new = lacking.len();
    lacking.sort_by(|a, b| b.all.points.total_cmp(&a.all.points));
    let pivot = from.0.content.pivots.iter().find(|pivot| pivot.role == to.0.slug);
    Way {
        from: from.0.content.name.clone(),
        to: to.0.content.name.clone(),
        percent: readiness.percent(),
        by_tier: readiness.by_tier,
        new,
        of: readiness.lines.len(),
        most: lacking.into_iter().take(NAMED).map(|part| What::of(part, skills)).collect(),
        hours: (time.high > 0.0).then(|| time.words()),
        words: pivot.map(|pivot| pivot.add.clone()),
        steps: Vec::new(),
    }
}

/// What `role` says of being together with `other`.
fn together(role: &Entry<Role>, other: &Entry<Role>) -> Option<String> {
    let both = role.content.complementary.iter().find(|both| both.role == other.slug);
    both.map(|both| both.together.clone())
}

fn cell(role: &Role, part: &Part, shared: &Shared<'_>) -> Cell {
    // The figure of the group that gives the tier, or else of another one.
    let of = |skill: &str| {
        let (own, others): (Vec<_>, Vec<_>) = role.groups.iter().partition(|group| group.id == part.group);
        let places = own.into_iter().chain(others).flat_map(|group| &group.skills);
        places.filter(|own| own.skill == skill).filter_map(|own| own.all).map(|share| share.words()).next()
    };
    let one = match shared.skills[..] {
        [skill] if part.all.basis == Basis::Measured => of(skill),
        _ => None,
    };
    Cell { tier: part.tier, figure: one, choice: part.choice.clone().filter(|_| shared.choice().is_none()) }
}

/// The sources of both; where they are not the same, each names the role whose figures come from it.
fn sources(conn: &mut Conn, sides: &[Side; 2]) -> Result<Vec<Cited>> {
    let mut of = |side: &Side| cited(conn, side.role.demand.as_ref(), &side.occupation.sets);
    let [first, second] = sides;
    if first.occupation.sets == second.occupation.sets && first.role.demand == second.role.demand {
        return of(first);
    }
    let mut all = Vec::new();
    for side in sides {
        for row in of(side)? {
            all.push(Cited { what: format!("{}: {}", side.role.name, row.what), ..row });
        }
    }
    Ok(all)
}
