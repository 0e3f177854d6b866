//! How results are computed, with examples from the guide as it is now.

use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::gap::{Asked, Held, Pace, Part, Readiness, between, next_best, points};
use crate::roles::{self, Role};
use crate::skills::{self, Skill};
use std::collections::{BTreeMap, BTreeSet};

/// Two roles, and what is computed of them.
pub struct Examples {
    /// Slug and name.
    pub role: (String, String),
    pub other: (String, String),
    pub by_tier: bool,
    pub readiness: Sum,
    /// Name and value of each part of the first-job set, and the sum so far.
    pub first_job: Vec<(String, String, String)>,
    pub first_job_all: String,
    pub first_job_percent: u32,
    pub next: Next,
    /// What is asked for more, or less, at entry level by most.
    pub entry_gap: Option<EntryGap>,
    /// From the role to the other, and back.
    pub there: Sum,
    pub back: Sum,
    pub time: Option<Time>,
}

/// A part of a sum.
pub struct Sum {
    /// What counts, with its value.
    pub parts: Vec<(String, String)>,
    pub held: String,
    pub all: String,
    pub percent: u32,
}

/// The next best skill over both roles.
pub struct Next {
    pub name: String,
    /// Of each role that asks for it: its name, the value, all values, the quotient in per cent with one decimal.
    pub roles: Vec<(String, String, String, String)>,
    pub gain: String,
}

pub struct EntryGap {
    pub name: String,
    pub entry: String,
    pub all: String,
    pub gap: String,
    /// At entry level, rather than overall.
    pub more: bool,
}

/// What is left to learn after what the first example holds.
pub struct Time {
    pub words: String,
    pub weeks: [u32; 2],
    pub part: Option<PartOfGroup>,
    /// The same weeks of somebody who took 60 hours for what was estimated at 40.
    pub slower: [u32; 2],
    pub factor: String,
}

/// A skill that is one of several in a group with an estimate.
pub struct PartOfGroup {
    pub name: String,
    pub group: String,
    /// How many skills and choices the group has.
    pub of: usize,
    /// The editors’ estimate of the whole group.
    pub hours: String,
    /// What the skill takes of it, in words.
    pub takes: String,
}

/// Hours a week in the example.
pub const A_WEEK: u32 = 10;

/// None while the guide has fewer than two roles.
pub fn examples(conn: &mut Conn) -> Result<Option<Examples>> {
    let all = roles::named(conn, 50)?;
    let measured = roles::measured_last(conn)?;
    let first = measured.or_else(|| all.first().map(|(slug, _)| slug.clone()));
    let Some(first) = first else { return Ok(None) };
    let Some((other, _)) = all.iter().find(|(slug, _)| *slug != first) else { return Ok(None) };
    let (role, other) = (Entry::<Role>::find(conn, &first)?, Entry::<Role>::find(conn, other)?);
    let slugs = [role.content.skills(), other.content.skills()].concat();
    let names = names::<Skill>(conn, &slugs)?;
    let generic = skills::generic(conn, &slugs)?;
    Ok(Some(of(&role, &other, &names, &generic)))
}

fn of(
    role: &Entry<Role>,
    other: &Entry<Role>,
    names: &BTreeMap<String, String>,
    generic: &BTreeSet<String>,
) -> Examples {
    let (asked, asked_other) = (Asked::of(&role.content), Asked::of(&other.content));
    let set = asked.first_job_set();
    let held: Held = set.parts.iter().take(2).filter_map(|part| part.skills.first().cloned()).collect();
    let readiness = asked.readiness(&held);
    let mut sum = 0.0;
    let first_job = set.parts.iter().map(|part| {
        sum += part.entry.points;
        (part.name(names).to_owned(), points(part.entry.points), points(sum))
    });
    let gap = asked.parts.iter().filter_map(|part| Some((part, part.entry_gap?)));
    let widest = gap.reduce(|widest, next| if next.1.abs() > widest.1.abs() { next } else { widest });
    Examples {
        first_job: first_job.collect(),
        first_job_all: points(set.all),
        first_job_percent: set.percent(),
        by_tier: asked.by_tier(),
        next: next([(role, &asked), (other, &asked_other)], &held, generic, names),
        entry_gap: widest.map(|(part, gap)| EntryGap {
            name: part.name(names).to_owned(),
            entry: points(part.entry.points),
            all: points(part.entry.points - gap),
            gap: points(gap.abs()),
            more: gap > 0.0,
        }),
        there: sum_of(&between(&asked, &asked_other), false, names),
        back: sum_of(&between(&asked_other, &asked), false, names),
        time: time(role, &asked, &readiness, names),
        readiness: sum_of(&readiness, true, names),
        role: (role.slug.clone(), role.content.name.clone()),
        other: (other.slug.clone(), other.content.name.clone()),
    }
}

/// What is held, or what is lacking, of all.
fn sum_of(readiness: &Readiness, held: bool, names: &BTreeMap<String, String>) -> Sum {
    let lines = readiness.lines.iter().filter(|line| line.by.is_some() == held);
    let share = if held { readiness.share() } else { readiness.gap() };
    Sum {
        parts: lines.map(|line| (line.part.name(names).to_owned(), points(line.part.all.points))).collect(),
        held: points(if held { readiness.held } else { readiness.all - readiness.held }),
        all: points(readiness.all),
        percent: if held { readiness.percent() } else { (share * 100.0).round() as u32 },
    }
}

fn next(
    roles: [(&Entry<Role>, &Asked); 2],
    held: &Held,
    generic: &BTreeSet<String>,
    names: &BTreeMap<String, String>,
) -> Next {
    let best = next_best(&roles.map(|(_, asked)| asked), held, generic).into_iter().next();
    let skill = best.as_ref().map_or("", |next| next.skill.as_str());
    let in_role = |(role, asked): (&Entry<Role>, &Asked)| {
        let readiness = asked.readiness(held);
        let points_of = |part: &Part| if part.is(skill) { part.all.points } else { 0.0 };
        let own: f64 = readiness.lacking().map(points_of).sum();
        let percent = points((own / readiness.all * 1000.0).round() / 10.0);
        (own > 0.0).then(|| (role.content.name.clone(), points(own), points(readiness.all), percent))
    };
    Next {
        name: names.get(skill).cloned().unwrap_or_default(),
        roles: roles.into_iter().filter_map(in_role).collect(),
        gain: points((best.as_ref().map_or(0.0, |next| next.gain) * 1000.0).round() / 10.0),
    }
}

fn time(
    role: &Entry<Role>,
    asked: &Asked,
    readiness: &Readiness,
    names: &BTreeMap<String, String>,
) -> Option<Time> {
    let left = asked.time(readiness.lacking());
    let slower = Pace::of([(40.0, 60.0)]);
    let single =
        |part: &&Part| part.groups.len() == 1 && part.choice.is_none() && asked.within(&part.group) > 1;
    let part = readiness.lacking().filter(single).find_map(|part| {
        let group = role.content.groups.iter().find(|group| group.id == part.group)?;
        let hours = group.hours?;
        Some(PartOfGroup {
            name: part.name(names).to_owned(),
            group: group.name.clone(),
            of: asked.within(&group.id),
            hours: hours.to_string(),
            takes: asked.time([part]).words(),
        })
    });
    Some(Time {
        words: left.words(),
        weeks: left.weeks(A_WEEK, Pace::default())?,
        slower: left.weeks(A_WEEK, slower)?,
        factor: points(slower.factor()),
        part,
    })
    .filter(|_| left.high > 0.0)
}
