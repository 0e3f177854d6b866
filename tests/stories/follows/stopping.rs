//! Stopping: by one press, by the page behind the link, by a client’s own button.

use super::*;

/// Every word of the database that a request might change.
fn everything(site: &Site) -> String {
    let conn = &mut site.conn();
    let subscriptions: Vec<(String, String, i64)> = subscriptions::table
        .order(subscriptions::id)
        .select((subscriptions::id, subscriptions::frequency, subscriptions::version))
        .load(conn)
        .unwrap();
    let outbox: Vec<(String, String)> = outbox::table
        .order(outbox::delivery_id)
        .select((outbox::delivery_id, outbox::state))
        .load(conn)
        .unwrap();
    let interests: i64 = interests::table.count().get_result(conn).unwrap();
    format!("{subscriptions:?} {outbox:?} {interests}")
}

const URLENCODED: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// As a mail program sends it: no cookie, no token, no Referer, no Origin.
fn one_click(site: &Site, key: &str) -> (u16, String) {
    let answer = site.visitor().send_body(
        "POST",
        &Key::unsubscribe(key),
        &[URLENCODED],
        b"List-Unsubscribe=One-Click",
    );
    assert_eq!(answer.header("location"), None);
    assert_eq!(answer.header("set-cookie"), None);
    (answer.status, answer.text())
}

#[test]
fn a_mail_program_stops_one_list_and_what_waits_of_it() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for subject in [SUBJECT, "guide"] {
        alice.send("/follow", &[("subject", subject)]);
    }
    let key = post(&site, ALICE, List::Follows, "digest/1");
    let other = post(&site, ALICE, List::Guide, "digest/2");
    // One of them is with a worker already, which has not begun to hand it over.
    let follows = on(&site, ALICE, List::Follows);
    diesel::update(outbox::table.filter(outbox::subscription.eq(&follows.id)))
        .set((outbox::state.eq("leased"), outbox::lease_token.eq("worker"), outbox::lease_until.eq(i64::MAX)))
        .execute(&mut site.conn())
        .unwrap();
    post(&site, ALICE, List::Follows, "digest/3");

    let (status, body) = one_click(&site, &key);

    assert_eq!(status, 200);
    assert!(body.len() < 200 && !body.contains('<'), "{body}");
    let stopped = on(&site, ALICE, List::Follows);
    assert_eq!((stopped.rhythm.frequency, stopped.next_due), (Frequency::Off, None));
    assert_eq!(states(&site, &stopped), ["cancelled", "cancelled"]);
    assert_eq!(on(&site, ALICE, List::Guide).rhythm.frequency, Frequency::Monthly, "that list only");
    let arrived = site.letters();
    let arrived: Vec<_> =
        arrived.to(ALICE).into_iter().filter(|letter| letter.text.contains("changed")).collect();
    assert_eq!(arrived.len(), 1, "the other list's letter went out");
    assert!(arrived[0].text.contains(&Key::unsubscribe(&other)));

    // Again and again, with a key that opens nothing, and with none that was ever made.
    let known = one_click(&site, &key);
    let long = "k".repeat(500);
    for unknown in ["x", long.as_str(), "%00", &key.to_lowercase()] {
        assert_eq!(one_click(&site, unknown), known, "{unknown}");
    }
    assert_eq!(known, (status, body));
}

#[test]
fn it_is_taken_as_a_form_of_either_kind_from_anywhere() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let multipart =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let kinds = ("Content-Type", "multipart/form-data; boundary=b");
    for (number, (headers, body)) in [
        (vec![URLENCODED], "List-Unsubscribe=One-Click"),
        (vec![kinds], multipart),
        (vec![], "List-Unsubscribe=One-Click"),
        (
            vec![URLENCODED, ("Origin", "https://mail.example.com"), ("Sec-Fetch-Site", "cross-site")],
            "List-Unsubscribe=One-Click",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let weekly = [("list", "follows"), ("frequency", "weekly")];
        alice.send("/follows/again", &weekly);
        let key = post(&site, ALICE, List::Follows, &format!("digest/{number}"));
        let answer = site.visitor().send_body("POST", &Key::unsubscribe(&key), &headers, body.as_bytes());
        assert_eq!(answer.status, 200, "{headers:?}");
        assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Off, "{headers:?}");
    }
    // Nothing else is let in from there.
    let elsewhere = [("Sec-Fetch-Site", "cross-site"), URLENCODED];
    let key = post(&site, ALICE, List::Follows, "digest/last");
    for path in [format!("{}/stop", Key::preferences(&key)), "/follow".into(), "/unsubscribe".into()] {
        let answer = site.visitor().send_body("POST", &path, &elsewhere, b"subject=guide");
        assert_eq!(answer.status, 403, "{path}");
    }
}

#[test]
fn it_works_behind_a_proxy_without_being_led_anywhere() {
    let Some(site) = Site::behind("https://guide.example.org") else { return };
    let preferences = {
        let now = Utc::now();
        let address = MailAddress::parse(BOB).unwrap();
        let conn = &mut site.conn();
        let (bob, _) = Person::know(conn, &address, "UTC", now).unwrap();
        Interest::put(conn, &bob.id, FOLLOW, &[Subject::guide()], now).unwrap();
        post(&site, BOB, List::Guide, "digest/1")
    };
    let proxied = site.visitor().at_host("guide.example.org");
    let headers = [URLENCODED, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9")];
    let answer =
        proxied.send_body("POST", &Key::unsubscribe(&preferences), &headers, b"List-Unsubscribe=One-Click");
    assert_eq!((answer.status, answer.header("location")), (200, None));
    assert_eq!(on(&site, BOB, List::Guide).rhythm.frequency, Frequency::Off);
}

#[test]
fn looking_changes_nothing() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let key = post(&site, ALICE, List::Follows, "digest/1");
    let before = everything(&site);
    let visitor = site.visitor();
    for path in [Key::unsubscribe(&key), Key::preferences(&key)] {
        for (method, headers) in [
            ("GET", vec![]),
            ("HEAD", vec![]),
            ("GET", vec![("Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender")]),
        ] {
            let answer = visitor.ask(method, &path, &headers);
            assert_eq!(answer.status, 200, "{method} {path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
    assert_eq!(everything(&site), before);
    // What is not known looks the same.
    let (known, unknown) = (visitor.page(&Key::unsubscribe(&key)), visitor.page("/unsubscribe/x"));
    assert_eq!(known.text(), unknown.text());
}

#[test]
fn the_button_stops_and_the_page_offers_less_instead() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for subject in [SUBJECT, "guide"] {
        alice.send("/follow", &[("subject", subject)]);
    }
    alice.send("/follows/again", &[("list", "follows"), ("frequency", "daily")]);
    let key = post(&site, ALICE, List::Follows, "digest/1");
    let mut anyone = site.browser();
    let path = Key::unsubscribe(&key);
    let fields = anyone.page(&path).fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();

    let stopped = anyone.post(&path, &fields);
    assert_eq!(stopped.status, 200);
    let page = stopped.html();
    assert_eq!(page.headings(1), ["These letters are stopped"]);
    assert!(page.id("instead").text().contains("What you follow"), "{}", page.text());
    assert!(page.id("others").text().contains("The whole guide"), "{}", page.text());
    assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Off);

    let forms = page.id("instead").all("form");
    let offered = |number: usize| forms[number].fields();
    let send = |browser: &mut Browser, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.send(&format!("{}/again", Key::preferences(&key)), &fields)
    };
    let weekly = send(&mut anyone, offered(0));
    assert!(weekly.class("notice")[0].text().contains("every Monday at 07:00"), "{}", weekly.text());
    anyone.post(&path, &fields);
    let paused = send(&mut anyone, offered(1));
    assert!(paused.class("notice")[0].text().contains("paused for 30 days"), "{}", paused.text());
    let own = on(&site, ALICE, List::Follows);
    assert_eq!(own.rhythm.frequency, Frequency::Daily, "as often as before, after the pause");
    assert!(own.is_paused(site.now()));
    let all = anyone.send(&format!("{}/stop", Key::preferences(&key)), &[]);
    assert!(all.class("notice")[0].text().contains("All lists are stopped"), "{}", all.text());

    let nothing = anyone.post("/unsubscribe/x", &fields);
    assert_eq!(
        (nothing.status, nothing.html().headings(1)),
        (200, vec!["These letters are stopped".to_owned()])
    );
}

#[test]
fn a_key_is_good_for_a_year_and_for_its_own_list() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for subject in [SUBJECT, "guide"] {
        alice.send("/follow", &[("subject", subject)]);
    }
    let key = post(&site, ALICE, List::Guide, "digest/1");
    let hashes: Vec<String> = list_keys::table.select(list_keys::hash).load(&mut site.conn()).unwrap();
    assert!(key.len() >= 22 && !hashes.contains(&key), "what lies in the table opens nothing");
    // What confirms or resets is another kind of key.
    assert_eq!(site.browser().get(&format!("/follow/confirm?token={key}")).status, 404);
    assert_eq!(site.browser().get(&format!("/reset/new?token={key}")).status, 404);

    site.later(TimeDelta::days(364));
    one_click(&site, &key);
    assert_eq!(on(&site, ALICE, List::Guide).rhythm.frequency, Frequency::Off);
    assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Weekly);

    site.later(TimeDelta::days(2));
    let page = site.browser().page(&Key::preferences(&key));
    assert_eq!(page.headings(1), ["No letters belong to this link"]);
    db::write(&mut site.conn(), |conn| waymark::follows::sweep(conn, site.now())).unwrap();
    let left: i64 = list_keys::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 0);
    assert_eq!(one_click(&site, &key).0, 200);
}

#[test]
fn the_page_behind_a_key_shows_lists_and_not_the_account() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let key = post(&site, ALICE, List::Follows, "digest/1");
    let path = Key::preferences(&key);
    let mut anyone = site.browser();

    let page = anyone.page(&path);
    assert_eq!(
        page.id("lists").all("legend").iter().map(Html::text).collect::<Vec<_>>(),
        ["What you follow"]
    );
    for secret in ["alice", "Alice", &name(&site), "unfollow"] {
        assert!(!page.source().contains(secret), "{secret}");
    }
    let fields = [("follows-frequency", "monthly"), ("follows-weekday", "3"), ("follows-clock", "12:00")];
    let saved = anyone.send(&format!("{path}/lists"), &fields);
    assert!(saved.class("notice")[0].text().contains("It is saved"));
    assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Monthly);
    // Not the account's clock.
    let fields = [&fields[..], &[("zone", "Asia/Tokyo")]].concat();
    anyone.send(&format!("{path}/lists"), &fields);
    assert_eq!(person(&site, ALICE).zone, "Europe/Vienna");
}
