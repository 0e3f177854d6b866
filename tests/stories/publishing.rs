//! Publishing: what becomes public, by form, by file and by itself; two editors at once; and what was done is found again.
//!
//! Bob is an editor, Dora a publisher.

use crate::support::people::{PASSWORD, id, register, sign_in, staff};
use crate::support::sheet::{Sheet, content, draft, publish};
use crate::support::{Browser, Site};
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights};
use waymark::admin;
use waymark::follows::{FOLLOW, Interest, Subject};
use waymark::roles::Role;

const ROLE: &str = "/admin/roles/web-application-backend-development";

mod two_at_once {
    use super::*;

    /// Every address below an entry to which something can be sent, as the routes name them.
    fn changing_routes() -> Vec<String> {
        let routes = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin/pages/mod.rs");
        let text: String = std::fs::read_to_string(routes).unwrap().split_whitespace().collect();
        let resources = text.split("web::resource(\"").skip(1);
        let changing = resources.filter_map(|rest| {
            let (path, rest) = rest.split_once('"')?;
            let rest = rest.split(".service(").next()?;
            let below = path.strip_prefix("/{folder}/{slug}")?;
            rest.contains(".post(").then(|| below.to_owned())
        });
        changing.collect()
    }

    #[test]
    fn and_nothing_that_was_saved_meanwhile_is_touched_by_any_route() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let address = "/admin/skills/java";
        let edit = format!("{address}/edit/skill");
        let seen = Sheet::open(&mut dora, &edit).set("about", "Seen.");
        seen.save(&mut dora);
        let stale = draft(&site, "skill", "java").unwrap().version.to_string();
        Sheet::open(&mut dora, &edit).set("about", "Saved meanwhile.").save(&mut dora);
        let now = draft(&site, "skill", "java").unwrap();
        let routes = changing_routes();
        assert!(routes.len() >= 9, "{routes:?}");

        for route in routes {
            let path = format!("{address}{}", route.replace("{section}", "skill").replace("{item}", "x"));
            let answer = match route.as_str() {
                "/edit/{section}" => seen.send(&mut dora),
                _ => dora.post(
                    &path,
                    &[
                        ("version", stale.as_str()),
                        ("seen", "stale"),
                        ("revision", "1"),
                        ("summary", "x"),
                        ("significance", "minor"),
                        ("do", "now"),
                        ("part", edit.as_str()),
                        ("fate", "withdrawn"),
                        ("reason", "It was."),
                        ("new", ""),
                    ],
                ),
            };
            assert!(answer.status < 500, "{path}: {}", answer.status);
            let still = draft(&site, "skill", "java").unwrap_or_else(|| panic!("{path} took the draft away"));
            assert_eq!((still.version, &still.content), (now.version, &now.content), "{path}");
            assert!(still.publish_at.is_none());
        }
        assert!(!site.visitor().page("/skills/java").text().contains("Saved meanwhile."));
    }

    #[test]
    fn keep_each_other_s_edits_and_are_told() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        let (of_bob, of_dora) = (Sheet::open(&mut bob, &edit), Sheet::open(&mut dora, &edit));
        assert!(dora.page(&edit).text().contains("Bob has this role open as well"));

        of_dora.set("day", "Dora’s day.").save(&mut dora);
        let answer = of_bob.set("lead", "Bob’s lead.").save(&mut bob);

        assert!(
            answer.text().contains(
                "Dora changed meanwhile, and it is kept as well: A day in it. You changed here: What one does."
            ),
            "{}",
            answer.text()
        );
        let role = content(&site, "role", "web-application-backend-development");
        assert_eq!((&role["day"], &role["lead"]), (&"Dora’s day.".into(), &"Bob’s lead.".into()));
    }

    #[test]
    fn are_asked_about_the_field_that_both_changed_and_lose_nothing() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        for counts in ["mine", "theirs"] {
            let (of_his, of_hers) = (format!("Bob’s, {counts}."), format!("Dora’s, {counts}."));
            let (of_bob, of_dora) = (Sheet::open(&mut bob, &edit), Sheet::open(&mut dora, &edit));
            let lead = format!("A lead beside {counts}.");
            of_dora.set("sentence", &of_hers).set("day", counts).save(&mut dora);

            let asked = of_bob.set("sentence", &of_his).set("lead", &lead).send(&mut bob);
            assert_eq!(asked.status, 409);
            let page = asked.html();
            assert_eq!(page.headings(1), ["Which version counts?"]);
            assert!(page.text().contains(&of_hers) && page.text().contains(&of_his));
            for told in [
                "Dora changed the same as you while you had this role open.",
                "Dora changed besides, and it stays: A day in it.",
                "You changed besides, and it is saved with what you choose: What one does.",
            ] {
                assert!(page.text().contains(told), "{told} {}", page.text());
            }
            assert_eq!(page.all("legend").iter().map(|l| l.text()).collect::<Vec<_>>(), ["In a sentence"]);
            let role = content(&site, "role", "web-application-backend-development");
            assert_ne!(role["lead"], lead.as_str(), "nothing is saved before it is decided");

            let mut fields = page.all("form")[0].fields();
            fields.push(("choice:sentence".into(), counts.into()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let saved = bob.post(&edit, &fields);
            assert_eq!(saved.status, 200);
            let whose = if counts == "mine" { "your words stand" } else { "theirs stay" };
            let told = format!(
                "Dora changed meanwhile, and it is kept as well: A day in it. You changed here: What one does. \
                 Changed on both sides, and {whose}, as you chose: In a sentence."
            );
            assert!(saved.text().contains(&told), "{told} {}", saved.text());
            let sentence = Value::from(if counts == "mine" { of_his } else { of_hers });
            let role = content(&site, "role", "web-application-backend-development");
            assert_eq!(
                (&role["sentence"], &role["lead"], &role["day"]),
                (&sentence, &lead.into(), &counts.into())
            );
        }
    }

    #[test]
    fn who_are_one_person_in_two_windows_are_told_so() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = format!("{ROLE}/edit/role");
        let (one, other) = (Sheet::open(&mut bob, &edit), Sheet::open(&mut bob, &edit));
        one.set("day", "A day.").set("sentence", "There.").save(&mut bob);

        let asked = other.set("sentence", "Here.").send(&mut bob);

        assert_eq!(asked.status, 409);
        let page = asked.html();
        let text = page.text();
        assert!(!text.contains("Somebody else") && !text.contains("Theirs"), "{text}");
        assert!(
            text.contains("You, in another window, changed besides, and it stays: A day in it."),
            "{text}"
        );
        let saved = bob.fill(&page, &edit, &[("choice:sentence", "mine")]);
        assert!(
            saved.text().contains("the words typed here stand, as you chose: In a sentence."),
            "{}",
            saved.text()
        );
    }

    #[test]
    fn who_chose_against_an_old_version_are_asked_again() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        let of_bob = Sheet::open(&mut bob, &edit);
        Sheet::open(&mut dora, &edit).set("sentence", "Dora’s first.").save(&mut dora);
        let asked = of_bob.set("sentence", "Bob’s.").send(&mut bob);
        let mut fields = asked.html().all("form")[0].fields();
        fields.push(("choice:sentence".into(), "mine".into()));
        Sheet::open(&mut dora, &edit).set("sentence", "Dora’s second.").save(&mut dora);

        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let again = bob.post(&edit, &fields);

        assert_eq!(again.status, 409);
        assert!(again.text().contains("Dora’s second."));
    }

    #[test]
    fn and_eight_in_a_race_lose_no_accepted_word() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = format!("{ROLE}/edit/role");
        let page = bob.page(&edit);
        let fields =
            ["sentence", "lead", "day", "places", "tasks", "not_for_you_if", "other_names", "sentence"];

        let answers: Vec<(&str, String, u16)> = std::thread::scope(|scope| {
            let writers = fields.iter().enumerate().map(|(i, field)| {
                let (mut writer, page) = (bob.clone(), page.clone());
                scope.spawn(move || {
                    let words = format!("Words of writer {i}.");
                    let answer = Sheet::of(&page).set(field, &words).send(&mut writer);
                    (*field, words, answer.status)
                })
            });
            let writers: Vec<_> = writers.collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });

        let role = content(&site, "role", "web-application-backend-development");
        for (field, words, status) in &answers {
            let kept = role[*field].to_string().contains(words.as_str());
            assert!([200, 303, 409].contains(status), "{field}: {status}");
            assert_eq!(kept, *status != 409, "{field}: {status}");
        }
        assert_eq!(answers.iter().filter(|(.., status)| *status == 409).count(), 1);
    }

    #[test]
    fn who_come_back_after_months_are_asked_about_whatever_differs() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = "/admin/skills/java/edit/skill";
        Sheet::open(&mut bob, edit).set("about", "First.").save(&mut bob);
        let open = Sheet::open(&mut bob, edit).set("sentence", "Months later.");
        Sheet::open(&mut bob, edit).set("about", "Second.").save(&mut bob);
        let stands = draft(&site, "skill", "java").unwrap();

        waymark::editing::sweep(&mut site.conn(), Utc::now() + TimeDelta::days(80)).unwrap();
        assert_eq!(versions(&site), [stands.version - 1, stands.version]);
        waymark::editing::sweep(&mut site.conn(), Utc::now() + TimeDelta::days(100)).unwrap();
        assert_eq!(versions(&site), [stands.version], "the one at which it stands");

        let asked = open.send(&mut bob);
        assert_eq!(asked.status, 409);
        assert!(asked.text().contains("Months later.") && asked.text().contains("Second."));
        assert_eq!(draft(&site, "skill", "java").unwrap().content, stands.content);
    }

    /// The versions of the draft of Java that are kept.
    fn versions(site: &Site) -> Vec<i64> {
        use diesel::prelude::*;
        use waymark::db::schema::draft_versions as versions;
        versions::table
            .filter(versions::kind.eq("skill").and(versions::slug.eq("java")))
            .order(versions::version)
            .select(versions::version)
            .load(&mut site.conn())
            .unwrap()
    }

    #[test]
    fn and_one_form_sent_twice_is_saved_once() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let sheet = Sheet::open(&mut bob, &format!("{ROLE}/edit/skills")).set("groups.new", "Only once");

        sheet.save(&mut bob);
        let again = sheet.save(&mut bob);

        assert_eq!(again.status, 303, "nobody else changed anything: {}", again.text());
        let groups = content(&site, "role", "web-application-backend-development")["groups"].to_string();
        assert_eq!(groups.matches("Only once").count(), 1);
    }
}

mod going_live {
    use super::*;

    #[test]
    fn twice_from_two_windows_says_that_there_is_no_draft_any_more() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let form = Sheet::open(&mut dora, "/admin/skills/java/edit/skill");
        form.set("sentence", "Another sentence.").save(&mut dora);
        let window = dora.page("/admin/skills/java/publish");
        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);

        let late = dora.fill(&window, "/admin/skills/java/publish", &[("do", "now")]);

        assert_eq!(late.status, 303, "{}", late.text());
        let page = dora.page(late.header("location").unwrap());
        assert!(page.text().contains("There is no draft: it was published"), "{}", page.text());
        let asked = dora.get("/admin/skills/java/publish");
        assert_eq!(asked.header("location"), late.header("location"));
        assert_eq!(dora.get("/admin/skills/no-such-skill/publish").status, 303);
        assert_eq!(dora.get("/admin/skills/no-such-skill").status, 404);
    }

    #[test]
    fn is_told_in_the_words_that_readers_know() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let sheet = Sheet::open(&mut dora, &format!("{ROLE}/edit/role"));
        let tasks = format!("{}, now and then", sheet.value("tasks"));
        sheet
            .set("lead", "What one does now.")
            .set("sentence", "In another sentence.")
            .set("tasks", &tasks)
            .save(&mut dora);
        let skills = Sheet::open(&mut dora, "/admin/skills/java/edit/skill");
        skills.set("about", "Another description.").set("kind", "practice").save(&mut dora);

        let suggested = |dora: &mut Browser, address: &str| {
            dora.page(&format!("{address}/publish")).form(&format!("{address}/publish")).field("summary")
        };

        assert_eq!(
            suggested(&mut dora, ROLE),
            "The introduction, “What one does” and the tasks were reworded."
        );
        assert_eq!(
            suggested(&mut dora, "/admin/skills/java"),
            "The description was reworded. The kind was changed."
        );
    }

    #[test]
    fn shows_the_letters_for_what_is_chosen_and_keeps_what_was_typed() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        register(&site, "Alice", Rights::Member);
        let alice = id(&site, "alice@example.org");
        let subject = Subject::of::<Role>("web-application-backend-development");
        Interest::put(&mut site.conn(), &alice, FOLLOW, &[subject], site.now()).unwrap();
        Sheet::open(&mut bob, &format!("{ROLE}/edit/role")).set("sentence", "Another.").save(&mut bob);
        let (path, letter) = (format!("{ROLE}/publish"), format!("{ROLE}/letter"));
        let page = dora.page(&path);
        assert!(page.id("reach").text().contains("too small a change"), "{}", page.id("reach").text());
        let typed = |significance: &'static str, order: &'static str| {
            [
                ("significance", significance),
                ("summary", "A word\r\nof my own."),
                ("at", "soon"),
                ("do", order),
            ]
        };

        for (significance, told) in [("notable", true), ("minor", false), ("major", true)] {
            let shown = dora.fill(&page, &path, &typed(significance, "look"));
            assert_eq!(shown.status, 200, "{significance}");
            let shown = shown.html();
            let reach = shown.id("reach").text();
            assert_eq!(reach.contains("too small a change"), !told, "{significance}: {reach}");
            assert_eq!(reach.contains("A word"), told, "{significance}: {reach}");
            let form = shown.form(&path);
            assert_eq!(form.field("significance"), significance);
            assert_eq!((form.field("summary").lines().count(), form.field("at").as_str()), (2, "soon"));
        }
        let shown = dora.post(&letter, &typed("major", "show"));
        assert!(shown.status == 200 && shown.text().contains("of my own."), "{}", shown.text());
        let sent = dora.post(&letter, &typed("major", "send"));
        assert_eq!(sent.status, 200);
        assert!(sent.text().contains("The letter is on its way to you."));
        assert_eq!(sent.html().form(&path).field("significance"), "major");
        assert_eq!(site.letters().to("dora@example.org").len(), 1);
        let small = dora.post(&letter, &typed("minor", "send"));
        assert_eq!(small.status, 422);
        assert!(small.text().contains("too small for a letter") && small.text().contains("of my own."));
        assert!(draft(&site, "role", "web-application-backend-development").is_some());
        assert!(!site.visitor().page("/changes").text().contains("of my own."));
        assert_eq!(bob.post(&path, &typed("major", "look")).status, 403);
    }

    #[test]
    fn takes_a_publisher() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        Sheet::open(&mut bob, "/admin/skills/java/edit/skill").set("about", "New.").save(&mut bob);

        assert!(bob.page("/admin/skills/java/publish").text().contains("takes the rights of a publisher"));
        let fields = [("version", "1"), ("summary", "x"), ("significance", "minor"), ("do", "now")];
        let refused = bob.post("/admin/skills/java/publish", &fields);
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("Ask somebody who is an admin"), "{}", refused.text());
        assert!(draft(&site, "skill", "java").is_some());
    }

    #[test]
    fn happens_by_itself_at_its_time_and_once() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let address = "/admin/skills/java";
        Sheet::open(&mut dora, &format!("{address}/edit/skill"))
            .set("about", "From June on.")
            .save(&mut dora);
        let version = draft(&site, "skill", "java").unwrap().version.to_string();
        let at = |text: &str| {
            vec![
                ("version", version.clone()),
                ("summary", "It is June.".into()),
                ("significance", "notable".into()),
                ("do", "later".into()),
                ("at", text.to_owned()),
            ]
        };
        let send = |dora: &mut Browser, fields: Vec<(&str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            dora.post(&format!("{address}/publish"), &fields)
        };
        for (wrong, told) in [
            ("soon", "Write day and time"),
            ("2020-01-01T00:00", "has passed"),
            ("2027-03-28T02:30", "skip this time"),
            ("2999-01-01T00:00", "ten years"),
        ] {
            let again = send(&mut dora, at(wrong));
            assert_eq!(again.status, 422, "{wrong}");
            assert!(again.text().contains(told), "{wrong}: {}", again.text());
            assert!(again.text().contains("It is June."), "what was typed stays");
        }
        let soon = (Utc::now() + TimeDelta::hours(3)).with_timezone(&chrono_tz::Europe::Vienna);
        assert_eq!(send(&mut dora, at(&soon.format("%Y-%m-%dT%H:%M").to_string())).status, 303);
        assert!(dora.page("/admin").text().contains("To be published by itself"));

        admin::publish_due(&mut site.conn(), Utc::now()).unwrap();
        assert!(draft(&site, "skill", "java").is_some(), "not before its time");
        let later = Utc::now() + TimeDelta::hours(4);
        std::thread::scope(|scope| {
            let instances: Vec<_> =
                (0..4).map(|_| scope.spawn(|| admin::publish_due(&mut site.conn(), later).is_ok())).collect();
            let fine =
                instances.into_iter().map(|instance| instance.join().unwrap()).filter(|fine| *fine).count();
            assert!(fine >= 1);
        });
        site.refresh();

        assert!(site.visitor().page("/skills/java").text().contains("From June on."));
        let changes = waymark::editing::Change::of(&mut site.conn(), "skill", "java").unwrap();
        assert_eq!(changes.iter().filter(|change| change.remarks == ["It is June."]).count(), 1);
    }

    #[test]
    fn by_form_and_by_file_is_the_same_change() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let group = format!("{ROLE}/edit/skills/jvm-languages");
        Sheet::open(&mut dora, &group).set("skills[0].all", "about 60 %").save(&mut dora);
        assert_eq!(publish(&mut dora, ROLE).status, 303);
        let path = "content/roles/web-application-backend-development.toml";
        let file = crate::support::content().join("roles/web-application-backend-development.toml");
        let file = std::fs::read_to_string(file).unwrap();
        site.publish(vec![(path.into(), file.clone())]);

        site.publish(vec![(path.into(), file.replacen("all = \"about 45 %\"", "all = \"about 60 %\"", 1))]);

        use diesel::prelude::*;
        use waymark::db::schema::guide_changes as changes;
        let all: Vec<(i64, String, String, String)> = changes::table
            .filter(changes::kind.eq("role").and(changes::slug.eq("web-application-backend-development")))
            .order(changes::seq)
            .select((changes::revision, changes::significance, changes::summary, changes::difference))
            .load(&mut site.conn())
            .unwrap();
        assert_eq!(all.iter().map(|change| change.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!((&all[1].1, &all[1].2, &all[1].3), (&all[3].1, &all[3].2, &all[3].3));
        assert!(all[1].2.contains("Java, all postings: about 45 % → about 60 %."), "{}", all[1].2);
    }

    #[test]
    fn by_many_at_once_is_missed_by_nobody_who_follows_the_sequence() {
        let Some(site) = Site::open() else { return };
        let begin = waymark::editing::guide_revision(&mut site.conn()).unwrap();
        let (writers, each) = (6, 5);
        let text = std::fs::read_to_string(crate::support::content().join("skills/java.toml")).unwrap();
        let seen: Vec<i64> = std::thread::scope(|scope| {
            for writer in 0..writers {
                let (site, text) = (&site, &text);
                scope.spawn(move || {
                    for round in 0..each {
                        let file = text.replace("name = \"Java\"", &format!("name = \"Java {round}\""));
                        let path = format!("content/skills/by-{writer}.toml");
                        let incoming = waymark::import::parse(vec![(path, file)]).unwrap();
                        crate::support::until("the publication", || {
                            waymark::import::import(&mut site.conn(), &incoming, Utc::now()).is_ok()
                        });
                    }
                });
            }
            // Whoever follows asks for what came after the last that it saw, and never looks back.
            let (mut last, mut seen) = (begin, Vec::new());
            crate::support::until("every change to be seen", || {
                use diesel::prelude::*;
                use waymark::db::schema::guide_changes as changes;
                let new: Vec<i64> = changes::table
                    .filter(changes::seq.gt(last))
                    .order(changes::seq)
                    .select(changes::seq)
                    .load(&mut site.conn())
                    .unwrap();
                last = new.last().copied().unwrap_or(last);
                seen.extend(new);
                seen.len() >= writers * each
            });
            seen
        });
        let expected: Vec<i64> = (begin + 1..=begin + (writers * each) as i64).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn is_seen_at_once_where_it_was_done_and_soon_elsewhere() {
        let Some(url) = crate::support::database() else { return };
        let (one, other) = (crate::support::Program::serve(&url), crate::support::Program::serve(&url));
        let address = waymark::db::Address::parse(&url).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let hash = runtime.block_on(Hashing::new().unwrap().hash(PASSWORD)).unwrap();
        let dora = MailAddress::parse("dora@example.org").unwrap();
        let rights = Rights::Publisher;
        let new = NewPerson { address: &dora, name: "Dora", zone: "UTC", rights, password: &hash };
        Person::join(&mut address.connect().unwrap(), &new, Utc::now()).unwrap();
        let mut dora = Browser::of(one.visitor());
        let signed_in = sign_in(&mut dora, "dora@example.org", PASSWORD);
        assert_eq!(signed_in.status, 303, "{}", signed_in.text());
        // In the memory of both.
        for program in [&one, &other] {
            assert!(!program.visitor().page("/skills/java").text().contains("Seen everywhere."));
        }
        Sheet::open(&mut dora, "/admin/skills/java/edit/skill")
            .set("about", "Seen everywhere.")
            .save(&mut dora);

        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);

        assert!(one.visitor().page("/skills/java").text().contains("Seen everywhere."));
        crate::support::until("the other to show it", || {
            other.visitor().page("/skills/java").text().contains("Seen everywhere.")
        });
    }

    #[test]
    fn of_a_version_that_somebody_changed_meanwhile_is_refused_and_keeps_the_words() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/skills/java/edit/skill";
        Sheet::open(&mut dora, edit).set("about", "One.").save(&mut dora);
        let version = draft(&site, "skill", "java").unwrap().version.to_string();
        Sheet::open(&mut dora, edit).set("about", "Two.").save(&mut dora);

        let fields = [
            ("version", version.as_str()),
            ("summary", "My words."),
            ("significance", "major"),
            ("do", "now"),
        ];
        let refused = dora.post("/admin/skills/java/publish", &fields);

        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("My words."));
        assert!(!site.visitor().page("/skills/java").text().contains("Two."));
    }
}

mod what_was {
    use super::*;

    #[test]
    fn published_can_be_compared_word_by_word_and_brought_back() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/skills/java/edit/skill";
        let first = Sheet::open(&mut dora, edit).value("sentence").to_owned();
        let second = format!("{first} Also on phones.");
        Sheet::open(&mut dora, edit).set("sentence", &second).save(&mut dora);
        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);

        let history = dora.page("/admin/skills/java/history").text();
        assert!(history.contains("Dora") && history.contains("came with the program"), "{history}");
        let compared = dora.page("/admin/skills/java/compare?from=1&to=2");
        let compared = &compared.class("compared")[0];
        assert!(compared.all("ins").iter().any(|words| words.text().contains("Also on phones.")));
        assert!(compared.all("del").is_empty(), "what stayed is not struck out");
        for odd in ["from=1&to=9", "from=x&to=1", "from=-1&to=1", ""] {
            assert_eq!(dora.get(&format!("/admin/skills/java/compare?{odd}")).status, 404, "{odd}");
        }

        assert_eq!(dora.post("/admin/skills/java/history", &[("revision", "1")]).status, 303);
        let refused = dora.post("/admin/skills/java/history", &[("revision", "2")]);
        assert!(refused.text().contains("There is a draft of it"), "{}", refused.status);
        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);
        assert!(!site.visitor().page("/skills/java").text().contains("Also on phones."));
        assert!(dora.page("/admin/skills/java/history").text().contains("Revision Published By"));
        assert_eq!(content(&site, "skill", "java")["sentence"], first.as_str());
    }

    #[test]
    fn done_is_in_the_audit_narrowed_and_taken_out() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        Sheet::open(&mut bob, "/admin/skills/java/edit/skill").set("about", "=1+1").save(&mut bob);
        publish(&mut dora, "/admin/skills/java");
        Sheet::open(&mut bob, "/admin/skills/sql/edit/skill").set("about", "New.").save(&mut bob);

        let all = bob.page("/admin/audit").text();
        assert!(all.contains("saved") && all.contains("published") && all.contains("Dora"), "{all}");
        let narrowed = bob.page("/admin/audit?kind=skill&slug=sql&action=saved");
        assert!(narrowed.links().contains(&"/admin/skills/sql".to_owned()));
        assert!(!narrowed.links().contains(&"/admin/skills/java".to_owned()));
        let csv = bob.get("/admin/audit.csv?action=published").text();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(!csv.contains("example.org"), "ids, never addresses");
        assert_eq!(bob.get("/admin/audit?page=99").status, 404);
        assert!(bob.page("/admin/audit?slug=%00&person=%27").text().contains("There is no such line"));
    }

    #[test]
    fn by_somebody_is_found_by_name_by_address_and_by_id() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        register(&site, "Bobby", Rights::Member);
        Sheet::open(&mut bob, "/admin/skills/java/edit/skill").set("about", "New.").save(&mut bob);
        Sheet::open(&mut dora, "/admin/skills/sql/edit/skill").set("about", "New.").save(&mut dora);
        let ids = [id(&site, "dora@example.org"), id(&site, "bob@example.org")];

        for person in ["dora", "DOR", "dora@example.org", "Dora@Example.org", "+dora+", &ids[0]] {
            let page = bob.page(&format!("/admin/audit?person={person}"));
            assert!(page.links().contains(&"/admin/skills/sql".to_owned()), "{person}: {}", page.text());
            assert!(!page.links().contains(&"/admin/skills/java".to_owned()), "{person}");
            let csv = bob.get(&format!("/admin/audit.csv?person={person}")).text();
            assert_eq!((csv.lines().count(), csv.contains(&ids[0])), (2, true), "{person}: {csv}");
        }
        let both = bob.page("/admin/audit?person=o");
        assert!(both.text().contains("2 people are called so"), "{}", both.text());
        let alone = format!("/admin/audit?person={}&action=&kind=&slug=", ids[1]);
        assert!(both.links().contains(&alone), "{:?}", both.links());
        assert!(!bob.page("/admin/audit?person=bob").text().contains("people are called so"));
        // Of addresses, a part finds nobody: it would tell what the whole is.
        for person in ["example.org", "bobby", "%E2%80%AE", "%27%3B--"] {
            let page = bob.page(&format!("/admin/audit?person={person}&action=saved"));
            assert!(page.text().contains("Nobody who did anything here is called so."), "{}", page.text());
            assert!(page.text().contains("There is no such line"));
            assert_eq!(page.form("/admin/audit").field("action"), "saved");
        }
        assert_eq!(bob.page("/admin/audit?person=nobody").form("/admin/audit").field("person"), "nobody");
        assert!(!bob.page("/admin/audit").source().contains("@example.org"));
    }

    #[test]
    fn is_due_or_odd_or_reported_is_listed() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert!(dora.page("/admin/figures-due").text().contains("None is due."));
        site.later(TimeDelta::days(400));
        let mut dora_later = site.browser();
        dora_later.post("/sign-in", &[("address", "dora@example.org"), ("password", PASSWORD)]);
        let due = dora_later.page("/admin/figures-due");
        assert!(due.links().contains(&ROLE.to_owned()), "{}", due.text());

        dora_later.post("/admin/skills/new", &[("name", "Lone skill"), ("slug", "")]);
        Sheet::open(&mut dora_later, "/admin/skills/lone-skill/edit/skill")
            .set("kind", "practice")
            .set("sentence", "Alone.")
            .set("about", "Alone.")
            .save(&mut dora_later);
        publish(&mut dora_later, "/admin/skills/lone-skill");
        crate::support::until("the checks to be done", || {
            dora_later.page("/admin/checks").links().contains(&"/admin/skills/lone-skill".to_owned())
        });
        assert!(!dora_later.page("/admin/checks").text().contains("The guide is being looked through"));
        assert!(dora_later.page("/admin/reports").text().contains("There is none"));
    }
}
