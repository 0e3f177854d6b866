//! What people find who look for something, whatever they type.

use crate::support::{Site, Visitor};

/// Somebody at the site with the shipped guide in its search; none where the engine is not installed.
fn somebody() -> Option<Visitor> {
    let site = Site::shared()?;
    site.refresh();
    Some(site.visitor())
}

fn results(visitor: &Visitor, query: &str) -> Vec<String> {
    let page = visitor.page(&format!("/search?{query}"));
    page.class("results").first().map(crate::support::Html::links).unwrap_or_default()
}

/// What is typed, as it stands in an address, and the page that has to come first.
const FIRST: [(&str, &str); 45] = [
    ("java", "/skills/java"),
    ("jvaa", "/skills/java"),
    ("JAVA", "/skills/java"),
    ("javascript", "/skills/javascript"),
    ("js", "/skills/javascript"),
    ("c%2B%2B", "/skills/c-plus-plus"),
    ("c%23", "/skills/c-sharp"),
    (".net", "/skills/dotnet"),
    ("node.js", "/skills/node-js"),
    ("postgres", "/skills/postgresql"),
    ("postgress", "/skills/postgresql"),
    ("kubernetes", "/skills/kubernetes"),
    ("kubernets", "/skills/kubernetes"),
    ("k8s", "/skills/kubernetes"),
    ("backend+engineer", "/roles/web-application-backend-development"),
    ("back-end+developer", "/roles/web-application-backend-development"),
    ("how+to+become+a+backend+developer", "/roles/web-application-backend-development"),
    ("frontend", "/roles/frontend-development"),
    ("webdev", "/roles/web-application-backend-development"),
    ("front+end+developer", "/roles/frontend-development"),
    ("devops", "/roles/devops"),
    ("site+reliability+engineer", "/roles/devops"),
    ("database+administrator", "/roles/database-design-and-optimization"),
    ("tech+lead", "/roles/technical-leadership"),
    ("technical+leadership", "/roles/technical-leadership"),
    ("cloud+architect", "/roles/cloud-services-architecture"),
    ("solutions+architect", "/roles/cloud-services-architecture"),
    ("kafka", "/skills/apache-kafka"),
    ("event+driven", "/skills/event-driven-architecture"),
    ("rust", "/skills/rust"),
    ("react", "/skills/react"),
    ("git", "/skills/git"),
    ("docker", "/skills/docker"),
    ("sql", "/skills/sql"),
    ("mongo", "/skills/mongodb"),
    ("redis", "/skills/redis"),
    ("oauth", "/skills/oauth"),
    ("mentoring", "/skills/mentoring"),
    ("method", "/sources#method"),
    ("how+to+learn+sql", "/skills/sql"),
    ("which+skills+for+devops", "/roles/devops"),
    ("devops+jobs", "/roles/devops"),
    ("portfolio", "/articles/showing-proof"),
    ("cv", "/articles/showing-proof"),
    ("r%C3%A9sum%C3%A9", "/articles/showing-proof"),
];

#[test]
fn what_was_meant_comes_first() {
    let Some(visitor) = somebody() else { return };

    let wrong: Vec<_> = FIRST
        .iter()
        .map(|(typed, meant)| (typed, meant, results(&visitor, &format!("q={typed}")).into_iter().next()))
        .filter(|(_, meant, first)| first.as_deref() != Some(**meant))
        .collect();

    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_a_role_pays_is_found_by_any_word_for_it() {
    let Some(visitor) = somebody() else { return };

    for word in ["salary", "pay", "wages"] {
        let first = results(&visitor, &format!("q={word}"));
        assert!(first.len() >= 5, "{word}: {first:?}");
        assert!(first[..5].iter().all(|path| path.starts_with("/roles/")), "{word}: {first:?}");
    }
    let first = results(&visitor, "q=backend+developer+salary").into_iter().next();
    assert_eq!(first.as_deref(), Some("/roles/web-application-backend-development"));
}

#[test]
fn the_words_are_marked_where_they_stand() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.get("/search?q=kubernetes").text();

    assert!(page.contains("<mark>"), "{page}");
}

#[test]
fn results_can_be_narrowed_and_widened_again() {
    let Some(visitor) = somebody() else { return };

    let all = visitor.page("/search?q=testing");
    let roles = results(&visitor, "q=testing&kind=role");
    let foundation = results(&visitor, "q=testing&tier=foundation");

    assert!(all.class("facet").len() >= 2);
    assert!(!roles.is_empty() && roles.iter().all(|path| path.starts_with("/roles/")), "{roles:?}");
    assert!(
        !foundation.is_empty() && foundation.iter().all(|path| path.starts_with("/skills/")),
        "{foundation:?}"
    );
    let narrowed = visitor.page("/search?q=testing&kind=role");
    assert!(narrowed.links().contains(&"/search?q=testing".to_owned()), "{:?}", narrowed.links());
}

#[test]
fn nothing_found_offers_the_nearest_name_and_a_way_on() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/search?q=elastcserch");
    let nothing = visitor.page("/search?q=qwertyuiop");

    assert!(page.links().contains(&"/skills/elasticsearch".to_owned()), "{:?}", page.links());
    assert_eq!(nothing.headings(2), ["Nothing was found for “qwertyuiop”"]);
    assert!(nothing.links().contains(&"/roles".to_owned()));
}

#[test]
fn what_the_guide_does_not_cover_is_not_answered_with_something_else() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/search?q=ai");

    assert_eq!(page.headings(2), ["Nothing was found for “ai”"], "Airflow begins so and is something else");
    assert!(page.text().contains("What the guide covers so far"), "{}", page.text());
    assert!(page.links().iter().any(|link| link.starts_with("/families/")), "{:?}", page.links());
}

#[test]
fn a_role_is_found_by_every_skill_that_it_asks_for() {
    let Some(visitor) = somebody() else { return };

    for (skill, typed) in [("git", "git"), ("docker", "docker"), ("c-sharp", "C%23"), ("node-js", "node.js")]
    {
        let of_skill = visitor.page(&format!("/skills/{skill}")).links();
        let asking: Vec<_> = of_skill.into_iter().filter(|link| link.starts_with("/roles/")).collect();
        let found = results(&visitor, &format!("q={typed}&kind=role"));
        assert!(!asking.is_empty());
        for role in asking {
            let role = role.split(['#', '?']).next().unwrap().to_owned();
            assert!(found.contains(&role), "{typed} does not find {role}: {found:?}");
        }
    }
}

#[test]
fn each_facet_says_how_many_results_it_leaves() {
    let Some(visitor) = somebody() else { return };
    let mut tried = 0;

    for narrowed in ["q=python", "q=python&kind=article", "q=python&kind=skill", "q=testing&tier=foundation"]
    {
        let page = visitor.page(&format!("/search?{narrowed}"));
        for choice in page.class("facet").iter().flat_map(|facet| facet.all("li")) {
            let chosen = choice.tags().iter().any(|tag| tag.attribute("aria-current").is_some());
            if chosen {
                continue;
            }
            let count = choice.class("count")[0].text();
            let leaves = visitor.page(&choice.links()[0]).headings(2).swap_remove(0);
            let told =
                if count == "1" { "One result for".to_owned() } else { format!("{count} results for") };
            assert!(leaves.starts_with(&told), "{narrowed}: {} leaves {leaves}", choice.text());
            tried += 1;
        }
    }
    assert!(tried > 8, "{tried}");
}

#[test]
fn a_word_that_stands_nowhere_is_told_where_names_like_it_are_shown() {
    let Some(visitor) = somebody() else { return };

    let mistyped = visitor.page("/search?q=jvaa").text();

    assert!(mistyped.contains("No page says “jvaa”. These have names like it."), "{mistyped}");
    for known in ["java", "kube", "salary"] {
        let page = visitor.page(&format!("/search?q={known}")).text();
        assert!(!page.contains("No page says"), "{known}: {page}");
    }
}

#[test]
fn an_unknown_facet_leaves_nothing_and_says_how_to_go_back() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/search?q=java&tier=humble&family=%3Cb%3E");

    assert!(page.text().contains("Look everywhere"));
}

#[test]
fn hostile_empty_and_enormous_queries_get_a_page() {
    let Some(visitor) = somebody() else { return };
    let enormous = "java+".repeat(380);

    for query in [
        "",
        "q=",
        "q=%00%0d%0a",
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%22+OR+*+AND+(",
        "q=%F0%9F%A6%80",
        &format!("q={enormous}"),
    ] {
        let answer = visitor.get(&format!("/search?{query}"));
        assert_eq!(answer.status, 200, "{query}");
        assert!(!answer.text().contains("<script>alert"), "{query}");
    }
}

#[test]
fn a_page_past_the_end_is_not_there() {
    let Some(visitor) = somebody() else { return };

    assert_eq!(visitor.get("/search?q=testing&page=2").status, 200);
    for page in ["999", "0", "-1", "18446744073709551615"] {
        let status = visitor.get(&format!("/search?q=testing&page={page}")).status;
        assert!([200, 404].contains(&status), "{page}: {status}");
    }
    let past = visitor.get("/search?q=testing&kind=role&page=999");
    assert_eq!(past.status, 404);
    // What was typed and chosen is kept.
    assert!(past.text().contains("There is no page 999 of these results"), "{}", past.text());
    assert!(past.text().contains("value=\"testing\""), "{}", past.text());
    assert!(past.html().links().contains(&"/search?q=testing&kind=role".to_owned()));
}

#[test]
fn names_are_suggested_while_somebody_types() {
    let Some(visitor) = somebody() else { return };

    let names = visitor.get("/search/suggest?q=kub").text();

    assert!(names.contains("{\"name\":\"Kubernetes\",\"path\":\"/skills/kubernetes\"}"), "{names}");
    assert_eq!(visitor.get("/search/suggest?q=").text(), "[]");
}

#[test]
fn what_is_published_is_found_at_once() {
    let Some(site) = Site::open() else { return };
    site.refresh();
    let visitor = site.visitor();
    assert!(results(&visitor, "q=zymurgy").is_empty());
    let text =
        "name = \"Zymurgy\"\nkind = \"practice\"\nsentence = \"Brewing.\"\nabout = \"Yeast, patiently.\"\n";

    site.publish(vec![("content/skills/zymurgy.toml".into(), text.into())]);

    assert_eq!(results(&visitor, "q=zymurgy"), ["/skills/zymurgy"]);
    assert_eq!(results(&visitor, "q=yeast"), ["/skills/zymurgy"]);
}

#[test]
fn the_guide_is_taken_in_once_however_many_ask_for_it() {
    let Some(site) = Site::open() else { return };

    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| site.refresh()))));

    let visitor = site.visitor();
    let paths: Vec<String> =
        (1..=4).flat_map(|n| results(&visitor, &format!("q=testing&page={n}"))).collect();
    let different: std::collections::BTreeSet<&String> = paths.iter().collect();
    assert_eq!((paths.len(), different.len()), (40, 40), "{paths:?}");
}

#[test]
fn a_role_that_moves_to_another_family_is_counted_there() {
    let Some(site) = Site::open() else { return };
    site.refresh();
    let visitor = site.visitor();
    let of_family = |name: &str| -> usize {
        let page = visitor.page("/search?q=testing&kind=role");
        let choices = page.class("facet").iter().flat_map(|facet| facet.all("li")).collect::<Vec<_>>();
        let choice = choices.iter().find(|choice| choice.text().starts_with(name)).unwrap();
        choice.class("count")[0].text().parse().unwrap()
    };
    let (platforms, building) = (of_family("Platforms"), of_family("Building"));
    let file = "roles/devops.toml";
    let text = std::fs::read_to_string(crate::support::content().join(file)).unwrap();
    let moved = text.replace("family = \"platforms-and-operations\"", "family = \"building-applications\"");

    site.publish(vec![(format!("content/{file}"), moved)]);

    assert_eq!((of_family("Platforms"), of_family("Building")), (platforms - 1, building + 1));
}

#[test]
fn an_excerpt_shows_where_it_was_cut() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/search?q=pivot&kind=article");

    let excerpts = page.class("excerpt");
    assert!(!excerpts.is_empty());
    for excerpt in excerpts {
        let text = excerpt.text();
        // The texts are long, so no excerpt holds both ends of one.
        assert!(text.starts_with('…') || text.ends_with('…'), "{text}");
        assert!(!text.contains("… …"), "{text}");
    }
}

#[test]
fn an_excerpt_is_prose_or_a_row_of_a_table_that_can_be_read() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let text = "+++\nname = \"Zymurgy\"\nsentence = \"Brewing.\"\n+++\n\n## Yeasts\n\nPatience is all.\n\n\
        | Name | Days | Best at |\n|---|---:|---|\n| Saison | 12 | 20–30 degrees |\n| Kveik | 3 | |\n\n\
        Whoever is in haste takes kveik, the quickest.\n";
    site.publish(vec![("content/articles/zymurgy.md".into(), text.into())]);
    let excerpt = |word: &str| visitor.page(&format!("/search?q={word}")).class("excerpt")[0].text();

    // The word that was looked for is marked, and set apart here.
    assert_eq!(excerpt("kveik"), "… Whoever is in haste takes kveik , the quickest …");
    assert_eq!(excerpt("saison"), "… Name: Saison ; Days: 12; Best at: 20–30 degrees …");
    assert_eq!(excerpt("patience"), "Yeasts. Patience is all …");
}

mod that_found_nothing {
    use super::*;
    use crate::support::{Engine, scratch, until, waymark};
    use chrono::{DateTime, TimeDelta, Utc};
    use diesel::prelude::*;
    use waymark::db::schema::unanswered_searches;
    use waymark::db::{Conn, Db};
    use waymark::search::{Query, Unanswered, unanswered};

    fn counts(conn: &mut Conn) -> Vec<(String, i64)> {
        let rows = unanswered(conn, 30, Utc::now()).unwrap();
        rows.into_iter().map(|(words, count, _)| (words, count)).collect()
    }

    #[test]
    fn is_counted_by_its_words_and_listed_by_a_command() {
        let Some(site) = Site::open() else { return };
        site.refresh();
        let visitor = site.visitor();

        for asked in [
            "q=Falconry",
            "q=how+to+become+falconry",
            "q=beekeeping",
            "q=java",
            "q=beekeeping&kind=role",
            "q=ann%40falconry.example",
            "q=%2B49+151+234567",
        ] {
            assert_eq!(visitor.get(&format!("/search?{asked}")).status, 200);
        }

        let mut conn = site.conn();
        let expected = [("falconry".to_owned(), 2), ("beekeeping".to_owned(), 1)];
        until("the counts to be written", || counts(&mut conn).len() >= 2);
        assert_eq!(counts(&mut conn), expected);
        let done = waymark(&["searches"], &[("DATABASE_URL", &url(&site))]).output().unwrap();
        let today = Utc::now().format("%Y-%m-%d");
        let said = String::from_utf8(done.stdout).unwrap();
        assert_eq!(said, format!("     2  {today}  falconry\n     1  {today}  beekeeping\n"));
    }

    fn url(site: &Site) -> String {
        match &site.config.database {
            waymark::db::Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            waymark::db::Address::Postgres(url) | waymark::db::Address::Mysql(url) => url.clone(),
        }
    }

    /// Counts a search for each of `words` and writes them.
    fn write(site: &Site, words: impl IntoIterator<Item = String>, now: DateTime<Utc>) -> bool {
        let unanswered = Unanswered::default();
        words.into_iter().for_each(|words| unanswered.note(&Query::new(&words), now));
        blocking(unanswered.write(&site.state.db, now)).is_ok()
    }

    fn blocking<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    #[test]
    fn is_kept_for_ninety_days_and_five_hundred_words_a_day() {
        let Some(site) = Site::open() else { return };
        let now = Utc::now();
        let long_ago = now - TimeDelta::days(91);
        assert!(write(&site, ["old words".into()], long_ago));
        assert!(write(&site, ["last month".into()], now - TimeDelta::days(40)));
        assert!(write(&site, (0..400).map(|n| format!("some{n}")), now));
        assert!(write(&site, (0..400).map(|n| format!("more{n}")).chain(["some1".into()]), now));

        let conn = &mut site.conn();
        let rows: Vec<(String, String)> = unanswered_searches::table
            .select((unanswered_searches::day, unanswered_searches::words))
            .load(conn)
            .unwrap();
        let of = |moment: DateTime<Utc>| {
            let day = moment.format("%Y-%m-%d").to_string();
            rows.iter().filter(|(of, _)| *of == day).count()
        };
        assert_eq!((of(long_ago), of(now - TimeDelta::days(40)), of(now)), (0, 1, 500));
        let told = counts(conn);
        assert_eq!(told[0], ("some1".to_owned(), 2));
        assert_eq!(told.len(), 500, "of the last thirty days only");
    }

    #[test]
    fn by_many_at_once_loses_no_count() {
        let Some(site) = Site::open() else { return };

        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..5).for_each(|_| assert!(write(&site, ["falconry".into()], Utc::now()))));
            }
        });

        assert_eq!(counts(&mut site.conn()), [("falconry".to_owned(), 20)]);
    }

    #[test]
    fn while_the_database_is_away_waits_for_it() {
        if Engine::of_this_run() != Engine::Sqlite {
            return; // What is tried is the waiting, which knows no engine.
        }
        let place = scratch();
        let file = place.join("guide.sqlite");
        let site = Site::on(&format!("sqlite:{}", file.display()), None);
        let nowhere = Db::open(waymark::db::Address::Sqlite(place.join("nowhere.sqlite")));
        let unanswered = Unanswered::default();
        unanswered.note(&Query::new("falconry"), Utc::now());

        assert!(blocking(unanswered.write(&nowhere, Utc::now())).is_err());
        unanswered.note(&Query::new("falconry"), Utc::now());
        assert!(blocking(unanswered.write(&site.state.db, Utc::now())).is_ok());

        assert_eq!(counts(&mut site.conn()), [("falconry".to_owned(), 2)]);
    }
}
