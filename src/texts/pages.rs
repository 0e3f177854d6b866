//! Pages about the site itself.

use super::Text;
use crate::content::render_markdown;
use crate::editing::Entry;
use crate::error::Result;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in PAGES {
        let show = move |page| show(page, slug);
        config.service(web::resource(format!("/{slug}")).get(show));
    }
}

/// The texts that are pages of their own, at the root of the site.
const PAGES: [&str; 4] = ["about", "privacy", "accessibility", "licences"];

#[derive(Template)]
#[template(path = "texts/show.html")]
struct Show {
    frame: Frame,
    text: Text,
    /// Sanitized.
    html: String,
}

async fn show(page: PublicPage, slug: &'static str) -> Result<HttpResponse> {
    page.show(move |conn, frame| {
        let text = Entry::<Text>::find(conn, slug)?.content;
        let (html, _) = render_markdown(&text.text);
        Ok(Show { frame, text, html })
    })
    .await
}
