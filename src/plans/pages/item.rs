//! One item: how far it is, its date and notes, whether it is set aside.

use super::merge::{Merge, seal};
use super::{day, note, open, version};
use crate::accounts::{Caller, Member, Person, see_other};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ledger::{Ledger, Mark};
use crate::plans::overview::today;
use crate::plans::{Decided, Item, Line, NAME, Overview, Plan, Progress, Stand, Whole};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "plans/item.html")]
struct Show {
    frame: Frame,
    plan: Plan,
    line: Line,
    /// Its place among those that count, from 1, and how many they are.
    place: Option<usize>,
    count: usize,
    mark: Option<Mark>,
    form: Form,
    said: &'static str,
}

type Place = Path<(String, String)>;

impl Show {
    fn read(conn: &mut Conn, frame: Frame, person: &str, place: &Place, now: DateTime<Utc>) -> Result<Show> {
        let (plan, id) = place.as_ref();
        let overview = Overview::of(conn, person, plan, now)?;
        let at = overview.lines.iter().position(|line| line.item.id == *id);
        let mut all = overview.lines.iter().chain(&overview.aside);
        let line = all.find(|line| line.item.id == *id).ok_or(Error::NotFound)?.clone();
        let mark = match &line.item.skill {
            Some(skill) => Ledger::some(conn, person, [skill])?.mark_of(skill),
            None => None,
        };
        let mut show = Show {
            frame,
            place: at.map(|at| at + 1),
            count: overview.lines.len(),
            plan: overview.plan,
            line,
            mark,
            form: Form::default(),
            said: "",
        };
        let held = show.held();
        let pairs: Vec<(&str, &str)> = held.iter().map(|(name, value)| (*name, value.as_str())).collect();
        show.form = Form::of(&pairs);
        Ok(show)
    }

    /// What its fields hold now.
    fn held(&self) -> [(&'static str, String); 3] {
        let item = &self.line.item;
        let day = item.due.map_or(String::new(), |day| day.to_string());
        [("name", item.name.clone()), ("due", day), ("note", item.note.clone())]
    }

    fn seals(&self) -> [(&'static str, String); 3] {
        self.held().map(|(name, value)| (name, seal(&value)))
    }

    fn edits(&self) -> bool {
        self.plan.archived.is_none()
    }

    /// What the button with this word says.
    fn words_of(&self, word: &str) -> &'static str {
        self.marks().into_iter().find(|(own, ..)| *own == word).map_or("", |(_, words, ..)| words)
    }

    /// What a button for a mark sends and says, what that means, and whether it holds now.
    fn marks(&self) -> Vec<(&'static str, &'static str, &'static str, bool)> {
        if self.line.item.skill.is_some() {
            let mut marks = vec![("none", "Not begun", "Nothing is marked.", self.mark.is_none())];
            marks.extend(
                Mark::ALL.map(|mark| (mark.word(), mark.name(), mark.hint(), self.mark == Some(mark))),
            );
            return marks;
        }
        let words = |progress| match progress {
            Progress::Open => ("Not begun", ""),
            Progress::Begun => ("Begun", ""),
            Progress::Done => ("Done", ""),
        };
        let mark = |progress: Progress| {
            let (name, hint) = words(progress);
            (progress.word(), name, hint, self.line.item.progress == progress)
        };
        Progress::ALL.map(mark).to_vec()
    }
}

pub async fn ask(caller: Caller, member: Member, place: Place) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let said = match caller.asked("said").as_str() {
        "saved" => "It is saved.",
        _ => "",
    };
    let page = caller
        .site
        .db
        .read(move |conn| Ok(Show { said, ..Show::read(conn, frame, &member.person, &place, now)? }));
    caller.show(&page.await?)
}

/// Saves date and notes, and the name of what is no skill.
pub async fn save(caller: Caller, member: Member, place: Place, form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let path = format!("/plans/{}/items/{}?said=saved", place.0, place.1);
    let saved = caller.site.db.write(move |conn| {
        let today = today(&Person::find(conn, &member.person)?, now);
        let seen = version(&form);
        let sent = form.fields().to_vec();
        let (plan, id) = place.as_ref();
        let problem = Whole::change(conn, (&member.person, plan), seen, now, |_, whole, stale| {
            open(whole)?;
            let item = whole.item_mut(id).ok_or(Error::NotFound)?;
            let pairs: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let mut form = Form::of(&pairs);
            let due = day(&mut form, "due", today, item.due);
            let note = note(&mut form, "note");
            let name = if item.skill.is_some() { item.name.clone() } else { form.line("name", NAME) };
            if name.is_empty() {
                form.wrong("name", "Write what it is called.");
            }
            if !form.fine() {
                return Ok(Decided::Leave(Some((form, StatusCode::UNPROCESSABLE_ENTITY))));
            }
            let words = |day: Option<chrono::NaiveDate>| day.map_or(String::new(), |day| day.to_string());
            let mut merge = Merge::of(form, stale);
            let takes_due = merge.takes("due", &words(due), &words(item.due));
            let takes_note = merge.takes("note", &note, &item.note);
            let takes_name = item.skill.is_none() && merge.takes("name", &name, &item.name);
            if let Some(form) = merge.question() {
                return Ok(Decided::Leave(Some((form, StatusCode::CONFLICT))));
            }
            if takes_due {
                item.due = due;
            }
            if takes_note {
                item.note = note;
            }
            if takes_name {
                item.name = name;
            }
            Ok(Decided::Save(None))
        })?;
        let Some((form, status)) = problem else { return Ok(None) };
        Ok(Some((Show { form, ..Show::read(conn, frame, &member.person, &place, now)? }, status)))
    });
    match saved.await? {
        None => Ok(see_other(&path)),
        Some((show, status)) => caller.answer(status, &show),
    }
}

/// Says how far an item is: of a skill in the ledger, for all plans; of anything else in this plan.
pub async fn mark(caller: Caller, member: Member, place: Place, form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let path = match (form.value("back"), place.as_ref()) {
        ("item", (plan, id)) => format!("/plans/{plan}/items/{id}?said=saved"),
        (_, (plan, id)) => format!("/plans/{plan}#item-{id}"),
    };
    let asked = caller.site.db.write(move |conn| {
        let (plan, id) = place.as_ref();
        let (word, was) = (form.value("mark"), form.value("was"));
        let progress = progress_of(word).ok_or(Error::Refused(UNKNOWN.into()))?;
        let person = member.person.as_str();
        let skill = Whole::change(conn, (person, plan), version(&form), now, |conn, whole, _| {
            open(whole)?;
            let item = whole.item_mut(id).ok_or(Error::NotFound)?;
            let stands = stands(conn, person, item)?;
            if stands != was && stands != word && !was.is_empty() {
                return Ok(Decided::Leave(None));
            }
            item.set(progress, now);
            Ok(Decided::Save(Some(item.skill.clone())))
        })?;
        match skill {
            Some(Some(skill)) => to_ledger(conn, person, &skill, word, now).map(|()| None),
            Some(None) => Ok(None),
            None => {
                let mut show = Show::read(conn, frame, person, &place, now)?;
                let (asked, stands) = (show.words_of(word), show.words_of(show.line.mark_word()));
                show.form.wrong(
                    "",
                    format!(
                        "Meanwhile this was marked “{stands}”, in another tab or on another device. You asked for \
                         “{asked}”: press that once more if it is to hold."
                    ),
                );
                Ok(Some(show))
            }
        }
    });
    match asked.await? {
        None => Ok(see_other(&path)),
        Some(show) => caller.answer(StatusCode::CONFLICT, &show),
    }
}

/// The word of the button that holds now.
fn stands(conn: &mut Conn, person: &str, item: &Item) -> Result<&'static str> {
    let Some(skill) = &item.skill else { return Ok(item.progress.word()) };
    Ok(Ledger::some(conn, person, [skill])?.mark_of(skill).map_or("none", Mark::word))
}

const UNKNOWN: &str = "Choose one of the marks on the page of the item.";

/// How far an item is by the word of a button; none for a word that no button has.
fn progress_of(word: &str) -> Option<Progress> {
    if word == "none" {
        return Some(Progress::Open);
    }
    match Mark::from_word(word) {
        Some(mark) => Some(match Stand::from(Some(mark)) {
            Stand::Begun => Progress::Begun,
            Stand::Done => Progress::Done,
            Stand::Open | Stand::Apart => Progress::Open,
        }),
        None => Progress::from_word(word),
    }
}

fn to_ledger(conn: &mut Conn, person: &str, skill: &str, word: &str, now: DateTime<Utc>) -> Result<()> {
    if let Some(mark) = Mark::from_word(word) {
        return Ledger::mark(conn, person, skill, mark, now);
    }
    let slug = skill.to_owned();
    let marked = Ledger::some(conn, person, [&slug])?;
    if let Some(marked) = marked.marked.get(skill) {
        Ledger::remove(conn, person, skill, marked.version)?;
    }
    Ok(())
}

/// Sets an item aside, or brings it back; it keeps its date, its notes and how far it is.
pub async fn set_aside(caller: Caller, member: Member, place: Place, form: Form) -> Result<HttpResponse> {
    let now = caller.now;
    let aside = form.value("do") == "aside";
    let path = format!("/plans/{}?said={}", place.0, if aside { "aside" } else { "restored" });
    let done = caller.site.db.write(move |conn| {
        let (plan, id) = place.as_ref();
        Whole::change(conn, (&member.person, plan), version(&form), now, |_, whole, _| {
            open(whole)?;
            let item = whole.item_mut(id).ok_or(Error::NotFound)?;
            if item.dropped.is_some() == aside {
                return Ok(Decided::Leave(()));
            }
            item.dropped = aside.then_some(now);
            Ok(Decided::Save(()))
        })
    });
    done.await?;
    Ok(see_other(&path))
}

impl Line {
    pub(super) fn is_milestone(&self) -> bool {
        self.item.skill.is_none()
    }
}
