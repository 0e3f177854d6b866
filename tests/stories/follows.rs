//! Following: what people follow with an account and by address alone, how often they hear of it, and how they stop.
//!
//! Alice has an account, Bob follows by his address alone, Charlie is a stranger.

use crate::support::people::{
    self as cast, ALICE, PASSWORD, admin, at_once, join, letter, sign_in, sign_up, token,
};
use crate::support::{Browser, Html, ROLE, Site};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use waymark::accounts::{MailAddress, Person};
use waymark::db::schema::{
    interests, issues, list_keys, outbox, people, person_events, subscriptions, throttles, tokens, told,
};
use waymark::db::{self, Conn};
use waymark::editing::guide_revision;
use waymark::follows::{FOLLOW, Frequency, Interest, Key, List, Subject, Subscription};
use waymark::mail::{Class, Listed, Posting};

const BOB: &str = "bob@example.org";
const SUBJECT: &str = "role/web-application-backend-development";

/// What the role is called.
fn name(site: &Site) -> String {
    site.visitor().page(ROLE).headings(1).remove(0)
}

fn person(site: &Site, address: &str) -> Person {
    Person::by_address(&mut site.conn(), &MailAddress::parse(address).unwrap()).unwrap().unwrap()
}

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

fn on(site: &Site, address: &str, list: List) -> Subscription {
    let person = person(site, address);
    Subscription::on(&mut site.conn(), &person.id, list).unwrap().expect("a subscription")
}

/// Posts a letter of a list, as the planner of letters does. Gives its key.
fn post(site: &Site, address: &str, list: List, dedup: &str) -> String {
    let (person, subscription) = (person(site, address), on(site, address, list));
    let now = site.now();
    db::write(&mut site.conn(), |conn| {
        let key = Key::issue(conn, &subscription, now)?;
        let unsubscribe = site.office.url(&Key::unsubscribe(&key));
        let preferences = site.office.url(&Key::preferences(&key));
        let web = format!("{preferences}/one");
        let list = Listed {
            subscription: &subscription.id,
            name: list.name(),
            token: list.word(),
            unsubscribe: &unsubscribe,
            preferences: &preferences,
            web: &web,
            thread: None,
        };
        let letter = waymark::mail::Letter {
            subject: "What changed this week".into(),
            preheader: "One thing changed.".into(),
            parts: vec![waymark::mail::Part::Words("Something changed.".into())],
            because: "You get this because you follow a role on Waymark.".into(),
        };
        let posting = Posting {
            dedup,
            class: Class::Digest,
            person: Some(&person.id),
            to: &person.address,
            letter: &letter,
            list: Some(&list),
            now,
            expires: now + TimeDelta::days(2),
        };
        site.office.post(conn, &posting)?;
        Ok(key)
    })
    .unwrap()
}

fn states(site: &Site, list: &Subscription) -> Vec<String> {
    let of = outbox::table.filter(outbox::subscription.eq(&list.id)).order(outbox::delivery_id);
    of.select(outbox::state).load(&mut site.conn()).unwrap()
}

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

mod with_an_account {
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
        assert!(
            notice.contains("every Monday at 07:00, if something changed, by the clock of Europe/Vienna")
        );
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
        assert!(
            followed.class("notice")[0].text().contains("Letters about it are off"),
            "{}",
            followed.text()
        );
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
}

mod by_address_alone {
    use super::*;

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
        assert_eq!(
            follows.iter().map(Interest::subject).collect::<Vec<_>>(),
            [Subject::read(SUBJECT).unwrap()]
        );
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
            let answer =
                site.browser().post("/follow/by-mail", &[("subject", SUBJECT), ("address", address)]);
            assert_eq!(answer.status, 422, "{address:?}");
            assert!(!answer.html().class("error")[0].text().is_empty());
        }
        let robot = [("subject", SUBJECT), ("address", BOB), ("website", "https://example.com")];
        assert_eq!(
            site.browser().post("/follow/by-mail", &robot).html().headings(1),
            ["Look into your mail"]
        );
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
        let subjects: Vec<String> = Interest::of(conn, &joined.id)
            .unwrap()
            .iter()
            .map(|interest| interest.subject().word())
            .collect();
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
        let late =
            site.visitor().send_body("POST", &Key::unsubscribe(&key), &[], b"List-Unsubscribe=One-Click");
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
}

mod stopping {
    use super::*;

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
            .set((
                outbox::state.eq("leased"),
                outbox::lease_token.eq("worker"),
                outbox::lease_until.eq(i64::MAX),
            ))
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
        let answer = proxied.send_body(
            "POST",
            &Key::unsubscribe(&preferences),
            &headers,
            b"List-Unsubscribe=One-Click",
        );
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
}

mod letters {
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
        let issue =
            |period: &str, outcome: &str, because: &str, delivery: Option<&String>, at: DateTime<Utc>| {
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

        let rows: Vec<String> =
            alice.page("/follows").id("letters").all("li").iter().map(Html::text).collect();
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
}

mod leaving {
    use super::*;

    #[test]
    fn takes_all_of_it_along_and_old_links_say_nothing() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.send("/follow", &[("subject", SUBJECT)]);
        let key = post(&site, ALICE, List::Follows, "digest/1");

        let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
        assert_eq!(left.html().headings(1), ["Your account is deleted"]);

        let conn = &mut site.conn();
        let counts: [i64; 4] = [
            interests::table.count().get_result(conn).unwrap(),
            subscriptions::table.count().get_result(conn).unwrap(),
            list_keys::table.count().get_result(conn).unwrap(),
            outbox::table.filter(outbox::subscription.is_not_null()).count().get_result(conn).unwrap(),
        ];
        assert_eq!(counts, [0; 4]);
        let mut anyone = site.browser();
        assert_eq!(anyone.page(&Key::preferences(&key)).headings(1), ["No letters belong to this link"]);
        let one_click =
            site.visitor().send_body("POST", &Key::unsubscribe(&key), &[], b"List-Unsubscribe=One-Click");
        assert_eq!(one_click.status, 200);
        assert!(!site.letters().to(ALICE).iter().any(|letter| letter.subject == "What changed this week"));
    }
}

mod fates {
    use super::*;
    use waymark::accounts::Rights;
    use waymark::editing::{Fate, Fated};
    use waymark::import::KINDS;

    fn fated(site: &Site, slug: &str, fate: Fate, heirs: &[&str]) {
        let kind = KINDS.into_iter().find(|kind| kind.name == "skill").unwrap();
        let heirs = heirs.iter().map(|heir| (*heir).to_owned()).collect();
        let fated = Fated { kind, slug: slug.to_owned(), fate, heirs, at: site.now() };
        db::write(&mut site.conn(), |conn| Interest::follow(conn, &fated)).unwrap();
    }

    fn of(conn: &mut Conn, person: &str) -> Vec<String> {
        Interest::of(conn, person).unwrap().iter().map(|interest| interest.subject().word()).collect()
    }

    #[test]
    fn follows_go_to_the_heirs_and_what_left_is_said() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        for subject in ["skill/java", "skill/kotlin", "skill/python"] {
            alice.send("/follow", &[("subject", subject)]);
        }
        let id = person(&site, ALICE).id;
        let since = |word: &str| {
            let all = Interest::of(&mut site.conn(), &id).unwrap();
            all.into_iter().find(|interest| interest.subject().word() == word).unwrap().since
        };
        let before = since("skill/java");
        site.later(TimeDelta::hours(1));

        fated(&site, "java", Fate::Moved, &["java-language"]);
        assert_eq!(since("skill/java-language"), before, "a new address is no new interest");
        fated(&site, "kotlin", Fate::Merged, &["python"]);
        fated(&site, "python", Fate::Split, &["sql", "linux"]);
        fated(&site, "linux", Fate::Retired, &[]);

        let conn = &mut site.conn();
        assert_eq!(
            of(conn, &id),
            ["skill/java-language", "skill/kotlin", "skill/linux", "skill/python", "skill/sql"]
        );
        assert!(since("skill/sql") > before, "what was changed there before is not told");
    }

    #[test]
    fn a_publisher_who_merges_a_skill_takes_its_followers_along() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.send("/follow", &[("subject", "skill/kotlin")]);
        let mut dora = cast::staff(&site, "Dora", Rights::Publisher);
        let typed = [("fate", "merged"), ("heirs", "java"), ("reason", "It is a part of it.")];
        let page = dora.page("/admin/skills/kotlin/withdraw");
        let seen = merge(&mut dora, &page, &[&typed[..], &[("do", "look")]].concat());
        assert!(seen.text().contains("Withdraw it now"), "{}", seen.text());
        merge(&mut dora, &seen, &[&typed[..], &[("do", "withdraw")]].concat());
        site.refresh();

        let page = alice.page("/follows");
        let links = page.id("followed").links();
        assert!(links.iter().any(|href| href == "/skills/java"), "{}", page.text());
        assert!(page.id("followed").text().contains("was merged into"), "{}", page.text());
    }

    fn merge(browser: &mut Browser, page: &Html, typed: &[(&str, &str)]) -> Html {
        let mut forms = page.all("form").into_iter();
        let mut fields = forms.find(|form| form.source().contains("name=\"revision\"")).unwrap().fields();
        fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend(typed);
        browser.post("/admin/skills/kotlin/withdraw", &fields).html()
    }
}

mod plans {
    use super::*;

    #[test]
    fn rest_on_subjects_that_are_put_replaced_and_removed_under_their_id() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let id = person(&site, ALICE).id;
        let conn = &mut site.conn();
        let subjects = |slugs: &[&str]| {
            slugs.iter().map(|slug| Subject::read(&format!("skill/{slug}")).unwrap()).collect::<Vec<_>>()
        };
        let (now, later) = (Utc::now(), Utc::now() + TimeDelta::hours(1));

        Interest::replace(conn, &id, "plan-1", &subjects(&["java", "sql"]), now).unwrap();
        Interest::replace(conn, &id, "plan-1", &subjects(&["sql", "python"]), later).unwrap();
        Interest::put(conn, &id, "plan-2", &subjects(&["sql"]), later).unwrap();
        let all = Interest::of(conn, &id).unwrap();
        let told: Vec<(String, &str, bool)> = all
            .iter()
            .map(|own| {
                (
                    own.slug.clone(),
                    own.origin.as_str(),
                    own.since.timestamp_millis() == now.timestamp_millis(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("python".to_owned(), "plan-1", false),
                ("sql".to_owned(), "plan-1", true),
                ("sql".to_owned(), "plan-2", false),
            ]
        );
        assert_eq!(on(&site, ALICE, List::Plans).rhythm.frequency, Frequency::Weekly);
        let page = alice.page("/follows");
        assert!(page.id("plans").text().contains("They rest on 2 things"), "{}", page.id("plans").text());
        assert!(page.id("followed").text().contains("Nothing yet"));

        Interest::replace(conn, &id, "plan-1", &[], later).unwrap();
        Interest::remove(conn, &id, "plan-2", &subjects(&["sql"])).unwrap();
        assert_eq!(Interest::of(conn, &id).unwrap(), []);
    }
}
