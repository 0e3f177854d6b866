//! Two roles side by side, and the form that asks which.

use super::choose::Choose;
use super::view::Show;
use super::{answer, now, see};
use crate::editing::Entry;
use crate::error::Result;
use crate::roles::Role;
use crate::search::{Search, meant};
use crate::ui::{Form, Frame, Site};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

pub const PATH: &str = "/compare";
/// The form's fields.
const FIELDS: [&str; 2] = ["first", "second"];

pub async fn show(
    request: HttpRequest,
    site: Data<Arc<Site>>,
    search: Data<Arc<Search>>,
) -> Result<HttpResponse> {
    let site = site.get_ref().clone();
    let form = Form::read(request.query_string().as_bytes());
    let asked: Vec<String> =
        form.value("roles").split(',').filter(|slug| !slug.is_empty()).take(2).map(str::to_owned).collect();
    if asked.is_empty() && FIELDS.iter().any(|name| !form.value(name).is_empty()) {
        let (first, form) = meant::<Role>(&site, &search, form, FIELDS[0]).await?;
        let (second, form) = meant::<Role>(&site, &search, form, FIELDS[1]).await?;
        if let (Some(first), Some(second)) = (first, second) {
            return Ok(see(&address(&first, &second)));
        }
        let frame = Frame::of(site.clone(), &request);
        let page = site.db.read(move |conn| Choose::read(conn, frame, form, None)).await?;
        return answer(StatusCode::OK, &page);
    }
    // Roles that moved are found where they are now, so that a link which somebody kept goes on leading there.
    let now: Vec<String> = asked.iter().map(|slug| now::<Role>(&site, slug)).collect();
    if let ([first, second], true) = (&now[..], now != asked && now[0] != now[1]) {
        return Ok(see(&address(first, second)));
    }
    let frame = Frame::of(site.clone(), &request);
    let read = site.db.read(move |conn| {
        let roles = Entry::<Role>::some(conn, &now)?;
        let mut found: Vec<Entry<Role>> = now.iter().filter_map(|slug| roles.get(slug).cloned()).collect();
        found.dedup_by(|a, b| a.slug == b.slug);
        let wrong = match &now[..] {
            [first, second] if first == second => {
                Some("This is the same role twice. Name another one to compare it with.")
            }
            _ if found.len() < now.len() => {
                Some("The guide has no role at that address. Name the one that you mean.")
            }
            _ => None,
        };
        let known = match <[Entry<Role>; 2]>::try_from(found) {
            Ok(pair) => {
                return Ok((StatusCode::OK, Page::Compared(Box::new(Show::read(conn, frame, pair)?))));
            }
            Err(found) => found.into_iter().next(),
        };
        let mut form = Form::of(&[(FIELDS[0], known.as_ref().map_or("", |role| &role.content.name))]);
        if let Some(wrong) = wrong {
            form.wrong(FIELDS[usize::from(known.is_some())], wrong);
        }
        let status = if roles.len() < now.len() && now.first() != now.get(1) {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::OK
        };
        Ok((status, Page::Choose(Box::new(Choose::read(conn, frame, form, known)?))))
    });
    match read.await? {
        (status, Page::Compared(page)) => answer(status, &*page),
        (status, Page::Choose(page)) => answer(status, &*page),
    }
}

enum Page {
    Compared(Box<Show>),
    Choose(Box<Choose>),
}

/// The address at which two roles are compared.
pub fn address(first: &str, second: &str) -> String {
    format!("{PATH}?roles={first},{second}")
}
