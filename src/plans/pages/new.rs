//! A new plan: where to, where from, how many hours, and what of all that the role asks for.
//!
//! The buttons that tick, and the one that counts again, send the form and get the same page back; a script only presses
//! the latter by itself.

use super::proposed::looks;
use super::{day, hours};
use crate::accounts::{Caller, Member, Person, see_other};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::plans::overview::today;
use crate::plans::typed::{self, Found};
use crate::plans::{HOURS, NAME, PLANS, Plan, Proposal, Proposed};
use crate::roles::Role;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "plans/new.html")]
struct Show {
    frame: Frame,
    form: Form,
    /// The id that the plan is going to have: the same form makes one plan, however often it is sent.
    id: String,
    proposal: Option<Proposal>,
    /// What is ticked; what is proposed if the person has not seen it yet.
    ticked: BTreeSet<String>,
    /// Why the same page is shown again, though nothing is wrong.
    again: bool,
    /// The person has as many plans as are kept.
    full: bool,
}

/// What becomes of the form.
enum Made {
    Plan(String),
    Show(Box<Show>, StatusCode),
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    let frame = caller.frame();
    let (role, from) = (caller.asked("role"), caller.asked("from"));
    let page = caller.site.db.read(move |conn| {
        let mut form = Form::of(&[("role", &role), ("from", &from), ("hours", "6")]);
        let roles = roles(conn, &mut form, true)?;
        let full = Plan::count(conn, &member.person)? >= PLANS;
        let mut show = Show::of(frame, form, Uuid::now_v7().to_string(), full);
        if let Some((role, from)) = roles {
            show.propose(conn, &member.person, &role, from.as_deref())?;
            let proposal = show.proposal.as_ref();
            let name = |found: Option<&str>| found.unwrap_or_default().to_owned();
            let from = name(proposal.and_then(|p| p.origin.as_ref()).map(|(_, name)| name.as_str()));
            let role = name(proposal.map(|p| p.name.as_str()));
            show.form = Form::of(&[("role", &role), ("from", &from), ("hours", "6")]);
        }
        let fine = show.form.fine();
        Ok((show, if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }))
    });
    let (show, status) = page.await?;
    caller.answer(status, &show)
}

pub async fn make(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let (frame, now, db) = (caller.frame(), caller.now, &caller.site.db);
    let made = match looks(&form) {
        true => db.read(move |conn| decide(conn, &member.person, frame, form, now)).await?,
        false => db.write(move |conn| decide(conn, &member.person, frame, form, now)).await?,
    };
    match made {
        Made::Plan(id) => Ok(see_other(&format!("/plans/{id}?said=made"))),
        Made::Show(show, status) => caller.answer(status, show.as_ref()),
    }
}

fn decide(conn: &mut Conn, person: &str, frame: Frame, mut form: Form, now: DateTime<Utc>) -> Result<Made> {
    // One that a browser made up is as good as any, if it looks like one and is nobody's.
    let id = Uuid::parse_str(form.value("id")).unwrap_or_else(|_| Uuid::now_v7()).to_string();
    match Plan::find(conn, person, &id) {
        Ok(plan) => return Ok(Made::Plan(plan.id)),
        Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    let id = if Plan::exists(conn, &id)? { Uuid::now_v7().to_string() } else { id };
    let today = today(&Person::find(conn, person)?, now);
    let looks = looks(&form);
    let name = form.line("name", NAME);
    let hours = hours(&mut form);
    let target = day(&mut form, "target", today, None);
    let roles = roles(conn, &mut form, looks)?;
    let full = Plan::count(conn, person)? >= PLANS;
    if full && !looks {
        form.wrong(
            "",
            format!("You have {PLANS} plans, which is as many as are kept. Delete one that you do not need."),
        );
    }
    let mut show = Show::of(frame, form, id.clone(), full);
    let Some((role, from)) = roles else {
        return Ok(Made::Show(Box::new(show), StatusCode::UNPROCESSABLE_ENTITY));
    };
    show.propose(conn, person, &role, from.as_deref())?;
    let Some(proposal) = &show.proposal else {
        return Ok(Made::Show(Box::new(show), StatusCode::UNPROCESSABLE_ENTITY));
    };
    if !show.form.fine() {
        return Ok(Made::Show(Box::new(show), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let seen = show.form.value("seen") == proposal.seal();
    if looks || !seen {
        show.again = !looks;
        return Ok(Made::Show(Box::new(show), StatusCode::OK));
    }
    let plan = Plan {
        id: id.clone(),
        person: person.to_owned(),
        name: if name.is_empty() { towards(&proposal.name) } else { name },
        role,
        origin: from,
        hours,
        target,
        note: String::new(),
        version: 1,
        seen_revision: proposal.revision,
        created: now,
        changed: now,
        archived: None,
    };
    let wanted: BTreeSet<&str> = show.ticked.iter().map(String::as_str).collect();
    // Whoever presses twice meets their own key.
    proposal.fill(plan, &wanted, now).insert(conn)?;
    Ok(Made::Plan(id))
}

/// What a plan is called at first.
fn towards(role: &str) -> String {
    let mut letters = role.chars();
    let word = role.split(' ').next().unwrap_or_default();
    let name = match letters.next() {
        // Not of "API design" or "DevOps".
        Some(first) if word.chars().skip(1).all(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => role.to_owned(),
    };
    format!("Towards {name}").chars().take(NAME).collect()
}

/// The slugs of the two roles, if what was typed for them is right. Nothing typed is no fault yet if somebody only looks.
fn roles(conn: &mut Conn, form: &mut Form, looks: bool) -> Result<Option<(String, Option<String>)>> {
    let role = form.line("role", NAME);
    let from = form.line("from", NAME);
    let target = match typed::look::<Role>(conn, &role)? {
        _ if role.is_empty() && looks => None,
        _ if role.is_empty() => {
            form.wrong("role", "Write the name of the role that the plan leads to.");
            None
        }
        found => told(form, "role", &role, found),
    };
    let origin = if from.is_empty() {
        None
    } else {
        let found = typed::look::<Role>(conn, &from)?;
        told(form, "from", &from, found)
    };
    if target.is_some() && origin == target {
        form.wrong(
            "from",
            "This is the role that the plan leads to. Choose another one to start from, or none.",
        );
    }
    let started = from.is_empty() || (origin.is_some() && origin != target);
    Ok(target.map(|target| (target, origin.filter(|_| started))))
}

fn told(form: &mut Form, field: &str, typed: &str, found: Found) -> Option<String> {
    match found {
        Found::There(slug, _) => return Some(slug),
        Found::Gone(gone) => {
            form.wrong(field, format!("{}. Choose a role that is in the guide.", gone.sentence))
        }
        Found::Unknown => {
            let shown: String = typed.chars().filter(|c| !c.is_control()).take(80).collect();
            form.wrong(
                field,
                format!("The guide has no role called “{shown}”. Write its name as it stands in the list of roles."),
            );
        }
    }
    None
}

impl Show {
    fn of(frame: Frame, form: Form, id: String, full: bool) -> Show {
        Show { frame, form, id, proposal: None, ticked: BTreeSet::new(), again: false, full }
    }

    fn propose(&mut self, conn: &mut Conn, person: &str, role: &str, from: Option<&str>) -> Result<()> {
        let proposal = Proposal::of(conn, Some(person), role, from)?;
        self.ticked = proposal.ticked(&self.form);
        self.proposal = Some(proposal);
        Ok(())
    }

    fn seen(&self) -> String {
        self.proposal.as_ref().map_or(String::new(), Proposal::seal)
    }

    /// Every skill on the page, for the form to say which ticks are missing.
    fn shown(&self) -> String {
        let skills = self.proposal.iter().flat_map(|proposal| &proposal.skills);
        skills.map(|one| one.slug.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn is_ticked(&self, one: &Proposed) -> bool {
        self.ticked.contains(&one.slug)
    }

    fn most_hours(&self) -> i32 {
        *HOURS.end()
    }
}
