//! An outbox without a site, the workers that empty it, and moments that they are told.

use super::{database, scratch};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::time::Duration;
use waymark::config::Config;
use waymark::db::schema::{messages, outbox, outbox_events};
use waymark::db::{self, Conn, Db};
use waymark::mail::{Class, Letter, Part, Patience, PostOffice, Posting, Sender, Transport, Worker};

/// An outbox of its own, and its workers.
pub struct Post {
    pub config: Config,
    pub office: PostOffice,
    pub runtime: tokio::runtime::Runtime,
}

/// When the stories begin.
pub fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

pub fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

impl Post {
    /// With a relay at this address, or with files where there is none.
    pub fn by(relay: Option<&str>) -> Option<Post> {
        Post::with(&[("WAYMARK_SMTP_URL", relay.unwrap_or_default())])
    }

    pub fn with(settings: &[(&str, &str)]) -> Option<Post> {
        let (database, data) = (database()?, scratch());
        let config = Config::read(|name| match name {
            "DATABASE_URL" => Some(database.clone()),
            "WAYMARK_DATA" => Some(data.display().to_string()),
            "WAYMARK_SECRET" => Some("known to the tests and to nobody else".into()),
            _ => settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()),
        })
        .unwrap();
        drop(db::prepare(&config.database).unwrap());
        Some(Post::of(config))
    }

    /// That of a site with these settings.
    pub fn of(config: Config) -> Post {
        let office = PostOffice::new(&config, Sender::of(&config).unwrap(), config.secret().unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        Post { config, office, runtime }
    }

    pub fn conn(&self) -> Conn {
        self.config.database.connect().unwrap()
    }

    /// The address of its database, as settings hold it.
    pub fn database(&self) -> String {
        match &self.config.database {
            db::Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            db::Address::Postgres(url) | db::Address::Mysql(url) => url.clone(),
        }
    }

    pub fn post_as(&self, class: Class, dedup: &str, to: &str) {
        let letter = letter(&self.office, dedup);
        let (now, expires) = (noon(), noon() + TimeDelta::days(2));
        let posting =
            Posting { dedup, class, person: Some("alice"), to, letter: &letter, list: None, now, expires };
        db::write(&mut self.conn(), |conn| self.office.post(conn, &posting)).unwrap();
    }

    pub fn post(&self, dedup: &str) {
        self.post_as(Class::Security, dedup, "alice@example.org");
    }

    /// A worker that waits little and throws the highest numbers.
    pub fn worker(&self) -> Worker {
        let patience = Patience {
            connect: Duration::from_secs(5),
            step: Duration::from_millis(1500),
            body: Duration::from_millis(1500),
        };
        let transport = Transport::of(&self.config).unwrap().with_patience(patience);
        Worker::new(Db::open(self.config.database.clone()), self.office.clone(), transport)
            .with_chance(|| 1.0)
    }

    pub fn round(&self, worker: &Worker, now: DateTime<Utc>) -> usize {
        self.runtime.block_on(worker.round(now)).unwrap()
    }

    /// State, number of attempts and the relay's last code of the only letter.
    pub fn state(&self) -> (String, i32, Option<i32>) {
        let columns = (outbox::state, outbox::attempt, outbox::last_code);
        outbox::table.select(columns).get_result(&mut self.conn()).unwrap()
    }

    /// What is kept of the only letter, if anything is.
    pub fn message(&self) -> String {
        let message = messages::table.select(messages::message).get_result(&mut self.conn()).optional();
        message.unwrap().unwrap_or_default()
    }

    pub fn events(&self) -> Vec<String> {
        let events = outbox_events::table.order(outbox_events::id).select(outbox_events::event);
        events.load(&mut self.conn()).unwrap()
    }

    /// How long after noon the only letter is tried again, in seconds.
    pub fn again(&self) -> i64 {
        let at: i64 = outbox::table.select(outbox::not_before).get_result(&mut self.conn()).unwrap();
        (at - noon().timestamp_millis()) / 1000
    }
}

pub fn letter(office: &PostOffice, about: &str) -> Letter {
    Letter {
        subject: format!("Confirm your address, {about}"),
        preheader: "One press, and your account is ready.".into(),
        parts: vec![
            Part::Words("Somebody, perhaps you, made an account with this address.".into()),
            Part::Action { label: "Confirm".into(), url: office.url("/sign-up/confirm?token=314159") },
        ],
        because: "You get this letter because this address was typed at Waymark.".into(),
    }
}
