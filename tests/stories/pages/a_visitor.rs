//! A visitor goes through lists, articles, changes and whatever else is public.

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
    assert_eq!(page.id("articles").all("li").len(), 5);
}

#[test]
fn is_told_on_the_first_page_what_changed_and_not_what_is_new() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    assert!(!visitor.page("/").ids().contains("changes"));

    let file = fs::read_to_string(content().join("roles/devops.toml")).unwrap();
    let file = file.replacen("sentence = \"You", "sentence = \"Day by day you", 1);
    site.publish(vec![("roles/devops.toml".into(), file)]);

    let changes = visitor.page("/").id("changes");
    assert_eq!(changes.links(), ["/changes", "/roles/devops"]);
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
fn sees_what_was_first_published_together_as_one_change() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/changes");

    let changes = page.class("changes")[0].all("li");
    assert_eq!(changes.len(), 1, "{}", page.text());
    let text = changes[0].text();
    let count = |folder: &str| fs::read_dir(content().join(folder)).unwrap().count();
    let counts =
        format!("{} roles, {} articles and {} skills.", count("roles"), count("articles"), count("skills"));
    assert!(text.contains(&format!("The guide was first published {counts}")), "{text}");
    let listed = changes[0].all("details")[0].links();
    for path in [ROLE, "/articles/showing-proof", "/skills/java"] {
        assert!(listed.contains(&path.to_owned()), "{path} is not in {listed:?}");
    }
    assert_eq!(listed.len(), count("roles") + count("articles") + count("skills"));
}

/// A skill as a file, and how its name reads in a list.
fn skill(slug: &str) -> (String, String) {
    let text =
        format!("name = \"The {slug}\"\nkind = \"practice\"\nsentence = \"S.\"\nabout = \"About {slug}.\"\n");
    (format!("content/skills/{slug}.toml"), text)
}

#[test]
fn can_tell_what_each_change_is_about_page_by_page() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    // One by itself, then two together beside fifty that were there already.
    site.publish(vec![skill("alone")]);
    let java = fs::read_to_string(content().join("skills/java.toml")).unwrap();
    let again = |number: usize| {
        ("content/skills/java.toml".to_owned(), java.replace("typed", &format!("{number} typed")))
    };
    for number in 0..50 {
        site.publish(vec![again(number)]);
    }
    site.publish(vec![skill("first"), skill("second"), again(50)]);

    let first = visitor.page("/changes");
    let changes: Vec<String> = first.class("changes")[0].all("li").iter().map(Html::text).collect();
    assert_eq!(changes.len(), 50);
    assert!(changes[0].contains("Skill, revision 52."), "{}", changes[0]);
    assert!(changes[1].contains("First published together 2 skills."), "{}", changes[1]);
    assert!(changes[1].ends_with("2 skills: The first, The second"), "{}", changes[1]);

    let second = visitor.page("/changes?page=2");
    let changes: Vec<String> = second.class("changes")[0].all("li").iter().map(Html::text).collect();
    assert_eq!(changes.len(), 4, "{changes:#?}");
    assert!(changes[2].contains("The aloneSkill, revision 1. First published."), "{}", changes[2]);
    assert!(changes[3].contains("The guide was first published"), "{}", changes[3]);
    assert_eq!(visitor.get("/changes?page=3").status, 404);
}

/// What stands between the tags with this name, one by one.
fn tags(feed: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inside = |part: &str| part.split(&close).next().unwrap().to_owned();
    feed.split(&open).skip(1).map(inside).collect()
}

#[test]
fn who_follows_the_guide_by_its_feed_hears_once_of_what_came_together() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();

    let before = tags(&visitor.get("/feed.atom").text(), "entry");
    assert_eq!(before.len(), 1, "{before:#?}");
    assert!(
        tags(&before[0], "title")[0].starts_with("The guide was first published: 11 roles"),
        "{before:?}"
    );
    assert!(tags(&before[0], "id")[0].ends_with("/changes#new-1"), "{before:?}");
    assert!(tags(&before[0], "summary")[0].contains("Web application backend development"), "{before:?}");

    site.publish(vec![skill("alone")]);
    site.publish(vec![skill("first"), skill("second")]);
    let after = visitor.get("/feed.atom").text();
    let ids: Vec<String> =
        tags(&after, "entry").iter().map(|entry| tags(entry, "id").swap_remove(0)).collect();
    assert!(ids[0].ends_with("/changes#new-3"), "{ids:?}");
    assert!(ids[1].ends_with("/skills/alone#revision-1"), "{ids:?}");
    assert_eq!(tags(&before[0], "id")[0], ids[2], "what was told before keeps its id");

    // Whoever follows the articles gets each of them.
    let articles = visitor.get("/articles/feed.atom").text();
    let ids: Vec<String> =
        tags(&articles, "entry").iter().map(|entry| tags(entry, "id").swap_remove(0)).collect();
    assert_eq!(ids.len(), fs::read_dir(content().join("articles")).unwrap().count());
    assert!(ids.iter().all(|id| id.contains("/articles/") && id.ends_with("#revision-1")), "{ids:?}");
}

#[test]
fn never_finds_a_range_of_years_on_two_lines() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let article = "/articles/choosing-between-two-roles";
    let whole = "<span class=\"nowrap\">2021–31</span>";

    assert!(visitor.page(article).source().contains(whole));
    let text = "+++\nname = \"From 2021–31 on\"\nsentence = \"About 2021–31.\"\n+++\n\n## Of 2021–31\n\nIt grew in 2021–31.\n";
    site.publish(vec![("content/articles/from-then-on.md".into(), text.into())]);
    let page = visitor.page("/articles/from-then-on");
    assert_eq!(page.headings(2)[0], "Of 2021–31");
    assert_eq!(page.all("h2")[0].class("nowrap").len(), 1);
    assert!(page.title().starts_with("From 2021–31 on"), "{}", page.title());

    // Where it is found, followed or taken along, it is as it was written.
    for path in ["/search?q=2021", "/articles/feed.atom", "/articles/from-then-on"] {
        let answer = visitor.get(path).text();
        assert!(!answer.contains('\u{2060}'), "{path}");
        assert!(answer.contains("From 2021–31 on"), "{path}: {answer}");
    }
    let found = visitor.page("/search?q=%22grew%22&kind=article").class("excerpt");
    assert!(found.iter().any(|excerpt| excerpt.text().contains("It grew in 2021–31")));
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
    for name in ["Occupational Employment and Wage Statistics, May 2024", "U.S. Bureau of Labor Statistics"] {
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
    for words in ["about 10–15 %", "under 10 %", "over 40 %", "not measured", "the same at entry level"] {
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
            assert!(answer.header("location").is_some_and(|to| to.starts_with("/sign-in?")), "{answer:?}");
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
        assert!(tag.name != "script" || data || tag.attribute("src").is_some(), "a script in {canonical}");
        for (name, value) in &tag.attributes {
            assert!(name != "style" && !name.starts_with("on"), "{name} in {canonical}");
            assert!(!value.starts_with("javascript:"), "{value} in {canonical}");
            let loaded = name == "src" || ["icon", "stylesheet"].map(Some).contains(&tag.attribute("rel"));
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
