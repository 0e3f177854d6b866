//! Finding for editors: whatever holds some words, wherever it stands, with the way to the form that holds it.
//!
//! Bob is an editor, Dora a publisher, Ada an admin.

use crate::support::fates::{KOTLIN, save, withdraw};
use crate::support::people::staff;
use crate::support::sheet::{Sheet, publish};
use crate::support::{Browser, Html, Site};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use waymark::accounts::Rights;

/// The part of the page for one group.
fn group(browser: &mut Browser, words: &str, group: &str) -> Option<Html> {
    let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let page = browser.page(&format!("/admin/find?q={query}"));
    page.ids().contains(group).then(|| page.id(group))
}

fn found(browser: &mut Browser, words: &str, name: &str) -> Html {
    group(browser, words, name).unwrap_or_else(|| panic!("“{words}” is not found among {name}"))
}

#[test]
fn a_word_in_any_text_of_any_kind_leads_to_its_field() {
    let Some(site) = Site::open() else { return };
    site.refresh();
    let mut bob = staff(&site, "Bob", Rights::Editor);
    for (words, href, hit) in [
        // A skill’s paragraph, by another form of the word.
        ("statically typed", "/admin/skills/java/edit/skill?check=yes#", "statically"),
        // What readers do not search in: a source, a resource.
        ("bls.gov/oes", "/admin/sources/", "bls.gov/oes"),
        ("kotlinlang.org", "/admin/resources/kotlin-docs/edit/resource?check=yes#url", "kotlinlang.org"),
    ] {
        let part = found(&mut bob, words, "texts");
        assert!(part.links().iter().any(|link| link.starts_with(href)), "{words}: {:?}", part.links());
        let marks: Vec<String> = part.all("mark").iter().map(Html::text).collect();
        assert!(
            marks.iter().any(|mark| mark.to_lowercase().contains(&hit.to_lowercase())),
            "{words}: {marks:?}"
        );
    }
    // A word in the middle of a role, in a group of skills.
    let role = crate::support::fates::content(&site, "role", crate::support::fates::BACKEND);
    let first = &role["groups"][0];
    let commentary = first["commentary"].as_str().unwrap();
    let word = commentary.split(|c: char| !c.is_alphabetic()).max_by_key(|word| word.len()).unwrap();
    let part = found(&mut bob, word, "texts");
    let form = format!("/admin/roles/{}/edit/skills/", crate::support::fates::BACKEND);
    assert!(part.links().iter().any(|link| link.starts_with(&form)), "{word}: {:?}", part.links());
    // Names are found by a part of them, and so are addresses.
    let names = bob.page("/admin/find?q=postgre&in=names");
    assert!(names.links().contains(&"/admin/skills/postgresql".to_owned()));
    assert!(group(&mut bob, "quokka xylophone", "texts").is_none());
}

#[test]
fn what_is_drafted_reported_done_or_gone_is_found_as_well() {
    let Some(site) = Site::open() else { return };
    let (mut bob, mut dora) = (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
    Sheet::open(&mut bob, "/admin/skills/java/edit/skill")
        .set("about", "Full of \"zyzzyva\" today.")
        .save(&mut bob);
    let pass = waymark::reports::Pass::new(1, Utc::now() - TimeDelta::seconds(60));
    let signed = pass.signed(&site.state.secret);
    let fields =
        [("page", "/roles/devops"), ("words", "The word quokka is missing."), ("pass", signed.as_str())];
    assert_eq!(site.visitor().post("/report", &fields, &[]).status, 303);
    assert_eq!(withdraw(&mut dora, KOTLIN, "merged", "Java", "Everybody says xylophone.").status, 303);

    let draft = found(&mut bob, "ZYZZYVA", "drafts");
    assert!(
        draft.links().contains(&"/admin/skills/java/edit/skill?check=yes#about".to_owned()),
        "{:?}",
        draft.links()
    );
    let done = found(&mut bob, "zyzzyva", "audit");
    assert!(done.links().iter().any(|link| link.contains("slug=java")), "{:?}", done.links());
    assert!(found(&mut bob, "quokka", "reports").text().contains("The word quokka is missing."));
    let gone = found(&mut bob, "xylophone", "withdrawn");
    assert!(gone.text().contains("“Kotlin” was merged into"), "{}", gone.text());
    // A field’s name is nothing that anybody said.
    assert!(group(&mut bob, "changed_by", "drafts").is_none());
    for odd in ["%", "_", "\u{0}", "'; DROP TABLE entries; --", "\\", "<script>", "\"", &"x".repeat(500)] {
        let query: String = url::form_urlencoded::byte_serialize(odd.as_bytes()).collect();
        let page = bob.page(&format!("/admin/find?q={query}"));
        assert!(!page.source().contains("<script>"), "{odd}");
    }
}

#[test]
fn people_and_redirects_are_for_admins() {
    let Some(site) = Site::open() else { return };
    let (mut bob, mut ada) = (staff(&site, "Bob", Rights::Editor), staff(&site, "Ada", Rights::Admin));
    ada.post("/admin/redirects", &[("from", "/jobs"), ("to", "/roles"), ("do", "add")]);

    assert!(found(&mut ada, "bob@exam", "people").text().contains("Bob"));
    assert!(
        !found(&mut ada, "bob@exam", "people").text().contains("bob@example.org"),
        "a part of the address"
    );
    assert!(found(&mut ada, "jobs", "redirects").text().contains("leads to /roles"));
    for name in ["people", "redirects"] {
        assert!(group(&mut bob, "jobs", name).is_none() && group(&mut bob, "bob", name).is_none());
        let page = bob.page(&format!("/admin/find?q=bob&in={name}"));
        assert!(!page.text().contains("bob@") && !page.source().contains("/admin/people/"), "{name}");
    }
}

#[test]
fn all_of_a_group_stands_on_pages() {
    let Some(site) = Site::open() else { return };
    site.refresh();
    let mut bob = staff(&site, "Bob", Rights::Editor);
    let first = bob.page("/admin/find?q=the&in=texts");
    assert!(first.text().contains("Page 1 of "), "{}", first.text());
    let second = bob.page("/admin/find?q=the&in=texts&page=2");
    let entries = |page: &Html| -> Vec<String> { page.class("rows").iter().flat_map(Html::links).collect() };
    assert_eq!(entries(&first).len(), 20);
    assert!(entries(&second).iter().all(|link| !entries(&first).contains(link)));
    assert_eq!(bob.get("/admin/find?q=the&in=texts&page=9999").status, 404);
    assert_eq!(bob.get("/admin/find?q=the&in=texts&page=-1").status, 404);
    assert_eq!(bob.get("/admin/find?q=the&in=nothing").status, 200);
}

#[test]
fn what_is_published_is_found_once_the_search_has_taken_it_in() {
    let Some(site) = Site::open() else { return };
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    save(&site, "role", "devops", |role| {
        role["getting_in"]["first_step"] = json!("Read about the axolotl.");
    });
    assert_eq!(publish(&mut dora, "/admin/roles/devops").status, 303);
    site.refresh();

    let part = found(&mut dora, "axolotl", "texts");
    let form = "/admin/roles/devops/edit/getting-in?check=yes#getting_in.first_step".to_owned();
    assert!(part.links().contains(&form), "{:?}", part.links());
    // Readers find nothing by it: their search looks where it always looked.
    assert!(!site.visitor().page("/search?q=axolotl").links().contains(&"/roles/devops".to_owned()));
}
