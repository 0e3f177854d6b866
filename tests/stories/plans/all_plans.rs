//! What helps with several plans at once.

use super::*;
use crate::support::sheet::{Sheet, publish};

/// The skills that the dashboard says to help most, the best first.
fn best(alice: &mut Browser) -> Vec<String> {
    let page = alice.page("/plans");
    if !page.source().contains("id=\"best\"") {
        return vec![];
    }
    let links = page.id("best").links();
    links.iter().filter_map(|link| Some(link.strip_prefix("/skills/")?.to_owned())).collect()
}

#[test]
fn name_what_helps_with_several_roles_but_nothing_generic_nor_decided_against() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    plan_of(&mut alice, BACKEND, &["java"], &[]);
    assert!(best(&mut alice).is_empty(), "one role has its own next step");
    plan_of(&mut alice, "frontend-development", &["css"], &[]);

    let helping = best(&mut alice);
    assert_eq!(helping.len(), 3, "{helping:?}");
    let words = alice.page("/plans").id("best").text();
    assert!(words.contains("Brings you nearer to both roles: "), "{words}");

    let (first, second) = (&helping[0], &helping[1]);
    alice.post(&format!("/skills/{first}/mark"), &[("mark", "not-for-me"), ("version", "0")]);
    assert_eq!(best(&mut alice)[..2], helping[1..]);

    let ready = alice.page("/roles/frontend-development").id("readiness").class("arithmetic");
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    let address = format!("/admin/skills/{second}");
    Sheet::open(&mut dora, &format!("{address}/edit/skill")).set("generic", "yes").save(&mut dora);
    assert_eq!(publish(&mut dora, &address).status, 303);
    assert_eq!(best(&mut alice)[0], helping[2]);
    let still = alice.page("/roles/frontend-development").id("readiness").class("arithmetic");
    assert_eq!(ready[0].text(), still[0].text(), "it counts as before");

    let form = Sheet::open(&mut dora, &format!("{address}/edit/skill"));
    assert_eq!(form.fields.iter().filter(|field| field.0 == "generic").count(), 2, "the box is ticked");
    let mut form = form;
    form.fields.retain(|field| field != &("generic".to_owned(), "yes".to_owned()));
    form.save(&mut dora);
    assert_eq!(publish(&mut dora, &address).status, 303);
    assert_eq!(best(&mut alice)[..2], helping[1..]);
}
