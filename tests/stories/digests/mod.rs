//! Telling people what changed: once in each period, and nothing twice.
//!
//! Alice follows or plans, Bob publishes, Dora looks after letters, Charlie follows nothing.

mod a_correction;
mod a_digest;
mod a_letter;
mod a_notice;
mod a_plan;
mod editors;
mod words;

use crate::support::fates::save;
use crate::support::people::{at_once, id, register, staff};
use crate::support::{Browser, Html, Letter, Site};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use waymark::accounts::Rights;
use waymark::db::schema::{guide_changes, ledger, outbox, plan_items, plans, told};
use waymark::digests::{self, Done, Planner};
use waymark::editing::guide_revision;
use waymark::follows::{FOLLOW, Frequency, Interest, List, Rhythm, Subject, Subscription};
use waymark::import;
use waymark::roles::Role;
use waymark::skills::Skill;

const ALICE: &str = "alice@example.org";
pub const SLUG: &str = "web-application-backend-development";
const FILE: &str = "roles/web-application-backend-development.toml";

/// Bob, with the files that he changes.
#[derive(Default)]
pub struct Bob(BTreeMap<String, String>);

impl Bob {
    /// Publishes a file in which `from` is replaced by `to`; gives the guide's revision.
    fn publish(&mut self, site: &Site, file: &str, from: &str, to: &str) -> i64 {
        let read = || std::fs::read_to_string(crate::support::content().join(file)).unwrap();
        let text = self.0.entry(file.to_owned()).or_insert_with(read);
        assert!(text.contains(from), "{file} does not say {from}");
        *text = text.replacen(from, to, 1);
        site.publish(vec![(file.to_owned(), text.clone())]);
        guide_revision(&mut site.conn()).unwrap()
    }

    /// How much Java is asked for: a figure in the Foundation tier.
    pub fn java(&mut self, site: &Site, from: &str, to: &str) -> i64 {
        let all = |share: &str| format!("skill = \"java\"\nall = \"{share}\"");
        self.publish(site, FILE, &all(from), &all(to))
    }

    /// Delivery becomes a lower tier.
    pub fn delivery_moves(&mut self, site: &Site) -> i64 {
        let text = std::fs::read_to_string(crate::support::content().join(FILE)).unwrap();
        let (_, group) = text.split_once("id = \"version-control-and-delivery\"").unwrap();
        let (before, _) = group.split_once("tier = \"foundation\"").unwrap();
        let from = format!("id = \"version-control-and-delivery\"{before}tier = \"foundation\"");
        self.publish(site, FILE, &from, &from.replace("foundation", "essential"))
    }

    /// Containers, and Docker with them, get another tier in another role.
    fn containers_move(&mut self, site: &Site, from: &str, to: &str) -> i64 {
        let group = |tier: &str| format!("name = \"Containers and their orchestration\"\ntier = \"{tier}\"");
        self.publish(site, "roles/devops.toml", &group(from), &group(to))
    }
}

/// Has Alice follow the role, told as it is said.
fn alice_follows(site: &Site, frequency: Frequency) -> String {
    register(site, "Alice", Rights::Member);
    let alice = id(site, ALICE);
    follow(site, &alice, Subject::of::<Role>(SLUG), frequency);
    alice
}

pub fn follow(site: &Site, person: &str, subject: Subject, frequency: Frequency) {
    let list = if subject.is_guide() { List::Guide } else { List::Follows };
    Interest::put(&mut site.conn(), person, FOLLOW, &[subject], site.now()).unwrap();
    choose(site, person, list, frequency);
}

pub fn choose(site: &Site, person: &str, list: List, frequency: Frequency) {
    let subscription = Subscription::on(&mut site.conn(), person, list).unwrap().unwrap();
    let rhythm = Rhythm { frequency, ..subscription.rhythm };
    subscription.choose(&mut site.conn(), rhythm, site.now()).unwrap();
}

/// Makes a plan towards the role, of these skills in this order; those with a mark are how far the person is.
pub fn plan(site: &Site, person: &str, steps: &[(&str, &str, &str)]) -> String {
    plan_towards(site, person, (SLUG, "My secret way"), steps)
}

/// The same towards any role, under a name.
fn plan_towards(
    site: &Site,
    person: &str,
    (role, name): (&str, &str),
    steps: &[(&str, &str, &str)],
) -> String {
    let (id, now) = (uuid::Uuid::now_v7().to_string(), site.now());
    let conn = &mut site.conn();
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(&id),
            plans::person.eq(person),
            plans::name.eq(name),
            plans::role.eq(role),
            plans::hours.eq(5),
            plans::note.eq(""),
            plans::version.eq(1_i64),
            plans::seen_revision.eq(1_i64),
            plans::created_at.eq(now.timestamp_millis()),
            plans::changed_at.eq(now.timestamp_millis()),
        ))
        .execute(conn)
        .unwrap();
    let mut subjects = vec![Subject::of::<Role>(role)];
    for (place, (slug, name, mark)) in steps.iter().enumerate() {
        diesel::insert_into(plan_items::table)
            .values((
                plan_items::plan.eq(&id),
                plan_items::id.eq(uuid::Uuid::now_v7().to_string()),
                plan_items::place.eq(place as i32),
                plan_items::kind.eq("skill"),
                plan_items::skill.eq(slug),
                plan_items::name.eq(name),
                plan_items::status.eq("open"),
                plan_items::note.eq(""),
                plan_items::moved.eq(0_i64),
            ))
            .execute(conn)
            .unwrap();
        if !mark.is_empty() {
            diesel::insert_into(ledger::table)
                .values((
                    ledger::person.eq(person),
                    ledger::skill.eq(slug),
                    ledger::mark.eq(mark),
                    ledger::note.eq(""),
                    ledger::evidence.eq("[]"),
                    ledger::version.eq(1_i64),
                    ledger::marked_at.eq(now.timestamp_millis()),
                ))
                .execute(conn)
                .unwrap();
        }
        subjects.push(Subject::of::<Skill>(slug));
    }
    Interest::put(conn, person, &id, &subjects, now).unwrap();
    id
}

/// Says that a publication puts another right, as the page for publishing marks it.
pub fn corrects(site: &Site, right: i64, wrong: i64) {
    let row = guide_changes::table.filter(guide_changes::seq.eq(right));
    diesel::update(row).set(guide_changes::corrects.eq(wrong)).execute(&mut site.conn()).unwrap();
}

/// Letters of lists that somebody has, the newest first.
fn letters(site: &Site, to: &str) -> Vec<Letter> {
    let all = site.letters();
    let of_lists = all.to(to).into_iter().filter(|letter| raw(letter).contains("List-Id:"));
    let plain = |letter: &Letter| Letter { text: letter.text.replace("\r\n", "\n"), ..letter.clone() };
    of_lists.map(plain).collect()
}

fn raw(letter: &Letter) -> String {
    String::from_utf8_lossy(&letter.raw).into_owned()
}

fn none() -> Done {
    Done::default()
}

fn mailed(count: usize) -> Done {
    Done { mailed: count, ..Done::default() }
}

const MINUTES: fn(i64) -> TimeDelta = TimeDelta::minutes;
const DAYS: fn(i64) -> TimeDelta = TimeDelta::days;

/// Changes a field of the role.
fn edit(browser: &mut Browser, field: &str, value: &str) {
    let path = format!("/admin/roles/{SLUG}/edit/role");
    let page = browser.page(&path);
    let mut fields = page.class("sheet")[0].fields();
    for (name, old) in &mut fields {
        if name == field {
            value.clone_into(old);
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let saved = browser.post(&path, &fields);
    assert!([200, 303].contains(&saved.status), "{}", saved.text());
}

/// Publishes the draft of the role with the words that are suggested, and further fields.
fn publish(browser: &mut Browser, more: &[(&str, &str)]) {
    let path = format!("/admin/roles/{SLUG}/publish");
    let page = browser.page(&path);
    let done = browser.fill(&page, &path, &[more, &[("do", "now")]].concat());
    assert_eq!(done.status, 303, "{}", done.text());
}

/// Puts something into a draft and publishes it in words of one's own.
fn publish_in_words(
    (site, browser): (&Site, &mut Browser),
    (kind, address, slug): (&str, &str, &str),
    change: impl Fn(&mut serde_json::Value),
    words: &str,
) {
    save(site, kind, slug, change);
    let path = format!("/admin/{address}/{slug}/publish");
    let page = browser.page(&path);
    let typed = [("summary", words), ("significance", "notable"), ("do", "now")];
    let done = browser.fill(&page, &path, &typed);
    assert_eq!(done.status, 303, "{}", done.text());
}

/// Changes how much Java is asked for, and tells it in words of one's own.
fn publish_java(site: &Site, browser: &mut Browser, share: &str, words: &str) {
    let java = |role: &mut serde_json::Value| {
        let java = &mut role["groups"][0]["skills"][0];
        assert_eq!(java["skill"], "java");
        java["all"] = share.into();
    };
    publish_in_words((site, browser), ("role", "roles", SLUG), java, words);
}

#[test]
fn nothing_is_told_twice_over_lists_notices_and_digests() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    let alice = alice_follows(&site, Frequency::AtOnce);
    plan(&site, &alice, &[("java", "Java", "")]);
    follow(&site, &alice, Subject::guide(), Frequency::Daily);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(11));
    assert_eq!(site.plan().mailed, 1);
    assert_eq!(letters(&site, ALICE).len(), 1);
    for _ in 0..9 {
        site.later(DAYS(1));
        assert_eq!(site.plan().mailed, 0);
    }
    assert_eq!(letters(&site, ALICE).len(), 1);
    let rows: Vec<(String, i64)> =
        told::table.select((told::person, told::seq)).load(&mut site.conn()).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
}
