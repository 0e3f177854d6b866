//! Icons and the manifest.

use super::*;

#[test]
fn finds_every_icon_that_is_named_in_the_size_that_is_named() {
    let Some(visitor) = somebody() else { return };
    let page = visitor.page("/");
    let tags = page.tags();
    let link = |rel: &str| {
        let found = tags.iter().find(|tag| tag.attribute("rel") == Some(rel));
        found.unwrap_or_else(|| panic!("no {rel}")).attribute("href").unwrap().to_owned()
    };

    let answer = visitor.get(&link("manifest"));
    assert_eq!(answer.header("content-type"), Some("application/manifest+json"));
    let manifest: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(manifest["start_url"], "/");
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
    let mut sizes = Vec::new();
    for icon in icons {
        let picture = visitor.get(icon["src"].as_str().unwrap());
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")), "{icon}");
        let (width, height) = who_shares_an_address::size(&picture.body);
        assert_eq!(icon["sizes"], format!("{width}x{height}"));
        sizes.push(width);
    }
    assert_eq!(sizes, [192, 512, 512]);
    let touch = visitor.get(&link("apple-touch-icon"));
    assert_eq!(who_shares_an_address::size(&touch.body), (180, 180));
}

#[test]
fn gets_the_icon_that_browsers_ask_for_by_themselves() {
    let Some(visitor) = somebody() else { return };

    let icon = visitor.get("/favicon.ico");

    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/x-icon")));
    assert_eq!(icon.header("cache-control"), Some("public, max-age=86400"));
    assert_eq!(icon.body[..4], [0, 0, 1, 0]);
}
