//! Staff whose rights count only after a second step.

use super::*;

fn strict() -> Option<Site> {
    Site::of_its_own(&[("WAYMARK_STAFF_SECOND_FACTOR", "required")])
}

#[test]
fn are_led_to_set_one_up_and_have_a_members_rights_until_then() {
    let Some(site) = strict() else { return };
    join(&site, BOB, Rights::Editor);
    let mut bob = site.browser();
    let answer =
        bob.post("/sign-in", &[("address", BOB), ("password", PASSWORD), ("next", "/account/security")]);
    let to = answer.header("location").unwrap();
    assert_eq!(to, "/account/factors?next=%2Faccount%2Fsecurity");
    let page = bob.page(to);
    assert!(page.id("prove").text().contains("rights of: editor"), "{}", page.text());
    assert!(page.links().contains(&"/account/security".to_owned()), "the way goes on");
    assert!(bob.page("/account").text().contains("count once you have shown"));
    assert_eq!(bob.get("/admin").header("location"), Some("/account/factors?next=%2Fadmin"));
    let refused = bob.post("/admin/roles/new", &[("slug", "x")]);
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("shown a passkey or a code"), "{}", refused.text());

    let preview = "/roles?preview=role/nothing-like-it";
    assert_eq!(bob.get(preview).status, 200, "to him as to everybody else");

    let (app, _) = set_up(&site, &mut bob);
    bob.page("/admin");
    assert_eq!(bob.get(preview).status, 404, "there is no such draft");
    assert!(!bob.page("/account").text().contains("count once you have shown"));
    assert!(!bob.page("/account/factors").ids().contains("prove"));
    let mut there = at_the_code(&site, BOB);
    let answer = try_code(&mut there, &app.next(&site));
    assert_eq!(answer.header("location"), Some("/account"));
    assert!(!there.page("/account").text().contains("count once you have shown"));
    // A new password changes nothing about what was shown.
    there.send("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);
    assert!(!there.page("/account").text().contains("count once you have shown"));
}

#[test]
fn with_a_passkey_show_it_or_a_recovery_code_before_anything_counts() {
    let Some(site) = strict() else { return };
    join(&site, BOB, Rights::Publisher);
    let mut bob = signed_in(&site, BOB);
    let (mut passkey, answer) = add(&site, &mut bob, "Laptop");
    let recovery = codes(&answer.html());

    // Whoever has the password alone can neither use the rights nor add a factor of their own.
    let mut thief = signed_in(&site, BOB);
    assert!(thief.page("/account").text().contains("count once you have shown"));
    assert!(thief.page("/account/factors").ids().contains("prove"));
    for (path, fields) in [
        ("/account/app", vec![("password", PASSWORD)]),
        ("/account/passkeys/new", vec![("name", "Mine"), ("password", PASSWORD)]),
        ("/account/recovery", vec![("password", PASSWORD)]),
    ] {
        let answer = thief.post(path, &fields);
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.text().contains("signed in with the password alone"), "{path}");
    }
    let guess = thief.post("/account/factors/prove", &[("code", "abcd-efgh-ijkl-mnop")]);
    assert_eq!(guess.status, 422);

    let mut there = site.browser();
    let asked = asked(&mut there);
    assert_eq!(open(&mut there, &passkey.sign(&asked)).header("location"), Some("/account/security"));
    assert!(!there.page("/account").text().contains("count once you have shown"));
    let mut lost = signed_in(&site, BOB);
    let key = lost.cookies["waymark-session"].clone();
    let page = lost.send("/account/factors/prove", &[("code", &recovery[0]), ("next", "/account")]);
    assert!(page.text().contains("has shown a second factor"), "{}", page.text());
    assert_ne!(lost.cookies["waymark-session"], key, "the key is a new one");
    assert!(!lost.page("/account").text().contains("count once you have shown"));
}

#[test]
fn who_were_invited_are_led_there_as_well() {
    let Some(site) = strict() else { return };
    let address = MailAddress::parse(BOB).unwrap();
    waymark::accounts::invite(&mut site.conn(), &site.office, &address, Rights::Editor, site.now()).unwrap();
    let link = letter(&site, BOB, "You are invited").link();
    let token = link.split_once("token=").unwrap().1;
    let fields = [("token", token), ("password", PASSWORD), ("zone", "UTC")];
    let answer = site.browser().post("/invitation", &fields);
    assert_eq!(answer.header("location"), Some("/account/factors?next=%2Faccount"));
}

#[test]
fn who_remove_their_last_one_have_a_members_rights_again() {
    let Some(site) = strict() else { return };
    join(&site, BOB, Rights::Editor);
    let mut bob = signed_in(&site, BOB);
    let (app, _) = set_up(&site, &mut bob);
    let mut elsewhere = at_the_code(&site, BOB);
    assert_eq!(try_code(&mut elsewhere, &app.next(&site)).status, 303);
    bob.send("/account/app/remove", &[("password", PASSWORD), ("code", &app.next(&site))]);
    assert!(bob.page("/account").text().contains("count once you have shown"));
    assert!(!is_in(&mut elsewhere));

    let (_, added) = add(&site, &mut bob, "Laptop");
    assert_eq!(added.status, 200);
    assert!(!bob.page("/account").text().contains("count once you have shown"));
    let id: String = passkeys::table.select(passkeys::id).first(&mut site.conn()).unwrap();
    bob.send("/account/passkeys/remove", &[("passkey", &id), ("password", PASSWORD)]);
    assert!(bob.page("/account").text().contains("count once you have shown"));
}

#[test]
fn who_lost_everything_are_helped_by_a_command() {
    let Some(url) = guide() else { return };
    let site = Site::on(&url, None);
    let mut alice = member(&site, ALICE);
    set_up(&site, &mut alice);
    add(&site, &mut alice, "Laptop");
    let folder = site.config.data.display().to_string();
    let run = |address: &str| {
        let secret = "known to the tests and to nobody else";
        let settings = [("DATABASE_URL", &*url), ("WAYMARK_DATA", &*folder), ("WAYMARK_SECRET", secret)];
        let out = waymark(&["user", "forget-factors", address], &settings).output().unwrap();
        String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
    };

    assert!(run("nobody@example.org").contains("has no account"));
    let said = run(ALICE);
    assert!(said.contains("signs in with the password alone now"), "{said}");
    assert!(!is_in(&mut alice));
    letter(&site, ALICE, "You sign in to Waymark with the password alone now");
    assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).header("location"), Some("/account"));
    assert!(alice.page("/account/factors").text().contains("You have none"));
    assert!(alice.page("/account/security").text().contains("were taken away"));
}

#[test]
fn are_concerned_alone_and_only_where_it_is_asked_for() {
    let Some(site) = strict() else { return };
    let mut alice = member(&site, ALICE);
    assert!(!alice.page("/account").text().contains("count once"));
    let Some(site) = Site::open() else { return };
    join(&site, BOB, Rights::Admin);
    let mut bob = site.browser();
    assert_eq!(sign_in(&mut bob, BOB, PASSWORD).header("location"), Some("/account"));
    assert!(!bob.page("/account").text().contains("count once"));
}
