//! The roles of the shipped guide beside each other: what they are called, and what goes with which language.

use super::*;
use std::collections::BTreeSet;
use waymark::gap::Asked;
use waymark::roles::Role;

/// Every shipped role by its slug.
fn all() -> BTreeMap<String, Role> {
    let read = |(name, bytes): (String, Vec<u8>)| {
        let role = waymark::content::read(&name, std::str::from_utf8(&bytes).unwrap()).unwrap();
        (name.trim_end_matches(".toml").to_owned(), role)
    };
    files(&content().join("roles")).into_iter().map(read).collect()
}

#[test]
fn share_no_name() {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut twice = Vec::new();

    for (slug, role) in all() {
        for name in std::iter::once(role.name).chain(role.other_names) {
            if let Some(other) = known.insert(name.to_lowercase(), slug.clone()) {
                twice.push(format!("{name} is {other} and {slug}"));
            }
        }
    }

    assert!(known.len() > 50, "{}", known.len());
    assert!(twice.is_empty(), "{twice:?}");
}

/// Frameworks that belong to a language, and the languages that they can be used from.
const FRAMEWORKS: [(&str, &[&str]); 8] = [
    ("spring-boot", &["java", "kotlin"]),
    ("asp-net", &["c-sharp"]),
    ("django", &["python"]),
    ("flask", &["python"]),
    ("fastapi", &["python"]),
    ("celery", &["python"]),
    ("express", &["javascript", "typescript", "node-js"]),
    ("nestjs", &["javascript", "typescript", "node-js"]),
];

#[test]
fn ask_nobody_who_chose_one_language_for_the_framework_of_another() {
    let (mut wrong, mut tried) = (Vec::new(), 0);

    for (slug, role) in all() {
        let asked = Asked::of(&role);
        let language = |choice: &&waymark::gap::Part| {
            let of_some = |skill: &String| FRAMEWORKS.iter().any(|(_, of)| of.contains(&skill.as_str()));
            choice.choice.is_some() && choice.skills.iter().filter(|skill| of_some(skill)).count() > 1
        };
        for chosen in asked.parts.iter().filter(language).flat_map(|choice| &choice.skills) {
            let fits = |skill: &String| {
                let known = FRAMEWORKS.iter().find(|(framework, _)| framework == skill);
                known.map_or(skill == chosen, |(_, of)| of.contains(&chosen.as_str()))
            };
            let framework = |skill: &String| FRAMEWORKS.iter().any(|(framework, _)| framework == skill);
            for part in asked.parts.iter().filter(|part| part.skills.iter().any(framework)) {
                tried += 1;
                if !part.skills.iter().any(fits) {
                    wrong.push(format!("{slug}: with {chosen}, one of {:?}", part.skills));
                }
            }
        }
    }

    assert!(tried >= 9, "{tried}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn that_are_built_on_networks_ask_for_them() {
    for slug in ["cloud-services-architecture", "devops"] {
        let role = &all()[slug];
        let group = role.groups.iter().find(|group| group.skills.iter().any(|one| one.skill == "networking"));
        assert_eq!(group.unwrap_or_else(|| panic!("{slug}")).tier.slug(), "foundation");
    }
}

#[test]
fn have_as_many_skills_in_common_as_the_article_on_choosing_says() {
    let article = fs::read_to_string(content().join("articles/choosing-between-two-roles.md")).unwrap();
    let roles = all();
    let early = |slug: &str| -> BTreeSet<&str> {
        let groups = roles[slug].groups.iter();
        let first = groups.filter(|group| ["foundation", "essential"].contains(&group.tier.slug()));
        first.flat_map(|group| &group.skills).map(|one| one.skill.as_str()).collect()
    };
    let backend = "web-application-backend-development";

    for (one, other, count, said) in [
        ("cloud-services-architecture", "devops", 14, "have fourteen skills in common"),
        ("database-design-and-optimization", backend, 5, "web backends share five"),
        ("frontend-development", backend, 4, "frontend and web backends four"),
        ("cloud-services-architecture", "real-time-and-streaming-systems", 0, "there is none"),
    ] {
        assert_eq!(early(one).intersection(&early(other)).count(), count, "{one} and {other}");
        assert!(article.contains(said), "{said}");
    }
    assert!(article.contains(&format!("{} pairs", roles.len() * (roles.len() - 1) / 2)));
}
