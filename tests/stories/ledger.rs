//! The skill ledger, and the pages of the guide as those see them who are signed in.
//!
//! Alice owns what is marked, Charlie is a stranger with an account of his own, Dora publishes.

use crate::support::people::{ALICE, PASSWORD, id, join, staff};
use crate::support::{Answer, Browser, Engine, Html, ROLE, Site, content as shipped};
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

/// The fields of the form on a page that is sent to `action`.
fn form(page: &Html, action: &str) -> Vec<(String, String)> {
    let sent_to = format!("action=\"{action}\"");
    let at = page.source().find(&sent_to).unwrap_or_else(|| panic!("no form for {action}: {}", page.text()));
    let end = page.source()[at..].find("</form>").unwrap();
    Html::from(format!("<form {}", &page.source()[at..at + end])).fields()
}

/// Sends the form of a page with some fields typed anew.
fn send(browser: &mut Browser, page: &Html, action: &str, typed: &[(&str, &str)]) -> Answer {
    let mut fields = form(page, action);
    fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend(typed);
    browser.post(action, &fields)
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

mod a_mark {
    use super::*;

    #[test]
    fn is_made_once_and_seen_wherever_the_skill_stands() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let page = alice.page("/skills/java");

        let sent = send(&mut alice, &page, JAVA, &DONE[..4]);

        assert_eq!((sent.status, sent.header("location")), (303, Some("/skills/java#mine")));
        let marked = &ledger(&site, ALICE).marked["java"];
        assert_eq!((marked.mark, marked.version), (Mark::Strong, 1));
        assert_eq!(marked.note, "Two years of invoices.\nAlso the archive.");
        let mine = form(&alice.page("/skills/java"), JAVA);
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
        let sent = send(&mut alice, &group, "/skills/mine/marks", &typed);

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
        let sent = send(&mut alice, &list, "/skills/mine/marks", &typed);
        assert_eq!(sent.header("location"), Some("/skills/mine?mark=learning"));
        assert_eq!(ledger(&site, ALICE).mark_of("sql"), Some(Mark::Strong));

        let ask = alice.page("/skills/java/mark/remove");
        assert!(ask.text().contains("Two years of invoices."), "{}", ask.text());
        let gone = send(&mut alice, &ask, "/skills/java/mark/remove", &[]);
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
}

mod what_is_typed_wrong {
    use super::*;

    #[test]
    fn is_said_at_its_field_and_stays_typed() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let long = "x".repeat(2001);
        for (typed, told) in [
            (vec![("mark", "")], "Choose one of these."),
            (vec![("mark", "excellent")], "Choose one of these."),
            (vec![("note", long.as_str())], "This is 2001 characters long, of 2000 at most."),
            (vec![("note", "ab\u{202e}c")], "a character that cannot be seen"),
            (vec![("url-0", "javascript:alert(1)")], "This is no address on the web."),
            (vec![("url-0", "data:text/html,<script>alert(1)</script>")], "This is no address on the web."),
            (vec![("url-0", "example.org")], "Write it from https:// on"),
            (vec![("url-0", "https://me:secret@example.org/")], "Take that out."),
            (vec![("url-0", "")], "The address is missing."),
            (vec![("title-0", "y\u{200b}")], "a character that cannot be seen"),
        ] {
            let mut fields = DONE.to_vec();
            fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
            fields.extend(typed.iter().copied());
            let answer = alice.post(JAVA, &fields);
            assert_eq!(answer.status, 422, "{typed:?}");
            let page = answer.html();
            assert!(page.text().contains(told), "{told}: {}", page.text());
            let kept = form(&page, JAVA);
            for (name, value) in fields.iter().filter(|(name, _)| *name != "mark") {
                assert!(kept.contains(&((*name).into(), (*value).into())), "{name} of {typed:?}: {kept:?}");
            }
            page.ids();
        }
        assert!(ledger(&site, ALICE).marked.is_empty());
    }

    #[test]
    fn is_text_wherever_it_is_shown() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let evil = "<script>alert(1)</script>\"'&{{7*7}}";
        let fields = [
            ("mark", "strong"),
            ("note", evil),
            ("title-0", evil),
            ("url-0", "https://example.org/?a=<b>\"&c=d"),
            ("version", "0"),
        ];
        assert_eq!(alice.post(JAVA, &fields).status, 303);

        for path in ["/skills/mine", "/skills/java", JAVA, "/skills/mine/statement?notes=yes", ROLE] {
            let page = alice.page(path);
            assert!(!page.source().contains("<script>alert"), "{path}");
            assert!(!page.source().contains("a=<b>"), "{path}");
        }
        let page = alice.page("/skills/mine");
        assert!(page.text().contains(evil), "{}", page.text());
        assert!(
            page.links().contains(&"https://example.org/?a=%3Cb%3E%22&c=d".to_owned()),
            "{:?}",
            page.links()
        );
        let markdown = alice.get("/skills/mine/statement.md?notes=yes").text();
        assert!(markdown.contains("\\<script\\>"), "{markdown}");
    }

    #[test]
    fn is_refused_by_its_size_with_a_sentence() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let note = "n".repeat(1024 * 1024);
        let answer = alice.post(JAVA, &[("mark", "strong"), ("note", &note), ("version", "0")]);
        assert_eq!(answer.status, 413);
        assert!(answer.text().contains("The form holds more than this site takes"), "{}", answer.text());
        // As long as may be, in letters of four bytes.
        let note = "🦀".repeat(2000);
        assert_eq!(alice.post(JAVA, &[("mark", "strong"), ("note", &note), ("version", "0")]).status, 303);
        assert_eq!(ledger(&site, ALICE).marked["java"].note, note);
        let links: Vec<(String, String)> = (0..11)
            .flat_map(|i| {
                [
                    (format!("title-{i}"), format!("Link {i}")),
                    (format!("url-{i}"), format!("https://example.org/{i}")),
                ]
            })
            .collect();
        let mut fields: Vec<(&str, &str)> = links.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend([("mark", "strong"), ("version", "1")]);
        let answer = alice.post(JAVA, &fields);
        assert_eq!(answer.status, 422);
        assert!(answer.html().text().contains("These are 11 links, of 10 at most."));
        assert!(form(&answer.html(), JAVA).contains(&("url-10".into(), "https://example.org/10".into())));
    }

    #[test]
    fn names_no_skill_and_finds_none() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        for path in
            ["/skills/no-such-skill/mark", "/skills/%00/mark", "/skills/a%20b/mark", "/skills/j%c3%a4va/mark"]
        {
            assert_eq!(alice.get(path).status, 404, "{path}");
            assert_eq!(alice.post(path, &DONE).status, 404, "{path}");
        }
        for field in ["mark.no-such-skill", "mark.", "mark.../etc", "mark.a'b"] {
            assert_eq!(alice.post("/skills/mine/marks", &[(field, "strong")]).status, 404, "{field}");
        }
        assert_eq!(alice.post("/skills/mine/marks", &[("mark.java", "great")]).status, 404);
        // Nothing is asked for, nothing is done.
        assert_eq!(alice.post("/skills/mine/marks", &[]).status, 303);
        let elsewhere = [("mark.java", "strong"), ("back", "https://evil.example/")];
        let answer = alice.post("/skills/mine/marks", &elsewhere);
        assert_eq!(answer.header("location"), Some("/skills/mine"));
        assert_eq!(ledger(&site, ALICE).marked.len(), 1);
    }
}

mod a_stale_form {
    use super::*;

    #[test]
    fn asks_and_keeps_what_was_typed() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        let (here, there) = (alice.page(JAVA), alice.page(JAVA));
        assert_eq!(send(&mut alice, &there, JAVA, &[("note", "Written elsewhere")]).status, 303);

        let stale = send(&mut alice, &here, JAVA, &[("note", "Written here"), ("mark", "can-do")]);

        assert_eq!(stale.status, 409);
        let page = stale.html();
        assert!(page.text().contains("Written elsewhere"), "what is kept: {}", page.text());
        assert!(form(&page, JAVA).contains(&("note".into(), "Written here".into())));
        assert!(form(&page, JAVA).contains(&("mark".into(), "can-do".into())));
        assert_eq!(ledger(&site, ALICE).marked["java"].note, "Written elsewhere");
        assert_eq!(send(&mut alice, &page, JAVA, &[]).status, 303);
        let kept = &ledger(&site, ALICE).marked["java"];
        assert_eq!((kept.note.as_str(), kept.mark, kept.version), ("Written here", Mark::CanDo, 3));
    }

    #[test]
    fn asks_as_well_when_the_mark_was_removed_or_made_meanwhile() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let empty = alice.page(JAVA);
        alice.post(JAVA, &DONE);
        let made = send(&mut alice, &empty, JAVA, &[("mark", "learning"), ("note", "Mine")]);
        assert_eq!(made.status, 409);
        assert!(made.html().text().contains("Two years of invoices."));

        let (open, ask) = (alice.page(JAVA), alice.page("/skills/java/mark/remove"));
        assert_eq!(send(&mut alice, &open, JAVA, &[("note", "Changed")]).status, 303);
        let refused = send(&mut alice, &ask, "/skills/java/mark/remove", &[]);
        assert_eq!(refused.status, 409);
        assert!(refused.html().text().contains("nothing was removed"), "{}", refused.text());
        assert_eq!(send(&mut alice, &refused.html(), "/skills/java/mark/remove", &[]).status, 303);
        let removed = send(&mut alice, &open, JAVA, &[("note", "Back")]);
        assert_eq!(removed.status, 409);
        assert!(removed.html().text().contains("You removed this skill"), "{}", removed.text());
        assert_eq!(send(&mut alice, &removed.html(), JAVA, &[]).status, 303);
        assert_eq!(ledger(&site, ALICE).marked["java"].note, "Back");
    }

    #[test]
    fn of_several_marks_saves_the_others_and_asks_about_one() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        let page = alice.page(ROLE).id("group-jvm-languages");
        alice.post("/skills/mine/marks", &[("mark.java", "learning"), ("version.java", "1")]);

        let typed = [("mark.java", "can-do"), ("mark.scala", "learning")];
        let asked = send(&mut alice, &page, "/skills/mine/marks", &typed);

        assert_eq!(asked.status, 409);
        let page = asked.html();
        assert!(page.text().contains("Java"), "{}", page.text());
        assert!(page.text().contains("Learning it What is kept"), "{}", page.text());
        assert_eq!(ledger(&site, ALICE).mark_of("java"), Some(Mark::Learning));
        assert_eq!(ledger(&site, ALICE).mark_of("scala"), Some(Mark::Learning));
        assert_eq!(send(&mut alice, &page, "/skills/mine/marks", &[]).status, 303);
        assert_eq!(ledger(&site, ALICE).mark_of("java"), Some(Mark::CanDo));
    }
}

mod a_statement {
    use super::*;

    #[test]
    fn tells_what_somebody_can_do_by_kind_or_by_the_tiers_of_a_role() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        alice.post("/skills/react/mark", &[("mark", "can-do"), ("version", "0")]);
        alice.post("/skills/sql/mark", &[("mark", "learning"), ("version", "0")]);
        alice.post("/skills/git/mark", &[("mark", "not-for-me"), ("version", "0")]);

        let page = alice.page("/skills/mine/statement");
        assert_eq!(page.headings(1), ["Skills of Alice"]);
        assert_eq!(page.headings(2), ["Technologies"]);
        assert_eq!(page.class("row-name").iter().map(Html::text).collect::<Vec<_>>(), ["Java", "React"]);
        assert!(!page.text().contains("invoices"), "notes are told only if asked for");

        let page = alice
            .page("/skills/mine/statement?role=web-application-backend-development&learning=yes&notes=yes");
        assert_eq!(page.headings(2), ["Foundation", "Beside this role"]);
        assert_eq!(
            page.class("row-name").iter().map(Html::text).collect::<Vec<_>>(),
            ["Java", "SQL", "React"]
        );
        assert!(page.text().contains("Two years of invoices."));
        assert!(page.links().contains(&"https://example.org/archive".to_owned()));

        let answer =
            alice.get("/skills/mine/statement.md?role=web-application-backend-development&notes=yes");
        assert_eq!(answer.header("content-type"), Some("text/markdown; charset=utf-8"));
        let text = answer.text();
        assert!(text.starts_with("# Skills of Alice\n"), "{text}");
        assert!(
            text.contains("## Foundation\n\n- **Java**: strong\n  - Two years of invoices\\.\n"),
            "{text}"
        );
        assert!(text.contains("  - [The archive](<https://example.org/archive>)\n"), "{text}");
        assert!(!text.contains("SQL"), "{text}");
        assert_eq!(alice.get("/skills/mine/statement?role=none-such").status, 404);
    }
}

mod pages_of_the_guide {
    use super::*;

    const PATHS: [&str; 5] = [ROLE, "/skills/java", "/", "/sources", "/roles"];

    #[test]
    fn are_the_same_bytes_for_everybody_whatever_somebody_marked() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let before = PATHS.map(|path| visitor.get(path));

        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        let hers = PATHS.map(|path| alice.get(path));
        let mut charlie = join(&site, CHARLIE);
        let his = PATHS.map(|path| charlie.get(path));

        for (i, path) in PATHS.into_iter().enumerate() {
            let after = visitor.get(path);
            assert!(after.body == before[i].body, "{path}");
            assert_eq!(after.header("etag"), before[i].header("etag"));
            assert_eq!(after.header("cache-control"), Some("public, no-cache"));
            assert_eq!(after.header("vary"), Some("accept-encoding, cookie"));
            assert!(after.html().links().contains(&"/sign-in".to_owned()), "{path}");
            for own in [&hers[i], &his[i]] {
                assert_eq!(own.status, 200, "{path}");
                assert_eq!(own.header("cache-control"), Some("private, no-store"));
                assert_eq!(own.header("vary"), Some("accept-encoding, cookie"));
                let links = own.html().links();
                for way in ["/plans", "/skills/mine", "/account"] {
                    assert!(links.contains(&way.to_owned()), "{path}: {links:?}");
                }
                assert!(!links.contains(&"/sign-in".to_owned()), "{path}");
                own.html().ids();
            }
        }
        assert!(hers[0].text().contains("You: Strong"));
        assert!(!his[0].text().contains("You: Strong") && !his[1].text().contains("invoices"));
        assert!(hers[1].text().contains("invoices"));
    }

    #[test]
    fn are_not_taken_for_those_of_another_by_tag_method_or_coding() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let shared = visitor.get(ROLE);
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
        let own = visitor.ask("GET", ROLE, &[("Cookie", &cookie)]);

        // Her browser has the page for everybody and asks whether it still holds.
        let tag = shared.header("etag").unwrap();
        let asked = visitor.ask("GET", ROLE, &[("Cookie", &cookie), ("If-None-Match", tag)]);
        assert_eq!(asked.status, 200);
        assert!(asked.text().contains("You: Strong"));
        // Somebody who has hers gets the one for everybody.
        let own_tag = own.header("etag").unwrap();
        let strange = visitor.ask("GET", ROLE, &[("If-None-Match", own_tag)]);
        assert!(strange.status == 200 && strange.body == shared.body);
        // A head is that of the page.
        let head = visitor.ask("HEAD", ROLE, &[("Cookie", &cookie)]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("cache-control"), Some("private, no-store"));
        let head = visitor.ask("HEAD", ROLE, &[]);
        assert_eq!(head.header("etag"), shared.header("etag"));
        for coding in ["br", "gzip"] {
            let answer = visitor.ask("GET", ROLE, &[("Cookie", &cookie), ("Accept-Encoding", coding)]);
            assert_eq!(answer.header("content-encoding"), Some(coding));
            assert!(answer.text().contains("You: Strong"));
            let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", coding)]);
            assert!(!answer.text().contains("You: Strong"));
        }
        // The other order of skills is hers as well.
        let entry = visitor.ask("GET", &format!("{ROLE}?level=entry"), &[("Cookie", &cookie)]);
        assert!(entry.text().contains("You: Strong"));
        assert!(!visitor.get(&format!("{ROLE}?level=entry")).text().contains("You: Strong"));
    }

    #[test]
    fn are_the_shared_ones_for_cookies_that_count_for_nothing() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let shared = visitor.get(ROLE);
        let mut alice = join(&site, ALICE);
        let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
        let forged = format!("waymark-session={}x", "A".repeat(120));
        let cut = cookie[..cookie.len() - 4].to_owned();
        let long = format!("waymark-session={}", "x".repeat(4000));
        let same = |cookie: &str, why: &str| {
            let answer = visitor.ask("GET", ROLE, &[("Cookie", cookie)]);
            assert_eq!(answer.status, 200, "{why}");
            assert!(answer.body == shared.body, "{why}");
            assert_eq!(answer.header("cache-control"), Some("public, no-cache"), "{why}");
            assert_eq!(answer.header("etag"), shared.header("etag"), "{why}");
            let not = visitor.ask(
                "GET",
                ROLE,
                &[("Cookie", cookie), ("If-None-Match", shared.header("etag").unwrap())],
            );
            assert_eq!(not.status, 304, "{why}");
        };

        same(&forged, "forged");
        same(&cut, "cut off");
        same(&long, "long");
        same("waymark-session=", "empty");
        same("waymark-session", "no cookie at all");
        same("other-waymark-session=1", "another name");
        alice.post("/sign-out", &[]);
        same(&cookie, "signed out");
        let mut alice = site.browser();
        crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
        let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
        assert_ne!(visitor.ask("GET", ROLE, &[("Cookie", &cookie)]).body, shared.body);
        site.later(TimeDelta::hours(3));
        same(&cookie, "run out");
    }
}

mod a_visit {
    use super::*;

    /// Changes the hours and a share of a group as an editor does, and publishes it.
    fn publish(dora: &mut Browser, group: &str, typed: &[(&str, &str)]) {
        const ROLE: &str = "/admin/roles/web-application-backend-development";
        let page = dora.page(&format!("{ROLE}/edit/skills/{group}"));
        let tags = page.tags();
        let sheet = tags.iter().find(|tag| tag.name == "form" && tag.has_class("sheet")).unwrap();
        let mut fields = page.class("sheet")[0].fields();
        for (name, value) in typed {
            let field = fields.iter_mut().find(|(field, _)| field == name);
            let field = field.unwrap_or_else(|| panic!("no field {name}"));
            (*value).clone_into(&mut field.1);
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let saved = dora.post(sheet.attribute("action").unwrap(), &fields);
        assert!([200, 303].contains(&saved.status), "{}", saved.text());
        let page = dora.page(&format!("{ROLE}/publish"));
        let form = page.all("form").into_iter().find(|form| form.source().contains("summary"));
        let mut fields = form.unwrap_or_else(|| panic!("{}", page.text())).fields();
        fields.push(("do".into(), "now".into()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(dora.post(&format!("{ROLE}/publish"), &fields).status, 303);
    }

    fn since(page: &Html) -> Option<Html> {
        page.class("since").into_iter().next()
    }

    fn visit(site: &Site) -> Option<Visit> {
        let person = id(site, ALICE);
        Visit::find::<Role>(&mut site.conn(), &person, "web-application-backend-development").unwrap()
    }

    #[test]
    fn is_told_what_changed_since_the_last_and_again_the_same_day() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert!(since(&alice.page(ROLE)).is_none(), "the first visit has nothing to compare with");
        assert_eq!(visit(&site).unwrap().revision, 1);

        publish(&mut dora, "jvm-languages", &[("hours", "250-600"), ("skills[0].all", "about 50 %")]);

        let page = alice.page(ROLE);
        let told = since(&page).expect("what changed");
        let rows: Vec<String> = told.all("li").iter().map(Html::text).collect();
        assert_eq!(
            rows,
            [
                "Down: Hours to learn “Java and the JVM languages”, by the editors’ estimate: 300–650 → 250–600.",
                "Up: Java, all postings: about 45 % → about 50 %.",
            ]
        );
        assert!(told.links().iter().all(|link| link == "#group-jvm-languages"), "{:?}", told.links());
        let open = |page: &Html| {
            page.tags().iter().find(|tag| tag.has_class("since")).unwrap().attribute("open").is_some()
        };
        assert!(open(&page));
        // Looked at again, it is folded and still there; and so it is some hours later, with what came meanwhile.
        let again = alice.page(ROLE);
        assert!(since(&again).is_some() && !open(&again));
        site.later(TimeDelta::minutes(100));
        alice.page(ROLE);
        site.later(TimeDelta::minutes(100));
        crate::support::people::sign_in(&mut dora, "dora@example.org", PASSWORD);
        publish(&mut dora, "jvm-languages", &[("skills[0].entry", "about 45 %")]);
        crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
        let later = alice.page(ROLE);
        assert!(open(&later));
        assert_eq!(since(&later).unwrap().all("li").len(), 3, "{}", since(&later).unwrap().text());
        // Another day nothing is new.
        site.later(TimeDelta::hours(20));
        crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
        assert!(since(&alice.page(ROLE)).is_none());
        assert!(since(&site.visitor().page(ROLE)).is_none());
        let mut charlie = join(&site, CHARLIE);
        assert!(since(&charlie.page(ROLE)).is_none());
    }

    #[test]
    fn costs_nobody_the_page_when_it_cannot_be_written_down() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        let mut locked = site.conn();
        // Somebody holds the table, so that it can be read and not written.
        match Engine::of_this_run() {
            Engine::Sqlite => locked.batch_execute("BEGIN IMMEDIATE"),
            Engine::Postgres => locked.batch_execute("BEGIN; LOCK TABLE visits IN EXCLUSIVE MODE"),
            Engine::Mariadb => locked.batch_execute("LOCK TABLES visits READ"),
        }
        .unwrap();

        let begun = Instant::now();
        let page = alice.page(ROLE);

        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert!(page.text().contains("You: Strong"));
        assert_eq!(visit(&site), None);
        let free = match Engine::of_this_run() {
            Engine::Mariadb => "UNLOCK TABLES",
            _ => "ROLLBACK",
        };
        locked.batch_execute(free).unwrap();
        crate::support::until("a visit is written down", || {
            alice.page(ROLE);
            visit(&site).is_some()
        });
    }
}

mod a_skill_that_leaves {
    use super::*;

    fn withdraw(site: &Site, skill: &str, fate: &str, heirs: &str) {
        let mut dora = staff(site, &format!("Dora-{skill}"), Rights::Publisher);
        let address = format!("/admin/skills/{skill}");
        let mut page = dora.page(&format!("{address}/withdraw"));
        for order in ["look", "withdraw"] {
            let form = page.all("form").into_iter().find(|form| form.source().contains("name=\"revision\""));
            let mut fields = form.unwrap().fields();
            let typed = [("fate", fate), ("heirs", heirs), ("reason", "It is one thing."), ("do", order)];
            fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
            let mut fields: Vec<(&str, &str)> =
                fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            fields.extend(typed);
            let answer = dora.post(&format!("{address}/withdraw"), &fields);
            assert!([200, 303].contains(&answer.status), "{}", answer.text());
            page = answer.html();
        }
    }

    #[test]
    fn leaves_its_marks_to_its_heirs_and_where_both_were_marked_nothing_is_lost() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut charlie) = (join(&site, ALICE), join(&site, CHARLIE));
        alice.post(JAVA, &[("mark", "learning"), ("note", "Mine of Java"), ("version", "0")]);
        alice.post(
            "/skills/kotlin/mark",
            &[
                ("mark", "strong"),
                ("note", "Mine of Kotlin"),
                ("url-0", "https://example.org/k"),
                ("version", "0"),
            ],
        );
        charlie.post("/skills/kotlin/mark", &[("mark", "can-do"), ("note", "His"), ("version", "0")]);
        let open = alice.page(JAVA);

        withdraw(&site, "kotlin", "merged", "Java");

        let hers = ledger(&site, ALICE).marked;
        assert_eq!(hers.keys().collect::<Vec<_>>(), ["java"]);
        assert_eq!((hers["java"].mark, hers["java"].version), (Mark::Strong, 2));
        assert_eq!(hers["java"].note, "Mine of Java\n\nMine of Kotlin");
        assert_eq!(hers["java"].evidence[0].title, "example.org");
        let his = ledger(&site, CHARLIE).marked;
        assert_eq!((his["java"].mark, his["java"].note.as_str()), (Mark::CanDo, "His"));
        // What she had open was another version.
        assert_eq!(send(&mut alice, &open, JAVA, &[]).status, 409);
        assert_eq!(alice.get("/skills/kotlin/mark").status, 404);
    }

    #[test]
    fn and_becomes_several_is_marked_as_each_of_them() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post("/skills/kotlin/mark", &[("mark", "strong"), ("note", "Both"), ("version", "0")]);
        withdraw(&site, "kotlin", "split", "Java\nScala");
        let hers = ledger(&site, ALICE).marked;
        assert_eq!(hers.keys().collect::<Vec<_>>(), ["java", "scala"]);
        assert!(hers.values().all(|marked| marked.mark == Mark::Strong && marked.note == "Both"));
    }

    #[test]
    fn for_good_stays_marked_under_its_last_name() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        // A skill that nothing else names.
        let text = std::fs::read_to_string(shipped().join("skills/kotlin.toml")).unwrap();
        site.publish(vec![("skills/zig.toml".into(), text.replace("Kotlin", "Zig"))]);
        alice.post("/skills/zig/mark", &[("mark", "strong"), ("note", "Kept"), ("version", "0")]);
        withdraw(&site, "zig", "retired", "");
        let list = alice.page("/skills/mine");
        assert!(list.text().contains("Zig no longer in the guide"), "{}", list.text());
        assert!(!list.links().contains(&"/skills/zig".to_owned()));
        let page = alice.page("/skills/zig/mark");
        assert_eq!(page.headings(1), ["Zig"]);
        assert_eq!(send(&mut alice, &page, "/skills/zig/mark", &[("note", "Still kept")]).status, 303);
        assert_eq!(ledger(&site, ALICE).marked["zig"].note, "Still kept");
        let statement = alice.page("/skills/mine/statement");
        assert_eq!(statement.headings(2), ["Other"]);
        // Nobody marks it anew.
        let mut charlie = join(&site, CHARLIE);
        assert_eq!(charlie.post("/skills/zig/mark", &DONE).status, 404);
    }
}

mod the_method {
    use super::*;

    #[test]
    fn is_explained_with_what_is_computed_from_the_guide_now() {
        let Some(site) = Site::open() else { return };
        let asked = Asked::of(&role("web-application-backend-development"));
        let page = site.visitor().page("/sources").id("results");
        let titles = page.headings(3);
        let all =
            ["Readiness", "First-job set", "Next best skill", "Entry gap", "Gap between two roles", "Time"];
        assert_eq!(titles, all);
        let text = page.text();
        // Held: Java for 45, SQL for 20.
        let readiness = asked.readiness(&["java", "sql"].map(str::to_owned).into());
        let all = waymark::gap::points(readiness.all);
        assert!(
            text.contains(&format!(
                "whoever holds Java or Python (45) and SQL (20) has 65 of {all} points for Web application backend development. \
                 That is {} %",
                readiness.percent()
            )),
            "{text}"
        );
        let set = asked.first_job_set();
        assert!(text.contains("The sum grows with Java or Python to 50, SQL to 70, "), "{text}");
        assert!(text.contains(&format!("which is {} %", set.percent())), "{text}");
        assert!(
            text.contains(
                "Java or Python counts 50 at entry level and 45 overall, 5 points more at entry level"
            ),
            "{text}"
        );
        let other = Asked::of(&role("api-design-and-development"));
        let gap = waymark::gap::between(&asked, &other);
        assert!(text.contains(&format!("{} %. The other way", (gap.gap() * 100.0).round())), "{text}");

        // The guide changes, and so do the examples.
        let file = "roles/web-application-backend-development.toml";
        let changed = std::fs::read_to_string(shipped().join(file)).unwrap();
        site.publish(vec![(
            file.into(),
            changed.replacen("all = \"about 45 %\"", "all = \"about 55 %\"", 1),
        )]);
        let text = site.visitor().page("/sources").id("results").text();
        assert!(text.contains("Java or Python (55)"), "{text}");
    }

    #[test]
    fn gives_every_group_of_the_guide_an_estimate_that_readers_see_as_one() {
        let Some(site) = Site::shared() else { return };
        for (name, bytes) in crate::support::files(&shipped().join("roles")) {
            let role: Role =
                waymark::content::read("roles/x.toml", std::str::from_utf8(&bytes).unwrap()).unwrap();
            let page = site.visitor().page(&format!("/roles/{}", name.trim_end_matches(".toml")));
            let text = page.id("getting-in").text();
            assert!(text.contains("the editors’ estimate, not measured"), "{name}");
            for group in &role.groups {
                let hours = group.hours.unwrap_or_else(|| panic!("{name}: {} has no estimate", group.id));
                assert!(text.contains(&format!("{} {hours}", group.name)), "{name}: {text}");
            }
            let first = page.id("first-job").text();
            let set = Asked::of(&role);
            let set = set.first_job_set();
            assert!(first.contains(&format!("which reach {} %", set.percent())), "{name}: {first}");
            assert_eq!(first.contains("by tier, not measured"), role.demand.is_none(), "{name}");
        }
    }
}

mod the_take_out {
    use super::*;

    #[test]
    fn holds_marks_and_visits() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.post(JAVA, &DONE);
        alice.page(ROLE);
        let out: Value = serde_json::from_str(&alice.get("/account/data.json").text()).unwrap();
        assert_eq!(out["skills"]["java"]["mark"], "strong");
        assert_eq!(out["skills"]["java"]["evidence"][0]["url"], "https://example.org/archive");
        assert_eq!(out["visits"][0]["slug"], "web-application-backend-development");
        assert_eq!(out["visits"][0]["revision"], 1);
    }
}
