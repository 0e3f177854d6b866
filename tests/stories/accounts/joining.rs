//! Joining: sign-up, the letter, the confirmation.

use super::*;

#[test]
fn takes_a_form_a_letter_and_the_password_once_more() {
    let Some(site) = Site::open() else { return };
    let mut alice = site.browser();

    let said = sign_up(&mut alice, ALICE, PASSWORD);
    assert_eq!(said.html().headings(1), ["Look into your mail"]);
    let token = token(&letter(&site, ALICE, "Confirm your mail address"));

    // Looking at the page changes nothing, however often.
    let path = format!("/sign-up/confirm?token={token}");
    for _ in 0..2 {
        assert_eq!(alice.page(&path).headings(1), ["Confirm your address"]);
    }
    assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 422);

    let wrong = alice.post("/sign-up/confirm", &[("token", &token), ("password", OTHER)]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("not the password of this sign-up"));

    let own = alice.send("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
    assert!(own.text().contains("Signed in as alice@example.org"));
    assert_eq!(alice.get(&path).status, 404, "a link is good once");
}

#[test]
fn tells_nobody_whether_there_is_an_account() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE);
    let (outbox_before, tokens_before) = (rows(&site).0, rows(&site).1);

    let known = sign_up(&mut site.browser(), ALICE, OTHER);
    let (outbox_known, tokens_known) = (rows(&site).0, rows(&site).1);
    let unknown = sign_up(&mut site.browser(), "nobody@example.org", OTHER);
    let (outbox_unknown, tokens_unknown) = (rows(&site).0, rows(&site).1);

    assert_eq!(known.text(), unknown.text());
    assert_eq!(outbox_known - outbox_before, outbox_unknown - outbox_known, "a letter each");
    assert_eq!((tokens_known - tokens_before, tokens_unknown - tokens_known), (0, 1));
    letter(&site, ALICE, "You have an account on Waymark already");
    // The old password is still the one.
    assert_eq!(sign_in(&mut site.browser(), ALICE, OTHER).status, 422);
    assert_eq!(sign_in(&mut site.browser(), ALICE, PASSWORD).status, 303);
}

fn rows(site: &Site) -> (i64, i64) {
    let conn = &mut site.conn();
    (outbox::table.count().get_result(conn).unwrap(), tokens::table.count().get_result(conn).unwrap())
}

#[test]
fn twice_with_one_address_makes_one_account() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut bob) = (site.browser(), site.browser());
    sign_up(&mut bob, "ALICE@Example.org", OTHER);
    let bobs = token(&letter(&site, "ALICE@example.org", "Confirm"));
    sign_up(&mut alice, ALICE, PASSWORD);
    let alices = token(&letter(&site, ALICE, "Confirm"));

    // The owner of the mailbox opens the link of the stranger's sign-up and types her own password.
    let refused = alice.post("/sign-up/confirm", &[("token", &bobs), ("password", PASSWORD)]);
    assert_eq!(refused.status, 422);
    alice.send("/sign-up/confirm", &[("token", &alices), ("password", PASSWORD)]);

    let late = bob.post("/sign-up/confirm", &[("token", &bobs), ("password", OTHER)]);
    assert_eq!(late.status, 404);
    let count: i64 = people::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(count, 1);
}

#[test]
fn twice_at_once_makes_one_account() {
    let Some(site) = Site::open() else { return };
    let tokens: Vec<String> = ["alice@example.org", "Alice@Example.org"]
        .into_iter()
        .map(|address| {
            sign_up(&mut site.browser(), address, PASSWORD);
            token(&letter(&site, &address.replace("Example", "example"), "Confirm"))
        })
        .collect();
    let made: Vec<u16> = at_once(&tokens, |token| {
        let fields = [("token", token.as_str()), ("password", PASSWORD)];
        site.browser().post("/sign-up/confirm", &fields).status
    });

    assert_eq!(made.iter().filter(|status| **status == 303).count(), 1, "{made:?}");
    assert!(made.contains(&404), "{made:?}");
    let count: i64 = people::table.count().get_result(&mut site.conn()).unwrap();
    let left: i64 = tokens::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!((count, left), (1, 0), "the other link is good for nothing");
}

#[test]
fn a_link_is_good_for_a_day() {
    let Some(site) = Site::open() else { return };
    let mut alice = site.browser();
    sign_up(&mut alice, ALICE, PASSWORD);
    let token = token(&letter(&site, ALICE, "Confirm"));

    site.later(TimeDelta::hours(25));

    let late = alice.post("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
    assert_eq!(late.status, 404);
    assert!(late.text().contains("Sign up again"));
}

#[test]
fn says_what_is_wrong_and_keeps_what_was_typed() {
    let Some(site) = Site::shared() else { return };
    let long = "x".repeat(5000);
    for (field, value, told) in [
        ("address", "", "Write your mail address"),
        ("address", "alice", "not a mail address"),
        ("address", "alice@example.org\r\nBcc: bob@example.org", "not a mail address"),
        ("address", "al\u{202e}ice@example.org", "outside a to z"),
        ("address", long.as_str(), "not a mail address"),
        ("password", "", "at least 12 characters"),
        ("password", "correct", "at least 12 characters"),
        ("password", "passwordpassword", "guessed"),
        ("password", long.as_str(), "at most 1000 characters"),
        ("name", long.as_str(), "longer than 80"),
        ("name", "Ali\u{0}ce", "cannot be seen"),
        ("name", "Alice\r\nSubject: x", "cannot be seen"),
        ("name", "\u{202e}ecilA", "cannot be seen"),
        ("zone", "Middle/Earth", "Choose a time zone"),
        ("zone", "", "Choose a time zone"),
    ] {
        let mut fields =
            vec![("address", ALICE), ("password", PASSWORD), ("name", "Alice 😀"), ("zone", "UTC")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));

        let answer = site.browser().post("/sign-up", &fields);

        assert_eq!(answer.status, 422, "{field}: {value:?}");
        let page = answer.html();
        assert!(page.class("problems")[0].text().contains(told), "{field}: {}", page.text());
        assert!(page.class("error")[0].text().contains(told));
        let kept = |name: &str| page.tags().into_iter().find(|tag| tag.attribute("name") == Some(name));
        if field != "name" {
            assert_eq!(kept("name").unwrap().attribute("value"), Some("Alice 😀"));
        }
        assert_eq!(kept("password").unwrap().attribute("value"), None, "a password is not sent back");
    }
}

#[test]
fn with_a_megabyte_of_password_is_refused_with_what_to_do() {
    let Some(site) = Site::shared() else { return };
    let answer = site.browser().post("/sign-up", &[("password", &"x".repeat(1_000_000))]);
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("shorten"), "{}", answer.text());
}

#[test]
fn gives_no_rights_that_were_not_given() {
    let Some(site) = Site::open() else { return };
    let mut mallory = site.browser();
    let fields = [
        ("address", ALICE),
        ("password", PASSWORD),
        ("name", ""),
        ("zone", "UTC"),
        ("role", "admin"),
        ("rights", "admin"),
    ];
    mallory.post("/sign-up", &fields);
    let token = token(&letter(&site, ALICE, "Confirm"));
    mallory.post("/sign-up/confirm", &[("token", &token), ("password", PASSWORD), ("rights", "admin")]);

    let rights: Vec<String> = people::table.select(people::rights).load(&mut site.conn()).unwrap();
    assert_eq!(rights, ["member"]);
}

#[test]
fn is_asked_for_only_so_often() {
    let Some(site) = Site::open() else { return };
    for _ in 0..5 {
        sign_up(&mut site.browser(), ALICE, PASSWORD);
    }
    let fields = [("address", ALICE), ("password", PASSWORD), ("zone", "UTC")];
    let refused = site.browser().post("/sign-up", &fields);

    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("Try again in"), "{}", refused.text());
    site.later(TimeDelta::minutes(61));
    sign_up(&mut site.browser(), ALICE, PASSWORD);
}

/// Has somebody make an account from the page that asks to sign in, mistyping on the way; gives where they end up.
fn join_from(site: &Site, sign_in: &Html) -> (Browser, String) {
    let mut alice = site.browser();
    let way = sign_in.links().into_iter().find(|href| href.starts_with("/sign-up"));
    let page = alice.page(&way.expect("a way to make an account"));
    let back = page.links().into_iter().find(|href| href.starts_with("/sign-in?next="));
    assert!(back.is_some(), "and a way back that leads on as well: {:?}", page.links());
    let typed = [("address", ALICE), ("password", "short"), ("zone", "Europe/Vienna")];
    let again = alice.fill(&page, "/sign-up", &typed);
    assert_eq!(again.status, 422);
    let typed = [("password", PASSWORD), ("zone", "Europe/Vienna")];
    let said = alice.fill(&again.html(), "/sign-up", &typed);
    assert_eq!(said.status, 200, "{}", said.text());

    // The letter is opened elsewhere, and what one came for does not stand in it.
    let letter = letter(site, ALICE, "Confirm your mail address");
    assert!(!letter.text.contains("next") && !letter.text.contains("plans"), "{}", letter.text);
    let mut there = site.browser();
    let page = there.page(&format!("/sign-up/confirm?token={}", token(&letter)));
    let wrong = there.fill(&page, "/sign-up/confirm", &[("password", OTHER)]);
    assert_eq!(wrong.status, 422);
    let joined = there.fill(&wrong.html(), "/sign-up/confirm", &[("password", PASSWORD)]);
    assert_eq!(joined.status, 303, "{}", joined.text());
    (there, joined.header("location").unwrap().to_owned())
}

#[test]
fn on_the_way_to_a_plan_leads_on_to_it() {
    let Some(site) = Site::open() else { return };
    let mut visitor = site.browser();
    let role = visitor.page(ROLE);
    let add = role.links().into_iter().find(|href| href.starts_with("/plans/new?role=")).unwrap();
    let away = visitor.get(&add);
    let sign_in = visitor.page(away.header("location").unwrap());

    let (mut alice, to) = join_from(&site, &sign_in);

    assert_eq!(to, add);
    assert_eq!(alice.page(&to).form("/plans/new").field("role"), role.headings(1)[0]);
}

#[test]
fn on_the_way_to_following_leads_on_to_it() {
    let Some(site) = Site::open() else { return };
    let mut visitor = site.browser();
    let name = visitor.page(ROLE).headings(1).remove(0);
    let page = visitor.page(ROLE);
    let away = visitor.fill(&page, "/follow", &[]);
    let ask = visitor.page(away.header("location").unwrap());
    let way = ask.links().into_iter().find(|href| href.starts_with("/sign-in?next=")).unwrap();
    let sign_in = visitor.page(&way);

    let (mut alice, to) = join_from(&site, &sign_in);
    let page = alice.page(&to);
    let followed = alice.fill(&page, "/follow", &[]);
    let told = alice.page(followed.header("location").unwrap());
    assert!(told.text().contains(&format!("You follow “{name}” now.")), "{}", told.text());

    // With an account, signing in leads to the same page.
    let back = site.browser().fill(&sign_in, "/sign-in", &[("address", ALICE), ("password", PASSWORD)]);
    assert_eq!(back.header("location"), Some(to.as_str()));
}

#[test]
fn leads_to_no_other_site() {
    let Some(site) = Site::open() else { return };
    let long = format!("/search?q={}", "x".repeat(600));
    for (number, next) in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/sign-out",
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("alice{number}@example.org");
        let fields = [("address", address.as_str()), ("password", PASSWORD), ("zone", "UTC"), ("next", next)];
        let mut alice = site.browser();
        assert_eq!(alice.post("/sign-up", &fields).status, 200);
        let token = token(&letter(&site, &address, "Confirm"));
        // What the form of the confirmation says of it counts for nothing.
        let typed = [("token", token.as_str()), ("password", PASSWORD), ("next", next)];
        let joined = alice.post("/sign-up/confirm", &typed);
        assert_eq!((joined.status, joined.header("location")), (303, Some("/account")), "{next}");
    }
    let query =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("next", "//evil.example").finish();
    let page = site.browser().page(&format!("/sign-up?{query}"));
    assert!(!page.source().contains("evil.example"), "{}", page.source());
}

#[test]
fn a_way_that_a_forgotten_password_interrupts_is_gone_to_its_end() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE);
    let mut alice = site.browser();
    let away = alice.get("/plans/new?role=devops");
    let sign_in = alice.page(away.header("location").unwrap());
    let forgot = sign_in.links().into_iter().find(|href| href.starts_with("/reset")).unwrap();
    let page = alice.page(&forgot);
    let again = alice.fill(&page, "/reset", &[("address", "alice")]);
    assert_eq!(again.status, 422);
    assert_eq!(alice.fill(&again.html(), "/reset", &[("address", ALICE)]).status, 200);

    let token = token(&letter(&site, ALICE, "Set a new password"));
    let page = alice.page(&format!("/reset/new?token={token}"));
    let set = alice.fill(&page, "/reset/new", &[("password", OTHER)]);
    let page = alice.page(set.header("location").unwrap());
    assert!(page.text().contains("Your new password is set"), "{}", page.text());
    let back = alice.fill(&page, "/sign-in", &[("address", ALICE), ("password", OTHER)]);
    assert_eq!(back.header("location"), Some("/plans/new?role=devops"));
}

#[test]
fn takes_the_time_zone_that_the_browser_knows() {
    let Some(site) = Site::open() else { return };
    let mut alice = site.browser();
    let page = alice.page("/sign-up");
    let tells = |page: &Html| page.source().contains("/js/zone-");
    assert!(tells(&page), "{}", page.source());
    // As browsers call them, some by names that were given up elsewhere.
    for zone in ["Europe/Vienna", "Europe/Kiev", "Asia/Calcutta", "America/Buenos_Aires", "Asia/Katmandu"] {
        assert!(page.source().contains(&format!(">{zone}</option>")), "{zone}");
    }
    // What was chosen stays chosen: on a form that comes back, and in the account.
    let typed = [("address", ALICE), ("password", "short"), ("zone", "Asia/Calcutta")];
    let again = alice.fill(&page, "/sign-up", &typed).html();
    assert!(!tells(&again));
    assert_eq!(again.form("/sign-up").field("zone"), "Asia/Calcutta");
    assert_eq!(alice.fill(&again, "/sign-up", &[("password", PASSWORD)]).status, 200);
    let token = token(&letter(&site, ALICE, "Confirm"));
    let own = alice.send("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
    assert_eq!(own.form("/account").field("zone"), "Asia/Calcutta");
    assert!(!tells(&own));
}
