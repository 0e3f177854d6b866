//! Accounts: joining, signing in and out, recovering, changing, and what others can find out about it.

mod changing;
mod joining;
mod proxies;
mod recovering;
mod signing_in;

use crate::support::people::{ALICE, OTHER, PASSWORD, at_once, join, letter, sign_in, sign_up, token};
use crate::support::{Answer, Browser, Html, ROLE, Site, guide};
use actix_session::storage::SessionStore;
use actix_web::cookie::time::Duration;
use chrono::TimeDelta;
use diesel::prelude::*;
use std::collections::HashMap;
use waymark::accounts::Sessions;
use waymark::clock::Clock;
use waymark::db::Db;
use waymark::db::schema::{outbox, people, person_events, sessions, tokens};

#[test]
fn a_page_that_says_what_went_wrong_knows_who_is_signed_in() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    let mut stranger = site.browser();
    for (path, status) in [("/nothing", 404), ("/roles?page=99", 404), ("/admin", 403), ("/report", 200)] {
        let answer = alice.get(path);
        let text = answer.text();
        assert_eq!(answer.status, status, "{path}");
        assert!(text.contains("My skills") && !text.contains("Sign in"), "{path}: {text}");
    }
    for path in ["/nothing", "/report"] {
        let text = stranger.get(path).text();
        assert!(text.contains("Sign in") && !text.contains("My skills"), "{path}: {text}");
    }
    let wrong = alice.post("/roles", &[]);
    assert_eq!(wrong.status, 405);
    assert!(wrong.text().contains("My skills"), "{}", wrong.text());
    alice.post("/sign-out", &[]);
    assert!(alice.get("/nothing").text().contains("Sign in"));
}
