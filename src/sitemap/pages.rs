//! The sitemap, in parts of the size that the protocol allows, and robots.txt.

use super::FIXED_PAGES;
use crate::articles::Article;
use crate::content::Content;
use crate::editing::addresses;
use crate::error::{Error, Result};
use crate::families::Family;
use crate::roles::Role;
use crate::skills::Skill;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/sitemap.xml").get(index))
        .service(web::resource("/sitemap-{part}.xml").get(part))
        .service(web::resource("/robots.txt").get(robots));
}

/// Addresses in one part, of which the first costs as much as the last; the protocol at sitemaps.org allows 50,000.
const PART: i64 = 1_000;
const XML: &str = "application/xml; charset=utf-8";
const KINDS: [(&str, Option<&str>); 4] = [
    (Role::KIND, Role::ADDRESS),
    (Family::KIND, Family::ADDRESS),
    (Skill::KIND, Skill::ADDRESS),
    (Article::KIND, Article::ADDRESS),
];

#[derive(Template)]
#[template(path = "sitemap/index.xml")]
struct Index {
    frame: Frame,
    parts: i64,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show_as(XML, |conn, frame| {
        let (_, count) = addresses(conn, &KINDS, 0, 0)?;
        Ok(Index { frame, parts: (count + PART - 1) / PART + 1 }.render()?)
    })
    .await
}

#[derive(Template)]
#[template(path = "sitemap/part.xml")]
struct Part {
    frame: Frame,
    /// Path and day of the last change.
    addresses: Vec<(String, Option<String>)>,
}

/// Part 0 holds the fixed pages, the others the entries.
async fn part(page: PublicPage, part: web::Path<i64>) -> Result<HttpResponse> {
    let part = part.into_inner();
    page.show_as(XML, move |conn, frame| {
        let addresses = if part == 0 {
            FIXED_PAGES.iter().map(|path| ((*path).to_owned(), None)).collect()
        } else {
            let (rows, _) = addresses(conn, &KINDS, part.saturating_sub(1).saturating_mul(PART), PART)?;
            rows.into_iter().map(|(path, day)| (path, Some(day))).collect()
        };
        let part: Vec<_> = addresses;
        if part.is_empty() {
            return Err(Error::NotFound);
        }
        Ok(Part { frame, addresses: part }.render()?)
    })
    .await
}

/// What is nobody's to find, or somebody's alone.
const CLOSED: [&str; 10] = [
    "/account",
    "/admin",
    "/dev/",
    "/invitation",
    "/report",
    "/reset",
    "/sign-in",
    "/sign-out",
    "/sign-up",
    "/style",
];

async fn robots(page: PublicPage) -> Result<HttpResponse> {
    page.show_as("text/plain; charset=utf-8", |_, frame| {
        let closed: String = CLOSED.iter().map(|path| format!("Disallow: {path}\n")).collect();
        Ok(format!("User-agent: *\n{closed}\nSitemap: {}\n", frame.url("/sitemap.xml")))
    })
    .await
}
