//! The letter: what concerns somebody, in the order of how much it does, each once, and one next step.

use super::choose::Why;
use super::readers::{Course, Stands};
use super::story::Story;
use super::words::{capital, counted, cut, fitting, listed};
use crate::content::{Content, Remark, Significance, WORTH_TELLING};
use crate::figures::FigureSet;
use crate::follows::{Frequency, List, Rhythm};
use crate::mail::{Bars, Letter, Part};
use crate::roles::Role;
use std::sync::Arc;

/// Entries that a letter tells of in full; the rest is counted.
const ENTRIES: usize = 10;
/// Remarks on one entry; the rest is counted.
const REMARKS: usize = 6;
/// From which ratio on two numbers are drawn: nobody sees a smaller difference in bars.
const DRAWN: f64 = 1.25;

/// One entry that somebody is told of.
#[derive(Clone)]
pub struct Item {
    pub story: Arc<Story>,
    pub why: Why,
    /// The most important first.
    said: Vec<Said>,
    /// How many remarks are too small for a letter.
    small: usize,
    weight: f64,
}

/// A remark, with what it is to the person.
#[derive(Clone)]
struct Said {
    remark: Remark,
    /// Such as "it is your next step".
    touches: Option<String>,
    weight: f64,
}

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

impl Item {
    /// What of a story is worth telling somebody on a list; nothing if none of it is.
    pub fn of(story: &Arc<Story>, why: &Why, list: List, courses: &[Course]) -> Option<Item> {
        let big = story.first || story.gone || story.significance >= Significance::Major;
        let enough = match list {
            List::Guide => big,
            _ => story.significance >= Significance::Notable,
        };
        if !enough {
            return None;
        }
        let concerns = |remark: &&Remark| match why {
            Why::Skills(skills) => remark.skills.iter().any(|skill| skills.contains(skill)),
            _ => true,
        };
        let mut said: Vec<Said> = Vec::new();
        let mut small = 0;
        for remark in story.remarks.iter().filter(concerns) {
            let one = Said::of(remark, story, courses);
            if one.weight >= WORTH_TELLING { said.push(one) } else { small += 1 }
        }
        // What editors did not word is still told to those whose plan it touches.
        let beside = story.beside.iter().filter(concerns).map(|remark| Said::of(remark, story, courses));
        said.extend(beside.filter(|one| one.touches.is_some() && one.weight >= WORTH_TELLING));
        said.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let weight = said.first()?.weight;
        Some(Item { story: story.clone(), why: why.clone(), said, small, weight })
    }

    fn label(&self, list: List, courses: &[Course]) -> String {
        let story = &self.story;
        let role = match &self.why {
            Why::Of(role, _) => Some(role),
            _ if story.subject.kind == Role::KIND => Some(&story.subject.slug),
            _ => None,
        };
        let target = role.is_some_and(|role| courses.iter().any(|course| course.role == *role));
        match (&self.why, list) {
            (Why::Of(..), _) if target => "Your target role, figures".into(),
            (Why::Of(_, name), _) => format!("{name}, figures"),
            (_, _) if target => "Your target role".into(),
            (_, List::Plans) => "In your plan".into(),
            (Why::Skills(_), _) => "Role that asks for a skill you follow".into(),
            (_, List::Follows) => format!("{} that you follow", capital(one(&story.subject.kind))),
            _ if story.first => format!("New {}", one(&story.subject.kind)),
            _ => capital(one(&story.subject.kind)),
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
                direction(&only.remark).unwrap_or_else(|| self.story.name.clone())
            }
            _ => self.story.name.clone(),
        }
    }

    /// The path of the page that shows it.
    fn path(&self) -> Option<String> {
        match &self.why {
            Why::Of(role, _) => Some(format!("{}{role}#outlook", Role::ADDRESS.unwrap_or_default())),
            _ => self.story.page.clone(),
        }
    }

    fn parts(&self, list: List, courses: &[Course], site: &str) -> Vec<Part> {
        let mut parts = vec![Part::Section {
            label: self.label(list, courses),
            title: self.title(),
            url: self.path().map(|path| format!("{site}{path}")),
        }];
        for said in self.said.iter().take(REMARKS) {
            match (said.part(), parts.last_mut()) {
                (Part::Points(more), Some(Part::Points(points))) => points.extend(more),
                (part, _) => parts.push(part),
            }
        }
        parts
    }

    /// The first thing that it says, in a sentence.
    fn sentence(&self) -> String {
        let words = self.said.first().map_or(String::new(), Said::sentence);
        if words.contains(&self.story.name) { words } else { format!("{}: {words}", self.story.name) }
    }
}

impl Said {
    fn of(remark: &Remark, story: &Story, courses: &[Course]) -> Said {
        let mut said = Said { remark: remark.clone(), touches: None, weight: remark.weight };
        let about_role = story.subject.kind == Role::KIND;
        let own = courses.iter().filter(|course| !about_role || course.role == story.subject.slug);
        let mut closest = 0;
        for course in own {
            let next = course.next();
            for skill in &remark.skills {
                let Some(step) = course.step(skill) else { continue };
                let is_next = next.is_some_and(|next| next.skill.as_deref() == Some(skill.as_str()));
                let (near, words) = match step.stands {
                    _ if is_next => (4, "your next step"),
                    Stands::Learning => (3, "what you are learning"),
                    Stands::Open => (2, "in your plan"),
                    Stands::Known => (1, "known to you already"),
                };
                if near > closest {
                    closest = near;
                    // A remark on a whole group names the skill that is meant.
                    let named = remark.skills.len() == 1 || remark.words.contains(step.name.as_str());
                    let what = if named && remark.skills.len() == 1 { "it" } else { step.name.as_str() };
                    said.touches = Some(format!("{what} is {words}"));
                }
            }
        }
        said.weight *= match closest {
            4 => 4.0,
            2 | 3 => 2.0,
            1 => 0.5,
            _ => 1.0,
        };
        said
    }

    fn sentence(&self) -> String {
        match &self.touches {
            Some(touches) => format!("{}; {touches}.", self.remark.words.trim_end_matches('.')),
            None => self.remark.words.clone(),
        }
    }

    fn part(&self) -> Part {
        let Some(moved) = self.remark.moved.as_ref().filter(|moved| moved.numbers.is_some()) else {
            return Part::Points(vec![self.sentence()]);
        };
        let bars = moved.numbers.and_then(|(before, after)| {
            let ratio = if before < after { after / before } else { before / after };
            (ratio >= DRAWN).then(|| Bars::of(before, after)).flatten()
        });
        let what = match &self.touches {
            Some(touches) => format!("{} ({touches})", moved.what),
            None => moved.what.clone(),
        };
        Part::Moved { what, before: moved.before.clone(), after: moved.after.clone(), bars }
    }
}

/// What one of a kind is called.
pub fn one(kind: &str) -> &str {
    match kind {
        "figures" => "set of figures",
        "text" => "page",
        other => other,
    }
}

impl Digest<'_> {
    /// The letter; nothing if there is nothing to tell.
    pub fn letter(mut self) -> Option<Letter> {
        self.items
            .sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.story.name.cmp(&b.story.name)));
        let first = self.items.first()?;
        let subject = self.subject();
        let preheader = cut(&first.sentence(), 150);
        let course = self.course();
        let mut parts: Vec<Part> = self.span.iter().cloned().map(Part::Period).collect();
        if let Some(course) = course {
            parts.push(Part::Lede(towards(course)));
        }
        for item in self.items.iter().take(ENTRIES) {
            parts.extend(item.parts(self.list, self.courses, self.site));
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

    /// The plan that the letter is about.
    fn course(&self) -> Option<&Course> {
        if self.list != List::Plans {
            return None;
        }
        let touched = |item: &Item| {
            let role = match &item.why {
                Why::Of(role, _) => role,
                _ => &item.story.subject.slug,
            };
            let skills = || item.said.iter().flat_map(|said| &said.remark.skills);
            self.courses.iter().find(|course| {
                course.role == *role
                    || course.step(&item.story.subject.slug).is_some()
                    || skills().any(|skill| course.step(skill).is_some())
            })
        };
        self.items.iter().find_map(touched).or(self.courses.first())
    }

    fn subject(&self) -> String {
        let count = self.items.len();
        let changes = capital(&counted(count, "change", "changes"));
        let name = self.items.first().map_or("", |item| item.story.name.as_str());
        let (with_name, plain) = match self.list {
            List::Plans => {
                let touch = if count == 1 { "touches" } else { "touch" };
                let plain = format!("{changes} {touch} your plan");
                (format!("{plain}: {name}"), plain)
            }
            List::Follows => (format!("{name} has changed"), format!("{changes} in what you follow")),
            List::Guide => (format!("{name} has changed"), format!("{changes} in the guide")),
        };
        // One is named, if there is room for it.
        let named = Some(with_name).filter(|_| count == 1 && self.list != List::Guide);
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
        let remarks: usize = shown.map(|item| item.small + item.said.len().saturating_sub(REMARKS)).sum();
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
        let why = match self.list {
            List::Plans => match self.course() {
                Some(course) => format!("your plan “{}” rests on what changed", course.name),
                None => "a plan of yours rests on what changed".into(),
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

/// Where a plan leads and how far it is.
fn towards(course: &Course) -> String {
    let (known, all) = course.known();
    let ticks = match (known, all) {
        (_, 0) => String::new(),
        (0, all) => format!(" Of its {} none is known yet.", counted(all, "skill", "skills")),
        (known, all) => format!(" Your ticks are where you left them: {known} of {all} skills known."),
    };
    format!("Your plan “{}”.{ticks}", cut(&course.name, 80))
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
            let all: Vec<String> = story.remarks.iter().map(|remark| remark.words.clone()).collect();
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
