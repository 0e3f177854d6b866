//! Accounts: joining, signing in and out, recovering, changing, leaving, and what others can find out about it.

mod support;

use chrono::TimeDelta;
use diesel::prelude::*;
use support::{Answer, Browser, Letter, Site, database, waymark};
use waymark::db::schema::{devices, outbox, people, person_events, sessions, throttles, tokens};

const ALICE: &str = "alice@example.org";
const PASSWORD: &str = "gravel mitten osprey ledger";
const OTHER: &str = "lantern cobalt thicket oboe";

/// Has somebody sign up and confirm.
fn join(site: &Site, address: &str) -> Browser {
    let mut browser = site.browser();
    sign_up(&mut browser, address, PASSWORD);
    let token = token(&letter(site, address, "Confirm your mail address"));
    let page = browser.send("/sign-up/confirm", &[("token", &token), ("password", PASSWORD)]);
    assert_eq!(page.headings(1), ["Your account"]);
    browser
}

fn sign_up(browser: &mut Browser, address: &str, password: &str) -> Answer {
    let fields = [("address", address), ("password", password), ("name", "Alice"), ("zone", "Europe/Vienna")];
    let answer = browser.post("/sign-up", &fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

fn sign_in(browser: &mut Browser, address: &str, password: &str) -> Answer {
    browser.post("/sign-in", &[("address", address), ("password", password)])
}

/// The newest letter to an address whose subject begins so.
fn letter(site: &Site, to: &str, subject: &str) -> Letter {
    let letters = site.letters().0;
    let found = letters.iter().find(|letter| letter.to == to && letter.subject.starts_with(subject));
    found.cloned().unwrap_or_else(|| panic!("no letter \"{subject}\" to {to}: {letters:?}"))
}

/// The token in the link of a letter.
fn token(letter: &Letter) -> String {
    let (_, rest) = letter.text.split_once("token=").unwrap_or_else(|| panic!("no link: {}", letter.text));
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

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
    fn lasts_half_a_day_or_a_month_after_the_last_visit_and_half_a_year_at_most() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let (mut brief, mut staying) = (site.browser(), site.browser());
        sign_in(&mut brief, ALICE, PASSWORD);
        staying.post("/sign-in", &[("address", ALICE), ("password", PASSWORD), ("stay", "yes")]);

        site.later(TimeDelta::hours(11));
        brief.page("/account");
        site.later(TimeDelta::hours(11));
        brief.page("/account");
        site.later(TimeDelta::hours(13));
        assert_eq!(brief.get("/account").status, 303);

        for _ in 0..8 {
            site.later(TimeDelta::days(20));
            staying.page("/account");
        }
        site.later(TimeDelta::days(20));
        assert_eq!(staying.get("/account").status, 303);
    }

    #[test]
    fn survives_a_restart_and_is_shared_by_instances() {
        let Some(url) = database() else { return };
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
        for path in ["/sign-out", "/account/sessions", "/account/leave"] {
            let status = alice.get(path).status;
            assert!(status == 405 || path == "/account/leave", "GET {path}: {status}");
        }
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

mod security {
    use super::*;

    #[test]
    fn the_page_shows_sessions_events_and_letters() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        sign_in(&mut site.browser(), ALICE, OTHER);
        alice.send("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);

        let page = alice.page("/account/security");
        assert!(page.id("sessions").text().contains("Firefox on Linux this one"), "{}", page.text());
        let events = page.id("events").text();
        for told in ["The account was made", "wrong password was refused", "The password was changed"] {
            assert!(events.contains(told), "{events}");
        }
        assert!(!page.id("letters").text().contains("None"), "{}", page.id("letters").text());
    }

    #[test]
    fn a_session_is_ended_by_its_person_and_nobody_else() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut elsewhere) = (join(&site, ALICE), site.browser());
        sign_in(&mut elsewhere, ALICE, PASSWORD);
        let mut charlie = join(&site, "charlie@example.org");
        let page = alice.page("/account/security");
        let id = other_session(&page);

        for wrong in [id.as_str(), "\0", "", "x"] {
            assert_eq!(charlie.post("/account/sessions", &[("session", wrong)]).status, 404, "{wrong:?}");
        }
        elsewhere.page("/account");
        alice.send("/account/sessions", &[("session", &id)]);
        assert_eq!(elsewhere.get("/account").status, 303);
        assert_eq!(alice.post("/account/sessions", &[("session", &id)]).status, 404);

        sign_in(&mut elsewhere, ALICE, PASSWORD);
        alice.send("/account/sessions", &[("session", "all")]);
        assert_eq!(elsewhere.get("/account").status, 303);
        alice.page("/account");
        charlie.page("/account");
    }

    /// The session that the page does not call "this one".
    fn other_session(page: &support::Html) -> String {
        let row = page
            .all("tr")
            .into_iter()
            .find(|row| !row.text().contains("this one") && row.tags().iter().any(|tag| tag.name == "input"));
        let row = row.expect("another session");
        let input = row.tags().into_iter().find(|tag| tag.name == "input").unwrap();
        input.attribute("value").unwrap().to_owned()
    }
}

mod leaving {
    use super::*;

    #[test]
    fn takes_everything_out_and_deletes_it() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let out = alice.get("/account/data.json");
        assert_eq!(out.header("content-type"), Some("application/json"));
        let out: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
        assert_eq!(out["person"]["address"], ALICE);
        assert_eq!(out["sessions"].as_array().unwrap().len(), 1);
        assert!(!out.to_string().contains("argon2"), "a hash is nobody's to read");

        let unsure = alice.post("/account/leave", &[("old-password", PASSWORD)]);
        assert!(unsure.text().contains("Tick this"), "{}", unsure.text());
        let wrong = alice.post("/account/leave", &[("old-password", OTHER), ("sure", "yes")]);
        assert_eq!(wrong.status, 422);
        let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
        assert_eq!(left.html().headings(1), ["Your account is deleted"]);
        assert_eq!(alice.get("/account").status, 303);
        letter(&site, ALICE, "Your account on Waymark was deleted");

        let conn = &mut site.conn();
        assert_eq!(people::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(sessions::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(devices::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(person_events::table.count().get_result::<i64>(conn).unwrap(), 0);
        let buckets: Vec<String> = throttles::table.select(throttles::bucket).load(conn).unwrap();
        assert!(buckets.iter().all(|bucket| !bucket.contains("alice")));
        let kept: Vec<String> = outbox::table.select(outbox::recipient).load(conn).unwrap();
        assert!(kept.iter().all(|to| !to.contains("alice")), "{kept:?}");
    }
}

mod rights {
    use super::*;
    use std::io::Write;
    use std::path::Path;
    use std::process::Stdio;

    /// Runs a command of the program with something on its standard input.
    fn command(url: &str, folder: &Path, arguments: &[&str], typed: &str) -> (bool, String) {
        let folder = folder.display().to_string();
        let secret = "known to the tests and to nobody else";
        let settings = [("DATABASE_URL", url), ("WAYMARK_DATA", &folder), ("WAYMARK_SECRET", secret)];
        let mut child = waymark(arguments, &settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that needs no password may have ended.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let out = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        (out.status.success(), said)
    }

    #[test]
    fn are_given_by_command_and_end_the_sessions_that_lack_them() {
        let Some(url) = database() else { return };
        let site = Site::on(&url, None);
        let folder = support::scratch();
        let run = |arguments: &[&str], typed: &str| command(&url, &folder, arguments, typed);

        let (fine, said) = run(&["user", "create", ALICE, "--rights", "admin"], "too short\n");
        assert!(!fine && said.contains("at least 12 characters"), "{said}");
        let (fine, said) = run(&["user", "create", ALICE], &format!("{PASSWORD}\n"));
        assert!(fine && said.contains("has an account now, with the rights of: member"), "{said}");
        let (fine, said) = run(&["user", "create", ALICE], &format!("{PASSWORD}\n"));
        assert!(!fine && said.contains("has an account already"), "{said}");

        let mut alice = site.browser();
        assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 303);
        let (fine, said) = run(&["user", "grant", ALICE, "king"], "");
        assert!(!fine && said.contains("member, editor, publisher or admin"), "{said}");
        let (fine, said) = run(&["user", "grant", ALICE, "editor"], "");
        assert!(fine && said.contains("has the rights of: editor"), "{said}");
        assert_eq!(alice.get("/account").status, 303);
        sign_in(&mut alice, ALICE, PASSWORD);
        assert!(alice.page("/account").text().contains("alice@example.org, editor"));

        let (fine, said) = run(&["user", "list"], "");
        assert!(fine && said.contains("editor") && said.contains(ALICE), "{said}");
    }

    #[test]
    fn an_invitation_makes_an_account_with_rights_once() {
        let Some(url) = database() else { return };
        let site = Site::on(&url, None);
        let folder = site.config.data.clone();
        let (fine, said) = command(&url, &folder, &["user", "invite", ALICE, "--rights", "editor"], "");
        assert!(fine && said.contains("An invitation"), "{said}");
        let token = token(&letter(&site, ALICE, "You are invited"));

        let mut alice = site.browser();
        assert!(alice.page(&format!("/invitation?token={token}")).text().contains("rights of: editor"));
        let weak = alice.post("/invitation", &[("token", &token), ("password", "short"), ("zone", "UTC")]);
        assert_eq!(weak.status, 422);
        let own = alice.send("/invitation", &[("token", &token), ("password", PASSWORD), ("zone", "UTC")]);
        assert!(own.text().contains("alice@example.org, editor"), "{}", own.text());
        assert_eq!(site.browser().get(&format!("/invitation?token={token}")).status, 404);
    }
}
