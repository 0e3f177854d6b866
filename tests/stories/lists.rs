//! What people see of a guide that does not fit on one page.

#[allow(dead_code)]
#[path = "../../benches/support/guide.rs"]
mod guide;
use crate::support::{Site, guide};
use diesel::prelude::*;
use guide::Guide;
use std::collections::BTreeMap;
use waymark::db::schema::{figures, guide as guide_table, role_skills, roles, skills};

#[test]
fn a_large_guide_is_read_page_by_page_and_ends() {
    let Some(site) = Site::open() else { return };
    let guide = Guide::of(160);
    let files = guide.files();
    // Tiers, texts, sources and figures are there already.
    let own = |path: &str| {
        ["families", "skills", "roles", "resources", "articles"].contains(&path.split('/').next().unwrap())
    };
    let article = |number: usize| {
        let text = format!("+++\nname = \"Number {number}\"\nsentence = \"One of many.\"\n+++\n\nText.\n");
        (format!("articles/number-{number}.md"), text)
    };
    site.publish(files.filter(|(path, _)| own(path)).chain((0..25).map(article)).collect());
    let visitor = site.visitor();
    let largest = format!("/families/{}", Guide::family_slug(0));

    let asked_for = asked_for_most(&site);
    for list in ["/roles", "/strategy", "/skills/kind/technologies", "/articles", &largest, &asked_for] {
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

/// How many roles ask for each skill, counted from their rows.
fn counted(site: &Site) -> BTreeMap<String, i32> {
    let rows: Vec<String> = role_skills::table
        .filter(role_skills::counts.eq(1))
        .select(role_skills::skill)
        .load(&mut site.conn())
        .unwrap();
    let mut counted = BTreeMap::new();
    for skill in rows {
        *counted.entry(skill).or_default() += 1;
    }
    counted
}

/// The page of the skill that most roles ask for.
fn asked_for_most(site: &Site) -> String {
    let (skill, _) = counted(site).into_iter().max_by_key(|(_, count)| *count).unwrap();
    format!("/skills/{skill}")
}

/// How many roles ask for each skill that some role asks for, as lists show it.
fn shown(site: &Site) -> BTreeMap<String, i32> {
    let asked_for = skills::table.filter(skills::asked_by.ne(0));
    asked_for.select((skills::slug, skills::asked_by)).load(&mut site.conn()).unwrap().into_iter().collect()
}

#[test]
fn the_number_of_roles_that_ask_for_a_skill_follows_every_publication() {
    let Some(site) = Site::open() else { return };
    let role = "content/roles/devops.toml";
    let text = std::fs::read_to_string(role).unwrap();
    let skill = "content/skills/git.toml";
    let skill_text = std::fs::read_to_string(skill).unwrap();
    assert_eq!(shown(&site), counted(&site));

    let fewer = text.split("\n[[groups.skills]]").collect::<Vec<_>>();
    let fewer = [&fewer[..1], &fewer[2..]].concat().join("\n[[groups.skills]]");
    site.publish(vec![(role.into(), fewer)]);
    let less = shown(&site);
    assert_eq!(less, counted(&site));
    site.publish(vec![(skill.into(), skill_text.replacen("sentence = \"", "sentence = \"Now: ", 1))]);
    assert_eq!(shown(&site), less);
    site.publish(vec![(role.into(), text)]);

    assert_eq!(shown(&site), counted(&site));
    assert_ne!(shown(&site), less);
}

#[test]
fn lists_that_an_older_program_left_are_written_anew_at_the_start() {
    let Some(url) = guide() else { return };
    let pages = |site: &Site| {
        let visitor = site.visitor();
        ["/roles", "/skills", "/skills/git", "/sources"].map(|path| visitor.get(path).text())
    };
    let site = Site::on(&url, None);
    let before = pages(&site);

    let mut conn = site.conn();
    drop(site);
    diesel::delete(roles::table).execute(&mut conn).unwrap();
    diesel::delete(figures::table).execute(&mut conn).unwrap();
    diesel::update(skills::table).set(skills::asked_by.eq(0)).execute(&mut conn).unwrap();
    diesel::update(guide_table::table).set(guide_table::derived.eq(1)).execute(&mut conn).unwrap();
    drop(conn);

    let after = pages(&Site::on(&url, None));
    for (before, after) in before.iter().zip(&after) {
        // Addresses of the site differ by its port.
        assert_eq!(without_ports(before), without_ports(after));
    }
}

fn without_ports(page: &str) -> String {
    let mut parts = page.split("localhost:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}
