//! Somebody who wavers between two roles and sets them side by side.

use super::somebody;
use crate::support::fates::{BACKEND, relocate};
use crate::support::people::{join, staff};
use crate::support::{Html, Site, Visitor};
use waymark::accounts::Rights;

const FRONTEND: &str = "frontend-development";

fn compared(visitor: &Visitor, first: &str, second: &str) -> Html {
    visitor.page(&format!("/compare?roles={first},{second}"))
}

/// What the table of what both ask for says of a skill: its tier in each role.
fn tiers(page: &Html, skill: &str) -> Vec<String> {
    let rows: Vec<Html> = page.id("both").all("tr");
    let row = rows.iter().find(|row| row.links().contains(&format!("/skills/{skill}")));
    row.unwrap_or_else(|| panic!("no {skill}")).class("tier-name").iter().map(Html::text).collect()
}

#[test]
fn sets_two_roles_side_by_side() {
    let Some(visitor) = somebody() else { return };

    let page = compared(&visitor, BACKEND, "devops");

    assert_eq!(page.headings(1), ["Web application backend development and DevOps"]);
    let glance = page.id("glance").text();
    for occupation in ["Web developers, United States", "Network and computer systems administrators"] {
        assert!(glance.contains(occupation), "{occupation}: {glance}");
    }
    assert_eq!(tiers(&page, "git").len(), 2);
    // What stands in both does not stand among what only one asks for.
    let alone = page.id("alone").links();
    assert!(page.id("both").links().iter().all(|link| !alone.contains(link)));
    assert!(alone.contains(&"/skills/kotlin".to_owned()), "{alone:?}");
    let sources = page.id("sources").text();
    assert!(sources.contains("occupation 15-1254") && sources.contains("occupation 15-1244"), "{sources}");
}

#[test]
fn sees_that_the_way_has_a_direction() {
    let Some(visitor) = somebody() else { return };
    let covered = |page: &Html| -> Vec<String> {
        page.id("ways").class("big").iter().map(|big| big.all("b")[0].text()).collect()
    };

    let there = covered(&compared(&visitor, BACKEND, FRONTEND));
    let back = covered(&compared(&visitor, FRONTEND, BACKEND));

    assert_eq!(there.len(), 2);
    assert_eq!(there.iter().rev().cloned().collect::<Vec<_>>(), back);
    assert_ne!(there[0], there[1]);
}

#[test]
fn is_shown_smaller_steps_where_there_are_some() {
    let Some(visitor) = somebody() else { return };
    let (from, via, to) =
        ("api-design-and-development", "microservices-architecture", "asynchronous-messaging-systems");

    let page = compared(&visitor, from, to);

    let steps = "In 2 smaller steps: first Microservices architecture, ";
    assert!(page.id("ways").text().contains(steps), "{}", page.id("ways").text());
    for (before, after) in [(from, via), (via, to)] {
        assert!(page.id("ways").links().contains(&format!("/compare?roles={before},{after}")));
    }
    // From one of the two it is a step by itself.
    assert!(!compared(&visitor, from, via).id("ways").text().contains("smaller steps"));
}

#[test]
fn is_told_where_both_are_counted_as_one_occupation() {
    let Some(visitor) = somebody() else { return };
    let told = |first: &str, second: &str| {
        compared(&visitor, first, second).id("glance").text().contains("Both are counted as one occupation")
    };

    assert!(told(BACKEND, FRONTEND));
    assert!(!told(BACKEND, "devops"));
}

#[test]
fn names_them_as_advertisements_do() {
    let Some(site) = Site::shared() else { return };
    site.refresh();
    let visitor = site.visitor();

    let answer = visitor.get("/compare?first=Backend+Engineer&second=front+end+developer");

    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location").unwrap(), format!("/compare?roles={BACKEND},{FRONTEND}"));
}

#[test]
fn types_what_no_role_is_called() {
    let Some(site) = Site::shared() else { return };
    site.refresh();
    let visitor = site.visitor();

    let page = visitor.page("/compare?first=Backend+Engineer&second=Falconer");

    assert_eq!(page.field("first"), "Backend Engineer");
    assert_eq!(page.field("second"), "Falconer");
    assert!(page.text().contains("No role is called that."), "{}", page.text());
    let empty = visitor.page("/compare?first=Backend+Engineer&second=");
    assert!(empty.text().contains("Name a role"), "{}", empty.text());
}

#[test]
fn begins_with_one_role() {
    let Some(visitor) = somebody() else { return };
    let role = visitor.page(&format!("/roles/{BACKEND}"));
    let address = format!("/compare?roles={BACKEND}");
    assert!(role.links().contains(&address));

    let page = visitor.page(&address);

    assert_eq!(page.field("first"), "Web application backend development");
    let near = page.id("near").links();
    assert!(near.contains(&format!("/compare?roles={BACKEND},devops")), "{near:?}");
    assert!(role.id("around").links().iter().any(|link| near.contains(link)));
}

#[test]
fn asks_for_roles_that_are_not_there_or_for_one_twice() {
    let Some(visitor) = somebody() else { return };
    for (roles, status, told) in [
        ("falconry,devops", 404, "The guide has no role at that address."),
        ("falconry,heraldry", 404, "The guide has no role at that address."),
        ("devops,devops", 200, "This is the same role twice."),
        ("devops,%00%E2%80%AE", 404, "The guide has no role at that address."),
        (",,,", 200, "Compare two roles"),
    ] {
        let answer = visitor.get(&format!("/compare?roles={roles}"));
        assert_eq!(answer.status, status, "{roles}");
        assert!(answer.html().text().contains(told), "{roles}: {}", answer.html().text());
    }
    // More than two are no reason to see nothing.
    let three = visitor.page(&format!("/compare?roles=devops,{BACKEND},{FRONTEND}"));
    assert!(three.headings(1)[0].starts_with("DevOps and "));
}

#[test]
fn follows_an_old_link_to_roles_that_have_moved() {
    let Some(site) = Site::open() else { return };
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    relocate(&mut dora, "/admin/roles/devops", "devops-engineering");
    site.refresh();

    let answer = site.visitor().get(&format!("/compare?roles=devops,{BACKEND}"));

    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location").unwrap(), format!("/compare?roles=devops-engineering,{BACKEND}"));
}

#[test]
fn sees_how_ready_they_are_for_each() {
    let Some(site) = Site::open() else { return };
    let mut ann = join(&site, "ann@example.org");
    let address = format!("/compare?roles={BACKEND},{FRONTEND}");
    assert!(!site.visitor().page(&address).text().contains("Your readiness"));
    ann.post("/skills/java/mark", &[("mark", "strong"), ("version", "0")]);

    let page = ann.page(&address);

    let row = page.id("glance").all("tr").into_iter().find(|row| row.text().contains("Your readiness"));
    let row = row.unwrap();
    assert_eq!(row.links().len(), 2);
    for (cell, role) in row.all("td").iter().zip([BACKEND, FRONTEND]) {
        let there = ann.page(&format!("/roles/{role}")).id("readiness").class("big")[0].text();
        let percent = cell.all("b")[0].text();
        assert!(there.starts_with(&percent), "{role}: {percent}, and there {there}");
    }
}

#[test]
fn is_told_once_what_meets_in_several_choices() {
    let Some(visitor) = somebody() else { return };

    let page = compared(&visitor, "asynchronous-messaging-systems", "microservices-architecture");

    let mut rows: Vec<String> = page
        .id("both")
        .all("tbody")
        .iter()
        .flat_map(|body| body.all("tr"))
        .map(|row| row.all("th")[0].text())
        .collect();
    let all = rows.len();
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), all, "{rows:?}");
}

#[test]
fn is_found_by_search_engines_where_nothing_is_chosen_yet() {
    let Some(visitor) = somebody() else { return };
    let canonical =
        |page: &Html| page.tags().into_iter().any(|tag| tag.attribute("rel") == Some("canonical"));

    assert!(canonical(&visitor.page("/compare")));
    assert!(!canonical(&visitor.page("/compare?roles=devops")));
}
