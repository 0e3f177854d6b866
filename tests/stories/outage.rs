//! The database goes away and comes back: what visitors see meanwhile, and that nobody has to do anything.

use crate::support::{Answer, Engine, ROLE, Server, Site, Visitor, scratch, until};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use waymark::reports::{Pass, Report};

/// A database that can be taken away.
enum Away {
    Server(Server),
    /// Where the file is, and where it is when it is away.
    File(PathBuf, PathBuf),
}

impl Away {
    fn begin() -> Option<(Away, Site)> {
        if Engine::of_this_run() == Engine::Sqlite {
            let (there, away) = (scratch(), scratch().join("away"));
            let site = Site::on(&format!("sqlite:{}", there.join("guide.sqlite").display()), None);
            return Some((Away::File(there, away), site));
        }
        let server = Server::start(&[])?;
        let site = Site::on(&server.database(), None);
        Some((Away::Server(server), site))
    }

    fn go(&mut self) {
        match self {
            Away::Server(server) => server.stop(),
            Away::File(there, away) => std::fs::rename(there, away).unwrap(),
        }
    }

    fn come_back(&mut self) {
        match self {
            Away::Server(server) => server.start_again(),
            Away::File(there, away) => std::fs::rename(away, there).unwrap(),
        }
    }
}

/// Asks, and is answered in the time within which an answer is owed.
fn soon(visitor: &Visitor, path: &str) -> Answer {
    let begun = Instant::now();
    let answer = visitor.get(path);
    assert!(begun.elapsed() < Duration::from_secs(2), "{path} took {:?}", begun.elapsed());
    answer
}

#[test]
fn what_is_in_memory_is_served_and_the_rest_says_when_to_try_again() {
    let Some((mut database, site)) = Away::begin() else { return };
    let visitor = site.visitor();
    let before = visitor.get(ROLE).body;

    database.go();

    for _ in 0..3 {
        let role = soon(&visitor, ROLE);
        assert!((role.status, &role.body) == (200, &before));
        let other = soon(&visitor, "/skills/java");
        assert_eq!((other.status, other.header("retry-after")), (503, Some("5")));
        assert_eq!(other.header("cache-control"), Some("no-store"));
        let page = other.html();
        assert_eq!(page.headings(1), ["This page cannot be shown just now"]);
        assert!(page.text().contains("Our database does not answer."));
        let words = page.text().to_lowercase();
        for cause in ["sqlite", "postgres", "mysql", "connection", "refused", "waymark-test"] {
            assert!(!words.contains(cause), "the cause is for the log: {words}");
        }
        assert_eq!(soon(&visitor, "/readyz").status, 503);
        assert_eq!(soon(&visitor, "/healthz").status, 200);
        assert_eq!(soon(&visitor, "/zzz").status, 404);
    }
}

#[test]
fn it_recovers_by_itself() {
    let Some((mut database, site)) = Away::begin() else { return };
    let visitor = site.visitor();
    database.go();
    assert_eq!(soon(&visitor, "/readyz").status, 503);
    assert_eq!(soon(&visitor, "/skills/java").status, 503);

    database.come_back();

    until("the database to be seen again", || soon(&visitor, "/readyz").status == 200);
    until("the page to be there again", || soon(&visitor, "/skills/java").status == 200);
    assert_eq!(visitor.page("/skills/java").headings(1), ["Java"]);
}

#[test]
fn many_who_ask_meanwhile_are_all_told_in_time() {
    let Some((mut database, site)) = Away::begin() else { return };
    let visitor = site.visitor();
    let skills: Vec<String> =
        visitor.page("/skills").links().into_iter().filter(|l| l.starts_with("/skills/")).collect();
    assert!(skills.len() >= 40);

    database.go();

    std::thread::scope(|scope| {
        for skill in &skills[..40] {
            scope.spawn(|| assert_eq!(soon(&visitor, skill).status, 503));
        }
    });
}

#[test]
fn a_report_that_comes_meanwhile_is_given_back_to_be_sent_again() {
    let Some((mut database, site)) = Away::begin() else { return };
    let visitor = site.visitor();
    let pass = Pass::new(1, chrono::Utc::now() - chrono::TimeDelta::seconds(10)).signed(&site.state.secret);
    let sent = [("page", "/roles/devops"), ("section", "insights"), ("pass", &pass), ("words", "Not lost.")];
    database.go();

    let answer = visitor.post("/report", &sent, &[]);

    assert_eq!(answer.status, 503);
    let page = answer.html();
    assert!(page.class("problems")[0].text().contains("send it again in a moment"));
    let kept = page.all("form")[0].fields();
    for (name, value) in sent {
        assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name}: {kept:?}");
    }
    database.come_back();
    until("the report to be kept", || visitor.post("/report", &sent, &[]).status == 303);
    assert_eq!(Report::open(&mut site.conn()).unwrap()[0].section.as_deref(), Some("insights"));
}
