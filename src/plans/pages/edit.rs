//! What a plan is called, where it comes from, hours, date and notes.

use super::merge::{Merge, seal};
use super::{day, hours, note, open, version};
use crate::accounts::{Caller, Member, Person, see_other};
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Withdrawn, names};
use crate::error::Result;
use crate::plans::overview::today;
use crate::plans::typed::{self, Found};
use crate::plans::{Decided, HOURS, NAME, Plan, Whole};
use crate::roles::Role;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "plans/edit.html")]
struct Edit {
    frame: Frame,
    plan: Plan,
    form: Form,
    /// What the fields hold now, as the form would show it.
    now: Vec<(&'static str, String)>,
}

const FIELDS: [&str; 5] = ["name", "from", "hours", "target", "note"];

impl Edit {
    fn of(conn: &mut Conn, frame: Frame, plan: Plan, form: Option<Form>) -> Result<Edit> {
        let now = held(conn, &plan)?;
        let pairs: Vec<(&str, &str)> = now.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let form = form.unwrap_or_else(|| Form::of(&pairs));
        Ok(Edit { frame, plan, form, now })
    }

    /// Names of fields with the seals of what they hold now.
    fn seals(&self) -> Vec<(&'static str, String)> {
        self.now.iter().map(|(name, value)| (*name, seal(value))).collect()
    }

    fn most_hours(&self) -> i32 {
        *HOURS.end()
    }
}

/// What the fields hold, in the order of `FIELDS`.
fn held(conn: &mut Conn, plan: &Plan) -> Result<Vec<(&'static str, String)>> {
    let origin = match &plan.origin {
        Some(slug) => match names::<Role>(conn, [slug])?.remove(slug) {
            Some(name) => name,
            None => Withdrawn::find(conn, Role::KIND, slug)?.map_or_else(|| slug.clone(), |left| left.name),
        },
        None => String::new(),
    };
    let values = [
        plan.name.clone(),
        origin,
        plan.hours.to_string(),
        plan.target.map_or(String::new(), |day| day.to_string()),
        plan.note.clone(),
    ];
    Ok(FIELDS.into_iter().zip(values).collect())
}

pub async fn ask(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let frame = caller.frame();
    let page = caller.site.db.read(move |conn| {
        let plan = Plan::find(conn, &member.person, &id)?;
        Edit::of(conn, frame, plan, None)
    });
    caller.show(&page.await?)
}

pub async fn save(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let (frame, now) = (caller.frame(), caller.now);
    let path = format!("/plans/{id}?said=saved");
    let saved = caller.site.db.write(move |conn| {
        let today = today(&Person::find(conn, &member.person)?, now);
        let seen = version(&form);
        let sent = form.fields().to_vec();
        let problem = Whole::change(conn, (&member.person, &id), seen, now, |conn, whole, stale| {
            open(whole)?;
            let pairs: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let form = Form::of(&pairs);
            Ok(match change(conn, whole, form, stale, today)? {
                None => Decided::Save(None),
                Some(problem) => Decided::Leave(Some(problem)),
            })
        })?;
        let Some((form, status)) = problem else { return Ok(None) };
        let plan = Plan::find(conn, &member.person, &id)?;
        Ok(Some((Edit::of(conn, frame, plan, Some(form))?, status)))
    });
    match saved.await? {
        None => Ok(see_other(&path)),
        Some((edit, status)) => caller.answer(status, &edit),
    }
}

/// Puts what was typed into the plan; the form again, if something has to be put right or asked.
fn change(
    conn: &mut Conn,
    whole: &mut Whole,
    mut form: Form,
    stale: bool,
    today: chrono::NaiveDate,
) -> Result<Option<(Form, StatusCode)>> {
    let plan = &mut whole.plan;
    let held = held(conn, plan)?;
    let [name_now, from_now, hours_now, target_now, note_now] =
        [0, 1, 2, 3, 4].map(|at| held.get(at).map_or("", |(_, value)| value.as_str()));
    let name = form.line("name", NAME);
    if name.is_empty() {
        form.wrong("name", "Write a name for the plan.");
    }
    let from = form.line("from", NAME);
    // One that has left the guide may stay where it is.
    let origin = if from.is_empty() {
        None
    } else if from == from_now {
        plan.origin.clone()
    } else {
        match typed::look::<Role>(conn, &from)? {
            Found::There(slug, _) if slug == plan.role => {
                form.wrong("from", "This is the role that the plan leads to. Choose another one, or none.");
                None
            }
            Found::There(slug, _) => Some(slug),
            Found::Gone(gone) => {
                form.wrong("from", format!("{}. Choose a role that is in the guide.", gone.sentence));
                None
            }
            Found::Unknown => {
                form.wrong(
                    "from",
                    "The guide has no role of this name. Write it as it stands in the list of roles.",
                );
                None
            }
        }
    };
    let hours = hours(&mut form);
    let target = day(&mut form, "target", today, plan.target);
    let note = note(&mut form, "note");
    if !form.fine() {
        return Ok(Some((form, StatusCode::UNPROCESSABLE_ENTITY)));
    }
    let target_typed = target.map_or(String::new(), |day| day.to_string());
    let mut merge = Merge::of(form, stale);
    let takes = [
        merge.takes("name", &name, name_now),
        merge.takes("from", &from, from_now),
        merge.takes("hours", &hours.to_string(), hours_now),
        merge.takes("target", &target_typed, target_now),
        merge.takes("note", &note, note_now),
    ];
    if let Some(form) = merge.question() {
        return Ok(Some((form, StatusCode::CONFLICT)));
    }
    let [take_name, take_from, take_hours, take_target, take_note] = takes;
    if take_name {
        plan.name = name;
    }
    if take_from {
        plan.origin = origin;
    }
    if take_hours {
        plan.hours = hours;
    }
    if take_target {
        plan.target = target;
    }
    if take_note {
        plan.note = note;
    }
    Ok(None)
}
