//! Another address for an entry: its old one leads there, and whatever names it names it by the new one.

use super::withdraw::{MEANWHILE, Planned, look};
use super::{Workbench, kind_of};
use crate::accounts::{Rights, Staff, see_other};
use crate::admin::fates::{Decision, Departing};
use crate::admin::plan::Plan;
use crate::admin::row;
use crate::content::{Kind, check_slug};
use crate::db::Conn;
use crate::editing::{Fate, Withdrawn, take_turn};
use crate::error::{Error, Result};
use crate::import::RESERVED;
use crate::ui::{Form, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/move.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    departing: Departing,
    form: Form,
    plan: Plan,
}

impl Planned for Show {
    fn departing(&self) -> &Departing {
        &self.departing
    }

    fn plan(&self) -> &Plan {
        &self.plan
    }
}

pub async fn ask(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let page = read(&staff, (kind, slug), None).await?;
    staff.caller.show(&page)
}

/// The page, with what was typed.
async fn read(staff: &Staff, entry: (Kind, String), typed: Option<Form>) -> Result<Show> {
    let bench = Workbench::of(staff);
    // Under its own slug nothing changes, and what could not be published shows.
    let (departing, plan) = look(staff, entry, |own| vec![(own.slug.clone(), own.name.clone())]).await?;
    let form = typed.unwrap_or_else(|| Form::of(&[("slug", departing.slug.as_str())]));
    Ok(Show { frame: bench.frame.clone(), bench, departing, form, plan })
}

enum Outcome {
    Done(String),
    Again(Form, StatusCode),
}

/// Moves it.
pub async fn relocate(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Publisher)?;
    let (folder, old) = place.into_inner();
    let kind = kind_of(&folder)?;
    let (by, now, slug, sent) = (staff.person.id.clone(), staff.caller.now, old.clone(), form.body());
    let done = staff.caller.site.db.write(move |conn| {
        let mut form = form;
        take_turn(conn)?;
        let departing = Departing::find(conn, kind, &slug)?;
        let new = form.line("slug", 100);
        if let Err(sentence) = check_slug(&new) {
            form.wrong("slug", format!("{sentence}."));
        } else if RESERVED.contains(&new.as_str()) {
            form.wrong("slug", format!("“{new}” is used by an address of the site; choose another."));
        } else if new == departing.slug {
            form.wrong("slug", "This is the address that it has. Type another.");
        } else if let Some(problem) = taken(conn, kind.name, &new)? {
            form.wrong("slug", problem);
        }
        if !form.fine() {
            return Ok(Outcome::Again(form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        if form.value("revision") != departing.revision.to_string() {
            form.wrong("", MEANWHILE);
            return Ok(Outcome::Again(form, StatusCode::CONFLICT));
        }
        let heirs = vec![(new.clone(), departing.name.clone())];
        let decision = Decision { fate: Fate::Moved, reason: String::new(), heirs, by, now };
        let plan = Plan::of(conn, &departing.rewriting(&decision.heirs))?;
        if let Some(sentence) = plan.too_much() {
            form.wrong("", sentence);
            return Ok(Outcome::Again(form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        if let [first, ..] = plan.refused()[..] {
            let line = first.lines.iter().find(|line| line.refused);
            let line = line.map_or(String::new(), |line| format!("{}: {}", line.label, line.sentence));
            form.wrong("", format!("Something has to be changed first, in {}. {line}", first.name));
            return Ok(Outcome::Again(form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        departing.relocate(conn, &plan, &decision)?;
        Ok(Outcome::Done(new))
    });
    let again = match done.await {
        Ok(Outcome::Done(new)) => {
            let _ = staff.caller.site.look().await;
            return Ok(see_other(&format!("/admin/{folder}/{new}?said=moved")));
        }
        Ok(Outcome::Again(form, status)) => (form, status),
        Err(Error::Unavailable(_)) => {
            let mut form = Form::read(sent.as_bytes());
            form.wrong("", MEANWHILE);
            (form, StatusCode::CONFLICT)
        }
        Err(error) => return Err(error),
    };
    let page = read(&staff, (kind, old), Some(again.0)).await?;
    staff.caller.answer(again.1, &page)
}

/// Why nothing can move to a slug, if so.
fn taken(conn: &mut Conn, kind: &str, slug: &str) -> Result<Option<String>> {
    if !row::taken(conn, kind, slug)? {
        return Ok(None);
    }
    Ok(Some(match Withdrawn::find(conn, kind, slug)? {
        Some(left) => format!(
            "“{slug}” was the address of “{}”, which was withdrawn and may be restored. Choose another.",
            left.name
        ),
        None => format!("“{slug}” is, or was, the address of something else. Choose another."),
    }))
}
