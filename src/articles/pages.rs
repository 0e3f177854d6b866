//! What visitors read of articles.

use super::{Article, SECTIONS};
use crate::cards::{Below, Card};
use crate::content::{Heading, render_markdown};
use crate::db::Conn;
use crate::editing::{Entry, Names};
use crate::error::Result;
use crate::figures::{Cited, Forecast, Occupation, Pay, cited};
use crate::roles::Role;
use crate::ui::{Frame, Paging, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::json;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/articles").get(index))
        .service(web::resource("/articles/{slug}").get(show))
        .service(web::resource("/articles/{slug}/card.png").get(card));
}

/// Articles on a page.
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "articles/index.html")]
struct Index {
    frame: Frame,
    articles: Vec<Entry<Article>>,
    paging: Paging,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let paging = Paging::of(&frame, number, Entry::<Article>::count(conn)?, PAGE)?;
        Ok(Index { frame, articles: Entry::<Article>::latest(conn, paging.skip(), PAGE)?, paging })
    })
    .await
}

#[derive(Template)]
#[template(path = "articles/show.html")]
struct Show {
    frame: Frame,
    entry: Entry<Article>,
    /// Sanitized.
    html: String,
    headings: Vec<Heading>,
    /// Slug and name of the roles that it is about.
    roles: Vec<(String, String)>,
    occupation: Occupation,
    cited: Vec<Cited>,
}

async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show(move |conn, frame| {
        let entry = Entry::<Article>::find(conn, &slug)?;
        let (html, headings) = render_markdown(&entry.content.text);
        let occupation = Occupation::read::<Article>(conn, &entry.slug, &entry.content.figures)?;
        Ok(Show {
            frame,
            html,
            headings,
            roles: Names::by::<Article>(conn, &entry.slug)?.take::<Role>().into_iter().collect(),
            cited: cited(conn, None, &occupation.sets)?,
            occupation,
            entry,
        })
    })
    .await
}

async fn card(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    let read = move |conn: &mut Conn| {
        let Entry { slug, content: article, .. } = Entry::<Article>::find(conn, &slug)?;
        let roles: Vec<String> = Names::by::<Article>(conn, &slug)?.take::<Role>().into_values().collect();
        let about = if roles.is_empty() { String::new() } else { format!("About {}", roles.join(", ")) };
        Ok(Card {
            over: "Article".into(),
            name: article.name,
            sentence: article.sentence,
            below: Below::Words(about),
        })
    };
    page.show_made(Card::CONTENT_TYPE, read, |card| card.picture()).await
}

impl Show {
    fn structured(&self) -> String {
        let article = json!({
            "@type": "Article",
            "headline": self.entry.content.name,
            "description": self.entry.content.sentence,
            "dateModified": self.entry.published_day(),
            "author": { "@type": "Organization", "name": "Waymark", "url": self.frame.url("/about") },
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "mainEntityOfPage": self.frame.canonical(),
        });
        let steps = [("Articles", "/articles"), (self.entry.content.name.as_str(), self.frame.path.as_str())];
        structured::script(vec![article, structured::breadcrumbs(&self.frame, &steps)])
    }
}
