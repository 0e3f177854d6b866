//! Pages of the guide as those see them who are signed in.

use super::*;

const PATHS: [&str; 5] = [ROLE, "/skills/java", "/", "/sources", "/roles"];

#[test]
fn are_the_same_bytes_for_everybody_whatever_somebody_marked() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let before = PATHS.map(|path| visitor.get(path));

    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let hers = PATHS.map(|path| alice.get(path));
    let mut charlie = join(&site, CHARLIE);
    let his = PATHS.map(|path| charlie.get(path));

    for (i, path) in PATHS.into_iter().enumerate() {
        let after = visitor.get(path);
        assert!(after.body == before[i].body, "{path}");
        assert_eq!(after.header("etag"), before[i].header("etag"));
        assert_eq!(after.header("cache-control"), Some("public, no-cache"));
        assert_eq!(after.header("vary"), Some("accept-encoding, cookie"));
        assert!(after.html().links().contains(&"/sign-in".to_owned()), "{path}");
        for own in [&hers[i], &his[i]] {
            assert_eq!(own.status, 200, "{path}");
            assert_eq!(own.header("cache-control"), Some("private, no-store"));
            assert_eq!(own.header("vary"), Some("accept-encoding, cookie"));
            let links = own.html().links();
            for way in ["/plans", "/skills/mine", "/account"] {
                assert!(links.contains(&way.to_owned()), "{path}: {links:?}");
            }
            assert!(!links.contains(&"/sign-in".to_owned()), "{path}");
            own.html().ids();
        }
    }
    assert!(hers[0].text().contains("You: Strong"));
    assert!(!his[0].text().contains("You: Strong") && !his[1].text().contains("invoices"));
    assert!(hers[1].text().contains("invoices"));
}

#[test]
fn are_not_taken_for_those_of_another_by_tag_method_or_coding() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let shared = visitor.get(ROLE);
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
    let own = visitor.ask("GET", ROLE, &[("Cookie", &cookie)]);

    // Her browser has the page for everybody and asks whether it still holds.
    let tag = shared.header("etag").unwrap();
    let asked = visitor.ask("GET", ROLE, &[("Cookie", &cookie), ("If-None-Match", tag)]);
    assert_eq!(asked.status, 200);
    assert!(asked.text().contains("You: Strong"));
    // Somebody who has hers gets the one for everybody.
    let own_tag = own.header("etag").unwrap();
    let strange = visitor.ask("GET", ROLE, &[("If-None-Match", own_tag)]);
    assert!(strange.status == 200 && strange.body == shared.body);
    // A head is that of the page.
    let head = visitor.ask("HEAD", ROLE, &[("Cookie", &cookie)]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("cache-control"), Some("private, no-store"));
    let head = visitor.ask("HEAD", ROLE, &[]);
    assert_eq!(head.header("etag"), shared.header("etag"));
    for coding in ["br", "gzip"] {
        let answer = visitor.ask("GET", ROLE, &[("Cookie", &cookie), ("Accept-Encoding", coding)]);
        assert_eq!(answer.header("content-encoding"), Some(coding));
        assert!(answer.text().contains("You: Strong"));
        let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", coding)]);
        assert!(!answer.text().contains("You: Strong"));
    }
    // The other order of skills is hers as well.
    let entry = visitor.ask("GET", &format!("{ROLE}?level=entry"), &[("Cookie", &cookie)]);
    assert!(entry.text().contains("You: Strong"));
    assert!(!visitor.get(&format!("{ROLE}?level=entry")).text().contains("You: Strong"));
}

#[test]
fn are_the_shared_ones_for_cookies_that_count_for_nothing() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let shared = visitor.get(ROLE);
    let mut alice = join(&site, ALICE);
    let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
    let forged = format!("waymark-session={}x", "A".repeat(120));
    let cut = cookie[..cookie.len() - 4].to_owned();
    let long = format!("waymark-session={}", "x".repeat(4000));
    let same = |cookie: &str, why: &str| {
        let answer = visitor.ask("GET", ROLE, &[("Cookie", cookie)]);
        assert_eq!(answer.status, 200, "{why}");
        assert!(answer.body == shared.body, "{why}");
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"), "{why}");
        assert_eq!(answer.header("etag"), shared.header("etag"), "{why}");
        let not = visitor.ask(
            "GET",
            ROLE,
            &[("Cookie", cookie), ("If-None-Match", shared.header("etag").unwrap())],
        );
        assert_eq!(not.status, 304, "{why}");
    };

    same(&forged, "forged");
    same(&cut, "cut off");
    same(&long, "long");
    same("waymark-session=", "empty");
    same("waymark-session", "no cookie at all");
    same("other-waymark-session=1", "another name");
    alice.post("/sign-out", &[]);
    same(&cookie, "signed out");
    let mut alice = site.browser();
    crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
    let cookie = format!("waymark-session={}", alice.cookies["waymark-session"]);
    assert_ne!(visitor.ask("GET", ROLE, &[("Cookie", &cookie)]).body, shared.body);
    site.later(TimeDelta::hours(3));
    same(&cookie, "run out");
}
