//! Making a plan: what it begins with, and what may be wrong.

use super::*;

/// What is ticked on the page.
fn ticked(page: &Html) -> BTreeSet<String> {
    let fields = page.form("/plans/new").fields();
    fields.into_iter().filter(|(name, _)| name == "item").map(|(_, slug)| slug).collect()
}

/// What can be ticked below a heading.
fn below(page: &Html, heading: &str) -> BTreeSet<String> {
    let all = page.all("fieldset");
    let part = all.iter().find(|part| part.all("legend")[0].text() == heading);
    let part = part.unwrap_or_else(|| panic!("nothing below {heading}: {}", page.text()));
    let boxes = part.tags().into_iter().filter(|tag| tag.attribute("name") == Some("item"));
    boxes.map(|tag| tag.attribute("value").unwrap().to_owned()).collect()
}

#[test]
fn begins_on_a_role_page_and_leads_through_signing_in_and_back() {
    let Some(site) = Site::open() else { return };
    register(&site, "Alice", Rights::Member);
    let mut alice = site.browser();
    let role = alice.page(&format!("/roles/{BACKEND}"));
    assert!(role.links().contains(&NEW.to_owned()), "{:?}", role.links());

    let away = alice.get(NEW);
    assert_eq!(away.status, 303);
    let sign_in = alice.page(away.header("location").unwrap());
    let typed = [("address", ALICE), ("password", PASSWORD)];
    let back = alice.fill(&sign_in, "/sign-in", &typed);
    assert_eq!(back.header("location"), Some(NEW), "{}", back.text());

    let page = alice.page(NEW);
    let fields = page.form("/plans/new").fields();
    assert!(fields.contains(&("role".into(), "Web application backend development".into())), "{fields:?}");
    let items = ticked(&page);
    assert!(items.contains("java") && !items.contains("python"), "one of a choice is enough: {items:?}");
    assert!(page.text().contains("Java or Python: Java is enough"), "{}", page.text());
    let sent: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(_, value)| value != "sql")
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .chain([("do", "make")])
        .collect();
    let plan = alice.send("/plans/new", &sent);

    assert_eq!(plan.headings(1), ["Towards web application backend development"]);
    assert!(plan.text().contains("The plan is made."), "{}", plan.text());
    assert!(plan.id("next-title").text().contains("Java"), "{}", plan.text());
    assert!(plan.id("aside").text().contains("SQL"), "what was unticked is set aside");
    assert!(plan.id("items").text().contains("Java"));
    assert!(!plan.source().contains("id=\"news\""), "nothing is new: {}", plan.text());
}

#[test]
fn a_form_sent_while_signed_out_is_kept() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);
    alice.cookies.remove("waymark-session");
    let away = alice.fill(&page, "/plans/new", &[("do", "make"), ("hours", "11")]);
    assert_eq!(away.header("location"), Some("/sign-in"));

    let back = sign_in(&mut alice, ALICE, PASSWORD);
    let page = alice.page(back.header("location").unwrap());
    let made = alice.fill(&page, "/plans/new", &[]);
    let plan = alice.page(made.header("location").unwrap_or_else(|| panic!("{}", made.text())));
    assert!(plan.text().contains("11 hours a week"), "{}", plan.text());
}

#[test]
fn pressed_twice_is_one() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);
    let both = [alice.clone(), alice.clone()];

    let made = at_once(&both, |alice| (alice.clone()).fill(&page, "/plans/new", &[("do", "make")]));

    let paths: BTreeSet<_> = made.iter().map(|a| a.header("location").unwrap().to_owned()).collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    assert_eq!(Plan::count(&mut site.conn(), &cast::id(&site, ALICE)).unwrap(), 1);
    // Somebody else who sends the same id gets a plan of their own, and learns nothing.
    let mut charlie = person(&site, "Charlie");
    let own = charlie.fill(&page, "/plans/new", &[("do", "make")]);
    assert_eq!(own.status, 303);
    assert!(!paths.contains(own.header("location").unwrap()));
}

#[test]
fn says_at_the_field_what_is_wrong_and_keeps_what_was_typed() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    platform(&site);
    withdraw(&site, "/admin/roles/platform-work", "retired", "");
    let page = alice.page(NEW);
    for (field, typed, told) in [
        ("role", "Lion tamer", "The guide has no role called “Lion tamer”"),
        ("role", "", "Write the name of the role"),
        ("role", "Platform work", "was retired. Choose a role that is in the guide"),
        ("from", "Web application backend development", "This is the role that the plan leads to"),
        ("from", "nothing like it", "The guide has no role called"),
        ("hours", "0", "from 1 to 80"),
        ("hours", "many", "from 1 to 80"),
        ("hours", "99999999999999", "from 1 to 80"),
        ("target", "2020-01-01", "1 January 2020 is past"),
        ("target", "next year", "such as 2027-06-30"),
        ("target", "9999-01-01", "more than 50 years ahead"),
        ("name", &"n".repeat(121), "longer than 120 characters"),
    ] {
        let mut kept = vec![("hours", "13"), ("name", "My way"), ("do", "make")];
        kept.retain(|(name, _)| *name != field);
        kept.push((field, typed));
        let answer = alice.fill(&page, "/plans/new", &kept);
        assert_eq!(answer.status, 422, "{field} {typed}: {}", answer.text());
        let html = answer.html();
        assert!(html.id(&format!("{field}-error")).text().contains(told), "{field} {typed}: {}", html.text());
        let fields = html.form("/plans/new").fields();
        assert!(fields.contains(&(field.to_owned(), typed.to_owned())), "{field} {typed}: {fields:?}");
    }
    assert_eq!(alice.get("/plans/new?role=platform-work").status, 422, "a withdrawn role says so at once");
    assert_eq!(Plan::count(&mut site.conn(), &cast::id(&site, ALICE)).unwrap(), 0);
}

#[test]
fn shows_another_list_first_when_a_role_was_changed() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);

    let changed = [("from", "Frontend development"), ("hours", "9"), ("do", "make")];
    let again = alice.fill(&page, "/plans/new", &changed);
    assert_eq!(again.status, 200);
    let again = again.html();
    assert!(again.text().contains("another one than before"), "{}", again.text());
    assert!(again.text().contains("Frontend development asks for these as well"), "{}", again.text());

    let made = alice.fill(&again, "/plans/new", &[("do", "make")]);
    let plan = alice.page(made.header("location").unwrap_or_else(|| panic!("{}", made.text())));
    assert!(plan.text().contains("From Frontend development"), "{}", plan.text());
    assert!(plan.text().contains("9 hours a week"), "{}", plan.text());
}

#[test]
fn more_than_are_kept_are_refused_with_a_sentence() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let person = cast::id(&site, ALICE);
    let page = alice.page(NEW);
    fill(&site, &person, 50, 1);

    let answer = alice.fill(&page, "/plans/new", &[("do", "make")]);

    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("You have 50 plans, which is as many as are kept"), "{}", answer.text());
    assert_eq!(Plan::count(&mut site.conn(), &person).unwrap(), 50);
}

#[test]
fn begins_with_the_first_job_set_and_says_how_long_that_takes() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let set = alice.page(&format!("/roles/{BACKEND}")).id("first-job");

    let page = alice.page(NEW);

    let (first, after) = (below(&page, "To learn for a first job"), below(&page, "To learn after that"));
    let ticks = ticked(&page);
    assert!(!ticks.is_empty() && ticks.is_subset(&first), "{ticks:?}");
    assert!(!after.is_empty() && ticks.is_disjoint(&after));
    for slug in set.links().iter().filter_map(|href| href.strip_prefix("/skills/")) {
        assert!(ticks.contains(slug), "{slug}: {ticks:?}");
    }
    // As many hours as the role's own page says of that set.
    let sum = page.id("sum").text();
    let (hours, _) = set.class("note")[0]
        .text()
        .split_once(" from little or nothing")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert!(sum.contains(&format!("takes {hours}, which is")), "{hours}: {sum}");
    assert!(sum.starts_with(&format!("{} of ", ticks.len())), "{sum}");
    assert!(sum.contains("at 6 hours a week"), "{sum}");
}

#[test]
fn begins_with_what_is_being_learned_and_what_is_known_as_well() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);
    let without = page.id("sum").text();
    let after = below(&page, "To learn after that");
    let (begun, known) = ("redis", "docker");
    assert!(after.contains(begun) && after.contains(known), "{after:?}");
    for (slug, mark) in [(begun, "learning"), (known, "can-do"), ("java", "can-do")] {
        let marked = alice.post(
            "/skills/mine/marks",
            &[("back", "/skills/mine"), (&format!("mark.{slug}"), mark), (&format!("version.{slug}"), "0")],
        );
        assert_eq!(marked.status, 303, "{}", marked.text());
    }

    let page = alice.page(NEW);

    let ticks = ticked(&page);
    assert!([begun, known, "java"].iter().all(|slug| ticks.contains(*slug)), "{ticks:?}");
    assert_eq!(below(&page, "You can do these"), [known.to_owned(), "java".to_owned()].into());
    assert_ne!(page.id("sum").text(), without);
    let made = alice.fill(&page, "/plans/new", &[("do", "make")]);
    let plan = alice.page(made.header("location").unwrap());
    assert!(plan.text().contains(&format!("2 of {} items done", ticks.len())), "{}", plan.text());
    // The sum is the one that the plan goes on with.
    let time = plan.text();
    let (_, time) = time
        .split_once(" hours at 6 hours a week")
        .map(|(before, _)| before.rsplit_once(". ").unwrap())
        .unwrap();
    assert!(
        page.id("sum").text().contains(&format!("takes {time} hours, which is")),
        "{time}: {}",
        page.id("sum").text()
    );
}

#[test]
fn ticks_all_none_or_the_first_job_set_and_counts_again_without_a_script() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);
    let first = ticked(&page);
    let sums = page.id("sum").text();
    let press = |alice: &mut Browser, page: &Html, what: &str| {
        let answer = alice.fill(page, "/plans/new", &[("do", what), ("hours", "8"), ("name", "My way")]);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        let page = answer.html();
        assert_eq!(page.form("/plans/new").field("name"), "My way", "what was typed stays");
        page
    };

    let all = press(&mut alice, &page, "all");
    let ticks = ticked(&all);
    assert!(ticks.is_superset(&first) && ticks.len() > first.len(), "{ticks:?}");
    assert!(!ticks.contains("python"), "one of a choice is enough");
    assert!(all.id("sum").text().contains("at 8 hours a week"), "{}", all.id("sum").text());
    let none = press(&mut alice, &all, "none");
    assert_eq!(ticked(&none), BTreeSet::new());
    assert_eq!(none.id("sum").text(), "Nothing is ticked: the plan begins empty.");
    let again = press(&mut alice, &none, "first");
    assert_eq!(ticked(&again), first);
    assert_ne!(again.id("sum").text(), sums, "at other hours a week");

    // What was unticked counts no more once it is counted again, and stays so.
    let mut fields = again.form("/plans/new").fields();
    fields.retain(|(_, value)| value != "java");
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([("do", "look")]).collect();
    let counted = alice.post("/plans/new", &fields).html();
    assert_ne!(counted.id("sum").text(), again.id("sum").text());
    assert!(!ticked(&counted).contains("java"));
    assert!(counted.id("sum").text().starts_with(&format!("{} of ", first.len() - 1)));
    assert_eq!(Plan::count(&mut site.conn(), &cast::id(&site, ALICE)).unwrap(), 0, "nothing is made by that");
}

#[test]
fn proposes_anew_for_another_role_and_keeps_ticks_for_the_same() {
    let Some(site) = Site::open() else { return };
    let mut alice = person(&site, "Alice");
    let page = alice.page(NEW);
    let none = alice.fill(&page, "/plans/new", &[("do", "none")]).html();

    let same = alice.fill(&none, "/plans/new", &[("do", "look"), ("hours", "3")]).html();
    assert_eq!(ticked(&same), BTreeSet::new());
    let other = alice.fill(&none, "/plans/new", &[("do", "look"), ("role", "DevOps")]).html();
    assert_eq!(ticked(&other), ticked(&alice.page("/plans/new?role=devops")));
}
