//! The page about the site.

use super::Text;
use crate::content::render_markdown;
use crate::editing::Entry;
use crate::error::Result;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/about", web::get().to(about));
}

#[derive(Template)]
#[template(path = "texts/show.html")]
struct Show {
    frame: Frame,
    text: Text,
    /// Sanitized.
    html: String,
}

async fn about(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let text = Entry::<Text>::find(conn, "about")?.content;
        let (html, _) = render_markdown(&text.text);
        Ok(Show { frame, text, html })
    })
    .await
}
