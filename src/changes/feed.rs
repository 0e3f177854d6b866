//! Atom feeds: of the guide, of the articles, of one role.

use super::{OfKind, Together, Told, address};
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
        let items: Vec<Item> =
            Told::latest(conn, 0, ITEMS)?.iter().map(|told| told_item(&frame, told)).collect();
        Ok(feed(&frame, "Waymark: changes of the guide", "/changes", items))
    })
    .await
}

async fn articles(page: PublicPage) -> Result<HttpResponse> {
    page.show_as(ATOM, |conn, frame| {
        let changes = Change::latest(conn, &[Article::KIND], 1, ITEMS)?;
        let items = changes.iter().map(|change| item(&frame, change)).collect();
        Ok(feed(&frame, "Waymark: articles", "/articles", items))
    })
    .await
}

async fn role(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show_as(ATOM, move |conn, frame| {
        let role = Entry::<Role>::find(conn, &slug)?;
        let changes = Change::of(conn, Role::KIND, &slug)?;
        let title = format!("Waymark: {}", role.content.name);
        let items = changes.iter().map(|change| item(&frame, change)).collect();
        Ok(feed(&frame, &title, &format!("/roles/{}", *slug), items))
    })
    .await
}

/// Whoever follows the whole guide hears once of what came together, whoever follows articles or a role of each by itself.
fn told_item(frame: &Frame, told: &Told) -> Item {
    match told {
        Told::One(change) => item(frame, change),
        Told::Together(new) => together(frame, new),
    }
}

fn item(frame: &Frame, change: &Change) -> Item {
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
}

fn together(frame: &Frame, new: &Together) -> Item {
    let page = frame.url("/changes");
    let names = |of: &OfKind| {
        let names: Vec<&str> = of.changes.iter().map(|change| change.name.as_str()).collect();
        let more = if of.more() > 0 { format!(" and {} more", of.more()) } else { String::new() };
        format!("{} {}: {}{more}.", of.count, of.kind, names.join(", "))
    };
    let summary: Vec<String> = new.kinds.iter().map(names).collect();
    Item {
        title: Text::plain(format!("{}: {}", new.title(), new.counts())),
        // Which revision of the guide brought them never changes, nor that they were new in it.
        id: format!("{page}#new-{}", new.seq),
        updated: new.published.fixed_offset(),
        published: Some(new.published.fixed_offset()),
        summary: Some(Text::plain(summary.join("\n"))),
        links: vec![link(page, "alternate")],
        ..Item::default()
    }
}

fn link(href: String, rel: &str) -> Link {
    Link { href, rel: rel.into(), ..Link::default() }
}

fn feed(frame: &Frame, title: &str, page: &str, items: Vec<Item>) -> String {
    let feed = Feed {
        title: Text::plain(title),
        id: frame.canonical(),
        updated: items.iter().map(|item| item.updated).max().unwrap_or_default(),
        authors: vec![Person { name: "Waymark".into(), ..Person::default() }],
        links: vec![link(frame.canonical(), "self"), link(frame.url(page), "alternate")],
        entries: items,
        ..Feed::default()
    };
    feed.to_string()
}
