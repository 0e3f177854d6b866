//! The frame around every page: where we are, and the way to the rest.

use super::Site;
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
}

/// A link of the main navigation.
pub struct NavLink {
    pub name: &'static str,
    pub path: &'static str,
    /// `page` on the page itself, `true` below it.
    pub current: Option<&'static str>,
}

const NAVIGATION: [(&str, &str); 9] = [
    ("Roles", "/roles"),
    ("Skills", "/skills"),
    ("Articles", "/articles"),
    ("Tiers", "/tiers"),
    ("Sources", "/sources"),
    ("About", "/about"),
    ("Search", "/search"),
    ("Plans", "/plans"),
    ("Account", "/account"),
];

impl Frame {
    pub fn new(site: Arc<Site>, path: &str) -> Self {
        Frame { site, path: path.to_owned(), page: 1, notice: None }
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
        NAVIGATION.into_iter().map(|(name, path)| {
            let below = self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            let current = if self.path == path { Some("page") } else { below.then_some("true") };
            NavLink { name, path, current }
        })
    }

    /// The heading of a part of a page by its anchor; empty for one that is not there, which a test would see.
    pub fn heading(sections: &[(&'static str, &'static str)], id: &str) -> &'static str {
        sections.iter().find(|(known, _)| *known == id).map_or("", |(_, heading)| heading)
    }
}
