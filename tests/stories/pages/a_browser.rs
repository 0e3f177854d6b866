//! What browsers are told: encodings, caches, heads, static files.

use super::*;

#[test]
fn gets_the_same_words_in_every_encoding() {
    let Some(visitor) = somebody() else { return };
    let plain = visitor.get(ROLE);
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding, cookie"));

    for (accepted, given) in [
        ("br", Some("br")),
        ("gzip", Some("gzip")),
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip;q=1, br;q=0", Some("gzip")),
        ("identity", None),
        ("deflate", None),
        ("br;q=0, gzip;q=0", None),
    ] {
        let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", accepted)]);

        assert_eq!(answer.header("content-encoding"), given, "{accepted}");
        assert!(answer.text() == plain.text(), "{accepted}");
        assert_eq!(answer.header("vary"), Some("accept-encoding, cookie"));
        assert!(given.is_none() || answer.body.len() * 3 < plain.body.len(), "{accepted}");
    }
}

#[test]
fn that_has_the_page_is_told_so() {
    let Some(visitor) = somebody() else { return };
    for encoding in ["identity", "br", "gzip"] {
        let first = visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding)]);
        let tag = first.header("etag").unwrap();
        assert!(tag.starts_with('"'), "strong: {tag}");

        for known in [tag.to_owned(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
            let again = visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding), ("If-None-Match", &known)]);

            assert_eq!(again.status, 304, "{known}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), Some(tag));
            assert_eq!(again.header("cache-control"), Some("public, no-cache"));
        }
        let other =
            visitor.ask("GET", ROLE, &[("Accept-Encoding", encoding), ("If-None-Match", "\"other\"")]);
        assert_eq!(other.status, 200);
    }
}

#[test]
fn that_asks_for_the_head_gets_the_same_head() {
    let Some(visitor) = somebody() else { return };

    for path in ["/", ROLE, "/skills/java?x=y", "/nowhere", "/healthz"] {
        let whole = visitor.get(path);
        let head = visitor.ask("HEAD", path, &[]);

        assert_eq!(head.status, whole.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-length", "content-type", "etag", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{path}");
        }
    }
}

#[test]
fn keeps_static_files_for_a_year() {
    let Some(visitor) = somebody() else { return };
    let files = static_files(&visitor.page(ROLE));
    assert!(files.len() >= 4, "{files:?}");

    for file in files {
        let answer = visitor.ask("GET", &file, &[("Accept-Encoding", "br")]);

        assert_eq!(answer.status, 200, "{file}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let kind = answer.header("content-type").unwrap();
        let expected = match file.rsplit('.').next().unwrap() {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(kind, expected, "{file}");
        let tag = answer.header("etag").unwrap();
        let again = visitor.ask("GET", &file, &[("Accept-Encoding", "br"), ("If-None-Match", tag)]);
        assert_eq!(again.status, 304, "{file}");
    }
}

#[test]
fn gets_pages_as_html_in_utf_8() {
    let Some(visitor) = somebody() else { return };

    for path in ["/", ROLE, "/nowhere"] {
        assert_eq!(visitor.get(path).header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}
