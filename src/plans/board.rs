//! All plans of somebody at a glance: the next step of each, what is due soon, what changed.

use super::marks::{Marks, Stand};
use super::overview::{Line, View, next, today};
use super::role_now::{RoleGone, RoleNow};
use super::{Plan, PlanEvent, Whole};
use crate::accounts::Person;
use crate::content::Content;
use crate::db::Conn;
use crate::db::schema::guide_changes;
use crate::editing::{Entry, Withdrawn, names};
use crate::error::Result;
use crate::gap::{Asked, Next, next_best};
use crate::roles::Role;
use crate::skills::{Skill, generic};
use crate::tiers::TierName;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One plan in the list.
pub struct Card {
    pub plan: Plan,
    pub role_name: String,
    /// The role left the guide.
    pub gone: bool,
    /// How many items are done, and how many count; not known of a role that is gone.
    pub done: Option<(usize, usize)>,
    /// The name of the next step.
    pub next: Option<String>,
    /// How much has changed that was not read yet.
    pub changed: i64,
}

/// An item with a date that is near or past.
pub struct Due {
    pub plan: String,
    pub plan_name: String,
    pub item: String,
    pub name: String,
    pub day: NaiveDate,
    pub late: bool,
}

#[derive(Default)]
pub struct Board {
    /// Those that are worked on, the one changed last first.
    pub cards: Vec<Card>,
    pub archived: Vec<Card>,
    pub due: Vec<Due>,
    /// To how many roles those lead that are worked on.
    pub roles: usize,
    /// What adds most to the readiness for these roles, if they are several, the best first.
    pub best: Vec<Best>,
}

/// A skill that helps on the way to several roles.
pub struct Best {
    pub skill: String,
    pub name: String,
    /// How many of the roles it brings nearer.
    pub roles: usize,
    /// What it adds to the readiness for them, added up, in per cent.
    pub gain: f64,
}

/// What is due within so many days is due soon.
const SOON: u64 = 14;
/// Dates that are listed.
const LISTED: usize = 12;
/// Skills that help with several roles.
const BEST: usize = 3;

impl Board {
    /// # Errors
    /// As the database.
    pub fn of(conn: &mut Conn, person: &Person, now: DateTime<Utc>) -> Result<Board> {
        let plans = Plan::of(conn, &person.id)?;
        if plans.is_empty() {
            return Ok(Board::default());
        }
        let roles: BTreeSet<String> = plans.iter().map(|plan| plan.role.clone()).collect();
        let roles = roles_now(conn, &roles)?;
        let marks = Marks::of(conn, &person.id)?;
        let unread = PlanEvent::count_unread(conn, plans.iter().map(|plan| &plan.id))?;
        let changes = changes(conn, &plans)?;
        let wholes = Whole::with_all(conn, plans)?;
        let slugs: BTreeSet<String> =
            wholes.iter().flat_map(Whole::held).filter_map(|item| item.skill.clone()).collect();
        let names = names::<Skill>(conn, &slugs)?;
        let asked: BTreeMap<&str, Asked> = roles
            .iter()
            .filter_map(|(slug, role)| Some((slug.as_str(), Asked::of(role.content.as_ref()?))))
            .collect();
        let today = today(person, now);
        let mut board = Board::default();
        for whole in wholes {
            let Some(role) = roles.get(&whole.plan.role) else { continue };
            let view = View {
                role,
                asked: asked.get(role.slug.as_str()),
                marks: &marks,
                names: &names,
                tier_name: &|tier: TierName| tier.slug().to_owned(),
            };
            let lines: Vec<Line> = whole.held().map(|item| view.line(item)).collect();
            let archived = whole.plan.archived.is_some();
            if !archived {
                board.due.extend(due(&whole.plan, &lines, today));
            }
            let counting = lines.iter().filter(|line| line.counts()).count();
            let done = lines.iter().filter(|line| line.counts() && line.stand == Stand::Done).count();
            let seen = whole.plan.seen_revision;
            let news =
                changes.get(&whole.plan.role).into_iter().flatten().filter(|revision| **revision > seen);
            let card = Card {
                role_name: role.name.clone(),
                gone: role.gone.is_some(),
                done: role.gone.is_none().then_some((done, counting)),
                next: next(&lines).map(|(line, _)| line.name.clone()),
                changed: unread.get(&whole.plan.id).copied().unwrap_or(0) + news.count() as i64,
                plan: whole.plan,
            };
            if archived { board.archived.push(card) } else { board.cards.push(card) }
        }
        board.due.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.name.cmp(&b.name)));
        board.due.truncate(LISTED);
        let ways: BTreeSet<&str> = board.cards.iter().map(|card| card.plan.role.as_str()).collect();
        let ways: Vec<&Asked> = ways.into_iter().filter_map(|role| asked.get(role)).collect();
        board.roles = ways.len();
        if ways.len() > 1 {
            board.best = best(conn, &ways, &marks)?;
        }
        Ok(board)
    }
}

fn best(conn: &mut Conn, ways: &[&Asked], marks: &Marks) -> Result<Vec<Best>> {
    let skills = ways.iter().flat_map(|asked| &asked.parts).flat_map(|part| &part.skills);
    let mut aside = generic(conn, skills)?;
    aside.extend(marks.aside());
    let next: Vec<Next> =
        next_best(ways, &marks.held(), &aside).into_iter().filter(|next| next.roles > 1).take(BEST).collect();
    let names = names::<Skill>(conn, next.iter().map(|next| &next.skill))?;
    let best = |next: Next| Best {
        name: names.get(&next.skill).unwrap_or(&next.skill).clone(),
        roles: next.roles,
        gain: next.gain * 100.0,
        skill: next.skill,
    };
    Ok(next.into_iter().map(best).collect())
}

fn due<'a>(plan: &'a Plan, lines: &'a [Line], today: NaiveDate) -> impl Iterator<Item = Due> + 'a {
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    lines.iter().filter(|line| line.is_left()).filter_map(move |line| {
        let day = line.item.due.filter(|day| *day <= soon)?;
        Some(Due {
            plan: plan.id.clone(),
            plan_name: plan.name.clone(),
            item: line.item.id.clone(),
            name: line.name.clone(),
            day,
            late: day < today,
        })
    })
}

/// The roles of several plans by two queries; what those asked for that are gone is not read.
fn roles_now(conn: &mut Conn, slugs: &BTreeSet<String>) -> Result<BTreeMap<String, RoleNow>> {
    let mut there = Entry::<Role>::some(conn, slugs)?;
    let gone: Vec<&str> =
        slugs.iter().filter(|slug| !there.contains_key(*slug)).map(String::as_str).collect();
    let mut left: BTreeMap<String, Withdrawn> =
        Withdrawn::some(conn, Role::KIND, &gone)?.into_iter().map(|left| (left.slug.clone(), left)).collect();
    let now = |slug: &String| {
        let role = match there.remove(slug) {
            Some(entry) => RoleNow {
                slug: slug.clone(),
                name: entry.content.name.clone(),
                revision: entry.revision,
                content: Some(entry.content),
                gone: None,
            },
            None => RoleNow {
                slug: slug.clone(),
                name: left.remove(slug).map_or_else(|| slug.clone(), |left| left.name),
                revision: 0,
                content: None,
                gone: Some(RoleGone::default()),
            },
        };
        (slug.clone(), role)
    };
    Ok(slugs.iter().map(now).collect())
}

/// The revisions of each role that some plan has not seen.
fn changes(conn: &mut Conn, plans: &[Plan]) -> Result<BTreeMap<String, Vec<i64>>> {
    let least = plans.iter().map(|plan| plan.seen_revision).min().unwrap_or(0);
    let roles: BTreeSet<&String> = plans.iter().map(|plan| &plan.role).collect();
    let rows: Vec<(String, i64)> = guide_changes::table
        .filter(guide_changes::kind.eq(Role::KIND).and(guide_changes::slug.eq_any(roles)))
        .filter(guide_changes::revision.gt(least))
        .select((guide_changes::slug, guide_changes::revision))
        .load(conn)?;
    let mut changes: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (slug, revision) in rows {
        changes.entry(slug).or_default().push(revision);
    }
    Ok(changes)
}
