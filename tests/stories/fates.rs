//! Fates: what leaves the guide and what moves in it, what becomes of everything that names it, and what readers see.
//!
//! Bob is an editor, Dora a publisher, Ada an admin, Charlie a stranger.

use crate::support::fates::{
    BACKEND, KOTLIN, acts, content, group, group_of, look, relocate, save, there, whole, withdraw,
};
use crate::support::people::staff;
use crate::support::sheet::{draft, publish};
use crate::support::{Site, content as shipped, files, guide_with};
use chrono::Utc;
use serde_json::json;
use waymark::accounts::Rights;
use waymark::db;
use waymark::editing::{Action, Change, Incoming, Kept, Revision, Unfit, Update, load_shipped};
use waymark::import;
use waymark::reports::Report;

mod a_skill {
    use super::*;

    #[test]
    fn that_is_merged_is_named_nowhere_any_more_and_its_address_leads_to_its_heir() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let before = content(&site, "role", BACKEND);
        let jvm = group_of(&before, "kotlin");
        let java = group(&before, &jvm).into_iter().find(|skill| skill["skill"] == "java").unwrap();
        save(&site, "role", "devops", |role| {
            role["groups"][0]["skills"].as_array_mut().unwrap().push(json!({"skill": "kotlin"}));
        });
        save(&site, "role", "devops", |role| role["sentence"] = json!("Mine alone."));
        let page = dora.page(&format!("{KOTLIN}/withdraw")).text();
        for name in ["Web application backend development", "its draft", "The first ninety days of a pivot"] {
            assert!(page.contains(name), "{name}: {page}");
        }

        let seen = look(&mut dora, KOTLIN, "merged", "Java", "Everybody says Java.").text();
        assert!(seen.contains("stands there already, with figures of its own"), "{seen}");
        assert!(seen.contains("It becomes “Java”"), "{seen}");
        let done = withdraw(&mut dora, KOTLIN, "merged", " java \r\n", "Everybody says Java.");
        assert_eq!(done.header("location"), Some("/admin/withdrawn?said=withdrawn"), "{}", done.text());

        let charlie = site.visitor();
        let left = charlie.get("/skills/kotlin");
        assert_eq!((left.status, left.header("location")), (301, Some("/skills/java")));
        assert_eq!(charlie.ask("HEAD", "/skills/kotlin", &[]).status, 301);
        let after = content(&site, "role", BACKEND);
        assert_eq!(group(&after, &jvm).len(), group(&before, &jvm).len() - 1);
        assert!(group(&after, &jvm).contains(&java), "the heir keeps its own figures");
        assert_eq!(content(&site, "resource", "kotlin-docs")["skills"], json!(["java"]));
        let article = content(&site, "article", "first-ninety-days-of-a-pivot");
        assert!(!article["text"].as_str().unwrap().contains("/skills/kotlin"));
        let drafted = draft(&site, "role", "devops").unwrap();
        assert!(!drafted.content.to_string().contains("\"kotlin\""));
        assert!(drafted.content.to_string().contains("\"java\""));
        assert_eq!(drafted.content["sentence"], "Mine alone.", "nothing of a draft is lost");
        assert_eq!(drafted.version, 3);
        whole(&site);
        let changes = charlie.page("/changes").text();
        assert!(changes.contains("“Kotlin” was merged into “Java”: Everybody says Java."), "{changes}");
        site.refresh();
        assert!(!charlie.page("/search?q=kotlin").links().contains(&"/skills/kotlin".to_owned()));
        assert!(!charlie.page("/skills").links().contains(&"/skills/kotlin".to_owned()));
        assert!(!charlie.get("/sitemap-1.xml").text().contains("/skills/kotlin<"));
        assert!(!charlie.get("/skills/kotlinn").html().links().contains(&"/skills/kotlin".to_owned()));
        let merged = acts(&site, Action::Merged);
        assert_eq!((merged.len(), merged[0].slug.as_str()), (1, "kotlin"));
        assert_eq!(merged[0].detail["heirs"], json!(["java"]));
        let history = Revision::list(&mut site.conn(), "role", BACKEND, 0, 10).unwrap();
        assert_eq!(history.len(), 2, "what named it has a revision more");
    }

    #[test]
    fn that_is_split_leaves_its_figures_to_the_first_heir_and_a_page_that_names_both() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let before = content(&site, "role", BACKEND);
        let at = group_of(&before, "scala");
        let figure = group(&before, &at).into_iter().find(|s| s["skill"] == "scala").unwrap()["all"].clone();

        let done =
            withdraw(&mut dora, "/admin/skills/scala", "split", "Rust\nSass\nRust", "It was two things.");
        assert_eq!(done.status, 303, "{}", done.text());

        let after = group(&content(&site, "role", BACKEND), &at);
        let place = after.iter().position(|skill| skill["skill"] == "rust").unwrap();
        assert_eq!(after[place], json!({"skill": "rust", "all": figure}));
        assert_eq!(after[place + 1], json!({"skill": "sass"}));
        assert_eq!(content(&site, "resource", "scala-3-book")["skills"], json!(["rust", "sass"]));
        whole(&site);
        let gone = site.visitor().get("/skills/scala");
        assert_eq!(gone.status, 410);
        let page = gone.html();
        assert!(page.text().contains("Scala is not here any more"), "{}", page.text());
        assert!(page.text().contains("was split into “Rust” and “Sass”"), "{}", page.text());
        assert!(page.text().contains("It was two things."));
        assert!(page.text().contains(&Utc::now().format("%-d %B %Y").to_string()));
        assert!(page.links().contains(&"/skills/rust".to_owned()));
        assert_eq!(acts(&site, Action::Split).len(), 1);
    }

    #[test]
    fn that_is_retired_goes_out_of_lists_once_what_needs_it_was_changed() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let seen = look(&mut dora, KOTLIN, "retired", "", "Nobody asks for it.");
        let page = seen.html();
        assert_eq!(seen.status, 200);
        assert!(page.text().contains("To change first"), "{}", page.text());
        assert!(!page.text().contains("Withdraw it now"));
        assert!(page.text().contains("links to it; lead that link elsewhere"), "{}", page.text());
        assert!(page.text().contains("names nothing that it teaches"), "the resource would be empty");
        let links = page.links();
        for form in
            ["articles/first-ninety-days-of-a-pivot/edit/article", "resources/kotlin-docs/edit/resource"]
        {
            assert!(
                links.iter().any(|link| link.starts_with(&format!("/admin/{form}"))),
                "{form}: {links:?}"
            );
        }
        // Whoever confirms all the same is refused, and nothing is changed.
        let typed =
            [("fate", "retired"), ("heirs", ""), ("reason", "Nobody."), ("seen", "x"), ("do", "withdraw")];
        let refused = dora.fill(&page, &format!("{KOTLIN}/withdraw"), &typed);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Something has to be changed first"));
        assert!(there(&site, "skill", "kotlin"));
        assert_eq!(site.visitor().get("/skills/kotlin").status, 200);

        for slug in ["first-ninety-days-of-a-pivot", "what-a-demand-figure-says"] {
            save(&site, "article", slug, |article| {
                article["text"] =
                    json!(article["text"].as_str().unwrap().replace("/skills/kotlin", "/skills/java"));
            });
            assert_eq!(publish(&mut dora, &format!("/admin/articles/{slug}")).status, 303);
        }
        save(&site, "resource", "kotlin-docs", |resource| resource["skills"] = json!(["kotlin", "java"]));
        assert_eq!(publish(&mut dora, "/admin/resources/kotlin-docs").status, 303);
        assert_eq!(withdraw(&mut dora, KOTLIN, "retired", "", "Nobody asks for it.").status, 303);

        let gone = site.visitor().get("/skills/kotlin");
        assert_eq!(gone.status, 410);
        assert!(gone.text().contains("it was retired."), "{}", gone.text());
        assert_eq!(content(&site, "resource", "kotlin-docs")["skills"], json!(["java"]));
        assert!(!content(&site, "role", BACKEND).to_string().contains("\"kotlin\""));
        whole(&site);
        assert_eq!(acts(&site, Action::Withdrawn).len(), 1);
    }

    #[test]
    fn stays_where_a_figure_was_measured_of_several_together() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);

        let seen = look(&mut dora, "/admin/skills/rest", "error", "", "It is the same.").text();

        assert!(seen.contains("says something of several together"), "{seen}");
        assert!(there(&site, "skill", "rest"));
    }

    #[test]
    fn comes_back_as_a_draft_and_is_published_again() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let before = content(&site, "skill", "kotlin");
        save(&site, "skill", "scala", |skill| skill["about"] = json!("Half written."));
        assert_eq!(withdraw(&mut dora, KOTLIN, "replaced", "Java", "Old.").status, 303);
        assert_eq!(withdraw(&mut dora, "/admin/skills/scala", "merged", "Java", "Old.").status, 303);

        let list = bob.page("/admin/withdrawn");
        assert!(list.text().contains("“Kotlin” was replaced by “Java”"), "{}", list.text());
        assert!(list.links().contains(&"/admin/skills/scala".to_owned()), "its open draft stays");
        assert_eq!(draft(&site, "skill", "scala").unwrap().content["about"], "Half written.");
        assert_eq!(draft(&site, "skill", "scala").unwrap().base_revision, 0);
        let back = bob.post("/admin/withdrawn", &[("kind", "skill"), ("slug", "kotlin")]);
        assert_eq!(back.header("location"), Some("/admin/skills/kotlin?said=back"));
        assert_eq!(
            bob.post("/admin/withdrawn", &[("kind", "skill"), ("slug", "kotlin")]).status,
            303,
            "twice"
        );
        assert_eq!(draft(&site, "skill", "kotlin").unwrap().content, before);
        assert_eq!(site.visitor().get("/skills/kotlin").status, 301, "not before it is published");
        assert_eq!(publish(&mut dora, KOTLIN).status, 303);

        site.refresh();
        let charlie = site.visitor();
        assert_eq!(charlie.get("/skills/kotlin").status, 200);
        assert!(charlie.page("/search?q=kotlin").links().contains(&"/skills/kotlin".to_owned()));
        assert!(!dora.page("/admin/withdrawn").text().contains("“Kotlin”"));
        let told = Change::of(&mut site.conn(), "skill", "kotlin").unwrap();
        let told: Vec<_> = told.iter().map(|change| (change.revision, change.remarks[0].as_str())).collect();
        assert_eq!(
            told,
            [(3, "Published again."), (2, "“Kotlin” was replaced by “Java”: Old."), (1, "First published.")]
        );
        for odd in ["nothing", "java", "../x", "' OR 1=1"] {
            let answer = bob.post("/admin/withdrawn", &[("kind", "skill"), ("slug", odd)]);
            assert!([303, 404].contains(&answer.status), "{odd}: {}", answer.status);
            assert!(draft(&site, "skill", odd).is_none());
        }
    }
}

mod a_role {
    use super::*;

    #[test]
    fn that_is_merged_takes_its_pivots_reports_and_feed_along() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let report = |page: &str| {
            let pass = waymark::reports::Pass::new(1, Utc::now() - chrono::TimeDelta::seconds(60));
            let signed = pass.signed(&site.state.secret);
            let fields = [("page", page), ("words", "This is wrong."), ("pass", signed.as_str())];
            let answer = site.visitor().post("/report", &fields, &[]);
            assert_eq!(answer.status, 303, "{}", answer.text());
        };
        report("/roles/devops");

        let devops = "/admin/roles/devops";
        let done = withdraw(&mut dora, devops, "merged", "Cloud services architecture", "They are one.");
        assert_eq!(done.status, 303, "{}", done.text());

        let charlie = site.visitor();
        let feed = charlie.get("/roles/devops/feed.atom");
        assert_eq!(feed.header("location"), Some("/roles/cloud-services-architecture/feed.atom"));
        assert_eq!(
            charlie.get("/roles/devops?level=entry").header("location"),
            Some("/roles/cloud-services-architecture?level=entry")
        );
        let role = content(&site, "role", BACKEND);
        let pivots = role["pivots"].as_array().unwrap();
        assert!(pivots.iter().all(|pivot| pivot["role"] != "devops"));
        let own = content(&site, "role", "cloud-services-architecture").to_string();
        assert!(!own.contains("\"role\":\"cloud-services-architecture\""), "nothing comes to name itself");
        whole(&site);
        let open = Report::open(&mut site.conn()).unwrap();
        assert_eq!(open[0].page, "/roles/cloud-services-architecture");
        assert_eq!(open[0].words, "This is wrong.");
        site.refresh();
        assert!(!charlie.page("/search?q=devops").links().contains(&"/roles/devops".to_owned()));
    }

    #[test]
    fn that_is_withdrawn_marks_its_open_reports() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let pass = waymark::reports::Pass::new(1, Utc::now() - chrono::TimeDelta::seconds(60));
        let signed = pass.signed(&site.state.secret);
        let page = "/articles/showing-proof";
        let fields = [("page", page), ("words", "Odd."), ("pass", signed.as_str())];
        assert_eq!(site.visitor().post("/report", &fields, &[]).status, 303);

        let done =
            withdraw(&mut dora, "/admin/articles/showing-proof", "error", "", "Not meant for readers.");
        assert_eq!(done.status, 303, "{}", done.text());

        let open = Report::open(&mut site.conn()).unwrap();
        assert!(
            open[0].words.starts_with("Odd.\n\n[Waymark: this page was withdrawn on "),
            "{}",
            open[0].words
        );
        let gone = site.visitor().get(page);
        assert_eq!(gone.status, 410);
        assert!(gone.text().contains("because it was published in error"), "{}", gone.text());
    }

    #[test]
    fn needs_its_family_and_a_figure_its_source() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        for address in ["/admin/families/data", "/admin/sources/bls-oews-2024"] {
            let seen = look(&mut dora, address, "retired", "", "It is old.").text();
            assert!(seen.contains("has to name something; name another first"), "{address}: {seen}");
        }
        let split = look(
            &mut dora,
            "/admin/families/data",
            "split",
            "Building applications\nSystems and leadership",
            "Two.",
        );
        assert!(split.text().contains("names one only"), "{}", split.text());

        let done =
            withdraw(&mut dora, "/admin/sources/bls-oews-2024", "replaced", "bls-oews-2023", "One year.");
        assert_eq!(done.status, 303, "{}", done.text());
        whole(&site);
        assert!(!site.visitor().page("/sources").source().contains("bls-oews-2024"));
    }
}

mod a_chain {
    use super::*;

    #[test]
    fn of_withdrawals_and_moves_leads_to_its_end_at_once() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert_eq!(withdraw(&mut dora, KOTLIN, "merged", "Scala", "One.").status, 303);
        let moved = relocate(&mut dora, "/admin/skills/scala", "scala-language");
        assert_eq!(
            moved.header("location"),
            Some("/admin/skills/scala-language?said=moved"),
            "{}",
            moved.text()
        );
        let moved = relocate(&mut dora, "/admin/skills/scala-language", "scala-3");
        assert_eq!(moved.status, 303, "{}", moved.text());

        let leads = |path: &str| site.visitor().get(path).header("location").map(str::to_owned);
        for path in ["/skills/kotlin", "/skills/scala", "/skills/scala-language"] {
            assert_eq!(leads(path).as_deref(), Some("/skills/scala-3"), "{path}");
        }
        // Back to where it was: no circle comes of it.
        assert_eq!(relocate(&mut dora, "/admin/skills/scala-3", "scala").status, 303);
        assert_eq!(site.visitor().get("/skills/scala").status, 200);
        for path in ["/skills/kotlin", "/skills/scala-3", "/skills/scala-language"] {
            assert_eq!(leads(path).as_deref(), Some("/skills/scala"), "{path}");
        }
        assert_eq!(withdraw(&mut dora, "/admin/skills/scala", "merged", "Java", "Two.").status, 303);
        for path in ["/skills/kotlin", "/skills/scala", "/skills/scala-3", "/skills/scala-language"] {
            assert_eq!(leads(path).as_deref(), Some("/skills/java"), "{path}");
        }
        whole(&site);
    }
}

mod a_move {
    use super::*;

    #[test]
    fn takes_history_draft_and_everything_that_names_it_along() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        save(&site, "skill", "kotlin", |skill| skill["about"] = json!("Half written."));
        save(&site, "role", BACKEND, |role| role["sentence"] = json!("A draft that names it."));

        let moved = relocate(&mut dora, KOTLIN, "kotlin-language");
        assert_eq!(moved.status, 303, "{}", moved.text());

        let page = dora.page("/admin/skills/kotlin-language?said=moved");
        assert!(page.text().contains("It has its new address"), "{}", page.text());
        let charlie = site.visitor();
        let old = charlie.get("/skills/kotlin");
        assert_eq!((old.status, old.header("location")), (301, Some("/skills/kotlin-language")));
        assert_eq!(charlie.get("/skills/kotlin-language").status, 200);
        let role = content(&site, "role", BACKEND).to_string();
        assert!(role.contains("\"kotlin-language\"") && !role.contains("\"kotlin\""));
        let own = draft(&site, "skill", "kotlin-language").unwrap();
        assert_eq!((own.content["about"].as_str(), own.base_revision), (Some("Half written."), 2));
        assert!(!own.outdated(&mut site.conn()).unwrap());
        let other = draft(&site, "role", BACKEND).unwrap();
        assert!(other.content.to_string().contains("\"kotlin-language\""));
        assert!(!other.outdated(&mut site.conn()).unwrap(), "both moved alike");
        assert_eq!(publish(&mut dora, "/admin/skills/kotlin-language").status, 303);
        let told = Change::of(&mut site.conn(), "skill", "kotlin-language").unwrap();
        assert_eq!(told.len(), 3);
        assert_eq!(told[1].remarks, ["It has another address; it was at /skills/kotlin."]);
        assert_eq!(Revision::count(&mut site.conn(), "skill", "kotlin").unwrap(), 0);
        whole(&site);
        site.refresh();
        let found = charlie.page("/search?q=kotlin").links();
        assert!(found.contains(&"/skills/kotlin-language".to_owned()));
        assert!(!found.contains(&"/skills/kotlin".to_owned()));
        assert_eq!(acts(&site, Action::Moved)[0].detail["from"], "kotlin");
        assert!(!dora.page("/admin/withdrawn").text().contains("Kotlin"), "it did not leave");
    }

    #[test]
    fn is_refused_where_something_is_or_was() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert_eq!(withdraw(&mut dora, "/admin/skills/scala", "merged", "Java", "Old.").status, 303);
        for (slug, told) in [
            ("java", "is, or was, the address of something else"),
            ("scala", "was withdrawn and may be restored"),
            ("kotlin", "This is the address that it has"),
            ("new", "is used by an address of the site"),
            ("Kotlin!", "is not a slug"),
            ("", "is not a slug"),
            ("../../etc", "is not a slug"),
        ] {
            let refused = relocate(&mut dora, KOTLIN, slug);
            assert_eq!(refused.status, 422, "{slug}");
            assert!(refused.text().contains(told), "{slug}: {}", refused.text());
        }
        let stale = dora.post(&format!("{KOTLIN}/move"), &[("revision", "0"), ("slug", "kotlin-2")]);
        assert_eq!(stale.status, 409);
        assert!(stale.text().contains("kotlin-2"), "what was typed stays");
        assert!(there(&site, "skill", "kotlin") && !there(&site, "skill", "kotlin-2"));
        for fixed in ["/admin/tiers/foundation", "/admin/texts/about"] {
            assert_eq!(dora.get(&format!("{fixed}/move")).status, 404);
            assert_eq!(dora.get(&format!("{fixed}/withdraw")).status, 404);
            assert!(!dora.page(fixed).text().contains("Take it out of the guide"));
        }
    }

    #[test]
    fn is_not_undone_by_a_newer_program_or_by_old_files() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert_eq!(relocate(&mut dora, KOTLIN, "kotlin-language").status, 303);
        assert_eq!(withdraw(&mut dora, "/admin/skills/php", "merged", "Ruby", "Old.").status, 303);

        let newer = guide_with("skills/java.toml", "name = \"Java\"", "name = \"Java language\"");
        let incoming = import::from_folder(&newer).unwrap();
        let update = db::write(&mut site.conn(), |conn| load_shipped(conn, "newer", || incoming, Utc::now()));
        let Update::Loaded { kept, published } = update.unwrap() else { panic!("not loaded") };
        assert_eq!(published.revised, [("skill".to_owned(), "java".to_owned())]);
        for slug in ["kotlin", "php"] {
            assert!(kept.iter().any(|kept| kept.slug == slug), "{slug}: {kept:?}");
            assert!(!there(&site, "skill", slug), "{slug} is back");
        }

        let old = import::from_folder(&shipped()).unwrap();
        let problems = import::import(&mut site.conn(), &old, Utc::now()).unwrap().unwrap_err();
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(
            told.iter().any(|told| told.contains("kotlin.toml: is called kotlin-language by now")),
            "{told:?}"
        );
        // What was only withdrawn comes back by its file, and that is told.
        let files: Vec<(String, String)> = files(&shipped())
            .into_iter()
            .filter(|(name, _)| name == "skills/php.toml")
            .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
            .collect();
        let back =
            import::import(&mut site.conn(), &import::parse(files).unwrap(), Utc::now()).unwrap().unwrap();
        assert_eq!(back.restored, [("skill".to_owned(), "php".to_owned())]);
        let naming = (
            "roles/x.toml".to_owned(),
            String::from_utf8(
                std::fs::read(shipped().join("roles/web-application-backend-development.toml")).unwrap(),
            )
            .unwrap(),
        );
        let role = import::parse(vec![naming]).unwrap();
        let problems = import::import(&mut site.conn(), &role, Utc::now()).unwrap().unwrap_err();
        assert!(
            problems[0].message.contains("which moved to \"kotlin-language\"; name that instead"),
            "{problems:?}"
        );
    }
}

mod a_newer_program {
    use super::*;

    /// The shipped files, with some texts replaced: file, what it says, what it says then.
    fn newer(changes: &[(&str, &str, &str)]) -> Vec<Incoming> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let files = files(&shipped()).into_iter().map(|(name, bytes)| {
            let mut text = text(bytes);
            for (_, from, to) in changes.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(from), "{name} does not say {from}");
                text = text.replacen(from, to, 1);
            }
            (format!("content/{name}"), text)
        });
        import::parse(files.collect()).unwrap()
    }

    fn load(site: &Site, digest: &str, incoming: Vec<Incoming>) -> Vec<Kept> {
        let update = db::write(&mut site.conn(), |conn| load_shipped(conn, digest, || incoming, Utc::now()));
        let Update::Loaded { kept, .. } = update.unwrap() else { panic!("{digest} was not loaded") };
        site.refresh();
        kept
    }

    const ROLE: &str = "roles/web-application-backend-development.toml";

    #[test]
    fn names_what_moved_and_merged_by_its_new_name() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert_eq!(relocate(&mut dora, KOTLIN, "kotlin-language").status, 303);
        assert_eq!(withdraw(&mut dora, "/admin/skills/php", "merged", "Ruby", "Old.").status, 303);

        let kept = load(
            &site,
            "newer",
            newer(&[
                (ROLE, "sentence = \"", "sentence = \"Newer: "),
                ("skills/java.toml", "sentence = \"", "sentence = \"Newer: "),
            ]),
        );

        // The role was rewritten when they left, and by nobody's hand: it goes on following the program.
        let role = content(&site, "role", BACKEND);
        assert!(role["sentence"].as_str().unwrap().starts_with("Newer: "), "{kept:?}");
        assert!(role.to_string().contains("\"kotlin-language\"") && role.to_string().contains("\"ruby\""));
        assert!(!role.to_string().contains("\"kotlin\"") && !role.to_string().contains("\"php\""));
        assert!(site.visitor().page("/skills/java").text().contains("Newer: "));
        assert!(kept.iter().all(|kept| kept.why == "editors removed it"), "{kept:?}");
        whole(&site);
        let mut ada = staff(&site, "Ada", Rights::Admin);
        assert!(!ada.page("/admin/checks").text().contains("What came with the program and does not fit"));
    }

    #[test]
    fn has_what_fits_published_and_the_rest_kept_aside_until_it_fits() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        for slug in ["first-ninety-days-of-a-pivot", "what-a-demand-figure-says"] {
            save(&site, "article", slug, |article| {
                article["text"] =
                    json!(article["text"].as_str().unwrap().replace("/skills/kotlin", "/skills/java"));
            });
            assert_eq!(publish(&mut dora, &format!("/admin/articles/{slug}")).status, 303);
        }
        save(&site, "resource", "kotlin-docs", |resource| resource["skills"] = json!(["kotlin", "java"]));
        assert_eq!(publish(&mut dora, "/admin/resources/kotlin-docs").status, 303);
        assert_eq!(withdraw(&mut dora, KOTLIN, "retired", "", "Nobody asks for it.").status, 303);
        let guide = || {
            newer(&[
                ("skills/java.toml", "sentence = \"", "sentence = \"Newer: "),
                ("articles/showing-proof.md", "\n\n", "\n\nSee [Kotlin](/skills/kotlin).\n\n"),
                (ROLE, "skill = \"scala\"", "skill = \"cobol\""),
            ])
        };

        let kept = load(&site, "newer", guide());

        let why = |slug: &str| &kept.iter().find(|kept| kept.slug == slug).unwrap().why;
        assert!(why("showing-proof").contains("names the skill “Kotlin”, which was retired"), "{kept:?}");
        assert!(why("showing-proof").contains("lead that link elsewhere"), "{kept:?}");
        assert!(why(BACKEND).contains("names the skill \"cobol\", which does not exist"), "{kept:?}");
        assert_eq!(why("kotlin"), "editors removed it");
        assert!(site.visitor().page("/skills/java").text().contains("Newer: "), "what fits is there");
        assert!(!content(&site, "article", "showing-proof").to_string().contains("/skills/kotlin"));
        whole(&site);
        let checks = dora.page("/admin/checks");
        assert!(checks.text().contains("What came with the program and does not fit"), "{}", checks.text());
        assert!(checks.text().contains("which was retired"), "{}", checks.text());
        assert!(checks.links().contains(&"/admin/articles/showing-proof".to_owned()));

        // Restored, and the missing skill made: the next start takes them in by itself.
        dora.post("/admin/withdrawn", &[("kind", "skill"), ("slug", "kotlin")]);
        assert_eq!(publish(&mut dora, KOTLIN).status, 303);
        save(&site, "skill", "cobol", |skill| {
            *skill = json!({"name": "COBOL", "kind": "technology", "sentence": "Old.", "about": "Old."});
        });
        assert_eq!(publish(&mut dora, "/admin/skills/cobol").status, 303);
        load(&site, "newer", guide());
        assert!(content(&site, "article", "showing-proof").to_string().contains("/skills/kotlin"));
        assert!(content(&site, "role", BACKEND).to_string().contains("\"cobol\""));
        assert!(Unfit::all(&mut site.conn()).unwrap().is_empty());
        let again = db::write(&mut site.conn(), |conn| load_shipped(conn, "newer", guide, Utc::now()));
        assert!(matches!(again.unwrap(), Update::Same));
    }
}
