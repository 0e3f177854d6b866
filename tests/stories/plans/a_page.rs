//! What a page of plans costs: questions to the database, however many items there are.

use super::*;

/// How many statements `work` asks of the database.
fn counted(site: &Site, work: impl FnOnce(&mut db::Conn)) -> usize {
    let mut conn = site.conn();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    work(&mut conn);
    count.load(Ordering::Relaxed)
}

#[test]
fn asks_as_little_of_a_long_plan_as_of_a_short_one() {
    let Some(site) = Site::open() else { return };
    register(&site, "Alice", Rights::Member);
    let person = cast::id(&site, ALICE);
    let (short, long) = (fill(&site, &person, 1, 2).remove(0), fill(&site, &person, 1, 200).remove(0));
    let asked = |id: &str| {
        counted(&site, |conn| {
            let overview = Overview::of(conn, &person, id, site.now()).unwrap();
            assert!(overview.next.is_some());
        })
    };

    let (few, many) = (asked(&short), asked(&long));

    assert!(few > 5, "statements are counted: {few}");
    assert!(many <= few + 2, "{few} for 2 items, {many} for 200");
    assert!(many <= 20, "{many}");
}

#[test]
fn of_fifty_plans_asks_as_little_as_of_one() {
    let Some(site) = Site::open() else { return };
    register(&site, "Alice", Rights::Member);
    let id = cast::id(&site, ALICE);
    fill(&site, &id, 1, 30);
    let asked = |plans: usize| {
        counted(&site, |conn| {
            let person = Person::find(conn, &id).unwrap();
            let board = Board::of(conn, &person, site.now()).unwrap();
            assert_eq!(board.cards.len(), plans);
        })
    };
    let few = asked(1);
    fill(&site, &id, 49, 30);

    let many = asked(50);

    assert!(few > 4, "statements are counted: {few}");
    assert_eq!(few, many);
}
