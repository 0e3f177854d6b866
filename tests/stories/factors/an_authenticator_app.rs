//! An authenticator app: setting it up, its codes, losing it.

use super::*;

#[test]
fn is_on_once_its_first_code_is_typed_and_asked_for_from_then_on() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut elsewhere) = (member(&site, ALICE), signed_in(&site, ALICE));

    let wrong = alice.post("/account/app", &[("password", OTHER)]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("not your password"));
    let page = alice.post("/account/app", &[("password", PASSWORD)]).html();
    let (app, token) = (App::reading(&page), page.field("token"));
    assert!(page.links().iter().any(|link| link.starts_with("otpauth://totp/Waymark:alice%40example.org?")));
    assert_eq!(page.class("qr").len(), 1);
    for code in ["", "000", "abcdef", "１２３４５６", &app.code(&site, -90), &"9".repeat(30_000)] {
        let refused = alice.post("/account/app/confirm", &[("token", &token), ("code", code)]);
        assert_eq!(refused.status, 422, "{code}");
        assert!(refused.text().contains("not the code that the app shows now"));
        assert_eq!(App::reading(&refused.html()).0, app.0, "the secret stays the same");
    }
    assert_eq!(
        sign_in(&mut site.browser(), ALICE, PASSWORD).header("location"),
        Some("/account"),
        "not on yet"
    );

    let page = alice.post("/account/app/confirm", &[("token", &token), ("code", &app.code(&site, 0))]);
    assert_eq!(codes(&page.html()).len(), 10);
    letter(&site, ALICE, "An authenticator app was set up");
    assert!(!is_in(&mut elsewhere), "sessions without a code are ended");
    assert!(is_in(&mut alice));

    let mut there = at_the_code(&site, ALICE);
    assert!(!is_in(&mut there), "the password alone opens nothing");
    let code = app.next(&site);
    let spaced = format!(" {} {}\u{a0}", &code[..3], &code[3..]);
    let answer = try_code(&mut there, &spaced);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account")), "{}", answer.text());
    assert!(is_in(&mut there));
    let events = there.page("/account/security").id("events").text();
    for told in ["An authenticator app was set up", "with the password and a code"] {
        assert!(events.contains(told), "{events}");
    }
}

#[test]
fn takes_each_code_once_and_none_that_is_old_wrong_or_none() {
    let Some(site) = Site::open() else { return };
    let (app, _) = set_up(&site, &mut member(&site, ALICE));
    let used = app.next(&site);
    assert_eq!(try_code(&mut at_the_code(&site, ALICE), &used).status, 303);

    let mut there = at_the_code(&site, ALICE);
    let old = app.code(&site, -120);
    for (code, told) in [
        (used.as_str(), "used already"),
        (&old, "not good"),
        ("", "six digits"),
        ("12345", "six digits"),
        ("12345a", "six digits"),
        ("+12345", "six digits"),
        ("\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "six digits"),
        ("abcd-efgh-abcd-efgh", "none of your recovery codes"),
        (&"1".repeat(40_000), "six digits"),
    ] {
        let answer = try_code(&mut there, code);
        assert_eq!(answer.status, 422, "{code}");
        assert!(answer.html().class("error")[0].text().contains(told), "{code}: {}", answer.html().text());
    }
    assert_eq!(try_code(&mut there, &"1".repeat(1_000_000)).status, 413);
    assert!(!is_in(&mut there));
    // The clock of a device may be half a minute slow.
    site.later(TimeDelta::seconds(90));
    assert_eq!(try_code(&mut there, &app.code(&site, -30)).status, 303);
    assert!(there.page("/account/security").text().contains("A wrong code was refused"));
}

#[test]
fn lets_one_in_when_a_code_is_typed_in_many_places_at_once() {
    let Some(site) = Site::open() else { return };
    let (app, codes) = set_up(&site, &mut member(&site, ALICE));
    for code in [app.next(&site), codes[0].clone()] {
        let browsers: Vec<Browser> = (0..4).map(|_| at_the_code(&site, ALICE)).collect();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries = browsers.into_iter().map(|mut browser| {
                let code = &code;
                scope.spawn(move || try_code(&mut browser, code).status)
            });
            let tries: Vec<_> = tries.collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    }
}

#[test]
fn changes_nothing_about_a_wrong_password() {
    let Some(site) = Site::open() else { return };
    set_up(&site, &mut member(&site, ALICE));
    join(&site, BOB, Rights::Member);
    let wrong = |address: &str| {
        let answer = site.browser().post("/sign-in", &[("address", address), ("password", OTHER)]);
        (answer.status, answer.text().replace(address, ""))
    };

    assert_eq!(wrong(ALICE), wrong(BOB));
    assert_eq!(wrong(ALICE), wrong("nobody@example.org"));
}

#[test]
fn asks_between_the_password_and_where_one_was() {
    let Some(site) = Site::open() else { return };
    let (app, _) = set_up(&site, &mut member(&site, ALICE));
    for (next, to) in [("/account/security", "/account/security"), ("//evil.example", "/account")] {
        let mut alice = site.browser();
        alice.post("/sign-in", &[("address", ALICE), ("password", PASSWORD), ("next", next)]);
        let answer = try_code(&mut alice, &app.next(&site));
        assert_eq!((answer.status, answer.header("location")), (303, Some(to)));
    }

    let mut alice = site.browser();
    alice.post("/account", &[("name", "Alice the Second"), ("zone", "UTC")]);
    sign_in(&mut alice, ALICE, PASSWORD);
    let resume = alice.send("/sign-in/code", &[("code", &app.next(&site))]);
    assert!(resume.text().contains("Alice the Second"), "{}", resume.text());
}

#[test]
fn leaves_a_sign_in_half_done_for_ten_minutes_and_in_one_browser() {
    let Some(site) = Site::open() else { return };
    let (app, _) = set_up(&site, &mut member(&site, ALICE));
    let mut alice = at_the_code(&site, ALICE);
    let count: i64 = sessions::table.count().get_result(&mut site.conn()).unwrap();

    let mut mallory = site.browser();
    assert_eq!(mallory.get("/sign-in/code").status, 404);
    assert_eq!(try_code(&mut mallory, &app.next(&site)).status, 404);
    mallory.cookies.insert("waymark-step".into(), "x".repeat(43));
    assert_eq!(try_code(&mut mallory, &app.code(&site, 0)).status, 404);
    assert_eq!(alice.page("/sign-in/code").headings(1), ["Type a code"]);
    assert_eq!(sessions::table.count().get_result::<i64>(&mut site.conn()).unwrap(), count, "no session");

    site.later(TimeDelta::minutes(10));
    let late = try_code(&mut alice, &app.next(&site));
    assert_eq!(late.status, 404);
    assert!(late.text().contains("Sign in again"));
    assert!(!is_in(&mut alice));
}

#[test]
fn of_somebody_whose_password_is_known_slows_guesses_down_and_locks_nobody_out() {
    let Some(site) = Site::open() else { return };
    let (app, _) = set_up(&site, &mut member(&site, ALICE));
    let mut alice = at_the_code(&site, ALICE);
    assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303);
    alice.send("/sign-out", &[]);

    let mut mallory = at_the_code(&site, ALICE);
    for _ in 0..5 {
        assert_eq!(try_code(&mut mallory, "000000").status, 422);
    }
    let refused = try_code(&mut mallory, &app.next(&site));
    assert_eq!(refused.status, 429, "even with the right code");
    assert!(refused.text().contains("Try again in"), "{}", refused.text());
    letter(&site, ALICE, "Wrong codes were typed");

    assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).header("location"), Some("/sign-in/code"));
    assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303, "on her own device");
    // Nor does patience help: there is a limit for a day as well.
    let mut tries = 5;
    for _ in 0..8 {
        site.later(TimeDelta::minutes(16));
        let mut mallory = at_the_code(&site, ALICE);
        while try_code(&mut mallory, "000000").status == 422 {
            tries += 1;
        }
    }
    // One of the thirty was Alice's, before her device was known.
    assert_eq!(tries, 29);
    let told = site.letters();
    let told = told.to(ALICE).iter().filter(|letter| letter.subject.starts_with("Wrong codes")).count();
    assert_eq!(told, 1, "once a day");
}

#[test]
fn makes_no_device_known_by_the_password_alone() {
    let Some(site) = Site::open() else { return };
    set_up(&site, &mut member(&site, ALICE));
    let known = || devices::table.count().get_result::<i64>(&mut site.conn()).unwrap();
    let before = known();
    at_the_code(&site, ALICE);
    assert_eq!(known(), before);
}

#[test]
fn is_asked_for_after_a_new_password_by_letter_too() {
    let Some(site) = Site::open() else { return };
    let (app, _) = set_up(&site, &mut member(&site, ALICE));
    let mut thief = at_the_code(&site, ALICE);
    let mut alice = site.browser();
    alice.post("/reset", &[("address", ALICE)]);
    let link = letter(&site, ALICE, "Set a new password").link();
    let token = link.split_once("token=").unwrap().1;
    alice.send("/reset/new", &[("token", token), ("password", OTHER)]);

    assert_eq!(try_code(&mut thief, &app.next(&site)).status, 404, "what was half done is over");
    let answer = alice.post("/sign-in", &[("address", ALICE), ("password", OTHER)]);
    assert_eq!(answer.header("location"), Some("/sign-in/code"));
    assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303);
}

#[test]
fn is_removed_with_the_password_and_a_code() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    assert_eq!(alice.get("/account/app/remove").status, 404, "there is none");
    let (app, _) = set_up(&site, &mut alice);
    assert_eq!(alice.page("/account/app/remove").headings(1), ["Remove the authenticator app"]);
    let again = alice.post("/account/app", &[("password", PASSWORD)]);
    assert!(again.text().contains("You have an authenticator app already"), "{}", again.text());
    assert_eq!(alice.get("/account/app").header("location"), Some("/account/factors"));

    let code = app.next(&site);
    for fields in [
        [("password", OTHER), ("code", code.as_str())],
        [("password", PASSWORD), ("code", "000000")],
        [("password", PASSWORD), ("code", "")],
    ] {
        assert_eq!(alice.post("/account/app/remove", &fields).status, 422, "{fields:?}");
    }
    let page = alice.send("/account/app/remove", &[("password", PASSWORD), ("code", &code)]);
    assert!(page.text().contains("The authenticator app is removed"), "{}", page.text());
    letter(&site, ALICE, "Your authenticator app was removed");
    assert_eq!(sign_in(&mut site.browser(), ALICE, PASSWORD).header("location"), Some("/account"));
    let left: i64 = recovery_codes::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 0, "there is nothing left to recover");
}

#[test]
fn of_somebody_else_is_set_up_by_nobody() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut mallory) = (member(&site, ALICE), member(&site, "mallory@example.org"));
    let page = mallory.post("/account/app", &[("password", PASSWORD)]).html();
    let (app, token) = (App::reading(&page), page.field("token"));

    let fields = [("token", token.as_str()), ("code", &app.code(&site, 0))];
    assert_eq!(alice.post("/account/app/confirm", &fields).status, 404);
    assert_eq!(alice.post("/account/app/confirm", &[("token", ""), ("code", "1")]).status, 404);
    site.later(TimeDelta::minutes(31));
    let late = [("token", token.as_str()), ("code", &app.code(&site, 0))];
    assert_eq!(mallory.post("/account/app/confirm", &late).status, 404);
}

#[test]
fn shares_a_secret_that_lies_sealed_in_the_database() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    let page = alice.post("/account/app", &[("password", PASSWORD)]).html();
    let (app, token) = (App::reading(&page), page.field("token"));
    let words = BASE32_NOPAD.encode(&app.0);
    let waiting: Vec<String> = tokens::table.select(tokens::detail).load(&mut site.conn()).unwrap();
    alice.post("/account/app/confirm", &[("token", &token), ("code", &app.code(&site, 0))]);
    let kept: Vec<String> =
        authenticator_apps::table.select(authenticator_apps::sealed).load(&mut site.conn()).unwrap();

    assert_eq!(kept.len(), 1);
    for lies in waiting.iter().chain(&kept) {
        for secret in [&words, &data_encoding::BASE64.encode(&app.0), &data_encoding::HEXLOWER.encode(&app.0)]
        {
            assert!(!lies.contains(secret.as_str()), "{lies}");
        }
    }
}
