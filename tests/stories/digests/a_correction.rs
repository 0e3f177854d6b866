//! Corrections: what was told and proved wrong is told again, once.

use super::*;

#[test]
fn goes_to_exactly_those_who_were_told_however_small_it_is() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    for name in ["Eve", "Frank"] {
        register(&site, name, Rights::Member);
        let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
        follow(&site, &person, Subject::of::<Role>(SLUG), Frequency::Weekly);
    }
    let frank = id(&site, "frank@example.org");
    choose(&site, &frank, List::Follows, Frequency::AtOnce);
    let wrong = bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(11));
    assert_eq!(site.plan(), mailed(2), "Alice and Frank were told, Eve was not");
    assert_eq!(letters(&site, "frank@example.org").len(), 1);
    choose(&site, &frank, List::Follows, Frequency::Off);
    let right = bob.java(&site, "about 60 %", "about 59 %");
    corrects(&site, right, wrong);
    assert_eq!(site.plan(), none());
    site.later(MINUTES(11));

    assert_eq!(site.plan(), Done { corrections: 1, ..Done::default() });
    assert_eq!(site.plan(), none());

    let got = letters(&site, ALICE);
    assert_eq!(got.len(), 2);
    assert!(got[0].subject.starts_with("Correction: "), "{}", got[0].subject);
    assert!(
        got[0].text.contains("We wrote: Java, all postings: about 45 % → about 60 %."),
        "{}",
        got[0].text
    );
    assert!(
        got[0].text.contains("Right is: Java, all postings: about 60 % → about 59 %."),
        "{}",
        got[0].text
    );
    assert_eq!(letters(&site, "frank@example.org").len(), 1, "he stopped these letters");
    site.later(DAYS(8));
    assert_eq!(site.plan(), mailed(1));
    let eve = &letters(&site, "eve@example.org")[0];
    assert!(eve.text.contains("about 45 % -> about 59 %") && !eve.text.contains("60 %"), "{}", eve.text);
}

#[test]
fn is_chosen_on_the_page_for_publishing() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    let wrong = bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(11));
    site.plan();
    edit(&mut dora, "sentence", "You write what runs behind the page.");

    let page = dora.page(&format!("/admin/roles/{SLUG}/publish"));
    assert!(page.text().contains("told to 1"), "{}", page.text());
    publish(&mut dora, &[("corrects", &wrong.to_string())]);
    site.later(MINUTES(11));

    assert_eq!(site.plan(), Done { corrections: 1, ..Done::default() }, "though it is minor");
}
