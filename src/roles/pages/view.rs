//! A role's skills as its page shows them: by tier and group, one row a skill.

use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use crate::figures::{DemandLine, DemandRow};
use crate::gap::{Asked, Pace};
use crate::resources::{Check, Resource};
use crate::roles::{GroupSkill, Hours, Role, SkillGroup, SkillSet};
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use std::collections::BTreeMap;

/// A tier of a role.
pub struct TierView {
    pub tier: TierName,
    pub name: String,
    pub sentence: String,
    pub groups: Vec<GroupView>,
}

/// A group of a tier.
pub struct GroupView {
    pub id: String,
    pub name: String,
    /// Choices that some of its skills belong to.
    pub choices: Vec<String>,
    pub lead: String,
    pub commentary: String,
    /// The editors’ estimate.
    pub hours: Option<Hours>,
    /// What the source says of a skill or a set besides its figure: its name, and that.
    pub notes: Vec<(String, String)>,
    pub statements: Vec<String>,
    pub rows: Vec<DemandRow>,
}

/// The tiers that the role has groups in, in their order. Skills are ordered by their figures.
pub fn tiers(
    role: &Role,
    words: &BTreeMap<String, Entry<Tier>>,
    skills: &BTreeMap<String, String>,
    entry_first: bool,
) -> Vec<TierView> {
    let view = |tier: TierName| {
        let groups: Vec<GroupView> = role
            .groups
            .iter()
            .filter(|g| g.tier == tier)
            .map(|g| group(role, g, skills, entry_first))
            .collect();
        let words = words.get(tier.slug()).map(|entry| &entry.content);
        (!groups.is_empty()).then(|| TierView {
            tier,
            name: words.map_or(tier.slug().to_owned(), |t| t.name.clone()),
            sentence: words.map_or(String::new(), |t| t.sentence.clone()),
            groups,
        })
    };
    TierName::ALL.into_iter().filter_map(view).collect()
}

/// The skills asked for most, each once.
pub fn most(tiers: &[TierView], count: usize) -> Vec<DemandRow> {
    let rows = tiers.iter().flat_map(|tier| &tier.groups).flat_map(|group| &group.rows);
    let mut most: Vec<DemandRow> = rows.filter(|row| !row.set && row.line.all.is_some()).cloned().collect();
    most.sort_by(|a, b| b.rank(false).total_cmp(&a.rank(false)));
    most.dedup_by(|a, b| a.href == b.href);
    most.truncate(count);
    most
}

fn group(role: &Role, group: &SkillGroup, skills: &BTreeMap<String, String>, entry_first: bool) -> GroupView {
    let mut rows: Vec<DemandRow> = group
        .skills
        .iter()
        .map(|skill| {
            let mut line = DemandLine { all: skill.all, entry: skill.entry };
            let elsewhere = role
                .groups
                .iter()
                .filter(|g| g.id != group.id)
                .find_map(|g| Some((g, g.skills.iter().find(|s| s.skill == skill.skill)?)));
            if let Some((_, other)) = elsewhere.filter(|_| !line.measured()) {
                line = DemandLine { all: other.all, entry: other.entry };
            }
            DemandRow {
                name: skills.get(&skill.skill).cloned().unwrap_or_else(|| skill.skill.clone()),
                href: format!("/skills/{}", skill.skill),
                aside: elsewhere.map_or(String::new(), |(g, _)| format!("also in {}", g.name)),
                own: "",
                tier: None,
                line,
                set: false,
            }
        })
        .collect();
    rows.sort_by(|a, b| b.rank(entry_first).total_cmp(&a.rank(entry_first)));
    rows.extend(group.sets.iter().map(|set| DemandRow {
        name: set.name.clone(),
        href: String::new(),
        aside: String::new(),
        own: "",
        tier: None,
        line: DemandLine { all: set.all, entry: set.entry },
        set: true,
    }));
    let choices =
        role.one_of.iter().filter(|choice| group.skills.iter().any(|s| choice.skills.contains(&s.skill)));
    GroupView {
        id: group.id.clone(),
        name: group.name.clone(),
        choices: choices.map(|choice| choice.name.clone()).collect(),
        lead: group.lead.clone(),
        commentary: group.commentary.clone(),
        hours: group.hours,
        notes: notes(group, skills),
        statements: group.statements.clone(),
        rows,
    }
}

fn notes(group: &SkillGroup, skills: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let of_skill = |s: &GroupSkill| Some((skills.get(&s.skill)?.clone(), s.note.clone()?));
    let of_set = |s: &SkillSet| Some((s.name.clone(), s.note.clone()?));
    group.skills.iter().filter_map(of_skill).chain(group.sets.iter().filter_map(of_set)).collect()
}

/// The first-job set of a role.
pub struct FirstJob {
    /// Name of each part, and where it leads if it is one skill; the one asked for most at entry level first.
    pub parts: Vec<(String, Option<String>)>,
    /// How many parts the role asks for in all.
    pub of: usize,
    /// What it reaches, in per cent.
    pub percent: u32,
    /// Some of the values rest on tiers alone.
    pub by_tier: bool,
    /// All of them do: there is nothing to reach a part of.
    pub unmeasured: bool,
    /// Hours that it takes, in words; none where no group of it has an estimate.
    pub hours: Option<String>,
    /// Hours a week, and how long it takes then.
    pub spans: Vec<(u32, String)>,
}

/// Hours a week that the time is told for.
const A_WEEK: [u32; 3] = [5, 10, 20];

pub fn first_job(asked: &Asked, skills: &BTreeMap<String, String>) -> FirstJob {
    let set = asked.first_job_set();
    let time = asked.time(set.parts.iter().copied());
    let spans =
        A_WEEK.into_iter().filter_map(|hours| Some((hours, span(time.weeks(hours, Pace::default())?))));
    let part = |part: &&crate::gap::Part| {
        let href = part.skills.first().filter(|_| part.choice.is_none());
        (part.name(skills).to_owned(), href.map(|skill| format!("/skills/{skill}")))
    };
    FirstJob {
        of: asked.parts.len(),
        percent: set.percent(),
        by_tier: asked.by_tier(),
        unmeasured: asked.unmeasured(),
        hours: (time.high > 0.0).then(|| time.words()),
        spans: if time.high > 0.0 { spans.collect() } else { Vec::new() },
        parts: set.parts.iter().map(part).collect(),
    }
}

/// Weeks at least and at most, in the unit in which one thinks of them: years above two years, months above half a year.
fn span([low, high]: [u32; 2]) -> String {
    const A_YEAR: f64 = 365.25 / 7.0;
    let (unit, length) = match high {
        0..=26 => ("weeks", 1.0),
        27..=104 => ("months", A_YEAR / 12.0),
        _ => ("years", A_YEAR),
    };
    // To one place, but none for weeks and months, and without a zero.
    let places = if unit == "years" { 10.0 } else { 1.0 };
    let of = |weeks: u32| (f64::from(weeks) / length * places).round() / places;
    format!("{} to {} {unit}", of(low), of(high))
}

/// A resource in the list of a role.
pub struct ResourceLine {
    pub url: String,
    pub name: String,
    /// What it teaches, kind, provider, cost, level, what the last check found.
    pub meta: String,
}

type ByTier = Vec<(TierName, String, Vec<ResourceLine>)>;

/// Where to learn the role's skills, by the first tier that asks for one of them, and where the role as a whole.
pub fn resources(
    conn: &mut Conn,
    slug: &str,
    role: &Role,
    skills: &BTreeMap<String, String>,
    words: &BTreeMap<String, Entry<Tier>>,
) -> Result<(ByTier, Vec<ResourceLine>)> {
    let taught = Entry::<Resource>::naming_some::<Skill>(conn, skills.keys())?;
    let whole = Entry::<Resource>::naming::<Role>(conn, slug)?;
    let all = taught.iter().map(|(_, entry)| entry).chain(&whole);
    let checks = Check::of(conn, all.map(|entry| &entry.content.url))?;
    let line = |taught: &str, resource: Resource| line(taught, checks.get(&resource.url), resource);
    let tier_of = |skill: &String| {
        let groups = role.groups.iter().filter(|g| g.skills.iter().any(|s| s.skill == *skill));
        groups.map(|g| g.tier).min()
    };
    let mut by_tier: BTreeMap<TierName, Vec<(String, Resource)>> = BTreeMap::new();
    for (skills_taught, Entry { content: resource, .. }) in taught {
        let Some(tier) = skills_taught.iter().filter_map(tier_of).min() else {
            continue;
        };
        let named: Vec<&str> =
            skills_taught.iter().filter_map(|s| skills.get(s)).map(String::as_str).collect();
        by_tier.entry(tier).or_default().push((named.join(", "), resource));
    }
    let by_tier = by_tier
        .into_iter()
        .map(|(tier, mut list)| {
            list.sort_by(|a, b| (&a.0, a.1.kind, &a.1.name).cmp(&(&b.0, b.1.kind, &b.1.name)));
            let name = words.get(tier.slug()).map_or(String::new(), |t| t.content.name.clone());
            (tier, name, list.into_iter().map(|(taught, resource)| line(&taught, resource)).collect())
        })
        .collect();
    Ok((by_tier, whole.into_iter().map(|resource| line("", resource.content)).collect()))
}

fn line(taught: &str, check: Option<&Check>, resource: Resource) -> ResourceLine {
    let details = resource.details(check);
    let meta = if taught.is_empty() { details } else { format!("{taught} · {details}") };
    ResourceLine { url: resource.url, name: resource.name, meta }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_time_is_told_in_the_unit_in_which_one_thinks_of_it() {
        for (weeks, told) in [
            ([4, 12], "4 to 12 weeks"),
            ([13, 26], "13 to 26 weeks"),
            ([26, 78], "6 to 18 months"),
            ([147, 433], "2.8 to 8.3 years"),
        ] {
            assert_eq!(span(weeks), told);
        }
    }
}
