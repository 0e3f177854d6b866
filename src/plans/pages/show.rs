//! One plan in full.

use super::{span, version, words};
use crate::accounts::{Caller, Member, see_other};
use crate::error::Result;
use crate::figures::Mark;
use crate::gap::{self, Basis};
use crate::ledger::Mark as Marked;
use crate::plans::{Decided, ItemKind, Line, Overview, PlanEvent, Progress, Stand, Whole};
use crate::tiers::TierName;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Days, NaiveDate, Utc};

#[derive(Template)]
#[template(path = "plans/show.html")]
struct Show {
    frame: Frame,
    overview: Overview,
    view: View,
    /// What was done a moment ago.
    said: &'static str,
}

/// What decides how a plan is shown.
pub struct View {
    /// Whoever looks may change it.
    pub edits: bool,
    /// It is theirs.
    pub owns: bool,
    pub notes: bool,
}

pub async fn show(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let said = match caller.asked("said").as_str() {
        "made" => "The plan is made. Everything in it can be changed.",
        "saved" => "It is saved.",
        "aside" => "It is set aside. It stands at the end of the page and can be brought back.",
        "restored" => "It is back.",
        "archived" => "The plan is archived.",
        "added" => "It is in the plan now.",
        "there" => "It was in the plan already.",
        _ => "",
    };
    let page = caller.site.db.read(move |conn| {
        let overview = Overview::of(conn, &member.person, &id, now)?;
        let view = View { edits: overview.plan.archived.is_none(), owns: true, notes: true };
        Ok(Show { frame, overview, view, said })
    });
    caller.show(&page.await?)
}

/// Notes that the person has read what was told: one event, or what changed in the role.
pub async fn noted(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let now = caller.now;
    let path = format!("/plans/{id}");
    let done = caller.site.db.write(move |conn| {
        let event = form.value("event");
        if event.is_empty() {
            let seen: i64 = form.value("revision").parse().unwrap_or(0);
            Whole::change(conn, (&member.person, &id), version(&form), now, |_, whole, _| {
                // What was published since the page was made was not read with it.
                if whole.plan.seen_revision >= seen {
                    return Ok(Decided::Leave(()));
                }
                whole.plan.seen_revision = seen;
                Ok(Decided::Save(()))
            })
        } else {
            let whole = Whole::find(conn, &member.person, &id)?;
            PlanEvent::note_read(conn, &whole.plan.id, Some(event), now)
        }
    });
    done.await?;
    Ok(see_other(&path))
}

/// Those of its items that are shown first: what is begun, and what comes next.
const FIRST: usize = 8;

/// Parts of a plan's items.
pub struct Parts<'a> {
    pub now: Vec<(usize, &'a Line)>,
    pub later: Vec<(usize, &'a Line)>,
    pub done: Vec<(usize, &'a Line)>,
}

impl Overview {
    /// With their places, from 1.
    pub(super) fn parts(&self) -> Parts<'_> {
        let placed = self.lines.iter().enumerate().map(|(at, line)| (at + 1, line));
        let (left, done): (Vec<_>, Vec<_>) = placed.partition(|(_, line)| line.is_left());
        let begun = left.iter().filter(|(_, line)| line.stand == Stand::Begun).count();
        let mut open = FIRST.saturating_sub(begun).max(3);
        let (now, later) = left.into_iter().partition(|(_, line)| {
            let first = line.stand == Stand::Begun || open > 0;
            if line.stand != Stand::Begun {
                open = open.saturating_sub(1);
            }
            first
        });
        Parts { now, later, done }
    }

    pub(super) fn tier_name(&self, tier: &TierName) -> &str {
        self.tier_names.get(tier).map_or(tier.slug(), String::as_str)
    }

    /// Such as "3 of 12 items done".
    pub(super) fn done_words(&self) -> String {
        match self.done() {
            (_, 0) => "nothing in it counts yet".to_owned(),
            (done, 1) => format!("{done} of 1 item done"),
            (done, all) => format!("{done} of {all} items done"),
        }
    }

    /// How much longer or shorter things take the person than estimated.
    pub(super) fn pace_words(&self) -> String {
        format!("{:.1} times", self.pace.factor())
    }

    pub(super) fn day(&self, day: &NaiveDate) -> String {
        words(*day)
    }

    pub(super) fn moment(&self, moment: &DateTime<Utc>) -> String {
        moment.format("%-d %B %Y").to_string()
    }

    /// The name of a part of the role.
    pub(super) fn part_name<'a>(&'a self, part: &'a gap::Part) -> &'a str {
        part.name(&self.names)
    }

    pub(super) fn skill_name<'a>(&'a self, slug: &'a str) -> &'a str {
        self.names.get(slug).map_or(slug, String::as_str)
    }

    /// How a value came about.
    pub(super) fn basis(&self, part: &gap::Part) -> &'static str {
        match part.all.basis {
            Basis::Measured => "measured",
            Basis::Group => "its part of its group’s figure",
            Basis::Tier => "by tier, not measured",
        }
    }

    pub(super) fn points(&self, points: &f64) -> String {
        let rounded = (points * 10.0).round() / 10.0;
        format!("{rounded}")
    }

    /// How long it takes, in sentences; none without an estimate.
    pub(super) fn time_words(&self) -> Option<TimeWords> {
        let time = self.time.filter(|time| time.high > 0.0)?;
        let [low, high] = self.weeks()?;
        let hours = self.plan.hours;
        let each = if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") };
        let end = |weeks: u32| self.today.checked_add_days(Days::new(u64::from(weeks) * 7));
        let month = |day: NaiveDate| day.format("%B %Y").to_string();
        let until = match (end(low), end(high)) {
            (Some(low), Some(high)) if month(low) == month(high) => format!(", until {}", month(high)),
            (Some(low), Some(high)) => format!(", until between {} and {}", month(low), month(high)),
            _ => String::new(),
        };
        Some(TimeWords {
            range: span(low, high),
            sentence: format!("{} at {each} a week{until}.", capital(&time.words())),
            target: self.needed(),
            without: time.without,
        })
    }

    /// What the target date asks for.
    fn needed(&self) -> Option<String> {
        let (time, day) = (self.time?, self.plan.target?);
        let weeks = (day - self.today).num_days() as f64 / 7.0;
        if weeks < 1.0 {
            return Some(format!("Your target date, {}, is here or past.", words(day)));
        }
        let factor = self.pace.factor();
        let needed = |hours: f64| (hours * factor / weeks).ceil().max(1.0) as i64;
        let (low, high) = (needed(time.low), needed(time.high));
        let hours = if low == high { format!("{high}") } else { format!("{low} to {high}") };
        let word = if high == 1 { "hour" } else { "hours" };
        Some(format!("To be there by {} takes {hours} {word} a week.", words(day)))
    }
}

/// How long a plan takes, in words.
pub struct TimeWords {
    pub range: String,
    pub sentence: String,
    pub target: Option<String>,
    /// Items for which there is no estimate.
    pub without: usize,
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

impl Line {
    /// How far it is, in a word.
    pub(super) fn status(&self) -> &'static str {
        match (self.stand, self.item.skill.is_some()) {
            (Stand::Open, _) => "Not begun",
            (Stand::Begun, true) => "Learning",
            (Stand::Begun, false) => "Begun",
            (Stand::Done, true) if self.mark == Some(Marked::Strong) => "Strong",
            (Stand::Done, true) => "Can do",
            (Stand::Done, false) => "Done",
            (Stand::Apart, _) => "Not for me",
        }
    }

    /// Its sign, in a square of 16 units: an empty box, or the mark of the ledger.
    pub(super) fn path(&self) -> &'static str {
        match self.stand {
            Stand::Open => "M2 2h12v12H2zM3.5 3.5v9h9v-9z",
            Stand::Begun => Marked::Learning.path(),
            Stand::Done => self.mark.unwrap_or(Marked::CanDo).path(),
            Stand::Apart => Marked::NotForMe.path(),
        }
    }

    pub(super) fn is_late(&self, today: &NaiveDate) -> bool {
        self.is_left() && self.item.due.is_some_and(|day| day < *today)
    }

    /// What its button sends that holds now.
    pub(super) fn mark_word(&self) -> &'static str {
        match (&self.item.skill, self.mark) {
            (Some(_), Some(mark)) => mark.word(),
            (Some(_), None) => "none",
            (None, _) => self.item.progress.word(),
        }
    }

    /// The next thing to say of it: what the button sends, and its words.
    pub(super) fn onward(&self) -> Option<(&'static str, &'static str)> {
        let skill = self.item.skill.is_some();
        match (self.stand, skill) {
            (Stand::Open, true) => Some((Marked::Learning.word(), "Begin")),
            (Stand::Begun, true) => Some((Marked::CanDo.word(), "I can do it")),
            (Stand::Open, false) => Some((Progress::Begun.word(), "Begin")),
            (Stand::Begun, false) => Some((Progress::Done.word(), "Done")),
            (Stand::Done | Stand::Apart, _) => None,
        }
    }

    /// The buttons of the next step; the first is the main one.
    pub(super) fn steps_on(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut steps: Vec<_> = self.onward().into_iter().map(|(mark, words)| (mark, words, true)).collect();
        match (self.stand, self.item.skill.is_some()) {
            (Stand::Open, true) => steps.push((Marked::CanDo.word(), "I can do it already", false)),
            (Stand::Open, false) => steps.push((Progress::Done.word(), "It is done already", false)),
            _ => {}
        }
        steps
    }

    /// What is said under its name besides its group.
    pub(super) fn remark(&self) -> String {
        match self.item.kind {
            ItemKind::Extra if self.unasked => return "Beyond what this role asks for".to_owned(),
            _ if self.unasked => return "No longer asked for by this role".to_owned(),
            _ => {}
        }
        match &self.covered_by {
            Some(other) => format!("Not needed while {other} counts: one of the choice is enough"),
            None => String::new(),
        }
    }

    pub(super) fn kind_words(&self) -> &'static str {
        self.item.kind.words()
    }
}

impl Show {
    /// A change to the plan that would be lost if it were made: none while it is archived.
    fn archived(&self) -> bool {
        self.overview.plan.archived.is_some()
    }
}
