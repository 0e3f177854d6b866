//! Whether the addresses of resources still answer: asking them, keeping what they said, showing it.

use crate::support::{ROLE, Site, database, folder_of, free_port, waymark};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use waymark::db::{self, Address};
use waymark::editing::{Entry, guide_revision};
use waymark::resources::{Answer, Asker, Check, Outcome, Resource};

/// A site of somebody else, on this machine.
struct Other {
    address: String,
    /// Method, path and user agent of each request.
    asked: Arc<Mutex<Vec<(String, String, String)>>>,
    /// The most requests that were open at the same time.
    together: Arc<AtomicUsize>,
}

impl Other {
    fn start() -> Other {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let other = Other { address, asked: Arc::default(), together: Arc::default() };
        let (asked, together) = (other.asked.clone(), other.together.clone());
        std::thread::spawn(move || {
            let open = Arc::new(AtomicUsize::new(0));
            for stream in listener.incoming() {
                let (asked, together, open) = (asked.clone(), together.clone(), open.clone());
                std::thread::spawn(move || {
                    answer(stream.unwrap(), &asked, &open, &together);
                });
            }
        });
        other
    }

    fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(method, path, _)| format!("{method} {path}")).collect()
    }
}

/// `open` counts the requests that were read and not answered yet, `together` the most of them at a time.
fn answer(
    mut stream: TcpStream,
    asked: &Mutex<Vec<(String, String, String)>>,
    open: &AtomicUsize,
    together: &AtomicUsize,
) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    together.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    // Before the answer: who has it may ask the next at once.
    let closed = || open.fetch_sub(1, Ordering::SeqCst);
    let mut parts = first.split(' ').map(str::to_owned);
    let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let agent =
        headers.iter().find_map(|h| h.to_lowercase().starts_with("user-agent: ").then(|| h[12..].to_owned()));
    asked.lock().unwrap().push((method.clone(), path.clone(), agent.unwrap_or_default()));
    let (status, location) = match (path.as_str(), method.as_str()) {
        ("/broken", _) => {
            closed();
            return;
        }
        ("/only-get", "HEAD") => (405, String::new()),
        ("/moved", _) => (301, "/fine".to_owned()),
        ("/round", _) => (302, "/round".to_owned()),
        (path, _) => (path[1..].parse().unwrap_or(200), String::new()),
    };
    let location = if location.is_empty() { location } else { format!("Location: {location}\r\n") };
    closed();
    let _ =
        write!(stream, "HTTP/1.1 {status} Said\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n");
}

mod asking {
    use super::*;

    #[test]
    fn finds_out_what_an_address_says() {
        let other = Other::start();
        let asker = Asker::new("https://guide.example.org", true);
        let nobody = format!("http://127.0.0.1:{}/", free_port());

        for (path, expected) in [
            ("/fine", Answer::Status(200)),
            ("/only-get", Answer::Status(200)),
            ("/moved", Answer::Status(200)),
            ("/401", Answer::Status(401)),
            ("/403", Answer::Status(403)),
            ("/404", Answer::Status(404)),
            ("/410", Answer::Status(410)),
            ("/429", Answer::Status(429)),
            ("/503", Answer::Status(503)),
            ("/round", Answer::Nothing),
            ("/broken", Answer::Nothing),
        ] {
            assert_eq!(asker.ask(&format!("{}{path}", other.address)), expected, "{path}");
        }
        for address in [
            nobody.as_str(),
            "http://no-such-host.invalid/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "nonsense",
            "",
        ] {
            assert_eq!(asker.ask(address), Answer::Nothing, "{address}");
        }
    }

    #[test]
    fn asks_for_the_head_and_says_who_asks() {
        let other = Other::start();
        let asker = Asker::new("https://guide.example.org", true);

        asker.ask(&format!("{}/fine", other.address));
        asker.ask(&format!("{}/only-get", other.address));

        assert_eq!(other.requests(), ["HEAD /fine", "HEAD /only-get", "GET /only-get"]);
        for (_, _, agent) in other.asked.lock().unwrap().iter() {
            assert!(
                agent.starts_with("Waymark/") && agent.contains("(+https://guide.example.org;"),
                "{agent}"
            );
        }
    }

    #[test]
    fn follows_no_endless_redirects() {
        let other = Other::start();

        Asker::new("https://guide.example.org", true).ask(&format!("{}/round", other.address));

        assert!(other.requests().len() <= 2 * 6, "{:?}", other.requests());
    }

    #[test]
    fn leaves_the_network_that_it_runs_in_alone() {
        let other = Other::start();
        let asker = Asker::new("https://guide.example.org", false);
        let port = other.address.rsplit(':').next().unwrap();

        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"] {
            assert_eq!(asker.ask(&format!("http://{host}:{port}/fine")), Answer::Nothing, "{host}");
        }

        assert_eq!(other.requests(), Vec::<String>::new());
    }

    #[test]
    fn asks_one_address_of_a_host_at_a_time_and_ends_in_time() {
        let (one, two) = (Other::start(), Other::start());
        let asker = Asker::new("https://guide.example.org", true);
        let addresses =
            |other: &Other| (0..20).map(|n| format!("{}/{}", other.address, 200 + n)).collect::<Vec<_>>();
        // The same host on two ports is one host; by another name it is another.
        let all = [addresses(&one), addresses(&two)].concat();

        let told = asker.ask_all(all.clone(), Instant::now() + Duration::from_secs(60));
        let late = asker.ask_all(all, Instant::now());

        let told: BTreeMap<String, Answer> = told.into_iter().collect();
        assert_eq!(told.len(), 40);
        assert!(told.iter().all(|(address, answer)| matches!(answer, Answer::Status(status) if address.ends_with(&status.to_string()))));
        assert_eq!((one.together.load(Ordering::SeqCst), two.together.load(Ordering::SeqCst)), (1, 1));
        assert_eq!(late, []);
    }
}

mod a_round {
    use super::*;

    fn on(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn addresses(site: &Site) -> Vec<String> {
        let resources = Entry::<Resource>::all(&mut site.conn()).unwrap();
        resources.into_iter().map(|entry| entry.content.url).collect()
    }

    fn note(site: &Site, told: &[(String, Answer)], day: u32) {
        let wanted = addresses(site);
        db::write(&mut site.conn(), |conn| Check::note(conn, told, &wanted, on(day))).unwrap();
        site.refresh();
    }

    #[test]
    fn is_seen_beside_each_resource_and_makes_no_revision() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let (role_before, skill_before) = (visitor.get(ROLE), visitor.get("/skills/rest"));
        let text = role_before.html().id("resources").text() + &skill_before.html().id("learn").text();
        assert!(!text.contains("answered on") && !text.contains("no answer"), "{text}");
        let revision = guide_revision(&mut site.conn()).unwrap();
        let links = skill_before.html().id("learn").links();
        let first = links.iter().find(|link| link.starts_with("https://")).unwrap().clone();
        let all: Vec<_> =
            addresses(&site).into_iter().map(|address| (address, Answer::Status(200))).collect();

        note(&site, &all, 3);

        let role = visitor.get(ROLE);
        assert!(role.html().id("resources").text().contains("answered on 3 November 2026"));
        assert_ne!(role.header("etag"), role_before.header("etag"));
        let learn = visitor.page("/skills/rest").id("learn");
        assert_eq!(
            learn.text().matches("answered on 3 November 2026").count(),
            learn.class("row-name").len()
        );
        for (answer, day, words) in [
            (Answer::Nothing, 4, "no answer to our program on 4 November 2026 (it may answer you)"),
            (Answer::Status(404), 5, "not found on 5 November 2026, to be asked again"),
            (Answer::Status(404), 6, "gone since 5 November 2026"),
        ] {
            note(&site, &[(first.clone(), answer)], day);
            let text = visitor.page("/skills/rest").id("learn").text();
            assert_eq!(text.matches(words).count(), 1, "{text}");
        }
        assert_eq!(guide_revision(&mut site.conn()).unwrap(), revision);
        assert!(role.html().text().contains("Revision 1"));
    }

    #[test]
    fn forgets_addresses_that_no_resource_has_any_more() {
        let Some(site) = Site::open() else { return };
        let conn = &mut site.conn();
        let (stays, goes) = ("https://stays.example/".to_owned(), "https://goes.example/".to_owned());
        let told = [(stays.clone(), Answer::Status(200)), (goes.clone(), Answer::Status(200))];
        db::write(conn, |conn| Check::note(conn, &told, &[stays.clone(), goes], on(3))).unwrap();
        assert_eq!(Check::all(conn).unwrap().len(), 2);

        db::write(conn, |conn| Check::note(conn, &[], std::slice::from_ref(&stays), on(4))).unwrap();

        let known = Check::all(conn).unwrap();
        let check = Check { outcome: Outcome::Answered, status: Some(200), since: on(3), asked: on(3) };
        assert_eq!(known, BTreeMap::from([(stays, check)]));
    }

    #[test]
    fn is_made_by_a_command() {
        let Some(url) = database() else { return };
        let settings = [("DATABASE_URL", url.as_str())];
        let address = format!("https://127.0.0.1:{}/", free_port());
        let resource = |name: &str, url: &str| {
            format!(
                "name = \"{name}\"\nurl = \"{url}\"\nkind = \"book\"\nprovider = \"Somebody\"\ncost = \"free\"\n\
                 level = \"beginner\"\nlanguage = \"English\"\nskills = [\"java\"]\n"
            )
        };
        let java = std::fs::read_to_string(crate::support::content().join("skills/java.toml")).unwrap();
        let mut guide = vec![("skills/java.toml".to_owned(), java)];
        guide.push(("resources/one.toml".into(), resource("One", &address)));
        let folder = |guide: &[(String, String)]| {
            folder_of(&guide.iter().map(|(name, text)| (name.as_str(), text)).collect::<Vec<_>>())
        };
        let run = |arguments: &[&str]| {
            let done = waymark(arguments, &settings).output().unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
        };
        assert_eq!(run(&["import", folder(&guide).to_str().unwrap()]).0, 0);

        let (status, said, complained) = run(&["check-resources"]);

        assert_eq!((status, complained.as_str()), (0, ""));
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[0].starts_with(&format!("{address}: no answer to our program on")), "{said}");
        assert_eq!(lines[1..], ["Asked 1 of 1; known to answer: 0."]);
        let known = || Check::all(&mut Address::parse(&url).unwrap().connect().unwrap()).unwrap();
        assert_eq!(known()[&address].outcome, Outcome::NoAnswer);

        // Where nobody at all can be reached, that is no news of the others.
        for number in 0..5 {
            let text = resource(&format!("Of {number}"), &format!("{address}{number}"));
            guide.push((format!("resources/of-{number}.toml"), text));
        }
        assert_eq!(run(&["import", folder(&guide).to_str().unwrap()]).0, 0);
        let (status, _, complained) = run(&["check-resources"]);
        assert_eq!(status, 1);
        assert!(complained.contains("None of 6 addresses can be reached"), "{complained}");
        assert_eq!(known().len(), 1);
    }
}
