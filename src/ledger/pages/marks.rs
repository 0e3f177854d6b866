//! Several marks at once, from a role's page or the whole ledger; notes and evidence stay.

use super::back;
use crate::accounts::{Caller, Member, see_other};
use crate::content::check_slug;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ledger::{Ledger, Mark, Said};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "ledger/marks.html")]
struct Ask {
    frame: Frame,
    asked: Vec<Asked>,
    back: String,
}

/// A mark that is another one by now than when the form was opened.
struct Asked {
    slug: String,
    name: String,
    /// None if it was removed.
    now: Option<Mark>,
    wanted: Mark,
    version: i64,
}

/// What a form asks for: slug, mark, the version that was open.
type Wanted = (String, Mark, i64);

pub async fn take(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for (name, value) in form.fields() {
        let Some(slug) = name.strip_prefix("mark.").filter(|_| !value.is_empty()) else { continue };
        let mark = Mark::from_word(value).filter(|_| check_slug(slug).is_ok()).ok_or(Error::NotFound)?;
        let version = form.value(&format!("version.{slug}")).parse().unwrap_or(0);
        wanted.push((slug.to_owned(), mark, version));
    }
    let (person, now) = (member.person, caller.now);
    let asked = caller.site.db.write(move |conn| save(conn, &person, wanted, now)).await?;
    let back = back(form.value("back")).to_owned();
    if asked.is_empty() {
        return Ok(see_other(&back));
    }
    caller.answer(StatusCode::CONFLICT, &Ask { frame: caller.frame(), asked, back })
}

/// Saves what is not stale; the rest is asked about.
fn save(conn: &mut Conn, person: &str, wanted: Vec<Wanted>, now: DateTime<Utc>) -> Result<Vec<Asked>> {
    let ledger = Ledger::some(conn, person, wanted.iter().map(|(slug, ..)| slug))?;
    let mut asked = Vec::new();
    for (slug, wanted, version) in wanted {
        let there = ledger.marked.get(&slug);
        if there.is_some_and(|marked| marked.mark == wanted) {
            continue;
        }
        let (note, evidence) =
            there.map(|marked| (marked.note.clone(), marked.evidence.clone())).unwrap_or_default();
        let said = Said { mark: wanted, note, evidence };
        let known = there.map_or(0, |marked| marked.version) == version;
        if !known || !Ledger::save(conn, person, &slug, &said, version, now)? {
            let mut ledger = Ledger::some(conn, person, [&slug])?;
            let (names, _) = Ledger::names(conn, [&slug])?;
            let marked = ledger.marked.remove(&slug);
            asked.push(Asked {
                name: names.get(&slug).unwrap_or(&slug).clone(),
                now: marked.as_ref().map(|marked| marked.mark),
                version: marked.map_or(0, |marked| marked.version),
                slug,
                wanted,
            });
        }
    }
    Ok(asked)
}
