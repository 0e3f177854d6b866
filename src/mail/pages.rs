//! In local mode, where no relay is: the letters that became files, as their readers would have them.

use super::PostOffice;
use super::kept::Kept;
use crate::error::{Error, Result};
use crate::ui::{Frame, Site};
use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/dev/letters").get(index))
        .service(web::resource("/dev/letters/{id}").get(show))
        .service(web::resource("/dev/letters/{id}/html").get(html));
}

/// How many letters are listed.
const LISTED: usize = 100;
/// A letter may look as it likes, and do nothing.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

#[derive(Template)]
#[template(path = "mail/index.html")]
struct Index {
    frame: Frame,
    letters: Vec<Kept>,
    /// Where letters go instead of to files.
    relay: bool,
}

#[derive(Template)]
#[template(path = "mail/show.html")]
struct Show {
    frame: Frame,
    letter: Kept,
    /// The lines of the text; those that are addresses of this site are links.
    lines: Vec<(String, bool)>,
}

/// Other modes have no such pages: the links in letters are keys.
fn only_local(site: &Site) -> Result<()> {
    if site.local { Ok(()) } else { Err(Error::NotFound) }
}

async fn index(site: Data<Arc<Site>>, office: Data<PostOffice>) -> Result<HttpResponse> {
    only_local(&site)?;
    let folder = office.folder().map(std::path::Path::to_owned);
    let relay = folder.is_none();
    let letters = match folder {
        Some(folder) => beside(move || Kept::newest(&folder, LISTED)).await?,
        None => Vec::new(),
    };
    let frame = Frame::new(site.get_ref().clone(), "/dev/letters");
    Ok(not_kept().content_type("text/html; charset=utf-8").body(Index { frame, letters, relay }.render()?))
}

async fn show(site: Data<Arc<Site>>, office: Data<PostOffice>, id: Path<String>) -> Result<HttpResponse> {
    only_local(&site)?;
    let letter = one(&office, &id).await?;
    let ours = format!("{}/", site.address);
    let line = |line: &str| (line.to_owned(), line.starts_with(&ours));
    let lines = letter.text.lines().map(line).collect();
    let frame = Frame::new(site.get_ref().clone(), &format!("/dev/letters/{}", letter.id));
    Ok(not_kept().content_type("text/html; charset=utf-8").body(Show { frame, letter, lines }.render()?))
}

async fn html(site: Data<Arc<Site>>, office: Data<PostOffice>, id: Path<String>) -> Result<HttpResponse> {
    only_local(&site)?;
    let letter = one(&office, &id).await?;
    Ok(not_kept()
        .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
        // What is sandboxed may not go to a page that wants its window for itself; so links would lead nowhere.
        .insert_header(("cross-origin-opener-policy", "unsafe-none"))
        .content_type("text/html; charset=utf-8")
        .body(letter.html))
}

async fn one(office: &PostOffice, id: &str) -> Result<Kept> {
    let folder: PathBuf = office.folder().ok_or(Error::NotFound)?.to_owned();
    // Nothing else is a name of a file of ours.
    let id = uuid::Uuid::parse_str(id).map_err(|_| Error::NotFound)?.hyphenated().to_string();
    beside(move || Kept::find(&folder, &id)).await?.ok_or(Error::NotFound)
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    let done = web::block(work).await.map_err(|e| Error::Unexpected(e.to_string()))?;
    done.map_err(|e| Error::Unexpected(format!("the letters cannot be read: {e}")))
}

fn not_kept() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}
