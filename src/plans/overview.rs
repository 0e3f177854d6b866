//! A plan as it stands: its items against what the role asks for now and what the ledger says, the next step, the time.

use super::marks::{Marks, Stand};
use super::progress::{Beyond, TierProgress, beyond, by_tier};
use super::role_now::RoleNow;
use super::{Item, Plan, PlanEvent, Progress, Whole};
use crate::accounts::Person;
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Change, Entry, names};
use crate::error::Result;
use crate::figures::DemandLine;
use crate::gap::{Asked, Pace, Part, Readiness, Time};
use crate::ledger::Mark;
use crate::resources::{Check, Resource};
use crate::roles::Role;
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// An item as its plan shows it.
#[derive(Clone, Debug)]
pub struct Line {
    pub item: Item,
    pub stand: Stand,
    /// What the ledger says, if it is a skill.
    pub mark: Option<Mark>,
    pub name: String,
    /// The group of the role that asks for it, and its tier.
    pub asked: Option<InGroup>,
    pub demand: DemandLine,
    /// A skill that the role does not ask for.
    pub unasked: bool,
    /// Another skill that is held and makes this one unnecessary.
    pub covered_by: Option<String>,
}

/// Where a role asks for a skill.
#[derive(Clone, Debug)]
pub struct InGroup {
    pub tier: TierName,
    pub tier_name: String,
    pub group: String,
    pub group_name: String,
}

/// What comes next, and what helps with it.
pub struct Next {
    pub line: Line,
    pub why: String,
    /// Address, name and details.
    pub resources: Vec<(String, String, String)>,
    /// What shows that its tier is mastered.
    pub proof: Option<String>,
    /// Of this one step.
    pub time: Option<Time>,
}

/// A skill that the role asks for and the plan knows nothing of.
pub struct Offered {
    pub slug: String,
    pub name: String,
    pub asked: Option<InGroup>,
}

pub struct Overview {
    pub plan: Plan,
    pub role: RoleNow,
    /// The role that it starts from: its name, and its page while it has one.
    pub origin: Option<(String, Option<String>)>,
    /// In their order.
    pub lines: Vec<Line>,
    pub aside: Vec<Line>,
    pub tiers: Vec<TierProgress>,
    pub beyond: Beyond,
    pub next: Option<Next>,
    pub offered: Vec<Offered>,
    pub changes: Vec<Change>,
    pub events: Vec<PlanEvent>,
    pub readiness: Option<Readiness>,
    /// What the items that are left take, by the editors' estimates.
    pub time: Option<Time>,
    pub pace: Pace,
    /// Names of all skills that the role asks for, by slug.
    pub names: BTreeMap<String, String>,
    /// As the editors word them.
    pub tier_names: BTreeMap<TierName, String>,
    /// The day by the clock of its person.
    pub today: NaiveDate,
}

impl Line {
    /// Whether it counts for what the plan can reach: not what is not for the person, nor what is not needed.
    pub fn counts(&self) -> bool {
        self.stand != Stand::Apart && (self.covered_by.is_none() || self.stand != Stand::Open)
    }

    pub fn is_left(&self) -> bool {
        self.counts() && self.stand != Stand::Done
    }

    pub fn href(&self) -> Option<String> {
        self.item.skill.as_ref().map(|slug| format!("/skills/{slug}"))
    }
}

/// The day by the clock of a person.
pub fn today(person: &Person, now: DateTime<Utc>) -> NaiveDate {
    let zone: chrono_tz::Tz = person.zone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}

impl Overview {
    /// A plan of this person as it stands.
    ///
    /// # Errors
    /// `NotFound` if it is not theirs.
    pub fn of(conn: &mut Conn, person: &str, id: &str, now: DateTime<Utc>) -> Result<Overview> {
        let person = Person::find(conn, person)?;
        let whole = Whole::find(conn, &person.id, id)?;
        Overview::read(conn, whole, &person, now)
    }

    pub fn read(conn: &mut Conn, whole: Whole, person: &Person, now: DateTime<Utc>) -> Result<Overview> {
        let role = RoleNow::find(conn, &whole.plan.role)?;
        let tier_names = Tier::names(conn)?;
        let tier_name = |tier: TierName| -> String {
            tier_names.get(&tier).map_or_else(|| tier.slug().to_owned(), String::clone)
        };
        let asked = role.content.as_ref().map(Asked::of);
        let mut slugs: BTreeSet<String> = whole.items.iter().filter_map(|item| item.skill.clone()).collect();
        slugs.extend(role.content.iter().flat_map(Role::skills));
        let names = names::<Skill>(conn, &slugs)?;
        let marks = Marks::of(conn, &whole.plan.person)?;
        let view =
            View { role: &role, asked: asked.as_ref(), marks: &marks, names: &names, tier_name: &tier_name };
        let (held, aside): (Vec<&Item>, Vec<&Item>) =
            whole.items.iter().partition(|item| item.dropped.is_none());
        let lines: Vec<Line> = held.into_iter().map(|item| view.line(item)).collect();
        let aside = aside.into_iter().map(|item| view.line(item)).collect();
        let offered = if role.gone.is_none() { view.offered(&whole) } else { Vec::new() };
        let origin = origin(conn, whole.plan.origin.as_deref())?;
        let changes = changes(conn, &whole.plan)?;
        let events = PlanEvent::unread(conn, &whole.plan.id)?;
        let pace = asked.as_ref().map_or(Pace::default(), |asked| pace(asked, &whole));
        let time = asked.as_ref().map(|asked| asked.time(left(asked, &lines)));
        let readiness = asked.as_ref().map(|asked| asked.readiness(&marks.held()));
        let next = match next(&lines) {
            Some((line, why)) => Some(Next {
                resources: resources(conn, line)?,
                proof: role.proof(line.asked.as_ref().map(|asked| asked.tier)),
                time: one(asked.as_ref(), line),
                line: line.clone(),
                why,
            }),
            None => None,
        };
        let (tiers, beyond) = (by_tier(&role, &lines, &tier_name), beyond(&lines));
        Ok(Overview {
            plan: whole.plan,
            origin,
            tiers,
            beyond,
            lines,
            aside,
            next,
            offered,
            changes,
            events,
            readiness,
            time,
            pace,
            names,
            tier_names,
            today: today(person, now),
            role,
        })
    }

    /// How many of its items are done, and how many count.
    pub fn done(&self) -> (usize, usize) {
        let counting = self.lines.iter().filter(|line| line.counts());
        let done = self.lines.iter().filter(|line| line.counts() && line.stand == Stand::Done);
        (done.count(), counting.count())
    }

    /// In per cent, rounded down, so that 100 means all of it.
    pub fn percent(&self) -> usize {
        let (done, all) = self.done();
        (done * 100).checked_div(all).unwrap_or(0)
    }

    /// Weeks that what is left takes at the hours of the plan and in the person's pace.
    pub fn weeks(&self) -> Option<[u32; 2]> {
        let time = self.time.filter(|time| time.high > 0.0)?;
        time.weeks(u32::try_from(self.plan.hours).ok()?, self.pace)
    }
}

/// What lines are made with.
pub(super) struct View<'a> {
    pub role: &'a RoleNow,
    pub asked: Option<&'a Asked>,
    pub marks: &'a Marks,
    pub names: &'a BTreeMap<String, String>,
    pub tier_name: &'a dyn Fn(TierName) -> String,
}

impl View<'_> {
    pub fn line(&self, item: &Item) -> Line {
        let slug = item.skill.as_deref();
        let part = slug.and_then(|slug| self.asked?.part_of(slug));
        let stand = match (slug, item.progress) {
            (Some(slug), _) => self.marks.stand(slug),
            (None, Progress::Open) => Stand::Open,
            (None, Progress::Begun) => Stand::Begun,
            (None, Progress::Done) => Stand::Done,
        };
        Line {
            stand,
            mark: slug.and_then(|slug| self.marks.mark(slug)),
            name: slug.and_then(|slug| self.names.get(slug)).unwrap_or(&item.name).clone(),
            asked: slug.and_then(|slug| self.in_group(slug, part)),
            demand: slug.map(|slug| self.role.demand(slug)).unwrap_or_default(),
            unasked: slug.is_some() && part.is_none() && self.role.gone.is_none(),
            covered_by: slug.and_then(|slug| self.covered_by(slug, part?)),
            item: item.clone(),
        }
    }

    fn in_group(&self, slug: &str, part: Option<&Part>) -> Option<InGroup> {
        let group = self.role.group_of(slug, part)?;
        Some(InGroup {
            tier: group.tier,
            tier_name: (self.tier_name)(group.tier),
            group: group.id.clone(),
            group_name: group.name.clone(),
        })
    }

    /// The name of another skill of the same choice that is held.
    fn covered_by(&self, slug: &str, part: &Part) -> Option<String> {
        if self.marks.stand(slug) == Stand::Done {
            return None;
        }
        let other = part.skills.iter().find(|other| self.marks.stand(other) == Stand::Done)?;
        Some(self.names.get(other).unwrap_or(other).clone())
    }

    fn offered(&self, whole: &Whole) -> Vec<Offered> {
        let Some(asked) = self.asked else { return Vec::new() };
        let unknown = |slug: &&String| {
            whole.of_skill(slug).is_none() && matches!(self.marks.stand(slug), Stand::Open | Stand::Begun)
        };
        let met = |part: &Part| part.skills.iter().any(|slug| self.marks.stand(slug) == Stand::Done);
        let parts = asked.order().into_iter().map(|step| step.part).filter(|part| !met(part));
        let mut seen = BTreeSet::new();
        parts
            .flat_map(|part| part.skills.iter().filter(unknown).map(move |slug| (part, slug)))
            .filter(|(_, slug)| seen.insert((*slug).clone()))
            .map(|(part, slug)| Offered {
                slug: slug.clone(),
                name: self.names.get(slug).unwrap_or(slug).clone(),
                asked: self.in_group(slug, Some(part)),
            })
            .collect()
    }
}

fn origin(conn: &mut Conn, slug: Option<&str>) -> Result<Option<(String, Option<String>)>> {
    let Some(slug) = slug.map(str::to_owned) else { return Ok(None) };
    if let Some(name) = names::<Role>(conn, [&slug])?.remove(&slug) {
        return Ok(Some((name, Some(format!("/roles/{slug}")))));
    }
    let left = crate::editing::Withdrawn::find(conn, Role::KIND, &slug)?;
    Ok(Some((left.map_or(slug, |left| left.name), None)))
}

/// What changed in the role since the person read it last, the newest first.
fn changes(conn: &mut Conn, plan: &Plan) -> Result<Vec<Change>> {
    let mut changes = Change::of(conn, Role::KIND, &plan.role)?;
    changes.retain(|change| change.revision > plan.seen_revision);
    Ok(changes)
}

/// The first item that is being learned, or else the first that is not begun, and why it is this one.
pub fn next(lines: &[Line]) -> Option<(&Line, String)> {
    let first = |stand| lines.iter().find(|line| line.is_left() && line.stand == stand);
    if let Some(line) = first(Stand::Begun) {
        let others = lines.iter().filter(|line| line.is_left() && line.stand == Stand::Begun).count() - 1;
        let why = match others {
            0 => "You have begun it. Finish it before you begin something else.".to_owned(),
            _ => format!("You have begun it, and {others} more; of these it stands first in your order."),
        };
        return Some((line, why));
    }
    let line = first(Stand::Open)?;
    Some((line, "It is the first in your order that is not done.".to_owned()))
}

/// The parts of the role that items which are left stand for, each once.
fn left<'a>(asked: &'a Asked, lines: &[Line]) -> Vec<&'a Part> {
    let slugs: BTreeSet<&str> =
        lines.iter().filter(|line| line.is_left()).filter_map(|line| line.item.skill.as_deref()).collect();
    asked.parts.iter().filter(|part| part.skills.iter().any(|skill| slugs.contains(skill.as_str()))).collect()
}

fn one(asked: Option<&Asked>, line: &Line) -> Option<Time> {
    let asked = asked?;
    let time = asked.time([asked.part_of(line.item.skill.as_deref()?)?]);
    (time.high > 0.0).then_some(time)
}

/// A day at the least, so that what was ticked off at once tells nothing about a pace.
const LEAST_DAYS: f64 = 1.0;

/// What the finished items of the plan tell: what was estimated, and what they took at the plan's hours a week.
fn pace(asked: &Asked, whole: &Whole) -> Pace {
    let told = |item: &Item| {
        let days = (item.done? - item.begun?).num_minutes() as f64 / (24.0 * 60.0);
        let [low, high] = asked.hours(asked.part_of(item.skill.as_deref()?)?)?;
        (days >= LEAST_DAYS).then_some(((low + high) / 2.0, days / 7.0 * f64::from(whole.plan.hours)))
    };
    Pace::of(whole.held().filter_map(told))
}

/// Resources that are shown with the next step.
const RESOURCES: usize = 4;

fn resources(conn: &mut Conn, line: &Line) -> Result<Vec<(String, String, String)>> {
    let Some(slug) = &line.item.skill else { return Ok(Vec::new()) };
    let mut found = Entry::<Resource>::naming::<Skill>(conn, slug)?;
    // What teaches little else first.
    found.sort_by_key(|entry| entry.content.skills.len());
    found.truncate(RESOURCES);
    let checks = Check::of(conn, found.iter().map(|entry| &entry.content.url))?;
    let view = |entry: Entry<Resource>| {
        let details = entry.content.details(checks.get(&entry.content.url));
        (entry.content.url, entry.content.name, details)
    };
    Ok(found.into_iter().map(view).collect())
}
