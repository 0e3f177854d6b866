//! The list of skills on the page of a new plan: what is ticked in it, in which parts it stands, what it comes to.

use super::span;
use crate::gap::{Pace, Time};
use crate::plans::{Proposal, Proposed, Why};
use crate::ui::Form;
use std::collections::BTreeSet;

/// The buttons that make no plan: one looks and counts, the others tick as well.
const LOOK: &str = "look";
const ALL: &str = "all";
const NONE: &str = "none";
const FIRST: &str = "first";

/// Whether a form was sent to look at what it comes to.
pub fn looks(form: &Form) -> bool {
    [LOOK, ALL, NONE, FIRST].contains(&form.value("do"))
}

/// A part of the list: heading, hint and skills.
type Part<'a> = (String, &'static str, Vec<&'a Proposed>);

impl Proposal {
    /// What the list rests on: a form that was sent with another one has not shown it.
    pub(super) fn seal(&self) -> String {
        format!("{}/{}/{}", self.slug, self.revision, self.origin_slug())
    }

    /// Whether that is the seal of the same way, from the same role to the same role, be they changed since.
    fn is_way_of(&self, seal: &str) -> bool {
        let parts: Vec<&str> = seal.split('/').collect();
        matches!(parts[..], [role, _, from] if role == self.slug && from == self.origin_slug())
    }

    fn origin_slug(&self) -> &str {
        self.origin.as_ref().map_or("", |(slug, _)| slug.as_str())
    }

    /// What is ticked on the page that answers a form.
    pub(super) fn ticked(&self, form: &Form) -> BTreeSet<String> {
        match form.value("do") {
            ALL => self.on_the_way(),
            NONE => BTreeSet::new(),
            FIRST => self.at_first(),
            _ if self.is_way_of(form.value("seen")) => self.kept(form),
            // What was ticked on another way says nothing of this one.
            _ => self.at_first(),
        }
    }

    /// The ticks as they were sent; what the role did not ask for when they were is ticked as it would be at first.
    fn kept(&self, form: &Form) -> BTreeSet<String> {
        let items = form.fields().iter().filter(|(name, _)| name == "item");
        let sent: BTreeSet<&str> = items.map(|(_, slug)| slug.as_str()).collect();
        let shown: BTreeSet<&str> = form.value("shown").split(' ').collect();
        let first = self.at_first();
        let ticked = |slug: &&String| match shown.contains(slug.as_str()) {
            true => sent.contains(slug.as_str()),
            false => first.contains(*slug),
        };
        self.skills.iter().map(|one| &one.slug).filter(ticked).cloned().collect()
    }

    /// The parts of the list that hold something.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        let origin = self.origin.as_ref().map_or("", |(_, name)| name.as_str());
        let lacking = |first_job: bool| -> Vec<&Proposed> {
            let all = self.of_why(|why| matches!(why, Why::Lacking | Why::Instead(_)));
            all.into_iter().filter(|one| one.first_job == first_job).collect()
        };
        let (first, why) = match self.unmeasured() {
            true => ("What weighs most", "By the tiers that the editors chose: nobody counted postings."),
            false => (
                "To learn for a first job",
                "The smallest set that answers most of what beginners are asked for.",
            ),
        };
        let all = [
            (first.to_owned(), why, lacking(true)),
            (
                "To learn after that".to_owned(),
                "The rest, by tier. It can be brought into the plan at any time.",
                lacking(false),
            ),
            (
                "You can do these".to_owned(),
                "By your ledger. In the plan they count as done.",
                self.of_why(|why| *why == Why::Known),
            ),
            (
                format!("{origin} asks for these as well"),
                "Whoever does that work is taken to know them. Tick what you want to work on all the same.",
                self.of_why(|why| *why == Why::Brought),
            ),
            (
                "Not for you".to_owned(),
                "You marked these so. Tick one to take it up all the same.",
                self.of_why(|why| *why == Why::Apart),
            ),
        ];
        all.into_iter().filter(|(.., skills)| !skills.is_empty()).collect()
    }

    /// How much is ticked, and how long that takes.
    pub(super) fn sum(&self, ticked: &BTreeSet<String>, hours: &str) -> String {
        if ticked.is_empty() {
            return "Nothing is ticked: the plan begins empty.".to_owned();
        }
        let count = format!("{} of {} ticked.", ticked.len(), self.skills.len());
        let time = self.time(ticked);
        if !self.leaves(ticked) {
            return format!("{count} Nothing of it is left to learn.");
        }
        if time.high <= 0.0 {
            return format!("{count} The editors estimated no hours for it.");
        }
        let without = match time.without {
            0 => String::new(),
            1 => " For one part of it there is no estimate.".to_owned(),
            some => format!(" For {some} parts of it there is no estimate."),
        };
        let weeks = weeks(time, hours).map_or(String::new(), |weeks| format!(", which is {weeks}"));
        format!(
            "{count} To learn it takes {}{weeks}, from the editors’ estimate of hours for each group.{without}",
            time.words()
        )
    }
}

impl Proposed {
    /// What is said beside it.
    pub(super) fn aside(&self) -> String {
        match (&self.why, &self.choice) {
            (Why::Instead(other), Some(choice)) => format!("{choice}: {other} is enough"),
            (_, Some(choice)) => format!("{choice}: one of them is enough"),
            _ => String::new(),
        }
    }
}

/// Such as "20 to 40 weeks at 6 hours a week"; none unless hours were typed.
fn weeks(time: Time, hours: &str) -> Option<String> {
    let hours: u32 = hours.trim().parse().ok()?;
    let [low, high] = time.weeks(hours, Pace::default())?;
    let each = if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") };
    Some(format!("{} at {each} a week", span(low, high)))
}
