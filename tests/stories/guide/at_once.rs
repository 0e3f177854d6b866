//! Several who publish or read in at the same time.

use super::*;

const TIMES: i64 = 12;

/// Publishes a skill again and again, each time with other words; returns what each publication was told.
fn publish_often(address: &Address, file: &str, who: &str) -> Vec<Result<Published, String>> {
    let mut conn = address.connect().unwrap();
    let publish = |time| {
        let file = changed(file, "sentence = \"", &format!("sentence = \"{who} {time}: "));
        let incoming = import::parse(vec![file]).unwrap();
        let published = import::import(&mut conn, &incoming, Utc::now());
        published.map(Result::unwrap).map_err(|error| error.to_string())
    };
    (0..TIMES).map(publish).collect()
}

fn both(one: &str, other: &str) -> Option<(Conn, Vec<Result<Published, String>>)> {
    let address = Address::parse(&database()?).unwrap();
    let mut prepared = db::prepare(&address).unwrap();
    import::load_program_content(&mut prepared.conn, Utc::now()).unwrap();
    let told = std::thread::scope(|scope| {
        let first = scope.spawn(|| publish_often(&address, one, "Alice"));
        let second = scope.spawn(|| publish_often(&address, other, "Bob"));
        [first.join().unwrap(), second.join().unwrap()].concat()
    });
    drop(prepared);
    Some((address.connect().unwrap(), told))
}

#[test]
fn two_publishers_of_two_entries_lose_nothing() {
    let Some((mut conn, told)) = both("skills/java.toml", "skills/python.toml") else { return };

    let mut numbers: Vec<i64> = told.into_iter().map(|told| told.unwrap().guide_revision).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..2 + 2 * TIMES).collect::<Vec<_>>(), "gaps or doubles");
    assert_eq!(guide_revision(&mut conn).unwrap(), 1 + 2 * TIMES);
    let later = guide_changes::table.filter(guide_changes::seq.gt(1)).order(guide_changes::seq);
    let changes: Vec<i64> = later.select(guide_changes::seq).load(&mut conn).unwrap();
    assert_eq!(changes, numbers);
    for skill in ["java", "python"] {
        let entry = standing(&mut conn).into_iter().find(|(_, slug, _)| slug == skill).unwrap();
        assert_eq!(entry.2, 1 + TIMES, "revisions of {skill}");
    }
}

#[test]
fn two_publishers_of_one_entry_make_one_line_of_revisions() {
    let Some((mut conn, told)) = both("skills/java.toml", "skills/java.toml") else { return };

    // Who comes second in the same moment may be refused; nobody's words are lost without being told.
    let done = told.iter().filter(|told| told.is_ok()).count() as i64;
    for refused in told.iter().filter_map(|told| told.as_ref().err()) {
        assert!(refused.starts_with("unavailable:"), "{refused}");
    }
    let java = revisions::table.filter(revisions::kind.eq("skill").and(revisions::slug.eq("java")));
    let line: Vec<i64> = java.order(revisions::revision).select(revisions::revision).load(&mut conn).unwrap();
    assert_eq!(line, (1..=1 + done).collect::<Vec<_>>());
    assert_eq!(guide_revision(&mut conn).unwrap(), 1 + done);
}

#[test]
fn a_hundred_visitors_after_a_publication_get_the_same_new_page() {
    let Some(site) = Site::open() else { return };
    let visitor = site.visitor();
    visitor.get(ROLE);
    let role = "roles/web-application-backend-development.toml";
    site.publish(vec![changed(role, "all = \"about 45 %\"", "all = \"about 60 %\"")]);
    let start = Barrier::new(100);

    let bodies: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let ask = || {
            start.wait();
            let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", "br")]);
            assert_eq!(answer.status, 200);
            answer.body
        };
        let visitors: Vec<_> = (0..100).map(|_| scope.spawn(ask)).collect();
        visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect()
    });

    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert!(visitor.get(ROLE).text().contains("about 60"));
}

#[test]
fn a_hundred_who_ask_for_a_page_have_it_rendered_once() {
    let pages = Pages::new(7);
    let rendered = AtomicUsize::new(0);
    let render = || async {
        rendered.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(Ready::new(b"page".to_vec(), "text/html", "no-cache", QUICK, 7))
    };

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let asked = (0..100).map(|_| pages.get("/page", render()));
        assert!(futures_util::future::join_all(asked).await.iter().all(Result::is_ok));
    });

    assert_eq!(rendered.load(Ordering::SeqCst), 1);
    assert!(pages.ready("/page").is_some());
    assert!(pages.moved_to(8) && pages.ready("/page").is_none(), "an older page is shown again");
}
