//! Atom feeds: of the guide, of the articles, of one role.

use super::{TOLD, address};
use crate::articles::Article;
use crate::content::Content;
use crate::editing::{Change, Entry};
use crate::error::Result;
use crate::roles::Role;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use atom_syndication::{Entry as Item, Feed, Link, Person, Text};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/feed.atom").get(guide))
        .service(web::resource("/articles/feed.atom").get(articles))
        .service(web::resource("/roles/{slug}/feed.atom").get(role));
}

/// How many changes a feed holds.
const ITEMS: i64 = 50;
const ATOM: &str = "application/atom+xml; charset=utf-8";

async fn guide(page: PublicPage) -> Result<HttpResponse> {
    page.show_as(ATOM, |conn, frame| {
        let changes = Change::latest(conn, &TOLD, 0, ITEMS)?;
        Ok(feed(&frame, "Waymark: changes of the guide", "/changes", changes))
    })
    .await
}

async fn articles(page: PublicPage) -> Result<HttpResponse> {
    page.show_as(ATOM, |conn, frame| {
        let changes = Change::latest(conn, &[Article::KIND], 0, ITEMS)?;
        Ok(feed(&frame, "Waymark: articles", "/articles", changes))
    })
    .await
}

async fn role(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show_as(ATOM, move |conn, frame| {
        let role = Entry::<Role>::find(conn, &slug)?;
        let changes = Change::of(conn, Role::KIND, &slug)?;
        let title = format!("Waymark: {}", role.content.name);
        Ok(feed(&frame, &title, &format!("/roles/{}", *slug), changes))
    })
    .await
}

fn feed(frame: &Frame, title: &str, page: &str, changes: Vec<Change>) -> String {
    let link = |href: String, rel: &str| Link { href, rel: rel.into(), ..Link::default() };
    let updated = changes.iter().map(|change| change.published).max().unwrap_or_default();
    let items = changes.iter().map(|change| {
        let page = frame.url(&address(change));
        Item {
            title: Text::plain(format!("{}, revision {}", change.name, change.revision)),
            // Stays the same whatever the entry is called later.
            id: format!("{page}#revision-{}", change.revision),
            updated: change.published.fixed_offset(),
            published: Some(change.published.fixed_offset()),
            summary: Some(Text::plain(change.remarks.join("\n"))),
            links: vec![link(format!("{page}#changes"), "alternate")],
            ..Item::default()
        }
    });
    let feed = Feed {
        title: Text::plain(title),
        id: frame.canonical(),
        updated: updated.fixed_offset(),
        authors: vec![Person { name: "Waymark".into(), ..Person::default() }],
        links: vec![link(frame.canonical(), "self"), link(frame.url(page), "alternate")],
        entries: items.collect(),
        ..Feed::default()
    };
    feed.to_string()
}
