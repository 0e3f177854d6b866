//! Addresses that lead nowhere, and what they may have meant.

use super::*;

#[test]
fn an_address_is_offered_what_comes_close() {
    let Some(visitor) = somebody() else { return };

    let answer = visitor.get("/skills/jaba");

    assert_eq!(answer.status, 404);
    let page = answer.html();
    assert_eq!(page.headings(1), ["There is no page here"]);
    assert!(page.id("near").links().contains(&"/skills/java".to_owned()));
    assert!(page.links().contains(&"/roles".to_owned()));
}

#[test]
fn a_part_of_a_name_is_offered_the_whole() {
    let Some(visitor) = somebody() else { return };

    let near = visitor.get("/roles/backend").html().id("near");

    assert!(near.links().contains(&ROLE.to_owned()), "{:?}", near.links());
}

#[test]
fn something_unlike_anything_still_finds_a_way_on() {
    let Some(visitor) = somebody() else { return };

    for path in ["/zzzzzz", "/roles/zzzzzz", "/articles/zzzzzz", "/static/zzzzzz.css"] {
        let answer = visitor.get(path);

        assert_eq!(answer.status, 404, "{path}");
        assert!(told(&answer).starts_with("There is no page here"), "{path}");
    }
}

#[test]
fn capitals_or_slashes_is_sent_to_the_right_address() {
    let Some(visitor) = somebody() else { return };

    for (asked, right) in [
        ("/roles/", "/roles"),
        ("/Skills/JAVA", "/skills/java"),
        ("//skills///java/", "/skills/java"),
        ("//evil.example/", "/evil.example"),
    ] {
        let answer = visitor.get(asked);

        assert_eq!((answer.status, answer.header("location")), (308, Some(right)), "{asked}");
    }
}

#[test]
fn odd_characters_is_told_that_there_is_no_such_page() {
    let Some(visitor) = somebody() else { return };

    for path in [
        "/roles/%ff",
        "/roles/%00",
        "/roles/java%00",
        "/skills/%f0%9f%92%a9",
        "/roles/../x",
        "/skills/java%20",
        "/skills/java%2f",
        "/skills/java'--",
        "/skills/%25",
        "/skills/%",
        "/skills/%zz",
        "/skills/java%0d%0aset-cookie:x",
        "/\\evil.example/",
        "/..%2f..%2fetc/passwd",
        "/static/../cargo.toml",
        "/static/%2e%2e/cargo.toml",
    ] {
        let answer = visitor.get(path);

        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!told(&answer).is_empty());
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[test]
fn needless_percent_signs_is_sent_to_the_right_address() {
    let Some(visitor) = somebody() else { return };

    let answer = visitor.get("/skills/%6aav%61");

    assert_eq!((answer.status, answer.header("location")), (308, Some("/skills/java")));
}

#[test]
fn a_query_gets_the_page_all_the_same() {
    let Some(visitor) = somebody() else { return };
    let plain = visitor.get(ROLE).body;

    for query in ["utm_source=x", "level=all", "level=", "level", "%ff", "level=%ff", "&&&", "q=%3Cscript%3E"]
    {
        let answer = visitor.get(&format!("{ROLE}?{query}"));

        assert_eq!(answer.status, 200, "{query}");
        assert!(answer.body == plain, "{query} changed the page");
    }
    assert!(visitor.get(&format!("{ROLE}?x=1&level=entry")).body != plain);
}
