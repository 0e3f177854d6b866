//! What a publication writes, counts and tells.

use super::*;

#[test]
fn of_what_stands_already_changes_nothing() {
    let Some(mut conn) = shipped() else { return };
    let before = standing(&mut conn);

    let published = import_folder(&mut conn, &content()).unwrap();

    assert_eq!(published, Published { guide_revision: 1, ..Published::default() });
    assert_eq!(standing(&mut conn), before);
    assert_eq!(guide_revision(&mut conn).unwrap(), 1);
}

#[test]
fn of_one_changed_field_makes_one_revision_of_one_entry() {
    let Some(mut conn) = shipped() else { return };
    let folder = guide_with("skills/java.toml", "statically typed", "typed");

    let published = import_folder(&mut conn, &folder).unwrap();

    let java = ("skill".to_owned(), "java".to_owned());
    assert_eq!(published, Published { guide_revision: 2, revised: vec![java], ..Published::default() });
    let second: Vec<_> = standing(&mut conn).into_iter().filter(|(.., revision)| *revision != 1).collect();
    assert_eq!(second, [("skill".into(), "java".into(), 2)]);
    let of_java = revisions::table.filter(revisions::kind.eq("skill").and(revisions::slug.eq("java")));
    let origins: Vec<String> =
        of_java.order(revisions::revision).select(revisions::origin).load(&mut conn).unwrap();
    assert_eq!(origins, ["shipped", "import"]);
}

#[test]
fn is_seen_on_the_page_and_in_its_change_log() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let before = visitor.get(ROLE);
    let role = "roles/web-application-backend-development.toml";

    site.publish(vec![changed(role, "all = \"about 45 %\"", "all = \"about 60 %\"")]);

    let after = visitor.get(ROLE);
    assert_ne!(after.header("etag"), before.header("etag"));
    let page = after.html();
    assert!(page.id("group-jvm-languages").text().contains("Java: about 60 % of all postings"));
    let log: Vec<String> = page.id("changes").all("li").iter().map(crate::support::Html::text).collect();
    assert_eq!(log.len(), 2);
    assert!(log[0].contains("Revision 2"), "{log:?}");
    assert!(log[0].ends_with("Java, all postings: about 45 % → about 60 %."), "{log:?}");
    let lately = visitor.page("/").id("changes").text();
    assert!(lately.contains("Java, all postings: about 45 % → about 60 %."), "{lately}");
    let skill = visitor.page("/skills/java").text();
    assert!(skill.contains("about 60 % of all postings"), "{skill}");
}

#[test]
fn that_names_two_occupations_shows_each_under_its_own_name() {
    let Some(site) = Site::open() else { return };
    let two = "    \"web-developers-outlook\",\n    \"software-developers-pay\",\n    \"software-developers-outlook\",";
    for (file, path) in [
        ("articles/becoming-a-backend-developer.md", "/articles/becoming-a-backend-developer"),
        ("roles/web-application-backend-development.toml", ROLE),
    ] {
        site.publish(vec![changed(file, "    \"web-developers-outlook\",", two)]);

        let page = site.visitor().page(path);

        let tables = page.all("table");
        let table = |caption: &str| {
            let found =
                tables.iter().map(crate::support::Html::text).find(|table| table.starts_with(caption));
            found.unwrap_or_else(|| panic!("{path} has no table {caption}"))
        };
        let web = table("Forecasts of jobs, web developers, United States");
        assert!(web.contains("+7.5 %") && !web.contains("+15.8 %"), "{web}");
        let software = table("Forecasts of jobs, software developers, United States");
        assert!(software.contains("+15.8 %") && !software.contains("+7.5 %"), "{software}");
        let pay = table("Pay a year, web developers, United States");
        assert!(pay.contains("$90,930") && !pay.contains("$133,080"), "{pay}");
        assert!(table("Pay a year, software developers, United States").contains("$133,080"));
    }
}

#[test]
fn is_not_seen_before_the_site_knows_of_it() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let before = visitor.get("/skills/java");
    let file = changed("skills/java.toml", "statically typed", "duly typed");
    import::import(&mut site.conn(), &import::parse(vec![file]).unwrap(), Utc::now()).unwrap().unwrap();

    let meanwhile = visitor.get("/skills/java");
    site.refresh();
    let after = visitor.get("/skills/java");

    assert!(meanwhile.body == before.body);
    assert!(after.text().contains("duly typed"));
}

#[test]
fn brings_a_page_for_what_is_new_and_makes_it_findable() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let (first, text) = changed(
        "roles/web-application-backend-development.toml",
        "role = \"frontend-development\"\nname = \"Frontend development\"",
        "role = \"site-keeping\"\nname = \"Site keeping\"",
    );
    site.publish(vec![(first, text.clone())]);
    assert_eq!(visitor.get("/roles/site-keeping").status, 404);
    let around = visitor.page(ROLE).id("around");
    assert!(around.text().contains("Site keeping"));
    assert!(!around.links().contains(&"/roles/site-keeping".to_owned()));
    let other = text.replace("name = \"Web application backend development\"", "name = \"Site keeping\"");

    site.publish(vec![("content/roles/site-keeping.toml".into(), other)]);

    assert_eq!(visitor.page("/roles/site-keeping").headings(1), ["Site keeping"]);
    let around = visitor.page(ROLE).id("around").links();
    assert!(around.contains(&"/roles/site-keeping".to_owned()), "a name becomes a link: {around:?}");
    let near = visitor.get("/roles/site-keepin").html().id("near").links();
    assert!(near.contains(&"/roles/site-keeping".to_owned()), "{near:?}");
    assert!(visitor.page("/roles").text().contains("12 roles"));
}
