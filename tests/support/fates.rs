//! What publishers do in stories: withdraw entries and move them, and look at what became of the guide.

use super::{Answer, Browser, Html, Site, files};
use chrono::Utc;
use serde_json::Value;
use waymark::db;
use waymark::editing::{Act, Action, Asked, Base, Save, Standing, published};
use waymark::import::{self, KINDS};

pub const BACKEND: &str = "web-application-backend-development";
pub const KOTLIN: &str = "/admin/skills/kotlin";

pub fn content(site: &Site, kind: &str, slug: &str) -> Value {
    published(&mut site.conn(), kind, slug).unwrap().unwrap_or_else(|| panic!("no {kind} {slug}")).1
}

pub fn there(site: &Site, kind: &str, slug: &str) -> bool {
    published(&mut site.conn(), kind, slug).unwrap().is_some()
}

/// The skills of a group of the backend role, by its id.
pub fn group(role: &Value, id: &str) -> Vec<Value> {
    let groups = role["groups"].as_array().unwrap();
    groups.iter().find(|group| group["id"] == id).unwrap()["skills"].as_array().unwrap().clone()
}

/// The group of the backend role that holds a skill.
pub fn group_of(role: &Value, skill: &str) -> String {
    let groups = role["groups"].as_array().unwrap();
    let holds = |group: &&Value| group["skills"].as_array().unwrap().iter().any(|s| s["skill"] == skill);
    groups.iter().find(holds).unwrap()["id"].as_str().unwrap().to_owned()
}

/// Saves a draft as an editor does.
pub fn save(site: &Site, kind: &str, slug: &str, change: impl Fn(&mut Value)) {
    let kind = KINDS.into_iter().find(|known| known.name == kind).unwrap();
    let by = "11111111-1111-7111-8111-111111111111";
    db::write(&mut site.conn(), |conn| {
        let base = Standing::find(conn, kind.name, slug)?.map_or(Base::Revision(0), |standing| standing.base);
        let save = Save { kind: &kind, slug, base, chosen: None, by, now: Utc::now() };
        save.run(conn, &|before| {
            let mut content = before.clone();
            change(&mut content);
            content
        })
    })
    .unwrap();
}

/// Opens the page on which an entry is withdrawn and fills it in; gives what it answers.
pub fn look(browser: &mut Browser, address: &str, fate: &str, heirs: &str, reason: &str) -> Answer {
    let path = format!("{address}/withdraw");
    let page = browser.page(&path);
    browser.fill(&page, &path, &[("fate", fate), ("heirs", heirs), ("reason", reason), ("do", "look")])
}

/// Looks at what would happen and confirms it.
pub fn withdraw(browser: &mut Browser, address: &str, fate: &str, heirs: &str, reason: &str) -> Answer {
    let seen = look(browser, address, fate, heirs, reason);
    assert_eq!(seen.status, 200, "{}", seen.text());
    let page = seen.html();
    assert!(page.text().contains("Withdraw it now"), "{}", page.text());
    let typed = [("fate", fate), ("heirs", heirs), ("reason", reason), ("do", "withdraw")];
    browser.fill(&page, &format!("{address}/withdraw"), &typed)
}

pub fn relocate(browser: &mut Browser, address: &str, slug: &str) -> Answer {
    let path = format!("{address}/move");
    let page = browser.page(&path);
    let revision = page.form(&path).field("revision");
    browser.post(&path, &[("revision", &revision), ("slug", slug)])
}

pub fn acts(site: &Site, action: Action) -> Vec<Act> {
    let asked = Asked { action: Some(action), ..Asked::default() };
    Act::list(&mut site.conn(), &asked, 0, 100).unwrap()
}

/// Nothing in the guide, published or drafted, names what nobody has published.
pub fn whole(site: &Site) {
    let mut named = Vec::new();
    for (name, text) in exported(site) {
        let kind = KINDS.into_iter().find(|kind| name.starts_with(&format!("{}/", kind.folder))).unwrap();
        let checked = kind.read(&name, &text).unwrap_or_else(|problems| panic!("{problems:?}"));
        named.extend(checked.links.into_iter().filter(|link| link.needed).map(|link| (name.clone(), link)));
    }
    assert!(named.len() > 100);
    for (name, link) in named {
        assert!(there(site, link.kind, &link.slug), "{name}: {link:?}");
    }
}

/// The guide as files.
pub fn exported(site: &Site) -> Vec<(String, String)> {
    let folder = super::scratch().join("out");
    db::snapshot(&mut site.conn(), |conn| import::export(conn, &folder)).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    files(&folder).into_iter().map(|(name, bytes)| (name, text(bytes))).collect()
}
