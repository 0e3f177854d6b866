//! What somebody says of one skill: the mark, a note and evidence.

use super::back;
use crate::accounts::{Caller, Member, see_other};
use crate::content::check_slug;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ledger::form::said;
use crate::ledger::{Ledger, Marked, form_of, rows};
use crate::ui::{Form, Frame};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "ledger/edit.html")]
struct Edit {
    frame: Frame,
    slug: String,
    name: String,
    form: Form,
    version: i64,
    back: String,
    /// What is kept by now, if it is not what was open.
    meanwhile: Option<Meanwhile>,
    /// Something is kept, which can be removed.
    kept: bool,
}

/// What became of a mark while it was open somewhere else.
enum Meanwhile {
    Changed(Box<Marked>),
    Removed,
}

impl Edit {
    fn rows(&self) -> Vec<(String, String)> {
        rows(&self.form)
    }
}

/// A skill by its slug: its name, and what the person says of it.
///
/// # Errors
/// `NotFound` if the guide has no such skill and the person said nothing of it.
fn find(conn: &mut Conn, person: &str, slug: &str) -> Result<(String, Option<Marked>)> {
    if check_slug(slug).is_err() {
        return Err(Error::NotFound);
    }
    let slug = slug.to_owned();
    let mut ledger = Ledger::some(conn, person, [&slug])?;
    let (names, gone) = Ledger::names(conn, [&slug])?;
    let marked = ledger.marked.remove(&slug);
    if marked.is_none() && (gone.contains(&slug) || !names.contains_key(&slug)) {
        return Err(Error::NotFound);
    }
    Ok((names.get(&slug).cloned().unwrap_or(slug), marked))
}

pub async fn ask(caller: Caller, member: Member, slug: Path<String>) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let asked = slug.clone();
    let (name, marked) = caller.site.db.read(move |conn| find(conn, &member.person, &asked)).await?;
    caller.show(&Edit {
        frame: caller.frame(),
        slug,
        name,
        form: form_of(marked.as_ref()),
        version: marked.as_ref().map_or(0, |marked| marked.version),
        back: back(&caller.asked("back")).to_owned(),
        meanwhile: None,
        kept: marked.is_some(),
    })
}

pub async fn take(
    caller: Caller,
    member: Member,
    slug: Path<String>,
    mut form: Form,
) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let said = said(&mut form);
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let (asked, now) = (slug.clone(), caller.now);
    let wrong = said.is_none();
    let done = caller.site.db.write(move |conn| {
        let (name, marked) = find(conn, &member.person, &asked)?;
        let Some(said) = said else { return Ok(Some((name, marked))) };
        if Ledger::save(conn, &member.person, &asked, &said, version, now)? {
            return Ok(None);
        }
        find(conn, &member.person, &asked).map(Some)
    });
    let back = back(form.value("back")).to_owned();
    let Some((name, marked)) = done.await? else {
        return Ok(see_other(&back));
    };
    let kept = marked.is_some();
    let (frame, stands) = (caller.frame(), marked.as_ref().map_or(0, |marked| marked.version));
    if wrong {
        // The version that was open: whether it still stands is asked when the rest is right.
        let page = Edit { frame, slug, name, form, version, back, meanwhile: None, kept };
        return caller.again(&page);
    }
    let meanwhile = marked.map_or(Meanwhile::Removed, |marked| Meanwhile::Changed(Box::new(marked)));
    let page = Edit { frame, slug, name, form, version: stands, back, meanwhile: Some(meanwhile), kept };
    caller.answer(StatusCode::CONFLICT, &page)
}

#[derive(Template)]
#[template(path = "ledger/remove.html")]
struct Remove {
    frame: Frame,
    slug: String,
    name: String,
    marked: Marked,
    /// It was changed since it was asked about.
    changed: bool,
}

pub async fn ask_removal(caller: Caller, member: Member, slug: Path<String>) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let asked = slug.clone();
    let (name, marked) = caller.site.db.read(move |conn| find(conn, &member.person, &asked)).await?;
    let marked = marked.ok_or(Error::NotFound)?;
    caller.show(&Remove { frame: caller.frame(), slug, name, marked, changed: false })
}

pub async fn remove(caller: Caller, member: Member, slug: Path<String>, form: Form) -> Result<HttpResponse> {
    let slug = slug.into_inner();
    let asked = slug.clone();
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let left = caller.site.db.write(move |conn| {
        let (name, marked) = find(conn, &member.person, &asked)?;
        let removed = Ledger::remove(conn, &member.person, &asked, version)?;
        Ok((name, marked.filter(|_| !removed)))
    });
    match left.await? {
        // Removed now, or before.
        (_, None) => Ok(see_other("/skills/mine?said=removed")),
        (name, Some(marked)) => {
            let page = Remove { frame: caller.frame(), slug, name, marked, changed: true };
            caller.answer(StatusCode::CONFLICT, &page)
        }
    }
}
