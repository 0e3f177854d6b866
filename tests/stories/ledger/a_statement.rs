//! The statement of skills.

use super::*;

#[test]
fn tells_what_somebody_can_do_by_kind_or_by_the_tiers_of_a_role() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    alice.post("/skills/react/mark", &[("mark", "can-do"), ("version", "0")]);
    alice.post("/skills/sql/mark", &[("mark", "learning"), ("version", "0")]);
    alice.post("/skills/git/mark", &[("mark", "not-for-me"), ("version", "0")]);

    let page = alice.page("/skills/mine/statement");
    assert_eq!(page.headings(1), ["Skills of Alice"]);
    assert_eq!(page.headings(2), ["Technologies"]);
    assert_eq!(page.class("row-name").iter().map(Html::text).collect::<Vec<_>>(), ["Java", "React"]);
    assert!(!page.text().contains("invoices"), "notes are told only if asked for");

    let page =
        alice.page("/skills/mine/statement?role=web-application-backend-development&learning=yes&notes=yes");
    assert_eq!(page.headings(2), ["Foundation", "Beside this role"]);
    assert_eq!(page.class("row-name").iter().map(Html::text).collect::<Vec<_>>(), ["Java", "SQL", "React"]);
    assert!(page.text().contains("Two years of invoices."));
    assert!(page.links().contains(&"https://example.org/archive".to_owned()));

    let answer = alice.get("/skills/mine/statement.md?role=web-application-backend-development&notes=yes");
    assert_eq!(answer.header("content-type"), Some("text/markdown; charset=utf-8"));
    let text = answer.text();
    assert!(text.starts_with("# Skills of Alice\n"), "{text}");
    assert!(text.contains("## Foundation\n\n- **Java**: strong\n  - Two years of invoices\\.\n"), "{text}");
    assert!(text.contains("  - [The archive](<https://example.org/archive>)\n"), "{text}");
    assert!(!text.contains("SQL"), "{text}");
    assert_eq!(alice.get("/skills/mine/statement?role=none-such").status, 404);
}
