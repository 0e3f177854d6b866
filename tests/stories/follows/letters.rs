//! What stands in letters of lists: links, headers, reasons.

use super::*;
use mail_parser::MessageParser;

#[test]
fn of_a_list_carry_what_stops_them_and_come_from_another_address() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let key = post(&site, ALICE, List::Follows, "digest/1");
    let digest = letter(&site, ALICE, "What changed this week");
    let raw = String::from_utf8(digest.raw.clone()).unwrap();
    let unsubscribe = site.office.url(&Key::unsubscribe(&key));
    assert!(raw.contains(&format!("\r\nList-Unsubscribe: <{unsubscribe}>\r\n")), "{raw}");
    assert!(raw.contains("\r\nList-Id: What you follow <follows.localhost>\r\n"), "{raw}");
    let from = |raw: &[u8]| {
        let message = MessageParser::default().parse(raw).unwrap();
        message.from().unwrap().first().unwrap().address().unwrap().to_owned()
    };
    let account = letter(&site, ALICE, "Confirm your mail address");
    assert_eq!(
        (from(&digest.raw).as_str(), from(&account.raw).as_str()),
        ("letters@localhost", "waymark@localhost")
    );
    assert!(!String::from_utf8(account.raw).unwrap().contains("\r\nList-"));
    let preferences = Key::preferences(&key);
    for link in [&unsubscribe, &site.office.url(&preferences)] {
        assert!(digest.text.contains(link.as_str()), "{}", digest.text);
        assert!(digest.html.links().iter().any(|href| href == link), "{}", digest.html.text());
    }
    assert!(digest.text.contains("You get this because you follow a role"));
}

#[test]
fn of_an_account_are_of_no_list() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let subscription = on(&site, ALICE, List::Follows);
    let url = site.office.url("/unsubscribe/k");
    let list = Listed {
        subscription: &subscription.id,
        name: "What you follow",
        token: "follows",
        unsubscribe: &url,
        preferences: &url,
        web: &url,
        thread: None,
    };
    let letter = waymark::mail::Letter {
        subject: "Set a new password".into(),
        preheader: "One step.".into(),
        parts: Vec::new(),
        because: "Because.".into(),
    };
    let now = Utc::now();
    let mut posting = Posting {
        dedup: "one",
        class: Class::Security,
        person: None,
        to: ALICE,
        letter: &letter,
        list: Some(&list),
        now,
        expires: now + TimeDelta::hours(1),
    };
    assert!(db::write(&mut site.conn(), |conn| site.office.post(conn, &posting)).is_err());
    // And no list's letter leads away from the site.
    let away = "https://evil.example/unsubscribe/k";
    let list = Listed { unsubscribe: away, ..list };
    (posting.class, posting.list) = (Class::Digest, Some(&list));
    assert!(db::write(&mut site.conn(), |conn| site.office.post(conn, &posting)).is_err());
}

#[test]
fn that_were_made_are_shown_to_their_person_sent_or_not_and_why() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let subscription = on(&site, ALICE, List::Follows);
    post(&site, ALICE, List::Follows, "digest/1");
    site.letters();
    post(&site, ALICE, List::Follows, "digest/2");
    let conn = &mut site.conn();
    let deliveries: Vec<String> = outbox::table
        .filter(outbox::subscription.eq(&subscription.id))
        .order(outbox::created_at)
        .select(outbox::delivery_id)
        .load(conn)
        .unwrap();
    let issue = |period: &str, outcome: &str, because: &str, delivery: Option<&String>, at: DateTime<Utc>| {
        (
            issues::id.eq(format!("issue-{period}")),
            issues::subscription.eq(subscription.id.clone()),
            issues::person.eq(subscription.person.clone()),
            issues::period_key.eq(period.to_owned()),
            issues::from_seq.eq(1),
            issues::to_seq.eq(2),
            issues::outcome.eq(outcome.to_owned()),
            issues::because.eq(because.to_owned()),
            issues::delivery.eq(delivery.cloned()),
            issues::letter.eq("{}"),
            issues::made_at.eq(at.timestamp_millis()),
        )
    };
    let now = Utc::now();
    for row in [
        issue("1", "mailed", "", deliveries.first(), now),
        issue("2", "empty", "nothing that you follow changed", None, now + TimeDelta::seconds(1)),
        issue("3", "mailed", "", deliveries.last(), now + TimeDelta::seconds(2)),
    ] {
        diesel::insert_into(issues::table).values(row).execute(conn).unwrap();
    }
    alice.send("/follows/stop", &[]);

    let rows: Vec<String> = alice.page("/follows").id("letters").all("li").iter().map(Html::text).collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    for (row, told) in rows.iter().zip([
        "not sent, because you stopped these letters",
        "not sent: nothing that you follow changed",
        "What you follow sent",
    ]) {
        assert!(row.contains(told), "{row}");
    }
    let mut charlie = join(&site, "charlie@example.org");
    assert!(charlie.page("/follows").id("letters").text().contains("None was due yet"));
    let out: serde_json::Value = serde_json::from_str(&alice.get("/account/data.json").text()).unwrap();
    assert_eq!(out["follows"]["letters"].as_array().unwrap().len(), 3);
    assert_eq!(out["follows"]["lists"][0]["frequency"], "off");
}
