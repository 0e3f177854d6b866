//! Accounts: joining, signing in and out, recovering, changing, and what others can find out about it.

use crate::support::people::{ALICE, OTHER, PASSWORD, at_once, join, letter, sign_in, sign_up, token};
use crate::support::{Answer, Browser, Site, guide};
use actix_session::storage::SessionStore;
use actix_web::cookie::time::Duration;
use chrono::TimeDelta;
use diesel::prelude::*;
use std::collections::HashMap;
use waymark::accounts::Sessions;
use waymark::clock::Clock;
use waymark::db::Db;
use waymark::db::schema::{outbox, people, person_events, sessions, tokens};

mod joining {
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
}

mod signing_in {
    use super::*;

    #[test]
    fn leads_back_to_where_one_was_and_to_no_other_site() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let mut alice = site.browser();

        let away = alice.get("/account/security");
        assert_eq!(away.status, 303);
        assert_eq!(away.header("location"), Some("/sign-in?next=%2Faccount%2Fsecurity"));
        for (next, to) in [
            ("/account/security", "/account/security"),
            ("/roles?page=2", "/roles?page=2"),
            ("//evil.example", "/account"),
            ("https://evil.example/", "/account"),
            ("/\\evil.example", "/account"),
            ("/\t/evil.example", "/account"),
            ("javascript:alert(1)", "/account"),
            ("/sign-out", "/account"),
            ("", "/account"),
        ] {
            let fields = [("address", ALICE), ("password", PASSWORD), ("next", next)];
            let answer = site.browser().post("/sign-in", &fields);
            assert_eq!((answer.status, answer.header("location")), (303, Some(to)), "{next}");
        }
    }

    #[test]
    fn is_refused_in_the_same_words_whether_there_is_an_account_or_not() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let count =
            |site: &Site| -> i64 { person_events::table.count().get_result(&mut site.conn()).unwrap() };
        let before = count(&site);

        let known = sign_in(&mut site.browser(), ALICE, OTHER);
        let after_known = count(&site);
        let unknown = sign_in(&mut site.browser(), "nobody@example.org", OTHER);
        let after_unknown = count(&site);

        assert_eq!((known.status, unknown.status), (422, 422));
        assert_eq!(known.text().replace(ALICE, ""), unknown.text().replace("nobody@example.org", ""));
        assert_eq!((after_known - before, after_unknown - after_known), (1, 1), "the same is written");
    }

    #[test]
    fn gives_a_cookie_that_scripts_and_other_sites_do_not_get() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let answer = sign_in(&mut site.browser(), ALICE, PASSWORD);
        let cookies: Vec<&str> = answer.headers("set-cookie").collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with("waymark-session=")).unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(session.contains(attribute), "{session}");
        }
        assert!(!session.contains("Secure"), "browsers drop it at http://localhost");

        // Nothing that is stored can be put into a cookie.
        let stored: Vec<String> = sessions::table.select(sessions::key_hash).load(&mut site.conn()).unwrap();
        assert!(stored.iter().all(|hash| !session.contains(hash)));
    }

    #[test]
    fn behind_https_the_cookie_is_for_this_host_alone() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let mut alice = Browser::of(site.visitor().at_host("guide.example.org"));
        alice.post("/sign-up", &[("address", ALICE), ("password", PASSWORD), ("zone", "UTC")]);
        let token = token(&letter(&site, ALICE, "Confirm"));
        let answer = alice.post("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
        let session = answer.headers("set-cookie").find(|cookie| cookie.starts_with("__Host-session="));
        assert!(session.is_some_and(|cookie| cookie.contains("Secure")), "{answer:?}");
        assert_eq!(alice.get("/dev/letters").status, 404);
    }

    #[test]
    fn visitors_without_a_session_get_no_cookie() {
        let Some(site) = Site::shared() else { return };
        for path in ["/", "/roles", "/sign-in", "/sign-up", "/reset", "/account"] {
            assert_eq!(site.visitor().get(path).headers("set-cookie").count(), 0, "{path}");
        }
    }

    #[test]
    fn a_forged_cookie_is_worth_nothing() {
        let Some(site) = Site::open() else { return };
        let alice = join(&site, ALICE);
        let real = alice.cookies["waymark-session"].clone();
        for forged in ["x", "", &real[1..], &format!("{}x", &real[..real.len() - 1]), &"a".repeat(3000)] {
            let mut mallory = site.browser();
            mallory.cookies.insert("waymark-session".into(), forged.to_owned());
            assert_eq!(mallory.get("/account").status, 303, "{forged}");
        }
    }

    #[test]
    fn lasts_while_it_is_used_or_a_month_after_the_last_visit_and_half_a_year_at_most() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let (mut brief, mut staying) = (site.browser(), site.browser());
        let session = |answer: &Answer| -> String {
            answer.headers("set-cookie").find(|cookie| cookie.starts_with("waymark-session=")).unwrap().into()
        };
        let answer = sign_in(&mut brief, ALICE, PASSWORD);
        assert!(!session(&answer).contains("Max-Age"), "it ends with the browser: {}", session(&answer));
        let stay = [("address", ALICE), ("password", PASSWORD), ("stay", "yes")];
        let answer = staying.post("/sign-in", &stay);
        assert!(session(&answer).contains("Max-Age=15552000"), "{}", session(&answer));
        let device =
            answer.headers("set-cookie").find(|cookie| cookie.starts_with("waymark-device=")).unwrap();
        assert_eq!(device.matches("Max-Age").count(), 1, "{device}");

        for _ in 0..3 {
            site.later(TimeDelta::minutes(110));
            brief.page("/account");
        }
        site.later(TimeDelta::minutes(125));
        assert_eq!(brief.get("/account").status, 303);
        sign_in(&mut brief, ALICE, PASSWORD);
        for _ in 0..13 {
            site.later(TimeDelta::minutes(110));
            brief.page("/account");
        }
        site.later(TimeDelta::minutes(20));
        assert_eq!(brief.get("/account").status, 303, "a day at most");

        for _ in 0..8 {
            site.later(TimeDelta::days(20));
            staying.page("/account");
        }
        site.later(TimeDelta::days(20));
        assert_eq!(staying.get("/account").status, 303);
    }

    #[test]
    fn stays_so_through_a_change_of_the_password() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let mut alice = site.browser();
        alice.post("/sign-in", &[("address", ALICE), ("password", PASSWORD), ("stay", "yes")]);
        let changed = alice.post("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);
        let session = changed.headers("set-cookie").find(|cookie| cookie.starts_with("waymark-session="));
        assert!(session.unwrap().contains("Max-Age"), "{changed:?}");
    }

    #[test]
    fn with_a_password_that_is_changed_meanwhile_yields_no_session() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let thieves: Vec<Browser> = std::thread::scope(|scope| {
            let thief = || {
                let site = &site;
                scope.spawn(move || {
                    let mut thief = site.browser();
                    sign_in(&mut thief, ALICE, PASSWORD);
                    thief
                })
            };
            let all: Vec<_> = (0..6).map(|_| thief()).collect();
            alice.send("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for mut thief in thieves {
            assert_eq!(thief.get("/account").status, 303);
        }
        alice.page("/account");
    }

    #[test]
    fn is_checked_once_more_when_the_session_is_written() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let id: String = people::table.select(people::id).first(&mut site.conn()).unwrap();
        let count = || -> i64 { sessions::table.count().get_result(&mut site.conn()).unwrap() };
        let store = Sessions { db: Db::open(site.config.database.clone()), clock: Clock::system() };
        let state = |epoch: i64| -> HashMap<String, String> {
            [("person", format!("\"{id}\"")), ("epoch", epoch.to_string())]
                .map(|(name, json)| (name.to_owned(), json))
                .into()
        };
        let wait = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (ttl, before) = (Duration::days(1), count());

        let key = wait.block_on(store.save(state(0), &ttl)).unwrap();
        assert_eq!(count(), before + 1);
        wait.block_on(store.delete(&key)).unwrap();
        wait.block_on(store.update(key, state(0), &ttl)).unwrap();
        assert_eq!(count(), before, "what was deleted does not come back");
        alice.post("/account/sessions", &[("session", "all")]);
        let late = wait.block_on(store.save(state(0), &ttl)).unwrap();
        assert_eq!(count(), before, "an older epoch gets none");
        assert!(wait.block_on(store.load(&late)).unwrap().is_none());
        // One that was being written at that moment.
        let key = wait.block_on(store.save(state(1), &ttl)).unwrap();
        assert!(wait.block_on(store.load(&key)).unwrap().is_some());
        diesel::update(people::table).set(people::epoch.eq(2)).execute(&mut site.conn()).unwrap();
        assert!(wait.block_on(store.load(&key)).unwrap().is_none());
        site.sweep();
        assert_eq!(count(), 0, "and what escaped the deletion is swept");
    }

    #[test]
    fn says_what_one_signs_in_for() {
        let Some(site) = Site::shared() else { return };
        let mut alice = site.browser();
        let page = alice.page("/sign-in?next=%2Faccount%2Fsecurity");
        assert!(page.text().contains("Sign in to go on to /account/security."), "{}", page.text());
        assert!(!alice.page("/sign-in").text().contains("Sign in to go on"));
        let page = alice.page("/sign-in?next=%2F%2Fevil.example%2F");
        assert!(!page.text().contains("evil.example"), "{}", page.text());
    }

    #[test]
    fn survives_a_restart_and_is_shared_by_instances() {
        let Some(url) = guide() else { return };
        let first = Site::on(&url, None);
        let mut alice = join(&first, ALICE);
        let second = Site::on(&url, None);
        let mut there = second.browser();
        there.cookies = alice.cookies.clone();
        there.page("/account");

        alice.send("/sign-out", &[]);

        assert_eq!(there.get("/account").status, 303, "signed out here is signed out there");
    }

    #[test]
    fn a_stranger_who_guesses_is_slowed_down_and_locks_nobody_out() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        alice.send("/sign-out", &[]);
        let mut mallory = site.browser();
        for _ in 0..10 {
            assert_eq!(sign_in(&mut mallory, ALICE, OTHER).status, 422);
        }
        let refused = sign_in(&mut mallory, ALICE, PASSWORD);
        assert_eq!(refused.status, 429, "even with the right password");
        assert!(refused.text().contains("Try again in 15 minutes"), "{}", refused.text());

        assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 303, "on her own device");
        site.later(TimeDelta::minutes(16));
        assert_eq!(sign_in(&mut mallory, ALICE, OTHER).status, 422);
    }

    #[test]
    fn a_form_sent_after_the_session_ended_is_kept_and_sent_again() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        site.later(TimeDelta::hours(13));

        let answer = alice.post("/account", &[("name", "Alice the Second"), ("zone", "Asia/Tokyo")]);
        assert_eq!(answer.status, 303);
        let to_sign_in = answer.header("location").unwrap().to_owned();
        let page = alice.page(&to_sign_in);
        assert!(page.text().contains("It was kept"), "{}", page.text());

        let resume = alice.send("/sign-in", &[("address", ALICE), ("password", PASSWORD)]);
        assert!(resume.text().contains("Alice the Second"), "{}", resume.text());
        let fields: Vec<(String, String)> = resume
            .tags()
            .iter()
            .filter(|tag| tag.attribute("type") == Some("hidden"))
            .map(|tag| (tag.attribute("name").unwrap().into(), tag.attribute("value").unwrap().into()))
            .collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let saved = alice.send("/account", &fields);
        assert!(saved.text().contains("It is saved"));
        alice.send("/sign-out", &[]);
        let again = alice.post("/sign-in", &[("address", ALICE), ("password", PASSWORD)]);
        assert_eq!(again.header("location"), Some("/account"), "it is offered once");
        let zone: Vec<String> = people::table.select(people::zone).load(&mut site.conn()).unwrap();
        assert_eq!(zone, ["Asia/Tokyo"]);
    }

    #[test]
    fn nobody_has_somebody_else_send_a_form_of_theirs() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut mallory) = (join(&site, ALICE), site.browser());
        mallory.post("/account", &[("name", "Mallory was here"), ("zone", "UTC")]);
        let token = mallory.cookies["waymark-form"].clone();

        for path in [format!("/sign-in/resume?kept={token}"), "/sign-in/resume".to_owned()] {
            let answer = alice.get(&path);
            assert_eq!(answer.status, 404);
            assert!(!answer.text().contains("Mallory"));
        }
    }

    #[test]
    fn many_at_once_are_all_answered() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries = |path: &'static str| {
                let site = &site;
                scope.spawn(move || {
                    let fields = [("address", ALICE), ("password", OTHER), ("zone", "UTC")];
                    site.browser().post(path, &fields).status
                })
            };
            let paths = ["/sign-in", "/reset", "/sign-up"].into_iter().cycle().take(18);
            let all: Vec<_> = paths.map(tries).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        // A busy site may say so; nothing goes wrong.
        assert!(statuses.iter().all(|status| [200, 422, 429, 503].contains(status)), "{statuses:?}");
        assert!(statuses.iter().filter(|status| **status != 503).count() > 9, "{statuses:?}");
    }

    #[test]
    fn a_password_in_a_form_that_is_kept_is_not() {
        let Some(site) = Site::open() else { return };
        site.browser().post("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);
        let kept: Vec<String> = tokens::table.select(tokens::detail).load(&mut site.conn()).unwrap();
        assert_eq!(kept.len(), 1);
        assert!(!kept[0].contains("gravel") && !kept[0].contains("lantern"), "{}", kept[0]);
    }

    #[test]
    fn changes_come_from_this_site_or_not_at_all() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let own = format!("http://localhost:{}", site.config.address.port());
        for (from, fine) in [
            (vec![("Sec-Fetch-Site", "same-origin")], true),
            (vec![("Sec-Fetch-Site", "same-site")], false),
            (vec![("Sec-Fetch-Site", "cross-site")], false),
            (vec![("Sec-Fetch-Site", "none")], false),
            (vec![("Origin", own.as_str())], true),
            (vec![("Origin", "https://evil.example")], false),
            (vec![("Origin", "null")], false),
            (vec![], false),
        ] {
            let answer = alice.post_from("/account", &[("name", "A"), ("zone", "UTC")], &from);
            assert_eq!(answer.status, if fine { 303 } else { 403 }, "{from:?}");
        }
        for path in ["/sign-out", "/account/sessions", "/account/devices"] {
            let answer = alice.get(path);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "GET {path}");
            assert!(answer.text().contains("Open the page that the form stands on."), "{}", answer.text());
        }
        let put = site.visitor().ask("PUT", "/account", &[("Sec-Fetch-Site", "same-origin")]);
        assert_eq!((put.status, put.header("allow")), (405, Some("GET, HEAD, POST")));
        alice.page("/account");
    }
}

mod recovering {
    use super::*;

    #[test]
    fn a_new_password_by_letter_ends_all_sessions() {
        let Some(site) = Site::open() else { return };
        let mut elsewhere = join(&site, ALICE);
        let mut alice = site.browser();

        let said = alice.post("/reset", &[("address", ALICE)]);
        assert_eq!(said.html().headings(1), ["Look into your mail"]);
        let token = token(&letter(&site, ALICE, "Set a new password"));
        alice.page(&format!("/reset/new?token={token}"));
        let weak = alice.post("/reset/new", &[("token", &token), ("password", "short")]);
        assert_eq!(weak.status, 422);
        let page = alice.send("/reset/new", &[("token", &token), ("password", OTHER)]);
        assert!(page.text().contains("Your new password is set"));

        assert_eq!(elsewhere.get("/account").status, 303);
        assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 422);
        assert_eq!(sign_in(&mut alice, ALICE, OTHER).status, 303);
        letter(&site, ALICE, "Your password on Waymark was changed");
        let again = alice.post("/reset/new", &[("token", &token), ("password", PASSWORD)]);
        assert_eq!(again.status, 404, "a link is good once");
    }

    #[test]
    fn tells_nobody_whether_there_is_an_account() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let count = |site: &Site| -> (i64, i64) {
            let conn = &mut site.conn();
            (outbox::table.count().get_result(conn).unwrap(), tokens::table.count().get_result(conn).unwrap())
        };
        let before = count(&site);
        let known = site.browser().post("/reset", &[("address", ALICE)]);
        let after_known = count(&site);
        let unknown = site.browser().post("/reset", &[("address", "nobody@example.org")]);
        let after_unknown = count(&site);

        assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
        assert_eq!((after_known.0 - before.0, after_known.1 - before.1), (1, 1));
        assert_eq!((after_unknown.0 - after_known.0, after_unknown.1 - after_known.1), (1, 1));
        letter(&site, "nobody@example.org", "There is no account");
    }

    #[test]
    fn a_link_is_good_for_an_hour_and_for_its_purpose() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let mut alice = site.browser();
        alice.post("/reset", &[("address", ALICE)]);
        let token = token(&letter(&site, ALICE, "Set a new password"));

        for path in ["/sign-up/confirm", "/account/address/confirm", "/invitation"] {
            assert_eq!(alice.get(&format!("{path}?token={token}")).status, 404, "{path}");
        }
        site.later(TimeDelta::minutes(61));
        assert_eq!(alice.get(&format!("/reset/new?token={token}")).status, 404);
    }
}

mod changing {
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
}

mod proxies {
    use super::*;

    /// Has somebody ask for many links, from another place each time if one believes the header.
    fn asks(site: &Site) -> Vec<u16> {
        let visitor = site.visitor().at_host("guide.example.org");
        let ask = |n: usize| {
            let (to, from) = (format!("nobody{n}@example.org"), format!("203.0.113.{n}, 198.51.100.{n}"));
            visitor.post("/reset", &[("address", &to)], &[("X-Forwarded-For", &from)]).status
        };
        (0..42).map(ask).collect()
    }

    #[test]
    fn that_are_trusted_say_who_visits() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        assert_eq!(asks(&site), [200; 42], "the one on this machine");
    }

    #[test]
    fn that_are_not_say_nothing() {
        let Some(url) = guide() else { return };
        let base = ("WAYMARK_BASE_URL", "https://guide.example.org");
        let site = Site::set(&url, &[base, ("WAYMARK_TRUSTED_PROXIES", "10.0.0.0/8")]);
        let answers = asks(&site);
        assert_eq!((&answers[..40], &answers[40..]), (&[200; 40][..], &[429; 2][..]));
        let visitor = site.visitor().at_host("guide.example.org");
        assert_eq!(visitor.ask("GET", "/", &[("X-Forwarded-Proto", "http")]).status, 200);
    }

    #[test]
    fn that_took_a_visitor_without_encryption_lead_to_it() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let visitor = site.visitor().at_host("guide.example.org");
        let answer = visitor.ask("GET", "/roles?page=2", &[("X-Forwarded-Proto", "http")]);
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), Some("https://guide.example.org/roles?page=2"));
        let answer = visitor.ask("GET", "//evil.example/", &[("X-Forwarded-Proto", "http")]);
        assert_eq!(answer.header("location"), Some("https://guide.example.org/evil.example/"));
        assert_eq!(visitor.ask("GET", "/", &[("X-Forwarded-Proto", "https")]).status, 200);
    }
}

#[test]
fn a_page_that_says_what_went_wrong_knows_who_is_signed_in() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let mut stranger = site.browser();
    for (path, status) in [("/nothing", 404), ("/roles?page=99", 404), ("/admin", 403), ("/report", 200)] {
        let answer = alice.get(path);
        let text = answer.text();
        assert_eq!(answer.status, status, "{path}");
        assert!(text.contains("My skills") && !text.contains("Sign in"), "{path}: {text}");
    }
    for path in ["/nothing", "/report"] {
        let text = stranger.get(path).text();
        assert!(text.contains("Sign in") && !text.contains("My skills"), "{path}: {text}");
    }
    let wrong = alice.post("/roles", &[]);
    assert_eq!(wrong.status, 405);
    assert!(wrong.text().contains("My skills"), "{}", wrong.text());
    alice.post("/sign-out", &[]);
    assert!(alice.get("/nothing").text().contains("Sign in"));
}
