//! Changes that touch somebody’s plan.

use super::*;
use crate::support::fates::withdraw;

#[test]
fn is_told_what_touches_it_and_which_step_is_next() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    let alice = alice_follows(&site, Frequency::Weekly);
    let steps = [("git", "Git", "strong"), ("docker", "Docker", ""), ("java", "Java", "learning")];
    let own = plan(&site, &alice, &steps);
    bob.delivery_moves(&site);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(DAYS(8));

    assert_eq!(
        site.plan(),
        Done { mailed: 1, empty: 1, ..Done::default() },
        "the other list has nothing left"
    );

    let got = letters(&site, ALICE);
    assert_eq!(got.len(), 1);
    let letter = &got[0];
    assert!(letter.subject.starts_with("Two changes touch your plan, "), "{}", letter.subject);
    for said in [
        "moved from Foundation to Essential; Docker is your next step.",
        "Java, all postings (it is what you are learning): about 45 % -> about 60 %",
        "1 of 3 skills known",
        "Your next step\nDocker",
        &format!("/plans/{own}"),
        "your plan “My secret way” rests on what changed",
    ] {
        assert!(letter.text.contains(said), "{said}: {}", letter.text);
    }
    assert_eq!(letter.html.text().matches("Open your plan").count(), 1, "one thing to do");
}

#[test]
fn hears_of_a_skill_that_was_withdrawn() {
    let Some(site) = Site::open() else { return };
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    register(&site, "Alice", Rights::Member);
    let alice = id(&site, ALICE);
    plan(&site, &alice, &[("elasticsearch", "Elasticsearch", "")]);
    choose(&site, &alice, List::Plans, Frequency::AtOnce);
    let done =
        withdraw(&mut dora, "/admin/skills/elasticsearch", "merged", "PostgreSQL", "Both search texts.");
    assert_eq!(done.status, 303, "{}", done.text());
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let letter = &letters(&site, ALICE)[0];
    let said = "“Elasticsearch” was merged into “PostgreSQL”: Both search texts.";
    assert!(letter.text.contains(said), "{}", letter.text);
}

#[test]
fn hears_of_the_role_that_it_leads_to_and_of_no_other_that_asks_for_the_same() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    register(&site, "Alice", Rights::Member);
    let alice = id(&site, ALICE);
    plan(&site, &alice, &[("docker", "Docker", ""), ("java", "Java", "")]);
    choose(&site, &alice, List::Plans, Frequency::Weekly);
    bob.containers_move(&site, "essential", "foundation");
    site.later(DAYS(8));

    assert_eq!(site.plan(), Done { empty: 1, ..Done::default() }, "DevOps is not where she is going");

    assert!(letters(&site, ALICE).is_empty());
    // What changed in the skill itself is in her plan, whatever role asks for it.
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    let words = "Images are built without a daemon now.";
    let sentence = |skill: &mut serde_json::Value| skill["sentence"] = "A way to pack a program.".into();
    publish_in_words((&site, &mut dora), ("skill", "skills", "docker"), sentence, words);
    bob.java(&site, "about 45 %", "about 60 %");
    bob.containers_move(&site, "foundation", "complementary");
    site.later(DAYS(8));
    assert_eq!(site.plan(), mailed(1));
    let text = &letters(&site, ALICE)[0].text;
    assert!(text.contains("In your plan\nDocker\n"), "{text}");
    assert!(text.contains(words), "{text}");
    assert!(text.contains("Your target role\nWeb application backend development\n"), "{text}");
    assert!(!text.contains("DevOps") && !text.contains("Containers"), "{text}");
}

#[test]
fn is_named_where_its_person_has_several() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    register(&site, "Alice", Rights::Member);
    let alice = id(&site, ALICE);
    let both = [("git", "Git", ""), ("docker", "Docker", "")];
    plan_towards(&site, &alice, ("devops", "Into operations"), &both);
    site.later(MINUTES(1));
    let own = plan(&site, &alice, &both);
    choose(&site, &alice, List::Plans, Frequency::AtOnce);
    bob.delivery_moves(&site);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(1));

    let letter = &letters(&site, ALICE)[0];
    assert!(letter.text.contains("Your plan “My secret way”."), "{}", letter.text);
    assert!(letter.text.contains("your plan “My secret way” rests on what changed"), "{}", letter.text);
    assert!(letter.text.contains(&format!("/plans/{own}")), "{}", letter.text);
    assert!(!letter.text.contains("Into operations"), "{}", letter.text);

    bob.java(&site, "about 45 %", "about 60 %");
    bob.containers_move(&site, "essential", "foundation");
    site.later(MINUTES(11));
    assert_eq!(site.plan(), mailed(1));
    let letter = &letters(&site, ALICE)[0];
    assert!(letter.subject.starts_with("Two changes touch your plans"), "{}", letter.subject);
    for said in [
        "Target of your plan “My secret way”\nWeb application backend development\n",
        "Target of your plan “Into operations”\nDevOps\n",
        "your plans “My secret way” and “Into operations” rest on what changed",
    ] {
        assert!(letter.text.contains(said), "{said}: {}", letter.text);
    }
}

#[test]
fn is_told_as_many_changes_as_the_letter_lists() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    register(&site, "Alice", Rights::Member);
    let alice = id(&site, ALICE);
    plan(&site, &alice, &[("java", "Java", "")]);
    choose(&site, &alice, List::Plans, Frequency::Weekly);
    bob.java(&site, "about 45 %", "about 60 %");
    let slip = bob.java(&site, "about 60 %", "about 90 %").to_string();
    let recalled = dora.post(&format!("/admin/roles/{SLUG}/recall"), &[("seq", &slip)]);
    assert_eq!(recalled.status, 303);
    bob.java(&site, "about 90 %", "about 60 %");
    site.later(DAYS(8));

    assert_eq!(site.plan(), mailed(1));

    let letter = &letters(&site, ALICE)[0];
    assert!(letter.subject.starts_with("One change touches your plan, "), "{}", letter.subject);
    assert_eq!(letter.text.matches("Java, all postings").count(), 1, "{}", letter.text);
    assert!(letter.text.contains("about 45 % -> about 60 %"), "{}", letter.text);
    assert!(!letter.text.contains("90 %"), "{}", letter.text);
}
