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
    assert!(letter.subject.starts_with("One change touches your plan, "), "{}", letter.subject);
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
