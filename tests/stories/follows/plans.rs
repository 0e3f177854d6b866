//! What a plan rests on: put, replaced and removed under its id.

use super::*;

#[test]
fn rest_on_subjects_that_are_put_replaced_and_removed_under_their_id() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let id = person(&site, ALICE).id;
    let conn = &mut site.conn();
    let subjects = |slugs: &[&str]| {
        slugs.iter().map(|slug| Subject::read(&format!("skill/{slug}")).unwrap()).collect::<Vec<_>>()
    };
    let (now, later) = (Utc::now(), Utc::now() + TimeDelta::hours(1));

    Interest::replace(conn, &id, "plan-1", &subjects(&["java", "sql"]), now).unwrap();
    Interest::replace(conn, &id, "plan-1", &subjects(&["sql", "python"]), later).unwrap();
    Interest::put(conn, &id, "plan-2", &subjects(&["sql"]), later).unwrap();
    let all = Interest::of(conn, &id).unwrap();
    let told: Vec<(String, &str, bool)> = all
        .iter()
        .map(|own| {
            (own.slug.clone(), own.origin.as_str(), own.since.timestamp_millis() == now.timestamp_millis())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("python".to_owned(), "plan-1", false),
            ("sql".to_owned(), "plan-1", true),
            ("sql".to_owned(), "plan-2", false),
        ]
    );
    assert_eq!(on(&site, ALICE, List::Plans).rhythm.frequency, Frequency::Weekly);
    let page = alice.page("/follows");
    assert!(page.id("plans").text().contains("They rest on 2 things"), "{}", page.id("plans").text());
    assert!(page.id("followed").text().contains("Nothing yet"));

    Interest::replace(conn, &id, "plan-1", &[], later).unwrap();
    Interest::remove(conn, &id, "plan-2", &subjects(&["sql"])).unwrap();
    assert_eq!(Interest::of(conn, &id).unwrap(), []);
}
