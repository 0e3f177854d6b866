//! What is left of follows when somebody leaves.

use super::*;

#[test]
fn takes_all_of_it_along_and_old_links_say_nothing() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let key = post(&site, ALICE, List::Follows, "digest/1");

    let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
    assert_eq!(left.html().headings(1), ["Your account is deleted"]);

    let conn = &mut site.conn();
    let counts: [i64; 4] = [
        interests::table.count().get_result(conn).unwrap(),
        subscriptions::table.count().get_result(conn).unwrap(),
        list_keys::table.count().get_result(conn).unwrap(),
        outbox::table.filter(outbox::subscription.is_not_null()).count().get_result(conn).unwrap(),
    ];
    assert_eq!(counts, [0; 4]);
    let mut anyone = site.browser();
    assert_eq!(anyone.page(&Key::preferences(&key)).headings(1), ["No letters belong to this link"]);
    let one_click =
        site.visitor().send_body("POST", &Key::unsubscribe(&key), &[], b"List-Unsubscribe=One-Click");
    assert_eq!(one_click.status, 200);
    assert!(!site.letters().to(ALICE).iter().any(|letter| letter.subject == "What changed this week"));
}
