//! Notices at once.

use super::*;

#[test]
fn waits_ten_minutes_and_takes_further_edits_along() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(9));
    assert_eq!(site.plan(), none(), "it can still be taken back");
    bob.java(&site, "about 60 %", "about 65 %");
    site.later(MINUTES(2));
    assert_eq!(site.plan(), none(), "it is being edited");
    site.later(MINUTES(9));

    assert_eq!(site.plan(), mailed(1));

    let got = letters(&site, ALICE);
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].subject, "Web application backend development has changed");
    assert!(got[0].text.contains("about 45 % -> about 65 %"), "{}", got[0].text);
    assert_eq!(site.plan(), none());
}

#[test]
fn is_not_put_off_for_ever_by_further_edits() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    let shares: Vec<String> = (0..9).map(|n| format!("about {} %", 45 + 2 * n)).collect();
    let mut told = 0;
    for pair in shares.windows(2) {
        bob.java(&site, &pair[0], &pair[1]);
        site.later(MINUTES(9));
        told += site.plan().mailed;
    }
    assert_eq!(told, 1, "after an hour it goes");
}

#[test]
fn is_taken_back_by_a_publisher_in_time_and_not_later() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    let (mut dora, mut editor) =
        (staff(&site, "Dora", Rights::Publisher), staff(&site, "Erin", Rights::Editor));
    let first = bob.java(&site, "about 45 %", "about 60 %").to_string();
    let entry = format!("/admin/roles/{SLUG}");
    assert!(dora.page(&entry).text().contains("Nobody was told of revision 2 yet"));
    let recall = |browser: &mut Browser, seq: &str| browser.post(&format!("{entry}/recall"), &[("seq", seq)]);
    assert_eq!(recall(&mut editor, &first).status, 403);
    assert_eq!(recall(&mut dora, "999").status, 404);
    assert_eq!(recall(&mut dora, "x").status, 404);

    assert_eq!(recall(&mut dora, &first).status, 303);
    assert_eq!(recall(&mut dora, &first).status, 303, "what was wanted is true");

    assert!(!dora.page(&entry).text().contains("Nobody was told of revision 2 yet"));
    assert!(dora.page("/admin/audit?action=recalled").text().contains(SLUG));
    site.later(MINUTES(11));
    assert_eq!(site.plan(), none());
    // The next news begins where the one that was taken back ended.
    let second = bob.java(&site, "about 60 %", "about 70 %").to_string();
    site.later(MINUTES(11));
    assert_eq!(recall(&mut dora, &second).status, 403, "too late");
    assert_eq!(site.plan(), mailed(1));
    let got = letters(&site, ALICE);
    assert!(got[0].text.contains("about 60 % -> about 70 %"), "{}", got[0].text);
}

#[test]
fn tells_of_figures_of_a_role_and_of_roles_of_a_skill() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    register(&site, "Eve", Rights::Member);
    let eve = id(&site, "eve@example.org");
    follow(&site, &eve, Subject::of::<Skill>("java"), Frequency::AtOnce);
    let pay = "figures/web-developers-pay.toml";
    bob.publish(&site, pay, "90930", "99930");
    bob.java(&site, "about 45 %", "about 60 %");
    bob.publish(
        &site,
        FILE,
        "skill = \"python\"\nall = \"about 25 %\"",
        "skill = \"python\"\nall = \"about 50 %\"",
    );
    site.later(MINUTES(11));

    assert_eq!(site.plan(), mailed(2));

    let text = &letters(&site, ALICE)[0].text;
    assert!(text.contains("Median pay: $90,930 -> $99,930"), "{text}");
    let text = &letters(&site, "eve@example.org")[0].text;
    assert!(text.contains("Java, all postings") && !text.contains("Python"), "{text}");
}

#[test]
fn of_the_whole_guide_tells_what_is_new_and_what_matters() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    register(&site, "Alice", Rights::Member);
    let alice = id(&site, ALICE);
    follow(&site, &alice, Subject::guide(), Frequency::Weekly);
    bob.java(&site, "about 45 %", "about 60 %");
    let skill = std::fs::read_to_string(crate::support::content().join("skills/java.toml")).unwrap();
    site.publish(vec![("skills/jakarta.toml".into(), skill.replacen("Java", "Jakarta", 1))]);
    site.later(DAYS(8));

    assert_eq!(site.plan(), mailed(1));

    let letter = &letters(&site, ALICE)[0];
    assert!(letter.subject.starts_with("Two changes in the guide"), "{}", letter.subject);
    assert!(letter.text.contains("New skill\nJakarta"), "{}", letter.text);
}
