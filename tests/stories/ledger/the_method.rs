//! The method’s page says what is computed, and the examples agree.

use super::*;

#[test]
fn is_explained_with_what_is_computed_from_the_guide_now() {
    let Some(site) = Site::open() else { return };
    let asked = Asked::of(&role("web-application-backend-development"));
    let page = site.visitor().page("/sources").id("results");
    let titles = page.headings(3);
    let all = ["Readiness", "First-job set", "Next best skill", "Entry gap", "Gap between two roles", "Time"];
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
        text.contains("Java or Python counts 50 at entry level and 45 overall, 5 points more at entry level"),
        "{text}"
    );
    let other = Asked::of(&role("api-design-and-development"));
    let gap = waymark::gap::between(&asked, &other);
    assert!(text.contains(&format!("{} %. The other way", (gap.gap() * 100.0).round())), "{text}");

    // The guide changes, and so do the examples.
    let file = "roles/web-application-backend-development.toml";
    let changed = std::fs::read_to_string(shipped().join(file)).unwrap();
    site.publish(vec![(file.into(), changed.replacen("all = \"about 45 %\"", "all = \"about 55 %\"", 1))]);
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
        if role.demand.is_none() {
            assert!(first.contains("Nobody has counted postings for this role."), "{name}: {first}");
            assert!(!first.contains('%'), "{name}: what was not measured is no share: {first}");
            continue;
        }
        let set = Asked::of(&role);
        let set = set.first_job_set();
        assert!(first.contains(&format!("which reach {} %", set.percent())), "{name}: {first}");
        assert!(first.contains("at 10 hours a week"), "{name}: {first}");
    }
}
