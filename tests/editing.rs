//! Editing: what editors do to the guide through forms, and what readers see of it.
//!
//! Alice is a member, Bob an editor, Dora a publisher.

mod support;

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use support::people::{PASSWORD, staff};
use support::{Answer, Browser, Html, Site};
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights};
use waymark::admin;
use waymark::editing::{Draft, Standing};
use waymark::import::KINDS;

const ROLE: &str = "/admin/roles/web-application-backend-development";

/// The form of an editor's page: where it is sent and what it holds.
struct Sheet {
    action: String,
    fields: Vec<(String, String)>,
}

impl Sheet {
    fn of(page: &Html) -> Sheet {
        let forms = page.tags();
        let form = forms.iter().find(|tag| tag.name == "form" && tag.has_class("sheet")).expect("a sheet");
        let action = form.attribute("action").unwrap().to_owned();
        Sheet { action, fields: page.class("sheet")[0].fields() }
    }

    fn open(browser: &mut Browser, path: &str) -> Sheet {
        Sheet::of(&browser.page(path))
    }

    fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(field, _)| field == name);
        &field.unwrap_or_else(|| panic!("no field {name}: {:?}", self.fields)).1
    }

    fn set(mut self, name: &str, value: &str) -> Sheet {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        match field {
            Some((_, old)) => value.clone_into(old),
            None => panic!("no field {name}: {:?}", self.fields),
        }
        self
    }

    /// Presses a button of the form.
    fn press(mut self, order: &str) -> Sheet {
        self.fields.push(("do".into(), order.into()));
        self
    }

    fn send(&self, browser: &mut Browser) -> Answer {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&self.action, &fields)
    }

    fn save(&self, browser: &mut Browser) -> Answer {
        let answer = self.send(browser);
        assert!([200, 303].contains(&answer.status), "{}", answer.text());
        answer
    }
}

fn draft(site: &Site, kind: &str, slug: &str) -> Option<Draft> {
    Draft::find(&mut site.conn(), kind, slug).unwrap()
}

fn content(site: &Site, kind: &str, slug: &str) -> Value {
    Standing::find(&mut site.conn(), kind, slug).unwrap().unwrap().content
}

/// Publishes a draft with the words that are suggested.
fn publish(browser: &mut Browser, address: &str) -> Answer {
    let page = browser.page(&format!("{address}/publish"));
    let form = page.all("form").into_iter().find(|form| form.source().contains("summary"));
    let mut fields = form.unwrap_or_else(|| panic!("{}", page.text())).fields();
    fields.push(("do".into(), "now".into()));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&format!("{address}/publish"), &fields)
}

mod forms {
    use super::*;

    #[test]
    fn hold_every_field_of_every_kind_and_change_nothing_by_themselves() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let mut all = vec![("role", "web-application-backend-development".to_owned())];
        for kind in KINDS {
            let list = bob.page(&format!("/admin/{}", kind.folder));
            let at = format!("/admin/{}/", kind.folder);
            let slug = list
                .links()
                .iter()
                .find_map(|link| link.strip_prefix(&at).filter(|s| *s != "new").map(str::to_owned));
            all.push((kind.name, slug.expect(kind.folder)));
        }

        for (name, slug) in all {
            let kind = KINDS.into_iter().find(|kind| kind.name == name).unwrap();
            let address = format!("/admin/{}/{slug}", kind.folder);
            let before = content(&site, name, &slug);
            let mut forms: Vec<String> = Vec::new();
            for section in kind.sheet {
                let path = format!("{address}/edit/{}", section.id);
                let page = bob.page(&path);
                let items = page.links().into_iter().filter(|link| link.starts_with(&format!("{path}/")));
                forms.extend(items);
                forms.push(path);
            }
            let mut held = 0;
            for path in &forms {
                let sheet = Sheet::open(&mut bob, path);
                held += sheet.fields.len();
                sheet.save(&mut bob);
            }
            assert!(draft(&site, name, &slug).is_none(), "{address}: a form changed something by itself");
            assert_eq!(content(&site, name, &slug), before);
            assert!(held > before.as_object().unwrap().len(), "{address}");
        }
    }

    #[test]
    fn list_what_is_open_and_find_entries_by_name() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        assert!(bob.page("/admin").text().contains("There is none."));

        Sheet::open(&mut bob, &format!("{ROLE}/edit/role")).set("sentence", "Another.").save(&mut bob);

        assert!(bob.page("/admin").links().contains(&ROLE.to_owned()));
        let found = bob.page("/admin/skills?q=postgre");
        assert!(found.links().contains(&"/admin/skills/postgresql".to_owned()));
        assert!(!found.links().contains(&"/admin/skills/java".to_owned()));
        assert!(bob.page("/admin/skills?q=100%25_").text().contains("Nothing that is published has"));
        let found = bob.page("/admin/find?q=postgre");
        assert!(found.links().contains(&"/admin/skills/postgresql".to_owned()));
        assert!(
            found.links().iter().any(|link| link.starts_with("/admin/resources/")),
            "{:?}",
            found.links()
        );
        assert_eq!(bob.get("/admin/skills?page=99").status, 404);
        assert_eq!(bob.get("/admin/nothing").status, 404);
        assert_eq!(bob.get("/admin/roles/nothing").status, 404);
    }
}

mod a_draft {
    use super::*;

    #[test]
    fn stands_beside_the_page_until_it_is_published() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let public = "/roles/web-application-backend-development";
        let sheet = Sheet::open(&mut bob, &format!("{ROLE}/edit/role"));

        sheet.set("sentence", "You keep the shop’s books in order.").save(&mut bob);

        let preview = bob.page(&format!("{public}?preview=role/web-application-backend-development"));
        assert!(preview.text().contains("You keep the shop’s books in order."));
        assert!(preview.text().contains("A preview of the draft"));
        for mut other in [site.browser(), staff(&site, "Alice", Rights::Member)] {
            let page = other.get(&format!("{public}?preview=role/web-application-backend-development"));
            assert!(!page.text().contains("You keep the shop’s books"), "{}", page.status);
        }
        assert!(!site.visitor().page(public).text().contains("You keep the shop’s books"));

        assert_eq!(publish(&mut dora, ROLE).status, 303);

        assert!(site.visitor().page(public).text().contains("You keep the shop’s books"));
        assert!(site.visitor().page("/changes").text().contains("Edited: sentence."));
        assert!(draft(&site, "role", "web-application-backend-development").is_none());
    }

    #[test]
    fn is_made_from_nothing_and_says_what_it_still_lacks() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);

        let begun = dora.post("/admin/roles/new", &[("name", "Site keeping & care"), ("slug", "")]);
        assert_eq!(begun.header("location"), Some("/admin/roles/site-keeping-and-care/edit/role"));
        let address = "/admin/roles/site-keeping-and-care";
        let text = dora.page(address).text();
        assert!(text.contains("things to put right before it can be published"), "{text}");
        assert!(
            dora.page(&format!("{address}/publish")).all("textarea").is_empty(),
            "nothing to publish yet"
        );

        let paragraph = "A paragraph that says something.";
        let sheet = Sheet::open(&mut dora, &format!("{address}/edit/role"))
            .set("family", "Platforms and operations")
            .set("sentence", "You look after sites.")
            .set("tasks", "Sweep\r\n\r\n  Mend  \r\n")
            .set("not_for_you_if", "You dislike brooms.");
        let sheet =
            ["lead", "day", "places"].into_iter().fold(sheet, |sheet, field| sheet.set(field, paragraph));
        sheet.save(&mut dora);
        let role = content(&site, "role", "site-keeping-and-care");
        assert_eq!(role["family"], "platforms-and-operations", "a name becomes a slug");
        assert_eq!(role["tasks"], serde_json::json!(["Sweep", "Mend"]));

        let skills = format!("{address}/edit/skills");
        let added = Sheet::open(&mut dora, &skills)
            .set("skills_lead", paragraph)
            .set("groups.new", "Brooms & brushes")
            .save(&mut dora);
        assert_eq!(added.header("location"), Some(format!("{skills}/brooms-and-brushes").as_str()));
        let group = format!("{skills}/brooms-and-brushes");
        Sheet::open(&mut dora, &group)
            .set("tier", "foundation")
            .set("lead", paragraph)
            .set("commentary", paragraph)
            .set("skills[0].skill", "Linux")
            .set("skills[0].all", "often")
            .save(&mut dora);
        let page = dora.page(&format!("{group}?check=yes"));
        assert!(
            page.text().contains("“often” is not a share")
                || page.text().contains("\"often\" is not a share")
        );
        Sheet::of(&page).set("skills[0].all", "").set("skills[1].skill", "Broom science").save(&mut dora);
        let page = dora.page(&format!("{group}?check=yes"));
        assert!(
            page.links().contains(&"/admin/skills/new?name=Broom+science".to_owned()),
            "{:?}",
            page.links()
        );
        assert!(
            page.text().contains("This names the skill \"Broom science\", which does not exist"),
            "{}",
            page.text()
        );
        // On the way: the skill is made, and the role names it.
        dora.post("/admin/skills/new", &[("name", "Broom science"), ("slug", "")]);
        let page = dora.page(&format!("{group}?check=yes"));
        Sheet::of(&page).save(&mut dora);
        let page = dora.page(&format!("{group}?check=yes"));
        assert!(page.text().contains("which is a draft so far; publish that first"), "{}", page.text());
        let skill = "/admin/skills/broom-science";
        Sheet::open(&mut dora, &format!("{skill}/edit/skill"))
            .set("kind", "practice")
            .set("sentence", "To know brooms.")
            .set("about", paragraph)
            .save(&mut dora);
        assert_eq!(publish(&mut dora, skill).status, 303);

        Sheet::open(&mut dora, &format!("{address}/edit/insights"))
            .set("insights[0].title", "Dust")
            .set("insights[0].points", "It comes back.")
            .set("insights[0].takeaway", "Sweep again.")
            .save(&mut dora);
        let strategy = Sheet::open(&mut dora, &format!("{address}/edit/strategy"))
            .set("strategy.horizon_years.from", "2")
            .set("strategy.horizon_years.to", "3");
        let parts = ["safe_bets", "future_proofing", "hidden_value"];
        let strategy = parts.into_iter().fold(strategy, |sheet, part| {
            sheet
                .set(&format!("strategy.{part}.points"), "One.")
                .set(&format!("strategy.{part}.takeaway"), paragraph)
        });
        strategy.save(&mut dora);
        Sheet::open(&mut dora, &format!("{address}/edit/great"))
            .set("good_and_great.technical", "One.")
            .set("good_and_great.career", "One.")
            .set("good_and_great.takeaway", paragraph)
            .save(&mut dora);
        Sheet::open(&mut dora, &format!("{address}/edit/getting-in"))
            .set("getting_in.routes", "Ask.")
            .set("getting_in.proof[0].tier", "foundation")
            .set("getting_in.proof[0].show", "A clean site.")
            .set("getting_in.first_step", "Buy a broom.")
            .save(&mut dora);
        Sheet::open(&mut dora, &format!("{address}/edit/around"))
            .set("pivots[0].role", "DevOps")
            .set("pivots[0].name", "DevOps")
            .set("pivots[0].add", "Everything.")
            .save(&mut dora);

        assert_eq!(
            dora.page(address).text().matches("to put right before").count(),
            0,
            "{}",
            dora.page(address).text()
        );
        assert_eq!(publish(&mut dora, address).status, 303);
        let page = site.visitor().page("/roles/site-keeping-and-care");
        for words in
            ["You look after sites.", "Brooms & brushes", "Broom science", "Sweep again.", "Buy a broom."]
        {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        assert!(page.links().contains(&"/roles/devops".to_owned()));
        assert!(dora.post("/admin/roles/new", &[("name", "Site keeping & care")]).text().contains("already"));
        assert!(
            dora.post("/admin/roles/new", &[("name", "x"), ("slug", "new")])
                .text()
                .contains("used by an address")
        );
        assert!(
            dora.post("/admin/roles/new", &[("name", ""), ("slug", "Ä")]).text().contains("is not a slug")
        );
        assert!(
            dora.post("/admin/tiers/new", &[("name", "Sixth")]).text().contains("cannot be more of them")
        );
    }

    /// The first seed's role, typed in anew from beginning to end: what is published is the same.
    #[test]
    fn of_a_whole_role_is_typed_in_and_becomes_the_same_role() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let (old, new) = (ROLE, "/admin/roles/typed-anew");
        dora.post("/admin/roles/new", &[("name", "Typed anew"), ("slug", "")]);
        /// Types what one form holds into another, item by item, as the rows come.
        fn copy(dora: &mut Browser, from: &str, to: &str) {
            let source = Sheet::open(dora, from);
            for _ in 0..30 {
                let mut target = Sheet::open(dora, to);
                let mut more = false;
                for (name, value) in &source.fields {
                    let kept = ["base", "end"].contains(&name.as_str()) || name.ends_with(".id");
                    match target.fields.iter_mut().find(|(field, _)| field == name) {
                        Some((_, typed)) if !kept => typed.clone_from(value),
                        Some(_) => {}
                        None => more |= !value.is_empty() && !name.ends_with(".id"),
                    }
                }
                target.save(dora);
                if !more {
                    return;
                }
            }
            panic!("{to} takes no more rows");
        }
        for section in ["role", "figures", "insights", "strategy", "great", "getting-in", "around"] {
            copy(&mut dora, &format!("{old}/edit/{section}"), &format!("{new}/edit/{section}"));
        }
        let role = content(&site, "role", "web-application-backend-development");
        let groups = role["groups"].as_array().unwrap();
        assert_eq!(groups.len(), 12);
        for group in groups {
            let (id, name) = (group["id"].as_str().unwrap(), group["name"].as_str().unwrap());
            let skills = format!("{new}/edit/skills");
            let added = Sheet::open(&mut dora, &skills).set("groups.new", name).save(&mut dora);
            let page = added.header("location").unwrap().to_owned();
            copy(&mut dora, &format!("{old}/edit/skills/{id}"), &page);
        }
        copy(&mut dora, &format!("{old}/edit/skills"), &format!("{new}/edit/skills"));

        let page = dora.page(new).text();
        assert!(!page.contains("to put right before"), "{page}");
        assert_eq!(publish(&mut dora, new).status, 303);

        /// Without the ids that are made of names.
        fn bare(value: &Value) -> Value {
            match value {
                Value::Object(fields) => fields
                    .iter()
                    .filter(|(name, _)| *name != "id")
                    .map(|(n, v)| (n.clone(), bare(v)))
                    .collect(),
                Value::Array(items) => items.iter().map(bare).collect(),
                other => other.clone(),
            }
        }
        assert_eq!(bare(&content(&site, "role", "typed-anew")), bare(&role));
        let public = site.visitor();
        let text = |path: &str| public.page(path).id("skills").text();
        assert_eq!(text("/roles/typed-anew"), text("/roles/web-application-backend-development"));
    }

    #[test]
    fn has_lists_whose_items_are_added_moved_and_removed_without_a_script() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let ids = |site: &Site| -> Vec<String> {
            let role = content(site, "role", "web-application-backend-development");
            role["groups"].as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect()
        };
        let before = ids(&site);
        let skills = format!("{ROLE}/edit/skills");

        Sheet::open(&mut bob, &skills).press("up groups[1]").save(&mut bob);
        assert_eq!(ids(&site)[..2], [before[1].clone(), before[0].clone()]);
        Sheet::open(&mut bob, &skills).press("remove groups[0]").save(&mut bob);
        assert_eq!(ids(&site), [&before[..1], &before[2..]].concat());

        let group = format!("{skills}/{}", before[0]);
        Sheet::open(&mut bob, &group).press("remove skills[0]").save(&mut bob);
        assert!(
            !content(&site, "role", "web-application-backend-development")["groups"][0]["skills"]
                .to_string()
                .contains("\"java\"")
        );
        Sheet::open(&mut bob, &group).set("skills[2].skill", "Java").press("more skills").save(&mut bob);
        let sheet = Sheet::open(&mut bob, &group);
        assert_eq!((sheet.value("skills[2].skill"), sheet.value("skills[3].skill")), ("Java", ""));
    }

    #[test]
    fn is_thrown_away_only_as_it_was_seen() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = format!("{ROLE}/edit/role");
        Sheet::open(&mut bob, &edit).set("sentence", "First.").save(&mut bob);
        let seen = draft(&site, "role", "web-application-backend-development").unwrap().version.to_string();
        Sheet::open(&mut bob, &edit).set("sentence", "Second.").save(&mut bob);

        let refused = bob.post(&format!("{ROLE}/discard"), &[("version", &seen)]);
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("Somebody saved this draft"));
        let now = draft(&site, "role", "web-application-backend-development").unwrap().version.to_string();
        assert_eq!(bob.post(&format!("{ROLE}/discard"), &[("version", &now)]).status, 303);
        assert!(draft(&site, "role", "web-application-backend-development").is_none());
        assert_ne!(Sheet::open(&mut bob, &edit).value("sentence"), "Second.");
    }

    #[test]
    fn takes_in_what_was_published_meanwhile() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/skills/java/edit/skill";
        Sheet::open(&mut dora, edit).set("sentence", "Mine.").set("about", "Mine too.").save(&mut dora);
        let file = std::fs::read_to_string(support::content().join("skills/java.toml")).unwrap();
        let kind = file.lines().find(|line| line.starts_with("sentence")).unwrap().to_owned();
        let theirs = file
            .replace(&kind, "sentence = \"Theirs.\"")
            .replace("name = \"Java\"", "name = \"Java itself\"");
        site.publish(vec![("content/skills/java.toml".into(), theirs)]);

        assert!(dora.page("/admin/skills/java").text().contains("Something else was published"));
        assert!(dora.page("/admin/skills/java/publish").all("textarea").is_empty());
        assert_eq!(dora.post("/admin/skills/java/catch-up", &[("version", "0")]).status, 403);
        let version = draft(&site, "skill", "java").unwrap().version.to_string();
        let asked = dora.post("/admin/skills/java/catch-up", &[("version", &version)]);
        assert_eq!(asked.status, 409);
        let page = asked.html();
        assert!(page.text().contains("Theirs.") && page.text().contains("Mine."));
        let mut fields = page.all("form")[0].fields();
        fields.push(("choice:sentence".into(), "mine".into()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(dora.post("/admin/skills/java/catch-up", &fields).status, 303);

        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);
        let text = site.visitor().page("/skills/java").text();
        assert!(
            text.contains("Java itself") && text.contains("Mine.") && text.contains("Mine too."),
            "{text}"
        );
    }
}

mod two_at_once {
    use super::*;

    /// Every address below an entry to which something can be sent, as the routes name them.
    fn changing_routes() -> Vec<String> {
        let routes = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin/pages/mod.rs");
        let text: String = std::fs::read_to_string(routes).unwrap().split_whitespace().collect();
        let resources = text.split("web::resource(\"").skip(1);
        let changing = resources.filter_map(|rest| {
            let (path, rest) = rest.split_once('"')?;
            let rest = rest.split(".service(").next()?;
            let below = path.strip_prefix("/{folder}/{slug}")?;
            rest.contains(".post(").then(|| below.to_owned())
        });
        changing.collect()
    }

    #[test]
    fn and_nothing_that_was_saved_meanwhile_is_touched_by_any_route() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let address = "/admin/skills/java";
        let edit = format!("{address}/edit/skill");
        let seen = Sheet::open(&mut dora, &edit).set("about", "Seen.");
        seen.save(&mut dora);
        let stale = draft(&site, "skill", "java").unwrap().version.to_string();
        Sheet::open(&mut dora, &edit).set("about", "Saved meanwhile.").save(&mut dora);
        let now = draft(&site, "skill", "java").unwrap();
        let routes = changing_routes();
        assert!(routes.len() >= 9, "{routes:?}");

        for route in routes {
            let path = format!("{address}{}", route.replace("{section}", "skill").replace("{item}", "x"));
            let answer = match route.as_str() {
                "/edit/{section}" => seen.send(&mut dora),
                _ => dora.post(
                    &path,
                    &[
                        ("version", stale.as_str()),
                        ("seen", "stale"),
                        ("revision", "1"),
                        ("summary", "x"),
                        ("significance", "minor"),
                        ("do", "now"),
                        ("part", edit.as_str()),
                        ("fate", "withdrawn"),
                        ("reason", "It was."),
                        ("new", ""),
                    ],
                ),
            };
            assert!(answer.status < 500, "{path}: {}", answer.status);
            let still = draft(&site, "skill", "java").unwrap_or_else(|| panic!("{path} took the draft away"));
            assert_eq!((still.version, &still.content), (now.version, &now.content), "{path}");
            assert!(still.publish_at.is_none());
        }
        assert!(!site.visitor().page("/skills/java").text().contains("Saved meanwhile."));
    }

    #[test]
    fn keep_each_other_s_edits_and_are_told() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        let (of_bob, of_dora) = (Sheet::open(&mut bob, &edit), Sheet::open(&mut dora, &edit));
        assert!(dora.page(&edit).text().contains("Bob has this role open as well"));

        of_dora.set("day", "Dora’s day.").save(&mut dora);
        let answer = of_bob.set("lead", "Bob’s lead.").save(&mut bob);

        assert!(
            answer.text().contains("Somebody else changed meanwhile, and it is kept as well: A day in it"),
            "{}",
            answer.text()
        );
        let role = content(&site, "role", "web-application-backend-development");
        assert_eq!((&role["day"], &role["lead"]), (&"Dora’s day.".into(), &"Bob’s lead.".into()));
    }

    #[test]
    fn are_asked_about_the_field_that_both_changed_and_lose_nothing() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        for counts in ["mine", "theirs"] {
            let (of_his, of_hers) = (format!("Bob’s, {counts}."), format!("Dora’s, {counts}."));
            let (of_bob, of_dora) = (Sheet::open(&mut bob, &edit), Sheet::open(&mut dora, &edit));
            let lead = format!("A lead beside {counts}.");
            of_dora.set("sentence", &of_hers).set("day", counts).save(&mut dora);

            let asked = of_bob.set("sentence", &of_his).set("lead", &lead).send(&mut bob);
            assert_eq!(asked.status, 409);
            let page = asked.html();
            assert_eq!(page.headings(1), ["Which version counts?"]);
            assert!(page.text().contains(&of_hers) && page.text().contains(&of_his));
            let role = content(&site, "role", "web-application-backend-development");
            assert_ne!(role["lead"], lead.as_str(), "nothing is saved before it is decided");

            let mut fields = page.all("form")[0].fields();
            fields.push(("choice:sentence".into(), counts.into()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            assert_eq!(bob.post(&edit, &fields).status, 200);
            let sentence = Value::from(if counts == "mine" { of_his } else { of_hers });
            let role = content(&site, "role", "web-application-backend-development");
            assert_eq!(
                (&role["sentence"], &role["lead"], &role["day"]),
                (&sentence, &lead.into(), &counts.into())
            );
        }
    }

    #[test]
    fn who_chose_against_an_old_version_are_asked_again() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        let edit = format!("{ROLE}/edit/role");
        let of_bob = Sheet::open(&mut bob, &edit);
        Sheet::open(&mut dora, &edit).set("sentence", "Dora’s first.").save(&mut dora);
        let asked = of_bob.set("sentence", "Bob’s.").send(&mut bob);
        let mut fields = asked.html().all("form")[0].fields();
        fields.push(("choice:sentence".into(), "mine".into()));
        Sheet::open(&mut dora, &edit).set("sentence", "Dora’s second.").save(&mut dora);

        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let again = bob.post(&edit, &fields);

        assert_eq!(again.status, 409);
        assert!(again.text().contains("Dora’s second."));
    }

    #[test]
    fn and_eight_in_a_race_lose_no_accepted_word() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = format!("{ROLE}/edit/role");
        let page = bob.page(&edit);
        let fields =
            ["sentence", "lead", "day", "places", "tasks", "not_for_you_if", "other_names", "sentence"];

        let answers: Vec<(&str, String, u16)> = std::thread::scope(|scope| {
            let writers = fields.iter().enumerate().map(|(i, field)| {
                let (mut writer, page) = (bob.clone(), page.clone());
                scope.spawn(move || {
                    let words = format!("Words of writer {i}.");
                    let answer = Sheet::of(&page).set(field, &words).send(&mut writer);
                    (*field, words, answer.status)
                })
            });
            let writers: Vec<_> = writers.collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });

        let role = content(&site, "role", "web-application-backend-development");
        for (field, words, status) in &answers {
            let kept = role[*field].to_string().contains(words.as_str());
            assert!([200, 303, 409].contains(status), "{field}: {status}");
            assert_eq!(kept, *status != 409, "{field}: {status}");
        }
        assert_eq!(answers.iter().filter(|(.., status)| *status == 409).count(), 1);
    }

    #[test]
    fn who_come_back_after_months_are_asked_about_whatever_differs() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = "/admin/skills/java/edit/skill";
        Sheet::open(&mut bob, edit).set("about", "First.").save(&mut bob);
        let open = Sheet::open(&mut bob, edit).set("sentence", "Months later.");
        Sheet::open(&mut bob, edit).set("about", "Second.").save(&mut bob);
        let stands = draft(&site, "skill", "java").unwrap();

        waymark::editing::sweep(&mut site.conn(), Utc::now() + TimeDelta::days(80)).unwrap();
        assert_eq!(versions(&site), [stands.version - 1, stands.version]);
        waymark::editing::sweep(&mut site.conn(), Utc::now() + TimeDelta::days(100)).unwrap();
        assert_eq!(versions(&site), [stands.version], "the one at which it stands");

        let asked = open.send(&mut bob);
        assert_eq!(asked.status, 409);
        assert!(asked.text().contains("Months later.") && asked.text().contains("Second."));
        assert_eq!(draft(&site, "skill", "java").unwrap().content, stands.content);
    }

    /// The versions of the draft of Java that are kept.
    fn versions(site: &Site) -> Vec<i64> {
        use diesel::prelude::*;
        use waymark::db::schema::draft_versions as versions;
        versions::table
            .filter(versions::kind.eq("skill").and(versions::slug.eq("java")))
            .order(versions::version)
            .select(versions::version)
            .load(&mut site.conn())
            .unwrap()
    }

    #[test]
    fn and_one_form_sent_twice_is_saved_once() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let sheet = Sheet::open(&mut bob, &format!("{ROLE}/edit/skills")).set("groups.new", "Only once");

        sheet.save(&mut bob);
        sheet.save(&mut bob);

        let groups = content(&site, "role", "web-application-backend-development")["groups"].to_string();
        assert_eq!(groups.matches("Only once").count(), 1);
    }
}

mod publishing {
    use super::*;

    #[test]
    fn takes_a_publisher() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        Sheet::open(&mut bob, "/admin/skills/java/edit/skill").set("about", "New.").save(&mut bob);

        assert!(bob.page("/admin/skills/java/publish").text().contains("takes the rights of a publisher"));
        let fields = [("version", "1"), ("summary", "x"), ("significance", "minor"), ("do", "now")];
        let refused = bob.post("/admin/skills/java/publish", &fields);
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("Ask somebody who is an admin"), "{}", refused.text());
        assert!(draft(&site, "skill", "java").is_some());
    }

    #[test]
    fn happens_by_itself_at_its_time_and_once() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let address = "/admin/skills/java";
        Sheet::open(&mut dora, &format!("{address}/edit/skill"))
            .set("about", "From June on.")
            .save(&mut dora);
        let version = draft(&site, "skill", "java").unwrap().version.to_string();
        let at = |text: &str| {
            vec![
                ("version", version.clone()),
                ("summary", "It is June.".into()),
                ("significance", "notable".into()),
                ("do", "later".into()),
                ("at", text.to_owned()),
            ]
        };
        let send = |dora: &mut Browser, fields: Vec<(&str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            dora.post(&format!("{address}/publish"), &fields)
        };
        for (wrong, told) in [
            ("soon", "Write day and time"),
            ("2020-01-01T00:00", "has passed"),
            ("2027-03-28T02:30", "skip this time"),
            ("2999-01-01T00:00", "ten years"),
        ] {
            let again = send(&mut dora, at(wrong));
            assert_eq!(again.status, 422, "{wrong}");
            assert!(again.text().contains(told), "{wrong}: {}", again.text());
            assert!(again.text().contains("It is June."), "what was typed stays");
        }
        let soon = (Utc::now() + TimeDelta::hours(3)).with_timezone(&chrono_tz::Europe::Vienna);
        assert_eq!(send(&mut dora, at(&soon.format("%Y-%m-%dT%H:%M").to_string())).status, 303);
        assert!(dora.page("/admin").text().contains("To be published by itself"));

        admin::publish_due(&mut site.conn(), Utc::now()).unwrap();
        assert!(draft(&site, "skill", "java").is_some(), "not before its time");
        let later = Utc::now() + TimeDelta::hours(4);
        std::thread::scope(|scope| {
            let instances: Vec<_> =
                (0..4).map(|_| scope.spawn(|| admin::publish_due(&mut site.conn(), later).is_ok())).collect();
            let fine =
                instances.into_iter().map(|instance| instance.join().unwrap()).filter(|fine| *fine).count();
            assert!(fine >= 1);
        });
        site.refresh();

        assert!(site.visitor().page("/skills/java").text().contains("From June on."));
        let changes = waymark::editing::Change::of(&mut site.conn(), "skill", "java").unwrap();
        assert_eq!(changes.iter().filter(|change| change.remarks == ["It is June."]).count(), 1);
    }

    #[test]
    fn by_form_and_by_file_is_the_same_change() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let group = format!("{ROLE}/edit/skills/jvm-languages");
        Sheet::open(&mut dora, &group).set("skills[0].all", "about 60 %").save(&mut dora);
        assert_eq!(publish(&mut dora, ROLE).status, 303);
        let path = "content/roles/web-application-backend-development.toml";
        let file = support::content().join("roles/web-application-backend-development.toml");
        let file = std::fs::read_to_string(file).unwrap();
        site.publish(vec![(path.into(), file.clone())]);

        site.publish(vec![(path.into(), file.replacen("all = \"about 45 %\"", "all = \"about 60 %\"", 1))]);

        use diesel::prelude::*;
        use waymark::db::schema::guide_changes as changes;
        let all: Vec<(i64, String, String, String)> = changes::table
            .filter(changes::kind.eq("role").and(changes::slug.eq("web-application-backend-development")))
            .order(changes::seq)
            .select((changes::revision, changes::significance, changes::summary, changes::difference))
            .load(&mut site.conn())
            .unwrap();
        assert_eq!(all.iter().map(|change| change.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!((&all[1].1, &all[1].2, &all[1].3), (&all[3].1, &all[3].2, &all[3].3));
        assert!(all[1].2.contains("Java, all postings: about 45 % → about 60 %."), "{}", all[1].2);
    }

    #[test]
    fn by_many_at_once_is_missed_by_nobody_who_follows_the_sequence() {
        let Some(site) = Site::open() else { return };
        let begin = waymark::editing::guide_revision(&mut site.conn()).unwrap();
        let (writers, each) = (6, 5);
        let text = std::fs::read_to_string(support::content().join("skills/java.toml")).unwrap();
        let seen: Vec<i64> = std::thread::scope(|scope| {
            for writer in 0..writers {
                let (site, text) = (&site, &text);
                scope.spawn(move || {
                    for round in 0..each {
                        let file = text.replace("name = \"Java\"", &format!("name = \"Java {round}\""));
                        let path = format!("content/skills/by-{writer}.toml");
                        let incoming = waymark::import::parse(vec![(path, file)]).unwrap();
                        support::until("the publication", || {
                            waymark::import::import(&mut site.conn(), &incoming, Utc::now()).is_ok()
                        });
                    }
                });
            }
            // Whoever follows asks for what came after the last that it saw, and never looks back.
            let (mut last, mut seen) = (begin, Vec::new());
            support::until("every change to be seen", || {
                use diesel::prelude::*;
                use waymark::db::schema::guide_changes as changes;
                let new: Vec<i64> = changes::table
                    .filter(changes::seq.gt(last))
                    .order(changes::seq)
                    .select(changes::seq)
                    .load(&mut site.conn())
                    .unwrap();
                last = new.last().copied().unwrap_or(last);
                seen.extend(new);
                seen.len() >= writers * each
            });
            seen
        });
        let expected: Vec<i64> = (begin + 1..=begin + (writers * each) as i64).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn is_seen_at_once_where_it_was_done_and_within_a_second_elsewhere() {
        let Some(url) = support::database() else { return };
        let (one, other) = (support::Program::serve(&url), support::Program::serve(&url));
        let address = waymark::db::Address::parse(&url).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let hash = runtime.block_on(Hashing::new().unwrap().hash(PASSWORD)).unwrap();
        let dora = MailAddress::parse("dora@example.org").unwrap();
        let rights = Rights::Publisher;
        let new = NewPerson { address: &dora, name: "Dora", zone: "UTC", rights, password: &hash };
        Person::join(&mut address.connect().unwrap(), &new, Utc::now()).unwrap();
        let mut dora = Browser::of(one.visitor());
        dora.post("/sign-in", &[("address", "dora@example.org"), ("password", PASSWORD)]);
        // In the memory of both.
        for program in [&one, &other] {
            assert!(!program.visitor().page("/skills/java").text().contains("Seen everywhere."));
        }
        Sheet::open(&mut dora, "/admin/skills/java/edit/skill")
            .set("about", "Seen everywhere.")
            .save(&mut dora);

        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);

        assert!(one.visitor().page("/skills/java").text().contains("Seen everywhere."));
        let published = std::time::Instant::now();
        support::until("the other to show it", || {
            other.visitor().page("/skills/java").text().contains("Seen everywhere.")
        });
        // A second is the promise; the rest is for a machine that is busy with other tests.
        assert!(published.elapsed().as_secs() < 5, "{:?}", published.elapsed());
    }

    #[test]
    fn of_a_version_that_somebody_changed_meanwhile_is_refused_and_keeps_the_words() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/skills/java/edit/skill";
        Sheet::open(&mut dora, edit).set("about", "One.").save(&mut dora);
        let version = draft(&site, "skill", "java").unwrap().version.to_string();
        Sheet::open(&mut dora, edit).set("about", "Two.").save(&mut dora);

        let fields = [
            ("version", version.as_str()),
            ("summary", "My words."),
            ("significance", "major"),
            ("do", "now"),
        ];
        let refused = dora.post("/admin/skills/java/publish", &fields);

        assert_eq!(refused.status, 409);
        assert!(refused.text().contains("My words."));
        assert!(!site.visitor().page("/skills/java").text().contains("Two."));
    }
}

mod what_was {
    use super::*;

    #[test]
    fn published_can_be_compared_word_by_word_and_brought_back() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/skills/java/edit/skill";
        let first = Sheet::open(&mut dora, edit).value("sentence").to_owned();
        let second = format!("{first} Also on phones.");
        Sheet::open(&mut dora, edit).set("sentence", &second).save(&mut dora);
        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);

        let history = dora.page("/admin/skills/java/history").text();
        assert!(history.contains("Dora") && history.contains("came with the program"), "{history}");
        let compared = dora.page("/admin/skills/java/compare?from=1&to=2");
        let compared = &compared.class("compared")[0];
        assert!(compared.all("ins").iter().any(|words| words.text().contains("Also on phones.")));
        assert!(compared.all("del").is_empty(), "what stayed is not struck out");
        for odd in ["from=1&to=9", "from=x&to=1", "from=-1&to=1", ""] {
            assert_eq!(dora.get(&format!("/admin/skills/java/compare?{odd}")).status, 404, "{odd}");
        }

        assert_eq!(dora.post("/admin/skills/java/history", &[("revision", "1")]).status, 303);
        let refused = dora.post("/admin/skills/java/history", &[("revision", "2")]);
        assert!(refused.text().contains("There is a draft of it"), "{}", refused.status);
        assert_eq!(publish(&mut dora, "/admin/skills/java").status, 303);
        assert!(!site.visitor().page("/skills/java").text().contains("Also on phones."));
        assert!(dora.page("/admin/skills/java/history").text().contains("Revision Published By"));
        assert_eq!(content(&site, "skill", "java")["sentence"], first.as_str());
    }

    #[test]
    fn done_is_in_the_audit_narrowed_and_taken_out() {
        let Some(site) = Site::open() else { return };
        let (mut bob, mut dora) =
            (staff(&site, "Bob", Rights::Editor), staff(&site, "Dora", Rights::Publisher));
        Sheet::open(&mut bob, "/admin/skills/java/edit/skill").set("about", "=1+1").save(&mut bob);
        publish(&mut dora, "/admin/skills/java");
        Sheet::open(&mut bob, "/admin/skills/sql/edit/skill").set("about", "New.").save(&mut bob);

        let all = bob.page("/admin/audit").text();
        assert!(all.contains("saved") && all.contains("published") && all.contains("Dora"), "{all}");
        let narrowed = bob.page("/admin/audit?kind=skill&slug=sql&action=saved");
        assert!(narrowed.links().contains(&"/admin/skills/sql".to_owned()));
        assert!(!narrowed.links().contains(&"/admin/skills/java".to_owned()));
        let csv = bob.get("/admin/audit.csv?action=published").text();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(!csv.contains("example.org"), "ids, never addresses");
        assert_eq!(bob.get("/admin/audit?page=99").status, 404);
        assert!(bob.page("/admin/audit?slug=%00&person=%27").text().contains("There is no such line"));
    }

    #[test]
    fn is_due_or_odd_or_reported_is_listed() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        assert!(dora.page("/admin/figures-due").text().contains("None is due."));
        site.later(TimeDelta::days(400));
        let mut dora_later = site.browser();
        dora_later.post("/sign-in", &[("address", "dora@example.org"), ("password", PASSWORD)]);
        let due = dora_later.page("/admin/figures-due");
        assert!(due.links().contains(&ROLE.to_owned()), "{}", due.text());

        dora_later.post("/admin/skills/new", &[("name", "Lone skill"), ("slug", "")]);
        Sheet::open(&mut dora_later, "/admin/skills/lone-skill/edit/skill")
            .set("kind", "practice")
            .set("sentence", "Alone.")
            .set("about", "Alone.")
            .save(&mut dora_later);
        publish(&mut dora_later, "/admin/skills/lone-skill");
        assert!(dora_later.page("/admin/checks").links().contains(&"/admin/skills/lone-skill".to_owned()));
        assert!(dora_later.page("/admin/reports").text().contains("There is none"));
    }
}

mod whoever_may_not {
    use super::*;

    #[test]
    fn is_led_to_sign_in_or_told_whom_to_ask() {
        let Some(site) = Site::open() else { return };
        let mut alice = staff(&site, "Alice", Rights::Member);
        for path in ["/admin", "/admin/roles", "/admin/roles/new", &format!("{ROLE}/edit/role")] {
            let stranger = site.browser().get(path);
            assert_eq!(stranger.status, 303, "{path}");
            assert!(stranger.header("location").unwrap().starts_with("/sign-in"), "{path}");
            let member = alice.get(path);
            assert_eq!(member.status, 403, "{path}");
            assert!(member.text().contains("Ask somebody who is an admin"), "{path}");
        }
    }

    #[test]
    fn loses_nothing_when_the_sign_in_ran_out() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let sheet = Sheet::open(&mut bob, &format!("{ROLE}/edit/role")).set("sentence", "Typed for an hour.");
        bob.cookies.retain(|name, _| name != "waymark-session");

        let away = sheet.send(&mut bob);
        assert_eq!(away.status, 303);
        let back = bob.post("/sign-in", &[("address", "bob@example.org"), ("password", PASSWORD)]);
        assert!([200, 303].contains(&back.status), "{}", back.text());
        let page = if back.status == 303 { bob.page(back.header("location").unwrap()) } else { back.html() };
        let form = page.all("form").into_iter().find(|form| form.source().contains("Typed for an hour."));
        let fields = form.unwrap_or_else(|| panic!("{}", page.text())).fields();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(bob.post(&sheet.action, &fields).status, 303);

        assert_eq!(
            content(&site, "role", "web-application-backend-development")["sentence"],
            "Typed for an hour."
        );
    }
}

mod what_is_odd {
    use super::*;

    #[test]
    fn arrives_cut_off_and_is_shown_again() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let mut sheet = Sheet::open(&mut bob, &format!("{ROLE}/edit/role")).set("sentence", "All of it.");
        sheet.fields.retain(|(name, _)| name != "end");

        let again = sheet.send(&mut bob);

        assert_eq!(again.status, 422);
        assert!(again.text().contains("arrived cut off"));
        assert!(again.text().contains("All of it."));
        assert!(draft(&site, "role", "web-application-backend-development").is_none());
    }

    #[test]
    fn is_kept_while_it_is_typed_and_offered_again() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let edit = format!("{ROLE}/edit/role");
        let sheet = Sheet::open(&mut bob, &edit).set("sentence", "Half a sen");
        let mut fields: Vec<(&str, &str)> =
            sheet.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.push(("part", &edit));

        assert_eq!(bob.post(&format!("{ROLE}/unsaved"), &fields).status, 204);

        assert!(draft(&site, "role", "web-application-backend-development").is_none());
        let page = bob.page(&edit);
        assert!(page.text().contains("You typed something here"));
        assert_ne!(Sheet::of(&page).value("sentence"), "Half a sen");
        let again = Sheet::open(&mut bob, &format!("{edit}?unsaved=yes"));
        assert_eq!(again.value("sentence"), "Half a sen");
        again.save(&mut bob);
        assert!(!bob.page(&edit).text().contains("You typed something here"));
    }

    #[test]
    fn does_no_harm_on_the_page_or_in_the_form() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let edit = "/admin/articles/reading-the-tiers/edit/article";
        let hostile =
            "<script>alert(1)</script> \" onmouseover=x {{7*7}} \u{202e} \0 '; DROP TABLE entries; --";
        let sheet = Sheet::open(&mut dora, edit);
        let sheet = ["name", "sentence", "text", "roles", "figures"]
            .into_iter()
            .fold(sheet, |s, f| s.set(f, hostile));

        sheet.save(&mut dora);

        let page = dora.page(&format!("{edit}?check=yes"));
        assert!(!page.source().contains("<script>alert"), "escaped");
        assert!(page.text().contains("holds HTML in its line 1"), "{}", page.text());
        let preview = dora.get("/articles/reading-the-tiers?preview=article/reading-the-tiers");
        assert!(!preview.text().contains("<script>alert"));
        let fields = [("version", "1"), ("summary", "x"), ("significance", "minor"), ("do", "now")];
        let refused = dora.post("/admin/articles/reading-the-tiers/publish", &fields);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("Something has to be put right first"));

        let enormous = Sheet::open(&mut dora, edit).set("text", &"x".repeat(600 * 1024));
        assert_eq!(enormous.send(&mut dora).status, 413);
        let no_version = Sheet::open(&mut dora, edit).set("base", "drop");
        assert_eq!(no_version.send(&mut dora).status, 403);
    }
}
