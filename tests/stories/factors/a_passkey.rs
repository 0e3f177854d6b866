//! Passkeys: adding, signing in, removing, and what is refused.

use super::*;

#[test]
fn is_added_listed_used_and_removed() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    let wrong = alice.post("/account/passkeys/new", &[("name", "Laptop"), ("password", OTHER)]);
    assert_eq!((wrong.status, wrong.html().field("name")), (422, "Laptop".into()));
    let (mut passkey, answer) = add(&site, &mut alice, "The <b>laptop</b>");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(codes(&answer.html()).len(), 10, "recovery codes come with the first");
    letter(&site, ALICE, "A passkey was added");
    assert!(is_in(&mut alice));
    let (_, second) = add(&site, &mut alice, "Phone");
    assert_eq!(second.header("location"), Some("/account/factors?done=passkey-added"));
    let listed = alice.page("/account/factors").id("passkeys").text();
    assert!(listed.contains("The <b>laptop</b>") && listed.contains("Phone"), "{listed}");
    assert!(listed.contains("never"), "{listed}");

    let mut there = site.browser();
    let asked = asked(&mut there);
    assert_eq!(asked["rpId"], "localhost");
    let answer = open(&mut there, &passkey.sign(&asked));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account/security")));
    let events = there.page("/account/security").id("events").text();
    assert!(
        events.contains("Signed in with a passkey") && events.contains("A passkey was added"),
        "{events}"
    );

    let page = there.page("/account/factors");
    let links = page.id("passkeys").links();
    let removal = links.iter().find(|link| link.contains("/remove?")).unwrap();
    assert!(there.page(removal).text().contains("The <b>laptop</b>"));
    let id = removal.split_once('=').unwrap().1;
    assert_eq!(there.post("/account/passkeys/remove", &[("passkey", id), ("password", OTHER)]).status, 422);
    let page = there.send("/account/passkeys/remove", &[("passkey", id), ("password", PASSWORD)]);
    assert!(!page.id("passkeys").text().contains("laptop"));
    letter(&site, ALICE, "A passkey was removed");
    let mut again = site.browser();
    let asked = super::asked(&mut again);
    assert_eq!(open(&mut again, &passkey.sign(&asked)).status, 422, "it is removed");
    assert!(!is_in(&mut again));
}

#[test]
fn stands_in_for_password_and_code() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    let (app, codes) = set_up(&site, &mut alice);
    let (mut passkey, answer) = add(&site, &mut alice, "Laptop");
    assert_eq!(answer.status, 303, "the recovery codes that there are stay good");
    let mut there = site.browser();
    let asked = asked(&mut there);
    assert_eq!(open(&mut there, &passkey.sign(&asked)).status, 303);

    let mut with_password = at_the_code(&site, ALICE);
    assert!(with_password.page("/sign-in/code").text().contains("Use a passkey instead"));
    assert_eq!(try_code(&mut with_password, &app.next(&site)).status, 303);
    assert_eq!(try_code(&mut at_the_code(&site, ALICE), &codes[0]).status, 303);
}

#[test]
fn that_answers_somebody_else_or_is_locked_or_copied_opens_nothing() {
    let Some(site) = Site::open() else { return };
    let (passkey, _) = add(&site, &mut member(&site, ALICE), "Laptop");
    type Change = fn(&mut Passkey);
    let forged: [(&str, Change); 5] = [
        ("another site's page", |passkey| passkey.origin = "https://evil.example".into()),
        ("the same name by another port", |passkey| passkey.origin = "http://localhost:1".into()),
        ("another name", |passkey| passkey.site = "evil.example".into()),
        ("nobody unlocked it", |passkey| passkey.unlocked = false),
        ("a copy that counts from the start", |passkey| passkey.count = 0),
    ];
    let mut good = passkey.clone();
    good.count = 7;
    let mut alice = site.browser();
    let question = asked(&mut alice);
    assert_eq!(open(&mut alice, &good.sign(&question)).status, 303);
    for (what, change) in forged {
        let mut bad = good.clone();
        change(&mut bad);
        let mut mallory = site.browser();
        let question = asked(&mut mallory);
        let answer = open(&mut mallory, &bad.sign(&question));
        assert_eq!(answer.status, 422, "{what}");
        assert!(answer.text().contains("did not open an account"), "{what}");
        assert!(!is_in(&mut mallory), "{what}");
    }
    assert!(alice.page("/account/security").text().contains("A sign-in with a passkey was refused"));
}

#[test]
fn answers_a_question_once_in_the_browser_that_was_asked_and_within_five_minutes() {
    let Some(site) = Site::open() else { return };
    let (mut passkey, _) = add(&site, &mut member(&site, ALICE), "Laptop");
    let (mut alice, mut mallory) = (site.browser(), site.browser());
    let question = asked(&mut alice);
    let answer = passkey.sign(&question);
    assert_eq!(open(&mut mallory, &answer).status, 422, "without the cookie");
    asked(&mut mallory);
    assert_eq!(open(&mut mallory, &answer).status, 422, "to another question");

    let cookie = alice.cookies["waymark-passkey"].clone();
    assert_eq!(open(&mut alice, &answer).status, 303);
    mallory.cookies.insert("waymark-passkey".into(), cookie);
    assert_eq!(open(&mut mallory, &answer).status, 422, "a second time");
    assert!(!is_in(&mut mallory));

    let mut late = site.browser();
    let question = asked(&mut late);
    site.later(TimeDelta::minutes(6));
    assert_eq!(open(&mut late, &passkey.sign(&question)).status, 422);
}

#[test]
fn that_is_nonsense_is_refused_with_what_to_do() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    let deep = "[".repeat(20_000);
    for nonsense in ["", "null", "{}", "\0", &deep, r#"{"id":"AA","rawId":"AA","type":"public-key"}"#] {
        asked(&mut site.browser());
        let mut there = site.browser();
        asked(&mut there);
        assert_eq!(open(&mut there, nonsense).status, 422, "{}", &nonsense[..nonsense.len().min(9)]);
        let page = begin(&mut alice, "Laptop");
        let fields = [("token", page.field("token")), ("answer", nonsense.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = alice.post("/account/passkeys/confirm", &fields);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("Nothing was changed"), "{}", answer.text());
        assert_eq!(answer.html().field("name"), "Laptop");
    }
    assert_eq!(open(&mut site.browser(), &"x".repeat(1_000_000)).status, 413);
    for name in ["", "  ", &"x".repeat(61), "a\u{202e}b", "a\r\nb"] {
        let fields = [("name", name), ("password", PASSWORD)];
        assert_eq!(alice.post("/account/passkeys/new", &fields).status, 422, "{name:?}");
    }
    assert_eq!(passkeys::table.count().get_result::<i64>(&mut site.conn()).unwrap(), 0);
}

#[test]
fn is_added_to_the_account_of_whoever_asked_and_once() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut mallory) = (member(&site, ALICE), member(&site, "mallory@example.org"));
    let page = begin(&mut alice, "Laptop");
    let passkey = Passkey::new(&options(&page), &site.visitor().site());
    let fields = [("token", page.field("token")), ("answer", passkey.introduce(&options(&page)))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(mallory.post("/account/passkeys/confirm", &fields).status, 404);
    let mut elsewhere = signed_in(&site, ALICE);
    assert_eq!(elsewhere.post("/account/passkeys/confirm", &fields).status, 404, "another session");
    assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 200);
    assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 404, "a second time");

    // A device that has one is told so, and one that gives it out again is refused.
    let page = begin(&mut alice, "Laptop again");
    assert_eq!(options(&page)["excludeCredentials"].as_array().unwrap().len(), 1);
    for mut forged in [passkey.clone(), Passkey::new(&options(&page), "https://evil.example")] {
        let page = begin(&mut alice, "Again");
        forged.count += 1;
        let answer = forged.introduce(&options(&page));
        let fields = [("token", page.field("token")), ("answer", answer)];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 422);
    }
    let page = begin(&mut mallory, "Stolen");
    let fields = [("token", page.field("token")), ("answer", passkey.introduce(&options(&page)))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let known = mallory.post("/account/passkeys/confirm", &fields);
    assert_eq!(known.status, 422);
    assert!(known.text().contains("known already"), "{}", known.text());
}

#[test]
fn is_removed_by_its_person_and_nobody_else() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut charlie) = (member(&site, ALICE), member(&site, "charlie@example.org"));
    add(&site, &mut alice, "Laptop");
    let ids: Vec<String> = passkeys::table.select(passkeys::id).load(&mut site.conn()).unwrap();
    for id in [ids[0].as_str(), "", "\0", "x"] {
        let fields = [("passkey", id), ("password", PASSWORD)];
        assert_eq!(charlie.post("/account/passkeys/remove", &fields).status, 404, "{id:?}");
    }
    assert_eq!(charlie.get(&format!("/account/passkeys/remove?passkey={}", ids[0])).status, 404);
    assert_eq!(passkeys::table.count().get_result::<i64>(&mut site.conn()).unwrap(), 1);
}

#[test]
fn is_not_offered_where_the_site_is_opened_by_a_number() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE, Rights::Member);
    let mut alice = Browser::of(site.visitor().at_host(&format!("127.0.0.1:{}", site.config.address.port())));
    sign_in(&mut alice, ALICE, PASSWORD);
    let told = alice.page("/account/passkeys/new");
    let own = site.visitor().site();
    assert!(told.text().contains(&format!("They work at: {own}")), "{}", told.text());
    assert!(told.links().contains(&format!("{own}/account/passkeys/new")));
    let told = alice.post("/sign-in/passkey", &[]);
    assert_eq!(told.status, 422);
    assert!(told.html().links().contains(&format!("{own}/sign-in")));
}

#[test]
fn works_behind_https_and_says_where_it_cannot() {
    let Some(site) = Site::behind("https://guide.example.org") else { return };
    join(&site, ALICE, Rights::Member);
    let mut alice = Browser::of(site.visitor().at_host("guide.example.org"));
    sign_in(&mut alice, ALICE, PASSWORD);
    let page = begin(&mut alice, "Laptop");
    let mut passkey = Passkey::new(&options(&page), "https://guide.example.org");
    assert_eq!(passkey.site, "guide.example.org");
    let fields = [("token", page.field("token")), ("answer", passkey.introduce(&options(&page)))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 200);
    let mut there = Browser::of(site.visitor().at_host("guide.example.org"));
    let page = there.post("/sign-in/passkey", &[]);
    let cookie = page.headers("set-cookie").next().unwrap().to_owned();
    assert!(cookie.starts_with("__Secure-passkey=") && cookie.contains("Secure"), "{cookie}");
    assert_eq!(open(&mut there, &passkey.sign(&options(&page.html()))).status, 303);

    let Some(site) = Site::behind("https://192.0.2.7") else { return };
    let mut numbered = Browser::of(site.visitor().at_host("192.0.2.7"));
    let told = numbered.post("/sign-in/passkey", &[]);
    assert_eq!(told.status, 422);
    assert!(told.text().contains("Use the password here"), "{}", told.text());
}
