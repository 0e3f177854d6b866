//! Recovering an account with a lost password.

use super::*;

#[test]
fn a_new_password_by_letter_ends_all_sessions() {
    let Some(site) = Site::open() else { return };
    let mut elsewhere = join(&site, ALICE);
    let mut alice = site.browser();

    let said = alice.post("/reset", &[("address", ALICE)]);
    assert_eq!(said.html().headings(1), ["Look into your mail"]);
    let token = token(&letter(&site, ALICE, "Set a new password"));
    alice.page(&format!("/reset/new?token={token}"));
    let weak = alice.post("/reset/new", &[("token", &token), ("password", "short")]);
    assert_eq!(weak.status, 422);
    let page = alice.send("/reset/new", &[("token", &token), ("password", OTHER)]);
    assert!(page.text().contains("Your new password is set"));

    assert_eq!(elsewhere.get("/account").status, 303);
    assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 422);
    assert_eq!(sign_in(&mut alice, ALICE, OTHER).status, 303);
    letter(&site, ALICE, "Your password on Waymark was changed");
    let again = alice.post("/reset/new", &[("token", &token), ("password", PASSWORD)]);
    assert_eq!(again.status, 404, "a link is good once");
}

#[test]
fn tells_nobody_whether_there_is_an_account() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE);
    let count = |site: &Site| -> (i64, i64) {
        let conn = &mut site.conn();
        (outbox::table.count().get_result(conn).unwrap(), tokens::table.count().get_result(conn).unwrap())
    };
    let before = count(&site);
    let known = site.browser().post("/reset", &[("address", ALICE)]);
    let after_known = count(&site);
    let unknown = site.browser().post("/reset", &[("address", "nobody@example.org")]);
    let after_unknown = count(&site);

    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    assert_eq!((after_known.0 - before.0, after_known.1 - before.1), (1, 1));
    assert_eq!((after_unknown.0 - after_known.0, after_unknown.1 - after_known.1), (1, 1));
    letter(&site, "nobody@example.org", "There is no account");
}

#[test]
fn a_link_is_good_for_an_hour_and_for_its_purpose() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE);
    let mut alice = site.browser();
    alice.post("/reset", &[("address", ALICE)]);
    let token = token(&letter(&site, ALICE, "Set a new password"));

    for path in ["/sign-up/confirm", "/account/address/confirm", "/invitation"] {
        assert_eq!(alice.get(&format!("{path}?token={token}")).status, 404, "{path}");
    }
    site.later(TimeDelta::minutes(61));
    assert_eq!(alice.get(&format!("/reset/new?token={token}")).status, 404);
}
