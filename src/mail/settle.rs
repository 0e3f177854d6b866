//! What became of letters, written down: the row of each, and an event.

use super::claim::Taken;
use super::outbox::Class;
use crate::db::schema::{messages, outbox, outbox_events};
use crate::db::{Conn, insert_all};
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::auto_type;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// How long the message of a letter is kept after its end; of security letters it is not.
const KEPT: TimeDelta = TimeDelta::days(7);
/// What a relay said is kept up to this many characters.
const WORDS: usize = 500;
/// The state of a letter that the relay took.
pub(super) const ACCEPTED: &str = "accepted";

/// What becomes of a letter that somebody held.
#[derive(Clone, Debug)]
pub struct Settled {
    pub state: &'static str,
    /// In one word, for the record.
    pub event: &'static str,
    pub attempt: i32,
    pub code: Option<u16>,
    pub words: String,
    /// When it is tried again; its end if never.
    pub again: Option<DateTime<Utc>>,
    /// The mailbox is not there: nothing else goes to the address.
    pub stops: bool,
}

impl Settled {
    /// Taken, in so many words.
    pub fn accepted(letter: &Taken, code: Option<u16>, words: String) -> Settled {
        Settled { code, words, ..Settled::end(letter, ACCEPTED) }
    }

    /// Not now, and that was no attempt at it.
    pub fn waits(letter: &Taken, code: Option<u16>, words: String, now: DateTime<Utc>) -> Settled {
        let attempt = letter.attempt;
        Settled { state: "ready", event: "waits", attempt, code, words, again: Some(now), stops: false }
    }

    pub fn rejected(letter: &Taken, code: Option<u16>, words: String) -> Settled {
        Settled { code, words, ..Settled::end(letter, "rejected") }
    }

    /// Not sent: letters to its address come back.
    pub fn suppressed(letter: &Taken, words: &str) -> Settled {
        Settled { attempt: letter.attempt, words: words.to_owned(), ..Settled::end(letter, "suppressed") }
    }

    fn end(letter: &Taken, state: &'static str) -> Settled {
        let attempt = letter.attempt + 1;
        Settled { state, event: state, attempt, code: None, words: String::new(), again: None, stops: false }
    }
}

/// Writes what became of letters; gives those that were not held with `token` any more.
pub fn settle(
    conn: &mut Conn,
    letters: &[(&Taken, &Settled)],
    token: &str,
    at: DateTime<Utc>,
) -> Result<Vec<String>> {
    let now = at.timestamp_millis();
    let (accepted, others): (Vec<_>, Vec<_>) =
        letters.iter().copied().partition(|(_, settled)| settled.state == ACCEPTED);
    let mut held = accept(conn, &accepted, token, now)?;
    for (letter, settled) in others {
        if change(conn, letter, settled, token, now)? {
            held.insert(letter.id.clone());
        }
    }
    let (ours, lost): (Vec<_>, Vec<_>) =
        letters.iter().copied().partition(|(letter, _)| held.contains(&letter.id));
    let over =
        |(letter, settled): &&(&Taken, &Settled)| letter.class == Class::Security && settled.again.is_none();
    let wiped: Vec<&str> = ours.iter().filter(over).map(|(letter, _)| letter.id.as_str()).collect();
    wipe(conn, &wiped)?;
    let words: Vec<String> = ours.iter().map(|(letter, settled)| said(&letter.to, &settled.words)).collect();
    let mut events = Vec::new();
    for ((letter, settled), words) in ours.iter().zip(&words) {
        let (id, what, attempt) = (letter.id.as_str(), settled.event, settled.attempt);
        events.push(Event { id, what, attempt, code: settled.code.map(i32::from), words, now });
    }
    note(conn, &events)?;
    Ok(lost.into_iter().map(|(letter, _)| letter.id.clone()).collect())
}

/// Held with a token.
#[auto_type(no_type_alias)]
fn held<'a>(token: &'a str) -> _ {
    // Not a list, which would be prepared anew each time.
    let state = outbox::state.eq("leased").or(outbox::state.eq("handing"));
    outbox::lease_token.eq(token).and(state)
}

/// Letters that were accepted, which most are, all that look alike together: what the relay said of each stands in its
/// event only. Gives those that were held.
fn accept(conn: &mut Conn, letters: &[(&Taken, &Settled)], token: &str, now: i64) -> Result<HashSet<String>> {
    if letters.is_empty() {
        return Ok(HashSet::new());
    }
    let ids = letters.iter().map(|(letter, _)| letter.id.as_str());
    let ours: HashSet<String> = outbox::table
        .filter(outbox::delivery_id.eq_any(ids).and(held(token)))
        .select(outbox::delivery_id)
        .load(conn)?
        .into_iter()
        .collect();
    let mut alike: HashMap<_, Vec<&str>> = HashMap::new();
    for (letter, settled) in letters.iter().filter(|(letter, _)| ours.contains(&letter.id)) {
        let looks = (End::of(letter.class, now), settled.attempt, settled.code.map(i32::from));
        alike.entry(looks).or_default().push(&letter.id);
    }
    for ((end, attempt, code), ids) in alike {
        let changed = diesel::update(outbox::table.filter(outbox::delivery_id.eq_any(&ids).and(held(token))))
            .set((
                outbox::state.eq(ACCEPTED),
                outbox::attempt.eq(attempt),
                outbox::lease_token.eq(None::<String>),
                outbox::lease_until.eq(None::<i64>),
                outbox::last_code.eq(code),
                outbox::last_text.eq(""),
                end,
            ))
            .execute(conn)?;
        if changed != ids.len() {
            // To be tried again from the beginning.
            return Err(Error::Unavailable("letters were taken by another worker meanwhile".into()));
        }
    }
    Ok(ours)
}

/// A letter that ended otherwise, or has not ended; false if it was not held.
fn change(conn: &mut Conn, letter: &Taken, settled: &Settled, token: &str, now: i64) -> Result<bool> {
    let changed = diesel::update(outbox::table.filter(outbox::delivery_id.eq(&letter.id).and(held(token))))
        .set((
            outbox::state.eq(settled.state),
            outbox::attempt.eq(settled.attempt),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<i64>),
            outbox::last_code.eq(settled.code.map(i32::from)),
            outbox::last_text.eq(said(&letter.to, &settled.words)),
            settled.again.map(|again| outbox::not_before.eq(again.timestamp_millis())),
            settled.again.is_none().then(|| End::of(letter.class, now)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// What the end of a letter changes besides its state: of security letters the address goes at once, and with `wipe` the
/// message; the message of others a while later.
#[derive(AsChangeset, PartialEq, Eq, Hash)]
#[diesel(table_name = outbox)]
pub struct End {
    settled_at: i64,
    recipient: Option<&'static str>,
    kept_until: Option<i64>,
}

impl End {
    pub fn of(class: Class, now: i64) -> End {
        let wiped = (class == Class::Security).then_some("");
        let kept_until = wiped.is_none().then_some(now + KEPT.num_milliseconds());
        End { settled_at: now, recipient: wiped, kept_until }
    }
}

/// Deletes messages.
pub fn wipe(conn: &mut Conn, ids: &[&str]) -> Result<()> {
    if !ids.is_empty() {
        diesel::delete(messages::table.filter(messages::delivery_id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}

/// Something that happened to a letter.
pub struct Event<'a> {
    pub id: &'a str,
    pub what: &'static str,
    pub attempt: i32,
    pub code: Option<i32>,
    pub words: &'a str,
    pub now: i64,
}

pub fn note(conn: &mut Conn, events: &[Event]) -> Result<()> {
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            (
                outbox_events::id.eq(uuid::Uuid::now_v7().to_string()),
                outbox_events::delivery_id.eq(event.id),
                outbox_events::event.eq(event.what),
                outbox_events::attempt.eq(event.attempt),
                outbox_events::code.eq(event.code),
                outbox_events::words.eq(event.words),
                outbox_events::happened_at.eq(event.now),
            )
        })
        .collect();
    Ok(insert_all!(conn, outbox_events::table, rows)?)
}

/// What a relay said, without the address that it was about: that is not kept when a letter is settled.
pub fn said(address: &str, words: &str) -> String {
    let (lower, sought) = (words.to_ascii_lowercase(), address.to_ascii_lowercase());
    let (mut text, mut end) = (String::new(), 0);
    for (at, _) in lower.match_indices(&sought).filter(|_| !sought.is_empty()) {
        text.push_str(&words[end..at]);
        text.push_str("(the address)");
        end = at + sought.len();
    }
    text.push_str(&words[end..]);
    text.chars().filter(|c| !c.is_control()).take(WORDS).collect()
}
