//! Whom the site believes what of where a visitor comes from.

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
