//! Whom a publication would reach: for editors, before they publish.

use super::change::{Change, UNDO};
use super::choose::Why;
use super::item::Item;
use super::letter::Digest;
use super::planner::Planner;
use super::readers::{Course, Stands, Step};
use super::story::Story;
use crate::content::{Content, Kind, Significance};
use crate::db::Conn;
use crate::db::schema::{interests, links, subscriptions};
use crate::editing::names;
use crate::error::Result;
use crate::figures::FigureSet;
use crate::follows::{FOLLOW, Frequency, List, Rhythm, Subject};
use crate::roles::Role;
use crate::skills::Skill;
use chrono::{DateTime, Utc};
use diesel::dsl::{count, min};
use diesel::prelude::*;
use std::sync::Arc;

/// What is about to be published.
pub struct Coming<'a> {
    pub kind: &'a Kind,
    pub slug: &'a str,
    pub name: &'a str,
    pub significance: Significance,
    pub lines: Vec<String>,
    pub before: Option<&'a str>,
    pub after: &'a str,
}

/// The people on one list whom it concerns.
#[derive(Clone, Debug)]
pub struct OnList {
    pub list: List,
    /// All whom it concerns.
    pub people: i64,
    /// Of these, those who get a letter.
    pub reached: i64,
    /// Those who stopped the letters of the list.
    pub off: i64,
    pub paused: i64,
    /// It is too small for the list.
    pub small: bool,
    /// When the first letter goes, if it is published now.
    pub first: Option<DateTime<Utc>>,
}

/// A letter that somebody on a list would get.
pub struct Sample {
    pub list: &'static str,
    pub subject: String,
    pub lines: Vec<String>,
}

pub struct Reach {
    pub lists: Vec<OnList>,
    /// Whom it concerns, each once.
    pub people: i64,
    /// Those of them of whom a plan rests on it.
    pub in_plans: i64,
    pub samples: Vec<Sample>,
}

impl Reach {
    pub fn first(&self) -> Option<DateTime<Utc>> {
        self.lists.iter().filter_map(|list| list.first).min()
    }

    /// How many letters, over all lists.
    pub fn letters(&self) -> i64 {
        self.lists.iter().map(|list| list.reached).sum()
    }

    /// Of what is coming, if it is published now.
    pub fn of(conn: &mut Conn, planner: &Planner, coming: &Coming, now: DateTime<Utc>) -> Result<Reach> {
        let subjects = subjects(conn, coming.kind, coming.slug)?;
        let story = coming.story(conn, now)?.map(Arc::new);
        let mut reach = Reach { lists: Vec::new(), people: 0, in_plans: 0, samples: Vec::new() };
        for subject in &subjects {
            // Sums over several roles would count people twice; most things are about one.
            let (kind, slug) = (subject.kind.as_str(), subject.slug.as_str());
            let own = interests::table.filter(interests::kind.eq(kind).and(interests::slug.eq(slug)));
            let people: i64 = own.select(count(interests::person).aggregate_distinct()).first(conn)?;
            let planned = own.filter(interests::origin.ne(FOLLOW));
            let in_plans: i64 = planned.select(count(interests::person).aggregate_distinct()).first(conn)?;
            reach.people = reach.people.max(people);
            reach.in_plans = reach.in_plans.max(in_plans);
        }
        for list in List::ALL {
            let of_guide = [Subject::guide()];
            let shown = coming.kind.address.is_some() || coming.kind.name == FigureSet::KIND;
            let named = match list {
                List::Guide if !shown => &[][..],
                List::Guide => &of_guide,
                _ => &subjects,
            };
            let why = match list {
                List::Guide => Why::Guide,
                _ => Why::Itself,
            };
            let item = story.as_ref().and_then(|story| Item::of(story, &why, list, &[]));
            let mut on =
                OnList { list, people: 0, reached: 0, off: 0, paused: 0, small: item.is_none(), first: None };
            for subject in named {
                on.add(conn, subject, now)?;
            }
            if on.people > 0 {
                reach.lists.push(on);
            }
        }
        if let Some(story) = story {
            reach.samples = samples(conn, planner, &story, &subjects)?;
        }
        Ok(reach)
    }
}

impl Coming<'_> {
    /// What readers would be told.
    fn story(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Story>> {
        let change = Change {
            seq: i64::MAX,
            kind: self.kind.name.to_owned(),
            slug: self.slug.to_owned(),
            name: self.name.to_owned(),
            revision: i64::from(self.before.is_some()) + 1,
            significance: self.significance,
            lines: self.lines.clone(),
            published: now,
            recalled: false,
            corrects: None,
        };
        Story::between(conn, self.kind, self.slug, (self.before, Some(self.after)), &[&change])
    }

    /// The letter to somebody made up, of the first list that would tell of it.
    pub fn preview(
        &self,
        conn: &mut Conn,
        planner: &Planner,
        now: DateTime<Utc>,
    ) -> Result<Option<crate::mail::Letter>> {
        let Some(story) = self.story(conn, now)?.map(Arc::new) else { return Ok(None) };
        for list in [List::Plans, List::Follows, List::Guide] {
            let why = if list == List::Guide { Why::Guide } else { Why::Itself };
            if let Some((letter, _)) = made_up(conn, planner, &story, list, &why)? {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }
}

/// What a list would tell somebody made up, as a letter and as its first lines; none if it would not tell of it. Nobody
/// real stands in it: what people know and plan is not for editors.
fn made_up(
    conn: &mut Conn,
    planner: &Planner,
    story: &Arc<Story>,
    list: List,
    why: &Why,
) -> Result<Option<(crate::mail::Letter, Vec<String>)>> {
    let courses = if list == List::Plans { made_up_plan(conn, story)? } else { Vec::new() };
    if list == List::Plans && courses.is_empty() {
        return Ok(None);
    }
    let resting: Vec<&Course> = courses.iter().collect();
    let Some(item) = Item::of(story, why, list, &resting) else { return Ok(None) };
    let site = planner.office.url("");
    let rhythm = Rhythm { frequency: Frequency::AtOnce, ..Rhythm::first(list) };
    let digest =
        Digest { list, rhythm, span: None, items: vec![item], courses: &courses, small: 0, site: &site };
    let lines = digest.first_lines();
    Ok(digest.letter().map(|letter| (letter, lines)))
}

/// A plan that rests on what a story is about: it leads to the role, and the first thing that the story touches comes
/// next. None if nobody's could.
fn made_up_plan(conn: &mut Conn, story: &Story) -> Result<Vec<Course>> {
    let mut skills: Vec<String> = Vec::new();
    for skill in story.all().flat_map(|remark| &remark.skills) {
        if !skills.contains(skill) {
            skills.push(skill.clone());
        }
    }
    if story.subject.kind != Role::KIND || skills.is_empty() {
        return Ok(Vec::new());
    }
    let names = names::<Skill>(conn, &skills)?;
    let step = |slug: String| Step {
        name: names.get(&slug).cloned().unwrap_or_else(|| slug.clone()),
        skill: Some(slug),
        stands: Stands::Open,
    };
    Ok(vec![Course {
        id: "sample".into(),
        name: format!("Towards {}", story.name),
        role: story.subject.slug.clone(),
        steps: skills.into_iter().map(step).collect(),
    }])
}

/// What interests would have to be in: the entry itself, or the roles that show a set of figures.
fn subjects(conn: &mut Conn, kind: &Kind, slug: &str) -> Result<Vec<Subject>> {
    if kind.name != FigureSet::KIND {
        return Ok(vec![Subject { kind: kind.name.to_owned(), slug: slug.to_owned() }]);
    }
    let roles: Vec<String> = links::table
        .filter(links::to_kind.eq(FigureSet::KIND).and(links::to_slug.eq(slug)))
        .filter(links::kind.eq(Role::KIND))
        .order(links::slug)
        .select(links::slug)
        .load(conn)?;
    Ok(roles.into_iter().map(|slug| Subject { kind: Role::KIND.to_owned(), slug }).collect())
}

/// Interests of one list in one subject.
#[diesel::dsl::auto_type]
fn interested<'a>(subject: &'a Subject) -> _ {
    let kind: &'a str = &subject.kind;
    let slug: &'a str = &subject.slug;
    interests::table.filter(interests::kind.eq(kind)).filter(interests::slug.eq(slug))
}

/// The same with the subscriptions of those who have them.
#[diesel::dsl::auto_type]
fn subscribed<'a>(subject: &'a Subject, list: &'a str) -> _ {
    let kind: &'a str = &subject.kind;
    let slug: &'a str = &subject.slug;
    interests::table
        .inner_join(subscriptions::table.on(subscriptions::person.eq(interests::person)))
        .filter(interests::kind.eq(kind))
        .filter(interests::slug.eq(slug))
        .filter(subscriptions::list.eq(list))
}

impl OnList {
    fn add(&mut self, conn: &mut Conn, subject: &Subject, now: DateTime<Utc>) -> Result<()> {
        let list = self.list.word();
        let at = now.timestamp_millis();
        let by_plan = self.list == List::Plans;
        macro_rules! count {
            ($query:expr) => {{
                let count: i64 = if by_plan {
                    $query
                        .filter(interests::origin.ne(FOLLOW))
                        .select(count(interests::person).aggregate_distinct())
                        .first(conn)?
                } else {
                    $query
                        .filter(interests::origin.eq(FOLLOW))
                        .select(count(interests::person).aggregate_distinct())
                        .first(conn)?
                };
                count
            }};
        }
        let off = Frequency::Off.word();
        let people = count!(interested(subject));
        let paused = count!(
            subscribed(subject, list)
                .filter(subscriptions::frequency.ne(off))
                .filter(subscriptions::paused_until.gt(at))
        );
        let awake = || subscriptions::paused_until.is_null().or(subscriptions::paused_until.le(at));
        let reached =
            count!(subscribed(subject, list).filter(subscriptions::frequency.ne(off)).filter(awake()));
        self.people += people;
        self.paused += paused;
        self.off += people - paused - reached;
        if self.small {
            return Ok(());
        }
        self.reached += reached;
        let soon = now + UNDO;
        let at_once = count!(
            subscribed(subject, list)
                .filter(subscriptions::frequency.eq(Frequency::AtOnce.word()))
                .filter(awake())
        );
        let next: Option<i64> = subscribed(subject, list)
            .filter(subscriptions::frequency.ne(off))
            .filter(awake())
            .filter(subscriptions::next_due_at.ge(soon.timestamp_millis()))
            .select(min(subscriptions::next_due_at))
            .first(conn)?;
        let next = next.and_then(DateTime::from_timestamp_millis);
        let first = if at_once > 0 { Some(soon) } else { next };
        self.first = self.first.into_iter().chain(first).min();
        Ok(())
    }
}

/// What the lists would tell on which it concerns somebody who gets letters.
fn samples(
    conn: &mut Conn,
    planner: &Planner,
    story: &Arc<Story>,
    subjects: &[Subject],
) -> Result<Vec<Sample>> {
    let guide = [Subject::guide()];
    let mut samples = Vec::new();
    for list in List::ALL {
        let named = if list == List::Guide { &guide[..] } else { subjects };
        let Some(subject) = named.first() else { continue };
        let rows =
            subscribed(subject, list.word()).filter(subscriptions::frequency.ne(Frequency::Off.word()));
        let somebody: Option<String> = if list == List::Plans {
            rows.filter(interests::origin.ne(FOLLOW)).select(interests::person).first(conn).optional()?
        } else {
            rows.filter(interests::origin.eq(FOLLOW)).select(interests::person).first(conn).optional()?
        };
        if somebody.is_none() {
            continue;
        }
        let why = match (list, story.subject.kind.as_str()) {
            (List::Guide, _) => Why::Guide,
            (_, FigureSet::KIND) => Why::Of(subject.slug.clone(), story.name.clone()),
            _ => Why::Itself,
        };
        if let Some((letter, lines)) = made_up(conn, planner, story, list, &why)? {
            samples.push(Sample { list: list.name(), subject: letter.subject, lines });
        }
    }
    Ok(samples)
}
