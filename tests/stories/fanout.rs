//! What becomes of the letters about a change when the planner dies on the way to everybody whom it concerns, and the
//! relay then does what it likes: each is told, and nobody twice but in the one window that is left.

#![cfg(debug_assertions)]

use crate::digests::{Bob, SLUG, follow};
use crate::faults::{BEHAVIOURS, Behaviour, Stage, killed};
use crate::support::people::{at_once, id, register};
use crate::support::post::Post;
use crate::support::{Engine, Relay, Site, free_port, until};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use waymark::accounts::Rights;
use waymark::db::schema::{issues, subscriptions, told};
use waymark::digests::{Planner, plan_due};
use waymark::error::Error;
use waymark::follows::{Frequency, Subject};
use waymark::import::KINDS;
use waymark::mail::{Faults, Point};
use waymark::roles::Role;

/// People who are told at once of a role that changed eleven minutes ago.
struct Readers {
    site: Site,
    stage: Stage,
    addresses: Vec<String>,
    /// How far they had been told before it changed.
    before: i64,
}

impl Readers {
    fn of_the_role(names: &[&str]) -> Option<Readers> {
        let site = Site::open()?;
        // Whatever happens has happened already by the clock of this machine.
        site.later(-TimeDelta::hours(1));
        for name in names {
            register(&site, name, Rights::Member);
            let address = address(name);
            follow(&site, &id(&site, &address), Subject::of::<Role>(SLUG), Frequency::AtOnce);
        }
        let before = subscriptions::table.select(subscriptions::last_seq).first(&mut site.conn()).unwrap();
        Bob::default().java(&site, "about 45 %", "about 60 %");
        site.later(TimeDelta::minutes(11));
        let stage = Stage::of(Post::of(site.config.clone()));
        Some(Readers { site, stage, addresses: names.iter().map(|name| address(name)).collect(), before })
    }

    /// Nobody was told.
    fn begin_again(&self) {
        self.stage.clear();
        let conn = &mut *self.stage.conn.borrow_mut();
        diesel::delete(told::table).execute(conn).unwrap();
        diesel::delete(issues::table).execute(conn).unwrap();
        diesel::update(subscriptions::table)
            .set(subscriptions::last_seq.eq(self.before))
            .execute(conn)
            .unwrap();
    }

    /// How many letters are written down.
    fn planned(&self) -> usize {
        let made: i64 = issues::table.count().get_result(&mut *self.stage.conn.borrow_mut()).unwrap();
        usize::try_from(made).unwrap()
    }

    /// How often it is written down that somebody was told something.
    fn told(&self) -> usize {
        let told: i64 = told::table.count().get_result(&mut *self.stage.conn.borrow_mut()).unwrap();
        usize::try_from(told).unwrap()
    }

    /// Has a planner die, and a worker hand over what it left; then three of each go on until all is done. Gives the
    /// relay.
    fn play(&self, dies: Option<Point>, behaviour: &Behaviour) -> Relay {
        self.begin_again();
        let now = self.site.now();
        let dead = AtomicBool::new(false);
        let faults = Faults::at(move |at| dies == Some(at) && !dead.swap(true, Ordering::SeqCst));
        let planned = plan_due(&mut self.site.conn(), &planner(&self.site).with_faults(faults), now);
        let left = match dies {
            None => self.addresses.len(),
            Some(Point::Planned) => 1,
            Some(_) => 0,
        };
        assert_eq!((planned.is_err(), self.planned(), self.told()), (dies.is_some(), left, left), "{dies:?}");

        let elsewhere = behaviour.name == "STARTTLS stripped";
        let relay = if elsewhere {
            Relay::offering_tls(behaviour.script, &["0.0.0.0"])
        } else {
            Relay::playing(behaviour.script)
        };
        let workers: Vec<_> = (0..3).map(|_| Arc::new(self.stage.worker(&relay, elsewhere))).collect();
        let _ = self.stage.post.runtime.block_on(workers[0].round(now));
        let site = &self.site;
        let planned = at_once(&[1, 2, 3], |_| plan_due(&mut site.conn(), &planner(site), now));
        for refused in planned.into_iter().filter_map(Result::err) {
            // Engines may refuse one of two who want the same; the next look goes on.
            assert!(matches!(refused, Error::Unavailable(_)), "{refused}");
        }
        plan_due(&mut self.site.conn(), &planner(site), now).unwrap();
        assert_eq!(self.planned(), self.addresses.len(), "{dies:?}, {}", behaviour.name);
        self.stage.go_on(&workers, now);
        relay
    }
}

fn planner(site: &Site) -> Planner {
    Planner::new(site.office.clone(), &KINDS)
}

fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

#[test]
fn a_planner_that_dies_on_the_way_leaves_nobody_out_and_tells_nobody_twice() {
    let Some(readers) = Readers::of_the_role(&["Alice", "Eve", "Frank"]) else { return };
    for behaviour in &BEHAVIOURS {
        for dies in [None, Some(Point::Written), Some(Point::Planned)] {
            let what = format!("{dies:?}, {}", behaviour.name);
            let relay = readers.play(dies, behaviour);
            let (taken, messages) = (relay.taken(), relay.messages());
            let mut refused = 0;
            for address in &readers.addresses {
                let count = taken.iter().filter(|to| *to == address).count();
                let copies: Vec<&String> =
                    messages.iter().filter(|(to, _)| to == address).map(|(_, message)| message).collect();
                assert!(copies.windows(2).all(|pair| pair[0] == pair[1]), "{what}: copies differ");
                match count {
                    0 if behaviour.refuses() => refused += 1,
                    0 => panic!("{what}: {address} is left out"),
                    1 => {}
                    _ => assert!(behaviour.leaves_open(), "{what}: {address} is told twice"),
                }
            }
            assert_eq!(refused, usize::from(behaviour.refuses()), "{what}");
        }
    }
}

/// Has every issue after the first take seconds to be written, so that a program can be killed meanwhile.
fn slow(readers: &Readers) {
    let slowly = match Engine::of_this_run() {
        Engine::Sqlite => {
            "CREATE TRIGGER slowly AFTER INSERT ON issues WHEN (SELECT count(*) FROM issues) > 1 BEGIN \
             SELECT (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000000) \
             SELECT count(*) FROM n); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF (SELECT count(*) FROM issues) > 1 THEN PERFORM pg_sleep(3); END IF; RETURN NEW; END $$; \
             CREATE TRIGGER slowly AFTER INSERT ON issues FOR EACH ROW EXECUTE FUNCTION slowly()"
        }
        Engine::Mariadb => {
            "CREATE TRIGGER slowly AFTER INSERT ON issues FOR EACH ROW \
             SET @slept = IF((SELECT COUNT(*) FROM issues) > 1, SLEEP(3), 0)"
        }
    };
    readers.site.conn().batch_execute(slowly).unwrap();
}

#[test]
fn a_program_that_is_killed_on_the_way_goes_on_where_it_was() {
    let Some(readers) = Readers::of_the_role(&["Alice", "Eve", "Frank", "Grace", "Heidi"]) else { return };
    slow(&readers);
    let away = format!("smtp://127.0.0.1:{}", free_port());
    let mut program = killed::begin(&readers.stage.post, &["worker"], &away);
    until("the first letter to be planned", || readers.planned() > 0);
    // It writes the next.
    std::thread::sleep(Duration::from_millis(200));

    program.kill().unwrap();
    program.wait().unwrap();

    let never = if Engine::of_this_run() == Engine::Postgres { " ON issues" } else { "" };
    readers.site.conn().batch_execute(&format!("DROP TRIGGER slowly{never}")).unwrap();
    let left = readers.planned();
    assert_eq!(left, readers.told(), "what was begun was taken back whole");
    assert!((1..5).contains(&left), "{left} of 5");
    until("the rest to be planned", || {
        plan_due(&mut readers.site.conn(), &planner(&readers.site), readers.site.now()).is_ok()
    });
    assert_eq!((readers.planned(), readers.told()), (5, 5));
    let relay = Relay::playing(&[]);
    readers.stage.go_on(&[Arc::new(readers.stage.worker(&relay, false))], readers.site.now());
    let mut taken = relay.taken();
    taken.sort();
    assert_eq!(taken, readers.addresses);
}
