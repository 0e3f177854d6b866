//! What follows do when their subject moves, merges, splits or goes.

use super::*;
use crate::support::fates::withdraw;
use waymark::accounts::Rights;
use waymark::editing::{Fate, Fated};
use waymark::import::KINDS;

fn fated(site: &Site, slug: &str, fate: Fate, heirs: &[&str]) {
    let kind = KINDS.into_iter().find(|kind| kind.name == "skill").unwrap();
    let heirs = heirs.iter().map(|heir| (*heir).to_owned()).collect();
    let fated = Fated { kind, slug: slug.to_owned(), fate, heirs, at: site.now() };
    db::write(&mut site.conn(), |conn| Interest::follow(conn, &fated)).unwrap();
}

fn of(conn: &mut Conn, person: &str) -> Vec<String> {
    Interest::of(conn, person).unwrap().iter().map(|interest| interest.subject().word()).collect()
}

#[test]
fn follows_go_to_the_heirs_and_what_left_is_said() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    for subject in ["skill/java", "skill/kotlin", "skill/python"] {
        alice.send("/follow", &[("subject", subject)]);
    }
    let id = person(&site, ALICE).id;
    let since = |word: &str| {
        let all = Interest::of(&mut site.conn(), &id).unwrap();
        all.into_iter().find(|interest| interest.subject().word() == word).unwrap().since
    };
    let before = since("skill/java");
    site.later(TimeDelta::hours(1));

    fated(&site, "java", Fate::Moved, &["java-language"]);
    assert_eq!(since("skill/java-language"), before, "a new address is no new interest");
    fated(&site, "kotlin", Fate::Merged, &["python"]);
    fated(&site, "python", Fate::Split, &["sql", "linux"]);
    fated(&site, "linux", Fate::Retired, &[]);

    let conn = &mut site.conn();
    assert_eq!(
        of(conn, &id),
        ["skill/java-language", "skill/kotlin", "skill/linux", "skill/python", "skill/sql"]
    );
    assert!(since("skill/sql") > before, "what was changed there before is not told");
}

#[test]
fn a_publisher_who_merges_a_skill_takes_its_followers_along() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.send("/follow", &[("subject", "skill/kotlin")]);
    let mut dora = cast::staff(&site, "Dora", Rights::Publisher);
    withdraw(&mut dora, "/admin/skills/kotlin", "merged", "java", "It is a part of it.");
    site.refresh();

    let page = alice.page("/follows");
    let links = page.id("followed").links();
    assert!(links.iter().any(|href| href == "/skills/java"), "{}", page.text());
    assert!(page.id("followed").text().contains("was merged into"), "{}", page.text());
}
