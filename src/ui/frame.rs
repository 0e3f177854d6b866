//! The frame around every page: where we are, and the way to the rest.

use super::Site;
use super::viewer::{Viewer, viewer_of};
use crate::editing::Page;
use actix_web::HttpRequest;
use std::sync::Arc;

/// What the layout needs.
#[derive(Clone)]
pub struct Frame {
    site: Arc<Site>,
    /// The page's own path, without a query.
    pub path: String,
    /// Which page of a list it is, from 1; all others are a first page.
    pub page: i64,
    /// What stands above the page, such as that it is a preview.
    pub notice: Option<String>,
    /// Whoever the page is made for; everybody gets the same one where nobody in particular looks.
    pub viewer: Option<Viewer>,
}

/// A link of the main navigation.
pub struct NavLink {
    pub name: &'static str,
    pub path: &'static str,
    /// `page` on the page itself, `true` below it.
    pub current: Option<&'static str>,
}

const NAVIGATION: [(&str, &str); 7] = [
    ("Roles", "/roles"),
    ("Skills", "/skills"),
    ("Articles", "/articles"),
    ("Tiers", "/tiers"),
    ("Sources", "/sources"),
    ("About", "/about"),
    ("Search", "/search"),
];
/// What follows for those who are not known,
const STRANGERS: &[(&str, &str)] = &[("Sign in", "/sign-in")];
/// and for those who are signed in.
const MEMBERS: &[(&str, &str)] =
    &[("Plans", "/plans"), ("My skills", "/skills/mine"), ("Account", "/account")];

impl Frame {
    pub fn new(site: Arc<Site>, path: &str) -> Self {
        Frame { site, path: path.to_owned(), page: 1, notice: None, viewer: None }
    }

    /// The frame of a page that is made for one request: it knows who is signed in.
    pub fn of(site: Arc<Site>, request: &HttpRequest) -> Self {
        Frame { viewer: viewer_of(request), ..Frame::new(site, request.path()) }
    }

    /// Pages whose address is like this one's.
    pub(super) fn suggestions(&self) -> Vec<Page> {
        self.site.suggestions(&self.path)
    }

    /// The address of a static file.
    pub fn asset(&self, name: &str) -> &str {
        self.site.assets.address(name)
    }

    /// The absolute address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.address)
    }

    /// The page's one address.
    pub fn canonical(&self) -> String {
        let address = self.url(&self.path);
        if self.page > 1 { format!("{address}?page={}", self.page) } else { address }
    }

    pub fn navigation(&self) -> impl Iterator<Item = NavLink> {
        let own = if self.viewer.is_some() { MEMBERS } else { STRANGERS };
        let all = || NAVIGATION.iter().chain(own).copied();
        let leads = |path: &str| {
            self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // Of two that it lies below, the nearer one: /skills/mine is a link of its own.
        let nearest = all().map(|(_, path)| path).filter(|path| leads(path)).max_by_key(|path| path.len());
        let link = move |(name, path)| {
            let current = (nearest == Some(path)).then(|| if self.path == path { "page" } else { "true" });
            NavLink { name, path, current }
        };
        NAVIGATION.iter().chain(own).copied().map(link)
    }

    /// The heading of a part of a page by its anchor; empty for one that is not there, which a test would see.
    pub fn heading(sections: &[(&'static str, &'static str)], id: &str) -> &'static str {
        sections.iter().find(|(known, _)| *known == id).map_or("", |(_, heading)| heading)
    }
}
