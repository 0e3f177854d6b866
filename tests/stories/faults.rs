//! What becomes of letters when a worker dies at any point and the relay does what it likes: nothing is lost, and
//! nothing arrives twice but in the one window that is left.

#![cfg(debug_assertions)]

use crate::support::post::{Post, letter, noon};
use crate::support::{Engine, Play, Relay, free_port, until, waymark};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use waymark::config::Config;
use waymark::db::schema::{messages, outbox, outbox_events, paces, relays, suppressions};
use waymark::db::{self, Conn, Db};
use waymark::mail::{Class, Faults, Patience, Point, Posting, Transport, Worker};

/// Where a worker dies.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Death {
    Nowhere,
    At(Point),
    /// The relay has read the dot; it takes the letter, or it does not.
    AfterDot {
        taken: bool,
    },
}

const DEATHS: [Death; 8] = [
    Death::Nowhere,
    Death::At(Point::Claimed),
    Death::At(Point::Offered),
    Death::At(Point::Handed),
    Death::At(Point::Begun),
    Death::At(Point::Replied),
    Death::AfterDot { taken: true },
    Death::AfterDot { taken: false },
];

/// What the relay does, once.
pub struct Behaviour {
    pub name: &'static str,
    pub script: &'static [(crate::support::Step, Play)],
    /// How far a letter comes by it: the last point that a worker can die at.
    reaches: Reaches,
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Reaches {
    /// Taken from the outbox.
    Claim,
    /// Accepted for its recipient, and marked as on the wire.
    Wire,
    /// The relay asks for the message.
    Message,
    /// The relay says yes.
    Yes,
}

pub const BEHAVIOURS: [Behaviour; 12] = [
    Behaviour { name: "fine", script: &[], reaches: Reaches::Yes },
    Behaviour { name: "drops at DATA", script: &[("DATA", Play::Leave)], reaches: Reaches::Wire },
    Behaviour { name: "drops after the dot", script: &[(".", Play::Leave)], reaches: Reaches::Message },
    Behaviour {
        name: "451 after the dot",
        script: &[(".", Play::Say("451 4.3.0 later"))],
        reaches: Reaches::Message,
    },
    Behaviour {
        name: "554 after the dot",
        script: &[(".", Play::Say("554 5.6.0 refused"))],
        reaches: Reaches::Message,
    },
    Behaviour {
        name: "slow",
        script: &[
            ("EHLO", Play::Late(20)),
            ("MAIL", Play::Late(20)),
            ("RCPT", Play::Late(20)),
            ("DATA", Play::Late(20)),
            (".", Play::Late(20)),
        ],
        reaches: Reaches::Yes,
    },
    Behaviour { name: "421", script: &[("MAIL", Play::Say("421 4.3.2 closing"))], reaches: Reaches::Claim },
    Behaviour {
        name: "550",
        script: &[("RCPT", Play::Say("550 5.1.1 no such user"))],
        reaches: Reaches::Claim,
    },
    Behaviour { name: "535", script: &[("AUTH", Play::Say("535 5.7.8 no"))], reaches: Reaches::Claim },
    Behaviour {
        name: "STARTTLS stripped",
        script: &[("EHLO", Play::Say("250 relay.example.org"))],
        reaches: Reaches::Claim,
    },
    Behaviour { name: "never answers", script: &[("EHLO", Play::Wait)], reaches: Reaches::Claim },
    Behaviour { name: "never answers the dot", script: &[(".", Play::Wait)], reaches: Reaches::Message },
];

impl Behaviour {
    /// Whether a worker gets as far as to die there.
    fn lets(&self, death: Death) -> bool {
        let needed = match death {
            Death::Nowhere | Death::At(Point::Claimed) => Reaches::Claim,
            Death::At(Point::Offered | Point::Handed) => Reaches::Wire,
            Death::At(Point::Begun) => Reaches::Message,
            Death::At(Point::Replied) => Reaches::Yes,
            Death::At(Point::Written | Point::Planned) => unreachable!("a planner dies there"),
            // The relay's own doing, which takes the place of what else it would do there.
            Death::AfterDot { .. } => return self.name == "fine",
        };
        self.reaches >= needed
    }

    /// Whether it says no for good.
    pub fn refuses(&self) -> bool {
        ["550", "554 after the dot"].contains(&self.name)
    }

    /// Whether it leaves open what it took.
    pub fn leaves_open(&self) -> bool {
        ["drops after the dot", "never answers the dot"].contains(&self.name)
    }
}

/// One database for all that happens.
pub struct Stage {
    pub post: Post,
    db: Db,
    /// Opened once: there is much to look at.
    pub conn: RefCell<Conn>,
}

/// What became of a letter, in the outbox and at the relay.
#[derive(Debug)]
struct End {
    state: String,
    /// How often it was in doubt.
    uncertain: usize,
    /// How often the relay read it to the dot, and how often it took it.
    read: usize,
    taken: usize,
}

impl Stage {
    pub fn of(post: Post) -> Stage {
        let (db, conn) = (Db::open(post.config.database.clone()), RefCell::new(post.conn()));
        Stage { post, db, conn }
    }

    pub fn clear(&self) {
        let conn = &mut *self.conn.borrow_mut();
        diesel::delete(outbox_events::table).execute(conn).unwrap();
        diesel::delete(outbox::table).execute(conn).unwrap();
        diesel::delete(messages::table).execute(conn).unwrap();
        diesel::delete(relays::table).execute(conn).unwrap();
        diesel::delete(paces::table).execute(conn).unwrap();
        diesel::delete(suppressions::table).execute(conn).unwrap();
    }

    pub fn worker(&self, relay: &Relay, elsewhere: bool) -> Worker {
        let url = if elsewhere {
            relay.url_elsewhere()
        } else {
            relay.url().replace("smtp://", "smtp://bob:secret@")
        };
        let config = Config::read(|name| match name {
            "WAYMARK_SMTP_URL" => Some(url.clone()),
            "WAYMARK_SMTP_ROOT_CERTIFICATE" if elsewhere => Some(relay.root.display().to_string()),
            _ => None,
        });
        let wait = Duration::from_millis(500);
        let patience = Patience { connect: wait, step: wait, body: wait };
        let transport = Transport::of(&config.unwrap()).unwrap().with_patience(patience);
        Worker::new(self.db.clone(), self.post.office.clone(), transport).with_chance(|| 1.0)
    }

    fn state(&self, dedup: &str) -> String {
        outbox::table
            .filter(outbox::dedup.eq(dedup))
            .select(outbox::state)
            .get_result(&mut *self.conn.borrow_mut())
            .unwrap()
    }

    /// Has `workers` work, of whom the first dies, then all go on until nothing is left to do. Whether the first died, and
    /// what became of the letters.
    fn play(&self, death: Death, behaviour: &Behaviour, workers: usize) -> (bool, BTreeMap<String, End>) {
        self.clear();
        let elsewhere = behaviour.name == "STARTTLS stripped";
        let script = match death {
            Death::AfterDot { taken: true } => &[(".", Play::Take)],
            Death::AfterDot { taken: false } => &[(".", Play::Wait)],
            _ => behaviour.script,
        };
        let relay =
            if elsewhere { Relay::offering_tls(script, &["0.0.0.0"]) } else { Relay::playing(script) };
        let dead = Arc::new(AtomicBool::new(false));
        let first = match death {
            Death::At(point) => {
                let dead = dead.clone();
                let dies = move |at| at == point && !dead.swap(true, Ordering::SeqCst);
                self.worker(&relay, elsewhere).with_faults(Faults::at(dies))
            }
            _ => self.worker(&relay, elsewhere),
        };
        let mut running = Vec::new();
        let mut fresh: Vec<Arc<Worker>> = Vec::new();
        let classes = [Class::Security, Class::Notice, Class::Digest];
        let mut first = Some(first);
        for number in 0..workers {
            let dedup = format!("letter {number}");
            self.post.post_as(classes[number], &dedup, &format!("reader{number}@example.org"));
            let worker = Arc::new(first.take().unwrap_or_else(|| self.worker(&relay, elsewhere)));
            let round = worker.clone();
            running.push(self.post.runtime.spawn(async move { round.round(noon()).await.map(drop) }));
            soon("the letter to be taken", || self.state(&dedup) != "ready" || running[number].is_finished());
            if number > 0 {
                fresh.push(worker);
            }
            if number == 0 && matches!(death, Death::AfterDot { .. }) {
                soon("the dot", || !relay.messages().is_empty());
                dead.store(true, Ordering::SeqCst);
                running[0].abort();
            }
        }
        soon("the first to die or to be done", || dead.load(Ordering::SeqCst) || running[0].is_finished());
        running[0].abort();
        for round in running {
            let _ = self.post.runtime.block_on(round);
        }
        // Started again.
        fresh.push(Arc::new(self.worker(&relay, elsewhere)));
        self.go_on(&fresh, noon());
        (dead.load(Ordering::SeqCst), self.ends(&relay))
    }

    /// Has these work until nothing is left to do, from a moment on.
    pub fn go_on(&self, workers: &[Arc<Worker>], begin: DateTime<Utc>) {
        let mut now = begin;
        while let Some(next) = self.next_moment(now) {
            assert!(next < begin + TimeDelta::days(1), "it never ends");
            now = next;
            let rounds: Vec<_> = workers
                .iter()
                .map(|worker| {
                    let worker = worker.clone();
                    // Engines may refuse one of two who want the same; the next round goes on.
                    self.post.runtime.spawn(async move { worker.round(now).await.map(drop) })
                })
                .collect();
            for round in rounds {
                let _ = self.post.runtime.block_on(round).unwrap();
            }
        }
    }

    /// When there is something to do next; none if all letters came to their end.
    fn next_moment(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let conn = &mut *self.conn.borrow_mut();
        let open: Vec<(i64, Option<i64>)> = outbox::table
            .filter(outbox::settled_at.is_null())
            .select((outbox::not_before, outbox::lease_until))
            .load(conn)
            .unwrap();
        let due = open.into_iter().map(|(due, lease)| lease.unwrap_or(due)).min()?;
        let shut: Option<Option<i64>> =
            relays::table.select(relays::shut_until).first(conn).optional().unwrap();
        let next = due.max(shut.flatten().unwrap_or_default()).max(now.timestamp_millis()) + 1;
        DateTime::from_timestamp_millis(next)
    }

    fn ends(&self, relay: &Relay) -> BTreeMap<String, End> {
        let conn = &mut *self.conn.borrow_mut();
        let rows: Vec<(String, String, String)> =
            outbox::table.select((outbox::delivery_id, outbox::dedup, outbox::state)).load(conn).unwrap();
        let events: Vec<(String, String)> = outbox_events::table
            .select((outbox_events::delivery_id, outbox_events::event))
            .load(conn)
            .unwrap();
        let (messages, taken) = (relay.messages(), relay.taken());
        let end = |(id, dedup, state): (String, String, String)| {
            let to = format!("reader{}@example.org", dedup.replace("letter ", ""));
            let copies: Vec<&String> = messages.iter().filter(|(at, _)| *at == to).map(|(_, m)| m).collect();
            assert!(copies.windows(2).all(|pair| pair[0] == pair[1]), "copies of {dedup} differ");
            assert!(copies.iter().all(|copy| copy.contains(&id)), "{dedup} is another delivery");
            let uncertain = events.iter().filter(|(of, event)| *of == id && event == "uncertain").count();
            let taken = taken.iter().filter(|at| **at == to).count();
            (dedup, End { state, uncertain, read: copies.len(), taken })
        };
        rows.into_iter().map(end).collect()
    }
}

/// As `until`, which looks less often.
fn soon(what: &str, mut yes: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !yes() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Every death with everything that the relay may do, as far as they can come together.
fn every_pair(workers: usize) {
    let Some(stage) = Post::by(None).map(Stage::of) else { return };
    let mut doubles = 0;
    for behaviour in &BEHAVIOURS {
        for death in DEATHS {
            let what = format!("{death:?}, {}, {workers} workers", behaviour.name);
            if !behaviour.lets(death) {
                continue;
            }
            let (died, ends) = stage.play(death, behaviour, workers);
            assert_eq!(died, death != Death::Nowhere, "{what}");
            assert_eq!(ends.len(), workers, "{what}");
            let mut refused = 0;
            for (letter, end) in &ends {
                match end.state.as_str() {
                    "accepted" => assert!(end.taken >= 1, "{what}: {letter} is lost: {end:?}"),
                    "rejected" if behaviour.refuses() => {
                        refused += 1;
                        assert_eq!(end.taken, 0, "{what}: {letter} {end:?}");
                    }
                    _ => panic!("{what}: {letter} {end:?}"),
                }
                let again = end.taken.saturating_sub(1);
                let window = death == Death::At(Point::Replied)
                    || death == Death::AfterDot { taken: true }
                    || behaviour.leaves_open();
                assert!(again == 0 || window, "{what}: {letter} arrived twice: {end:?}");
                assert!(again <= end.uncertain, "{what}: {letter} arrived twice and nobody knows: {end:?}");
                assert!(end.read >= end.taken, "{what}: {end:?}");
                doubles += again;
            }
            assert!(refused <= 1, "{what}: once");
            if death == Death::At(Point::Replied) {
                assert!(ends["letter 0"].taken == 2 && ends["letter 0"].uncertain == 1, "{what}: {ends:?}");
            }
        }
    }
    // The window was open: what is counted above can happen.
    assert!(doubles >= 4, "{doubles}");
}

#[test]
fn a_worker_alone_that_dies_loses_nothing() {
    every_pair(1);
}

#[test]
fn one_of_three_that_dies_loses_nothing() {
    every_pair(3);
}

pub mod killed {
    use super::*;
    use std::process::{Child, Stdio};

    /// The real program, handing over letters.
    pub fn begin(post: &Post, arguments: &[&str], relay: &str) -> Child {
        let settings = [
            ("DATABASE_URL", post.database()),
            ("WAYMARK_ADDRESS", format!("127.0.0.1:{}", free_port())),
            ("WAYMARK_DATA", post.config.data.display().to_string()),
            ("WAYMARK_SECRET", "known to the tests and to nobody else".into()),
            ("WAYMARK_SMTP_URL", relay.to_owned()),
        ];
        let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (*n, v.as_str())).collect();
        waymark(arguments, &settings).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// A letter that is due now, of the class that waits longest after a doubt.
    fn post_now(post: &Post) {
        let letter = letter(&post.office, "one");
        let now = Utc::now();
        let (class, to, expires) = (Class::Security, "alice@example.org", now + TimeDelta::days(1));
        let posting =
            Posting { dedup: "one", class, person: None, to, letter: &letter, list: None, now, expires };
        db::write(&mut post.conn(), |conn| post.office.post(conn, &posting)).unwrap();
    }

    /// Kills the program (SIGKILL) once `there`, then has another worker go on after the lease has ended. Gives what
    /// state the letter was left in, and how often the relay took it.
    fn kill(
        post: &Post,
        relay: &Relay,
        mut there: impl FnMut() -> bool,
        and_then: impl FnOnce(),
    ) -> (String, usize) {
        let mut program = begin(post, &["worker"], &relay.url());
        until("the point to be reached", &mut there);
        and_then();
        program.kill().unwrap();
        program.wait().unwrap();
        let left = post.state().0;
        let worker = post.worker();
        for minutes in [2, 4] {
            post.round(&worker, Utc::now() + TimeDelta::minutes(minutes));
        }
        assert_eq!(post.state().0, "accepted");
        let messages = relay.messages();
        assert!(messages.windows(2).all(|pair| pair[0] == pair[1]), "copies differ");
        (left, relay.taken().len())
    }

    fn set(script: &[(&'static str, Play)]) -> Option<(Post, Relay)> {
        let relay = Relay::playing(script);
        let post = Post::by(Some(&relay.url()))?;
        post_now(&post);
        Some((post, relay))
    }

    #[test]
    fn after_it_was_posted() {
        let relay = Relay::playing(&[]);
        let Some(post) = Post::by(Some(&relay.url())) else { return };
        // Nobody is there to take it.
        let away = format!("smtp://127.0.0.1:{}", free_port());
        let mut program = begin(&post, &["user", "invite", "alice@example.org"], &away);
        until("the invitation to be posted", || {
            outbox::table.count().get_result::<i64>(&mut post.conn()).unwrap() == 1
        });
        let _ = program.kill();
        program.wait().unwrap();
        post.round(&post.worker(), Utc::now());
        assert_eq!((post.state().0, relay.taken().len()), ("accepted".into(), 1));
    }

    #[test]
    fn after_a_letter_was_claimed() {
        let Some((post, relay)) = set(&[("EHLO", Play::Wait)]) else { return };
        let there = || !relay.commands().is_empty();
        assert_eq!(kill(&post, &relay, there, || ()), ("leased".into(), 1));
    }

    #[test]
    fn after_its_recipient_was_named() {
        let Some((post, relay)) = set(&[("RCPT", Play::Wait)]) else { return };
        let there = || relay.commands().iter().any(|command| command.starts_with("RCPT"));
        assert_eq!(kill(&post, &relay, there, || ()), ("leased".into(), 1));
    }

    #[test]
    fn before_the_dot() {
        let Some((post, relay)) = set(&[("DATA", Play::Wait)]) else { return };
        let there = || relay.commands().iter().any(|command| command == "DATA");
        assert_eq!(kill(&post, &relay, there, || ()), ("handing".into(), 1));
    }

    #[test]
    fn after_the_dot() {
        let Some((post, relay)) = set(&[(".", Play::Take)]) else { return };
        let there = || !relay.messages().is_empty();
        // The window: it arrives twice, and that is known.
        assert_eq!(kill(&post, &relay, there, || ()), ("handing".into(), 2));
        assert_eq!(post.events(), ["uncertain", "accepted"]);
    }

    #[test]
    fn after_the_answer_before_it_is_stored() {
        let Some((post, relay)) = set(&[(".", Play::Late(300))]) else { return };
        let there = || !relay.messages().is_empty();
        let mut program = begin(&post, &["worker"], &relay.url());
        until("the dot", there);
        // Whoever wants to write waits for this transaction, which begins before the relay answers.
        let mut conn = post.conn();
        let begin = if Engine::of_this_run() == Engine::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        conn.batch_execute(begin).unwrap();
        diesel::update(outbox::table).set(outbox::priority.eq(outbox::priority)).execute(&mut conn).unwrap();
        until("the answer to be given", || relay.answered() == 1);
        std::thread::sleep(Duration::from_millis(100));
        program.kill().unwrap();
        program.wait().unwrap();
        conn.batch_execute("ROLLBACK").unwrap();
        drop(conn);
        assert_eq!(post.state().0, "handing");
        let worker = post.worker();
        for minutes in [2, 4] {
            post.round(&worker, Utc::now() + TimeDelta::minutes(minutes));
        }
        assert_eq!((post.state().0, relay.taken().len()), ("accepted".into(), 2));
        assert_eq!(post.events(), ["uncertain", "accepted"]);
    }
}
