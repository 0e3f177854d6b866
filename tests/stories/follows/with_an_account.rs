//! Alice follows with her account: subjects, rhythms, clocks.

use super::*;

#[test]
fn one_press_follows_and_says_how_often_letters_come_with_the_way_back() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let form = &site.visitor().page(ROLE).class("follow")[0];
    let fields = form.fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(fields, [("subject", SUBJECT)]);

    let page = alice.send("/follow", &fields);

    let notice = page.class("notice")[0].text();
    let name = name(&site);
    assert!(notice.contains(&format!("You follow “{name}” now.")), "{notice}");
    assert!(notice.contains("every Monday at 07:00, if something changed, by the clock of Europe/Vienna"));
    assert!(page.id("followed").links().iter().any(|href| href == ROLE), "{}", page.text());
    // Nothing that was published before is told.
    let subscription = on(&site, ALICE, List::Follows);
    assert_eq!(subscription.last_seq, guide_revision(&mut site.conn()).unwrap());
    let due = subscription.next_due.unwrap();
    assert!(due > site.now() && due <= site.now() + TimeDelta::days(7), "{due}");

    // Twice is once.
    alice.send("/follow", &fields);
    let undone = alice.send("/follows/unfollow", &fields);
    assert!(undone.class("notice")[0].text().contains("You do not follow"), "{}", undone.text());
    assert_eq!(Interest::of(&mut site.conn(), &person(&site, ALICE).id).unwrap(), []);
    let again = alice.send("/follows/follow", &fields);
    assert!(again.class("notice")[0].text().contains("You follow"));
}

#[test]
fn skills_articles_and_the_whole_guide_are_followed_from_their_pages() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let visitor = site.visitor();
    let article = visitor.page("/articles").links();
    let article = article.into_iter().find(|href| href.starts_with("/articles/")).unwrap();
    for path in ["/skills/java", article.as_str(), "/changes"] {
        let fields = visitor.page(path).class("follow")[0].fields();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        alice.send("/follow", &fields);
    }

    let page = alice.page("/follows");
    assert_eq!(page.id("followed").headings(3), ["The guide", "Skills", "Articles"]);
    assert_eq!(
        page.id("lists").all("legend").iter().map(Html::text).collect::<Vec<_>>(),
        ["What you follow", "The whole guide"]
    );
    let guide = on(&site, ALICE, List::Guide);
    assert_eq!(guide.rhythm.frequency, Frequency::Monthly);
    assert!(page.id("guide").text().contains("The next letter is due on"), "{}", page.id("guide").text());
}

#[test]
fn what_is_followed_is_found_by_name() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let skills = site.visitor().page("/skills").links();
    let skills: Vec<String> =
        skills.into_iter().filter_map(|href| Some(href.strip_prefix("/skills/")?.to_owned())).collect();
    let skills: Vec<&String> =
        skills.iter().filter(|slug| !slug.contains('/') && **slug != "java").take(9).collect();
    for slug in skills.iter().map(|slug| slug.as_str()).chain(["java"]) {
        alice.send("/follow", &[("subject", &format!("skill/{slug}"))]);
    }

    let found = alice.page("/follows?name=JAVA");
    let links = found.id("followed").links();
    assert!(links.iter().any(|href| href == "/skills/java"), "{links:?}");
    assert!(!links.iter().any(|href| *href == format!("/skills/{}", skills[0])), "{links:?}");
    assert!(alice.page("/follows?name=%00%22%3Cx").text().contains("Nothing that you follow has"));
}

#[test]
fn frequency_day_and_hour_are_chosen_and_what_was_told_stays_told() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let before = on(&site, ALICE, List::Follows);
    let chosen = |frequency: &'static str, day: &'static str, clock: &'static str| {
        [("follows-frequency", frequency), ("follows-weekday", day), ("follows-clock", clock)]
    };

    let page = alice.send("/follows/lists", &chosen("daily", "5", "18:30"));
    assert!(page.class("notice")[0].text().contains("It is saved"), "{}", page.text());
    let daily = on(&site, ALICE, List::Follows);
    assert_eq!((daily.last_seq, daily.rhythm.frequency), (before.last_seq, Frequency::Daily));
    assert!(daily.version > before.version, "a letter that is being made does not count");
    let local = daily.next_due.unwrap().with_timezone(&chrono_tz::Europe::Vienna);
    assert_eq!(local.format("%H:%M").to_string(), "18:30");

    // By another clock it is due at another moment.
    alice.send("/account", &[("name", "Alice"), ("zone", "Asia/Tokyo")]);
    let moved = on(&site, ALICE, List::Follows).next_due.unwrap().with_timezone(&chrono_tz::Asia::Tokyo);
    assert_eq!(moved.format("%H:%M").to_string(), "18:30");

    for (field, value, told) in [
        ("follows-frequency", "hourly", "Choose from the list how often"),
        ("follows-weekday", "8", "Choose a day of the week"),
        ("follows-weekday", "", "Choose a day of the week"),
        ("follows-clock", "25:00", "such as 07:30"),
        ("follows-clock", "\0", "such as 07:30"),
    ] {
        let mut fields = chosen("monthly", "2", "06:15").to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let answer = alice.post("/follows/lists", &fields);
        assert_eq!(answer.status, 422, "{field}: {value:?}");
        let page = answer.html();
        assert!(page.class("problems")[0].text().contains(told), "{}", page.text());
        let kept = page.id("lists").fields();
        let typed = fields.iter().filter(|(name, value)| *name != field && !value.is_empty());
        for (name, value) in typed {
            assert!(kept.contains(&((*name).to_owned(), (*value).to_owned())), "{name}: {kept:?}");
        }
    }
    assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Daily);
    alice.send("/follows/lists", &chosen("at_once", "5", "18:30"));
    assert_eq!(on(&site, ALICE, List::Follows).next_due, None);
    let behind = |seq| Subscription::behind(&mut site.conn(), seq, site.now(), 10).unwrap().len();
    assert_eq!((behind(before.last_seq), behind(before.last_seq + 1)), (0, 1));
}

#[test]
fn a_pause_keeps_letters_back_for_thirty_days_and_ends_when_one_says_so() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    post(&site, ALICE, List::Follows, "digest/1");

    let page = alice.send("/follows/pause", &[]);
    assert!(page.class("notice")[0].text().contains("paused for 30 days"), "{}", page.text());
    let paused = on(&site, ALICE, List::Follows);
    assert!(paused.next_due.unwrap() >= site.now() + TimeDelta::days(30) - TimeDelta::minutes(1));
    assert_eq!(states(&site, &paused), ["cancelled"]);
    assert!(page.id("lists").text().contains("Paused until"));

    let page = alice.send("/follows/pause", &[("until", "now")]);
    assert!(page.class("notice")[0].text().contains("come again"), "{}", page.text());
    assert!(on(&site, ALICE, List::Follows).next_due.unwrap() < site.now() + TimeDelta::days(8));
}

#[test]
fn everything_is_stopped_with_one_press_and_letters_about_the_account_still_come() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for subject in [SUBJECT, "guide"] {
        alice.send("/follow", &[("subject", subject)]);
    }
    post(&site, ALICE, List::Follows, "digest/1");
    post(&site, ALICE, List::Guide, "digest/2");

    let page = alice.send("/follows/stop", &[]);
    assert!(page.class("notice")[0].text().contains("All lists are stopped"), "{}", page.text());
    for list in [List::Follows, List::Guide] {
        let own = on(&site, ALICE, list);
        assert_eq!((own.rhythm.frequency, own.next_due), (Frequency::Off, None));
        assert_eq!(states(&site, &own), ["cancelled"]);
    }
    let followed = alice.send("/follow", &[("subject", "skill/java")]);
    assert!(followed.class("notice")[0].text().contains("Letters about it are off"), "{}", followed.text());
    site.browser().post("/reset", &[("address", ALICE)]);
    letter(&site, ALICE, "Set a new password");
    assert!(!site.letters().to(ALICE).iter().any(|letter| letter.subject == "What changed this week"));
}

#[test]
fn the_page_is_ones_own() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", SUBJECT)]);
    let mut charlie = join(&site, "charlie@example.org");

    assert_eq!(site.browser().get("/follows").status, 303, "who is not signed in is led there first");
    assert!(charlie.page("/follows").text().contains("Nothing yet"));
    assert_eq!(charlie.post("/follows/unfollow", &[("subject", SUBJECT)]).status, 404);
    charlie.send("/follows/stop", &[]);
    assert_eq!(on(&site, ALICE, List::Follows).rhythm.frequency, Frequency::Weekly);
    let forged = alice.post_from("/follows/stop", &[], &[("Sec-Fetch-Site", "cross-site")]);
    assert_eq!(forged.status, 403);
}

#[test]
fn what_cannot_be_followed_is_not_there() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let long = format!("role/{}", "x".repeat(300));
    for subject in [
        "",
        "role/nothing-like-it",
        "source/onet",
        "person/1",
        "role/\0",
        "role/a\r\nBcc: eve@example.org",
        "skill/java ",
        "SKILL/java",
        "../admin",
        long.as_str(),
    ] {
        for path in ["/follow", "/follows/unfollow", "/follows/follow"] {
            assert_eq!(alice.post(path, &[("subject", subject)]).status, 404, "{path}: {subject:?}");
        }
        let asked = [("subject", subject), ("address", BOB)];
        assert_eq!(site.browser().post("/follow/by-mail", &asked).status, 404, "{subject:?}");
    }
    let count: i64 = interests::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(count, 0);
    // Words in the address say nothing that is not so.
    let page = alice.page(&format!("/follows?done=followed&what={SUBJECT}"));
    assert!(page.class("notice").is_empty());
}
