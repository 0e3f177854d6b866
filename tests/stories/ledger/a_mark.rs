//! Marking a skill: once, seen on every page.

use super::*;

#[test]
fn is_made_once_and_seen_wherever_the_skill_stands() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let page = alice.page("/skills/java");

    let sent = alice.fill(&page, JAVA, &DONE[..4]);

    assert_eq!((sent.status, sent.header("location")), (303, Some("/skills/java#mine")));
    let marked = &ledger(&site, ALICE).marked["java"];
    assert_eq!((marked.mark, marked.version), (Mark::Strong, 1));
    assert_eq!(marked.note, "Two years of invoices.\nAlso the archive.");
    let mine = alice.page("/skills/java").form(JAVA).fields();
    assert!(mine.contains(&("mark".into(), "strong".into())), "{mine:?}");
    assert!(mine.contains(&("url-0".into(), "https://example.org/archive".into())), "{mine:?}");
    let list = alice.page("/skills/mine");
    assert!(list.text().contains("1 skill marked, 1 of them held"), "{}", list.text());
    assert!(list.links().contains(&"https://example.org/archive".to_owned()));
    let page = alice.page(ROLE);
    assert!(row(&page, "Java").contains("You: Strong"), "{}", row(&page, "Java"));
    assert!(!row(&page, "SQL").contains("You:"), "{}", row(&page, "SQL"));
    // Another role asks for it too.
    let other = alice.page("/roles/api-design-and-development");
    assert!(other.text().contains("Java You: Strong"), "{}", other.text());
}

#[test]
fn counts_in_the_readiness_whose_arithmetic_can_be_opened() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let before = alice.page(ROLE).id("readiness");
    assert!(before.text().contains("0 % of what the role asks for"), "{}", before.text());

    alice.post(JAVA, &DONE);
    alice.post("/skills/sql/mark", &[("mark", "can-do"), ("version", "0")]);
    alice.post("/skills/git/mark", &[("mark", "learning"), ("version", "0")]);
    alice.post("/skills/mongodb/mark", &[("mark", "not-for-me"), ("version", "0")]);

    let asked = Asked::of(&role("web-application-backend-development"));
    let held = ["java", "sql"].map(str::to_owned).into();
    let readiness = asked.readiness(&held);
    // Java stands for the choice between Java and Python.
    assert_eq!(readiness.held, 45.0 + 20.0);
    let shown = alice.page(ROLE).id("readiness");
    let text = shown.text();
    assert!(text.contains(&format!("{} % of what the role asks for", readiness.percent())), "{text}");
    assert!(text.contains(&format!("65 of {}", waymark::gap::points(readiness.all))), "{text}");
    let rows: Vec<String> = shown.all("tr").iter().map(Html::text).collect();
    assert_eq!(rows.len(), readiness.lines.len() + 2);
    assert!(rows.contains(&"Java or Python Foundation 45 yes, Java".to_owned()), "{rows:?}");
    assert!(rows.contains(&"SQL Foundation 20 yes".to_owned()), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("Git Foundation 12.5 no")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("MongoDB Complementary 10 no")), "{rows:?}");
}

#[test]
fn is_made_for_a_whole_group_from_a_roles_page() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let page = alice.page(ROLE);
    let group = page.id("group-jvm-languages");

    let typed = [("mark.java", "can-do"), ("mark.kotlin", "learning")];
    let sent = alice.fill(&group, "/skills/mine/marks", &typed);

    let back = "/roles/web-application-backend-development#group-jvm-languages";
    assert_eq!((sent.status, sent.header("location")), (303, Some(back)));
    let kept = ledger(&site, ALICE).marked;
    assert_eq!(kept.len(), 2, "no mark is none");
    assert_eq!(kept["kotlin"].mark, Mark::Learning);
    assert_eq!(kept["java"].mark, Mark::CanDo);
    assert_eq!(kept["java"].evidence.len(), 1, "what was said besides stays");
    assert!(kept["java"].note.contains("archive"));
}

#[test]
fn is_found_among_many_and_removed_when_asked_twice() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    for skill in ["sql", "git", "docker"] {
        alice.post(&format!("/skills/{skill}/mark"), &[("mark", "learning"), ("version", "0")]);
    }
    let rows =
        |page: &Html| -> Vec<String> { page.all("tbody")[0].all("th").iter().map(Html::text).collect() };

    assert_eq!(rows(&alice.page("/skills/mine")), ["Docker", "Git", "Java", "SQL"]);
    assert_eq!(rows(&alice.page("/skills/mine?mark=learning")), ["Docker", "Git", "SQL"]);
    assert_eq!(rows(&alice.page("/skills/mine?q=ARCHIVE")), ["Java"]);
    assert_eq!(rows(&alice.page("/skills/mine?q=s")), ["Java", "SQL"]);
    assert!(alice.page("/skills/mine?q=%3Cb%3E").text().contains("None of your skills has “<b>”"));
    assert_eq!(alice.get("/skills/mine?page=2").status, 404);

    let list = alice.page("/skills/mine?mark=learning");
    let typed = [("mark.sql", "strong")];
    let sent = alice.fill(&list, "/skills/mine/marks", &typed);
    assert_eq!(sent.header("location"), Some("/skills/mine?mark=learning"));
    assert_eq!(ledger(&site, ALICE).mark_of("sql"), Some(Mark::Strong));

    let ask = alice.page("/skills/java/mark/remove");
    assert!(ask.text().contains("Two years of invoices."), "{}", ask.text());
    let gone = alice.fill(&ask, "/skills/java/mark/remove", &[]);
    assert_eq!(gone.header("location"), Some("/skills/mine?said=removed"));
    assert_eq!(ledger(&site, ALICE).mark_of("java"), None);
    assert_eq!(alice.get("/skills/java/mark/remove").status, 404);
}

#[test]
fn is_nobody_elses() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut charlie) = (join(&site, ALICE), join(&site, CHARLIE));
    alice.post(JAVA, &DONE);

    assert_eq!(charlie.get("/skills/java/mark/remove").status, 404);
    charlie.post("/skills/java/mark/remove", &[("version", "1")]);
    charlie.post(JAVA, &[("mark", "not-for-me"), ("version", "1"), ("note", "Mine now")]);
    charlie.post("/skills/mine/marks", &[("mark.java", "learning"), ("version.java", "1")]);

    assert!(charlie.page("/skills/mine").text().contains("Nothing is marked yet"));
    assert!(!row(&charlie.page(ROLE), "Java").contains("You:"));
    assert!(!charlie.get("/skills/mine/statement.md").text().contains("archive"));
    let kept = &ledger(&site, ALICE).marked["java"];
    assert_eq!((kept.mark, kept.version), (Mark::Strong, 1));
    assert!(ledger(&site, CHARLIE).marked.is_empty());
}

#[test]
fn waits_for_the_sign_in_of_whoever_sent_it() {
    let Some(site) = Site::open() else { return };
    drop(join(&site, ALICE));
    let mut alice = site.browser();
    let sent = alice.post(JAVA, &DONE);
    assert_eq!((sent.status, sent.header("location")), (303, Some("/sign-in")));
    crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
    let resume = alice.page("/sign-in/resume");
    assert!(resume.source().contains("Two years of invoices."), "{}", resume.text());
    assert_eq!(alice.get("/skills/mine").status, 200);
    assert_eq!(site.browser().get("/skills/mine").status, 303);
}
