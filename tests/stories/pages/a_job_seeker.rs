//! A job seeker reads roles, skills, tiers and sources.

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
        frameworks[1]
            .ends_with("about 10 % of all postings, at entry level about 5 % 5 points fewer at entry level"),
        "{frameworks:?}"
    );
    assert!(frameworks.contains(&"JPA: not measured, no figure yet".to_owned()), "{frameworks:?}");
}

#[test]
fn reads_what_is_said_without_a_number() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page(ROLE);

    let said =
        |group: &str| -> Vec<String> { page.id(group).class("group-said").iter().map(Html::text).collect() };
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
