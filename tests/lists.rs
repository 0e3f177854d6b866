//! What people see of a guide that does not fit on one page.

#[allow(dead_code)]
#[path = "../benches/support/guide.rs"]
mod guide;
mod support;

use guide::Guide;
use support::Site;

#[test]
fn a_large_guide_is_read_page_by_page_and_ends() {
    let Some(site) = Site::open() else { return };
    let files = Guide::of(120).files();
    // Tiers, texts, sources and figures are there already.
    let own = |path: &str| {
        ["families", "skills", "roles", "resources", "articles"].contains(&path.split('/').next().unwrap())
    };
    site.publish(files.filter(|(path, _)| own(path)).collect());
    let visitor = site.visitor();
    let largest = format!("/families/{}", Guide::family_slug(0));

    for list in ["/roles", "/strategy", "/skills/kind/technologies", &largest] {
        let first = visitor.page(list);
        let second = visitor.page(&format!("{list}?page=2"));
        assert_ne!(first.title(), second.title(), "{list}");
        assert!(second.title().contains(", page 2"), "{}", second.title());
        assert!(first.links().contains(&format!("{list}?page=2")), "{list}");
        assert!(second.links().contains(&list.to_owned()), "{list}");
        let past = visitor.get(&format!("{list}?page=999"));
        assert_eq!(past.status, 404, "{list}");
        assert!(past.html().links().contains(&list.to_owned()), "{list}");
        assert_eq!(visitor.get(&format!("{list}?page=1")).text(), visitor.get(list).text());
    }
    assert!(visitor.page("/roles").links().contains(&largest));
}
