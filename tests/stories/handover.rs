//! Handing over with care: addresses that are not there, relays that are left alone, rates, and relays that speak nonsense.

use crate::support::people::{self as cast, ALICE, PASSWORD, sign_in, sign_up, token};
use crate::support::post::{Post, after, letter, noon};
use crate::support::{Play, Relay, Site, database, until, waymark};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use waymark::accounts::Rights;
use waymark::db;
use waymark::db::schema::{messages, outbox, outbox_events, paces, relays, suppressions};
use waymark::mail::{Class, Faults, Point, Posting, Transport, Worker};

/// A relay that knows no mailbox of Alice, once.
const UNKNOWN: (&str, Play) = ("RCPT", Play::Say("550 5.1.1 alice@example.org: no such user"));

fn states(post: &Post) -> Vec<(String, String)> {
    outbox::table.order(outbox::dedup).select((outbox::dedup, outbox::state)).load(&mut post.conn()).unwrap()
}

fn of(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(dedup, state)| ((*dedup).to_owned(), (*state).to_owned())).collect()
}

mod an_address_that_is_not_there {
    use super::*;

    #[test]
    fn gets_no_letter_any_more_of_any_kind() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "1 bounce", ALICE);
        let worker = post.worker();
        post.round(&worker, noon());

        // Its letters end when they are posted, in whatever case the address is written.
        post.post_as(Class::Security, "2 security", "ALICE@Example.org");
        post.post_as(Class::Digest, "3 digest", ALICE);
        post.post_as(Class::Notice, "4 other", "bob@example.org");
        post.round(&worker, after(60));

        let expected = [
            ("1 bounce", "rejected"),
            ("2 security", "suppressed"),
            ("3 digest", "suppressed"),
            ("4 other", "accepted"),
        ];
        assert_eq!(states(&post), of(&expected));
        assert_eq!(relay.taken(), ["bob@example.org"]);
        let kept: Vec<String> = outbox::table
            .filter(outbox::state.eq("suppressed"))
            .select(outbox::recipient)
            .load(&mut post.conn())
            .unwrap();
        assert_eq!(kept, ["", ""]);
        // Those of the two that were sent, for a week.
        assert_eq!(messages::table.count().get_result(&mut post.conn()), Ok(2_i64));
        let events: Vec<String> = outbox_events::table
            .filter(outbox_events::event.eq("suppressed"))
            .select(outbox_events::words)
            .load(&mut post.conn())
            .unwrap();
        assert_eq!(events, ["5.1.1 (the address): no such user"; 2]);
    }

    #[test]
    fn gets_none_of_those_either_that_wait_already() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        for dedup in ["one", "two", "three"] {
            post.post_as(Class::Notice, dedup, ALICE);
        }
        let worker = post.worker();
        post.round(&worker, noon());
        post.round(&worker, after(60));

        let mut all: Vec<String> = states(&post).into_iter().map(|(_, state)| state).collect();
        all.sort();
        assert_eq!(all, ["rejected", "suppressed", "suppressed"]);
        // One was refused; the others were not offered the message.
        assert_eq!(relay.messages(), []);
    }

    #[test]
    fn is_looked_for_once_more_before_a_message_is_sent() {
        // While the relay thinks about the recipient, the same address comes back elsewhere.
        let relay = Relay::playing(&[("RCPT", Play::Late(700))]);
        let bounce = Relay::playing(&[UNKNOWN]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", ALICE);
        let (worker, there) = (Arc::new(post.worker()), post.worker_by(&bounce.url()));
        let slow = worker.clone();
        let round = post.runtime.spawn(async move { slow.round(noon()).await });
        until("the recipient to be named", || relay.commands().iter().any(|c| c.starts_with("RCPT")));
        post.post_as(Class::Notice, "two", ALICE);
        post.round(&there, noon());
        post.runtime.block_on(round).unwrap().unwrap();

        assert_eq!(states(&post), of(&[("one", "suppressed"), ("two", "rejected")]));
        assert_eq!((relay.messages(), bounce.messages()), (vec![], vec![]));
        let commands = relay.commands();
        assert!(
            !commands.contains(&"DATA".to_owned()) && commands.contains(&"RSET".to_owned()),
            "{commands:?}"
        );
    }

    #[test]
    fn is_told_from_one_that_is_refused() {
        for refusal in [
            "554 5.7.1 refused by policy",
            "550 5.7.26 unauthenticated mail",
            "550 Blocked by a list",
            "550 5.2.2 mailbox full",
            "450 4.2.1 greylisted",
            "550 5.1.8 bad sender",
        ] {
            let relay = Relay::playing(&[("RCPT", Play::Say(refusal))]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post_as(Class::Notice, "one", ALICE);
            post.round(&post.worker(), noon());
            let count: i64 = suppressions::table.count().get_result(&mut post.conn()).unwrap();
            assert_eq!(count, 0, "{refusal}");
        }
    }

    #[test]
    fn is_not_kept_itself_and_stays_suppressed_when_its_person_leaves() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "one", ALICE);
        let worker = post.worker();
        post.round(&worker, noon());
        let mut conn = post.conn();
        db::write(&mut conn, |conn| post.office.forget(conn, "alice", ALICE, after(1))).unwrap();

        let rows: Vec<(String, String, String)> = suppressions::table
            .select((suppressions::address, suppressions::reason, suppressions::source))
            .load(&mut conn)
            .unwrap();
        assert_eq!(rows.len(), 1);
        let (key, reason, source) = &rows[0];
        assert!(key.len() == 64 && !reason.contains("alice") && source.len() == 36, "{rows:?}");
        post.post_as(Class::Security, "two", ALICE);
        assert_eq!(states(&post)[1].1, "suppressed");
    }

    #[test]
    fn is_tried_again_an_hour_later_by_a_letter_that_asks_to_confirm_it() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post_as(Class::Notice, "0", ALICE);
        let worker = post.worker();
        post.round(&worker, noon());
        let confirm = |dedup: &str, minutes: i64| {
            let letter = letter(&post.office, dedup);
            let (now, expires) = (noon() + TimeDelta::minutes(minutes), noon() + TimeDelta::days(2));
            let class = Class::Security;
            let posting =
                Posting { dedup, class, person: None, to: ALICE, letter: &letter, list: None, now, expires };
            db::write(&mut post.conn(), |conn| post.office.post_to_confirm(conn, &posting)).unwrap();
            post.round(&worker, now);
        };
        confirm("1 too soon", 59);
        confirm("2 later", 61);
        assert_eq!(
            states(&post),
            of(&[("0", "rejected"), ("1 too soon", "suppressed"), ("2 later", "accepted")])
        );
        // It was not confirmed, so nothing else goes there yet.
        post.post("3 other");
        assert_eq!(states(&post)[3].1, "suppressed");
        assert!(db::write(&mut post.conn(), |conn| post.office.lift(conn, ALICE)).unwrap());
        post.post("4 other");
        post.round(&worker, after(7200));
        assert_eq!(states(&post)[4].1, "accepted");
    }
}

mod a_person_whose_mailbox_is_gone {
    use super::*;

    /// A site whose relay refuses the next letter to Alice.
    fn site(relay: &Relay) -> Option<(Site, String)> {
        let url = database()?;
        Some((Site::set(&url, &[("WAYMARK_SMTP_URL", &relay.url())]), url))
    }

    /// The newest letter that the relay took.
    fn newest(site: &Site, relay: &Relay, subject: &str) -> crate::support::Letter {
        site.letters();
        let all = relay.messages();
        let letters = all.iter().rev().map(|(_, message)| crate::support::Letter::read(message.as_bytes()));
        letters.into_iter().find(|letter| letter.subject.starts_with(subject)).unwrap()
    }

    fn bounced(site: &Site) -> crate::support::Browser {
        cast::register(site, "Alice", Rights::Member);
        let mut alice = site.browser();
        sign_in(&mut alice, ALICE, PASSWORD);
        alice.post("/reset", &[("address", ALICE)]);
        site.letters();
        alice
    }

    #[test]
    fn sees_why_and_confirms_the_address_again() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some((site, _)) = site(&relay) else { return };
        let mut alice = bounced(&site);
        alice.post("/reset", &[("address", ALICE)]);

        let told = alice.page("/account/security").id("letters").text();
        assert!(told.contains("No letter goes to alice@example.org since"), "{told}");
        assert!(told.contains("5.1.1 (the address): no such user"), "{told}");
        assert!(told.contains("not sent, since letters to your address came back"), "{told}");
        assert!(told.contains("refused by your mail server"), "{told}");
        let out = alice.get("/account/data.json").text();
        assert!(out.contains("letters_stopped") && out.contains("no such user"), "{out}");

        site.later(TimeDelta::hours(2));
        alice = site.browser();
        sign_in(&mut alice, ALICE, PASSWORD);
        let fields = [("address", ALICE), ("old-password", PASSWORD)];
        assert_eq!(alice.post("/account/address", &fields).status, 200);
        let confirm = token(&newest(&site, &relay, "Confirm your new mail address"));
        alice.send("/account/address/confirm", &[("token", &confirm)]);
        let told = alice.page("/account/security").text();
        assert!(!told.contains("No letter goes to"), "{told}");
        assert!(told.contains("Letters go to the address again"), "{told}");
        alice.post("/reset", &[("address", ALICE)]);
        newest(&site, &relay, "Set a new password");
    }

    #[test]
    fn is_helped_by_a_command_and_by_an_admin_and_both_are_written_down() {
        let relay = Relay::playing(&[UNKNOWN, UNKNOWN]);
        let Some((site, url)) = site(&relay) else { return };
        let mut alice = bounced(&site);
        let folder = site.config.data.display().to_string();
        let run = |address: &str| {
            let secret = "known to the tests and to nobody else";
            let settings = [("DATABASE_URL", &*url), ("WAYMARK_DATA", &*folder), ("WAYMARK_SECRET", secret)];
            let out = waymark(&["user", "send-again", address], &settings).output().unwrap();
            String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
        };
        assert!(run("bob@example.org").contains("were not stopped"));
        assert!(run("ALICE@example.org").contains("Letters go to ALICE@example.org again."));
        let events = alice.page("/account/security").id("events").text();
        assert!(events.contains("Letters go to the address again, after some had come back"), "{events}");

        alice.post("/reset", &[("address", ALICE)]);
        site.letters();
        cast::register(&site, "Dora", Rights::Admin);
        let mut dora = site.browser();
        sign_in(&mut dora, "dora@example.org", PASSWORD);
        let path = format!("/admin/people/{}", cast::id(&site, ALICE));
        let page = dora.page(&path);
        assert!(page.id("letters").text().contains("no such user"), "{}", page.text());
        assert_eq!(alice.post(&format!("{path}/letters"), &[]).status, 403);
        let page = dora.send(&format!("{path}/letters"), &[]);
        assert!(page.text().contains("Letters go to the address again."), "{}", page.text());
        assert!(!page.text().contains("Send letters again"), "{}", page.text());
        let trail = dora.page("/admin/trail").text();
        assert!(trail.contains("Letters go to the address again, after some had come back"), "{trail}");
        let count: i64 = suppressions::table.count().get_result(&mut site.conn()).unwrap();
        assert_eq!(count, 0);
    }

    #[test]
    fn who_leaves_and_comes_back_confirms_it_by_joining() {
        let relay = Relay::playing(&[UNKNOWN]);
        let Some((site, _)) = site(&relay) else { return };
        let mut alice = bounced(&site);
        alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
        let count = || suppressions::table.count().get_result::<i64>(&mut site.conn()).unwrap();
        assert_eq!(count(), 1);
        site.later(TimeDelta::hours(2));

        let mut again = site.browser();
        sign_up(&mut again, ALICE, PASSWORD);
        let confirm = token(&newest(&site, &relay, "Confirm your mail address"));
        assert_eq!(count(), 1);
        again.send("/sign-up/confirm", &[("token", &confirm), ("password", PASSWORD)]);
        assert_eq!(count(), 0);
    }
}

mod a_relay_that_fails {
    use super::*;

    #[test]
    fn is_left_alone_by_all_and_tried_by_one() {
        let relay = Relay::playing(&[("EHLO", Play::Say("421 4.3.2 closing"))]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        for name in ["one", "two", "three"] {
            post.post_as(Class::Notice, name, &format!("{name}@example.org"));
        }
        let workers = [post.worker(), post.worker(), post.worker()];

        post.round(&workers[0], noon());
        for worker in &workers {
            assert_eq!(post.round(worker, after(29)), 0, "no instance asks it");
        }
        assert_eq!(relay.greeted(), 1);
        let shut: (i32, String) =
            relays::table.select((relays::trips, relays::words)).get_result(&mut post.conn()).unwrap();
        assert_eq!(shut, (1, "4.3.2 closing".into()));

        // All at once: one of them tries, with one letter.
        let runtime = &post.runtime;
        let tried: usize = std::thread::scope(|scope| {
            let one =
                |worker| scope.spawn(move || runtime.block_on(Worker::round(worker, after(32))).unwrap_or(0));
            let all: Vec<_> = workers.iter().map(one).collect();
            all.into_iter().map(|one| one.join().unwrap()).sum()
        });
        // Whoever came after it was mended went on with the rest.
        assert!(tried == 1 || relay.taken().len() == tried, "{tried}");
        for worker in &workers {
            post.round(worker, after(40));
        }
        assert_eq!(relay.taken().len(), 3);
        let trips: i32 = relays::table.select(relays::trips).get_result(&mut post.conn()).unwrap();
        assert_eq!(trips, 0);
    }

    #[test]
    fn gives_back_the_letter_whose_turn_was_said_ahead() {
        let relay = Relay::playing(&[
            ("DATA", Play::Say("354 go on")),
            ("DATA", Play::Say("421 4.3.2 closing down")),
        ]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        for name in ["one", "two", "three"] {
            post.post(name);
        }
        let worker = post.worker().looking_ahead(Duration::from_secs(60));

        post.round(&worker, noon());

        assert_eq!(states(&post), of(&[("one", "accepted"), ("three", "ready"), ("two", "ready")]));
        let attempts = outbox::table.order(outbox::delivery_id).select(outbox::attempt);
        assert_eq!(attempts.load::<i32>(&mut post.conn()).unwrap(), [1, 1, 0]);
        assert!(post.events().contains(&"waits".to_owned()), "{:?}", post.events());
        assert_eq!(relay.messages().len(), 1);

        post.round(&worker, after(3600));
        post.round(&worker, after(3601));

        let accepted = ["one", "three", "two"].map(|name| (name, "accepted"));
        assert_eq!(states(&post), of(&accepted));
        assert_eq!(relay.messages().len(), 3);
    }

    #[test]
    fn leaves_no_more_in_doubt_than_was_said_ahead_when_the_worker_dies_as_well() {
        let relay = Relay::playing(&[]);
        let url = relay.url();
        let settings = [
            ("WAYMARK_SMTP_URL", url.as_str()),
            ("WAYMARK_SMTP_CONNECTIONS", "1"),
            ("WAYMARK_SMTP_PER_MINUTE", "0"),
            ("WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN", "0"),
        ];
        let Some(post) = Post::with(&settings) else { return };
        for number in 0..40 {
            post.post_as(Class::Notice, &format!("{number:02}"), &format!("reader{number}@example.org"));
        }
        let answers = Arc::new(AtomicUsize::new(0));
        let (answered, third) = (answers.clone(), 3);
        let dies = move |at| at == Point::Replied && answered.fetch_add(1, Ordering::SeqCst) + 1 == third;
        let worker = post.worker().looking_ahead(Duration::from_secs(60)).with_faults(Faults::at(dies));

        let dying = worker.clone();
        let round = post.runtime.spawn(async move { dying.round(noon()).await });
        let count = |state: &str| states(&post).iter().filter(|(_, is)| is == state).count();
        until("it dies", || answers.load(Ordering::SeqCst) == third);
        // The one that was sent, and sixteen that were said ahead.
        until("what it said to be written", || count("accepted") == third - 1 && count("handing") == 17);
        round.abort();
        let _ = post.runtime.block_on(round);

        let worker = post.worker();
        for seconds in [61, 62] {
            post.round(&worker, after(seconds));
        }
        assert_eq!(count("uncertain"), 17);
        assert_eq!(count("accepted"), 40 - 17, "nothing else waits for them");
        for hours in [7, 14] {
            post.round(&worker, after(hours * 3600));
        }
        assert_eq!(count("accepted"), 40);
        let mut read: Vec<String> = relay.messages().into_iter().map(|(to, _)| to).collect();
        assert_eq!(read.len(), 41, "twice only what the relay had answered: {read:?}");
        read.sort_unstable();
        read.dedup();
        assert_eq!(read.len(), 40);
    }

    #[test]
    fn is_shut_once_by_all_who_find_out_at_the_same_time_and_longer_each_time() {
        let Some(post) = Post::by(Some(&format!("smtp://127.0.0.1:{}", crate::support::free_port()))) else {
            return;
        };
        let worker = post.worker();
        post.post("one");
        let mut now = noon();
        let mut pauses = Vec::new();
        for _ in 0..6 {
            post.round(&worker, now);
            let until: Option<i64> =
                relays::table.select(relays::shut_until).get_result(&mut post.conn()).unwrap();
            pauses.push((until.unwrap() - now.timestamp_millis()) / 1000);
            now = chrono::DateTime::from_timestamp_millis(until.unwrap()).unwrap();
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900]);
        assert_eq!(post.state(), ("ready".into(), 0, None));
    }
}

mod rates {
    use super::*;

    fn limited(relay: &Relay, per_minute: &str, per_domain: &str) -> Option<Post> {
        Post::with(&[
            ("WAYMARK_SMTP_URL", &relay.url()),
            ("WAYMARK_SMTP_PER_MINUTE", per_minute),
            ("WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN", per_domain),
        ])
    }

    #[test]
    fn are_kept_by_all_workers_together() {
        let relay = Relay::playing(&[]);
        let Some(post) = limited(&relay, "6", "0") else { return };
        for number in 0..20 {
            post.post_as(Class::Notice, &format!("{number:02}"), &format!("reader{number}@example.org"));
        }
        let workers = [post.worker(), post.worker(), post.worker()];
        let all_work = |seconds: i64| {
            std::thread::scope(|scope| {
                for worker in &workers {
                    // Engines may refuse one of two who want the same.
                    scope.spawn(|| drop(post.runtime.block_on(worker.round(after(seconds)))));
                }
            });
            for worker in &workers {
                post.round(worker, after(seconds));
            }
            relay.taken().len()
        };
        // A minute's letters at once, then one every ten seconds.
        assert_eq!(all_work(0), 6);
        assert_eq!(all_work(8), 6);
        assert_eq!(all_work(11), 7);
        assert_eq!(all_work(42), 10);
        assert_eq!(all_work(300), 16);
        assert_eq!(all_work(600), 20);
    }

    #[test]
    fn of_a_domain_hold_up_no_other_and_urgent_letters_go_first() {
        let relay = Relay::playing(&[]);
        let Some(post) = limited(&relay, "0", "3") else { return };
        // More to one domain than are looked at at a time.
        for number in 0..420 {
            post.post_as(Class::Digest, &format!("big {number:03}"), &format!("reader{number}@big.example"));
        }
        post.post_as(Class::Digest, "small", "reader@small.example");
        let worker = post.worker();
        post.round(&worker, noon());
        post.round(&worker, after(1));

        let mut taken = relay.taken();
        taken.retain(|to| !to.ends_with("@big.example"));
        assert_eq!((relay.taken().len(), taken), (4, vec!["reader@small.example".to_owned()]));

        post.post_as(Class::Security, "urgent", "alice@big.example");
        post.round(&worker, after(25));
        assert_eq!(relay.taken()[4], "alice@big.example");
        // The rows name domains, so they go when they tell nothing any more.
        post.round(&worker, after(3600));
        let left: Vec<String> = paces::table.select(paces::name).load(&mut post.conn()).unwrap();
        assert_eq!(left, ["@big.example"]);
    }
}

mod nonsense {
    use super::*;

    #[test]
    fn a_letter_that_is_too_large_for_the_relay_is_not_offered() {
        let greeting = "250-relay.example.org\r\n250-PIPELINING\r\n250 SIZE 1000";
        let relay = Relay::playing(&[("EHLO", Play::Say(greeting)), ("EHLO", Play::Say(greeting))]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        post.post("one");
        let worker = post.worker();
        post.round(&worker, noon());
        assert_eq!(post.state(), ("rejected".into(), 1, Some(552)));
        let words: String = outbox::table.select(outbox::last_text).get_result(&mut post.conn()).unwrap();
        assert!(
            words.starts_with("the letter has ") && words.ends_with("bytes, the relay takes 1000"),
            "{words}"
        );
        assert!(!relay.commands().iter().any(|command| command.starts_with("MAIL")));
        // It says nothing about other letters: the relay is used on.
        assert_eq!(relays::table.count().get_result(&mut post.conn()), Ok(0_i64));
    }

    #[test]
    fn one_that_is_found_too_large_when_it_was_sent_is_rejected_too() {
        for (step, state) in [(".", "552 5.3.4 too big"), ("MAIL", "552 5.3.4 too big")] {
            let relay = Relay::playing(&[(step, Play::Say(state))]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post("one");
            post.post_as(Class::Notice, "two", "bob@example.org");
            post.round(&post.worker(), noon());
            assert_eq!(states(&post), of(&[("one", "rejected"), ("two", "accepted")]), "{step}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_neither_posted_nor_sent() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        let letter = letter(&post.office, "one");
        for to in ["", "alice", "a@b@c", "alice@example.org\r\nRCPT TO:<eve@example.org>", "a b@example.org"]
        {
            let (class, now, expires) = (Class::Notice, noon(), after(60));
            let posting =
                Posting { dedup: "one", class, person: None, to, letter: &letter, list: None, now, expires };
            let posted = db::write(&mut post.conn(), |conn| post.office.post(conn, &posting));
            assert!(posted.is_err(), "{to:?}");
        }
        // Whatever came into the table by another way does not get out of it.
        post.post("two");
        diesel::update(outbox::table)
            .set(outbox::recipient.eq("x> \r\nRCPT TO:<eve@example.org"))
            .execute(&mut post.conn())
            .unwrap();
        post.round(&post.worker(), noon());
        assert_eq!(post.state(), ("rejected".into(), 1, Some(553)));
        assert!(!relay.commands().iter().any(|command| command.contains("eve")));
    }

    #[test]
    fn a_relay_that_speaks_none_of_it_is_left_and_nothing_is_lost() {
        for (step, play, state) in [
            ("EHLO", Play::Say("banana"), "ready"),
            ("EHLO", Play::Babble, "ready"),
            ("RCPT", Play::Say("banana"), "ready"),
            ("RCPT", Play::Babble, "ready"),
            ("DATA", Play::Say("250 no, thanks"), "ready"),
            (".", Play::Say("banana"), "uncertain"),
            (".", Play::Say("354 and then?"), "uncertain"),
            (".", Play::Babble, "uncertain"),
        ] {
            let what = format!("{step} {play:?}");
            let relay = Relay::playing(&[(step, play)]);
            let Some(post) = Post::by(Some(&relay.url())) else { return };
            post.post("one");
            let worker = post.worker();
            let begun = std::time::Instant::now();
            post.round(&worker, noon());
            assert_eq!(post.state().0, state, "{what}");
            assert!(begun.elapsed().as_secs() < 20, "{what}");
            let words: String = outbox::table.select(outbox::last_text).get_result(&mut post.conn()).unwrap();
            assert!(!words.is_empty() && words.len() <= 500, "{what}: {words}");
            for minutes in [2, 10] {
                post.round(&worker, noon() + TimeDelta::minutes(minutes));
            }
            assert_eq!(post.state().0, "accepted", "{what}");
        }
    }
}

/// One relay for all transports of a test.
trait By {
    fn worker_by(&self, relay: &str) -> Worker;
}

impl By for Post {
    fn worker_by(&self, relay: &str) -> Worker {
        let config =
            waymark::config::Config::read(|name| (name == "WAYMARK_SMTP_URL").then(|| relay.to_owned()));
        let transport = Transport::of(&config.unwrap()).unwrap();
        Worker::new(db::Db::open(self.config.database.clone()), self.office.clone(), transport)
    }
}
