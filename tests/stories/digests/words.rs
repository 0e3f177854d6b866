//! The words in which an editor tells a change: they lead, and nothing is said twice beside them.

use super::*;

/// Alice, who learns Java on her way, and Dora, who publishes.
fn alice_and_dora(site: &Site, frequency: Frequency) -> Browser {
    register(site, "Alice", Rights::Member);
    let alice = id(site, ALICE);
    plan(site, &alice, &[("java", "Java", ""), ("graphql", "GraphQL", "")]);
    choose(site, &alice, List::Plans, frequency);
    staff(site, "Dora", Rights::Publisher)
}

#[test]
fn lead_and_the_figures_that_they_leave_out_follow() {
    let Some(site) = Site::open() else { return };
    let mut dora = alice_and_dora(&site, Frequency::AtOnce);
    let words = "Java is asked for far more often than a year ago.";
    publish_java(&site, &mut dora, "about 60 %", words);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let letter = &letters(&site, ALICE)[0];
    assert!(letter.subject.starts_with("One change touches your plan"), "{}", letter.subject);
    let told = [
        "- Java is asked for far more often than a year ago; it is your next step.\n",
        "\nJava, all postings: about 45 % -> about 60 %\n",
    ];
    let told = told.concat();
    assert!(letter.text.contains(&told), "{}", letter.text);
    assert_eq!(letter.text.matches("your next step").count(), 1, "{}", letter.text);
}

#[test]
fn that_say_the_figures_themselves_stand_alone() {
    let Some(site) = Site::open() else { return };
    let mut dora = alice_and_dora(&site, Frequency::AtOnce);
    let words = "Java went up from 45 to 60 %, since two large job boards are counted now.";
    publish_java(&site, &mut dora, "about 60 %", words);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let text = &letters(&site, ALICE)[0].text;
    assert!(text.contains("since two large job boards are counted now; it is your next step."), "{text}");
    assert!(!text.contains("all postings"), "{text}");
}

#[test]
fn that_tell_what_came_are_not_followed_by_the_same_in_other_words() {
    let Some(site) = Site::open() else { return };
    let mut dora = alice_and_dora(&site, Frequency::AtOnce);
    let removed = |role: &mut serde_json::Value| {
        for group in role["groups"].as_array_mut().unwrap() {
            group["skills"].as_array_mut().unwrap().retain(|own| own["skill"] != "graphql");
        }
    };
    let words = "Hardly anybody asks for GraphQL any more: learn REST.";
    publish_in_words((&site, &mut dora), ("role", "roles", SLUG), removed, words);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let text = &letters(&site, ALICE)[0].text;
    assert!(
        text.contains("- Hardly anybody asks for GraphQL any more: learn REST; it is in your plan."),
        "{text}"
    );
    assert!(!text.contains("was removed"), "{text}");
}

#[test]
fn reach_whoever_follows_the_skill_that_they_are_about() {
    let Some(site) = Site::open() else { return };
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    register(&site, "Eve", Rights::Member);
    let eve = id(&site, "eve@example.org");
    follow(&site, &eve, Subject::of::<Skill>("java"), Frequency::AtOnce);
    let words = "Java is asked for far more often than a year ago.";
    publish_java(&site, &mut dora, "about 60 %", words);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let text = &letters(&site, "eve@example.org")[0].text;
    assert!(text.contains("Role that asks for a skill you follow\n"), "{text}");
    assert!(text.contains(words), "{text}");
}

#[test]
fn are_kept_when_something_else_is_published_and_given_up_when_they_are_overtaken() {
    let Some(site) = Site::open() else { return };
    let mut dora = alice_and_dora(&site, Frequency::Weekly);
    let words = "Java is asked for far more often than a year ago.";
    publish_java(&site, &mut dora, "about 60 %", words);
    site.later(MINUTES(20));
    edit(&mut dora, "sentence", "You write what runs behind the page.");
    publish(&mut dora, &[]);
    site.later(DAYS(8));
    assert_eq!(site.plan(), mailed(1));
    let text = &letters(&site, ALICE)[0].text;
    assert!(
        text.contains("- Java is asked for far more often than a year ago; it is your next step."),
        "{text}"
    );
    assert!(text.contains("Java, all postings: about 45 % -> about 60 %"), "{text}");

    let mut erin = staff(&site, "Erin", Rights::Publisher);
    publish_java(&site, &mut erin, "about 80 %", "Java climbs to 80 %.");
    site.later(MINUTES(20));
    publish_java(&site, &mut erin, "about 50 %", "Java fell back.");
    site.later(DAYS(8));
    assert_eq!(site.plan(), mailed(1));
    let text = &letters(&site, ALICE)[0].text;
    assert!(text.contains("- Java fell back; it is your next step."), "{text}");
    assert!(text.contains("Java, all postings: about 60 % -> about 50 %"), "{text}");
    assert!(!text.contains("80 %"), "{text}");
}
