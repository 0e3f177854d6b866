//! Bob follows by his address alone: asking, confirming, his page.

use super::*;

/// Has somebody ask by mail, and confirm. Gives the path of their preferences.
fn follow_by_mail(site: &Site, address: &str, subject: &str) -> String {
    let mut browser = site.browser();
    let asked = browser.post("/follow/by-mail", &[("subject", subject), ("address", address)]);
    assert_eq!(asked.status, 200, "{}", asked.text());
    let token = token(&letter(site, address, "Confirm what you want to follow"));
    let fields = [("token", token.as_str()), ("zone", "Europe/Vienna")];
    let answer = browser.post("/follow/confirm", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().split('?').next().unwrap().to_owned()
}

#[test]
fn a_letter_asks_first_and_its_button_follows() {
    let Some(site) = Site::open() else { return };
    let mut bob = site.browser();
    let page = bob.send("/follow", &[("subject", SUBJECT)]);
    assert_eq!(page.headings(1), [format!("Follow {}", name(&site))]);

    let asked = bob.post("/follow/by-mail", &[("subject", SUBJECT), ("address", BOB)]);
    assert_eq!(asked.html().headings(1), ["Look into your mail"]);
    let conn = &mut site.conn();
    let known: i64 = people::table.count().get_result(conn).unwrap();
    assert_eq!(known, 0, "before it is confirmed there is a token and nothing else");
    let letter = letter(&site, BOB, "Confirm what you want to follow");
    assert!(letter.text.contains(&name(&site)), "{}", letter.text);
    assert!(!String::from_utf8(letter.raw.clone()).unwrap().contains("List-Unsubscribe"));
    let token = token(&letter);

    // Guards of networks open links; that changes nothing.
    let path = format!("/follow/confirm?token={token}");
    for _ in 0..2 {
        assert_eq!(bob.page(&path).headings(1), [format!("Follow {}", name(&site))]);
    }
    let none: i64 = interests::table.count().get_result(conn).unwrap();
    assert_eq!(none, 0);
    let wrong = bob.post("/follow/confirm", &[("token", &token), ("zone", "Middle/Earth")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Choose a time zone"));

    let page = bob.send("/follow/confirm", &[("token", &token), ("zone", "Asia/Tokyo")]);
    assert!(page.class("notice")[0].text().contains("every Monday at 07:00"), "{}", page.text());
    let person = person(&site, BOB);
    assert!(!person.has_account());
    assert_eq!(person.zone, "Asia/Tokyo");
    let follows = Interest::of(conn, &person.id).unwrap();
    assert_eq!(follows.iter().map(Interest::subject).collect::<Vec<_>>(), [Subject::read(SUBJECT).unwrap()]);
    assert_eq!(bob.get(&path).status, 404, "a link is good once");
}

#[test]
fn the_answer_tells_nobody_whether_an_address_is_known() {
    let Some(site) = Site::open() else { return };
    join(&site, ALICE);
    follow_by_mail(&site, BOB, SUBJECT);
    let ask = |address: &str| {
        let mut browser = site.browser();
        let answer = browser.post("/follow/by-mail", &[("subject", SUBJECT), ("address", address)]);
        (
            answer.status,
            answer.text(),
            letter(&site, address, "Confirm what you want").text.replace(address, ""),
        )
    };
    let told = |(status, text, letter): (u16, String, String)| {
        (status, text, letter.split("token=").next().unwrap().to_owned())
    };
    let [alice, bob, nobody] = [ALICE, BOB, "nobody@example.org"].map(|address| told(ask(address)));
    assert_eq!(alice, nobody);
    assert_eq!(bob, nobody);
}

#[test]
fn ten_thousand_requests_for_one_address_send_few_letters() {
    let Some(site) = Site::open() else { return };
    let mut refused = 0;
    for _ in 0..45 {
        let fields = [("subject", SUBJECT), ("address", "BOB@example.org")];
        let answer = site.browser().post("/follow/by-mail", &fields);
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 42);
    let sent: i64 = outbox::table.count().get_result(&mut site.conn()).unwrap();
    let waiting: i64 = tokens::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!((sent, waiting), (3, 3));
    // From there, no other address is written to either; from elsewhere it is.
    let other = [("subject", SUBJECT), ("address", "other@example.org")];
    assert_eq!(site.browser().post("/follow/by-mail", &other).status, 429);
    site.later(TimeDelta::minutes(61));
    assert_eq!(site.browser().post("/follow/by-mail", &other).status, 200);
    let again = [("subject", SUBJECT), ("address", BOB)];
    assert_eq!(site.browser().post("/follow/by-mail", &again).status, 429);
    site.later(TimeDelta::hours(24));
    assert_eq!(site.browser().post("/follow/by-mail", &again).status, 200);
}

#[test]
fn what_is_no_address_is_told_and_stays_typed() {
    let Some(site) = Site::open() else { return };
    let long = format!("{}@example.org", "b".repeat(300));
    for address in
        ["", "bob", "bob@example", "bob@example.org\r\nBcc: eve@example.org", "b\0b@example.org", &long]
    {
        let answer = site.browser().post("/follow/by-mail", &[("subject", SUBJECT), ("address", address)]);
        assert_eq!(answer.status, 422, "{address:?}");
        assert!(!answer.html().class("error")[0].text().is_empty());
    }
    let robot = [("subject", SUBJECT), ("address", BOB), ("website", "https://example.com")];
    assert_eq!(site.browser().post("/follow/by-mail", &robot).html().headings(1), ["Look into your mail"]);
    let sent: i64 = outbox::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(sent, 0);
}

#[test]
fn a_link_is_good_for_three_days_and_for_what_is_still_there() {
    let Some(site) = Site::open() else { return };
    let mut bob = site.browser();
    bob.post("/follow/by-mail", &[("subject", SUBJECT), ("address", BOB)]);
    let token = token(&letter(&site, BOB, "Confirm what you want"));
    assert_eq!(bob.get("/follow/confirm?token=x").status, 404);
    // A link of a sign-up confirms nothing here.
    sign_up(&mut site.browser(), ALICE, PASSWORD);
    let other = cast::token(&letter(&site, ALICE, "Confirm your mail address"));
    assert_eq!(bob.post("/follow/confirm", &[("token", &other), ("zone", "UTC")]).status, 404);
    site.later(TimeDelta::hours(73));
    assert_eq!(bob.post("/follow/confirm", &[("token", &token), ("zone", "UTC")]).status, 404);
    site.sweep();
    let left: i64 = tokens::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn pressed_twice_at_once_it_is_followed_once() {
    let Some(site) = Site::open() else { return };
    let mut bob = site.browser();
    let tokens: Vec<String> = ["skill/java", SUBJECT]
        .iter()
        .map(|subject| {
            bob.post("/follow/by-mail", &[("subject", subject), ("address", BOB)]);
            token(&letter(&site, BOB, "Confirm what you want"))
        })
        .collect();
    let presses: Vec<&String> = tokens.iter().chain(&tokens).collect();

    let answers = at_once(&presses, |token| {
        site.browser().post("/follow/confirm", &[("token", token), ("zone", "UTC")]).status
    });

    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 2, "{answers:?}");
    let conn = &mut site.conn();
    let counted: [i64; 3] = [
        people::table.count().get_result(conn).unwrap(),
        interests::table.count().get_result(conn).unwrap(),
        subscriptions::table.count().get_result(conn).unwrap(),
    ];
    assert_eq!(counted, [1, 2, 1]);
}

#[test]
fn signing_in_resetting_and_signing_up_tell_nothing_of_them() {
    let Some(site) = Site::open() else { return };
    follow_by_mail(&site, BOB, SUBJECT);
    let unknown = "nobody@example.org";

    let refused = |address: &str| {
        let answer = sign_in(&mut site.browser(), address, PASSWORD);
        (answer.status, answer.text().replace(address, ""))
    };
    assert_eq!(refused(BOB), refused(unknown));
    for address in [BOB, unknown] {
        site.browser().post("/reset", &[("address", address)]);
        let told = letter(&site, address, "There is no account on Waymark with this address");
        assert_eq!(told.text.contains("follows something"), address == BOB, "{}", told.text);
    }
    let said = |address: &str| sign_up(&mut site.browser(), address, PASSWORD).text();
    assert_eq!(said(BOB), said(unknown));
    letter(&site, BOB, "Confirm your mail address");
    let events: i64 = person_events::table
        .filter(person_events::person.eq(person(&site, BOB).id))
        .count()
        .get_result(&mut site.conn())
        .unwrap();
    assert_eq!(events, 0, "nothing is noted of somebody who has no account");

    // Those who look after people see accounts only.
    let mut ada = admin(&site, ALICE);
    assert!(!ada.page("/admin/people?q=bob").text().contains("bo…@example.org"));
    assert_eq!(ada.get(&format!("/admin/people/{}", person(&site, BOB).id)).status, 404);
}

#[test]
fn a_sign_up_joins_what_was_followed() {
    let Some(site) = Site::open() else { return };
    let preferences = follow_by_mail(&site, BOB, SUBJECT);
    let before = on(&site, BOB, List::Follows);
    let id = person(&site, BOB).id;

    let mut bob = join(&site, "Bob@example.org");

    let joined = person(&site, BOB);
    assert_eq!((joined.id.as_str(), joined.has_account()), (id.as_str(), true));
    assert!(bob.page("/follows").id("followed").links().iter().any(|href| href == ROLE));
    let own = on(&site, BOB, List::Follows);
    assert_eq!((own.id, own.last_seq), (before.id, before.last_seq));
    // The key in an old letter opens lists, and nothing of the account any more.
    let page = site.browser().page(&preferences);
    assert!(page.text().contains("How often letters come"), "{}", page.text());
    assert!(
        !page.text().contains(&name(&site)) && !page.text().to_lowercase().contains("bob"),
        "{}",
        page.text()
    );
    let unfollow = format!("{preferences}/unfollow");
    assert_eq!(site.browser().post(&unfollow, &[("subject", SUBJECT)]).status, 404);
    assert_eq!(site.browser().get(&format!("{preferences}/data.json")).status, 404);
    assert_eq!(site.browser().post(&format!("{preferences}/leave"), &[("sure", "yes")]).status, 404);
    bob.page("/account");
}

#[test]
fn an_account_that_takes_the_address_over_keeps_what_both_follow() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", "skill/java")]);
    alice.send(
        "/follows/lists",
        &[("follows-frequency", "daily"), ("follows-weekday", "1"), ("follows-clock", "07:00")],
    );
    follow_by_mail(&site, BOB, SUBJECT);
    let guide = follow_by_mail(&site, BOB, "guide");
    post(&site, BOB, List::Follows, "digest/1");
    let bobs = on(&site, BOB, List::Follows);

    alice.post("/account/address", &[("address", BOB), ("old-password", PASSWORD)]);
    let token = token(&letter(&site, BOB, "Confirm your new mail address"));
    assert_eq!(alice.post("/account/address/confirm", &[("token", &token)]).status, 303);

    let joined = person(&site, BOB);
    assert!(joined.has_account());
    let conn = &mut site.conn();
    let count: i64 = people::table.count().get_result(conn).unwrap();
    assert_eq!(count, 1);
    let subjects: Vec<String> =
        Interest::of(conn, &joined.id).unwrap().iter().map(|interest| interest.subject().word()).collect();
    assert_eq!(subjects, ["guide", SUBJECT, "skill/java"]);
    assert_eq!(on(&site, BOB, List::Follows).rhythm.frequency, Frequency::Daily, "her own choice holds");
    assert_eq!(states(&site, &bobs).last().map(String::as_str), Some("accepted"));
    // Old links still stop what they were for.
    let stopped = site.browser().post(&format!("{guide}/stop"), &[]);
    assert_eq!(stopped.status, 303, "{}", stopped.text());
    assert_eq!(on(&site, BOB, List::Guide).rhythm.frequency, Frequency::Off);
}

#[test]
fn they_take_everything_out_and_leave_without_an_account() {
    let Some(site) = Site::open() else { return };
    let preferences = follow_by_mail(&site, BOB, SUBJECT);
    let key = post(&site, BOB, List::Follows, "digest/1");
    let id = person(&site, BOB).id;
    let mut bob = site.browser();
    let page = bob.page(&preferences);
    assert!(page.id("followed").links().iter().any(|href| href == ROLE));
    assert!(!page.text().contains(BOB), "the address stands on no page that a link opens");

    let out: serde_json::Value =
        serde_json::from_str(&bob.get(&format!("{preferences}/data.json")).text()).unwrap();
    assert_eq!(out["person"]["address"], BOB);
    assert_eq!(out["follows"]["interests"][0]["slug"], &SUBJECT[5..]);
    assert_eq!(out["follows"]["lists"][0]["frequency"], "weekly");

    let unsure = bob.send(&format!("{preferences}/leave"), &[]);
    assert!(unsure.class("notice")[0].text().contains("Nothing was deleted"));
    let left = bob.post(&format!("{preferences}/leave"), &[("sure", "yes")]);
    assert_eq!(left.html().headings(1), ["Your address is deleted"]);

    nothing_left(&site, &id);
    for path in [preferences, Key::preferences(&key)] {
        assert_eq!(site.browser().page(&path).headings(1), ["No letters belong to this link"]);
    }
    let late = site.visitor().send_body("POST", &Key::unsubscribe(&key), &[], b"List-Unsubscribe=One-Click");
    assert_eq!(late.status, 200);
    assert!(!site.letters().to(BOB).iter().any(|letter| letter.subject == "What changed this week"));
}

#[test]
fn who_wants_no_letters_any_more_is_forgotten_when_the_last_link_has_ended() {
    let Some(site) = Site::open() else { return };
    let preferences = follow_by_mail(&site, BOB, SUBJECT);
    follow_by_mail(&site, "charlie@example.org", SUBJECT);
    let id = person(&site, BOB).id;
    site.browser().post(&format!("{preferences}/stop"), &[]);
    let sweep = || db::write(&mut site.conn(), |conn| waymark::follows::sweep(conn, site.now())).unwrap();

    site.later(TimeDelta::days(300));
    sweep();
    assert_eq!(person(&site, BOB).id, id, "the link is good for a year");
    site.later(TimeDelta::days(66));
    sweep();

    site.sweep();
    nothing_left(&site, &id);
    assert_eq!(on(&site, "charlie@example.org", List::Follows).rhythm.frequency, Frequency::Weekly);
}

/// No row of theirs is left.
fn nothing_left(site: &Site, id: &str) {
    let conn = &mut site.conn();
    macro_rules! count {
            ($($table:ident . $column:ident),*) => {
                [$($table::table.filter($table::$column.eq(id)).count().get_result::<i64>(conn).unwrap()),*]
            };
        }
    let counts = count!(
        people.id,
        interests.person,
        subscriptions.person,
        issues.person,
        told.person,
        list_keys.person
    );
    assert_eq!(counts, [0; 6]);
    let letters: i64 = outbox::table
        .filter(outbox::recipient.eq(BOB).or(outbox::person.eq(id)))
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(letters, 0);
    let buckets: Vec<String> = throttles::table.select(throttles::bucket).load(conn).unwrap();
    assert!(buckets.iter().all(|bucket| bucket.contains("/net/")), "{buckets:?}");
}
