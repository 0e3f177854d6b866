//! One entry that somebody is told of: what of it is worth telling, what it is to their plans, and how a letter has it.

use super::choose::Why;
use super::readers::{Course, Stands, Step};
use super::story::Story;
use super::worded::Line;
use super::words::{capital, cut, listed};
use crate::content::{Content, Moved, Remark, Significance, WORTH_TELLING};
use crate::figures::FigureSet;
use crate::follows::List;
use crate::mail::{Bars, Part};
use crate::roles::Role;
use std::cmp::Ordering;
use std::sync::Arc;

/// Remarks on one entry; the rest is counted.
const REMARKS: usize = 6;
/// From which ratio on two numbers are drawn: nobody sees a smaller difference in bars.
const DRAWN: f64 = 1.25;

/// One entry that somebody is told of.
#[derive(Clone)]
pub struct Item {
    pub story: Arc<Story>,
    pub why: Why,
    /// Ids of the plans that rest on it; none on other lists.
    pub plans: Vec<String>,
    /// An editor's words first, then what matters most.
    said: Vec<Said>,
    /// How many remarks are too small for a letter.
    small: usize,
    pub weight: f64,
}

/// A remark, with what it is to the person.
#[derive(Clone)]
struct Said {
    line: Line,
    /// Such as "it is your next step".
    touches: Option<String>,
    weight: f64,
}

impl Item {
    /// What of a story is worth telling somebody on a list; nothing if none of it is. `courses` are their plans: on the list
    /// of plans, those that rest on it.
    pub fn of(story: &Arc<Story>, why: &Why, list: List, courses: &[&Course]) -> Option<Item> {
        let big = story.first || story.gone || story.significance >= Significance::Major;
        let enough = match list {
            List::Guide => big,
            _ => story.significance >= Significance::Notable,
        };
        if !enough {
            return None;
        }
        let mut said: Vec<Said> = Vec::new();
        let mut small = 0;
        for line in story.lines.iter().filter(|line| why.concerns(&line.remark)) {
            let one = Said::of(line, story, courses);
            if one.weight >= WORTH_TELLING { said.push(one) } else { small += 1 }
        }
        // What editors left out is still told to those whose plan it touches.
        let beside = story.beside.iter().filter(|remark| why.concerns(remark)).cloned();
        let beside = beside.map(|remark| Said::of(&Line::found(remark), story, courses));
        said.extend(beside.filter(|one| one.touches.is_some() && one.weight >= WORTH_TELLING));
        said.sort_by(order);
        let plans = if list == List::Plans { courses } else { &[] };
        let plans = plans.iter().map(|course| course.id.clone()).collect();
        let mut item = Item { story: story.clone(), why: why.clone(), plans, said, small, weight: 0.0 };
        item.weigh().then_some(item)
    }

    /// How many remarks of a story are too small if it gives no item.
    pub fn too_small(story: &Story, why: &Why) -> usize {
        story.lines.iter().filter(|line| why.concerns(&line.remark)).count()
    }

    /// Takes along what was published of the same entry later, with something between that is not told here: a value that
    /// moved again is told once, from what it was at first. Nothing if it all came back to what it was.
    pub fn and_then(mut self, later: Item) -> Option<Item> {
        for mut one in later.said {
            let before = self.said.iter().position(|old| old.is_continued_by(&one));
            if let Some(old) = before.map(|at| self.said.remove(at)) {
                one.begin_at(&old);
            }
            let again = one.line.remark.moved.as_ref().is_some_and(|moved| moved.before == moved.after);
            let told = self.said.iter().any(|old| old.line.remark.words == one.line.remark.words);
            if !again && !told {
                self.said.push(one);
            }
        }
        self.said.sort_by(order);
        if !self.story.first {
            self.story = later.story;
        }
        self.small += later.small;
        self.weigh().then_some(self)
    }

    /// Weighs it anew by what it says; false if that is nothing.
    fn weigh(&mut self) -> bool {
        self.weight = self.said.iter().map(|said| said.weight).fold(0.0, f64::max);
        !self.said.is_empty()
    }

    /// How many changes a letter lists of it.
    pub fn listed(&self) -> usize {
        self.said.len().min(REMARKS)
    }

    /// How many it leaves out.
    pub fn left_out(&self) -> usize {
        self.small + self.said.len() - self.listed()
    }

    fn label(&self, list: List, (courses, several): (&[Course], bool)) -> String {
        let story = &self.story;
        let role = match &self.why {
            Why::Of(role, _) => Some(role),
            _ if story.subject.kind == Role::KIND => Some(&story.subject.slug),
            _ => None,
        };
        let target = role.is_some_and(|role| courses.iter().any(|course| course.role == *role));
        match (&self.why, list) {
            (_, List::Plans) => self.label_in_plans(role.is_some(), courses, several),
            (Why::Of(..), _) if target => "Your target role, figures".into(),
            (Why::Of(_, name), _) => format!("{name}, figures"),
            (_, _) if target => "Your target role".into(),
            (Why::Skills(_), _) => "Role that asks for a skill you follow".into(),
            (_, List::Follows) => format!("{} that you follow", capital(one(&story.subject.kind))),
            _ if story.first => format!("New {}", one(&story.subject.kind)),
            _ => capital(one(&story.subject.kind)),
        }
    }

    /// What it is to the plans that rest on it, which are named where a letter is about several.
    fn label_in_plans(&self, target: bool, courses: &[Course], several: bool) -> String {
        let resting = courses.iter().filter(|course| self.plans.contains(&course.id));
        let names: Vec<String> = resting.map(quoted).collect();
        let figures = if matches!(self.why, Why::Of(..)) { ", figures" } else { "" };
        let plans = if names.len() > 1 { "your plans" } else { "your plan" };
        match (target, several && !names.is_empty()) {
            (true, true) => format!("Target of {plans} {}{figures}", listed(&names)),
            (true, false) => format!("Your target role{figures}"),
            (false, true) => format!("In {plans} {}", listed(&names)),
            (false, false) => "In your plan".into(),
        }
    }

    /// The heading: what happened, where that is one thing, else what it happened to.
    fn title(&self) -> String {
        let direction = |remark: &Remark| {
            let moved = remark.moved.as_ref()?;
            let (before, after) = moved.numbers?;
            let way = if after > before { "went up" } else { "went down" };
            (before != after).then(|| format!("{} {way}", moved.what))
        };
        match &self.said[..] {
            [only] if self.story.subject.kind == FigureSet::KIND => {
                direction(&only.line.remark).unwrap_or_else(|| self.story.name.clone())
            }
            _ => self.story.name.clone(),
        }
    }

    /// The path of the page that shows it.
    pub fn path(&self) -> Option<String> {
        match &self.why {
            Why::Of(role, _) => Some(format!("{}{role}#outlook", Role::ADDRESS.unwrap_or_default())),
            _ => self.story.page.clone(),
        }
    }

    /// As a letter has it: under a heading, a remark after the other, each with the values that its words leave open.
    pub fn parts(&self, list: List, plans: (&[Course], bool), site: &str) -> Vec<Part> {
        let mut parts = vec![Part::Section {
            label: self.label(list, plans),
            title: self.title(),
            url: self.path().map(|path| format!("{site}{path}")),
        }];
        for part in self.said.iter().take(REMARKS).flat_map(Said::parts) {
            match (part, parts.last_mut()) {
                (Part::Points(more), Some(Part::Points(points))) => points.extend(more),
                (part, _) => parts.push(part),
            }
        }
        parts
    }

    /// The first thing that it says, in a sentence.
    pub fn sentence(&self) -> String {
        let words = self.said.first().map_or(String::new(), Said::sentence);
        if words.contains(&self.story.name) { words } else { format!("{}: {words}", self.story.name) }
    }
}

/// An editor's words first, as they stand; then what weighs most.
fn order(a: &Said, b: &Said) -> Ordering {
    match (a.line.written, b.line.written) {
        (true, true) => Ordering::Equal,
        (false, false) => b.weight.total_cmp(&a.weight),
        (a, b) => b.cmp(&a),
    }
}

/// The step that is nearest among these skills, and how near it is.
fn nearest<'a>(skills: &[String], courses: &[&'a Course]) -> Option<(Near, &'a Step)> {
    let mut nearest: Option<(Near, &Step)> = None;
    for course in courses {
        let next = course.next();
        for skill in skills {
            let Some(step) = course.step(skill) else { continue };
            let is_next = next.is_some_and(|next| next.skill.as_deref() == Some(skill.as_str()));
            let near = match step.stands {
                _ if is_next => Near::Next,
                Stands::Learning => Near::Learning,
                Stands::Open => Near::Open,
                Stands::Known => Near::Known,
            };
            if nearest.is_none_or(|(other, _)| near > other) {
                nearest = Some((near, step));
            }
        }
    }
    nearest
}

/// What a skill is to somebody who has it in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    Known,
    Open,
    Learning,
    Next,
}

impl Near {
    fn words(self) -> &'static str {
        match self {
            Near::Known => "known to you already",
            Near::Open => "in your plan",
            Near::Learning => "what you are learning",
            Near::Next => "your next step",
        }
    }

    /// How often what changes in it counts.
    fn times(self) -> f64 {
        match self {
            Near::Known => 0.5,
            Near::Open | Near::Learning => 2.0,
            Near::Next => 4.0,
        }
    }
}

impl Said {
    fn of(line: &Line, story: &Story, courses: &[&Course]) -> Said {
        let about_role = story.subject.kind == Role::KIND;
        let own = courses.iter().filter(|course| !about_role || course.role == story.subject.slug);
        let own: Vec<&Course> = own.copied().collect();
        let mut said = Said { line: line.clone(), touches: None, weight: line.remark.weight };
        let Remark { words, skills, .. } = &line.remark;
        if let Some((near, step)) = nearest(skills, &own) {
            // A remark on a whole group names the skill that is meant, and so does one whose words may not.
            let alone = skills.len() == 1 && (!line.written || words.contains(step.name.as_str()));
            let what = if alone { "it" } else { step.name.as_str() };
            said.touches = Some(format!("{what} is {}", near.words()));
            // How much it matters that an editor wrote something, the editor said.
            said.weight *= if line.written { near.times().max(1.0) } else { near.times() };
        }
        said.line.exact.retain(|value| {
            nearest(&value.skills, &own).is_some_and(|(near, _)| value.weight * near.times() >= WORTH_TELLING)
        });
        said
    }

    fn sentence(&self) -> String {
        let words = &self.line.remark.words;
        match &self.touches {
            Some(touches) => format!("{}; {touches}.", words.trim_end_matches('.')),
            None => words.clone(),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let moved = self.line.remark.moved.as_ref().filter(|moved| moved.numbers.is_some());
        let first = match moved {
            Some(moved) => shown(moved, self.touches.as_deref()),
            None => Part::Points(vec![self.sentence()]),
        };
        let exact = self.line.exact.iter().filter_map(|value| value.moved.as_ref());
        [first].into_iter().chain(exact.map(|moved| shown(moved, None))).collect()
    }

    /// Whether something told later is the same value, moved again.
    fn is_continued_by(&self, later: &Said) -> bool {
        let what = |said: &Said| said.line.remark.moved.as_ref().map(|moved| moved.what.clone());
        what(self).is_some() && what(self) == what(later)
    }

    /// Tells a value from what it was at first.
    fn begin_at(&mut self, first: &Said) {
        self.weight = self.weight.max(first.weight);
        let Some(old) = &first.line.remark.moved else { return };
        let remark = &mut self.line.remark;
        let Some(moved) = &mut remark.moved else { return };
        moved.before.clone_from(&old.before);
        moved.numbers = old.numbers.zip(moved.numbers).map(|((before, _), (_, after))| (before, after));
        remark.words = format!("{}: {} → {}.", moved.what, moved.before, moved.after);
    }
}

/// A value before and now, in bars where a difference can be seen.
fn shown(moved: &Moved, touches: Option<&str>) -> Part {
    let bars = moved.numbers.and_then(|(before, after)| {
        let ratio = if before < after { after / before } else { before / after };
        (ratio >= DRAWN).then(|| Bars::of(before, after)).flatten()
    });
    let what = match touches {
        Some(touches) => format!("{} ({touches})", moved.what),
        None => moved.what.clone(),
    };
    Part::Moved { what, before: moved.before.clone(), after: moved.after.clone(), bars }
}

/// The name of a plan as sentences and labels have it.
pub fn quoted(course: &Course) -> String {
    format!("“{}”", cut(&course.name, 80))
}

/// What one of a kind is called.
pub fn one(kind: &str) -> &str {
    match kind {
        "figures" => "set of figures",
        "text" => "page",
        other => other,
    }
}
