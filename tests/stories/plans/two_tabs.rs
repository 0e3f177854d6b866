//! Two tabs, two senders: nothing of either is lost.

use super::*;

#[test]
fn that_change_different_fields_both_count() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
    let edit = format!("{path}/edit");
    let (one, two) = (alice.page(&edit), alice.page(&edit));
    let java = item(&alice.page(&path), "Java");
    let (note_one, note_two) = (alice.page(&java), alice.page(&java));

    assert_eq!(alice.fill(&one, &edit, &[("name", "From one")]).status, 303);
    assert_eq!(alice.fill(&two, &edit, &[("hours", "20")]).status, 303);
    assert_eq!(alice.fill(&note_one, &java, &[("note", "from one")]).status, 303);
    assert_eq!(alice.fill(&note_two, &java, &[("due", "2040-01-01")]).status, 303);

    let page = alice.page(&path).text();
    for told in ["From one", "20 hours a week", "from one", "due 1 January 2040"] {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[test]
fn that_change_the_same_field_are_asked_about_with_what_was_typed() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
    let java = item(&alice.page(&path), "Java");
    let stale = alice.page(&java);
    let fresh = alice.page(&java);
    alice.fill(&fresh, &java, &[("note", "from the phone"), ("due", "2040-01-01")]);

    let asked = alice.fill(&stale, &java, &[("note", "from the desk")]);

    assert_eq!(asked.status, 409, "{}", asked.text());
    let page = asked.html();
    assert!(page.id("note-error").text().contains("changed to “from the phone”"), "{}", page.text());
    let fields = page.form(&java).fields();
    assert!(fields.contains(&("note".into(), "from the desk".into())), "{fields:?}");
    assert!(
        fields.contains(&("due".into(), "2040-01-01".into())),
        "what was not touched is as it is now: {fields:?}"
    );
    assert!(alice.page(&java).source().contains("from the phone"), "nothing was saved");
    assert_eq!(alice.fill(&page, &java, &[]).status, 303);
    assert!(alice.page(&path).text().contains("from the desk"));
    assert!(alice.page(&path).text().contains("due 1 January 2040"));
}

#[test]
fn that_mark_or_move_the_same_item_are_asked_about() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git", "sql"], &[]);
    let java = item(&alice.page(&path), "Java");
    let stale = alice.page(&java);
    let action = format!("{java}/mark");
    assert_eq!(alice.fill(&stale, &action, &[("mark", "strong")]).status, 303);

    let asked = alice.fill(&stale, &action, &[("mark", "learning")]);
    assert_eq!(asked.status, 409);
    assert!(asked.text().contains("Meanwhile this was marked “Strong”"), "{}", asked.text());
    assert_eq!(alice.fill(&asked.html(), &action, &[("mark", "learning")]).status, 303);

    let order = format!("{path}/order");
    let stale = alice.page(&java);
    let git = item(&alice.page(&path), "Git");
    let other = alice.page(&git);
    assert_eq!(alice.fill(&other, &order, &[("to", "1")]).status, 303);
    assert_eq!(alice.fill(&stale, &order, &[("to", "3")]).status, 303, "another item was moved");
    let asked = alice.fill(&stale, &order, &[("to", "2")]);
    assert_eq!(asked.status, 409, "{}", asked.text());
    assert!(asked.text().contains("Meanwhile this was moved to place 3"), "{}", asked.text());
    assert!(asked.text().contains("value=\"2\""), "what was typed stays");
}

#[test]
fn that_save_at_the_same_moment_lose_nothing() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &[], &[]);
    let add = format!("{path}/add");
    let names: Vec<String> = (0..6).map(|n| format!("Thing {n}")).collect();

    let added = at_once(&names, |name| {
        alice.clone().post(&add, &[("version", "1"), ("kind", "own"), ("name", name), ("do", "own")]).status
    });

    let there = alice.page(&path).id("items").text();
    for (name, status) in names.iter().zip(added) {
        // Whoever waits too long is told so, and nothing of theirs is half done.
        assert_eq!(there.contains(name.as_str()), status == 303, "{name} {status}: {there}");
    }
    assert!(there.contains("Thing"), "{there}");
}
