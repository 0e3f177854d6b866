//! Signing in and out: tries, sessions, devices, ways back.

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
    let count = |site: &Site| -> i64 { person_events::table.count().get_result(&mut site.conn()).unwrap() };
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
    let device = answer.headers("set-cookie").find(|cookie| cookie.starts_with("waymark-device=")).unwrap();
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
