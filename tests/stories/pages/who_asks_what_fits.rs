//! Somebody who ticks what they can do, to see which roles that fits.

use super::{falconry, somebody};
use crate::support::fates::{BACKEND, relocate};
use crate::support::people::{join, staff};
use crate::support::{Answer, Html, Site};
use waymark::accounts::Rights;

/// The roles as they are ranked: address and per cent.
fn ranked(page: &Html) -> Vec<(String, u32)> {
    let percent = |row: &Html| row.class("big")[0].all("b")[0].text().trim_end_matches(" %").parse().unwrap();
    let rows = page.id("roles").class("rows")[0].all("li");
    // Rows hold lists of their own.
    let rows = rows.into_iter().filter(|row| !row.class("big").is_empty());
    rows.map(|row| (row.links()[0].clone(), percent(&row))).collect()
}

/// What is ticked, by slug.
fn ticked(page: &Html) -> Vec<String> {
    let fields = page.form("/what-if").fields();
    fields.into_iter().filter(|(name, _)| name == "have").map(|(_, slug)| slug).collect()
}

fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

#[test]
fn sees_the_roles_ranked_by_what_they_ask_for() {
    let Some(visitor) = somebody() else { return };

    let page = visitor.page("/what-if?skills=java,spring-boot,sql,git");

    let roles = ranked(&page);
    assert_eq!(roles[0].0, format!("/roles/{BACKEND}"), "{roles:?}");
    assert!(roles.is_sorted_by(|a, b| a.1 >= b.1), "{roles:?}");
    // What nobody asks for leads nowhere.
    let few = ranked(&visitor.page("/what-if?skills=embedded-systems"));
    assert!(few.len() < roles.len() && !few.is_empty(), "{few:?}");
    assert_eq!(ticked(&page), ["java", "spring-boot", "sql", "git"]);
}

#[test]
fn ticks_what_would_add_most_and_it_does() {
    let Some(visitor) = somebody() else { return };
    let page = visitor.page("/what-if?skills=html");
    let (role, before) = ranked(&page)[0].clone();
    let offers = page.id("skills").all("fieldset").pop().unwrap();
    let boxes = offers.tags().into_iter().filter(|tag| tag.attribute("name") == Some("have"));
    let best = boxes.map(|tag| tag.attribute("value").unwrap().to_owned()).next().unwrap();

    let answer = visitor.post("/what-if", &[("have", "html"), ("have", &best), ("add", "")], &[]);

    let address = leads_to(&answer);
    assert!(address.starts_with("/what-if?skills=") && address.ends_with("#roles"), "{address}");
    let after = visitor.page(address.trim_end_matches("#roles"));
    assert_eq!(ticked(&after).len(), 2);
    let now = ranked(&after).into_iter().find(|(own, _)| *own == role).unwrap().1;
    assert!(now > before, "{role} with {best}: {before} before, {now} after");
}

#[test]
fn names_a_skill_as_they_know_it() {
    let Some(site) = Site::shared() else { return };
    site.refresh();

    let answer = site.visitor().post("/what-if", &[("have", "git"), ("add", "K8s")], &[]);

    assert_eq!(leads_to(&answer), "/what-if?skills=git,kubernetes#roles");
}

#[test]
fn types_what_no_skill_is_called_and_keeps_the_ticks() {
    let Some(site) = Site::shared() else { return };
    site.refresh();

    let answer = site.visitor().post("/what-if", &[("have", "git"), ("add", "falconry")], &[]);

    assert_eq!(answer.status, 422);
    let page = answer.html();
    assert_eq!((ticked(&page), page.field("add").as_str()), (vec!["git".to_owned()], "falconry"));
    assert!(page.text().contains("No skill is called that."), "{}", page.text());
}

#[test]
fn unticks_everything_and_is_where_it_began() {
    let Some(visitor) = somebody() else { return };

    let answer = visitor.post("/what-if", &[("add", " ")], &[]);

    assert_eq!(leads_to(&answer), "/what-if");
    let page = visitor.page("/what-if");
    assert_eq!(ticked(&page), Vec::<String>::new());
    assert!(page.text().contains("What most roles ask for"));
}

#[test]
fn has_an_address_that_names_what_is_not_there() {
    let Some(visitor) = somebody() else { return };

    let some = visitor.page("/what-if?skills=java,falconry,java,%00,%E2%80%AE%27%22,..");
    let none = visitor.page("/what-if?skills=falconry");

    assert_eq!(ticked(&some), ["java"]);
    assert!(some.text().contains("4 skills of this address are not in the guide"), "{}", some.text());
    assert!(none.text().contains("One skill of this address is not in the guide"), "{}", none.text());
    assert!(none.text().contains("What most roles ask for"));
}

#[test]
fn ticks_more_than_an_address_holds() {
    let Some(visitor) = somebody() else { return };
    let many: Vec<String> = (0..200).map(|i| format!("skill-{i}")).collect();
    let fields: Vec<(&str, &str)> = many.iter().map(|slug| ("have", slug.as_str())).collect();

    let answer = visitor.post("/what-if", &fields, &[]);

    assert_eq!(answer.status, 422);
    assert!(answer.html().text().contains("more skills than an address holds"), "{}", answer.text());
    // As many as one holds are taken where they come from.
    let address = leads_to(&visitor.post("/what-if", &fields[..100], &[]));
    assert_eq!(visitor.get(address.trim_end_matches("#roles")).status, 200);
}

#[test]
fn ticks_what_no_role_asks_for() {
    let Some(site) = Site::open() else { return };
    site.publish(vec![falconry()]);

    let page = site.visitor().page("/what-if?skills=falconry");

    assert_eq!(ticked(&page), ["falconry"]);
    assert!(page.text().contains("No role of the guide asks for what you ticked."), "{}", page.text());
    assert!(page.text().contains("What most roles ask for"), "{}", page.text());
}

#[test]
fn keeps_an_address_over_a_move() {
    let Some(site) = Site::open() else { return };
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    relocate(&mut dora, "/admin/skills/java", "java-language");
    site.refresh();

    let page = site.visitor().page("/what-if?skills=java,git");

    assert_eq!(ticked(&page), ["java-language", "git"]);
}

#[test]
fn takes_what_the_ledger_says_and_finds_the_same_readiness_as_the_role_does() {
    let Some(site) = Site::open() else { return };
    let mut ann = join(&site, "ann@example.org");
    assert!(!ann.page("/what-if").text().contains("that you marked"));
    for (skill, mark) in [("java", "strong"), ("sql", "can-do"), ("docker", "learning")] {
        ann.post(&format!("/skills/{skill}/mark"), &[("mark", mark), ("version", "0")]);
    }

    let own = ann.page("/what-if").links();
    let own = own.iter().find(|link| link.starts_with("/what-if?skills=")).unwrap();

    assert_eq!(own, "/what-if?skills=java,sql#roles");
    let page = ann.page("/what-if?skills=java,sql");
    let (role, percent) = ranked(&page)[0].clone();
    let there = ann.page(&role).id("readiness").class("big")[0].text();
    assert!(there.starts_with(&format!("{percent} %")), "{there}");
    assert!(!page.text().contains("that you marked"), "it is taken already");
}
