//! What editors see of letters: reach, words, a sample, recall.

use super::*;

#[test]
fn see_whom_it_concerns_before_they_publish() {
    let Some(site) = Site::open() else { return };
    let alice = alice_follows(&site, Frequency::AtOnce);
    plan(&site, &alice, &[("java", "Java", "learning")]);
    for (name, frequency) in [("Eve", Frequency::Weekly), ("Frank", Frequency::Off)] {
        register(&site, name, Rights::Member);
        let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
        follow(&site, &person, Subject::of::<Role>(SLUG), frequency);
    }
    let eve = id(&site, "eve@example.org");
    let paused = Subscription::on(&mut site.conn(), &eve, List::Follows).unwrap().unwrap();
    paused.pause(&mut site.conn(), Some(site.now() + DAYS(30)), site.now()).unwrap();
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    let path = format!("/admin/roles/{SLUG}/publish");

    edit(&mut dora, "sentence", "Another sentence.");
    let text = dora.page(&path).text();
    assert!(text.contains("It concerns 3 people; one of them has a plan that rests on it."), "{text}");
    assert!(text.contains("all: too small a change for this list"), "{text}");
    assert!(text.contains("No letter goes."), "{text}");

    let draft = waymark::editing::Draft::find(&mut site.conn(), "role", SLUG).unwrap().unwrap();
    let mut moved = draft.content.clone();
    moved["groups"][0]["tier"] = serde_json::json!("advanced");
    assert!(draft.revise(&mut site.conn(), (&moved, draft.base_revision), &alice, site.now()).unwrap());
    let page = dora.page(&path);
    let text = page.text();
    assert!(text.contains("the first letters go at"), "{text}");
    assert!(text.contains("1 stopped these letters, 1 paused them"), "{text}");
    assert!(text.contains("One change touches your plan"), "{text}");
    assert!(text.contains("is your next step"), "{text}");
    assert!(!text.contains("it is what you are learning"), "what Alice knows is hers: {text}");
    for hidden in ["alice", "eve@", "My secret way", &alice] {
        assert!(!page.source().contains(hidden), "{hidden}");
    }

    let letter = dora.get(&format!("/admin/roles/{SLUG}/letter"));
    assert_eq!(letter.status, 200, "{}", letter.text());
    assert!(letter.text().contains("Your target role"), "{}", letter.text());
    let sent = dora.post(&format!("/admin/roles/{SLUG}/letter"), &[]);
    assert_eq!(sent.status, 303);
    let all = site.letters();
    assert_eq!(all.to("dora@example.org").len(), 1);
    assert!(all.to(ALICE).is_empty());
    assert_eq!(site.visitor().get(&format!("/admin/roles/{SLUG}/letter")).status, 303);
}

#[test]
fn find_out_why_somebody_got_a_letter_or_did_not() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::Weekly);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(DAYS(8));
    site.plan();
    let mut erin = staff(&site, "Erin", Rights::Editor);
    let mut ada = staff(&site, "Ada", Rights::Admin);

    let text = erin.page("/admin/letters").text();
    assert!(text.contains("waiting") && text.contains("mailed"), "{text}");
    assert!(!text.contains("Why somebody got"), "{text}");
    assert_eq!(erin.post("/admin/letters", &[("address", ALICE)]).status, 403);
    let nobody = ada.post("/admin/letters", &[("address", "nobody@example.org")]);
    assert_eq!(nobody.status, 422);
    assert!(nobody.text().contains("nobody@example.org"), "what was typed is kept");
    assert_eq!(ada.post("/admin/letters", &[("address", "nonsense")]).status, 422);

    let found = ada.post("/admin/letters", &[("address", ALICE)]);
    assert_eq!(found.status, 200, "{}", found.text());
    let text = found.html().text();
    assert!(text.contains("W:20") && text.contains("mailed, ready"), "{text}");
    let audit = ada.page("/admin/audit?action=letters-read");
    assert!(audit.text().contains(&id(&site, ALICE)), "{}", audit.text());
    site.letters();
    let text = ada.post("/admin/letters", &[("address", ALICE)]).html().text();
    assert!(text.contains("mailed, accepted") && text.contains("written to a file"), "{text}");
}
