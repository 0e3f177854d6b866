//! The page that sets the strategies of all roles side by side.

use crate::editing::Entry;
use crate::error::Result;
use crate::roles::Role;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/strategy").get(index));
}

#[derive(Template)]
#[template(path = "strategy/index.html")]
struct Index {
    frame: Frame,
    roles: Vec<Entry<Role>>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| Ok(Index { frame, roles: Entry::<Role>::all(conn)? })).await
}
