//! Previews: any public page as it would be if a draft were published now.

use super::Gates;
use crate::accounts::{Caller, Person, Rights};
use crate::content::Kind;
use crate::db::Conn;
use crate::editing::{Incoming, Origin, Publication, Standing, publish};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::ui::{Previewer, Rehearsal};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

/// Lets editors, and nobody else, see drafts in the real pages.
pub struct Previews;

impl Previewer for Previews {
    fn rehearsal<'a>(
        &'a self,
        request: &'a HttpRequest,
        draft: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Rehearsal>>> {
        async move {
            let caller = Caller::extract_from(request)?;
            let Some(id) = caller.signed_in().filter(|_| caller.staff_rights_count()) else {
                return Ok(None);
            };
            let Some((kind, slug)) = named(draft) else { return Ok(None) };
            let now = caller.now;
            Ok(Some(Box::new(move |conn: &mut Conn| {
                let person = Person::find(conn, &id)?;
                if person.rights < Rights::Editor {
                    return Ok(None);
                }
                rehearse(conn, &kind, &slug, &id, now).map(Some)
            }) as Rehearsal))
        }
        .boxed_local()
    }
}

/// Kind and slug from `role/devops`.
fn named(draft: &str) -> Option<(Kind, String)> {
    let (kind, slug) = draft.split_once('/')?;
    crate::content::check_slug(slug).ok()?;
    Some((KINDS.into_iter().find(|known| known.name == kind)?, slug.to_owned()))
}

/// Publishes the draft, gaps filled with samples, in a transaction that is taken back; gives what stands above the page.
fn rehearse(conn: &mut Conn, kind: &Kind, slug: &str, by: &str, now: DateTime<Utc>) -> Result<String> {
    let standing = Standing::find(conn, kind.name, slug)?.ok_or(Error::NotFound)?;
    let Gates { gates, checked } = Gates::of(conn, kind, slug, &standing.content)?;
    let Some(checked) = checked else {
        return Err(Error::Refused(
            "This draft cannot be shown yet. Open it, put right what is said there, and look again.".into(),
        ));
    };
    let name = if checked.name.is_empty() { slug.to_owned() } else { checked.name.clone() };
    let incoming =
        Incoming { kind: *kind, slug: slug.to_owned(), checked, file: String::new(), text: String::new() };
    let publication = Publication { origin: Origin::Editors, by: Some(by), told: None, now };
    publish(conn, &[incoming], publication)?;
    let gaps = match gates.len() {
        0 => String::new(),
        1 => " One thing in it is still to be put right.".into(),
        many => format!(" {many} things in it are still to be put right."),
    };
    Ok(format!("A preview of the draft of “{name}”: nobody else sees it.{gaps}"))
}
