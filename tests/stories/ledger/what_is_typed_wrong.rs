//! Wrong input: a sentence each, and everything typed stays.

use super::*;

#[test]
fn is_said_at_its_field_and_stays_typed() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let long = "x".repeat(2001);
    for (typed, told) in [
        (vec![("mark", "")], "Choose one of these."),
        (vec![("mark", "excellent")], "Choose one of these."),
        (vec![("note", long.as_str())], "This is 2001 characters long, of 2000 at most."),
        (vec![("note", "ab\u{202e}c")], "a character that cannot be seen"),
        (vec![("url-0", "javascript:alert(1)")], "This is no address on the web."),
        (vec![("url-0", "data:text/html,<script>alert(1)</script>")], "This is no address on the web."),
        (vec![("url-0", "example.org")], "Write it from https:// on"),
        (vec![("url-0", "https://me:secret@example.org/")], "Take that out."),
        (vec![("url-0", "")], "The address is missing."),
        (vec![("title-0", "y\u{200b}")], "a character that cannot be seen"),
    ] {
        let mut fields = DONE.to_vec();
        fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
        fields.extend(typed.iter().copied());
        let answer = alice.post(JAVA, &fields);
        assert_eq!(answer.status, 422, "{typed:?}");
        let page = answer.html();
        assert!(page.text().contains(told), "{told}: {}", page.text());
        let kept = page.form(JAVA).fields();
        for (name, value) in fields.iter().filter(|(name, _)| *name != "mark") {
            assert!(kept.contains(&((*name).into(), (*value).into())), "{name} of {typed:?}: {kept:?}");
        }
        page.ids();
    }
    assert!(ledger(&site, ALICE).marked.is_empty());
}

#[test]
fn is_text_wherever_it_is_shown() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let evil = "<script>alert(1)</script>\"'&{{7*7}}";
    let fields = [
        ("mark", "strong"),
        ("note", evil),
        ("title-0", evil),
        ("url-0", "https://example.org/?a=<b>\"&c=d"),
        ("version", "0"),
    ];
    assert_eq!(alice.post(JAVA, &fields).status, 303);

    for path in ["/skills/mine", "/skills/java", JAVA, "/skills/mine/statement?notes=yes", ROLE] {
        let page = alice.page(path);
        assert!(!page.source().contains("<script>alert"), "{path}");
        assert!(!page.source().contains("a=<b>"), "{path}");
    }
    let page = alice.page("/skills/mine");
    assert!(page.text().contains(evil), "{}", page.text());
    assert!(page.links().contains(&"https://example.org/?a=%3Cb%3E%22&c=d".to_owned()), "{:?}", page.links());
    let markdown = alice.get("/skills/mine/statement.md?notes=yes").text();
    assert!(markdown.contains("\\<script\\>"), "{markdown}");
}

#[test]
fn is_refused_by_its_size_with_a_sentence() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let note = "n".repeat(1024 * 1024);
    let answer = alice.post(JAVA, &[("mark", "strong"), ("note", &note), ("version", "0")]);
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("The form holds more than this site takes"), "{}", answer.text());
    // As long as may be, in letters of four bytes.
    let note = "🦀".repeat(2000);
    assert_eq!(alice.post(JAVA, &[("mark", "strong"), ("note", &note), ("version", "0")]).status, 303);
    assert_eq!(ledger(&site, ALICE).marked["java"].note, note);
    let links: Vec<(String, String)> = (0..11)
        .flat_map(|i| {
            [
                (format!("title-{i}"), format!("Link {i}")),
                (format!("url-{i}"), format!("https://example.org/{i}")),
            ]
        })
        .collect();
    let mut fields: Vec<(&str, &str)> = links.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend([("mark", "strong"), ("version", "1")]);
    let answer = alice.post(JAVA, &fields);
    assert_eq!(answer.status, 422);
    assert!(answer.html().text().contains("These are 11 links, of 10 at most."));
    assert!(answer.html().form(JAVA).fields().contains(&("url-10".into(), "https://example.org/10".into())));
}

#[test]
fn names_no_skill_and_finds_none() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for path in
        ["/skills/no-such-skill/mark", "/skills/%00/mark", "/skills/a%20b/mark", "/skills/j%c3%a4va/mark"]
    {
        assert_eq!(alice.get(path).status, 404, "{path}");
        assert_eq!(alice.post(path, &DONE).status, 404, "{path}");
    }
    for field in ["mark.no-such-skill", "mark.", "mark.../etc", "mark.a'b"] {
        assert_eq!(alice.post("/skills/mine/marks", &[(field, "strong")]).status, 404, "{field}");
    }
    assert_eq!(alice.post("/skills/mine/marks", &[("mark.java", "great")]).status, 404);
    // Nothing is asked for, nothing is done.
    assert_eq!(alice.post("/skills/mine/marks", &[]).status, 303);
    let elsewhere = [("mark.java", "strong"), ("back", "https://evil.example/")];
    let answer = alice.post("/skills/mine/marks", &elsewhere);
    assert_eq!(answer.header("location"), Some("/skills/mine"));
    assert_eq!(ledger(&site, ALICE).marked.len(), 1);
}
