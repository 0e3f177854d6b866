//! The page that lists what changed, the newest first.

use super::TOLD;
use crate::editing::Change;
use crate::error::{Error, Result};
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/changes").get(index));
}

/// How many changes stand on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "changes/index.html")]
struct Index {
    frame: Frame,
    changes: Vec<Change>,
    page: i64,
    pages: i64,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    // What is no number is the first page; a number past the end has nothing to show.
    let number = page.asked("page").and_then(|text| text.parse().ok()).unwrap_or(1_i64);
    page.show(move |conn, frame| {
        let pages = (Change::count(conn, &TOLD)? + PAGE - 1) / PAGE;
        if number < 1 || number > pages.max(1) {
            return Err(Error::NotFound);
        }
        let changes = Change::latest(conn, &TOLD, (number - 1) * PAGE, PAGE)?;
        Ok(Index { frame, changes, page: number, pages })
    })
    .await
}
