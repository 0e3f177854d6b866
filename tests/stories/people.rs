//! People: what they and staff see of their accounts, what staff do with them, and what is left when they leave.

use crate::support::people::{
    self as cast, ALICE, OTHER, PASSWORD, admin, at_once, join, letter, sign_in, token,
};
use crate::support::{Browser, Site, guide, waymark};
use chrono::TimeDelta;
use diesel::prelude::*;
use waymark::db::schema::{devices as known, people, person_events, reports, throttles};

const BOB: &str = "bob@example.org";

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
    fn other_session(page: &crate::support::Html) -> String {
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
    use crate::support::Engine;
    use diesel::sql_types::{BigInt, Text};
    use waymark::accounts::MailAddress;
    use waymark::db::Conn;
    use waymark::reports::Report;

    fn report(site: &Site, reply: &str) {
        let report = Report {
            id: uuid::Uuid::now_v7().to_string(),
            page: "/".into(),
            section: None,
            revision: None,
            words: "It is from 1995.".into(),
            source: None,
            reply: Some(reply.into()),
            reported: chrono::Utc::now(),
        };
        report.take(&mut site.conn(), &site.state.secret, "net").unwrap();
    }

    /// Has Alice leave something in every place that she can.
    fn live(site: &Site) -> Browser {
        let mut alice = join(site, ALICE);
        alice.post("/account", &[("name", "Alice Liddell"), ("zone", "UTC")]);
        let mut elsewhere = site.browser();
        sign_in(&mut elsewhere, ALICE, PASSWORD);
        sign_in(&mut site.browser(), "Alice@Example.org", OTHER);
        alice.post("/account/password", &[("old-password", OTHER), ("password", OTHER)]);
        let said = [
            ("mark", "strong"),
            ("note", "Alice Liddell did it."),
            ("url-0", "https://alice.example/"),
            ("version", "0"),
        ];
        assert_eq!(alice.post("/skills/java/mark", &said).status, 303);
        alice.page(crate::support::ROLE);
        report(site, "Alice@Example.org");
        report(site, "bob@example.org");
        plan(&mut alice);
        // What is sent, and what still waits.
        site.letters();
        alice.post("/reset", &[("address", ALICE)]);
        alice.post("/account/address", &[("address", "liddell@example.com"), ("old-password", PASSWORD)]);
        alice.post(
            "/sign-up",
            &[("address", ALICE), ("password", OTHER), ("name", "Alice Liddell"), ("zone", "UTC")],
        );
        elsewhere.cookies.remove("waymark-session");
        elsewhere.post("/account", &[("name", "Alice P. Liddell"), ("zone", "UTC")]);
        sign_in(&mut elsewhere, ALICE, PASSWORD);
        alice
    }

    /// Has her make a plan with notes, a link and a mark.
    fn plan(alice: &mut Browser) {
        let role = "web-application-backend-development";
        let fields = [
            ("role", role),
            ("hours", "6"),
            ("name", "Alice’s way"),
            ("seen", &format!("{role}/1/")),
            ("shown", "java"),
            ("item", "java"),
            ("do", "make"),
        ];
        let made = alice.post("/plans/new", &fields);
        let path = made.header("location").unwrap_or_else(|| panic!("{}", made.text())).to_owned();
        let path = path.split('?').next().unwrap();
        alice.post(
            &format!("{path}/edit"),
            &[("version", "1"), ("name", "Alice’s way"), ("hours", "6"), ("note", "Liddell only")],
        );
        alice.post(&format!("{path}/add"), &[("kind", "own"), ("name", "Ask Alice Liddell"), ("do", "own")]);
        alice.post(&format!("{path}/links"), &[("for", "Liddell"), ("days", "30"), ("purpose", "mentor")]);
        let page = alice.page(path);
        let java = page.links().into_iter().find(|link| link.contains("/items/")).unwrap();
        alice.post(&format!("{java}/mark"), &[("mark", "learning")]);
    }

    #[test]
    fn takes_everything_out() {
        let Some(site) = Site::open() else { return };
        let mut alice = live(&site);

        let answer = alice.get("/account/data.json");

        assert_eq!(answer.header("content-type"), Some("application/json"));
        let out: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(out["person"]["address"], ALICE);
        assert_eq!(
            (&out["plans"][0]["note"], out["plans"][0]["links"][0]["name"].as_str()),
            (&"Liddell only".into(), Some("Liddell"))
        );
        let list = |name: &str| out[name].as_array().unwrap_or_else(|| panic!("no {name}")).clone();
        let of = |name: &str, field: &str| -> Vec<String> {
            list(name).iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(list("sessions").len(), 3);
        assert_eq!(list("devices").len(), 2);
        assert_eq!(of("waiting_for_confirmation", "purpose"), ["reset", "address", "form"]);
        assert_eq!(of("reports", "reply"), ["Alice@Example.org"]);
        assert!(of("events", "what").contains(&"A sign-in with a wrong password was refused".to_owned()));
        let letters = of("letters", "subject");
        for subject in [
            "A new device signed in to your account on Waymark",
            "Set a new password for Waymark",
            "Somebody wants to change your mail address on Waymark",
            "Confirm your new mail address for Waymark",
            "You have an account on Waymark already",
        ] {
            assert!(letters.contains(&subject.to_owned()), "{subject}: {letters:?}");
        }
        assert!(!answer.text().contains("argon2"), "a hash is nobody's to read");
    }

    #[test]
    fn asks_for_the_password_and_whether_one_is_sure() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let unsure = alice.post("/account/leave", &[("old-password", PASSWORD)]);
        assert!(unsure.text().contains("Tick this"), "{}", unsure.text());
        let wrong = alice.post("/account/leave", &[("old-password", OTHER), ("sure", "yes")]);
        assert_eq!(wrong.status, 422);
        alice.page("/account");
    }

    #[test]
    fn leaves_nothing_in_any_table_but_the_id_in_the_trail() {
        let Some(site) = Site::open() else { return };
        let mut alice = live(&site);
        let id = cast::id(&site, ALICE);
        let key = MailAddress::parse(ALICE).unwrap().key();
        let conn = &mut site.conn();
        assert!(found(conn, &id).len() > 5, "she is in many places: {:?}", found(conn, &id));

        let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);

        assert_eq!(left.html().headings(1), ["Your account is deleted"]);
        assert_eq!(alice.get("/account").status, 303);
        // The last letter goes out, and no other: what waited was cancelled.
        let before = site.letters().to(ALICE).len();
        letter(&site, ALICE, "Your account on Waymark was deleted");
        assert_eq!(site.letters().to("liddell@example.com").len(), 0);
        assert_eq!(site.letters().to(ALICE).len(), before);
        for words in ["alice", "liddell", &key] {
            assert_eq!(found(conn, words), Vec::<String>::new(), "{words}");
        }
        assert_eq!(found(conn, &id), ["person_events.person"]);
        let events: Vec<String> = person_events::table
            .filter(person_events::person.eq(&id))
            .select(person_events::event)
            .load(conn)
            .unwrap();
        assert_eq!(events, ["left"]);
        let buckets: Vec<String> = throttles::table.select(throttles::bucket).load(conn).unwrap();
        assert!(buckets.iter().all(|bucket| bucket.contains("/net/")), "{buckets:?}");
        let replies: Vec<Option<String>> = reports::table.select(reports::reply).load(conn).unwrap();
        assert_eq!(replies.iter().flatten().collect::<Vec<_>>(), ["bob@example.org"]);
    }

    #[derive(diesel::QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        table_name: String,
        #[diesel(sql_type = Text)]
        column_name: String,
    }

    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    /// The columns, of all tables that there are, in which a text stands.
    fn found(conn: &mut Conn, words: &str) -> Vec<String> {
        let columns = match Engine::of_this_run() {
            Engine::Sqlite => {
                "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m \
                 JOIN pragma_table_info(m.name) p WHERE m.type = 'table' \
                 AND (p.type LIKE 'VARCHAR%' OR p.type LIKE 'TEXT%')"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name \
                 FROM information_schema.columns WHERE table_schema = 'public' \
                 AND data_type IN ('character varying', 'text')"
            }
            Engine::Mariadb => {
                "SELECT CAST(table_name AS CHAR(100)) AS table_name, \
                 CAST(column_name AS CHAR(100)) AS column_name \
                 FROM information_schema.columns WHERE table_schema = DATABASE() \
                 AND data_type IN ('varchar', 'char', 'text', 'mediumtext', 'longtext')"
            }
        };
        let columns: Vec<Column> = diesel::sql_query(columns).load(conn).unwrap();
        assert!(columns.len() > 60, "{}", columns.len());
        let mut found = Vec::new();
        for Column { table_name, column_name } in columns {
            let asked = format!(
                "SELECT COUNT(*) AS count FROM {table_name} WHERE LOWER({column_name}) LIKE '%{words}%'"
            );
            if diesel::sql_query(asked).get_result::<Count>(conn).unwrap().count > 0 {
                found.push(format!("{table_name}.{column_name}"));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn is_refused_to_the_last_admin() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        let leave = [("old-password", PASSWORD), ("sure", "yes")];
        let answer = alice.post("/account/leave", &leave);
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("You are the only admin"), "{}", answer.text());
        admin(&site, BOB);
        assert_eq!(alice.post("/account/leave", &leave).status, 200);
    }
}

mod devices {
    use super::*;

    /// The ids in the forms of a part of the security page.
    fn ids(page: &crate::support::Html) -> Vec<String> {
        page.id("devices").fields().into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn a_new_one_is_told_by_letter_but_the_first() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let told = |site: &Site| {
            site.letters().to(ALICE).iter().filter(|letter| letter.subject.contains("new device")).count()
        };
        alice.send("/sign-out", &[]);
        sign_in(&mut alice, ALICE, PASSWORD);
        assert_eq!(told(&site), 0);

        sign_in(&mut site.browser(), ALICE, PASSWORD);
        let words = letter(&site, ALICE, "A new device signed in").text;
        assert!(words.contains("Firefox on Linux") && words.contains("/reset"), "{words}");
        sign_in(&mut alice, ALICE, PASSWORD);
        sign_in(&mut site.browser(), ALICE, OTHER);
        assert_eq!(told(&site), 1);
    }

    #[test]
    fn are_listed_and_forgotten_by_their_person_alone() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut elsewhere) = (join(&site, ALICE), site.browser());
        sign_in(&mut elsewhere, ALICE, PASSWORD);
        let mut bob = join(&site, BOB);
        let all = ids(&alice.page("/account/security"));
        assert_eq!(all.len(), 2);
        assert!(alice.page("/account/security").id("devices").text().contains("Firefox on Linux this one"));

        for wrong in [all[0].as_str(), "", "\0", "x"] {
            assert_eq!(bob.post("/account/devices", &[("device", wrong)]).status, 404, "{wrong:?}");
        }
        for device in &all {
            alice.send("/account/devices", &[("device", device)]);
        }
        assert!(alice.page("/account/security").id("devices").text().contains("None is known"));
        // None is left, and still the next one is new.
        sign_in(&mut alice, ALICE, PASSWORD);
        let told = site.letters().to(ALICE).iter().filter(|l| l.subject.contains("new device")).count();
        assert_eq!(told, 2);
    }

    #[test]
    fn and_what_happened_are_kept_for_a_year() {
        let Some(site) = Site::open() else { return };
        let mut alice = join(&site, ALICE);
        let rows = |site: &Site| -> (i64, i64) {
            let conn = &mut site.conn();
            let devices = known::table.count().get_result(conn).unwrap();
            (devices, person_events::table.count().get_result(conn).unwrap())
        };
        site.later(TimeDelta::days(364));
        site.sweep();
        assert_eq!(rows(&site), (1, 1));
        sign_in(&mut alice, ALICE, PASSWORD);
        site.later(TimeDelta::days(364));
        site.sweep();
        assert_eq!(rows(&site), (1, 1), "the sign-in counts, the joining is forgotten");
        site.later(TimeDelta::days(2));
        site.sweep();
        assert_eq!(rows(&site), (0, 0));
    }

    #[test]
    fn a_cookie_that_was_planted_is_not_taken_over() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE);
        let mut alice = site.browser();
        alice.cookies.insert("waymark-device".into(), "mallory knows this".into());
        sign_in(&mut alice, ALICE, PASSWORD);
        assert_ne!(alice.cookies["waymark-device"], "mallory knows this");

        let mut mallory = site.browser();
        mallory.cookies.insert("waymark-device".into(), "mallory knows this".into());
        for _ in 0..10 {
            sign_in(&mut mallory, ALICE, OTHER);
        }
        assert_eq!(sign_in(&mut mallory, ALICE, OTHER).status, 429);
        assert_eq!(sign_in(&mut alice, ALICE, PASSWORD).status, 303, "her own is another one");
    }
}

mod staff {
    use super::*;
    use diesel::dsl::count_star;

    #[test]
    fn are_let_in_by_rights_and_others_are_told_whom_to_ask() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        let mut bob = join(&site, BOB);
        let id = cast::id(&site, ALICE);

        for path in ["/admin/people", &format!("/admin/people/{id}"), "/admin/trail", "/admin/trail.csv"] {
            assert_eq!(alice.get(path).status, 200, "{path}");
            let refused = bob.get(path);
            assert_eq!(refused.status, 403, "{path}");
            assert!(refused.text().contains("ask one for the rights"), "{}", refused.text());
            assert!(!refused.html().text().contains(ALICE), "{path}");
            assert_eq!(site.browser().get(path).status, 303, "{path}");
        }
        for path in
            ["/admin/people", &format!("/admin/people/{id}/rights"), &format!("/admin/people/{id}/sessions")]
        {
            let fields = [("rights", "admin"), ("address", "charlie@example.org")];
            assert_eq!(bob.post(path, &fields).status, 403, "{path}");
        }
        for wrong in
            ["/admin/people/x", "/admin/people/%00", "/admin/people/x/rights", "/admin/people/%00/rights"]
        {
            let status = if wrong.ends_with("rights") {
                alice.post(wrong, &[("rights", "member")]).status
            } else {
                alice.get(wrong).status
            };
            assert_eq!(status, 404, "{wrong}");
        }
    }

    #[test]
    fn find_people_by_address_and_name_and_see_what_they_need() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        let mut bob = join(&site, BOB);
        bob.post("/account", &[("name", "Bob Ångström 100%"), ("zone", "UTC")]);
        for n in 0..60 {
            let address = format!("reader{n:02}@example.com");
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(format!("id-{n:02}")),
                    people::address.eq(&address),
                    people::folded.eq(&address),
                    people::name.eq(""),
                    people::folded_name.eq(""),
                    people::zone.eq("UTC"),
                    people::rights.eq("member"),
                    people::password.eq("no hash of anything"),
                    people::created_at.eq(0),
                ))
                .execute(&mut site.conn())
                .unwrap();
        }
        let rows = |page: &crate::support::Html| page.id("people").all("tr").len() - 1;

        assert_eq!(rows(&alice.page("/admin/people")), 50);
        assert_eq!(rows(&alice.page("/admin/people?page=2")), 12);
        assert_eq!(alice.get("/admin/people?page=3").status, 404);
        let second = alice.page("/admin/people?q=example.com").links();
        assert!(second.contains(&"/admin/people?q=example.com&page=2".to_owned()), "{second:?}");
        for words in ["BOB@", "ångström", "0%25", "Bob+%C3%85"] {
            let page =
                alice.page(&format!("/admin/people?q={}", words.replace("ångström", "%C3%A5ngstr%C3%B6m")));
            assert_eq!(rows(&page), 1, "{words}");
            assert!(
                page.text().contains("Bob Ångström") && page.text().contains("b…@example.org"),
                "{}",
                page.text()
            );
            assert!(!page.source().contains(BOB), "of an address a part is shown");
        }
        for words in ["_ob@", "%25ob", "!", "nobody", "\\"] {
            let page = alice.page(&format!("/admin/people?q={words}"));
            assert!(page.text().contains("Nobody has this"), "{words}");
        }

        let page = alice.page(&format!("/admin/people/{}", cast::id(&site, BOB)));
        let state = page.id("state").text();
        assert!(state.contains("Rights member") && state.contains("Sessions 1"), "{state}");
        assert!(page.id("events").text().contains("The account was made"));
        assert!(!page.source().contains(BOB));
    }

    #[test]
    fn give_and_take_rights_and_the_sessions_end() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut bob) = (admin(&site, ALICE), join(&site, BOB));
        let id = cast::id(&site, BOB);
        let path = format!("/admin/people/{id}/rights");

        for wrong in ["", "king", "Admin\r\n"] {
            let answer = alice.post(&path, &[("rights", wrong)]);
            assert_eq!(answer.status, 422, "{wrong:?}");
            assert!(answer.text().contains("Choose one of the rights"));
        }
        bob.page("/account");
        let page = alice.send(&path, &[("rights", "editor")]);
        assert!(page.text().contains("The rights are given") && page.text().contains("editor"));
        assert_eq!(bob.get("/account").status, 303);
        letter(&site, BOB, "Your rights on Waymark were changed");
        sign_in(&mut bob, BOB, PASSWORD);
        assert!(bob.page("/account").text().contains("editor"));
        assert!(
            bob.page("/account/security").id("events").text().contains("editor by those who run the site")
        );

        alice.send(&format!("/admin/people/{id}/sessions"), &[]);
        assert_eq!(bob.get("/account").status, 303);
        alice.send(&path, &[("rights", "member")]);
        sign_in(&mut bob, BOB, PASSWORD);
        assert!(!bob.page("/account").text().contains("editor"));
    }

    #[test]
    fn never_lock_out_the_last_admin() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        let path = |who: &str| format!("/admin/people/{}/rights", cast::id(&site, who));
        let refused = alice.post(&path(ALICE), &[("rights", "member")]);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Nobody else is admin"), "{}", refused.text());

        let bob = admin(&site, BOB);
        let both = [(alice.clone(), path(BOB)), (bob, path(ALICE))];
        let statuses =
            at_once(&both, |(browser, path)| browser.clone().post(path, &[("rights", "member")]).status);
        let admins: i64 = people::table
            .filter(people::rights.eq("admin"))
            .select(count_star())
            .first(&mut site.conn())
            .unwrap();
        assert_eq!(admins, 1, "{statuses:?}");
    }

    #[test]
    fn give_up_their_own_rights_and_stay_signed_in() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        admin(&site, BOB);
        let path = format!("/admin/people/{}/rights", cast::id(&site, ALICE));
        let page = alice.send(&path, &[("rights", "member")]);
        assert_eq!(page.headings(1), ["Your account"]);
        assert_eq!(alice.get("/admin/people").status, 403);
    }

    #[test]
    fn invite_by_letter_and_the_last_invitation_counts() {
        let Some(site) = Site::open() else { return };
        let mut alice = admin(&site, ALICE);
        let invite = |alice: &mut Browser, address: &str, rights: &str| {
            alice.post("/admin/people", &[("address", address), ("rights", rights)])
        };
        let taken = invite(&mut alice, ALICE, "editor");
        assert!(taken.text().contains("has an account"), "{}", taken.text());
        for (address, rights) in
            [("", "editor"), ("bob", "editor"), (BOB, "king"), ("b\u{202e}ob@example.org", "editor")]
        {
            let answer = invite(&mut alice, address, rights);
            assert_eq!(answer.status, 422, "{address} {rights}");
            assert_eq!(answer.html().class("problems").len(), 1);
        }
        assert_eq!(invite(&mut alice, "BOB@Example.org", "publisher").status, 303);
        let first = token(&letter(&site, "BOB@example.org", "You are invited"));
        assert_eq!(invite(&mut alice, BOB, "editor").status, 303);
        let second = token(&letter(&site, BOB, "You are invited"));

        let mut bob = site.browser();
        assert_eq!(bob.get(&format!("/invitation?token={first}")).status, 404, "another took its place");
        let fields =
            [("token", second.as_str()), ("password", PASSWORD), ("zone", "UTC"), ("rights", "admin")];
        let page = bob.send("/invitation", &fields);
        assert!(page.text().contains("bob@example.org, editor"), "{}", page.text());
    }

    #[test]
    fn read_the_trail_and_take_it_out() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut bob) = (admin(&site, ALICE), join(&site, BOB));
        bob.post("/account", &[("name", "=cmd|' /C calc'!A0"), ("zone", "UTC")]);
        let (alices, bobs) = (cast::id(&site, ALICE), cast::id(&site, BOB));
        alice.send(&format!("/admin/people/{bobs}/rights"), &[("rights", "editor")]);
        sign_in(&mut site.browser(), "nobody@example.org", OTHER);

        let all = alice.page("/admin/trail").id("trail").text();
        for told in ["The account was made", "The rights were changed editor", "nobody with an account"] {
            assert!(all.contains(told), "{told}: {all}");
        }
        assert!(!all.contains("@example.org"), "{all}");
        let rights = alice.page(&format!("/admin/trail?kind=rights-changed&person={bobs}"));
        assert_eq!(rights.all("tr").len(), 2, "{}", rights.text());
        assert!(rights.all("tr")[1].text().contains("=cmd"));
        for nothing in ["kind=x", "person=%00", "person='%20OR%201=1"] {
            assert!(alice.page(&format!("/admin/trail?{nothing}")).text().contains("0 entries"), "{nothing}");
        }

        let table = alice.get(&format!("/admin/trail.csv?kind=rights-changed&person={bobs}"));
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let mut table = csv::Reader::from_reader(table.text().into_bytes().leak() as &[u8]);
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        let row: Vec<&str> = rows[0].iter().skip(1).collect();
        assert_eq!(
            row,
            ["The rights were changed", "editor", &bobs, "'=cmd|' /C calc'!A0", &alices, "Alice"]
        );
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
        let Some(url) = guide() else { return };
        let site = Site::on(&url, None);
        let folder = crate::support::scratch();
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
        let Some(url) = guide() else { return };
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
