//! What visitors read, and what they get when they ask for something odd.

mod a_browser;
mod a_job_seeker;
mod a_visitor;
mod the_guards;
mod who_asks_what_fits;
mod who_chooses_between_roles;
mod who_keeps_it_at_hand;
mod who_mistypes;
mod who_reads_an_advertisement;
mod who_shares_an_address;
mod whoever_watches_over_it;

use crate::support::{Answer, Html, ROLE, Site, Visitor, content};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Somebody at the site with the shipped guide; none where the engine is not installed.
fn somebody() -> Option<Visitor> {
    Some(Site::shared()?.visitor())
}

/// The refusal or failure that an answer shows: its heading and sentence.
fn told(answer: &Answer) -> String {
    let page = answer.html();
    assert_eq!(page.headings(1).len(), 1);
    assert!(page.links().contains(&"/".to_owned()), "no way on");
    page.id("main").text()
}

fn rows(part: &Html) -> Vec<String> {
    part.class("demand-row").iter().map(Html::text).collect()
}

/// The addresses of the static files that a page uses.
fn static_files(page: &Html) -> Vec<String> {
    let tags = page.tags();
    let addresses = tags.iter().filter_map(|t| t.attribute("href").or(t.attribute("src")));
    addresses.filter(|a| a.starts_with("/static/")).map(str::to_owned).collect()
}

/// A skill for which no role asks, as a file.
fn falconry() -> (String, String) {
    let text = "name = \"Falconry\"\nkind = \"practice\"\nsentence = \"Hunting with falcons.\"\nabout = \"It is old.\"\n";
    ("skills/falconry.toml".into(), text.into())
}
