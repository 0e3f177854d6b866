//! What a letter of changes says and how it looks.

use super::*;

#[test]
fn is_read_on_the_site_at_an_address_that_nobody_guesses() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    alice_follows(&site, Frequency::AtOnce);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(11));
    site.plan();
    let letter = letters(&site, ALICE).remove(0);
    let begin = format!("{}/letters/read/", site.visitor().site());
    let link = letter.text.lines().find(|line| line.starts_with(&begin)).unwrap();
    let path = link.strip_prefix(&site.visitor().site()).unwrap();

    let answer = site.visitor().get(path);

    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("about 60 %"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(!answer.text().contains("/unsubscribe/"), "whoever was shown it cannot stop it");
    let cut = &path[..path.len() - 1];
    let other = path.replace("/read/0", "/read/1");
    for wrong in [cut, &other, "/letters/read/x", "/letters/read/x.y", &path.replace('.', "/")] {
        assert_eq!(site.visitor().get(wrong).status, 404, "{wrong}");
    }
    waymark::follows::forget(&mut site.conn(), &id(&site, ALICE)).unwrap();
    assert_eq!(site.visitor().get(path).status, 404, "gone with its person");
}

#[test]
fn of_every_kind_can_be_looked_at_where_the_program_is_worked_on() {
    let Some(site) = Site::open() else { return };
    let mut seen = 0;
    let index = site.visitor().page("/dev/letters");
    let samples: Vec<String> =
        index.links().into_iter().filter(|link| link.starts_with("/dev/letters/samples/")).collect();
    assert!(index.text().contains("Confirm what you want to follow on Waymark"), "{}", index.text());
    for path in samples {
        let page = site.visitor().page(&path);
        let subject = page.headings(1).remove(0);
        assert!((10..=78).contains(&subject.chars().count()), "{subject}");
        let html = site.visitor().get(&format!("{path}/html")).text();
        assert!(html.contains("<html lang=\"en\">") && html.len() < 100_000);
        for word in ["<script", "<form", "<img", "url(", "onclick"] {
            assert!(!html.contains(word), "{subject}: {word}");
        }
        let page = Html::from(html);
        assert_eq!(page.headings(1), std::slice::from_ref(&subject));
        for link in page.links() {
            assert!(link.starts_with(&site.visitor().site()), "{subject}: {link}");
        }
        seen += 1;
    }
    assert_eq!(seen, 29);
    let rows: i64 = outbox::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(rows, 0, "samples are posted to nobody");
    let Some(public) = Site::behind("https://guide.example.org") else { return };
    let asked = public.visitor().at_host("guide.example.org");
    let https = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")];
    assert_eq!(asked.ask("GET", "/dev/letters/samples/0", &https).status, 404);
}
