//! The letter: what concerns somebody, in the order of how much it does, each once, and one next step.

use super::choose::Why;
use super::item::{Item, quoted};
use super::readers::Course;
use super::story::Story;
use super::words::{capital, counted, cut, fitting, listed};
use crate::follows::{Frequency, List, Rhythm};
use crate::mail::{Letter, Part};
use std::cmp::Ordering;
use std::sync::Arc;

/// Entries that a letter tells of in full; the rest is counted.
const ENTRIES: usize = 10;

/// What is told in one letter.
pub struct Digest<'a> {
    pub list: List,
    pub rhythm: Rhythm,
    /// What it is about in time; none of letters that come at once.
    pub span: Option<String>,
    pub items: Vec<Item>,
    /// Plans of the person, the oldest first.
    pub courses: &'a [Course],
    /// What was too small for a letter.
    pub small: usize,
    /// The address of the site, without a slash at its end.
    pub site: &'a str,
}

impl Digest<'_> {
    /// The letter; nothing if there is nothing to tell.
    pub fn letter(mut self) -> Option<Letter> {
        self.items.sort_by(order);
        let first = self.items.first()?;
        let subject = self.subject();
        let preheader = cut(&first.sentence(), 150);
        let course = self.course();
        let several = self.plans().len() > 1;
        let mut parts: Vec<Part> = self.span.iter().cloned().map(Part::Period).collect();
        if let Some(course) = course {
            parts.push(Part::Lede(towards(course)));
        }
        for item in self.items.iter().take(ENTRIES) {
            parts.extend(item.parts(self.list, (self.courses, several), self.site));
        }
        let url = |path: &str| format!("{}{path}", self.site);
        if let Some(course) = course {
            let next = course.next().map_or("All of it is done".to_owned(), |step| step.name.clone());
            let label = if course.next().is_some() { "Your next step" } else { "Your plan" };
            parts.push(Part::Section { label: label.into(), title: next, url: None });
            parts.push(Part::Action {
                label: "Open your plan".into(),
                url: url(&format!("/plans/{}", course.id)),
            });
        } else {
            let path = match &self.items[..] {
                [only] => only.path().unwrap_or_else(|| "/changes".into()),
                _ => "/changes".into(),
            };
            let label = if path == "/changes" { "See all changes" } else { "Read it in the guide" };
            parts.push(Part::Action { label: label.into(), url: url(&path) });
        }
        parts.extend(self.left_out());
        Some(Letter { subject, preheader, parts, because: self.because() })
    }

    /// The conversation of its plan that a notice belongs to; a digest stands alone.
    pub fn thread(&self) -> Option<String> {
        let notice = self.rhythm.frequency == Frequency::AtOnce;
        self.course().filter(|_| notice).map(|course| format!("plan.{}", course.id))
    }

    /// The plans that rest on what changed, the one that it matters to most first.
    fn plans(&self) -> Vec<&Course> {
        let mut items: Vec<&Item> = self.items.iter().collect();
        items.sort_by(|a, b| order(a, b));
        let mut plans: Vec<&Course> = Vec::new();
        for id in items.iter().flat_map(|item| &item.plans) {
            let plan = self.courses.iter().find(|course| course.id == *id);
            plans.extend(plan.filter(|plan| plans.iter().all(|other| other.id != plan.id)));
        }
        plans
    }

    /// The plan that the letter is about.
    fn course(&self) -> Option<&Course> {
        self.plans().first().copied()
    }

    fn subject(&self) -> String {
        let count: usize = self.items.iter().take(ENTRIES).map(Item::listed).sum();
        let changes = capital(&counted(count, "change", "changes"));
        let name = self.items.first().map_or("", |item| item.story.name.as_str());
        let (with_name, plain) = match self.list {
            List::Plans => {
                let touch = if count == 1 { "touches" } else { "touch" };
                let plans = if self.plans().len() > 1 { "your plans" } else { "your plan" };
                let plain = format!("{changes} {touch} {plans}");
                (format!("{plain}: {name}"), plain)
            }
            List::Follows => (format!("{name} has changed"), format!("{changes} in what you follow")),
            List::Guide => (format!("{name} has changed"), format!("{changes} in the guide")),
        };
        // One is named, if there is room for it.
        let named = Some(with_name).filter(|_| self.items.len() == 1 && self.list != List::Guide);
        let mut subjects: Vec<String> = Vec::new();
        for subject in named.iter().chain([&plain]) {
            match &self.span {
                Some(span) => subjects.push(format!("{subject}, {span}")),
                None => subjects.push(subject.clone()),
            }
        }
        subjects.push(plain);
        fitting(&subjects)
    }

    fn left_out(&self) -> Option<Part> {
        let entries = self.items.len().saturating_sub(ENTRIES);
        let shown = self.items.iter().take(ENTRIES);
        let remarks: usize = shown.map(Item::left_out).sum();
        let mut words = Vec::new();
        if entries > 0 {
            words
                .push(format!("{} changed too.", capital(&counted(entries, "other entry", "other entries"))));
        }
        let small = remarks + self.small;
        if small > 0 {
            words.push(format!(
                "{} left out.",
                capital(&counted(small, "smaller change was", "smaller changes were"))
            ));
        }
        let link = Some(("See all changes".to_owned(), format!("{}/changes", self.site)));
        (!words.is_empty()).then(|| Part::Note { words: words.join(" "), link })
    }

    fn because(&self) -> String {
        let names: Vec<String> = self.items.iter().map(|item| item.story.name.clone()).collect();
        let plans: Vec<String> = self.plans().into_iter().map(quoted).collect();
        let why = match self.list {
            List::Plans => match &plans[..] {
                [] => "a plan of yours rests on what changed".into(),
                [only] => format!("your plan {only} rests on what changed"),
                several => format!("your plans {} rest on what changed", listed(several)),
            },
            List::Follows if self.items.iter().all(|item| item.why == Why::Itself) => {
                format!("you follow {}", listed(&names))
            }
            List::Follows => "you follow what changed, or a role or skill that it belongs to".into(),
            List::Guide => "you follow the whole guide".into(),
        };
        format!("You get this letter because {why}. Letters of this list come {}.", self.rhythm.words())
    }

    /// The sentences with which a letter begins, for whoever looks at a sample.
    pub fn first_lines(&self) -> Vec<String> {
        self.items.iter().take(2).map(Item::sentence).collect()
    }
}

/// What matters most first.
fn order(a: &Item, b: &Item) -> Ordering {
    b.weight.total_cmp(&a.weight).then_with(|| a.story.name.cmp(&b.story.name))
}

/// Where a plan leads and how far it is.
fn towards(course: &Course) -> String {
    let (known, all) = course.known();
    let ticks = match (known, all) {
        (_, 0) => String::new(),
        (0, all) => format!(" Of its {} none is known yet.", counted(all, "skill", "skills")),
        (known, all) => format!(" Your ticks are where you left them: {known} of {all} skills known."),
    };
    format!("Your plan {}.{ticks}", quoted(course))
}

/// The letter that puts right what somebody was told.
pub struct Correction<'a> {
    /// What was told, and when, with the story that puts it right.
    pub items: Vec<(Vec<String>, String, Arc<Story>)>,
    pub site: &'a str,
}

impl Correction<'_> {
    pub fn letter(self) -> Option<Letter> {
        let (_, day, first) = self.items.first()?;
        let names: Vec<String> = self.items.iter().map(|(.., story)| story.name.clone()).collect();
        let subject = fitting(&[
            format!("Correction: {}", listed(&names)),
            format!("Correction of {} told you", counted(names.len(), "thing that we", "things that we")),
        ]);
        let right = |story: &Story| {
            let all: Vec<String> = story.lines.iter().map(|line| line.remark.words.clone()).collect();
            all
        };
        let preheader = cut(&format!("{}: {}", first.name, right(first).join(" ")), 150);
        let because = format!(
            "You get this letter because a letter of {day} told you what was wrong. Corrections go to those who were told, \
             and to nobody else."
        );
        let mut parts = vec![Part::Lede("What we told you was wrong. This is right.".into())];
        for (wrong, day, story) in &self.items {
            let url = story.page.as_ref().map(|path| format!("{}{path}", self.site));
            parts.push(Part::Section { label: format!("Told on {day}"), title: story.name.clone(), url });
            parts.push(Part::Facts(vec![
                ("We wrote".into(), wrong.join(" ")),
                ("Right is".into(), right(story).join(" ")),
            ]));
        }
        let path = first.page.clone().unwrap_or_else(|| "/changes".into());
        parts
            .push(Part::Action { label: "Read it in the guide".into(), url: format!("{}{path}", self.site) });
        Some(Letter { subject, preheader, parts, because })
    }
}
