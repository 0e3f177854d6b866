//! The page that lists what changed, the newest first.

use super::log::Told;
use crate::error::Result;
use crate::ui::{Frame, Paging, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/changes").get(index));
}

/// How many entries of the list stand on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "changes/index.html")]
struct Index {
    frame: Frame,
    changes: Vec<Told>,
    paging: Paging,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let paging = Paging::of(&frame, number, Told::count(conn)?, PAGE)?;
        let changes = Told::latest(conn, paging.skip(), PAGE)?;
        Ok(Index { frame, changes, paging })
    })
    .await
}
