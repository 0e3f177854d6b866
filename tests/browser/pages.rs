//! Which pages are checked: those that links lead to, so that a new one cannot be forgotten.

use crate::server::Server;
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

pub const ROLE: &str = "/roles/web-application-backend-development";
pub const ROLE_ENTRY: &str = "/roles/web-application-backend-development?level=entry";
/// One role that is to be compared, and two.
const COMPARED: [&str; 2] = [
    "/compare?roles=web-application-backend-development",
    "/compare?roles=web-application-backend-development,devops",
];

/// Every page that links lead to from the first one, with its length.
pub fn every_page(site: &Server) -> &'static BTreeMap<String, usize> {
    static PAGES: OnceLock<BTreeMap<String, usize>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages = BTreeMap::new();
        // The page of the components is for whoever works on them; nothing leads there.
        let mut waiting = vec!["/".to_owned(), "/style".to_owned()];
        let mut known: HashSet<String> = waiting.iter().cloned().collect();
        while let Some(path) = waiting.pop() {
            let answer = site.get(&path);
            assert_eq!(answer.status, 200, "{path} is linked to");
            if !answer.html {
                continue;
            }
            for link in answer.body.split("href=\"/").skip(1) {
                let link = link.split(['"', '#']).next().unwrap_or_default().replace("&#38;", "&");
                let link = format!("/{}", link.replace("&amp;", "&"));
                // One form for each part of each page is a thousand of the same, and so is a comparison for each pair.
                let same = link.starts_with("/report?") && !link.contains(ROLE)
                    || link.starts_with("/compare?") && !COMPARED.contains(&link.as_str());
                if !link.starts_with("/static/") && !same && known.insert(link.clone()) {
                    waiting.push(link);
                }
            }
            pages.insert(path, answer.body.len());
        }
        pages
    })
}

/// The pages of accounts and of editors that links lead to for somebody with these cookies, and what they say. Of entries
/// of a kind it is one, of items of an entry one.
pub fn own_pages(site: &Server, cookies: &str) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut waiting = vec!["/account".to_owned(), "/admin".to_owned()];
    let mut known = HashSet::new();
    while let Some(path) = waiting.pop() {
        let answer = site.get_as(&path, cookies);
        if !answer.html {
            continue;
        }
        assert_eq!(answer.status, 200, "{path} is linked to");
        for link in answer.body.split("href=\"/").skip(1) {
            let link = format!("/{}", link.split(['"', '#', '?', '&']).next().unwrap_or_default());
            let parts: Vec<&str> = link.split('/').skip(1).collect();
            // Whose entry and which of its items it is makes no other page.
            let alike = match parts[..] {
                ["admin", _, "new"] => link.clone(),
                ["admin", folder, _] => format!("admin {folder} one"),
                ["admin", folder, _, "edit", section, _] => format!("admin {folder} {section} item"),
                ["admin", folder, _, ref rest @ ..] => format!("admin {folder} one {}", rest.join(" ")),
                _ => link.clone(),
            };
            if ["account", "admin"].contains(&parts[0]) && known.insert(alike) {
                waiting.push(link);
            }
        }
        pages.insert(path, answer.body);
    }
    pages
}

/// One page of each kind, the longest; and those that are shown when something is wrong.
pub fn pages(site: &Server) -> Vec<String> {
    let mut longest = BTreeMap::new();
    for (page, length) in every_page(site) {
        let path = page.split('?').next().unwrap_or_default();
        let parts: Vec<_> = path.split('/').skip(1).collect();
        let best = longest.entry((parts[0], parts.len())).or_insert((length, page));
        *best = (*best).max((length, page));
    }
    let mut pages: Vec<String> = longest.into_values().map(|(_, page)| page.clone()).collect();
    // With suggestions and without; and an address that is longer than the site takes.
    let wrong = ["/roles/web-backend-development", "/nothing-like-it", &format!("/?{}", "x".repeat(2100))];
    let form =
        ["/report", "/report?page=/roles/nothing", "/report/thanks?page=/roles/devops&section=insights"];
    pages.extend(form.map(str::to_owned));
    pages.extend([ROLE, ROLE_ENTRY, "/search?q=java"].into_iter().chain(wrong).map(str::to_owned));
    pages.sort();
    pages.dedup();
    pages
}

/// A page as a failure names it.
pub fn short(page: &str) -> &str {
    &page[..page.len().min(60)]
}
