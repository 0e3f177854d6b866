//! A save that comes too late: the entry moved, left or was thrown away since its form was opened. Everything that was
//! typed is shown and kept, and there is a way on for it.

use super::publish::Changed;
use super::{Workbench, one};
use crate::accounts::see_other;
use crate::admin::part::{Part, new_item};
use crate::admin::place::{Place, paged};
use crate::admin::{row, typed};
use crate::content::{Kind, check_slug};
use crate::db::Conn;
use crate::editing::{Fate, Left, Withdrawn, compare, fate_of};
use crate::error::Result;
use crate::import::KINDS;
use crate::ui::{Form, Frame, Site};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use askama::Template;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "admin/late.html")]
pub struct Late {
    frame: Frame,
    bench: Workbench,
    one: &'static str,
    /// What became of it, in a sentence or two.
    told: String,
    /// The form's own address, and the one that it has where the entry moved to.
    action: String,
    moved: Option<String>,
    /// Name of each heir, and the address of its form.
    heirs: Vec<(String, String)>,
    /// Below “Withdrawn” it can be restored as it was.
    withdrawn: bool,
    /// What was typed into the version that was open.
    typed: Vec<Changed>,
    /// Everything that was sent, to be sent again.
    kept: Vec<(String, String)>,
}

impl Late {
    pub fn read(conn: &mut Conn, bench: Workbench, part: &Part, left: Left, form: &Form) -> Result<Late> {
        let kind = &part.kind;
        let there = part.at(&left.slug);
        let moved = left.moved().then(|| there.path());
        let heirs = match left.fate.as_ref().filter(|_| moved.is_none()) {
            Some(fate) => {
                let form = |slug: &String| Part { item: None, ..part.at(slug) }.path();
                named(conn, kind, &fate.heirs)?.into_iter().map(|(slug, name)| (name, form(&slug))).collect()
            }
            None => Vec::new(),
        };
        let ours = |name: &str| ["chosen", "anew", "end"].contains(&name) || name.starts_with("choice:");
        Ok(Late {
            frame: bench.frame.clone(),
            bench,
            one: one(kind),
            told: sentence(conn, kind, left.fate.as_ref())?,
            action: there.path(),
            heirs,
            withdrawn: left.fate.is_some() && moved.is_none(),
            typed: changed(part, left.before.as_ref(), form),
            kept: form.fields().iter().filter(|(name, _)| !ours(name)).cloned().collect(),
            moved,
        })
    }
}

/// What the form holds that the version that was open did not.
fn changed(part: &Part, before: Option<&Value>, form: &Form) -> Vec<Changed> {
    let none = json!({});
    let before = before.and_then(|before| part.within(before)).unwrap_or(&none);
    let after = typed::read(part.fields(), form, "", before);
    let mut changed =
        Changed::in_words(&compare(before, &after), |path| Place::words_within(part.fields(), &after, path));
    if let (Some((field, rows)), None) = (paged(part.section), &part.item)
        && let name = new_item(form, field.name)
        && !name.is_empty()
    {
        let label = format!("{}, new {}", field.label, rows.one);
        changed.push(Changed { label, before: Vec::new(), after: vec![name] });
    }
    changed
}

/// Slug and name of those that are there.
fn named(conn: &mut Conn, kind: &Kind, slugs: &[String]) -> Result<Vec<(String, String)>> {
    let keys: BTreeSet<_> = slugs.iter().map(|slug| (kind.name.to_owned(), slug.clone())).collect();
    let names = row::names(conn, &keys)?;
    Ok(names.into_iter().map(|((_, slug), name)| (slug, name)).collect())
}

/// What became of an entry, for somebody who has it open.
pub fn sentence(conn: &mut Conn, kind: &Kind, fate: Option<&Withdrawn>) -> Result<String> {
    let Some(left) = fate else {
        return Ok(format!("Somebody threw the draft of this {} away while you had it open.", one(kind)));
    };
    if left.fate == Fate::Moved {
        let to = left.heirs.first().map_or("", String::as_str);
        return Ok(format!(
            "“{}” has another address now: {}.",
            left.name,
            kind.page(to).unwrap_or(to.into())
        ));
    }
    let heirs: Vec<String> = named(conn, kind, &left.heirs)?.into_iter().map(|(_, name)| name).collect();
    let heirs: Vec<&str> = heirs.iter().map(String::as_str).collect();
    let end = if left.reason.ends_with(['.', '!', '?']) { "" } else { "." };
    Ok(format!("{}: {}{end}", left.fate.sentence(&left.name, &heirs), left.reason))
}

/// Leads from pages of an entry that is there no more to where it is, or to the list of what was withdrawn.
pub async fn lead_on(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let request = answer.request();
    if answer.status() != StatusCode::NOT_FOUND || request.method() != Method::GET {
        return Ok(answer);
    }
    let of = |name: &str| request.match_info().get(name).unwrap_or_default().to_owned();
    let (folder, slug) = (of("folder"), of("slug"));
    let kind = KINDS.into_iter().find(|kind| kind.folder == folder && check_slug(&slug).is_ok());
    let (Some(kind), Some(site)) = (kind, request.app_data::<Data<Arc<Site>>>().cloned()) else {
        return Ok(answer);
    };
    let asked = slug.clone();
    let Ok(Some((now, left))) = site.db.read(move |conn| fate_of(conn, &kind, &asked)).await else {
        return Ok(answer);
    };
    let to = match left.fate {
        Fate::Moved => format!("/admin/{folder}/{now}"),
        _ => "/admin/withdrawn?said=left".into(),
    };
    Ok(answer.into_response(see_other(&to)))
}
