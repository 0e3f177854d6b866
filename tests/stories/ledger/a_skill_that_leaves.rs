//! What becomes of marks when a skill is merged, split or retired.

use super::*;
use crate::support::fates;

fn withdraw(site: &Site, skill: &str, fate: &str, heirs: &str) {
    let mut dora = staff(site, &format!("Dora-{skill}"), Rights::Publisher);
    let done = fates::withdraw(&mut dora, &format!("/admin/skills/{skill}"), fate, heirs, "It is one thing.");
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn leaves_its_marks_to_its_heirs_and_where_both_were_marked_nothing_is_lost() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut charlie) = (join(&site, ALICE), join(&site, CHARLIE));
    alice.post(JAVA, &[("mark", "learning"), ("note", "Mine of Java"), ("version", "0")]);
    alice.post(
        "/skills/kotlin/mark",
        &[
            ("mark", "strong"),
            ("note", "Mine of Kotlin"),
            ("url-0", "https://example.org/k"),
            ("version", "0"),
        ],
    );
    charlie.post("/skills/kotlin/mark", &[("mark", "can-do"), ("note", "His"), ("version", "0")]);
    let open = alice.page(JAVA);

    withdraw(&site, "kotlin", "merged", "Java");

    let hers = ledger(&site, ALICE).marked;
    assert_eq!(hers.keys().collect::<Vec<_>>(), ["java"]);
    assert_eq!((hers["java"].mark, hers["java"].version), (Mark::Strong, 2));
    assert_eq!(hers["java"].note, "Mine of Java\n\nMine of Kotlin");
    assert_eq!(hers["java"].evidence[0].title, "example.org");
    let his = ledger(&site, CHARLIE).marked;
    assert_eq!((his["java"].mark, his["java"].note.as_str()), (Mark::CanDo, "His"));
    // What she had open was another version.
    assert_eq!(alice.fill(&open, JAVA, &[]).status, 409);
    assert_eq!(alice.get("/skills/kotlin/mark").status, 404);
}

#[test]
fn and_becomes_several_is_marked_as_each_of_them() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post("/skills/kotlin/mark", &[("mark", "strong"), ("note", "Both"), ("version", "0")]);
    withdraw(&site, "kotlin", "split", "Java\nScala");
    let hers = ledger(&site, ALICE).marked;
    assert_eq!(hers.keys().collect::<Vec<_>>(), ["java", "scala"]);
    assert!(hers.values().all(|marked| marked.mark == Mark::Strong && marked.note == "Both"));
}

#[test]
fn for_good_stays_marked_under_its_last_name() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    // A skill that nothing else names.
    let text = std::fs::read_to_string(shipped().join("skills/kotlin.toml")).unwrap();
    site.publish(vec![("skills/zig.toml".into(), text.replace("Kotlin", "Zig"))]);
    alice.post("/skills/zig/mark", &[("mark", "strong"), ("note", "Kept"), ("version", "0")]);
    withdraw(&site, "zig", "retired", "");
    let list = alice.page("/skills/mine");
    assert!(list.text().contains("Zig no longer in the guide"), "{}", list.text());
    assert!(!list.links().contains(&"/skills/zig".to_owned()));
    let page = alice.page("/skills/zig/mark");
    assert_eq!(page.headings(1), ["Zig"]);
    assert_eq!(alice.fill(&page, "/skills/zig/mark", &[("note", "Still kept")]).status, 303);
    assert_eq!(ledger(&site, ALICE).marked["zig"].note, "Still kept");
    let statement = alice.page("/skills/mine/statement");
    assert_eq!(statement.headings(2), ["Other"]);
    // Nobody marks it anew.
    let mut charlie = join(&site, CHARLIE);
    assert_eq!(charlie.post("/skills/zig/mark", &DONE).status, 404);
}
