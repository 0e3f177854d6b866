//! Cards, titles and descriptions for whoever shares an address.

use super::*;

/// Width and height of a PNG, by its head.
pub fn size(picture: &[u8]) -> (u32, u32) {
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

fn said(page: &Html, property: &str) -> Option<String> {
    let tags = page.tags();
    let named = |tag: &&crate::support::Tag| {
        [tag.attribute("property"), tag.attribute("name")].contains(&Some(property))
    };
    tags.iter().find(named)?.attribute("content").map(str::to_owned)
}

#[test]
fn gives_a_picture_and_words_of_the_page_with_it() {
    let Some(site) = Site::behind("https://guide.example.org") else { return };
    let visitor = site.visitor().at_host("guide.example.org");
    let visitor = |path: &str| {
        let answer = visitor.ask("GET", path, &[("X-Forwarded-Proto", "https")]);
        assert_eq!(answer.status, 200, "{path}");
        answer
    };
    let article = "/articles/reading-the-tiers";
    for (path, card, words) in [
        (ROLE, format!("{ROLE}/card.png"), "You build the part of a web application that no one sees"),
        ("/roles/devops", "/roles/devops/card.png".into(), "DevOps"),
        (article, format!("{article}/card.png"), "tiers"),
        ("/", "/card.png".into(), "Waymark"),
        ("/skills/java", "/card.png".into(), "Waymark"),
    ] {
        let page = visitor(path).html();

        assert_eq!(said(&page, "og:image"), Some(format!("https://guide.example.org{card}")));
        assert_eq!(said(&page, "og:image:width").as_deref(), Some("1200"));
        assert_eq!(said(&page, "og:image:height").as_deref(), Some("630"));
        assert!(said(&page, "og:image:alt").unwrap().contains(words), "{path}");
        assert_eq!(said(&page, "og:description"), said(&page, "description"));
        assert_eq!(said(&page, "twitter:card").as_deref(), Some("summary_large_image"));
        let picture = visitor(&card);
        assert_eq!(picture.header("content-type"), Some("image/png"));
        assert_eq!(size(&picture.body), (1200, 630));
        assert!(picture.body.len() < 120_000, "{card}: {} bytes", picture.body.len());
    }
}

#[test]
fn of_nothing_gets_no_picture() {
    let Some(visitor) = somebody() else { return };

    for path in ["/roles/no-such-role/card.png", "/articles/no-such/card.png", "/skills/java/card.png"] {
        assert_eq!(visitor.get(path).status, 404, "{path}");
    }
}

#[test]
fn sees_the_picture_change_with_the_guide_and_stay_while_it_stays() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    let card = format!("{ROLE}/card.png");
    let before = visitor.get(&card);
    let tag = before.header("etag").unwrap().to_owned();
    assert_eq!(visitor.ask("GET", &card, &[("If-None-Match", &tag)]).status, 304);
    let file = "roles/web-application-backend-development.toml";
    let text = fs::read_to_string(content().join(file)).unwrap();
    let long = "Keeping of very long names ".repeat(4).trim().to_owned();
    let text =
        text.replacen("name = \"Web application backend development\"", &format!("name = \"{long}\""), 1);

    site.publish(vec![(format!("content/{file}"), text)]);

    let after = visitor.get(&card);
    assert_ne!(after.header("etag"), Some(tag.as_str()));
    assert_eq!(size(&after.body), (1200, 630));
}
