//! What meets what leaves: two people at once, what is typed wrong, redirects, and saves that come too late.
//!
//! Bob is an editor, Dora a publisher, Ada an admin, Charlie a stranger.

use crate::support::fates::{KOTLIN, acts, look, relocate, save, there, whole, withdraw};
use crate::support::people::staff;
use crate::support::sheet::{Sheet, draft};
use crate::support::{Answer, Browser, Html, Site};
use serde_json::json;
use waymark::accounts::Rights;
use waymark::editing::Action;

mod two_at_once {
    use super::*;

    #[test]
    fn withdraw_it_once() {
        let Some(site) = Site::open() else { return };
        let dora = staff(&site, "Dora", Rights::Publisher);
        let mut both: Vec<(Browser, &str, Html)> = Vec::new();
        for heir in ["Java", "Scala"] {
            let mut dora = dora.clone();
            let seen = look(&mut dora, KOTLIN, "merged", heir, "Old.").html();
            both.push((dora, heir, seen));
        }
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let sent: Vec<_> = both
                .into_iter()
                .map(|(mut dora, heir, seen)| {
                    scope.spawn(move || {
                        let typed =
                            [("fate", "merged"), ("heirs", heir), ("reason", "Old."), ("do", "withdraw")];
                        dora.fill(&seen, &format!("{KOTLIN}/withdraw"), &typed).status
                    })
                })
                .collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });

        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [303, 404, 409].contains(status)), "{answers:?}");
        assert_eq!(acts(&site, Action::Merged).len(), 1);
        whole(&site);
    }

    #[test]
    fn publish_and_withdraw_and_nothing_names_what_is_gone() {
        let Some(site) = Site::open() else { return };
        let dora = staff(&site, "Dora", Rights::Publisher);
        let mut other = dora.clone();
        save(&site, "role", "devops", |role| {
            role["groups"][0]["skills"].as_array_mut().unwrap().push(json!({"skill": "kotlin"}));
        });
        let mut one = dora;
        let seen = look(&mut one, KOTLIN, "merged", "Java", "Old.").html();
        let (withdrawn, published) = std::thread::scope(|scope| {
            let withdrawn = scope.spawn(move || {
                let typed = [("fate", "merged"), ("heirs", "Java"), ("reason", "Old."), ("do", "withdraw")];
                one.fill(&seen, &format!("{KOTLIN}/withdraw"), &typed).status
            });
            let published = scope.spawn(move || {
                let fields =
                    [("version", "1"), ("summary", "Kotlin too."), ("significance", "minor"), ("do", "now")];
                other.post("/admin/roles/devops/publish", &fields).status
            });
            (withdrawn.join().unwrap(), published.join().unwrap())
        });

        // Which came first is chance: the other is told that something changed, and nothing is half done.
        assert!([303, 409].contains(&withdrawn), "{withdrawn}");
        assert!([303, 404, 409, 503].contains(&published), "{published}");
        assert!(withdrawn == 303 || published == 303);
        whole(&site);
    }

    #[test]
    fn change_what_names_it_and_confirm_another_list() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let seen = look(&mut dora, KOTLIN, "merged", "Java", "Old.").html();
        save(&site, "role", "devops", |role| {
            role["groups"][0]["skills"].as_array_mut().unwrap().push(json!({"skill": "kotlin"}));
        });

        let typed = [("fate", "merged"), ("heirs", "Java"), ("reason", "Old."), ("do", "withdraw")];
        let again = dora.fill(&seen, &format!("{KOTLIN}/withdraw"), &typed);

        assert_eq!(again.status, 409);
        assert!(again.text().contains("was changed after you looked"), "{}", again.text());
        assert!(again.text().contains("its draft"));
        assert!(there(&site, "skill", "kotlin"));
        // Somebody who has it open and saves later loses nothing without being told.
        let page = dora.page(&format!("{KOTLIN}/edit/skill"));
        let sheet = page.class("sheet")[0].fields();
        assert_eq!(withdraw(&mut dora, KOTLIN, "merged", "Java", "Old.").status, 303);
        let fields: Vec<(&str, &str)> = sheet.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let late = dora.post(&format!("{KOTLIN}/edit/skill"), &fields);
        assert_eq!(late.status, 409);
        assert!(late.text().contains("Nothing that you typed is lost"), "{}", late.text());
    }
}

mod what_is_typed_wrong {
    use super::*;

    #[test]
    fn is_said_at_its_field_and_stays_typed() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let hostile = "<script>alert(1)</script> \" onmouseover=x '; DROP TABLE entries; --";
        for (fate, heirs, reason, told) in [
            ("", "Java", "Why.", "Choose what becomes of it."),
            ("moved", "Java", "Why.", "Choose what becomes of it."),
            ("merged", "", "Why.", "Name the one that takes its place."),
            ("merged", "Java\nScala", "Why.", "Name one only"),
            ("merged", "Kotlin", "Why.", "It cannot be its own heir."),
            ("merged", "DevOps", "Why.", "is no published skill"),
            ("merged", "\0", "Why.", "is no published skill"),
            ("split", "Java", "Why.", "Name two or more"),
            ("split", "Java\njava\nJava", "Why.", "Name two or more"),
            ("retired", "Java", "Why.", "Leave this empty"),
            ("merged", "Java", "  ", "Say why, in a sentence"),
            ("merged", "Java", "\u{202e}x", "cannot be seen"),
            ("merged", hostile, hostile, "is no published skill"),
        ] {
            let answer = look(&mut dora, KOTLIN, fate, heirs, reason);
            assert_eq!(answer.status, 422, "{fate} {heirs}");
            assert!(answer.text().contains(told), "{fate} {heirs}: {}", answer.text());
            assert!(!answer.text().contains("<script>alert"));
            assert!(!answer.text().contains("Withdraw it now"));
        }
        let long = look(&mut dora, KOTLIN, "merged", "Java", &"x".repeat(501));
        assert!(long.text().contains("longer than 500 characters"));
        assert_eq!(dora.get("/admin/skills/nothing/withdraw").status, 404);
        assert_eq!(dora.get("/admin/nothing/java/withdraw").status, 404);
        assert_eq!(dora.post(&format!("{KOTLIN}/withdraw"), &[]).status, 422);
        assert!(there(&site, "skill", "kotlin"));

        // What a publisher writes is escaped where readers see it.
        assert_eq!(withdraw(&mut dora, "/admin/skills/scala", "split", "Java\nRust", hostile).status, 303);
        let gone = site.visitor().get("/skills/scala");
        assert_eq!(gone.status, 410);
        assert!(!gone.text().contains("<script>alert"));
    }

    #[test]
    fn speaks_of_a_page_only_where_there_is_one() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let resource = "/admin/resources/kotlin-docs";

        let page = dora.page(&format!("{resource}/withdraw")).text();
        for words in ["Its address", "where the page was", "among the changes"] {
            assert!(!page.contains(words), "{words}: {page}");
        }
        assert!(page.contains("It has no page of its own, so the reason stands under Withdrawn"), "{page}");
        let answer = look(&mut dora, resource, "retired", "", "");
        assert!(
            answer.text().contains("Say why, in a sentence: it stands under Withdrawn."),
            "{}",
            answer.text()
        );
        let page = dora.page(&format!("{KOTLIN}/withdraw")).text();
        assert!(page.contains("It stands where the page was, and among the changes."), "{page}");
        assert!(page.contains("Its address leads to that one."), "{page}");

        assert_eq!(withdraw(&mut dora, resource, "retired", "", "Nobody reads it.").status, 303);
        assert!(dora.page("/admin/withdrawn").text().contains("Nobody reads it."));
    }

    #[test]
    fn takes_the_rights_of_a_publisher() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        assert!(!bob.page(KOTLIN).text().contains("Take it out of the guide"));
        for path in [format!("{KOTLIN}/withdraw"), format!("{KOTLIN}/move"), "/admin/redirects".into()] {
            let (read, sent) = (bob.get(&path), bob.post(&path, &[("do", "withdraw")]));
            assert_eq!((read.status, sent.status), (403, 403), "{path}");
            assert!(read.text().contains("Ask somebody who is an admin"), "{path}");
            let stranger = site.browser().get(&path);
            assert!(stranger.header("location").unwrap().starts_with("/sign-in"), "{path}");
        }
        assert_eq!(staff(&site, "Dora", Rights::Publisher).get("/admin/redirects").status, 403);
        assert_eq!(staff(&site, "Alice", Rights::Member).get("/admin/withdrawn").status, 403);
    }
}

mod redirects {
    use super::*;

    fn add(ada: &mut Browser, from: &str, to: &str) -> Answer {
        ada.post("/admin/redirects", &[("from", from), ("to", to), ("do", "add")])
    }

    #[test]
    fn lead_from_where_nothing_is_to_where_something_is() {
        let Some(site) = Site::open() else { return };
        let mut ada = staff(&site, "Ada", Rights::Admin);
        assert!(ada.page("/admin").links().contains(&"/admin/redirects".to_owned()));

        assert_eq!(add(&mut ada, "/skills/nodejs", "/skills/node-js").status, 303);
        assert_eq!(add(&mut ada, "/jobs", "/roles").status, 303);

        let charlie = site.visitor();
        assert_eq!(charlie.get("/skills/nodejs").header("location"), Some("/skills/node-js"));
        assert_eq!(charlie.get("/jobs").status, 301);
        for (from, to, told) in [
            ("jobs", "/roles", "from its first slash on"),
            ("https://evil.example/", "/roles", "from its first slash on"),
            ("//evil.example", "/roles", "Write an address such as"),
            ("/x?y=1", "/roles", "Write an address such as"),
            ("/X", "/roles", "Write an address such as"),
            ("/a/../b", "/roles", "Write an address such as"),
            ("/", "/roles", "the first page itself"),
            ("/old", "https://evil.example/", "from its first slash on"),
            ("/old", "//evil.example", "Write an address such as"),
            ("/old", "/skills/nothing", "There is no page at /skills/nothing"),
            ("/old", "/old", "in a circle"),
            ("/skills/java", "/roles", "There is a page at this address"),
            ("/roles", "/skills", "There is a page at this address"),
            ("/admin/x", "/skills", "belongs to the site itself"),
            ("/jobs", "/skills", "leads to /roles already"),
            ("/old", "/jobs", "leads on to /roles"),
        ] {
            let refused = add(&mut ada, from, to);
            assert_eq!(refused.status, 422, "{from} {to}");
            assert!(refused.text().contains(told), "{from} {to}: {}", refused.text());
        }
        let long = format!("/{}", "x".repeat(200));
        assert!(add(&mut ada, &long, "/roles").text().contains("longer than 200"));

        assert_eq!(ada.post("/admin/redirects", &[("from", "/jobs"), ("do", "remove")]).status, 303);
        assert_eq!(charlie.get("/jobs").status, 404);
        assert_eq!(acts(&site, Action::Redirected).len(), 2);
        assert_eq!(acts(&site, Action::RedirectRemoved).len(), 1);
        assert_eq!(ada.get("/admin/redirects?page=9").status, 404);
    }

    #[test]
    fn make_no_circle_with_what_was_withdrawn() {
        let Some(site) = Site::open() else { return };
        let mut ada = staff(&site, "Ada", Rights::Admin);
        assert_eq!(add(&mut ada, "/skills/kt", "/skills/kotlin").status, 303);
        assert_eq!(relocate(&mut ada, KOTLIN, "kotlin-language").status, 303);
        let circle = add(&mut ada, "/skills/kotlin-language", "/skills/kotlin");
        assert_eq!(circle.status, 422);
        assert_eq!(site.visitor().get("/skills/kt").header("location"), Some("/skills/kotlin-language"));
        assert_eq!(withdraw(&mut ada, "/admin/skills/kotlin-language", "merged", "Java", "Old.").status, 303);
        for path in ["/skills/kt", "/skills/kotlin", "/skills/kotlin-language"] {
            assert_eq!(site.visitor().get(path).header("location"), Some("/skills/java"), "{path}");
        }
        // An address that was withdrawn may lead elsewhere, and what led to it leads there as well.
        assert_eq!(add(&mut ada, "/skills/kotlin-language", "/skills/scala").status, 303);
        assert_eq!(site.visitor().get("/skills/kotlin-language").header("location"), Some("/skills/scala"));
    }
}

mod a_late_save {
    use super::*;

    const EDIT: &str = "/admin/skills/kotlin/edit/skill";

    /// Sends what the page of a late save offers to do.
    fn accept(browser: &mut Browser, page: &Html) -> Answer {
        let action = |tag: &crate::support::Tag| tag.attribute("action").map(str::to_owned);
        let tags = page.tags();
        let form = tags.iter().filter(|tag| tag.name == "form").find_map(action).expect("a form");
        let fields = page.all("form")[0].fields();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.post(&form, &fields)
    }

    #[test]
    fn of_what_moved_is_saved_at_its_new_address() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let open = Sheet::open(&mut bob, EDIT).set("about", "Typed for an hour.");
        assert_eq!(relocate(&mut dora, KOTLIN, "kotlin-language").status, 303);
        save(&site, "skill", "kotlin-language", |skill| skill["sentence"] = json!("Dora’s sentence."));

        let late = open.send(&mut bob);

        assert_eq!(late.status, 409);
        let page = late.html();
        assert!(page.text().contains("It moved while you had it open"), "{}", page.text());
        assert!(page.text().contains("has another address now: /skills/kotlin-language"), "{}", page.text());
        assert!(page.text().contains("Typed for an hour."));
        let saved = accept(&mut bob, &page);
        assert!([200, 303].contains(&saved.status), "{}", saved.text());
        let content = draft(&site, "skill", "kotlin-language").unwrap().content;
        assert_eq!(
            (&content["about"], &content["sentence"]),
            (&json!("Typed for an hour."), &json!("Dora’s sentence."),)
        );
        assert!(draft(&site, "skill", "kotlin").is_none());
        assert_eq!(bob.get(EDIT).header("location"), Some("/admin/skills/kotlin-language"));
    }

    #[test]
    fn of_what_was_merged_is_offered_beside_its_heir_and_kept_as_a_draft() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let open = Sheet::open(&mut bob, EDIT).set("about", "Typed for an hour.");
        assert_eq!(withdraw(&mut dora, KOTLIN, "merged", "Java", "One is enough.").status, 303);

        let late = open.send(&mut bob);

        assert_eq!(late.status, 409);
        let page = late.html();
        let told = "“Kotlin” was merged into “Java”: One is enough.";
        assert!(page.text().contains(told), "{}", page.text());
        assert!(page.links().contains(&"/admin/skills/java/edit/skill".to_owned()), "{:?}", page.links());
        assert!(page.text().contains("Typed for an hour."));
        assert!(draft(&site, "skill", "kotlin").is_none(), "nothing happens before it is decided");
        assert_eq!(accept(&mut bob, &page).status, 303);
        let kept = draft(&site, "skill", "kotlin").unwrap();
        assert_eq!((&kept.content["about"], kept.base_revision), (&json!("Typed for an hour."), 0));
        assert_eq!(kept.content["name"], "Kotlin", "the rest is as it was opened");
        assert_eq!(site.visitor().get("/skills/kotlin").status, 301, "not before it is published");
    }

    #[test]
    fn of_what_was_withdrawn_is_kept_as_a_draft_even_if_whoever_typed_it_goes_away() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let address = "/admin/articles/showing-proof";
        let edit = format!("{address}/edit/article");
        let open = Sheet::open(&mut bob, &edit).set("text", "Typed for an hour.");
        assert_eq!(withdraw(&mut dora, address, "error", "", "Not meant for readers.").status, 303);
        assert_eq!(bob.get(&edit).header("location"), Some("/admin/withdrawn?said=left"));

        let late = open.send(&mut bob);
        assert_eq!(late.status, 409);
        assert!(late.text().contains("Not meant for readers."));
        // He closes the page, and comes back when it is restored.
        dora.post("/admin/withdrawn", &[("kind", "article"), ("slug", "showing-proof")]);
        assert!(bob.page(&edit).text().contains("You typed something here"));
        let again = Sheet::open(&mut bob, &format!("{edit}?unsaved=yes"));
        assert_eq!(again.value("text"), "Typed for an hour.");

        // It is back, so that what the page offered is an ordinary save.
        assert_eq!(accept(&mut bob, &late.html()).status, 303);
        let content = draft(&site, "article", "showing-proof").unwrap().content;
        assert_eq!(content["text"], "Typed for an hour.");
    }

    #[test]
    fn of_a_draft_that_was_thrown_away_begins_it_anew() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        dora.post("/admin/skills/new", &[("name", "Broom science"), ("slug", "")]);
        let edit = "/admin/skills/broom-science/edit/skill";
        let open = Sheet::open(&mut bob, edit).set("about", "Typed for an hour.");
        let version = draft(&site, "skill", "broom-science").unwrap().version.to_string();
        assert_eq!(dora.post("/admin/skills/broom-science/discard", &[("version", &version)]).status, 303);

        let late = open.send(&mut bob);

        assert_eq!(late.status, 409);
        assert!(late.text().contains("threw the draft of this skill away"), "{}", late.text());
        assert_eq!(accept(&mut bob, &late.html()).status, 303);
        let content = draft(&site, "skill", "broom-science").unwrap().content;
        assert_eq!(content["name"], "Broom science");
        assert_eq!(content["about"], "Typed for an hour.");
        // Where there never was anything, there is nothing to save.
        let mut nowhere = open;
        nowhere.action = "/admin/skills/never-was/edit/skill".into();
        assert_eq!(nowhere.send(&mut bob).status, 404);
    }

    #[test]
    fn that_the_browser_does_by_itself_keeps_what_is_typed_and_says_what_happened() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let keep = |bob: &mut Browser, sheet: &Sheet| {
            let mut fields: Vec<(&str, &str)> =
                sheet.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            fields.push(("part", EDIT));
            bob.post("/admin/skills/kotlin/unsaved", &fields)
        };
        let open = Sheet::open(&mut bob, EDIT).set("about", "Half a sen");
        assert_eq!(relocate(&mut dora, KOTLIN, "kotlin-language").status, 303);

        let told = keep(&mut bob, &open);

        assert_eq!(told.status, 409);
        assert!(told.text().contains("has another address now"), "{}", told.text());
        let there = "/admin/skills/kotlin-language/edit/skill";
        let again = Sheet::open(&mut bob, &format!("{there}?unsaved=yes"));
        assert_eq!(again.value("about"), "Half a sen");
        let address = "/admin/skills/kotlin-language";
        assert_eq!(withdraw(&mut dora, address, "merged", "Java", "Old.").status, 303);
        let told = keep(&mut bob, &open);
        assert_eq!(told.status, 409);
        assert!(told.text().contains("was merged into “Java”"), "{}", told.text());
        // A save after both: it is not the heir’s text.
        let late = open.send(&mut bob);
        assert_eq!(late.status, 409);
        assert!(late.text().contains("It left while you had it open"), "{}", late.text());
        assert_eq!(accept(&mut bob, &late.html()).status, 303);
        assert_eq!(draft(&site, "skill", "kotlin-language").unwrap().content["about"], "Half a sen");
        assert!(draft(&site, "skill", "java").is_none());
        assert_eq!(
            bob.post("/admin/skills/never-was/unsaved", &[("part", "/admin/skills/never-was/edit/skill")])
                .status,
            404
        );
    }
}
