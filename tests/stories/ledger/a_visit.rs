//! What has changed on a page since one was there last.

use super::*;

/// Changes the hours and a share of a group as an editor does, and publishes it.
fn publish(dora: &mut Browser, group: &str, typed: &[(&str, &str)]) {
    const ROLE: &str = "/admin/roles/web-application-backend-development";
    let page = dora.page(&format!("{ROLE}/edit/skills/{group}"));
    let tags = page.tags();
    let sheet = tags.iter().find(|tag| tag.name == "form" && tag.has_class("sheet")).unwrap();
    let mut fields = page.class("sheet")[0].fields();
    for (name, value) in typed {
        let field = fields.iter_mut().find(|(field, _)| field == name);
        let field = field.unwrap_or_else(|| panic!("no field {name}"));
        (*value).clone_into(&mut field.1);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let saved = dora.post(sheet.attribute("action").unwrap(), &fields);
    assert!([200, 303].contains(&saved.status), "{}", saved.text());
    let page = dora.page(&format!("{ROLE}/publish"));
    let form = page.all("form").into_iter().find(|form| form.source().contains("summary"));
    let mut fields = form.unwrap_or_else(|| panic!("{}", page.text())).fields();
    fields.push(("do".into(), "now".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(dora.post(&format!("{ROLE}/publish"), &fields).status, 303);
}

fn since(page: &Html) -> Option<Html> {
    page.class("since").into_iter().next()
}

fn visit(site: &Site) -> Option<Visit> {
    let person = id(site, ALICE);
    Visit::find::<Role>(&mut site.conn(), &person, "web-application-backend-development").unwrap()
}

#[test]
fn is_told_what_changed_since_the_last_and_again_the_same_day() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let mut dora = staff(&site, "Dora", Rights::Publisher);
    assert!(since(&alice.page(ROLE)).is_none(), "the first visit has nothing to compare with");
    assert_eq!(visit(&site).unwrap().revision, 1);

    publish(&mut dora, "jvm-languages", &[("hours", "250-600"), ("skills[0].all", "about 50 %")]);

    let page = alice.page(ROLE);
    let told = since(&page).expect("what changed");
    let rows: Vec<String> = told.all("li").iter().map(Html::text).collect();
    assert_eq!(
        rows,
        [
            "Down: Hours to learn “Java and the JVM languages”, by the editors’ estimate: 300–650 → 250–600.",
            "Up: Java, all postings: about 45 % → about 50 %.",
        ]
    );
    assert!(told.links().iter().all(|link| link == "#group-jvm-languages"), "{:?}", told.links());
    let open = |page: &Html| {
        page.tags().iter().find(|tag| tag.has_class("since")).unwrap().attribute("open").is_some()
    };
    assert!(open(&page));
    // Looked at again, it is folded and still there; and so it is some hours later, with what came meanwhile.
    let again = alice.page(ROLE);
    assert!(since(&again).is_some() && !open(&again));
    site.later(TimeDelta::minutes(100));
    alice.page(ROLE);
    site.later(TimeDelta::minutes(100));
    crate::support::people::sign_in(&mut dora, "dora@example.org", PASSWORD);
    publish(&mut dora, "jvm-languages", &[("skills[0].entry", "about 45 %")]);
    crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
    let later = alice.page(ROLE);
    assert!(open(&later));
    assert_eq!(since(&later).unwrap().all("li").len(), 3, "{}", since(&later).unwrap().text());
    // Another day nothing is new.
    site.later(TimeDelta::hours(20));
    crate::support::people::sign_in(&mut alice, ALICE, PASSWORD);
    assert!(since(&alice.page(ROLE)).is_none());
    assert!(since(&site.visitor().page(ROLE)).is_none());
    let mut charlie = join(&site, CHARLIE);
    assert!(since(&charlie.page(ROLE)).is_none());
}

#[test]
fn costs_nobody_the_page_when_it_cannot_be_written_down() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    let mut locked = site.conn();
    // Somebody holds the table, so that it can be read and not written.
    match Engine::of_this_run() {
        Engine::Sqlite => locked.batch_execute("BEGIN IMMEDIATE"),
        Engine::Postgres => locked.batch_execute("BEGIN; LOCK TABLE visits IN EXCLUSIVE MODE"),
        Engine::Mariadb => locked.batch_execute("LOCK TABLES visits READ"),
    }
    .unwrap();

    let begun = Instant::now();
    let page = alice.page(ROLE);

    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(page.text().contains("You: Strong"));
    assert_eq!(visit(&site), None);
    let free = match Engine::of_this_run() {
        Engine::Mariadb => "UNLOCK TABLES",
        _ => "ROLLBACK",
    };
    locked.batch_execute(free).unwrap();
    crate::support::until("a visit is written down", || {
        alice.page(ROLE);
        visit(&site).is_some()
    });
}
