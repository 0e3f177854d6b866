//! A role that stands in somebody's plans, or that they follow: its page says so to them alone.

use super::*;
use crate::support::ROLE;

const SUBJECT: &str = "role/web-application-backend-development";

#[test]
fn says_on_its_page_that_it_stands_in_a_plan() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    assert!(!alice.page(ROLE).ids().contains("standing"));
    let plan = plan_of(&mut alice, BACKEND, &["java"], &[("name", "My way")]);
    let other = plan_of(&mut alice, BACKEND, &["git"], &[("name", "A way round <b>")]);

    let page = alice.page(ROLE);

    let standing = page.id("standing");
    assert_eq!(standing.text(), "In your plans “A way round <b>” and “My way”.");
    assert_eq!(standing.links(), [other.clone(), plan.clone()]);
    assert!(!page.text().contains("Add to a plan"), "there is one: {}", page.text());
    assert!(page.links().contains(&NEW.to_owned()), "and another can be begun");
    assert!(!alice.page("/roles/devops").ids().contains("standing"));
    // What is archived is not worked on, and what is deleted is not there.
    let answer = alice.post(&format!("{other}/archive"), &[("version", "1"), ("do", "archive")]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(alice.page(ROLE).id("standing").text(), "In your plan “My way”.");
    let ask = alice.page(&format!("{plan}/delete"));
    alice.fill(&ask, &format!("{plan}/delete"), &[("sure", "yes")]);
    let page = alice.page(ROLE);
    assert!(!page.ids().contains("standing") && page.text().contains("Add to a plan"), "{}", page.text());
}

#[test]
fn says_on_its_page_that_it_is_followed() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(ROLE);
    assert_eq!(page.class("follow").len(), 1);
    alice.fill(&page, "/follow", &[]);

    let page = alice.page(ROLE);

    assert_eq!(page.id("standing").text(), "You follow this role. Letters about it");
    assert_eq!(page.id("standing").links(), ["/follows"]);
    assert!(!page.text().contains("Follow this role"), "{}", page.text());
    plan_of(&mut alice, BACKEND, &["java"], &[("name", "My way")]);
    let standing = alice.page(ROLE).id("standing").text();
    assert_eq!(standing, "In your plan “My way”. You follow this role. Letters about it");
    alice.send("/follows/unfollow", &[("subject", SUBJECT)]);
    let page = alice.page(ROLE);
    assert_eq!(page.id("standing").text(), "In your plan “My way”.", "a plan that rests on it is no follow");
    assert_eq!(page.class("follow").len(), 1);
}

#[test]
fn tells_nobody_of_the_plans_of_another() {
    let Some(site) = Site::open() else { return };
    let shared = site.visitor().get(ROLE);
    let mut alice = person(&site, "Alice");
    plan_of(&mut alice, BACKEND, &["java"], &[("name", "My way")]);
    alice.send("/follow", &[("subject", SUBJECT)]);

    let mut charlie = person(&site, "Charlie");
    let his = charlie.page(ROLE);

    assert!(!his.ids().contains("standing") && !his.source().contains("My way"));
    assert!(his.text().contains("Add to a plan") && his.text().contains("Follow this role"));
    assert!(site.visitor().get(ROLE).body == shared.body, "nor anybody who is not signed in");
}
