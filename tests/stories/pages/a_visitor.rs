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
