//! What plans make of publications, moves, merges and withdrawals.

use super::*;

/// Publishes the backend role with a text of its file replaced.
fn publish_role(site: &Site, from: &str, to: &str) {
    let file = format!("roles/{BACKEND}.toml");
    let text = std::fs::read_to_string(content().join(&file)).unwrap();
    assert!(text.contains(from), "{from}");
    site.publish(vec![(file, text.replace(from, to))]);
}

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
    alice.fill(&page, &noted, &[]);
    let page = alice.page(&path);
    assert!(!page.id("news").text().contains("Revision 2"), "{}", page.text());
    alice.fill(&page, &offer, &[("do", "add")]);
    let page = alice.page(&path);
    assert!(
        page.id("items").text().contains("Rust") && !page.source().contains("id=\"news\""),
        "{}",
        page.text()
    );

    publish_role(&site, "skill = \"kotlin\"", "skill = \"sass\"");
    let page = alice.page(&path);
    assert!(page.id("news").text().contains("Sass"), "{}", page.text());
    alice.fill(&page, &offer, &[("do", "not-now")]);
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
        alice.fill(&page, &address, &[("note", "from the Kotlin days"), ("due", "2040-05-01")]);
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
        alice.fill(&page, &format!("{path}/noted"), &[]);
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
    let answer = dora.fill(&page, "/admin/skills/java/move", &[("slug", "java-language")]);
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
    let made = alice.fill(&page, "/plans/new", &[("do", "make")]);
    let from_it = made.header("location").unwrap().split('?').next().unwrap().to_owned();

    withdraw(&site, "/admin/roles/platform-work", "merged", "Cloud services architecture");

    let page = alice.page(&to_it);
    assert!(page.text().contains("This plan leads to “Cloud services architecture” now"), "{}", page.text());
    assert!(page.id("items").text().contains("Git"));
    assert!(alice.page(&from_it).text().contains("This plan starts from “Cloud services architecture” now"));
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
