//! What the front door lets in and what it refuses.

use super::*;

#[test]
fn refuse_an_address_that_is_too_long() {
    let Some(visitor) = somebody() else { return };

    for path in [format!("/{}", "x".repeat(3000)), format!("/?q={}", "x".repeat(3000))] {
        let answer = visitor.get(&path);

        assert_eq!(answer.status, 414);
        assert!(told(&answer).contains("The address is too long. Shorten what you ask for."));
    }
}

#[test]
fn refuse_headers_that_are_too_many() {
    let Some(visitor) = somebody() else { return };
    let cookie = "x".repeat(20 * 1024);

    let answer = visitor.ask("GET", "/", &[("Cookie", &cookie)]);

    assert_eq!(answer.status, 431);
    assert!(told(&answer).contains("Clearing the cookies of this site usually helps."));
}

#[test]
fn end_what_never_ends() {
    let Some(visitor) = somebody() else { return };
    let endless = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n", "x".repeat(1024 * 1024));

    let answer = visitor.send(endless.as_bytes(), false);

    assert!([400, 431].contains(&answer.status), "{}", answer.status);
}

#[test]
fn refuse_what_is_no_http() {
    let Some(visitor) = somebody() else { return };

    for request in
        ["HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    {
        let answer = visitor.send(request.as_bytes(), false);

        assert_eq!(answer.status, 400, "{request:?}");
    }
}

#[test]
fn name_the_methods_that_a_page_takes() {
    let Some(visitor) = somebody() else { return };
    let origin = visitor.site();

    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for path in ["/", ROLE, "/healthz"] {
            let answer = visitor.ask(method, path, &[("Origin", &origin)]);

            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"));
            assert!(told(&answer).contains("It can be read, and nothing can be sent to it."));
        }
    }
}

#[test]
fn refuse_a_form_that_another_site_sends() {
    let Some(visitor) = somebody() else { return };

    for headers in [
        [("Sec-Fetch-Site", "cross-site"), ("Origin", visitor.site().as_str())],
        [("Sec-Fetch-Site", "same-site"), ("Accept", "*/*")],
        [("Origin", "https://evil.example"), ("Accept", "*/*")],
        [("Origin", "null"), ("Accept", "*/*")],
        [("Accept", "*/*"), ("Referer", "https://evil.example/")],
    ] {
        let answer = visitor.ask("POST", "/", &headers);

        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(told(&answer).contains("Open the page here and send it again."));
    }
}

#[test]
fn answer_to_no_other_name() {
    let Some(visitor) = somebody() else { return };

    for host in ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""] {
        let answer = visitor.at_host(host).get("/");

        assert!([400, 421].contains(&answer.status), "{host}: {}", answer.status);
        assert!(!answer.text().contains("evil.example"), "{host}");
    }
    for host in ["localhost", "127.0.0.1:1234", "[::1]:80", "LOCALHOST"] {
        assert_eq!(visitor.at_host(host).get("/").status, 200, "{host}");
    }
    let told = told(&visitor.at_host("evil.example").get("/"));
    assert!(told.contains("This server answers only to its own address."), "{told}");
}

#[test]
fn believe_no_proxy_in_local_mode() {
    let Some(visitor) = somebody() else { return };

    for name in ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"] {
        let answer = visitor.ask("GET", "/", &[(name, "evil.example")]);

        assert_eq!(answer.status, 400, "{name}");
        assert!(told(&answer).contains("Set WAYMARK_BASE_URL to the address that visitors use."));
    }
}

#[test]
fn send_strict_headers_with_everything() {
    let Some(visitor) = somebody() else { return };
    let style = static_files(&visitor.page("/"))[0].clone();

    for (path, status) in [
        ("/", 200),
        (ROLE, 200),
        (style.as_str(), 200),
        ("/nowhere", 404),
        ("/roles/", 308),
        ("/healthz", 200),
    ] {
        let answer = visitor.get(path);

        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "deny"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-permitted-cross-domain-policies", "none"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("permissions-policy").unwrap().contains("camera=()"), "{path}");
        // What stood ready went through nothing that could be asked about.
        let odd = answer.status >= 400;
        assert!(!odd || answer.header("x-request-id").is_some_and(|id| !id.is_empty()), "{path}");
        // A browser that has seen it at localhost would refuse every other program there.
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
    }
}

#[test]
fn believe_the_proxy_and_ask_for_https_once_the_site_has_an_address() {
    let Some(site) = Site::behind("https://guide.example.org") else { return };
    let visitor = site.visitor().at_host("guide.example.org");

    let answer =
        visitor.ask("GET", ROLE, &[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]);

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000; includeSubDomains"));
    assert!(answer.header("content-security-policy").unwrap().ends_with("upgrade-insecure-requests"));
    let canonical = format!("<link rel=\"canonical\" href=\"https://guide.example.org{ROLE}\">");
    assert!(answer.text().contains(&canonical));
    assert_eq!(site.visitor().get("/").status, 421, "localhost is another host now");
}
