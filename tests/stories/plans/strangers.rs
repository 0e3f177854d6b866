//! What Charlie gets of plans that are not his: nothing.

use super::*;

#[test]
fn find_nothing_of_a_plan_whatever_they_ask_for() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
    let own = item(&alice.page(&path), "Java");
    let order = alice.page(&own).form(&format!("{path}/order")).fields();
    let item_id = order.iter().find(|(name, _)| name == "item").unwrap().1.clone();
    let mut charlie = join(&site, CHARLIE);
    let theirs = plan_of(&mut charlie, BACKEND, &["java"], &[]);
    let before = alice.page(&path).text();

    for address in [
        path.clone(),
        format!("{path}/edit"),
        format!("{path}/add"),
        format!("{path}/order"),
        own.clone(),
        format!("{path}/delete"),
        format!("{path}/links"),
        format!("{path}/plan.md"),
        format!("{path}/plan.csv"),
        format!("{path}/plan.json"),
        format!("{path}/plan.ics"),
        format!("{theirs}/items/{item_id}"),
        "/plans/nothing".into(),
        "/plans/%00".into(),
    ] {
        assert_eq!(charlie.get(&address).status, 404, "{address}");
    }
    let typed = [
        ("version", "1"),
        ("mark", "strong"),
        ("do", "make"),
        ("sure", "yes"),
        ("item", &item_id),
        ("to", "1"),
        ("name", "x"),
        ("kind", "own"),
        ("hours", "3"),
        ("days", "3"),
        ("link", "x"),
        ("event", "x"),
        ("skill", "java"),
        ("purpose", "mentor"),
    ];
    for address in [
        format!("{path}/edit"),
        format!("{path}/noted"),
        format!("{path}/offer"),
        format!("{path}/add"),
        format!("{path}/order"),
        own.clone(),
        format!("{own}/mark"),
        format!("{own}/aside"),
        format!("{theirs}/items/{item_id}"),
        format!("{theirs}/items/{item_id}/mark"),
        format!("{theirs}/items/{item_id}/aside"),
        format!("{path}/archive"),
        format!("{path}/delete"),
        format!("{path}/links"),
        format!("{path}/links/revoke"),
    ] {
        assert_eq!(charlie.post(&address, &typed).status, 404, "{address}");
        assert_eq!(site.browser().post(&address, &typed).status, 303, "{address}: to sign in");
    }
    assert_eq!(alice.page(&path).text(), before, "nothing of it was changed");
    assert_eq!(site.browser().get(&path).status, 303);
}
