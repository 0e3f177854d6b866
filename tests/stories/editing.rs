//! Editing: what editors do to the guide through forms, and what readers see of it.
//!
//! Alice is a member, Bob an editor, Dora a publisher.

use crate::support::people::{PASSWORD, staff};
use crate::support::sheet::{Sheet, content, draft, publish};
use crate::support::{Browser, Site};
use serde_json::Value;
use waymark::accounts::Rights;
use waymark::import::KINDS;

const ROLE: &str = "/admin/roles/web-application-backend-development";

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
        let found = bob.page("/admin/find?q=postgre&in=names");
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
        let tags = preview.tags();
        let banner = tags.iter().find(|tag| tag.has_class("notice")).unwrap();
        assert_eq!(
            banner.name, "p",
            "a block of its own, since lines around a run of words stand over what is above"
        );
        for mut other in [site.browser(), staff(&site, "Alice", Rights::Member)] {
            let page = other.get(&format!("{public}?preview=role/web-application-backend-development"));
            assert!(!page.text().contains("You keep the shop’s books"), "{}", page.status);
        }
        assert!(!site.visitor().page(public).text().contains("You keep the shop’s books"));

        assert_eq!(publish(&mut dora, ROLE).status, 303);

        assert!(site.visitor().page(public).text().contains("You keep the shop’s books"));
        assert!(site.visitor().page("/changes").text().contains("The introduction was reworded."));
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
        let file = std::fs::read_to_string(crate::support::content().join("skills/java.toml")).unwrap();
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
