//! The page of sources and method.

mod examples;

use self::examples::{A_WEEK, Examples};
use super::Source;
use crate::content::render_markdown;
use crate::editing::Entry;
use crate::error::{Error, Result};
use crate::figures::used_by_source;
use crate::texts::Text;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/sources").get(index));
}

#[derive(Template)]
#[template(path = "sources/index.html")]
struct Index {
    frame: Frame,
    /// Each source with the number of figures that rest on it.
    sources: Vec<(Entry<Source>, i64)>,
    method: Option<Text>,
    /// Sanitized.
    method_html: String,
    examples: Option<Examples>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let used = used_by_source(conn)?;
        let sources = Entry::<Source>::all(conn)?;
        let method = match Entry::<Text>::find(conn, "method") {
            Ok(entry) => Some(entry.content),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        Ok(Index {
            frame,
            sources: sources
                .into_iter()
                .map(|s| {
                    let n = used.get(&s.slug).copied().unwrap_or(0);
                    (s, n)
                })
                .collect(),
            method_html: method.as_ref().map_or(String::new(), |m| render_markdown(&m.text).0),
            method,
            examples: examples::examples(conn)?,
        })
    })
    .await
}
