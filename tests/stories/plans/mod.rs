//! Plans: a way to a role, item by item.
//!
//! Alice makes them, Bob helps her by a link, Dora publishes, Charlie is a stranger.

mod a_link;
mod a_new_plan;
mod a_page;
mod a_plan;
mod a_role;
mod all_plans;
mod files;
mod strangers;
mod two_tabs;
mod when_the_guide_changes;

use crate::support::fates;
use crate::support::people::{self as cast, ALICE, PASSWORD, at_once, join, register, sign_in, staff};
use crate::support::{Browser, Html, Site, content};
use chrono::{Days, TimeDelta};
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use waymark::accounts::{Person, Rights};
use waymark::db;
use waymark::db::schema::{interests, plan_items, plans};
use waymark::plans::{Board, Item, ItemKind, Overview, Plan, Whole};

const BACKEND: &str = "web-application-backend-development";
const NEW: &str = "/plans/new?role=web-application-backend-development";
const CHARLIE: &str = "charlie@example.org";

/// Somebody with an account, signed in.
fn person(site: &Site, name: &str) -> Browser {
    staff(site, name, Rights::Member)
}

/// Makes a plan of these skills of a role; gives its address.
fn plan_of(browser: &mut Browser, role: &str, skills: &[&str], typed: &[(&str, &str)]) -> String {
    let page = browser.page(&format!("/plans/new?role={role}"));
    let mut fields = page.form("/plans/new").fields();
    fields.retain(|(name, _)| name != "item" && typed.iter().all(|(own, _)| own != name));
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend(typed);
    fields.extend(skills.iter().map(|skill| ("item", *skill)));
    fields.push(("do", "make"));
    let answer = browser.post("/plans/new", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.header("location").unwrap();
    path.split('?').next().unwrap().to_owned()
}

/// The address of the item with this name.
fn item(page: &Html, name: &str) -> String {
    for link in page.links() {
        let Some(id) = link.split("/items/").nth(1) else { continue };
        let held = page.source().find(&format!("/items/{id}\">{name}<")).is_some();
        if held {
            return link;
        }
    }
    panic!("no item {name}: {}", page.text())
}

/// Presses a button that marks an item.
fn mark(browser: &mut Browser, plan: &str, name: &str, word: &str) {
    let page = browser.page(plan);
    let address = item(&page, name);
    let page = browser.page(&address);
    let answer = browser.fill(&page, &format!("{address}/mark"), &[("mark", word)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

fn id_of(path: &str) -> String {
    path.trim_start_matches("/plans/").to_owned()
}

/// What the plan rests on, as kind and slug.
fn rests_on(site: &Site, plan: &str) -> BTreeSet<(String, String)> {
    let rows: Vec<(String, String)> = interests::table
        .filter(interests::origin.eq(id_of(plan)))
        .select((interests::kind, interests::slug))
        .load(&mut site.conn())
        .unwrap();
    rows.into_iter().collect()
}

/// Publishes a role that nothing links to, so that it can be withdrawn.
fn platform(site: &Site) {
    let text = std::fs::read_to_string(content().join("roles/devops.toml")).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    site.publish(vec![("roles/platform-work.toml".into(), format!("name = \"Platform work\"\n{rest}"))]);
}

/// The publisher, signed in.
fn dora(site: &Site) -> Browser {
    let mut dora = site.browser();
    if sign_in(&mut dora, "dora@example.org", PASSWORD).status == 303 {
        return dora;
    }
    staff(site, "Dora", Rights::Publisher)
}

/// Has a publisher withdraw something.
fn withdraw(site: &Site, address: &str, fate: &str, heirs: &str) {
    let mut dora = dora(site);
    let done = fates::withdraw(&mut dora, address, fate, heirs, "It was time.");
    assert_eq!(done.status, 303, "{}", done.text());
}

/// Writes plans with so many items each, of the skills of the backend role and beyond; gives their ids.
fn fill(site: &Site, person: &str, plans: usize, items: usize) -> Vec<String> {
    let skills: Vec<(String, String)> = waymark::db::schema::entries::table
        .filter(waymark::db::schema::entries::kind.eq("skill"))
        .order(waymark::db::schema::entries::slug)
        .select((waymark::db::schema::entries::slug, waymark::db::schema::entries::name))
        .load(&mut site.conn())
        .unwrap();
    let now = site.now();
    let mut ids = Vec::new();
    for number in 0..plans {
        let id = uuid::Uuid::now_v7().to_string();
        let plan = Plan {
            id: id.clone(),
            person: person.to_owned(),
            name: format!("Plan {number}"),
            role: BACKEND.into(),
            origin: None,
            hours: 5,
            target: None,
            note: String::new(),
            version: 1,
            seen_revision: 1,
            created: now,
            changed: now,
            archived: None,
        };
        let mut whole = Whole { plan, items: Vec::new() };
        for at in 0..items {
            match skills.get(at) {
                Some((slug, name)) => whole.add(Item::of(ItemKind::Skill, Some(slug), name)),
                None => whole.add(Item::of(ItemKind::Own, None, &format!("Thing {at}"))),
            }
        }
        assert!(db::write(&mut site.conn(), |conn| whole.insert(conn)).unwrap());
        ids.push(id);
    }
    ids
}

#[test]
fn dates_are_by_the_clock_of_their_person() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let today = site.now().with_timezone(&chrono_tz::Europe::Vienna).date_naive();
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap().to_string();
    let path = plan_of(&mut alice, BACKEND, &["java"], &[("target", &today.to_string())]);
    let java = item(&alice.page(&path), "Java");
    let page = alice.page(&java);
    assert_eq!(alice.fill(&page, &java, &[("due", &yesterday)]).status, 422);
    assert_eq!(alice.fill(&page, &java, &[("due", &today.to_string())]).status, 303);
    site.later(TimeDelta::days(2));
    sign_in(&mut alice, ALICE, PASSWORD);
    assert!(alice.page(&path).text().contains("was due"));
    assert!(alice.page("/plans").id("due").text().contains("past"));
    // What is past already stays, while something else is written.
    let page = alice.page(&java);
    assert_eq!(alice.fill(&page, &java, &[("note", "later")]).status, 303);
    let left: i64 = plans::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 1);
}
