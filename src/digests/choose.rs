//! What concerns whom: the changes that somebody is told of on a list, and by which of their interests.

use super::change::Change;
use super::readers::Reader;
use crate::content::{Content, Remark};
use crate::db::Conn;
use crate::db::schema::links;
use crate::editing::names;
use crate::error::Result;
use crate::figures::FigureSet;
use crate::follows::{FOLLOW, Interest, List};
use crate::roles::Role;
use crate::skills::Skill;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How long further edits of the same entry can put off the news of it.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// By which interest something concerns somebody.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// They follow it, or a plan rests on it.
    Itself,
    /// Figures about a role of theirs: its slug and name.
    Of(String, String),
    /// It asks for skills that they follow.
    Skills(Vec<String>),
    /// They follow the whole guide.
    Guide,
}

impl Why {
    /// Whether what is told of an entry is meant for them.
    pub fn concerns(&self, remark: &Remark) -> bool {
        match self {
            Why::Skills(skills) => remark.skills.iter().any(|skill| skills.contains(skill)),
            _ => true,
        }
    }
}

/// One entry that concerns somebody, with the changes that they are told of: runs of publications that follow each other.
#[derive(Clone, Debug)]
pub struct Concern<'a> {
    pub why: Why,
    /// Ids of the plans that rest on it.
    pub plans: BTreeSet<String>,
    pub runs: Vec<Vec<&'a Change>>,
}

/// Their interests in one entry: the reason, since when, and the plans that rest on it, since when each.
struct Held<'r> {
    why: Why,
    since: DateTime<Utc>,
    plans: Vec<(&'r str, DateTime<Utc>)>,
}

/// What concerns somebody, and what would if it were not passed over.
#[derive(Default)]
pub struct Concerns<'a> {
    pub all: Vec<Concern<'a>>,
    /// Changes of which editors took the news back.
    pub recalled: usize,
    /// The first change of what is being edited still, and can wait.
    pub waits: Option<i64>,
}

/// All that was published lately, by what it is about.
pub struct News<'a> {
    horizon: i64,
    now: DateTime<Utc>,
    /// The changes of each entry, in their order.
    entries: Vec<Vec<&'a Change>>,
    by_entry: HashMap<(&'a str, &'a str), usize>,
    /// Entries of figures by the slugs of the roles that show them, with the names of these.
    by_role: HashMap<String, (String, Vec<usize>)>,
    /// Entries of roles by the slugs of the skills that they ask for.
    by_skill: HashMap<String, Vec<usize>>,
    /// Which kinds have pages.
    shown: Vec<&'static str>,
}

impl<'a> News<'a> {
    /// Of these changes, in the order of publications, of which those after `horizon` are not told yet. `shown` are the
    /// kinds that have pages.
    pub fn read(
        conn: &mut Conn,
        changes: &'a [Change],
        horizon: i64,
        now: DateTime<Utc>,
        shown: Vec<&'static str>,
    ) -> Result<News<'a>> {
        let mut news = News {
            horizon,
            now,
            entries: Vec::new(),
            by_entry: HashMap::new(),
            by_role: HashMap::new(),
            by_skill: HashMap::new(),
            shown,
        };
        for change in changes {
            let next = news.entries.len();
            let at = *news.by_entry.entry((&change.kind, &change.slug)).or_insert(next);
            if at == next {
                news.entries.push(Vec::new());
            }
            news.entries[at].push(change);
        }
        let of_kind = |kind: &'static str| -> Vec<&str> {
            news.by_entry.keys().filter(|(its, _)| *its == kind).map(|(_, slug)| *slug).collect()
        };
        let (figures, roles) = (of_kind(FigureSet::KIND), of_kind(Role::KIND));
        let mut showing: Vec<(String, String)> = Vec::new();
        for figures in figures.chunks(AT_ONCE) {
            showing.extend::<Vec<(String, String)>>(
                links::table
                    .filter(links::to_kind.eq(FigureSet::KIND).and(links::to_slug.eq_any(figures)))
                    .filter(links::kind.eq(Role::KIND))
                    .select((links::slug, links::to_slug))
                    .load(conn)?,
            );
        }
        let names = names::<Role>(conn, showing.iter().map(|(role, _)| role))?;
        for (role, figures) in showing {
            let at = news.by_entry[&(FigureSet::KIND, figures.as_str())];
            let name = names.get(&role).unwrap_or(&role).clone();
            news.by_role.entry(role).or_insert((name, Vec::new())).1.push(at);
        }
        for roles in roles.chunks(AT_ONCE) {
            let asked: Vec<(String, String)> = links::table
                .filter(links::kind.eq(Role::KIND).and(links::slug.eq_any(roles)))
                .filter(links::to_kind.eq(Skill::KIND))
                .select((links::slug, links::to_slug))
                .load(conn)?;
            for (role, skill) in asked {
                let at = news.by_entry[&(Role::KIND, role.as_str())];
                news.by_skill.entry(skill).or_default().push(at);
            }
        }
        Ok(news)
    }

    /// What concerns somebody on a list of what was published after `after`. With `folding`, what was edited again within
    /// the time in which it can be taken back waits until it is at rest.
    pub fn for_reader<'r>(&self, reader: &'r Reader, list: List, after: i64, folding: bool) -> Concerns<'a> {
        let mut concerned: BTreeMap<usize, Held> = BTreeMap::new();
        let own: Vec<&Interest> =
            reader.interests.iter().filter(|interest| interest.list() == list).collect();
        let mut add = |at: usize, why: Why, interest: &'r Interest| {
            let held = concerned.entry(at).or_insert_with(|| Held {
                why: why.clone(),
                since: interest.since,
                plans: Vec::new(),
            });
            if let (Why::Skills(skills), Why::Skills(more)) = (&mut held.why, why) {
                skills.extend(more);
            }
            held.since = interest.since.min(held.since);
            if interest.origin != FOLLOW {
                held.plans.push((&interest.origin, interest.since));
            }
        };
        // What is meant itself first: it keeps its reason.
        for interest in &own {
            if let Some(at) = self.by_entry.get(&(interest.kind.as_str(), interest.slug.as_str())) {
                add(*at, Why::Itself, interest);
            }
        }
        for interest in own.iter().filter(|interest| interest.kind == Role::KIND) {
            if let Some((name, figures)) = self.by_role.get(&interest.slug) {
                for at in figures {
                    add(*at, Why::Of(interest.slug.clone(), name.clone()), interest);
                }
            }
        }
        // Plans rest on the role that they lead to and on the skills in them. What another role asks of these skills changes
        // nothing in a plan; whoever wants to hear of it follows the skill. A role that they follow is told as a whole.
        let has = |slug: &str| reader.interests.iter().any(|i| i.kind == Role::KIND && i.slug == slug);
        let followed =
            own.iter().filter(|interest| interest.kind == Skill::KIND && interest.origin == FOLLOW);
        for interest in followed {
            for at in self.by_skill.get(&interest.slug).into_iter().flatten() {
                if !self.entries[*at].first().is_some_and(|change| has(&change.slug)) {
                    add(*at, Why::Skills(vec![interest.slug.clone()]), interest);
                }
            }
        }
        if list == List::Guide
            && let Some(first) = own.iter().min_by_key(|interest| interest.since)
        {
            let shown = |changes: &[&Change]| {
                changes
                    .first()
                    .is_some_and(|c| c.kind == FigureSet::KIND || self.shown.contains(&c.kind.as_str()))
            };
            for at in (0..self.entries.len()).filter(|at| shown(&self.entries[*at])) {
                add(at, Why::Guide, first);
            }
        }
        let mut concerns = Concerns::default();
        for (at, held) in concerned {
            self.collect(&mut concerns, reader, at, held, (after, folding));
        }
        concerns
    }

    fn collect(
        &self,
        concerns: &mut Concerns<'a>,
        reader: &Reader,
        at: usize,
        Held { why, since, plans }: Held,
        (after, folding): (i64, bool),
    ) {
        let mut runs: Vec<Vec<&Change>> = vec![Vec::new()];
        for change in self.entries[at].iter().filter(|c| c.seq > after && c.seq <= self.horizon) {
            let told = reader.told.contains(&(change.seq, change.kind.clone(), change.slug.clone()));
            if change.recalled && change.published >= since {
                concerns.recalled += 1;
            }
            if change.recalled || told || change.published < since {
                runs.push(Vec::new());
            } else if let Some(run) = runs.last_mut() {
                run.push(change);
            }
        }
        runs.retain(|run| !run.is_empty());
        let Some(first) = runs.first().and_then(|run| run.first()) else { return };
        let moving = self.entries[at].iter().any(|change| change.seq > self.horizon);
        if folding && moving && first.published > self.now - LONGEST {
            concerns.waits = Some(concerns.waits.map_or(first.seq, |seq| seq.min(first.seq)));
            return;
        }
        let last = runs.iter().flatten().map(|change| change.published).max();
        // A plan that was made since then began with what there was.
        let resting = plans.into_iter().filter(|(_, since)| last.is_some_and(|last| last >= *since));
        let plans = resting.map(|(plan, _)| plan.to_owned()).collect();
        concerns.all.push(Concern { why, plans, runs });
    }
}

/// How many slugs a query names: engines bound how many values it may hold.
const AT_ONCE: usize = 500;
