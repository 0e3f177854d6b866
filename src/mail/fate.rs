//! What becomes of a letter that could not be handed over.

use super::outbox::Class;
use super::transport::{Failure, Step};
use chrono::TimeDelta;

/// What becomes of it, whether the relay is left alone for a while, and whether the mailbox is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    pub what: What,
    pub breaks: bool,
    pub stops: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// It waits until the relay can be used again; that was no attempt at this letter.
    Waits,
    /// It is tried again later.
    Again,
    Rejected,
    /// The relay had all of it; nobody knows whether it took it.
    Uncertain,
}

/// By the step that failed and what the relay said, if it said anything.
pub fn of(failure: &Failure) -> Fate {
    let code = failure.code;
    // 5.7.x: the sender is refused, not this letter.
    let policy = status(&failure.words).is_some_and(|status| status.starts_with("5.7."));
    let (what, breaks) = match (failure.step, code) {
        (Step::Open, _) | (Step::Mail, Some(421 | 530)) => (What::Waits, true),
        (Step::Body, None) => (What::Uncertain, false),
        (_, None) => (What::Again, false),
        // Too large for the relay, which says nothing about other letters.
        (Step::Mail, Some(552)) => (What::Rejected, false),
        (Step::Mail, Some(500..)) => (What::Rejected, true),
        (_, Some(500..)) => (What::Rejected, policy),
        // The relay goes away for everybody.
        (_, Some(421)) => (What::Again, true),
        (_, Some(_)) => (What::Again, false),
    };
    Fate { what, breaks, stops: failure.step == Step::Recipient && no_mailbox(code, &failure.words) }
}

/// The enhanced status that an answer begins with (RFC 3463), such as `5.1.1`.
fn status(words: &str) -> Option<&str> {
    let first = words.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let number =
        |part: &&str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(number)).then_some(first)
}

/// Whether an answer to the recipient means that there is no such mailbox. What is wrong with the sender, or refused as
/// unwanted, says nothing about the recipient: nobody loses their letters by that.
fn no_mailbox(code: Option<u16>, words: &str) -> bool {
    /// How servers that give no status say that it is a matter of policy.
    const POLICY: [&str; 9] =
        ["spam", "block", "polic", "listed", "denied", "reputation", "rejected due", "relay", "spf"];
    let Some(500..) = code else { return false };
    match status(words) {
        // The sender's mailbox and its system.
        Some("5.1.7" | "5.1.8") => false,
        // Disabled, which comes to the same.
        Some("5.2.1") => code == Some(550),
        Some(status) => status.starts_with("5.1."),
        None => {
            let words = words.to_ascii_lowercase();
            code == Some(550) && !POLICY.iter().any(|word| words.contains(word))
        }
    }
}

/// How long after an attempt the next one may come, in minutes.
const PAUSES: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

fn pause(attempt: i32) -> TimeDelta {
    let at = usize::try_from(attempt - 1).unwrap_or_default().min(PAUSES.len() - 1);
    TimeDelta::minutes(PAUSES[at])
}

/// The pause after the attempt with this number, from 1: somewhere within its step, as `chance` (0 to 1) falls, so that
/// letters which failed together do not come back together.
pub fn after_failure(attempt: i32, chance: f64) -> TimeDelta {
    let all = pause(attempt).num_milliseconds() as f64;
    TimeDelta::milliseconds((all * chance) as i64)
}

/// The pause before a letter is sent again of which nobody knows whether it arrived.
pub fn after_doubt(class: Class, attempt: i32) -> TimeDelta {
    match class {
        // Somebody sits and waits for it; a second copy does no harm. A relay that always fails is not hurried, though.
        Class::Security if attempt <= 1 => TimeDelta::zero(),
        Class::Security => pause(attempt - 1),
        Class::Notice => TimeDelta::minutes(30),
        Class::Digest | Class::Newsletter => TimeDelta::hours(6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_fate() {
        use Step::*;
        use What::*;
        for (step, code, words, what, breaks) in [
            (Open, None, "connection refused", Waits, true),
            (Open, Some(535), "5.7.8 authentication failed", Waits, true),
            (Mail, Some(421), "closing", Waits, true),
            (Mail, Some(530), "5.7.0 authentication required", Waits, true),
            (Mail, Some(451), "4.3.0 later", Again, false),
            (Mail, Some(552), "5.3.4 too large", Rejected, false),
            (Mail, Some(550), "5.7.1 sender refused", Rejected, true),
            (Mail, None, "connection reset", Again, false),
            (Recipient, Some(450), "4.2.0 greylisted", Again, false),
            (Recipient, Some(421), "4.3.2 closing", Again, true),
            (Recipient, Some(550), "5.1.1 no such user", Rejected, false),
            (Recipient, Some(554), "5.7.1 refused by policy", Rejected, true),
            (Recipient, None, "timed out", Again, false),
            (Data, Some(452), "4.3.1 no room", Again, false),
            (Data, Some(554), "5.5.1 no", Rejected, false),
            (Data, None, "connection reset", Again, false),
            (Body, Some(451), "4.3.0 later", Again, false),
            (Body, Some(554), "5.6.0 refused", Rejected, false),
            (Body, None, "connection reset", Uncertain, false),
        ] {
            let failure = Failure { step, code, words: words.into() };
            let fate = of(&failure);
            assert_eq!((fate.what, fate.breaks), (what, breaks), "{step:?} {code:?} {words}");
        }
    }

    #[test]
    fn only_a_mailbox_that_is_not_there_stops_letters_to_it() {
        use Step::*;
        for (step, code, words, stops) in [
            (Recipient, 550, "5.1.1 no such user", true),
            (Recipient, 550, "no such user here", true),
            (Recipient, 553, "5.1.3 bad address syntax", true),
            (Recipient, 556, "5.1.10 the domain takes no mail", true),
            (Recipient, 550, "5.2.1 mailbox disabled", true),
            (Recipient, 550, "5.7.1 refused by policy", false),
            (Recipient, 554, "5.7.1 refused by policy", false),
            (Recipient, 550, "Blocked: your host is listed by example.org", false),
            (Recipient, 550, "relaying denied", false),
            (Recipient, 550, "5.1.8 bad sender's system address", false),
            (Recipient, 552, "5.2.2 mailbox full", false),
            (Recipient, 550, "5.2.2 mailbox full", false),
            (Recipient, 554, "transaction failed", false),
            (Recipient, 450, "4.1.1 try again", false),
            (Mail, 550, "5.1.1 no such user", false),
            (Body, 550, "5.1.1 no such user", false),
        ] {
            let failure = Failure { step, code: Some(code), words: words.into() };
            assert_eq!(of(&failure).stops, stops, "{step:?} {code} {words}");
        }
    }

    #[test]
    fn pauses_grow_to_half_a_day() {
        let minutes: Vec<i64> = (1..=9).map(|n| after_failure(n, 1.0).num_minutes()).collect();
        assert_eq!(minutes, [1, 5, 15, 60, 180, 360, 720, 720, 720]);
        assert_eq!(after_failure(2, 0.5).num_seconds(), 150);
        assert_eq!(after_failure(2, 0.0), TimeDelta::zero());
    }

    #[test]
    fn only_security_letters_are_sent_again_at_once() {
        assert_eq!(after_doubt(Class::Security, 1), TimeDelta::zero());
        assert_eq!(after_doubt(Class::Security, 2), TimeDelta::minutes(1));
        assert_eq!(after_doubt(Class::Notice, 1), TimeDelta::minutes(30));
        assert_eq!(after_doubt(Class::Digest, 1), TimeDelta::hours(6));
    }
}
