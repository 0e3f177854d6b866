//! Plans: a way to a role, item by item.
//!
//! Alice makes them, Bob helps her by a link, Dora publishes, Charlie is a stranger.

use crate::support::people::{self as cast, ALICE, PASSWORD, at_once, join, register, sign_in, staff};
use crate::support::{Answer, Browser, Html, Site, content};
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

/// The fields of the form that sends to an address.
fn form(page: &Html, action: &str) -> Vec<(String, String)> {
    let tags = page.tags().into_iter().filter(|tag| tag.name == "form");
    let found = tags.zip(page.all("form")).find(|(tag, _)| tag.attribute("action") == Some(action));
    found.unwrap_or_else(|| panic!("no form to {action}: {}", page.text())).1.fields()
}

/// Sends such a form with some fields typed anew.
fn send(browser: &mut Browser, page: &Html, action: &str, typed: &[(&str, &str)]) -> Answer {
    let mut fields = form(page, action);
    fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend(typed);
    browser.post(action, &fields)
}

/// Makes a plan of these skills of a role; gives its address.
fn plan_of(browser: &mut Browser, role: &str, skills: &[&str], typed: &[(&str, &str)]) -> String {
    let page = browser.page(&format!("/plans/new?role={role}"));
    let mut fields = form(&page, "/plans/new");
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
    let answer = send(browser, &page, &format!("{address}/mark"), &[("mark", word)]);
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

fn pairs(all: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    all.iter().map(|(kind, slug)| ((*kind).to_owned(), (*slug).to_owned())).collect()
}

/// Publishes the backend role with a text of its file replaced.
fn publish_role(site: &Site, from: &str, to: &str) {
    let file = format!("roles/{BACKEND}.toml");
    let text = std::fs::read_to_string(content().join(&file)).unwrap();
    assert!(text.contains(from), "{from}");
    site.publish(vec![(file, text.replace(from, to))]);
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
    let action = format!("{address}/withdraw");
    let page = dora.page(&action);
    let typed = [("fate", fate), ("heirs", heirs), ("reason", "It was time.")];
    let seen = send(&mut dora, &page, &action, &[&typed[..], &[("do", "look")]].concat());
    assert_eq!(seen.status, 200, "{}", seen.text());
    let done = send(&mut dora, &seen.html(), &action, &[&typed[..], &[("do", "withdraw")]].concat());
    assert_eq!(done.status, 303, "{}", done.text());
}

mod a_new_plan {
    use super::*;

    #[test]
    fn begins_on_a_role_page_and_leads_through_signing_in_and_back() {
        let Some(site) = Site::open() else { return };
        register(&site, "Alice", Rights::Member);
        let mut alice = site.browser();
        let role = alice.page(&format!("/roles/{BACKEND}"));
        assert!(role.links().contains(&NEW.to_owned()), "{:?}", role.links());

        let away = alice.get(NEW);
        assert_eq!(away.status, 303);
        let sign_in = alice.page(away.header("location").unwrap());
        let typed = [("address", ALICE), ("password", PASSWORD)];
        let back = send(&mut alice, &sign_in, "/sign-in", &typed);
        assert_eq!(back.header("location"), Some(NEW), "{}", back.text());

        let page = alice.page(NEW);
        let fields = form(&page, "/plans/new");
        assert!(
            fields.contains(&("role".into(), "Web application backend development".into())),
            "{fields:?}"
        );
        let items: Vec<&str> =
            fields.iter().filter(|(name, _)| name == "item").map(|(_, value)| value.as_str()).collect();
        assert!(
            items.contains(&"java") && !items.contains(&"python"),
            "one of a choice is enough: {items:?}"
        );
        assert!(page.text().contains("Java or Python: Java is enough"), "{}", page.text());
        let sent: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(_, value)| value != "git")
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .chain([("do", "make")])
            .collect();
        let plan = alice.send("/plans/new", &sent);

        assert_eq!(plan.headings(1), ["Towards web application backend development"]);
        assert!(plan.text().contains("The plan is made."), "{}", plan.text());
        assert!(plan.id("next-title").text().contains("Java"), "{}", plan.text());
        assert!(plan.id("aside").text().contains("Git"), "what was unticked is set aside");
        assert!(plan.id("items").text().contains("Java"));
        assert!(!plan.source().contains("id=\"news\""), "nothing is new: {}", plan.text());
    }

    #[test]
    fn a_form_sent_while_signed_out_is_kept() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let page = alice.page(NEW);
        alice.cookies.remove("waymark-session");
        let away = send(&mut alice, &page, "/plans/new", &[("do", "make"), ("hours", "11")]);
        assert_eq!(away.header("location"), Some("/sign-in"));

        let back = sign_in(&mut alice, ALICE, PASSWORD);
        let page = alice.page(back.header("location").unwrap());
        let made = send(&mut alice, &page, "/plans/new", &[]);
        let plan = alice.page(made.header("location").unwrap_or_else(|| panic!("{}", made.text())));
        assert!(plan.text().contains("11 hours a week"), "{}", plan.text());
    }

    #[test]
    fn pressed_twice_is_one() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let page = alice.page(NEW);
        let both = [alice.clone(), alice.clone()];

        let made = at_once(&both, |alice| send(&mut alice.clone(), &page, "/plans/new", &[("do", "make")]));

        let paths: BTreeSet<_> = made.iter().map(|a| a.header("location").unwrap().to_owned()).collect();
        assert_eq!(paths.len(), 1, "{paths:?}");
        assert_eq!(Plan::count(&mut site.conn(), &cast::id(&site, ALICE)).unwrap(), 1);
        // Somebody else who sends the same id gets a plan of their own, and learns nothing.
        let mut charlie = person(&site, "Charlie");
        let own = send(&mut charlie, &page, "/plans/new", &[("do", "make")]);
        assert_eq!(own.status, 303);
        assert!(!paths.contains(own.header("location").unwrap()));
    }

    #[test]
    fn says_at_the_field_what_is_wrong_and_keeps_what_was_typed() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        platform(&site);
        withdraw(&site, "/admin/roles/platform-work", "retired", "");
        let page = alice.page(NEW);
        for (field, typed, told) in [
            ("role", "Lion tamer", "The guide has no role called “Lion tamer”"),
            ("role", "", "Write the name of the role"),
            ("role", "Platform work", "was retired. Choose a role that is in the guide"),
            ("from", "Web application backend development", "This is the role that the plan leads to"),
            ("from", "nothing like it", "The guide has no role called"),
            ("hours", "0", "from 1 to 80"),
            ("hours", "many", "from 1 to 80"),
            ("hours", "99999999999999", "from 1 to 80"),
            ("target", "2020-01-01", "1 January 2020 is past"),
            ("target", "next year", "such as 2027-06-30"),
            ("target", "9999-01-01", "more than 50 years ahead"),
            ("name", &"n".repeat(121), "longer than 120 characters"),
        ] {
            let mut kept = vec![("hours", "13"), ("name", "My way"), ("do", "make")];
            kept.retain(|(name, _)| *name != field);
            kept.push((field, typed));
            let answer = send(&mut alice, &page, "/plans/new", &kept);
            assert_eq!(answer.status, 422, "{field} {typed}: {}", answer.text());
            let html = answer.html();
            assert!(
                html.id(&format!("{field}-error")).text().contains(told),
                "{field} {typed}: {}",
                html.text()
            );
            let fields = form(&html, "/plans/new");
            assert!(fields.contains(&(field.to_owned(), typed.to_owned())), "{field} {typed}: {fields:?}");
        }
        assert_eq!(
            alice.get("/plans/new?role=platform-work").status,
            422,
            "a withdrawn role says so at once"
        );
        assert_eq!(Plan::count(&mut site.conn(), &cast::id(&site, ALICE)).unwrap(), 0);
    }

    #[test]
    fn shows_another_list_first_when_a_role_was_changed() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let page = alice.page(NEW);

        let changed = [("from", "Frontend development"), ("hours", "9"), ("do", "make")];
        let again = send(&mut alice, &page, "/plans/new", &changed);
        assert_eq!(again.status, 200);
        let again = again.html();
        assert!(again.text().contains("another one than before"), "{}", again.text());
        assert!(again.text().contains("Frontend development asks for these as well"), "{}", again.text());

        let made = send(&mut alice, &again, "/plans/new", &[("do", "make")]);
        let plan = alice.page(made.header("location").unwrap_or_else(|| panic!("{}", made.text())));
        assert!(plan.text().contains("From Frontend development"), "{}", plan.text());
        assert!(plan.text().contains("9 hours a week"), "{}", plan.text());
    }

    #[test]
    fn more_than_are_kept_are_refused_with_a_sentence() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let person = cast::id(&site, ALICE);
        let page = alice.page(NEW);
        fill(&site, &person, 50, 1);

        let answer = send(&mut alice, &page, "/plans/new", &[("do", "make")]);

        assert_eq!(answer.status, 422);
        assert!(
            answer.text().contains("You have 50 plans, which is as many as are kept"),
            "{}",
            answer.text()
        );
        assert_eq!(Plan::count(&mut site.conn(), &person).unwrap(), 50);
    }
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

mod a_plan {
    use super::*;

    #[test]
    fn leads_on_from_step_to_step_until_all_of_it_is_done() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
        let page = alice.page(&path);
        assert_eq!(page.id("next-title").text(), "Java");
        assert!(page.text().contains("0 of 2 items done"), "{}", page.text());
        assert!(page.links().iter().any(|link| link.starts_with("https://")), "where to learn it");
        assert!(page.text().contains("What shows that you can"), "{}", page.text());
        let readiness = page.id("readiness").text();
        assert!(readiness.contains("Readiness for the role: 0 %"), "{readiness}");
        assert!(readiness.contains("Java or Python"), "the arithmetic is open to everybody: {readiness}");

        let action = format!("{}/mark", item(&page, "Java"));
        send(&mut alice, &page, &action, &[("mark", "learning")]);
        let page = alice.page(&path);
        assert!(page.text().contains("You have begun it."), "{}", page.text());
        assert!(page.text().contains("1 begun"), "{}", page.text());
        send(&mut alice, &page, &action, &[("mark", "can-do")]);
        let page = alice.page(&path);
        assert_eq!(page.id("next-title").text(), "Git");
        assert!(page.text().contains("1 of 2 items done"), "{}", page.text());
        assert!(!page.id("readiness").text().contains("role: 0 %"), "{}", page.id("readiness").text());
        mark(&mut alice, &path, "Git", "strong");

        let page = alice.page(&path);
        assert_eq!(page.id("next-title").text(), "All of it is done");
        assert!(page.text().contains("100 % 2 of 2 items done"), "{}", page.text());
        assert!(page.id("items").text().contains("Strong"), "{}", page.text());
    }

    #[test]
    fn reads_the_one_ledger_so_that_a_mark_holds_in_all() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let backend = plan_of(&mut alice, BACKEND, &["git", "java"], &[]);
        let other = plan_of(&mut alice, "devops", &["git"], &[]);

        mark(&mut alice, &backend, "Git", "can-do");

        assert_eq!(alice.page(&other).id("next-title").text(), "All of it is done");
        let new = alice.page("/plans/new?role=devops").text();
        assert!(new.contains("You can do these By your ledger"), "{new}");
        mark(&mut alice, &other, "Git", "none");
        assert!(alice.page(&backend).text().contains("0 of 2 items done"));
        mark(&mut alice, &other, "Git", "not-for-me");
        let page = alice.page(&backend).text();
        assert!(page.contains("0 of 1 item done") && page.contains("Not for me"), "{page}");
    }

    #[test]
    fn takes_skills_and_milestones_dates_and_notes_and_sets_them_aside() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
        let add = format!("{path}/add");
        let page = alice.page(&add);
        send(&mut alice, &page, &add, &[("skill", "Rust"), ("do", "skill")]);
        let soon = (site.now() + TimeDelta::days(3)).date_naive().to_string();
        let typed = [
            ("kind", "portfolio"),
            ("name", "A booking service"),
            ("due", soon.as_str()),
            ("note", "one\r\ntwo"),
            ("do", "own"),
        ];
        let own = form(&page, &add).len();
        assert!(own > 0);
        let milestone = page.id("own");
        let id = milestone.fields().into_iter().find(|(name, _)| name == "id").unwrap().1;
        let typed = [&typed[..], &[("id", id.as_str()), ("version", "1")]].concat();
        for _ in 0..2 {
            assert_eq!(alice.post(&add, &typed).status, 303, "a second press adds nothing");
        }

        let page = alice.page(&path);
        let items = page.id("items").text();
        assert!(items.contains("Rust") && items.contains("A booking service Portfolio piece due"), "{items}");
        assert!(items.contains("one two"), "{items}");
        assert_eq!(page.class("step").len(), 3);
        assert!(alice.page("/plans").id("due").text().contains("A booking service"));
        assert!(rests_on(&site, &path).contains(&("skill".into(), "rust".into())));

        let rust = item(&page, "Rust");
        let aside = format!("{rust}/aside");
        let page = alice.page(&rust);
        send(&mut alice, &page, &aside, &[("do", "aside")]);
        let page = alice.page(&path);
        assert_eq!(page.class("step").len(), 2);
        assert!(page.id("aside").text().contains("Rust"));
        assert!(!rests_on(&site, &path).contains(&("skill".into(), "rust".into())));
        send(&mut alice, &page, &aside, &[("do", "restore")]);
        assert_eq!(alice.page(&path).class("step").len(), 3);

        for (typed, told) in [
            (vec![("skill", ""), ("do", "skill")], "Write the name of a skill"),
            (vec![("skill", "Lion taming"), ("do", "skill")], "The guide has no skill of this name"),
            (vec![("name", ""), ("kind", "own"), ("do", "own")], "Write what it is called"),
            (vec![("name", "x"), ("kind", "skill"), ("do", "own")], "Choose what it is"),
            (vec![("name", "x"), ("kind", "own"), ("due", "2001-01-01"), ("do", "own")], "is past"),
        ] {
            let answer = alice.post(&add, &typed);
            assert_eq!(answer.status, 422, "{}", answer.text());
            assert!(answer.text().contains(told), "{told}: {}", answer.text());
        }
    }

    #[test]
    fn is_put_in_another_order() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git", "sql"], &[]);
        let order = format!("{path}/order");
        let names = |page: &Html| -> Vec<String> {
            let named = page.class("ordered-name");
            named
                .iter()
                .map(|name| name.text().split_whitespace().nth(1).unwrap_or_default().to_owned())
                .collect()
        };
        let before = names(&alice.page(&order));
        assert_eq!(before.len(), 3, "{before:?}");
        let ids: Vec<String> = alice
            .page(&order)
            .tags()
            .iter()
            .filter_map(|tag| tag.attribute("data-item").map(str::to_owned))
            .collect();

        for (item, step, expected) in [
            (0, ("do", "down"), [1, 0, 2]),
            (2, ("do", "up"), [1, 2, 0]),
            (0, ("to", "1"), [0, 1, 2]),
            (0, ("to", "99"), [1, 2, 0]),
        ] {
            let open = form(&alice.page(&order), &order);
            let version = &open.iter().find(|(name, _)| name == "version").unwrap().1;
            let answer = alice.post(&order, &[("version", version), ("item", &ids[item]), step]);
            assert_eq!(answer.status, 303, "{}", answer.text());
            let expected: Vec<&String> = expected.iter().map(|at| &before[*at]).collect();
            assert_eq!(names(&alice.page(&order)).iter().collect::<Vec<_>>(), expected, "{step:?}");
        }
        let wrong = alice.post(&order, &[("item", ids[0].as_str()), ("to", "first")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("Write a place as a number"), "{}", wrong.text());
        assert!(form(&wrong.html(), &order).iter().any(|(name, _)| name == "to"));
        assert!(wrong.text().contains("value=\"first\""), "what was typed stays");
        assert_eq!(alice.post(&order, &[("item", "nothing"), ("to", "1")]).status, 404);
    }

    #[test]
    fn is_renamed_archived_restored_and_deleted() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
        let edit = format!("{path}/edit");
        let page = alice.page(&edit);
        send(&mut alice, &page, &edit, &[("name", "My way"), ("note", "Mornings only.")]);
        let page = alice.page(&path);
        assert_eq!(page.headings(1), ["My way"]);
        assert!(page.text().contains("Mornings only."));
        assert_eq!(rests_on(&site, &path), pairs(&[("role", BACKEND), ("skill", "java")]));

        let archive = format!("{path}/archive");
        send(&mut alice, &page, &archive, &[("do", "archive")]);
        assert_eq!(rests_on(&site, &path), pairs(&[]));
        assert!(alice.page("/plans").id("archived").text().contains("My way"));
        let page = alice.page(&path);
        let java = item(&alice.page(&path), "Java");
        assert!(!page.source().contains("/mark\""), "nothing can be changed");
        for (address, typed) in [
            (format!("{java}/mark"), vec![("mark", "strong")]),
            (edit.clone(), vec![("name", "No"), ("hours", "1")]),
            (format!("{path}/add"), vec![("skill", "Rust"), ("do", "skill")]),
        ] {
            let refused = alice.post(&address, &typed);
            assert!(refused.text().contains("This plan is archived"), "{address}: {}", refused.text());
        }
        send(&mut alice, &page, &archive, &[("do", "restore")]);
        assert_eq!(rests_on(&site, &path), pairs(&[("role", BACKEND), ("skill", "java")]));

        let delete = format!("{path}/delete");
        let page = alice.page(&delete);
        assert_eq!(send(&mut alice, &page, &delete, &[]).status, 422);
        alice.post(&edit, &[("version", "0"), ("name", "Newer"), ("hours", "6"), ("was-name", "x")]);
        let stale = send(&mut alice, &page, &delete, &[("sure", "yes")]);
        if stale.status != 303 {
            assert_eq!(stale.status, 409, "{}", stale.text());
            assert_eq!(send(&mut alice, &stale.html(), &delete, &[("sure", "yes")]).status, 303);
        }
        assert_eq!(alice.get(&path).status, 404);
        assert_eq!(rests_on(&site, &path), pairs(&[]));
        let left: i64 = plan_items::table.count().get_result(&mut site.conn()).unwrap();
        assert_eq!(left, 0);
        assert!(alice.page("/plans").text().contains("Begin with a role"));
    }

    #[test]
    fn holds_no_more_than_it_may() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let id = fill(&site, &cast::id(&site, ALICE), 1, 300).remove(0);
        let path = format!("/plans/{id}");
        let add = format!("{path}/add");

        let full = alice.post(&add, &[("kind", "own"), ("name", "One more"), ("do", "own")]);
        assert_eq!(full.status, 422);
        assert!(full.text().contains("This plan has 300 items"), "{}", full.text());
        let long = alice.page(&path);
        let address = item(&long, "Thing 299");
        let page = alice.page(&address);
        let note = "ä".repeat(4_001);
        let answer = send(&mut alice, &page, &address, &[("note", &note)]);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("Shorten this to 4000 characters; it has 4001"), "{}", answer.text());
        assert!(answer.text().contains(&note), "what was typed stays");
        let note = "🦁".repeat(4_000);
        assert_eq!(send(&mut alice, &page, &address, &[("note", &note)]).status, 303);
        let much = "x".repeat(1024 * 1024);
        assert_eq!(send(&mut alice, &page, &address, &[("note", &much)]).status, 413);
        let mut fields = form(&alice.page(NEW), "/plans/new");
        fields.extend((0..10_000).map(|n| ("item".to_owned(), format!("skill-{n}"))));
        fields.push(("do".into(), "make".into()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let made = alice.post("/plans/new", &fields);
        assert_eq!(made.status, 303, "what the role does not ask for is left aside: {}", made.text());
        let whole = made.header("location").unwrap().split('?').next().unwrap().to_owned();
        assert!(alice.page(&whole).class("step").len() < 60);
    }
}

mod all_plans {
    use super::*;
    use crate::support::sheet::{Sheet, publish};

    /// The skills that the dashboard says to help most, the best first.
    fn best(alice: &mut Browser) -> Vec<String> {
        let page = alice.page("/plans");
        if !page.source().contains("id=\"best\"") {
            return vec![];
        }
        let links = page.id("best").links();
        links.iter().filter_map(|link| Some(link.strip_prefix("/skills/")?.to_owned())).collect()
    }

    #[test]
    fn name_what_helps_with_several_roles_but_nothing_generic_nor_decided_against() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        plan_of(&mut alice, BACKEND, &["java"], &[]);
        assert!(best(&mut alice).is_empty(), "one role has its own next step");
        plan_of(&mut alice, "frontend-development", &["css"], &[]);

        let helping = best(&mut alice);
        assert_eq!(helping.len(), 3, "{helping:?}");
        let words = alice.page("/plans").id("best").text();
        assert!(words.contains("Brings you nearer to both roles: "), "{words}");

        let (first, second) = (&helping[0], &helping[1]);
        alice.post(&format!("/skills/{first}/mark"), &[("mark", "not-for-me"), ("version", "0")]);
        assert_eq!(best(&mut alice)[..2], helping[1..]);

        let ready = alice.page("/roles/frontend-development").id("readiness").class("arithmetic");
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let address = format!("/admin/skills/{second}");
        Sheet::open(&mut dora, &format!("{address}/edit/skill")).set("generic", "yes").save(&mut dora);
        assert_eq!(publish(&mut dora, &address).status, 303);
        assert_eq!(best(&mut alice)[0], helping[2]);
        let still = alice.page("/roles/frontend-development").id("readiness").class("arithmetic");
        assert_eq!(ready[0].text(), still[0].text(), "it counts as before");

        let form = Sheet::open(&mut dora, &format!("{address}/edit/skill"));
        assert_eq!(form.fields.iter().filter(|field| field.0 == "generic").count(), 2, "the box is ticked");
        let mut form = form;
        form.fields.retain(|field| field != &("generic".to_owned(), "yes".to_owned()));
        form.save(&mut dora);
        assert_eq!(publish(&mut dora, &address).status, 303);
        assert_eq!(best(&mut alice)[..2], helping[1..]);
    }
}

mod when_the_guide_changes {
    use super::*;

    #[test]
    fn what_the_role_no_longer_asks_for_stays_and_what_is_new_is_offered() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "scala"], &[]);
        mark(&mut alice, &path, "Scala", "learning");

        publish_role(&site, "skill = \"scala\"", "skill = \"rust\"");

        assert!(alice.page("/plans").text().contains("to read"), "{}", alice.page("/plans").text());
        let page = alice.page(&path);
        let news = page.id("news").text();
        assert!(news.contains("Revision 2") && news.contains("The role now also asks for Rust"), "{news}");
        assert!(page.id("items").text().contains("No longer asked for by this role"), "{}", page.text());
        assert!(page.id("items").text().contains("Learning"), "no tick is lost");
        let noted = format!("{path}/noted");
        let offer = format!("{path}/offer");
        send(&mut alice, &page, &noted, &[]);
        let page = alice.page(&path);
        assert!(!page.id("news").text().contains("Revision 2"), "{}", page.text());
        send(&mut alice, &page, &offer, &[("do", "add")]);
        let page = alice.page(&path);
        assert!(
            page.id("items").text().contains("Rust") && !page.source().contains("id=\"news\""),
            "{}",
            page.text()
        );

        publish_role(&site, "skill = \"kotlin\"", "skill = \"sass\"");
        let page = alice.page(&path);
        assert!(page.id("news").text().contains("Sass"), "{}", page.text());
        send(&mut alice, &page, &offer, &[("do", "not-now")]);
        let page = alice.page(&path);
        assert!(!page.id("news").text().contains("Sass Foundation"), "{}", page.text());
        assert!(page.id("aside").text().contains("Sass"));
    }

    #[test]
    fn items_follow_a_skill_that_is_merged_and_lose_nothing() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let one = plan_of(&mut alice, BACKEND, &["kotlin"], &[]);
        let both = plan_of(&mut alice, BACKEND, &["kotlin", "java"], &[]);
        for path in [&one, &both] {
            let address = item(&alice.page(path), "Kotlin");
            let page = alice.page(&address);
            send(&mut alice, &page, &address, &[("note", "from the Kotlin days"), ("due", "2040-05-01")]);
        }

        withdraw(&site, "/admin/skills/kotlin", "merged", "Java");

        for path in [&one, &both] {
            let page = alice.page(path);
            let news = page.id("news").text();
            assert!(news.contains("“Kotlin” was merged into “Java”. Your item is “Java” now"), "{news}");
            let items = page.id("items").text();
            assert!(items.contains("Java") && !items.contains("Kotlin JVM"), "{items}");
            assert!(items.contains("from the Kotlin days") && items.contains("due 1 May 2040"), "{items}");
            assert_eq!(page.class("step").len(), 1, "{items}");
            send(&mut alice, &page, &format!("{path}/noted"), &[]);
            assert!(!alice.page(path).text().contains("was merged into"));
        }
        assert!(rests_on(&site, &one).contains(&("skill".into(), "java".into())));
    }

    #[test]
    fn items_follow_a_skill_that_moves_is_split_or_retired() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "scala"], &[]);
        let text = std::fs::read_to_string(content().join("skills/maven.toml")).unwrap();
        let (_, rest) = text.split_once('\n').unwrap();
        site.publish(vec![("skills/whittling.toml".into(), format!("name = \"Whittling\"\n{rest}"))]);
        alice.post(&format!("{path}/add"), &[("skill", "Whittling"), ("do", "skill")]);
        mark(&mut alice, &path, "Whittling", "strong");

        withdraw(&site, "/admin/skills/scala", "split", "Rust\nSass");
        let page = alice.page(&path);
        let news = page.id("news").text();
        assert!(news.contains("“Scala” was split into “Rust” and “Sass”. Your item became “Rust”"), "{news}");
        assert!(page.id("items").text().contains("Rust") && page.id("items").text().contains("Sass"));

        withdraw(&site, "/admin/skills/whittling", "retired", "");
        let page = alice.page(&path);
        let news = page.id("news").text();
        assert!(news.contains("“Whittling” was retired. Your item stays"), "{news}");
        let items = page.id("items").text();
        assert!(items.contains("Whittling Something else"), "{items}");
        assert!(page.text().contains("1 of 4 items done"), "how far she was stays: {}", page.text());
        mark(&mut alice, &path, "Whittling", "open");
        mark(&mut alice, &path, "Whittling", "done");

        let mut dora = dora(&site);
        let page = dora.page("/admin/skills/java/move");
        let answer = send(&mut dora, &page, "/admin/skills/java/move", &[("slug", "java-language")]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        let page = alice.page(&path);
        assert!(page.links().contains(&"/skills/java-language".to_owned()), "{:?}", page.links());
        assert!(page.id("news").text().contains("“Java” has another address"), "{}", page.text());
        mark(&mut alice, &path, "Java", "can-do");
    }

    #[test]
    fn plans_follow_their_roles() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        platform(&site);
        let to_it = plan_of(&mut alice, "platform-work", &["git"], &[]);
        let page = alice.page("/plans/new?role=frontend-development&from=platform-work");
        let made = send(&mut alice, &page, "/plans/new", &[("do", "make")]);
        let from_it = made.header("location").unwrap().split('?').next().unwrap().to_owned();

        withdraw(&site, "/admin/roles/platform-work", "merged", "Cloud services architecture");

        let page = alice.page(&to_it);
        assert!(
            page.text().contains("This plan leads to “Cloud services architecture” now"),
            "{}",
            page.text()
        );
        assert!(page.id("items").text().contains("Git"));
        assert!(
            alice.page(&from_it).text().contains("This plan starts from “Cloud services architecture” now")
        );
        assert!(rests_on(&site, &to_it).contains(&("role".into(), "cloud-services-architecture".into())));
    }

    #[test]
    fn the_plan_of_a_role_that_is_gone_is_read_and_worked_on() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        platform(&site);
        let path = plan_of(&mut alice, "platform-work", &["git", "docker"], &[]);

        withdraw(&site, "/admin/roles/platform-work", "retired", "");

        let page = alice.page(&path);
        assert!(page.text().contains("was retired"), "{}", page.text());
        assert!(page.source().contains("id=\"readiness\""), "by what it asked for last");
        mark(&mut alice, &path, "Git", "can-do");
        let page = alice.page(&path);
        assert!(page.text().contains("1 of 2 items done"), "{}", page.text());
        assert!(alice.page("/plans").text().contains("which left the guide"));
        for file in ["plan.md", "plan.csv", "plan.json", "plan.ics"] {
            assert_eq!(alice.get(&format!("{path}/{file}")).status, 200);
        }
    }
}

mod two_tabs {
    use super::*;

    #[test]
    fn that_change_different_fields_both_count() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
        let edit = format!("{path}/edit");
        let (one, two) = (alice.page(&edit), alice.page(&edit));
        let java = item(&alice.page(&path), "Java");
        let (note_one, note_two) = (alice.page(&java), alice.page(&java));

        assert_eq!(send(&mut alice, &one, &edit, &[("name", "From one")]).status, 303);
        assert_eq!(send(&mut alice, &two, &edit, &[("hours", "20")]).status, 303);
        assert_eq!(send(&mut alice, &note_one, &java, &[("note", "from one")]).status, 303);
        assert_eq!(send(&mut alice, &note_two, &java, &[("due", "2040-01-01")]).status, 303);

        let page = alice.page(&path).text();
        for told in ["From one", "20 hours a week", "from one", "due 1 January 2040"] {
            assert!(page.contains(told), "{told}: {page}");
        }
    }

    #[test]
    fn that_change_the_same_field_are_asked_about_with_what_was_typed() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
        let java = item(&alice.page(&path), "Java");
        let stale = alice.page(&java);
        let fresh = alice.page(&java);
        send(&mut alice, &fresh, &java, &[("note", "from the phone"), ("due", "2040-01-01")]);

        let asked = send(&mut alice, &stale, &java, &[("note", "from the desk")]);

        assert_eq!(asked.status, 409, "{}", asked.text());
        let page = asked.html();
        assert!(page.id("note-error").text().contains("changed to “from the phone”"), "{}", page.text());
        let fields = form(&page, &java);
        assert!(fields.contains(&("note".into(), "from the desk".into())), "{fields:?}");
        assert!(
            fields.contains(&("due".into(), "2040-01-01".into())),
            "what was not touched is as it is now: {fields:?}"
        );
        assert!(alice.page(&java).source().contains("from the phone"), "nothing was saved");
        assert_eq!(send(&mut alice, &page, &java, &[]).status, 303);
        assert!(alice.page(&path).text().contains("from the desk"));
        assert!(alice.page(&path).text().contains("due 1 January 2040"));
    }

    #[test]
    fn that_mark_or_move_the_same_item_are_asked_about() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git", "sql"], &[]);
        let java = item(&alice.page(&path), "Java");
        let stale = alice.page(&java);
        let action = format!("{java}/mark");
        assert_eq!(send(&mut alice, &stale, &action, &[("mark", "strong")]).status, 303);

        let asked = send(&mut alice, &stale, &action, &[("mark", "learning")]);
        assert_eq!(asked.status, 409);
        assert!(asked.text().contains("Meanwhile this was marked “Strong”"), "{}", asked.text());
        assert_eq!(send(&mut alice, &asked.html(), &action, &[("mark", "learning")]).status, 303);

        let order = format!("{path}/order");
        let stale = alice.page(&java);
        let git = item(&alice.page(&path), "Git");
        let other = alice.page(&git);
        assert_eq!(send(&mut alice, &other, &order, &[("to", "1")]).status, 303);
        assert_eq!(send(&mut alice, &stale, &order, &[("to", "3")]).status, 303, "another item was moved");
        let asked = send(&mut alice, &stale, &order, &[("to", "2")]);
        assert_eq!(asked.status, 409, "{}", asked.text());
        assert!(asked.text().contains("Meanwhile this was moved to place 3"), "{}", asked.text());
        assert!(asked.text().contains("value=\"2\""), "what was typed stays");
    }

    #[test]
    fn that_save_at_the_same_moment_lose_nothing() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &[], &[]);
        let add = format!("{path}/add");
        let names: Vec<String> = (0..6).map(|n| format!("Thing {n}")).collect();

        let added = at_once(&names, |name| {
            alice
                .clone()
                .post(&add, &[("version", "1"), ("kind", "own"), ("name", name), ("do", "own")])
                .status
        });

        let there = alice.page(&path).id("items").text();
        for (name, status) in names.iter().zip(added) {
            // Whoever waits too long is told so, and nothing of theirs is half done.
            assert_eq!(there.contains(name.as_str()), status == 303, "{name} {status}: {there}");
        }
        assert!(there.contains("Thing"), "{there}");
    }
}

mod a_link {
    use super::*;

    /// Has Alice make a link; gives its address within the site.
    fn link(alice: &mut Browser, path: &str, typed: &[(&str, &str)]) -> String {
        let answer = alice.post(&format!("{path}/links"), typed);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let url = answer.html().class("plan-secret")[0].text();
        url[url.find("/plans/").unwrap()..].to_owned()
    }

    #[test]
    fn lets_bob_read_without_an_account_and_change_nothing() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
        let java = item(&alice.page(&path), "Java");
        let page = alice.page(&java);
        send(&mut alice, &page, &java, &[("note", "I find this hard.")]);
        let address = link(&mut alice, &path, &[("for", "Bob"), ("days", "30"), ("purpose", "mentor")]);
        assert!(alice.page(&format!("{path}/links")).id("links").text().contains("Bob"));
        assert!(alice.page(&format!("{path}/links")).id("links").text().contains("never"));

        let bob = site.visitor();
        let answer = bob.get(&address);

        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex, nofollow"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let page = answer.html();
        assert!(page.text().contains("A plan of Alice, shared with you"), "{}", page.text());
        assert!(page.id("items").text().contains("Java") && !page.text().contains("I find this hard"));
        assert!(!page.source().contains("<form") && !page.source().contains("/items/"), "nothing to press");
        assert!(!page.source().contains("alice@"), "no address");
        assert_eq!(bob.post(&address, &[("name", "Mine")], &[]).status, 405);
        let secret = address.split("key=").nth(1).unwrap();
        assert!(secret.len() >= 43, "256 bits");
        assert!(!alice.page(&format!("{path}/links")).id("links").text().contains("never"), "used");
        let calendar = address.replace("/plans/shared", "/plans/calendar.ics");
        assert_eq!(bob.get(&calendar).status, 404, "a link is good for one thing");

        let with_notes = link(&mut alice, &path, &[("days", "1"), ("notes", "yes"), ("purpose", "mentor")]);
        assert!(bob.page(&with_notes).text().contains("I find this hard."));
        let mut stored = site.conn();
        let hashes: Vec<String> = waymark::db::schema::plan_links::table
            .select(waymark::db::schema::plan_links::hash)
            .load(&mut stored)
            .unwrap();
        assert!(hashes.iter().all(|hash| hash != secret && hash.len() == 64), "only hashes are kept");

        site.later(TimeDelta::days(2));
        assert_eq!(bob.get(&with_notes).status, 404, "it ended");
        assert_eq!(bob.get(&address).status, 200);
        sign_in(&mut alice, ALICE, PASSWORD);
        let links = alice.page(&format!("{path}/links"));
        assert!(links.id("links").text().contains("ended"), "{}", links.text());
        for fields in links.all("form").iter().map(Html::fields) {
            if let Some((_, id)) = fields.iter().find(|(name, _)| name == "link") {
                alice.post(&format!("{path}/links/revoke"), &[("link", id)]);
            }
        }
        assert_eq!(bob.get(&address).status, 404, "it was taken back");
        for wrong in ["", "x", "%00", "a%27b"] {
            assert_eq!(bob.get(&format!("/plans/shared?key={wrong}")).status, 404);
        }
    }

    #[test]
    fn to_a_calendar_gives_the_dates() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[("target", "2040-06-01")]);
        let java = item(&alice.page(&path), "Java");
        let page = alice.page(&java);
        send(&mut alice, &page, &java, &[("due", "2040-05-01"), ("note", "secret thoughts")]);
        let address = link(&mut alice, &path, &[("purpose", "calendar")]);

        let answer = site.visitor().get(&address);

        assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
        let text = answer.text();
        assert!(text.contains("DTSTART;VALUE=DATE:20400501") && text.contains("SUMMARY:Java"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20400601") && !text.contains("secret"), "{text}");
        assert_eq!(alice.get(&format!("{path}/plan.ics")).text(), text);
    }

    #[test]
    fn is_bounded_and_says_what_is_wrong() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
        let links = format!("{path}/links");
        for days in ["0", "366", "", "many", "-1"] {
            let answer = alice.post(&links, &[("days", days), ("purpose", "mentor")]);
            assert_eq!(answer.status, 422, "{days}");
            assert!(answer.html().id("days-error").text().contains("from 1 to 365"), "{}", answer.text());
        }
        for _ in 0..20 {
            link(&mut alice, &path, &[("days", "1"), ("purpose", "mentor")]);
        }
        let full = alice.post(&links, &[("days", "1"), ("purpose", "mentor")]);
        assert!(full.text().contains("This plan has 20 links"), "{}", full.text());
    }
}

mod strangers {
    use super::*;

    #[test]
    fn find_nothing_of_a_plan_whatever_they_ask_for() {
        let Some(site) = Site::open() else { return };
        let mut alice = person(&site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
        let own = item(&alice.page(&path), "Java");
        let order = form(&alice.page(&own), &format!("{path}/order"));
        let item_id = order.iter().find(|(name, _)| name == "item").unwrap().1.clone();
        let mut charlie = join(&site, CHARLIE);
        let theirs = plan_of(&mut charlie, BACKEND, &["java"], &[]);
        let before = alice.page(&path).text();

        for address in [
            path.clone(),
            format!("{path}/edit"),
            format!("{path}/add"),
            format!("{path}/order"),
            own.clone(),
            format!("{path}/delete"),
            format!("{path}/links"),
            format!("{path}/plan.md"),
            format!("{path}/plan.csv"),
            format!("{path}/plan.json"),
            format!("{path}/plan.ics"),
            format!("{theirs}/items/{item_id}"),
            "/plans/nothing".into(),
            "/plans/%00".into(),
        ] {
            assert_eq!(charlie.get(&address).status, 404, "{address}");
        }
        let typed = [
            ("version", "1"),
            ("mark", "strong"),
            ("do", "make"),
            ("sure", "yes"),
            ("item", &item_id),
            ("to", "1"),
            ("name", "x"),
            ("kind", "own"),
            ("hours", "3"),
            ("days", "3"),
            ("link", "x"),
            ("event", "x"),
            ("skill", "java"),
            ("purpose", "mentor"),
        ];
        for address in [
            format!("{path}/edit"),
            format!("{path}/noted"),
            format!("{path}/offer"),
            format!("{path}/add"),
            format!("{path}/order"),
            own.clone(),
            format!("{own}/mark"),
            format!("{own}/aside"),
            format!("{theirs}/items/{item_id}"),
            format!("{theirs}/items/{item_id}/mark"),
            format!("{theirs}/items/{item_id}/aside"),
            format!("{path}/archive"),
            format!("{path}/delete"),
            format!("{path}/links"),
            format!("{path}/links/revoke"),
        ] {
            assert_eq!(charlie.post(&address, &typed).status, 404, "{address}");
            assert_eq!(site.browser().post(&address, &typed).status, 303, "{address}: to sign in");
        }
        assert_eq!(alice.page(&path).text(), before, "nothing of it was changed");
        assert_eq!(site.browser().get(&path).status, 303);
    }
}

mod files {
    use super::*;

    const HOSTILE: &str = "=1+1 <b>x</b> [y](javascript:alert(1)) \"q\", a;b\\c";

    /// A plan whose words try everything.
    fn hostile(site: &Site) -> (Browser, String) {
        let mut alice = person(site, "Alice");
        let path = plan_of(&mut alice, BACKEND, &["java"], &[("name", HOSTILE), ("target", "2040-06-01")]);
        let add = format!("{path}/add");
        let long = format!("{HOSTILE} {}", "ß🦁".repeat(25));
        let note = "-1\r\nBEGIN:VEVENT\r\n# heading\r\n<script>alert(1)</script>";
        let typed =
            [("kind", "own"), ("name", long.as_str()), ("due", "2040-05-01"), ("note", note), ("do", "own")];
        assert_eq!(alice.post(&add, &typed).status, 303);
        (alice, path)
    }

    #[test]
    fn hold_hostile_words_as_words_in_every_format() {
        let Some(site) = Site::open() else { return };
        let (mut alice, path) = hostile(&site);

        let page = alice.page(&path);
        assert!(!page.source().contains("<b>x") && !page.source().contains("<script>alert"));
        assert_eq!(page.headings(1), [HOSTILE]);

        let table = alice.get(&format!("{path}/plan.csv"));
        assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"waymark-plan.csv\""));
        let mut rows = csv::Reader::from_reader(table.body.as_slice());
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        for row in &rows {
            let cells: Vec<&str> = row.iter().collect();
            assert!(
                cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
                "{cells:?}"
            );
        }
        assert!(rows.iter().any(|row| row[2].starts_with("'=1+1 <b>x</b>")), "{rows:?}");
        assert!(rows.iter().any(|row| row[9].starts_with("'-1\nBEGIN:VEVENT")), "{rows:?}");

        let calendar = alice.get(&format!("{path}/plan.ics")).text();
        let lines: Vec<&str> = calendar.split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')), "{calendar}");
        assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 2, "{calendar}");
        let unfolded = calendar.replace("\r\n ", "");
        assert!(
            unfolded.contains("SUMMARY:=1+1 <b>x</b> [y](javascript:alert(1)) \"q\"\\, a\\;b\\\\c"),
            "{unfolded}"
        );

        let json: serde_json::Value =
            serde_json::from_str(&alice.get(&format!("{path}/plan.json")).text()).unwrap();
        assert_eq!(json["name"], HOSTILE);
        assert_eq!(json["in_order"][1]["due"], "2040-05-01");
        assert!(json["in_order"][1]["note"].as_str().unwrap().ends_with("<script>alert(1)</script>"));

        let markdown = alice.get(&format!("{path}/plan.md")).text();
        for event in pulldown_cmark::Parser::new(&markdown) {
            match event {
                pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) => {
                    panic!("{html}")
                }
                pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
                    assert!(dest_url.starts_with("https://"), "{dest_url}");
                }
                _ => {}
            }
        }
        assert!(markdown.contains("## Next step") && markdown.contains("1. [ ] Java"), "{markdown}");
    }

    #[test]
    fn and_the_account_hold_what_is_kept_of_plans() {
        let Some(site) = Site::open() else { return };
        let (mut alice, path) = hostile(&site);
        alice.post(&format!("{path}/links"), &[("for", "Bob"), ("days", "3"), ("purpose", "mentor")]);

        let out: serde_json::Value = serde_json::from_str(&alice.get("/account/data.json").text()).unwrap();

        let plan = &out["plans"][0];
        assert_eq!(
            (plan["name"].as_str(), plan["target_date"].as_str()),
            (Some(HOSTILE), Some("2040-06-01"))
        );
        assert!(plan["items"].as_array().unwrap().len() > 20, "those set aside are among them");
        assert_eq!(plan["links"][0]["name"], "Bob");
    }
}

mod a_page {
    use super::*;

    /// How many statements `work` asks of the database.
    fn counted(site: &Site, work: impl FnOnce(&mut db::Conn)) -> usize {
        let mut conn = site.conn();
        let count = Arc::new(AtomicUsize::new(0));
        let counter = count.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        work(&mut conn);
        count.load(Ordering::Relaxed)
    }

    #[test]
    fn asks_as_little_of_a_long_plan_as_of_a_short_one() {
        let Some(site) = Site::open() else { return };
        register(&site, "Alice", Rights::Member);
        let person = cast::id(&site, ALICE);
        let (short, long) = (fill(&site, &person, 1, 2).remove(0), fill(&site, &person, 1, 200).remove(0));
        let asked = |id: &str| {
            counted(&site, |conn| {
                let overview = Overview::of(conn, &person, id, site.now()).unwrap();
                assert!(overview.next.is_some());
            })
        };

        let (few, many) = (asked(&short), asked(&long));

        assert!(few > 5, "statements are counted: {few}");
        assert!(many <= few + 2, "{few} for 2 items, {many} for 200");
        assert!(many <= 20, "{many}");
    }

    #[test]
    fn of_fifty_plans_asks_as_little_as_of_one() {
        let Some(site) = Site::open() else { return };
        register(&site, "Alice", Rights::Member);
        let id = cast::id(&site, ALICE);
        fill(&site, &id, 1, 30);
        let asked = |plans: usize| {
            counted(&site, |conn| {
                let person = Person::find(conn, &id).unwrap();
                let board = Board::of(conn, &person, site.now()).unwrap();
                assert_eq!(board.cards.len(), plans);
            })
        };
        let few = asked(1);
        fill(&site, &id, 49, 30);

        let many = asked(50);

        assert!(few > 4, "statements are counted: {few}");
        assert_eq!(few, many);
    }
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
    assert_eq!(send(&mut alice, &page, &java, &[("due", &yesterday)]).status, 422);
    assert_eq!(send(&mut alice, &page, &java, &[("due", &today.to_string())]).status, 303);
    site.later(TimeDelta::days(2));
    sign_in(&mut alice, ALICE, PASSWORD);
    assert!(alice.page(&path).text().contains("was due"));
    assert!(alice.page("/plans").id("due").text().contains("past"));
    // What is past already stays, while something else is written.
    let page = alice.page(&java);
    assert_eq!(send(&mut alice, &page, &java, &[("note", "later")]).status, 303);
    let left: i64 = plans::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 1);
}
