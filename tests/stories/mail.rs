//! Letters on their way: posted once, handed over once, and what happens when the relay or the worker fails.

use crate::support::post::{Post, after, letter, noon};
use crate::support::{Letters, Play, Relay, Site, free_port, until, waymark};
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use std::path::PathBuf;
use waymark::db;
use waymark::db::schema::{messages, outbox, outbox_events};
use waymark::error::Error;
use waymark::mail::{Class, Posting};

mod posting {
    use super::*;

    #[test]
    fn the_same_letter_is_posted_once() {
        let Some(post) = Post::by(None) else { return };
        post.post("one");
        post.post("one");
        post.post("two");
        let dedups: Vec<String> =
            outbox::table.order(outbox::dedup).select(outbox::dedup).load(&mut post.conn()).unwrap();
        assert_eq!(dedups, ["one", "two"]);
    }

    #[test]
    fn many_who_post_the_same_at_once_post_one() {
        let Some(post) = Post::by(None) else { return };
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| post.post("one"));
            }
        });
        assert_eq!(outbox::table.count().get_result(&mut post.conn()), Ok(1_i64));
    }

    #[test]
    fn a_letter_goes_when_its_cause_does_not_come() {
        let Some(post) = Post::by(None) else { return };
        let letter = letter(&post.office, "one");
        let posting = Posting {
            dedup: "one",
            class: Class::Security,
            person: None,
            to: "alice@example.org",
            letter: &letter,
            list: None,
            now: noon(),
            expires: after(60),
        };
        let failed = db::write(&mut post.conn(), |conn| {
            post.office.post(conn, &posting)?;
            Err::<(), _>(Error::NotFound)
        });
        assert!(failed.is_err());
        assert_eq!(outbox::table.count().get_result(&mut post.conn()), Ok(0_i64));
    }

    #[test]
    fn a_security_letter_cannot_be_read_in_the_database_and_is_wiped_when_it_is_gone() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        let kept = post.message();
        assert!(kept.len() > 500 && !kept.contains("Subject") && !kept.contains("314159"));

        assert_eq!(post.round(&post.worker(), noon()), 1);

        assert_eq!(post.message(), "");
        assert!(relay.messages()[0].1.contains("314159"));
    }

    #[test]
    fn what_is_no_secret_is_kept_for_a_week() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", "alice@example.org");
        let worker = post.worker();
        post.round(&worker, noon());
        post.round(&worker, noon() + TimeDelta::days(6));
        assert!(post.message().contains("Subject: Confirm your address"));
        post.round(&worker, noon() + TimeDelta::days(8));
        assert_eq!(post.message(), "");
        assert_eq!(post.state().0, "accepted");
    }

    #[test]
    fn of_somebody_who_leaves_nothing_is_sent_or_kept() {
        let relay = Relay::playing(&[("RCPT", Play::Say("554 5.5.0 alice@example.org: not now"))]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", "alice@example.org");
        let worker = post.worker();
        post.round(&worker, noon());
        post.post("two");

        db::write(&mut post.conn(), |conn| post.office.forget(conn, "alice", "alice@example.org", after(1)))
            .unwrap();

        assert_eq!(post.round(&worker, after(2)), 0);
        assert_eq!(relay.messages(), []);
        let rows: Vec<(String, String, Option<String>, String)> = outbox::table
            .order(outbox::dedup)
            .select((outbox::state, outbox::recipient, outbox::person, outbox::last_text))
            .load(&mut post.conn())
            .unwrap();
        let left = |state: &str| (state.to_owned(), String::new(), None, String::new());
        assert_eq!(rows, [left("rejected"), left("cancelled")]);
        assert_eq!(messages::table.count().get_result(&mut post.conn()), Ok(0_i64));
        let words: Vec<String> =
            outbox_events::table.select(outbox_events::words).load(&mut post.conn()).unwrap();
        assert!(words.iter().all(String::is_empty), "{words:?}");
    }
}

mod handing_over {
    use super::*;

    #[test]
    fn each_letter_is_sent_once_however_many_workers_there_are() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        let all: Vec<String> = (0..30).map(|n| format!("{n:02}")).collect();
        for name in &all {
            post.post_as(Class::Notice, name, &format!("alice{name}@example.org"));
        }

        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let worker = post.worker();
                    until("nothing to be left", || {
                        // Engines may refuse one of two who want the same; the next round goes on.
                        let _ = post.runtime.block_on(worker.round(noon()));
                        relay.messages().len() >= all.len()
                    });
                });
            }
        });

        let mut to: Vec<String> = relay.messages().into_iter().map(|(to, _)| to).collect();
        to.sort();
        assert_eq!(to, all.iter().map(|name| format!("alice{name}@example.org")).collect::<Vec<_>>());
        let states: Vec<(String, i32)> =
            outbox::table.select((outbox::state, outbox::attempt)).distinct().load(&mut post.conn()).unwrap();
        assert_eq!(states, [("accepted".to_owned(), 1)]);
    }

    #[test]
    fn one_connection_serves_many_and_security_letters_go_first() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Digest, "a", "digest@example.org");
        post.post_as(Class::Notice, "b", "notice@example.org");
        post.post_as(Class::Security, "c", "security@example.org");

        assert_eq!(post.round(&post.worker(), noon()), 3);

        let to: Vec<String> = relay.messages().into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, ["security@example.org", "notice@example.org", "digest@example.org"]);
        assert_eq!(relay.greeted(), 1);
        assert_eq!(relay.commands().last().unwrap(), "QUIT");
        assert!(relay.commands().contains(&"MAIL FROM:<waymark@localhost>".to_owned()));
    }

    #[test]
    fn a_letter_whose_worker_stopped_half_way_comes_back_when_its_lease_ends() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        // As a worker leaves it that dies after claiming.
        diesel::update(outbox::table)
            .set((
                outbox::state.eq("leased"),
                outbox::lease_token.eq("dead"),
                outbox::lease_until.eq(after(60).timestamp_millis()),
            ))
            .execute(&mut post.conn())
            .unwrap();
        let worker = post.worker();

        assert_eq!(post.round(&worker, after(59)), 0);
        assert_eq!(post.state().0, "leased");
        while post.state().0 != "accepted" {
            post.round(&worker, after(61));
        }

        assert_eq!(relay.messages().len(), 1);
        assert_eq!(post.events(), ["given back", "accepted"]);
    }

    #[test]
    fn one_that_died_on_the_wire_leaves_a_doubt() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", "alice@example.org");
        diesel::update(outbox::table)
            .set((
                outbox::state.eq("handing"),
                outbox::lease_token.eq("dead"),
                outbox::lease_until.eq(after(60).timestamp_millis()),
            ))
            .execute(&mut post.conn())
            .unwrap();

        let worker = post.worker();
        post.round(&worker, after(61));

        assert_eq!(post.state(), ("uncertain".into(), 1, None));
        assert_eq!(post.again(), 61 + 30 * 60);
        post.round(&worker, after(62 + 30 * 60));
        assert_eq!(post.state().0, "accepted");
    }

    #[test]
    fn a_relay_that_says_later_is_asked_later() {
        let relay = Relay::playing(&[
            ("RCPT", Play::Say("450 4.2.0 greylisted")),
            (".", Play::Say("451 4.3.0 queue full")),
        ]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        let worker = post.worker();

        post.round(&worker, noon());
        assert_eq!(post.state(), ("ready".into(), 1, Some(450)));
        assert!((60..63).contains(&post.again()), "{}", post.again());
        assert_eq!(post.round(&worker, after(59)), 0);
        post.round(&worker, after(70));
        assert_eq!(post.state(), ("ready".into(), 2, Some(451)));
        assert!((370..373).contains(&post.again()), "{}", post.again());
        post.round(&worker, after(380));

        assert_eq!(post.state(), ("accepted".into(), 3, Some(250)));
        assert_eq!(post.events(), ["put off", "put off", "accepted"]);
        let messages = relay.messages();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0], messages[1], "another try is the same message");
    }

    #[test]
    fn an_address_that_is_not_there_is_not_tried_again_and_the_next_letter_goes() {
        let relay = Relay::playing(&[("RCPT", Play::Say("550 5.1.1 no such user"))]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        let worker = post.worker();

        post.round(&worker, noon());

        assert_eq!(post.state(), ("rejected".into(), 1, Some(550)));
        assert_eq!(post.message(), "");
        assert_eq!(post.round(&worker, after(3600)), 0);
        post.post_as(Class::Security, "two", "bob@example.org");
        assert_eq!(post.round(&worker, after(3600)), 1);
        assert_eq!(relay.messages()[0].0, "bob@example.org");
    }

    #[test]
    fn a_connection_lost_after_the_last_dot_leaves_a_doubt_and_the_same_letter_goes_again() {
        for play in [Play::Leave, Play::Wait] {
            let relay = Relay::playing(&[(".", play)]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post("one");
            let worker = post.worker();

            post.round(&worker, noon());
            assert_eq!(post.state(), ("uncertain".into(), 1, None));
            post.round(&worker, after(5));

            assert_eq!(post.state(), ("accepted".into(), 2, Some(250)));
            let messages = relay.messages();
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0], messages[1]);
            assert_eq!(post.events(), ["uncertain", "accepted"]);
        }
    }

    #[test]
    fn one_lost_before_the_message_leaves_no_doubt() {
        for step in ["MAIL", "RCPT", "DATA"] {
            let relay = Relay::playing(&[(step, Play::Leave)]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post_as(Class::Digest, "one", "alice@example.org");
            let worker = post.worker();

            post.round(&worker, noon());
            assert_eq!(post.state(), ("ready".into(), 1, None), "{step}");
            post.round(&worker, after(70));

            assert_eq!(post.state().0, "accepted");
            assert_eq!(relay.messages().len(), 1);
        }
    }

    #[test]
    fn a_relay_that_hangs_is_not_waited_for() {
        for step in ["EHLO", "RCPT"] {
            let relay = Relay::playing(&[(step, Play::Wait)]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post("one");
            let worker = post.worker();
            post.round(&worker, noon());
            assert_eq!(post.state().0, "ready", "{step}");
            assert_eq!(relay.messages(), []);
        }
    }

    #[test]
    fn a_relay_that_is_not_there_is_left_alone_for_a_while_and_no_attempt_is_counted() {
        let Some(post) = Post::by(Some(&format!("smtp://127.0.0.1:{}", free_port()))) else { return };
        post.post("one");
        post.post_as(Class::Notice, "two", "bob@example.org");
        let worker = post.worker();

        assert_eq!(post.round(&worker, noon()), 2);
        assert_eq!(post.round(&worker, after(29)), 0);
        assert_eq!(post.round(&worker, after(32)), 1, "one letter tries whether it is back");
        assert_eq!(post.round(&worker, after(60)), 0);

        let states: Vec<(String, i32)> =
            outbox::table.select((outbox::state, outbox::attempt)).distinct().load(&mut post.conn()).unwrap();
        assert_eq!(states, [("ready".to_owned(), 0)]);
    }

    #[test]
    fn a_sender_that_is_refused_stops_the_rest() {
        let relay = Relay::playing(&[("MAIL", Play::Say("550 5.7.1 sender refused"))]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        post.post("two");
        let worker = post.worker();

        post.round(&worker, noon());

        let states: Vec<String> =
            outbox::table.order(outbox::state).select(outbox::state).load(&mut post.conn()).unwrap();
        assert_eq!(states, ["ready", "rejected"]);
        assert_eq!(relay.messages(), []);
    }

    #[test]
    fn a_letter_that_is_too_late_is_not_sent() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        let worker = post.worker();

        assert_eq!(post.round(&worker, noon() + TimeDelta::days(2)), 0);

        assert_eq!(post.state().0, "expired");
        assert_eq!((post.message(), relay.greeted()), (String::new(), 0));
    }

    #[test]
    fn one_that_was_changed_in_the_database_is_not_sent() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", "alice@example.org");
        let changed = post.message().replace("Confirm", "Consent");
        diesel::update(messages::table).set(messages::message.eq(changed)).execute(&mut post.conn()).unwrap();

        post.round(&post.worker(), noon());

        assert_eq!(post.state().0, "rejected");
        assert_eq!(relay.messages(), []);
    }

    #[test]
    fn the_letter_arrives_as_it_was_written() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("ünïcode – one");

        post.round(&post.worker(), noon());

        let letter = crate::support::Letter::read(relay.messages()[0].1.as_bytes());
        assert_eq!(letter.subject, "Confirm your address, ünïcode – one");
        assert_eq!(letter.link(), "http://localhost:8080/sign-up/confirm?token=314159");
        assert!(letter.html.links().contains(&letter.link()));
        assert_eq!(letter.html.headings(1), [letter.subject]);
    }
}

mod tls {
    use super::*;

    fn with_root(relay: &Relay, url: &str) -> Option<Post> {
        let root = relay.root.display().to_string();
        Post::with(&[("WAYMARK_SMTP_URL", url), ("WAYMARK_SMTP_ROOT_CERTIFICATE", &root)])
    }

    #[test]
    fn nothing_goes_in_the_clear_to_a_relay_elsewhere() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url_elsewhere())) else { return };
        post.post("one");

        post.round(&post.worker(), noon());

        assert_eq!(post.state(), ("ready".into(), 0, None));
        let said = |verb: &str| relay.commands().iter().any(|command| command.starts_with(verb));
        assert!(said("EHLO") && !said("AUTH") && !said("MAIL"), "{:?}", relay.commands());
        assert_eq!(relay.messages(), []);
    }

    #[test]
    fn a_relay_that_proves_its_name_takes_letters_after_starttls() {
        let relay = Relay::offering_tls(&[], &["0.0.0.0"]);
        let Some(post) = with_root(&relay, &relay.url_elsewhere()) else { return };
        post.post("one");

        post.round(&post.worker(), noon());

        assert_eq!(post.state(), ("accepted".into(), 1, Some(250)));
        let verbs: Vec<String> =
            relay.commands().iter().map(|c| c.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(verbs, ["EHLO", "STARTTLS", "EHLO", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]);
    }

    #[test]
    fn one_that_speaks_tls_from_the_start_takes_letters_too() {
        let relay = Relay::speaking_tls(&["localhost"]);
        let url = format!("smtps://bob:secret@localhost:{}", relay.address.port());
        let Some(post) = with_root(&relay, &url) else { return };
        post.post("one");

        post.round(&post.worker(), noon());

        assert_eq!(post.state(), ("accepted".into(), 1, Some(250)));
        assert_eq!(relay.messages().len(), 1);
    }

    #[test]
    fn one_that_cannot_prove_its_name_gets_nothing() {
        let other_name = Relay::offering_tls(&[], &["other.example.org"]);
        let unknown_root = Relay::offering_tls(&[], &["0.0.0.0"]);
        for post in [
            with_root(&other_name, &other_name.url_elsewhere()),
            Post::by(Some(&unknown_root.url_elsewhere())),
        ] {
            let Some(post) = post else { return };
            post.post("one");
            post.round(&post.worker(), noon());
            assert_eq!(post.state(), ("ready".into(), 0, None));
        }
        for relay in [other_name, unknown_root] {
            assert_eq!(relay.commands(), ["EHLO localhost", "STARTTLS"]);
        }
    }

    #[test]
    fn what_somebody_puts_behind_the_answer_to_starttls_is_no_answer() {
        let answer = "220 2.0.0 go on\r\n250 AUTH PLAIN";
        let relay = Relay::offering_tls(&[("STARTTLS", Play::Say(answer))], &["0.0.0.0"]);
        let Some(post) = with_root(&relay, &relay.url_elsewhere()) else { return };
        post.post("one");

        post.round(&post.worker(), noon());

        assert_eq!(post.state(), ("ready".into(), 0, None));
        assert_eq!(relay.commands().len(), 2, "{:?}", relay.commands());
    }
}

mod files {
    use super::*;

    /// A letter to Alice in a local site's folder.
    fn site_with_letter() -> Option<Site> {
        let site = Site::open()?;
        let letter = letter(&site.office, "<one>");
        let now = Utc::now();
        let posting = Posting {
            dedup: "one",
            class: Class::Security,
            person: None,
            to: "alice@example.org",
            letter: &letter,
            list: None,
            now,
            expires: now + TimeDelta::hours(1),
        };
        db::write(&mut site.conn(), |conn| site.office.post(conn, &posting)).unwrap();
        Some(site)
    }

    #[test]
    fn without_a_mail_server_a_letter_becomes_a_file_of_ones_own() {
        use std::os::unix::fs::PermissionsExt;
        let Some(site) = site_with_letter() else { return };

        let letters = site.letters();

        assert_eq!(letters.to("alice@example.org").len(), 1);
        assert_eq!(letters.0[0].subject, "Confirm your address, <one>");
        let folder: PathBuf = site.config.data.join("letters");
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(site.letters().0.len(), 1, "another round writes nothing");
    }

    #[test]
    fn the_page_shows_text_header_and_html_and_the_links_lead_here() {
        let Some(site) = site_with_letter() else { return };
        let visitor = site.visitor();
        assert!(visitor.page("/dev/letters").text().contains("There are no letters."));
        let letter = site.letters().0.remove(0);

        let list = visitor.get("/dev/letters");
        assert_eq!(list.header("cache-control"), Some("no-store"));
        let path = list.html().links().into_iter().find(|link| link.starts_with("/dev/letters/")).unwrap();
        let page = visitor.page(&path);
        assert_eq!(page.headings(1), ["Confirm your address, <one>"]);
        assert!(page.links().contains(&letter.link()), "{:?}", page.links());
        assert!(page.text().contains("Auto-Submitted: auto-generated"));

        let html = visitor.get(&format!("{path}/html"));
        assert_eq!((html.status, html.header("cache-control")), (200, Some("no-store")));
        let policy = html.header("content-security-policy").unwrap();
        for word in ["default-src 'none'", "style-src 'unsafe-inline'", "sandbox", "frame-ancestors 'none'"] {
            assert!(policy.contains(word), "{policy}");
        }
        assert!(!policy.contains("script-src"));
        assert!(html.html().links().contains(&letter.link()));
        assert_eq!(html.text().trim(), letter.html.source().trim());
    }

    #[test]
    fn other_pages_keep_the_policy_of_the_house() {
        let Some(site) = Site::open() else { return };
        let policy = site.visitor().get("/dev/letters").header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("style-src 'self'") && !policy.contains("unsafe-inline"), "{policy}");
    }

    #[test]
    fn what_is_no_letter_is_not_found() {
        let Some(site) = site_with_letter() else { return };
        let visitor = site.visitor();
        for path in [
            "/dev/letters/none",
            "/dev/letters/0199a0b0-7d10-7000-8000-000000000001",
            "/dev/letters/..%2f..%2fsecret/html",
        ] {
            assert_eq!(visitor.get(path).status, 404, "{path}");
        }
    }

    #[test]
    fn for_everyone_else_there_is_no_such_page() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let visitor = site.visitor().at_host("guide.example.org");
        let one = "/dev/letters/0199a0b0-7d10-7000-8000-000000000001";
        for path in ["/dev/letters", one, &format!("{one}/html")] {
            assert_eq!(visitor.get(path).status, 404, "{path}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_keeps_letters_waiting() {
        let Some(post) = Post::by(None) else { return };
        post.post("one");
        let worker = post.worker();
        let folder = post.config.data.join("letters");
        std::fs::write(&folder, "in the way").unwrap();

        post.round(&worker, noon());
        assert_eq!(post.state(), ("ready".into(), 0, None));
        std::fs::remove_file(&folder).unwrap();
        post.round(&worker, after(40));

        assert_eq!(post.state().0, "accepted");
        assert_eq!(Letters::of(&post.config.data).0.len(), 1);
    }
}

mod programs {
    use super::*;
    use std::process::Child;

    /// The real program with a post office's settings.
    fn begin(post: &Post, arguments: &[&str], relay: &Relay) -> Child {
        let settings = [
            ("DATABASE_URL", post.database()),
            ("WAYMARK_ADDRESS", format!("127.0.0.1:{}", free_port())),
            ("WAYMARK_DATA", post.config.data.display().to_string()),
            ("WAYMARK_SECRET", "known to the tests and to nobody else".into()),
            ("WAYMARK_SMTP_URL", relay.url()),
            ("WAYMARK_MAIL_FROM", "Waymark <mail@guide.example.org>".into()),
        ];
        let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (*n, v.as_str())).collect();
        waymark(arguments, &settings).stderr(std::process::Stdio::null()).spawn().unwrap()
    }

    fn terminate(mut child: Child) -> Option<i32> {
        let done = std::process::Command::new("sh")
            .args(["-c", "kill -TERM \"$0\""])
            .arg(child.id().to_string())
            .status();
        assert!(done.unwrap().success());
        child.wait().unwrap().code()
    }

    #[test]
    fn the_site_and_a_worker_alone_hand_letters_over_and_stop_when_told() {
        for arguments in [&[][..], &["worker"][..]] {
            let relay = Relay::playing(&[]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            let letter = letter(&post.office, "one");
            let (now, expires) = (Utc::now(), Utc::now() + TimeDelta::hours(1));
            let posting = Posting {
                dedup: "one",
                class: Class::Security,
                person: None,
                to: "alice@example.org",
                letter: &letter,
                list: None,
                now,
                expires,
            };
            db::write(&mut post.conn(), |conn| post.office.post(conn, &posting)).unwrap();

            let program = begin(&post, arguments, &relay);
            until("the letter to arrive", || post.state().0 == "accepted");

            assert_eq!(terminate(program), Some(0), "{arguments:?}");
            assert_eq!(relay.messages().len(), 1);
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named_before_anything_is_made() {
        for (name, value) in [("WAYMARK_SMTP_URL", "mail.example.org"), ("WAYMARK_MAIL_FROM", "the editors")]
        {
            for command in ["serve", "worker"] {
                let address = format!("127.0.0.1:{}", free_port());
                let mut program = waymark(&[command], &[(name, value), ("WAYMARK_ADDRESS", &address)]);
                let folder = program.get_current_dir().unwrap().to_owned();
                let done = program.output().unwrap();
                let said = String::from_utf8(done.stderr).unwrap();
                assert_eq!(done.status.code(), Some(1), "{said}");
                assert!(said.starts_with(&format!("waymark: {name}")) && said.contains("write"), "{said}");
                assert_eq!(said.lines().count(), 1, "{said}");
                assert_eq!(crate::support::files(&folder), []);
            }
        }
    }
}
