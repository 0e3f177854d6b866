//! What Alice does with a plan: items, order, dates, marks, merging, setting aside.

use super::*;

fn pairs(all: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    all.iter().map(|(kind, slug)| ((*kind).to_owned(), (*slug).to_owned())).collect()
}

#[test]
fn leads_on_from_step_to_step_until_all_of_it_is_done() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git"], &[]);
    let page = alice.page(&path);
    assert_eq!(page.id("next-title").text(), "Java");
    assert!(page.text().contains("0 of 2 items done"), "{}", page.text());
    assert!(page.links().iter().any(|link| link.starts_with("https://")), "where to learn it");
    assert!(page.text().contains("What shows that you can"), "{}", page.text());
    let readiness = page.id("readiness").text();
    assert!(readiness.contains("Readiness for the role: 0 %"), "{readiness}");
    assert!(readiness.contains("Java or Python"), "the arithmetic is open to everybody: {readiness}");

    let action = format!("{}/mark", item(&page, "Java"));
    alice.fill(&page, &action, &[("mark", "learning")]);
    let page = alice.page(&path);
    assert!(page.text().contains("You have begun it."), "{}", page.text());
    assert!(page.text().contains("1 begun"), "{}", page.text());
    alice.fill(&page, &action, &[("mark", "can-do")]);
    let page = alice.page(&path);
    assert_eq!(page.id("next-title").text(), "Git");
    assert!(page.text().contains("1 of 2 items done"), "{}", page.text());
    assert!(!page.id("readiness").text().contains("role: 0 %"), "{}", page.id("readiness").text());
    mark(&mut alice, &path, "Git", "strong");

    let page = alice.page(&path);
    assert_eq!(page.id("next-title").text(), "All of it is done");
    assert!(page.text().contains("100 % 2 of 2 items done"), "{}", page.text());
    assert!(page.id("items").text().contains("Strong"), "{}", page.text());
}

#[test]
fn reads_the_one_ledger_so_that_a_mark_holds_in_all() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let backend = plan_of(&mut alice, BACKEND, &["git", "java"], &[]);
    let other = plan_of(&mut alice, "devops", &["git"], &[]);

    mark(&mut alice, &backend, "Git", "can-do");

    assert_eq!(alice.page(&other).id("next-title").text(), "All of it is done");
    let new = alice.page("/plans/new?role=devops").text();
    assert!(new.contains("You can do these By your ledger"), "{new}");
    mark(&mut alice, &other, "Git", "none");
    assert!(alice.page(&backend).text().contains("0 of 2 items done"));
    mark(&mut alice, &other, "Git", "not-for-me");
    let page = alice.page(&backend).text();
    assert!(page.contains("0 of 1 item done") && page.contains("Not for me"), "{page}");
}

#[test]
fn takes_skills_and_milestones_dates_and_notes_and_sets_them_aside() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
    let add = format!("{path}/add");
    let page = alice.page(&add);
    alice.fill(&page, &add, &[("skill", "Rust"), ("do", "skill")]);
    let soon = (site.now() + TimeDelta::days(3)).date_naive().to_string();
    let typed = [
        ("kind", "portfolio"),
        ("name", "A booking service"),
        ("due", soon.as_str()),
        ("note", "one\r\ntwo"),
        ("do", "own"),
    ];
    let own = page.form(&add).fields().len();
    assert!(own > 0);
    let milestone = page.id("own");
    let id = milestone.fields().into_iter().find(|(name, _)| name == "id").unwrap().1;
    let typed = [&typed[..], &[("id", id.as_str()), ("version", "1")]].concat();
    for _ in 0..2 {
        assert_eq!(alice.post(&add, &typed).status, 303, "a second press adds nothing");
    }

    let page = alice.page(&path);
    let items = page.id("items").text();
    assert!(items.contains("Rust") && items.contains("A booking service Portfolio piece due"), "{items}");
    assert!(items.contains("one two"), "{items}");
    assert_eq!(page.class("step").len(), 3);
    assert!(alice.page("/plans").id("due").text().contains("A booking service"));
    assert!(rests_on(&site, &path).contains(&("skill".into(), "rust".into())));

    let rust = item(&page, "Rust");
    let aside = format!("{rust}/aside");
    let page = alice.page(&rust);
    alice.fill(&page, &aside, &[("do", "aside")]);
    let page = alice.page(&path);
    assert_eq!(page.class("step").len(), 2);
    assert!(page.id("aside").text().contains("Rust"));
    assert!(!rests_on(&site, &path).contains(&("skill".into(), "rust".into())));
    alice.fill(&page, &aside, &[("do", "restore")]);
    assert_eq!(alice.page(&path).class("step").len(), 3);

    for (typed, told) in [
        (vec![("skill", ""), ("do", "skill")], "Write the name of a skill"),
        (vec![("skill", "Lion taming"), ("do", "skill")], "The guide has no skill of this name"),
        (vec![("name", ""), ("kind", "own"), ("do", "own")], "Write what it is called"),
        (vec![("name", "x"), ("kind", "skill"), ("do", "own")], "Choose what it is"),
        (vec![("name", "x"), ("kind", "own"), ("due", "2001-01-01"), ("do", "own")], "is past"),
    ] {
        let answer = alice.post(&add, &typed);
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert!(answer.text().contains(told), "{told}: {}", answer.text());
    }
}

#[test]
fn is_put_in_another_order() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java", "git", "sql"], &[]);
    let order = format!("{path}/order");
    let names = |page: &Html| -> Vec<String> {
        let named = page.class("ordered-name");
        named
            .iter()
            .map(|name| name.text().split_whitespace().nth(1).unwrap_or_default().to_owned())
            .collect()
    };
    let before = names(&alice.page(&order));
    assert_eq!(before.len(), 3, "{before:?}");
    let ids: Vec<String> = alice
        .page(&order)
        .tags()
        .iter()
        .filter_map(|tag| tag.attribute("data-item").map(str::to_owned))
        .collect();

    for (item, step, expected) in [
        (0, ("do", "down"), [1, 0, 2]),
        (2, ("do", "up"), [1, 2, 0]),
        (0, ("to", "1"), [0, 1, 2]),
        (0, ("to", "99"), [1, 2, 0]),
    ] {
        let open = alice.page(&order).form(&order).fields();
        let version = &open.iter().find(|(name, _)| name == "version").unwrap().1;
        let answer = alice.post(&order, &[("version", version), ("item", &ids[item]), step]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        let expected: Vec<&String> = expected.iter().map(|at| &before[*at]).collect();
        assert_eq!(names(&alice.page(&order)).iter().collect::<Vec<_>>(), expected, "{step:?}");
    }
    let wrong = alice.post(&order, &[("item", ids[0].as_str()), ("to", "first")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Write a place as a number"), "{}", wrong.text());
    assert!(wrong.html().form(&order).fields().iter().any(|(name, _)| name == "to"));
    assert!(wrong.text().contains("value=\"first\""), "what was typed stays");
    assert_eq!(alice.post(&order, &[("item", "nothing"), ("to", "1")]).status, 404);
}

#[test]
fn is_renamed_archived_restored_and_deleted() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[]);
    let edit = format!("{path}/edit");
    let page = alice.page(&edit);
    alice.fill(&page, &edit, &[("name", "My way"), ("note", "Mornings only.")]);
    let page = alice.page(&path);
    assert_eq!(page.headings(1), ["My way"]);
    assert!(page.text().contains("Mornings only."));
    assert_eq!(rests_on(&site, &path), pairs(&[("role", BACKEND), ("skill", "java")]));

    let archive = format!("{path}/archive");
    alice.fill(&page, &archive, &[("do", "archive")]);
    assert_eq!(rests_on(&site, &path), pairs(&[]));
    assert!(alice.page("/plans").id("archived").text().contains("My way"));
    let page = alice.page(&path);
    let java = item(&alice.page(&path), "Java");
    assert!(!page.source().contains("/mark\""), "nothing can be changed");
    for (address, typed) in [
        (format!("{java}/mark"), vec![("mark", "strong")]),
        (edit.clone(), vec![("name", "No"), ("hours", "1")]),
        (format!("{path}/add"), vec![("skill", "Rust"), ("do", "skill")]),
    ] {
        let refused = alice.post(&address, &typed);
        assert!(refused.text().contains("This plan is archived"), "{address}: {}", refused.text());
    }
    alice.fill(&page, &archive, &[("do", "restore")]);
    assert_eq!(rests_on(&site, &path), pairs(&[("role", BACKEND), ("skill", "java")]));

    let delete = format!("{path}/delete");
    let page = alice.page(&delete);
    assert_eq!(alice.fill(&page, &delete, &[]).status, 422);
    alice.post(&edit, &[("version", "0"), ("name", "Newer"), ("hours", "6"), ("was-name", "x")]);
    let stale = alice.fill(&page, &delete, &[("sure", "yes")]);
    if stale.status != 303 {
        assert_eq!(stale.status, 409, "{}", stale.text());
        assert_eq!(alice.fill(&stale.html(), &delete, &[("sure", "yes")]).status, 303);
    }
    assert_eq!(alice.get(&path).status, 404);
    assert_eq!(rests_on(&site, &path), pairs(&[]));
    let left: i64 = plan_items::table.count().get_result(&mut site.conn()).unwrap();
    assert_eq!(left, 0);
    assert!(alice.page("/plans").text().contains("Begin with a role"));
}

#[test]
fn holds_no_more_than_it_may() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let id = fill(&site, &cast::id(&site, ALICE), 1, 300).remove(0);
    let path = format!("/plans/{id}");
    let add = format!("{path}/add");

    let full = alice.post(&add, &[("kind", "own"), ("name", "One more"), ("do", "own")]);
    assert_eq!(full.status, 422);
    assert!(full.text().contains("This plan has 300 items"), "{}", full.text());
    let long = alice.page(&path);
    let address = item(&long, "Thing 299");
    let page = alice.page(&address);
    let note = "ä".repeat(4_001);
    let answer = alice.fill(&page, &address, &[("note", &note)]);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("Shorten this to 4000 characters; it has 4001"), "{}", answer.text());
    assert!(answer.text().contains(&note), "what was typed stays");
    let note = "🦁".repeat(4_000);
    assert_eq!(alice.fill(&page, &address, &[("note", &note)]).status, 303);
    let much = "x".repeat(1024 * 1024);
    assert_eq!(alice.fill(&page, &address, &[("note", &much)]).status, 413);
    let mut fields = alice.page(NEW).form("/plans/new").fields();
    fields.extend((0..10_000).map(|n| ("item".to_owned(), format!("skill-{n}"))));
    fields.push(("do".into(), "make".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let made = alice.post("/plans/new", &fields);
    assert_eq!(made.status, 303, "what the role does not ask for is left aside: {}", made.text());
    let whole = made.header("location").unwrap().split('?').next().unwrap().to_owned();
    assert!(alice.page(&whole).class("step").len() < 60);
}
