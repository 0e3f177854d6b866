//! Changing name, password and address.

use super::*;

#[test]
fn the_password_asks_for_the_old_one_and_ends_all_other_sessions() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut elsewhere) = (join(&site, ALICE), site.browser());
    sign_in(&mut elsewhere, ALICE, PASSWORD);
    let key_before = alice.cookies["waymark-session"].clone();

    let wrong = alice.post("/account/password", &[("old-password", OTHER), ("password", OTHER)]);
    assert_eq!(wrong.status, 422);
    alice.send("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);

    alice.page("/account");
    assert_ne!(alice.cookies["waymark-session"], key_before, "the key is a new one");
    assert_eq!(elsewhere.get("/account").status, 303);
    letter(&site, ALICE, "Your password on Waymark was changed");
    assert_eq!(
        site.visitor().get("/.well-known/change-password").header("location"),
        Some("/account/password")
    );
}

#[test]
fn the_password_twice_at_once_takes_one_of_both() {
    let Some(site) = Site::open() else { return };
    let (alice, mut elsewhere) = (join(&site, ALICE), site.browser());
    sign_in(&mut elsewhere, ALICE, PASSWORD);
    let third = "walnut saffron anchor meadow";
    let changes = [(alice, OTHER), (elsewhere, third)];

    let took = at_once(&changes, |(browser, new)| {
        let fields = [("old-password", PASSWORD), ("password", new)];
        let answer = browser.clone().post("/account/password", &fields);
        answer.header("location") == Some("/account?saved=yes")
    });

    assert_eq!(took.iter().filter(|took| **took).count(), 1, "{took:?}");
    let (kept, lost) = if took[0] { (OTHER, third) } else { (third, OTHER) };
    assert_eq!(sign_in(&mut site.browser(), ALICE, kept).status, 303);
    assert_eq!(sign_in(&mut site.browser(), ALICE, lost).status, 422);
}

#[test]
fn the_mail_address_ends_all_other_sessions() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut elsewhere) = (join(&site, ALICE), site.browser());
    sign_in(&mut elsewhere, ALICE, PASSWORD);
    for (new, reader) in
        [("alice@example.com", &mut alice.clone()), ("alice@example.net", &mut site.browser())]
    {
        alice.post("/account/address", &[("address", new), ("old-password", PASSWORD)]);
        let token = token(&letter(&site, new, "Confirm your new mail address"));
        let page = reader.send("/account/address/confirm", &[("token", &token)]);
        let own = page.headings(1) == ["Your account"];
        assert!(own || page.text().contains("Sign in with the new one"), "{}", page.text());
        assert_eq!(elsewhere.get("/account").status, 303);
        if own {
            alice.cookies = reader.cookies.clone();
        }
    }
    assert_eq!(alice.get("/account").status, 303, "confirmed in a browser that was not signed in");
}

#[test]
fn the_mail_address_tells_both_and_waits_for_the_new_one() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let new = "alice@example.com";

    let wrong = alice.post("/account/address", &[("address", new), ("old-password", OTHER)]);
    assert_eq!(wrong.status, 422);
    alice.post("/account/address", &[("address", new), ("old-password", PASSWORD)]);
    letter(&site, ALICE, "Somebody wants to change your mail address");
    let token = token(&letter(&site, new, "Confirm your new mail address"));
    assert_eq!(sign_in(&mut site.browser(), new, PASSWORD).status, 422, "not before it is confirmed");

    let path = format!("/account/address/confirm?token={token}");
    assert_eq!(alice.page(&path).headings(1), ["Confirm your new address"]);
    alice.send("/account/address/confirm", &[("token", &token)]);
    assert_eq!(sign_in(&mut site.browser(), new, PASSWORD).status, 303);
    assert_eq!(sign_in(&mut site.browser(), ALICE, PASSWORD).status, 422);
    letter(&site, ALICE, "Your mail address on Waymark was changed");
    letter(&site, new, "Your mail address on Waymark was changed");
}

#[test]
fn a_new_password_takes_back_what_a_thief_asked_for() {
    let Some(site) = Site::open() else { return };
    let mut thief = join(&site, ALICE);
    let new = "thief@example.com";
    thief.post("/account/address", &[("address", new), ("old-password", PASSWORD)]);
    let stolen = token(&letter(&site, new, "Confirm your new mail address"));
    let mut alice = site.browser();
    alice.post("/reset", &[("address", ALICE)]);
    let reset = token(&letter(&site, ALICE, "Set a new password"));
    alice.send("/reset/new", &[("token", &reset), ("password", OTHER)]);

    assert_eq!(thief.post("/account/address/confirm", &[("token", &stolen)]).status, 404);
    assert_eq!(sign_in(&mut alice, ALICE, OTHER).status, 303);
}

#[test]
fn to_an_address_that_somebody_has_tells_only_that_somebody() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    join(&site, "bob@example.org");
    let ask = |alice: &mut Browser, to: &str| {
        alice.post("/account/address", &[("address", to), ("old-password", PASSWORD)]).text()
    };
    assert_eq!(ask(&mut alice, "bob@example.org"), ask(&mut alice, "free@example.org"));
    letter(&site, "bob@example.org", "Somebody wanted your mail address");
}

#[test]
fn name_and_zone_are_kept_and_used() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let wrong = alice.post("/account", &[("name", "Alice"), ("zone", "Nowhere")]);
    assert_eq!(wrong.status, 422);
    let saved = alice.send("/account", &[("name", "A <b>lice</b>"), ("zone", "Pacific/Apia")]);
    assert!(saved.text().contains("It is saved"));
    assert!(alice.page("/account/security").text().contains("Pacific/Apia"));
}
