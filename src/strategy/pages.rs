//! The page that sets the strategies of all roles side by side.

use crate::editing::Entry;
use crate::error::Result;
use crate::roles::Role;
use crate::ui::{Frame, Paging, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/strategy").get(index));
}

/// Roles on a page.
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "strategy/index.html")]
struct Index {
    frame: Frame,
    roles: Vec<Entry<Role>>,
    paging: Paging,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let paging = Paging::of(&frame, number, Entry::<Role>::count(conn)?, PAGE)?;
        Ok(Index { frame, roles: Entry::<Role>::by_name(conn, paging.skip(), PAGE)?, paging })
    })
    .await
}
