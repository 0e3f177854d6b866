//! A form that was opened before somebody else wrote.

use super::*;

#[test]
fn asks_and_keeps_what_was_typed() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let (here, there) = (alice.page(JAVA), alice.page(JAVA));
    assert_eq!(alice.fill(&there, JAVA, &[("note", "Written elsewhere")]).status, 303);

    let stale = alice.fill(&here, JAVA, &[("note", "Written here"), ("mark", "can-do")]);

    assert_eq!(stale.status, 409);
    let page = stale.html();
    assert!(page.text().contains("Written elsewhere"), "what is kept: {}", page.text());
    assert!(page.form(JAVA).fields().contains(&("note".into(), "Written here".into())));
    assert!(page.form(JAVA).fields().contains(&("mark".into(), "can-do".into())));
    assert_eq!(ledger(&site, ALICE).marked["java"].note, "Written elsewhere");
    assert_eq!(alice.fill(&page, JAVA, &[]).status, 303);
    let kept = &ledger(&site, ALICE).marked["java"];
    assert_eq!((kept.note.as_str(), kept.mark, kept.version), ("Written here", Mark::CanDo, 3));
}

#[test]
fn asks_as_well_when_the_mark_was_removed_or_made_meanwhile() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let empty = alice.page(JAVA);
    alice.post(JAVA, &DONE);
    let made = alice.fill(&empty, JAVA, &[("mark", "learning"), ("note", "Mine")]);
    assert_eq!(made.status, 409);
    assert!(made.html().text().contains("Two years of invoices."));

    let (open, ask) = (alice.page(JAVA), alice.page("/skills/java/mark/remove"));
    assert_eq!(alice.fill(&open, JAVA, &[("note", "Changed")]).status, 303);
    let refused = alice.fill(&ask, "/skills/java/mark/remove", &[]);
    assert_eq!(refused.status, 409);
    assert!(refused.html().text().contains("nothing was removed"), "{}", refused.text());
    assert_eq!(alice.fill(&refused.html(), "/skills/java/mark/remove", &[]).status, 303);
    let removed = alice.fill(&open, JAVA, &[("note", "Back")]);
    assert_eq!(removed.status, 409);
    assert!(removed.html().text().contains("You removed this skill"), "{}", removed.text());
    assert_eq!(alice.fill(&removed.html(), JAVA, &[]).status, 303);
    assert_eq!(ledger(&site, ALICE).marked["java"].note, "Back");
}

#[test]
fn of_several_marks_saves_the_others_and_asks_about_one() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let page = alice.page(ROLE).id("group-jvm-languages");
    alice.post("/skills/mine/marks", &[("mark.java", "learning"), ("version.java", "1")]);

    let typed = [("mark.java", "can-do"), ("mark.scala", "learning")];
    let asked = alice.fill(&page, "/skills/mine/marks", &typed);

    assert_eq!(asked.status, 409);
    let page = asked.html();
    assert!(page.text().contains("Java"), "{}", page.text());
    assert!(page.text().contains("Learning it What is kept"), "{}", page.text());
    assert_eq!(ledger(&site, ALICE).mark_of("java"), Some(Mark::Learning));
    assert_eq!(ledger(&site, ALICE).mark_of("scala"), Some(Mark::Learning));
    assert_eq!(alice.fill(&page, "/skills/mine/marks", &[]).status, 303);
    assert_eq!(ledger(&site, ALICE).mark_of("java"), Some(Mark::CanDo));
}
