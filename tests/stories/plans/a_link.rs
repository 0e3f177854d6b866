//! A plan shown to somebody by a link: what Bob sees, and for how long.

use super::*;

/// Has Alice make a link; gives its address within the site.
fn link(alice: &mut Browser, path: &str, typed: &[(&str, &str)]) -> String {
    let answer = alice.post(&format!("{path}/links"), typed);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let url = answer.html().class("plan-secret")[0].text();
    url[url.find("/plans/").unwrap()..].to_owned()
}

#[test]
fn lets_bob_read_without_an_account_and_change_nothing() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
    let java = item(&alice.page(&path), "Java");
    let page = alice.page(&java);
    alice.fill(&page, &java, &[("note", "I find this hard.")]);
    let address = link(&mut alice, &path, &[("for", "Bob"), ("days", "30"), ("purpose", "mentor")]);
    assert!(alice.page(&format!("{path}/links")).id("links").text().contains("Bob"));
    assert!(alice.page(&format!("{path}/links")).id("links").text().contains("never"));

    let bob = site.visitor();
    let answer = bob.get(&address);

    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("x-robots-tag"), Some("noindex, nofollow"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let page = answer.html();
    assert!(page.text().contains("A plan of Alice, shared with you"), "{}", page.text());
    assert!(page.id("items").text().contains("Java") && !page.text().contains("I find this hard"));
    assert!(!page.source().contains("<form") && !page.source().contains("/items/"), "nothing to press");
    assert!(!page.source().contains("alice@"), "no address");
    assert_eq!(bob.post(&address, &[("name", "Mine")], &[]).status, 405);
    let secret = address.split("key=").nth(1).unwrap();
    assert!(secret.len() >= 43, "256 bits");
    assert!(!alice.page(&format!("{path}/links")).id("links").text().contains("never"), "used");
    let calendar = address.replace("/plans/shared", "/plans/calendar.ics");
    assert_eq!(bob.get(&calendar).status, 404, "a link is good for one thing");

    let with_notes = link(&mut alice, &path, &[("days", "1"), ("notes", "yes"), ("purpose", "mentor")]);
    assert!(bob.page(&with_notes).text().contains("I find this hard."));
    let mut stored = site.conn();
    let hashes: Vec<String> = waymark::db::schema::plan_links::table
        .select(waymark::db::schema::plan_links::hash)
        .load(&mut stored)
        .unwrap();
    assert!(hashes.iter().all(|hash| hash != secret && hash.len() == 64), "only hashes are kept");

    site.later(TimeDelta::days(2));
    assert_eq!(bob.get(&with_notes).status, 404, "it ended");
    assert_eq!(bob.get(&address).status, 200);
    sign_in(&mut alice, ALICE, PASSWORD);
    let links = alice.page(&format!("{path}/links"));
    assert!(links.id("links").text().contains("ended"), "{}", links.text());
    for fields in links.all("form").iter().map(Html::fields) {
        if let Some((_, id)) = fields.iter().find(|(name, _)| name == "link") {
            alice.post(&format!("{path}/links/revoke"), &[("link", id)]);
        }
    }
    assert_eq!(bob.get(&address).status, 404, "it was taken back");
    for wrong in ["", "x", "%00", "a%27b"] {
        assert_eq!(bob.get(&format!("/plans/shared?key={wrong}")).status, 404);
    }
}

#[test]
fn to_a_calendar_gives_the_dates() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[("target", "2040-06-01")]);
    let java = item(&alice.page(&path), "Java");
    let page = alice.page(&java);
    alice.fill(&page, &java, &[("due", "2040-05-01"), ("note", "secret thoughts")]);
    let address = link(&mut alice, &path, &[("purpose", "calendar")]);

    let answer = site.visitor().get(&address);

    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = answer.text();
    assert!(!text.contains("DTEND"), "a whole day has no end on itself: {text}");
    assert!(text.contains("DTSTART;VALUE=DATE:20400501") && text.contains("SUMMARY:Java"), "{text}");
    assert!(text.contains("DTSTART;VALUE=DATE:20400601") && !text.contains("secret"), "{text}");
    assert_eq!(alice.get(&format!("{path}/plan.ics")).text(), text);
}

#[test]
fn is_bounded_and_says_what_is_wrong() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
    let links = format!("{path}/links");
    for days in ["0", "366", "", "many", "-1"] {
        let answer = alice.post(&links, &[("days", days), ("purpose", "mentor")]);
        assert_eq!(answer.status, 422, "{days}");
        assert!(answer.html().id("days-error").text().contains("from 1 to 365"), "{}", answer.text());
    }
    for _ in 0..20 {
        link(&mut alice, &path, &[("days", "1"), ("purpose", "mentor")]);
    }
    let full = alice.post(&links, &[("days", "1"), ("purpose", "mentor")]);
    assert!(full.text().contains("This plan has 20 links"), "{}", full.text());
}
