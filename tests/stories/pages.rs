//! What visitors read, and what they get when they ask for something odd.

use crate::support::{Answer, Html, ROLE, Site, Visitor, content};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Somebody at the site with the shipped guide; none where the engine is not installed.
fn somebody() -> Option<Visitor> {
    Some(Site::shared()?.visitor())
}

/// The refusal or failure that an answer shows: its heading and sentence.
fn told(answer: &Answer) -> String {
    let page = answer.html();
    assert_eq!(page.headings(1).len(), 1);
    assert!(page.links().contains(&"/".to_owned()), "no way on");
    page.id("main").text()
}

fn rows(part: &Html) -> Vec<String> {
    part.class("demand-row").iter().map(Html::text).collect()
}

mod a_job_seeker {
    use super::*;

    #[test]
    fn finds_every_section_of_the_role() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(ROLE);

        assert_eq!(page.headings(1), ["Web application backend development"]);
        assert_eq!(
            page.headings(2),
            [
                "At a glance",
                "What you would be doing",
                "Skills by tier",
                "Insights",
                "Strategy",
                "What separates good from great",
                "Getting in",
                "Where to learn",
                "Around the role",
                "Outlook and pay over the years",
                "Articles",
                "Sources and method",
                "Change log of this role",
            ]
        );
        let head = page.class("page-head")[0].text();
        assert!(head.contains("Also advertised as Backend Engineer, Backend Developer"), "{head}");
        assert!(head.contains("Revision 1"), "{head}");
        assert!(head.contains("Oldest figure in use: 2024"), "{head}");
        assert!(head.contains("Demand: date not stated by its source"), "{head}");
    }

    #[test]
    fn reads_everything_that_the_file_of_the_role_says() {
        let Some(visitor) = somebody() else { return };
        let file = fs::read_to_string(content().join("roles/web-application-backend-development.toml"));
        let role: toml::Table = file.unwrap().parse().unwrap();
        let mut said = Vec::new();
        // Slugs and ids are no words; what they stand for is looked at elsewhere.
        let no_words = ["id", "family", "figures", "skill", "skills", "source", "role", "tier", "review_by"];
        texts(&toml::Value::Table(role), &no_words, &mut said);

        let page = visitor.page(ROLE).text();

        assert!(said.len() > 200, "only {} texts", said.len());
        for text in said {
            assert!(page.contains(&text), "the page does not say: {text}");
        }
    }

    fn texts(value: &toml::Value, but: &[&str], found: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => found.push(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            toml::Value::Array(list) => list.iter().for_each(|item| texts(item, but, found)),
            toml::Value::Table(table) => {
                for (key, value) in table {
                    // The same key names a list of slugs and, in a group, a list of tables.
                    let slugs = matches!(value, toml::Value::Array(list) if list.iter().all(|v| v.is_str()));
                    if !but.contains(&key.as_str()) || (!slugs && !value.is_str()) {
                        texts(value, but, found);
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn finds_twelve_groups_in_five_tiers() {
        let Some(visitor) = somebody() else { return };

        let skills = visitor.page(ROLE).id("skills");

        let groups = |tier: &str| skills.id(tier).headings(4);
        assert_eq!(
            groups("foundation"),
            ["Java and the JVM languages", "Python", "Databases and SQL", "Version control and delivery"]
        );
        assert_eq!(
            groups("essential"),
            ["Java frameworks and tools", "Python frameworks", "API design and web services"]
        );
        assert_eq!(
            groups("complementary"),
            ["Other backend languages", "Node.js and JavaScript", "NoSQL and search stores"]
        );
        assert_eq!(groups("specialized"), ["The .NET stack"]);
        assert_eq!(groups("advanced"), ["Microservices and architecture"]);
        assert!(skills.id("specialized").text().starts_with("Specialized tier 4 of 5 · 1 group"));
    }

    #[test]
    fn sees_each_figure_as_its_source_words_it() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(ROLE);

        let group = |id: &str| page.id(&format!("group-{id}"));
        assert_eq!(
            rows(&group("jvm-languages")),
            [
                "Java: about 45 % of all postings, at entry level about 50 % 5 points more at entry level",
                "Kotlin: under 10 % of all postings, entry level not measured",
                "Scala: under 5 % of all postings, entry level not measured",
            ]
        );
        assert_eq!(
            rows(&group("databases-and-sql")),
            [
                "SQL: about 20 % of all postings, at entry level about 20 % the same at entry level",
                "MySQL: about 10–15 % of all postings, at entry level about 10–15 % the same at entry level",
                "PostgreSQL: about 10–15 % of all postings, entry level not measured",
                "SQL Server: about 5 % of all postings, entry level not measured",
                "Any of these: over 40 % of all postings, entry level not measured",
            ]
        );
        let frameworks = rows(&group("java-frameworks"));
        assert!(
            frameworks[1].ends_with(
                "about 10 % of all postings, at entry level about 5 % 5 points fewer at entry level"
            ),
            "{frameworks:?}"
        );
        assert!(frameworks.contains(&"JPA: not measured, no figure yet".to_owned()), "{frameworks:?}");
    }

    #[test]
    fn reads_what_is_said_without_a_number() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(ROLE);

        let said = |group: &str| -> Vec<String> {
            page.id(group).class("group-said").iter().map(Html::text).collect()
        };
        let databases = said("group-databases-and-sql");
        for words in [
            "The source also says, without a number: Postings understate databases considerably: backend work rests on them.",
            "Any of these: SQL and relational databases of any make, taken together.",
        ] {
            assert!(databases.contains(&words.to_owned()), "{databases:?}");
        }
        let interfaces = said("group-apis-and-web-services");
        let words = "Web services: Postings that say “web services” add a little";
        assert!(interfaces.iter().any(|note| note.starts_with(words)), "{interfaces:?}");
        let python = page.id("group-python").class("group-note")[0].text();
        assert_eq!(python, "Java or Python: any one of them counts");
    }

    #[test]
    fn puts_entry_level_first() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(&format!("{ROLE}?level=entry"));

        assert_eq!(
            rows(&page.id("group-jvm-languages")),
            [
                "Java: about 50 % of entry-level postings, all postings about 45 % 5 points more at entry level",
                "Kotlin: not measured at entry level, all postings under 10 %",
                "Scala: not measured at entry level, all postings under 5 %",
            ]
        );
        let canonical = page.tags().into_iter().find(|t| t.attribute("rel") == Some("canonical")).unwrap();
        assert_eq!(canonical.attribute("href").unwrap(), format!("{}{ROLE}", visitor.site()));
        let current: Vec<String> = page.class("switch")[0]
            .tags()
            .iter()
            .filter(|t| t.attribute("aria-current").is_some())
            .map(|t| t.attribute("href").unwrap().to_owned())
            .collect();
        assert_eq!(current, [format!("{ROLE}?level=entry#skills")]);
    }

    #[test]
    fn sees_what_the_work_pays_and_what_is_forecast() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(ROLE);

        let glance = page.id("glance").text();
        for words in [
            "$90,930 median",
            "One in ten earns under $48,560, one in ten over $162,870.",
            "+7.5 % over 10 years",
            "86,000",
            "5,400 Average of 2024–34; the forecast of 2021–31 said 11,000",
            "12 in 5 tiers Foundation 4 Essential 3 Complementary 3 Specialized 1 Advanced 1",
        ] {
            assert!(glance.contains(words), "{words} is not in: {glance}");
        }
        let outlook = page.id("outlook");
        assert!(!outlook.all("figure").is_empty());
        let tables: Vec<String> = outlook.all("table").iter().map(Html::text).collect();
        for number in ["148,500", "188,000", "95,300", "124,100", "92,500", "84,960"] {
            assert!(tables.iter().any(|table| table.contains(number)), "{number} is in no table");
        }
    }

    #[test]
    fn meets_ten_roles_around_it_and_each_of_them_has_a_page() {
        let Some(visitor) = somebody() else { return };

        let around = visitor.page(ROLE).id("around");

        assert_eq!(around.headings(3)[0], "Together with");
        assert_eq!(around.all("ul")[0].all("li").len(), 10);
        assert!(around.links().len() >= 10, "{:?}", around.links());
        for link in around.links() {
            assert_eq!(visitor.get(&link).status, 200, "{link}");
        }
    }

    #[test]
    fn sees_where_the_figures_come_from_and_what_changed() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page(ROLE);

        let sources = page.id("sources").text();
        assert!(sources.contains("Demand for skills"), "{sources}");
        assert!(sources.contains("Occupational Employment and Wage Statistics, May 2024"), "{sources}");
        assert!(sources.contains("not stated"), "{sources}");
        let changes = page.id("changes").all("li");
        assert_eq!(changes.len(), 1);
        assert!(
            changes[0].text().ends_with("Revision 1First published.")
                || changes[0].text().ends_with("Revision 1 First published.")
        );
    }
}

mod a_visitor {
    use super::*;

    #[test]
    fn is_shown_on_the_first_page_what_the_guide_is() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/");

        assert_eq!(page.headings(1), ["Know what a job asks for before you spend a year learning it"]);
        assert!(page.class("home-demand")[0].text().contains("Java: about 45 % of all postings"));
        let families = page.id("roles").headings(3);
        assert_eq!(families.len(), 4, "{families:?}");
        assert!(families[0].starts_with("Building applications "), "{families:?}");
        assert_eq!(page.id("changes").all("li").len(), 5);
    }

    #[test]
    fn finds_the_roles_by_family() {
        let Some(visitor) = somebody() else { return };

        let family = visitor.page("/roles").id("building-applications");

        assert_eq!(family.headings(2), ["Building applications"]);
        let rows = family.all("tbody")[0].all("tr");
        let row = rows.iter().map(Html::text).find(|row| row.contains("Web application backend")).unwrap();
        for words in ["Web application backend development", "$90,930", "+7.5 %", "about 45 %"] {
            assert!(row.contains(words), "{words} is not in: {row}");
        }
        assert!(family.links().contains(&ROLE.to_owned()));
    }

    #[test]
    fn sees_of_a_skill_which_roles_ask_for_it_and_where_to_learn_it() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/skills/java");

        assert_eq!(page.headings(1), ["Java"]);
        let roles = rows(&page);
        assert!(roles[0].starts_with("Web application backend development Foundation, in Java and the JVM languages: about 45 % of all postings"), "{roles:?}");
        let text = page.text();
        assert!(text.contains("Kotlin") && text.contains("Scala"), "its neighbours: {text}");
        assert!(page.links().iter().any(|link| link.starts_with("https://")), "nowhere to learn it");
    }

    #[test]
    fn sees_of_a_skill_that_nobody_counted_which_roles_ask_for_it_and_no_empty_drawing() {
        let Some(visitor) = somebody() else { return };

        let roles = visitor.page("/skills/working-in-a-team").id("roles");

        let text = roles.text();
        assert!(text.contains("has not been measured for these roles"), "{text}");
        assert!(text.contains("Technical leadership Foundation, in Working with others"), "{text}");
        assert!(roles.class("demand-line").is_empty(), "{text}");
    }

    #[test]
    fn sees_a_skill_that_stands_in_two_groups_of_a_role_under_both() {
        let Some(visitor) = somebody() else { return };

        let roles = rows(&visitor.page("/skills/c-sharp")).join("\n");

        assert!(roles.contains("Complementary, in Other backend languages: about 10–15 %"), "{roles}");
        assert!(roles.contains("Specialized, in The .NET stack"), "{roles}");
    }

    #[test]
    fn can_tell_what_each_change_is_about() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/changes");

        let changes = page.class("changes")[0].all("li");
        assert!(changes.len() > 10);
        for change in changes {
            let kind = match change.links()[0].split('/').nth(1) {
                Some("roles") => "Role, revision 1.",
                Some("articles") => "Article, revision 1.",
                _ => "Skill, revision 1.",
            };
            assert!(change.text().contains(kind), "{}", change.text());
        }
    }

    #[test]
    fn reads_what_the_five_tiers_mean() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/tiers");

        let tiers = page.headings(2).join(" ");
        let mut last = 0;
        for tier in ["Foundation", "Essential", "Complementary", "Specialized", "Advanced"] {
            let at = tiers.find(tier).unwrap_or_else(|| panic!("{tier} is not in: {tiers}"));
            assert!(at >= last, "{tier} is out of order");
            last = at;
        }
        assert!(page.text().contains("What the rest stands on. Have these before you apply."));
    }

    #[test]
    fn reads_the_article_with_its_figures_and_their_sources() {
        let Some(visitor) = somebody() else { return };
        let found = visitor.page("/articles").links();
        let address = found.iter().find(|link| link.starts_with("/articles/")).unwrap();

        let page = visitor.page(address);

        assert_eq!(page.headings(1), ["Becoming a backend developer"]);
        let text = page.text();
        for words in ["+26.6 %", "+30.3 %", "+7.5 %", "$90,930", "Glassdoor", "about 188,000"] {
            assert!(text.contains(words), "{words} is missing");
        }
        assert!(page.headings(2).contains(&"What the forecasts say".to_owned()));
        assert!(page.links().contains(&ROLE.to_owned()));
        assert!(!page.all("table").is_empty());
    }

    #[test]
    fn reads_the_method_beside_every_source() {
        let Some(visitor) = somebody() else { return };
        let sources = fs::read_dir(content().join("sources")).unwrap().count();

        let page = visitor.page("/sources");

        let text = page.text();
        for name in
            ["Occupational Employment and Wage Statistics, May 2024", "U.S. Bureau of Labor Statistics"]
        {
            assert!(text.contains(name), "{name} is missing");
        }
        assert!(page.id("method").text().contains("How a number is worded"));
        assert!(text.matches("Public domain").count() >= 5, "of {sources} sources");
    }

    #[test]
    fn reads_who_makes_the_guide_and_under_which_licence() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/about");

        assert_eq!(page.headings(1), ["About Waymark"]);
        assert!(page.text().contains("Nothing on Waymark is paid for by those it names."));
        assert!(page.text().contains("CC BY 4.0"));
    }

    #[test]
    fn sees_every_component_in_every_state_on_one_page() {
        let Some(visitor) = somebody() else { return };

        let page = visitor.page("/style");

        let rows = rows(&page).join("\n");
        for words in ["about 10–15 %", "under 10 %", "over 40 %", "not measured", "the same at entry level"]
        {
            assert!(rows.contains(words), "{words} is missing");
        }
    }

    #[test]
    fn who_follows_every_link_finds_a_page_and_its_place_on_it() {
        let Some(visitor) = somebody() else { return };
        let mut waiting: BTreeSet<String> = ["/".to_owned(), "/style".to_owned()].into();
        let mut pages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut anchors = Vec::new();
        let mut titles = BTreeMap::new();

        while let Some(address) = waiting.pop_first() {
            let answer = visitor.get(&address);
            if address == "/account" || address.starts_with("/plans") {
                // What is somebody's own begins with signing in; those pages have stories of their own.
                assert!(
                    answer.header("location").is_some_and(|to| to.starts_with("/sign-in?")),
                    "{answer:?}"
                );
                pages.insert(address, BTreeSet::new());
                continue;
            }
            assert_eq!(answer.status, 200, "{address}");
            if !answer.header("content-type").unwrap().starts_with("text/html") {
                pages.insert(address, BTreeSet::new());
                continue;
            }
            let page = answer.html();
            for link in page.links().into_iter().filter(|link| !link.starts_with("https://")) {
                let (to, anchor) = link.split_once('#').unwrap_or((&link, ""));
                let to = if to.is_empty() { &address } else { to };
                assert!(to.starts_with('/'), "{address} links to {link}");
                anchors.push((address.clone(), to.to_owned(), anchor.to_owned()));
                if !pages.contains_key(to) && to != address {
                    waiting.insert(to.to_owned());
                }
            }
            // A list over several pages is several pages; any other query is another view of one.
            let own = if address.contains("?page=") { &address } else { address.split('?').next().unwrap() };
            stands_as_every_page_does(&page, &format!("{}{own}", visitor.site()));
            if let Some(other) = titles.insert(page.title(), own.to_owned()) {
                assert_eq!(other, own, "two pages are called {}", page.title());
            }
            pages.insert(address, page.ids());
        }

        for (from, to, anchor) in anchors.into_iter().filter(|(.., anchor)| !anchor.is_empty()) {
            assert!(pages[&to].contains(&anchor), "{from} links to {to}#{anchor}, which is not there");
        }
        assert!(pages.contains_key(ROLE) && pages.contains_key("/skills/java"));
        // Two fixed pages more than these: home and style.
        let fixed = ["/roles", "/skills", "/tiers", "/articles", "/sources", "/about"];
        assert!(fixed.iter().all(|path| pages.contains_key(*path)), "{:?}", pages.keys());
        let skills = fs::read_dir(content().join("skills")).unwrap().count();
        assert_eq!(pages.keys().filter(|path| path.starts_with("/skills/")).count(), skills);
    }

    fn stands_as_every_page_does(page: &Html, canonical: &str) {
        let tags = page.tags();
        assert_eq!(page.headings(1).len(), 1, "{canonical}");
        let meta = |name: &str| tags.iter().any(|tag| tag.attribute("name") == Some(name));
        assert!(meta("description") && meta("viewport"), "{canonical}");
        let canonicals: Vec<_> = tags
            .iter()
            .filter(|tag| tag.attribute("rel") == Some("canonical"))
            .map(|tag| tag.attribute("href").unwrap())
            .collect();
        let unlisted = tags.iter().any(|tag| tag.attribute("content") == Some("noindex"));
        assert!(canonicals == [canonical] || (unlisted && canonicals.is_empty()), "{canonical}");
        for tag in &tags {
            assert_ne!(tag.name, "style", "{canonical}");
            let data = tag.attribute("type") == Some("application/ld+json");
            assert!(
                tag.name != "script" || data || tag.attribute("src").is_some(),
                "a script in {canonical}"
            );
            for (name, value) in &tag.attributes {
                assert!(name != "style" && !name.starts_with("on"), "{name} in {canonical}");
                assert!(!value.starts_with("javascript:"), "{value} in {canonical}");
                let loaded =
                    name == "src" || ["icon", "stylesheet"].map(Some).contains(&tag.attribute("rel"));
                if loaded && ["src", "href"].contains(&name.as_str()) {
                    let ours = value.starts_with("/static/") || value == "/favicon.ico";
                    assert!(ours, "{value} in {canonical}");
                }
            }
        }
        for data in between(page.source(), "<script type=\"application/ld+json\">", "</script>") {
            serde_json::from_str::<serde_json::Value>(data).unwrap();
            assert!(!data.contains('<'), "data that could end its element in {canonical}");
        }
    }

    fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
        text.split(open).skip(1).map(|rest| rest.split_once(close).unwrap().0).collect()
    }
}

mod who_mistypes {
    use super::*;

    #[test]
    fn an_address_is_offered_what_comes_close() {
        let Some(visitor) = somebody() else { return };

        let answer = visitor.get("/skills/jaba");

        assert_eq!(answer.status, 404);
        let page = answer.html();
        assert_eq!(page.headings(1), ["There is no page here"]);
        assert!(page.id("near").links().contains(&"/skills/java".to_owned()));
        assert!(page.links().contains(&"/roles".to_owned()));
    }

    #[test]
    fn a_part_of_a_name_is_offered_the_whole() {
        let Some(visitor) = somebody() else { return };

        let near = visitor.get("/roles/backend").html().id("near");

        assert!(near.links().contains(&ROLE.to_owned()), "{:?}", near.links());
    }

    #[test]
    fn something_unlike_anything_still_finds_a_way_on() {
        let Some(visitor) = somebody() else { return };

        for path in ["/zzzzzz", "/roles/zzzzzz", "/articles/zzzzzz", "/static/zzzzzz.css"] {
            let answer = visitor.get(path);

            assert_eq!(answer.status, 404, "{path}");
            assert!(told(&answer).starts_with("There is no page here"), "{path}");
        }
    }

    #[test]
    fn capitals_or_slashes_is_sent_to_the_right_address() {
        let Some(visitor) = somebody() else { return };

        for (asked, right) in [
            ("/roles/", "/roles"),
            ("/Skills/JAVA", "/skills/java"),
            ("//skills///java/", "/skills/java"),
            ("//evil.example/", "/evil.example"),
        ] {
            let answer = visitor.get(asked);

            assert_eq!((answer.status, answer.header("location")), (308, Some(right)), "{asked}");
        }
    }

    #[test]
    fn odd_characters_is_told_that_there_is_no_such_page() {
        let Some(visitor) = somebody() else { return };

        for path in [
            "/roles/%ff",
            "/roles/%00",
            "/roles/java%00",
            "/skills/%f0%9f%92%a9",
            "/roles/../x",
            "/skills/java%20",
            "/skills/java%2f",
            "/skills/java'--",
            "/skills/%25",
            "/skills/%",
            "/skills/%zz",
            "/skills/java%0d%0aset-cookie:x",
            "/\\evil.example/",
            "/..%2f..%2fetc/passwd",
            "/static/../cargo.toml",
            "/static/%2e%2e/cargo.toml",
        ] {
            let answer = visitor.get(path);

            assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
            assert!(!told(&answer).is_empty());
            assert_eq!(answer.header("set-cookie"), None);
        }
    }

    #[test]
    fn needless_percent_signs_is_sent_to_the_right_address() {
        let Some(visitor) = somebody() else { return };

        let answer = visitor.get("/skills/%6aav%61");

        assert_eq!((answer.status, answer.header("location")), (308, Some("/skills/java")));
    }

    #[test]
    fn a_query_gets_the_page_all_the_same() {
        let Some(visitor) = somebody() else { return };
        let plain = visitor.get(ROLE).body;

        for query in
            ["utm_source=x", "level=all", "level=", "level", "%ff", "level=%ff", "&&&", "q=%3Cscript%3E"]
        {
            let answer = visitor.get(&format!("{ROLE}?{query}"));

            assert_eq!(answer.status, 200, "{query}");
            assert!(answer.body == plain, "{query} changed the page");
        }
        assert!(visitor.get(&format!("{ROLE}?x=1&level=entry")).body != plain);
    }
}

mod the_guards {
    use super::*;

    #[test]
    fn refuse_an_address_that_is_too_long() {
        let Some(visitor) = somebody() else { return };

        for path in [format!("/{}", "x".repeat(3000)), format!("/?q={}", "x".repeat(3000))] {
            let answer = visitor.get(&path);

            assert_eq!(answer.status, 414);
            assert!(told(&answer).contains("The address is too long. Shorten what you ask for."));
        }
    }

    #[test]
    fn refuse_headers_that_are_too_many() {
        let Some(visitor) = somebody() else { return };
        let cookie = "x".repeat(20 * 1024);

        let answer = visitor.ask("GET", "/", &[("Cookie", &cookie)]);

        assert_eq!(answer.status, 431);
        assert!(told(&answer).contains("Clearing the cookies of this site usually helps."));
    }

    #[test]
    fn end_what_never_ends() {
        let Some(visitor) = somebody() else { return };
        let endless = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n", "x".repeat(1024 * 1024));

        let answer = visitor.send(endless.as_bytes(), false);

        assert!([400, 431].contains(&answer.status), "{}", answer.status);
    }

    #[test]
    fn refuse_what_is_no_http() {
        let Some(visitor) = somebody() else { return };

        for request in
            ["HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: localhost\r\n\r\n"]
        {
            let answer = visitor.send(request.as_bytes(), false);

            assert_eq!(answer.status, 400, "{request:?}");
        }
    }

    #[test]
    fn name_the_methods_that_a_page_takes() {
        let Some(visitor) = somebody() else { return };
        let origin = visitor.site();

        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            for path in ["/", ROLE, "/healthz"] {
                let answer = visitor.ask(method, path, &[("Origin", &origin)]);

                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(answer.header("allow"), Some("GET, HEAD"));
                assert!(told(&answer).contains("It can be read, and nothing can be sent to it."));
            }
        }
    }

    #[test]
    fn refuse_a_form_that_another_site_sends() {
        let Some(visitor) = somebody() else { return };

        for headers in [
            [("Sec-Fetch-Site", "cross-site"), ("Origin", visitor.site().as_str())],
            [("Sec-Fetch-Site", "same-site"), ("Accept", "*/*")],
            [("Origin", "https://evil.example"), ("Accept", "*/*")],
            [("Origin", "null"), ("Accept", "*/*")],
            [("Accept", "*/*"), ("Referer", "https://evil.example/")],
        ] {
            let answer = visitor.ask("POST", "/", &headers);

            assert_eq!(answer.status, 403, "{headers:?}");
            assert!(told(&answer).contains("Open the page here and send it again."));
        }
    }

    #[test]
    fn answer_to_no_other_name() {
        let Some(visitor) = somebody() else { return };

        for host in
            ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""]
        {
            let answer = visitor.at_host(host).get("/");

            assert!([400, 421].contains(&answer.status), "{host}: {}", answer.status);
            assert!(!answer.text().contains("evil.example"), "{host}");
        }
        for host in ["localhost", "127.0.0.1:1234", "[::1]:80", "LOCALHOST"] {
            assert_eq!(visitor.at_host(host).get("/").status, 200, "{host}");
        }
        let told = told(&visitor.at_host("evil.example").get("/"));
        assert!(told.contains("This server answers only to its own address."), "{told}");
    }

    #[test]
    fn believe_no_proxy_in_local_mode() {
        let Some(visitor) = somebody() else { return };

        for name in ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"] {
            let answer = visitor.ask("GET", "/", &[(name, "evil.example")]);

            assert_eq!(answer.status, 400, "{name}");
            assert!(told(&answer).contains("Set WAYMARK_BASE_URL to the address that visitors use."));
        }
    }

    #[test]
    fn send_strict_headers_with_everything() {
        let Some(visitor) = somebody() else { return };
        let style = static_files(&visitor.page("/"))[0].clone();

        for (path, status) in [
            ("/", 200),
            (ROLE, 200),
            (style.as_str(), 200),
            ("/nowhere", 404),
            ("/roles/", 308),
            ("/healthz", 200),
        ] {
            let answer = visitor.get(path);

            assert_eq!(answer.status, status, "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(
                policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"),
                "{policy}"
            );
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "deny"),
                ("referrer-policy", "strict-origin-when-cross-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-permitted-cross-domain-policies", "none"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{path}");
            }
            assert!(answer.header("permissions-policy").unwrap().contains("camera=()"), "{path}");
            // What stood ready went through nothing that could be asked about.
            let odd = answer.status >= 400;
            assert!(!odd || answer.header("x-request-id").is_some_and(|id| !id.is_empty()), "{path}");
            // A browser that has seen it at localhost would refuse every other program there.
            assert_eq!(answer.header("strict-transport-security"), None, "{path}");
            assert_eq!(answer.header("server"), None, "{path}");
        }
    }

    #[test]
    fn believe_the_proxy_and_ask_for_https_once_the_site_has_an_address() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let visitor = site.visitor().at_host("guide.example.org");

        let answer =
            visitor.ask("GET", ROLE, &[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]);

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000; includeSubDomains"));
        assert!(answer.header("content-security-policy").unwrap().ends_with("upgrade-insecure-requests"));
        let canonical = format!("<link rel=\"canonical\" href=\"https://guide.example.org{ROLE}\">");
        assert!(answer.text().contains(&canonical));
        assert_eq!(site.visitor().get("/").status, 421, "localhost is another host now");
    }
}

/// The addresses of the static files that a page uses.
fn static_files(page: &Html) -> Vec<String> {
    let tags = page.tags();
    let addresses = tags.iter().filter_map(|t| t.attribute("href").or(t.attribute("src")));
    addresses.filter(|a| a.starts_with("/static/")).map(str::to_owned).collect()
}

mod a_browser {
    use super::*;

    #[test]
    fn gets_the_same_words_in_every_encoding() {
        let Some(visitor) = somebody() else { return };
        let plain = visitor.get(ROLE);
        assert_eq!(plain.header("content-encoding"), None);
        assert_eq!(plain.header("vary"), Some("accept-encoding, cookie"));

        for (accepted, given) in [
            ("br", Some("br")),
            ("gzip", Some("gzip")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=1, br;q=0", Some("gzip")),
            ("identity", None),
            ("deflate", None),
            ("br;q=0, gzip;q=0", None),
        ] {
            let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", accepted)]);

            assert_eq!(answer.header("content-encoding"), given, "{accepted}");
            assert!(answer.text() == plain.text(), "{accepted}");
            assert_eq!(answer.header("vary"), Some("accept-encoding, cookie"));
            assert!(given.is_none() || answer.body.len() * 3 < plain.body.len(), "{accepted}");
        }
    }

    #[test]
    fn that_has_the_page_is_told_so() {
        let Some(visitor) = somebody() else { return };
        for encoding in ["identity", "br", "gzip"] {
            let first = visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding)]);
            let tag = first.header("etag").unwrap();
            assert!(tag.starts_with('"'), "strong: {tag}");

            for known in [tag.to_owned(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
                let again =
                    visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding), ("If-None-Match", &known)]);

                assert_eq!(again.status, 304, "{known}");
                assert!(again.body.is_empty());
                assert_eq!(again.header("etag"), Some(tag));
                assert_eq!(again.header("cache-control"), Some("public, no-cache"));
            }
            let other =
                visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding), ("If-None-Match", "\"other\"")]);
            assert_eq!(other.status, 200);
        }
    }

    #[test]
    fn that_asks_for_the_head_gets_the_same_head() {
        let Some(visitor) = somebody() else { return };

        for path in ["/", ROLE, "/skills/java?x=y", "/nowhere", "/healthz"] {
            let whole = visitor.get(path);
            let head = visitor.ask("HEAD", path, &[]);

            assert_eq!(head.status, whole.status, "{path}");
            assert!(head.body.is_empty(), "{path}");
            for name in ["content-length", "content-type", "etag", "cache-control"] {
                assert_eq!(head.header(name), whole.header(name), "{path}");
            }
        }
    }

    #[test]
    fn keeps_static_files_for_a_year() {
        let Some(visitor) = somebody() else { return };
        let files = static_files(&visitor.page(ROLE));
        assert!(files.len() >= 4, "{files:?}");

        for file in files {
            let answer = visitor.ask("GET", &file, &[("Accept-Encoding", "br")]);

            assert_eq!(answer.status, 200, "{file}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
            let kind = answer.header("content-type").unwrap();
            let expected = match file.rsplit('.').next().unwrap() {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                _ => "image/svg+xml",
            };
            assert_eq!(kind, expected, "{file}");
            let tag = answer.header("etag").unwrap();
            let again = visitor.ask("GET", &file, &[("Accept-Encoding", "br"), ("If-None-Match", tag)]);
            assert_eq!(again.status, 304, "{file}");
        }
    }

    #[test]
    fn gets_pages_as_html_in_utf_8() {
        let Some(visitor) = somebody() else { return };

        for path in ["/", ROLE, "/nowhere"] {
            assert_eq!(visitor.get(path).header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        }
    }
}

mod who_shares_an_address {
    use super::*;

    /// Width and height of a PNG, by its head.
    pub fn size(picture: &[u8]) -> (u32, u32) {
        assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    fn said(page: &Html, property: &str) -> Option<String> {
        let tags = page.tags();
        let named = |tag: &&crate::support::Tag| {
            [tag.attribute("property"), tag.attribute("name")].contains(&Some(property))
        };
        tags.iter().find(named)?.attribute("content").map(str::to_owned)
    }

    #[test]
    fn gives_a_picture_and_words_of_the_page_with_it() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let visitor = site.visitor().at_host("guide.example.org");
        let visitor = |path: &str| {
            let answer = visitor.ask("GET", path, &[("X-Forwarded-Proto", "https")]);
            assert_eq!(answer.status, 200, "{path}");
            answer
        };
        let article = "/articles/reading-the-tiers";
        for (path, card, words) in [
            (ROLE, format!("{ROLE}/card.png"), "You build the part of a web application that no one sees"),
            ("/roles/devops", "/roles/devops/card.png".into(), "DevOps"),
            (article, format!("{article}/card.png"), "tiers"),
            ("/", "/card.png".into(), "Waymark"),
            ("/skills/java", "/card.png".into(), "Waymark"),
        ] {
            let page = visitor(path).html();

            assert_eq!(said(&page, "og:image"), Some(format!("https://guide.example.org{card}")));
            assert_eq!(said(&page, "og:image:width").as_deref(), Some("1200"));
            assert_eq!(said(&page, "og:image:height").as_deref(), Some("630"));
            assert!(said(&page, "og:image:alt").unwrap().contains(words), "{path}");
            assert_eq!(said(&page, "og:description"), said(&page, "description"));
            assert_eq!(said(&page, "twitter:card").as_deref(), Some("summary_large_image"));
            let picture = visitor(&card);
            assert_eq!(picture.header("content-type"), Some("image/png"));
            assert_eq!(size(&picture.body), (1200, 630));
            assert!(picture.body.len() < 120_000, "{card}: {} bytes", picture.body.len());
        }
    }

    #[test]
    fn of_nothing_gets_no_picture() {
        let Some(visitor) = somebody() else { return };

        for path in ["/roles/no-such-role/card.png", "/articles/no-such/card.png", "/skills/java/card.png"] {
            assert_eq!(visitor.get(path).status, 404, "{path}");
        }
    }

    #[test]
    fn sees_the_picture_change_with_the_guide_and_stay_while_it_stays() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let card = format!("{ROLE}/card.png");
        let before = visitor.get(&card);
        let tag = before.header("etag").unwrap().to_owned();
        assert_eq!(visitor.ask("GET", &card, &[("If-None-Match", &tag)]).status, 304);
        let file = "roles/web-application-backend-development.toml";
        let text = fs::read_to_string(content().join(file)).unwrap();
        let long = "Keeping of very long names ".repeat(4).trim().to_owned();
        let text =
            text.replacen("name = \"Web application backend development\"", &format!("name = \"{long}\""), 1);

        site.publish(vec![(format!("content/{file}"), text)]);

        let after = visitor.get(&card);
        assert_ne!(after.header("etag"), Some(tag.as_str()));
        assert_eq!(size(&after.body), (1200, 630));
    }
}

mod who_keeps_it_at_hand {
    use super::*;

    #[test]
    fn finds_every_icon_that_is_named_in_the_size_that_is_named() {
        let Some(visitor) = somebody() else { return };
        let page = visitor.page("/");
        let tags = page.tags();
        let link = |rel: &str| {
            let found = tags.iter().find(|tag| tag.attribute("rel") == Some(rel));
            found.unwrap_or_else(|| panic!("no {rel}")).attribute("href").unwrap().to_owned()
        };

        let answer = visitor.get(&link("manifest"));
        assert_eq!(answer.header("content-type"), Some("application/manifest+json"));
        let manifest: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(manifest["start_url"], "/");
        let icons = manifest["icons"].as_array().unwrap();
        assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
        let mut sizes = Vec::new();
        for icon in icons {
            let picture = visitor.get(icon["src"].as_str().unwrap());
            assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")), "{icon}");
            let (width, height) = who_shares_an_address::size(&picture.body);
            assert_eq!(icon["sizes"], format!("{width}x{height}"));
            sizes.push(width);
        }
        assert_eq!(sizes, [192, 512, 512]);
        let touch = visitor.get(&link("apple-touch-icon"));
        assert_eq!(who_shares_an_address::size(&touch.body), (180, 180));
    }

    #[test]
    fn gets_the_icon_that_browsers_ask_for_by_themselves() {
        let Some(visitor) = somebody() else { return };

        let icon = visitor.get("/favicon.ico");

        assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/x-icon")));
        assert_eq!(icon.header("cache-control"), Some("public, max-age=86400"));
        assert_eq!(icon.body[..4], [0, 0, 1, 0]);
    }
}

mod whoever_watches_over_it {
    use super::*;

    #[test]
    fn hears_that_it_is_alive_and_ready() {
        let Some(visitor) = somebody() else { return };

        for (path, words) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
            let answer = visitor.get(path);

            assert_eq!((answer.status, answer.text().as_str()), (200, words));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}
