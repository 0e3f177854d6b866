//! Letters of lists: what they carry besides, so that whoever gets them can stop them with one press, and taking back
//! those that wait.

use super::row;
use super::sender::Sender;
use super::sent::words;
use super::settle::{End, Event, note};
use crate::db::Conn;
use crate::db::schema::outbox;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use lettre::message::header::{HeaderName, HeaderValue};
use std::collections::BTreeMap;

/// The list that a letter is of. The addresses are absolute ones of this site.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// The subscription that it is sent for: stopping it takes back what waits.
    pub subscription: &'a str,
    /// What the list is called in ASCII, such as "What you follow".
    pub name: &'a str,
    /// What it is known by for ever: lower-case letters, digits and hyphens, such as "follows".
    pub token: &'a str,
    /// Where one press stops the list: it takes POST without a session (RFC 8058) and shows a page for GET.
    pub unsubscribe: &'a str,
    /// Where its person chooses how often letters come.
    pub preferences: &'a str,
    /// The letter as a page.
    pub web: &'a str,
    /// What mail programs show as one conversation: letters with the same word, such as all about one plan.
    pub thread: Option<&'a str>,
}

impl Listed<'_> {
    /// The headers of its letters (RFC 2369, 2919, 8058), each on one line: programs read addresses out of them that do
    /// not undo folding.
    pub(super) fn headers(&self, from: &Sender) -> Result<Vec<HeaderValue>> {
        let domain = from.lists_domain();
        let lines = [
            ("List-Id", format!("{} <{}.{domain}>", self.name, self.token)),
            ("List-Unsubscribe", format!("<{}>", self.unsubscribe)),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()),
            ("List-Help", format!("<{}>", self.preferences)),
            ("List-Archive", format!("<{}>", self.web)),
            ("List-Post", "NO".into()),
            ("Precedence", "bulk".into()),
        ];
        let header = |(name, value): (&'static str, String)| {
            if !value.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
                return Err(Error::Unexpected(format!("a letter's {name} cannot be written")));
            }
            let name = HeaderName::new_from_ascii_str(name);
            Ok(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value))
        };
        // The first letter of a conversation was never sent: what matters is that all of it refer to the same.
        let first = self.thread.map(|thread| format!("<{thread}@{}>", from.domain()));
        let threads = first.into_iter().flat_map(|id| [("In-Reply-To", id.clone()), ("References", id)]);
        lines.into_iter().chain(threads).map(header).collect()
    }

    /// The addresses that its letters lead to.
    pub(super) fn addresses(&self) -> [&str; 3] {
        [self.unsubscribe, self.preferences, self.web]
    }
}

/// Takes back what waits for a subscription, and says why in words that its person reads. What the relay has taken, or is
/// about to take, is gone. A letter that the relay may have is not tried again.
pub fn cancel(conn: &mut Conn, subscription: &str, why: &str, now: DateTime<Utc>) -> Result<()> {
    let waiting: Vec<(String, String, String, i32)> = outbox::table
        .filter(outbox::subscription.eq(subscription).and(outbox::settled_at.is_null()))
        .filter(outbox::state.eq_any(["ready", "leased", "uncertain"]))
        .select((outbox::delivery_id, outbox::class, outbox::state, outbox::attempt))
        .load(conn)?;
    for (id, class, state, attempt) in waiting {
        let becomes = if state == "uncertain" { "uncertain" } else { "cancelled" };
        // Not what a worker has begun to hand over since.
        let same = outbox::table
            .filter(outbox::delivery_id.eq(&id).and(outbox::settled_at.is_null()))
            .filter(outbox::state.eq_any(["ready", "leased", "uncertain"]));
        let changed = diesel::update(same)
            .set((
                outbox::state.eq(becomes),
                End::of(super::Class::of(&class), now.timestamp_millis()),
                outbox::lease_token.eq(None::<String>),
                outbox::lease_until.eq(None::<i64>),
                outbox::last_text.eq(why),
            ))
            .execute(conn)?;
        if changed == 1 {
            let now = now.timestamp_millis();
            note(conn, &[Event { id: &id, what: "cancelled", attempt, code: None, words: why, now }])?;
        }
    }
    Ok(())
}

/// Has nothing of a person's letters stay but that there were some: what waits is not sent, and neither the addresses nor
/// the messages are kept. For when somebody is forgotten; `address` is theirs in lower case.
pub fn forget(conn: &mut Conn, person: &str, address: &str, now: DateTime<Utc>) -> Result<()> {
    row::forget(conn, person, address, now)
}

/// Has the letters of one person be another's, when two turn out to be the same.
pub fn give(conn: &mut Conn, from: &str, to: &str) -> Result<()> {
    diesel::update(outbox::table.filter(outbox::person.eq(from))).set(outbox::person.eq(to)).execute(conn)?;
    Ok(())
}

/// What became of deliveries, in words for their person, by id.
pub fn became(conn: &mut Conn, deliveries: &[String]) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String, String)> = outbox::table
        .filter(outbox::delivery_id.eq_any(deliveries))
        .select((outbox::delivery_id, outbox::state, outbox::last_text))
        .load(conn)?;
    let said = |(id, state, why): (String, String, String)| {
        let words = match state.as_str() {
            "cancelled" if !why.is_empty() => format!("not sent, because {why}"),
            state => words(state).to_owned(),
        };
        (id, words)
    };
    Ok(rows.into_iter().map(said).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn listed<'a>(name: &'a str, unsubscribe: &'a str) -> Listed<'a> {
        let (preferences, web) =
            ("https://guide.example.org/letters/k", "https://guide.example.org/letters/k/1");
        Listed { subscription: "s", name, token: "follows", unsubscribe, preferences, web, thread: None }
    }

    fn sender() -> Sender {
        let set = [("WAYMARK_BASE_URL", "https://guide.example.org")];
        let value = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Sender::of(&Config::read(value).unwrap()).unwrap()
    }

    #[test]
    fn each_header_is_one_line_however_long_its_address() {
        let long = format!("https://guide.example.org/unsubscribe/{}", "k".repeat(300));
        for header in listed("What you follow", &long).headers(&sender()).unwrap() {
            assert!(!format!("{header:?}").contains("\\r\\n"), "{header:?}");
        }
    }

    #[test]
    fn nothing_in_a_name_or_an_address_makes_a_header() {
        for name in ["What\r\nBcc: eve@example.org", "Größe", "a\0b"] {
            assert!(listed(name, "https://guide.example.org/u/k").headers(&sender()).is_err(), "{name:?}");
        }
        assert!(listed("Fine", "https://guide.example.org/u\r\nBcc: x").headers(&sender()).is_err());
    }
}
