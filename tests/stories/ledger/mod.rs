//! The skill ledger, and the pages of the guide as those see them who are signed in.
//!
//! Alice owns what is marked, Charlie is a stranger with an account of his own, Dora publishes.

mod a_mark;
mod a_skill_that_leaves;
mod a_stale_form;
mod a_statement;
mod a_visit;
mod pages_of_the_guide;
mod the_method;
mod the_take_out;
mod what_is_typed_wrong;

use crate::support::people::{ALICE, PASSWORD, id, join, staff};
use crate::support::{Browser, Engine, Html, ROLE, Site, content as shipped};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::Value;
use std::time::{Duration, Instant};
use waymark::accounts::Rights;
use waymark::gap::Asked;
use waymark::ledger::{Ledger, Mark, Visit};
use waymark::roles::Role;

const CHARLIE: &str = "charlie@example.org";
const JAVA: &str = "/skills/java/mark";

/// What Alice did with Java.
const DONE: [(&str, &str); 5] = [
    ("mark", "strong"),
    ("note", "Two years of invoices.\nAlso the archive."),
    ("title-0", "The archive"),
    ("url-0", "https://example.org/archive"),
    ("version", "0"),
];

fn ledger(site: &Site, address: &str) -> Ledger {
    let person = id(site, address);
    Ledger::of(&mut site.conn(), &person).unwrap()
}

/// The row of a skill on a role's page.
fn row(page: &Html, skill: &str) -> String {
    let rows = page.class("demand-row").into_iter().map(|row| row.text());
    let mut rows = rows.filter(|row| row.starts_with(skill));
    rows.next().unwrap_or_else(|| panic!("no row of {skill}"))
}

fn role(slug: &str) -> Role {
    let text = std::fs::read_to_string(shipped().join(format!("roles/{slug}.toml"))).unwrap();
    waymark::content::read("roles/x.toml", &text).unwrap()
}
