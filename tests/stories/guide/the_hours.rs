//! The editors estimate hours for groups of skills; what one skill takes of them is computed, and said to be.

use super::*;
use crate::support::people::staff;
use waymark::accounts::Rights;

#[test]
fn of_one_skill_stay_the_same_when_it_is_asked_for_more() {
    let Some(site) = Site::open() else { return };
    let mut alice = staff(&site, "alice", Rights::Member);
    let page = alice.page("/plans/new?role=web-application-backend-development");
    let made = alice.fill(&page, "/plans/new", &[("do", "make")]);
    let plan = made.header("location").unwrap_or_else(|| panic!("{}", made.text())).to_owned();
    let hours = |text: &str| {
        let from =
            text.find("The editors estimate hours for whole groups").unwrap_or_else(|| panic!("{text}"));
        text[from..].split(" hours (").next().unwrap().to_owned()
    };
    let before = alice.page(&plan).class("plan-next")[0].text();

    let role = "roles/web-application-backend-development.toml";
    site.publish(vec![changed(role, "all = \"about 45 %\"", "all = \"about 90 %\"")]);
    let after = alice.page(&plan).class("plan-next")[0].text();

    assert!(before.contains("about 45 %") && after.contains("about 90 %"), "{before}\n{after}");
    assert_eq!(hours(&before), hours(&after));
    assert!(hours(&before).contains("an equal part of them for this step is "), "{before}");
}

#[test]
fn of_a_skill_are_explained_with_its_group_where_the_method_is() {
    let Some(site) = Site::shared() else { return };

    let text = site.visitor().page("/sources").id("results").text();

    assert!(text.contains("The skills and choices of a group take equal parts of its hours"), "{text}");
    // The first that is lacking and stands in one group with others: Kotlin, beside Java and Scala.
    assert!(
        text.contains(
            "Kotlin is one of 3 skills and choices in “Java and the JVM languages”, a group which is estimated at \
             300–650 hours, so it takes 100 to 220 hours."
        ),
        "{text}"
    );
}
