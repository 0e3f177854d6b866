//! In local mode, where no relay is: the letters that became files, as their readers would have them.

use super::PostOffice;
use super::kept::Kept;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ui::{Frame, Site};
use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/dev/letters").get(index))
        .service(web::resource("/dev/letters/samples/{number}").get(show_sample))
        .service(web::resource("/dev/letters/samples/{number}/html").get(sample_html))
        .service(web::resource("/dev/letters/{id}").get(show))
        .service(web::resource("/dev/letters/{id}/html").get(html));
}

/// Posts every kind of letter of the program to an address, with contents that are made up.
#[derive(Clone)]
pub struct Samples(pub Arc<Post>);

type Post = dyn Fn(&mut Conn, &str, DateTime<Utc>) -> Result<()> + Send + Sync;

/// Whom samples are written to; nothing goes there.
const NOBODY: &str = "sample@example.org";

impl Samples {
    /// All of them, posted and taken back.
    async fn read(&self, site: &Site, office: &PostOffice) -> Result<Vec<Kept>> {
        let (samples, office) = (self.clone(), office.clone());
        let read = site.db.rehearse(move |conn| {
            samples.0(conn, NOBODY, Utc::now())?;
            office.posted_to(conn, NOBODY)
        });
        let letter = |(id, message): (String, Vec<u8>)| Kept::read(&id, &String::from_utf8_lossy(&message));
        Ok(read.await?.into_iter().filter_map(letter).collect())
    }

    async fn one(&self, site: &Site, office: &PostOffice, number: usize) -> Result<Kept> {
        only_local(site)?;
        self.read(site, office).await?.into_iter().nth(number).ok_or(Error::NotFound)
    }
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
    /// Subjects of every kind of letter, with contents that are made up.
    samples: Vec<String>,
    /// Where letters go instead of to files.
    relay: bool,
}

#[derive(Template)]
#[template(path = "mail/show.html")]
struct Show {
    frame: Frame,
    letter: Kept,
    /// Where its HTML is.
    html: String,
    /// The lines of the text; those that are addresses of this site are links.
    lines: Vec<(String, bool)>,
}

/// Other modes have no such pages: the links in letters are keys.
fn only_local(site: &Site) -> Result<()> {
    if site.local { Ok(()) } else { Err(Error::NotFound) }
}

async fn index(
    site: Data<Arc<Site>>,
    office: Data<PostOffice>,
    samples: Data<Samples>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    only_local(&site)?;
    let folder = office.folder().map(std::path::Path::to_owned);
    let relay = folder.is_none();
    let letters = match folder {
        Some(folder) => beside(move || Kept::newest(&folder, LISTED)).await?,
        None => Vec::new(),
    };
    let frame = Frame::of(site.get_ref().clone(), &request);
    let samples = samples.read(&site, &office).await?.into_iter().map(|letter| letter.subject).collect();
    let page = Index { frame, letters, samples, relay };
    Ok(not_kept().content_type("text/html; charset=utf-8").body(page.render()?))
}

async fn show(
    site: Data<Arc<Site>>,
    office: Data<PostOffice>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    only_local(&site)?;
    let letter = one(&office, &id).await?;
    page_of(&site, letter, &request)
}

async fn show_sample(
    site: Data<Arc<Site>>,
    office: Data<PostOffice>,
    samples: Data<Samples>,
    number: Path<usize>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let letter = samples.one(&site, &office, *number).await?;
    page_of(&site, letter, &request)
}

async fn sample_html(
    site: Data<Arc<Site>>,
    office: Data<PostOffice>,
    samples: Data<Samples>,
    number: Path<usize>,
) -> Result<HttpResponse> {
    Ok(shown(samples.one(&site, &office, *number).await?.html))
}

fn page_of(site: &Arc<Site>, letter: Kept, request: &HttpRequest) -> Result<HttpResponse> {
    let ours = format!("{}/", site.address);
    let line = |line: &str| (line.to_owned(), line.starts_with(&ours));
    let lines = letter.text.lines().map(line).collect();
    let frame = Frame::of(site.clone(), request);
    let html = format!("{}/html", frame.path);
    let page = Show { frame, letter, html, lines };
    Ok(not_kept().content_type("text/html; charset=utf-8").body(page.render()?))
}

async fn html(site: Data<Arc<Site>>, office: Data<PostOffice>, id: Path<String>) -> Result<HttpResponse> {
    only_local(&site)?;
    Ok(shown(one(&office, &id).await?.html))
}

/// The HTML of a letter as a page: it may look as it likes, and do nothing. Nobody keeps it or lists it.
pub fn shown(html: String) -> HttpResponse {
    not_kept()
        .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
        // What is sandboxed may not go to a page that wants its window for itself; so links would lead nowhere.
        .insert_header(("cross-origin-opener-policy", "unsafe-none"))
        .insert_header(("x-robots-tag", "noindex"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("text/html; charset=utf-8")
        .body(html)
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
