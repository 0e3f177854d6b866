//! A check: what was found at the address of a resource when it was last asked.

use chrono::{DateTime, Utc};

/// What an address said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// An HTTP status, after redirects.
    Status(u16),
    /// It could not be reached, or did not answer in time, or led round in circles.
    Nothing,
}

/// What that means for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    /// Nothing is known: the fault may lie anywhere between it and us.
    NoAnswer,
    /// It said that there is nothing, once.
    Missing,
    /// It said so on two days.
    Gone,
}

/// What is known about an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub outcome: Outcome,
    pub status: Option<u16>,
    /// When it was first found so.
    pub since: DateTime<Utc>,
    pub asked: DateTime<Utc>,
}

impl Outcome {
    pub(super) const ALL: [Outcome; 4] =
        [Outcome::Answered, Outcome::NoAnswer, Outcome::Missing, Outcome::Gone];

    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::NoAnswer => "no answer",
            Outcome::Missing => "missing",
            Outcome::Gone => "gone",
        }
    }
}

impl Check {
    /// What is known after `answer`, by what was known before.
    pub fn after(before: Option<&Check>, answer: Answer, now: DateTime<Utc>) -> Check {
        let missed = before.filter(|check| matches!(check.outcome, Outcome::Missing | Outcome::Gone));
        let (outcome, status) = match answer {
            Answer::Status(status @ (404 | 410)) => {
                let another_day = missed.is_some_and(|check| check.since.date_naive() < now.date_naive());
                (if another_day { Outcome::Gone } else { Outcome::Missing }, Some(status))
            }
            // Some answer people and refuse programs; something is there.
            Answer::Status(status @ (200..=399 | 401 | 403 | 405 | 429)) => (Outcome::Answered, Some(status)),
            // Silence says nothing new about what was missing before.
            Answer::Status(status) => (missed.map_or(Outcome::NoAnswer, |check| check.outcome), Some(status)),
            Answer::Nothing => (missed.map_or(Outcome::NoAnswer, |check| check.outcome), None),
        };
        let still =
            before.filter(|check| check.outcome == outcome).or(missed.filter(|_| outcome == Outcome::Gone));
        Check { outcome, status, since: still.map_or(now, |check| check.since), asked: now }
    }

    /// Such as "answered on 3 November 2026".
    pub fn words(&self) -> String {
        let day = |moment: &DateTime<Utc>| moment.format("%-d %B %Y").to_string();
        match self.outcome {
            Outcome::Answered => format!("answered on {}", day(&self.asked)),
            Outcome::NoAnswer => {
                format!("no answer to our program on {} (it may answer you)", day(&self.asked))
            }
            Outcome::Missing => format!("not found on {}, to be asked again", day(&self.since)),
            Outcome::Gone => format!("gone since {}", day(&self.since)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn told(answers: &[(u32, Answer)]) -> String {
        let mut check = None;
        for (day, answer) in answers {
            check = Some(Check::after(check.as_ref(), *answer, at(*day)));
        }
        check.unwrap().words()
    }

    #[test]
    fn what_was_found_is_said_with_its_day() {
        use Answer::{Nothing, Status};
        let silent = "no answer to our program on 3 November 2026 (it may answer you)";
        for (answers, words) in [
            (&[(3, Status(200))][..], "answered on 3 November 2026"),
            (&[(1, Nothing), (3, Status(204))], "answered on 3 November 2026"),
            (&[(1, Status(200)), (3, Nothing)], silent),
            (&[(3, Status(503))], silent),
            (&[(3, Status(404))], "not found on 3 November 2026, to be asked again"),
            (&[(3, Status(404)), (3, Status(410))], "not found on 3 November 2026, to be asked again"),
            (&[(3, Status(404)), (4, Status(410))], "gone since 3 November 2026"),
            (&[(3, Status(404)), (4, Nothing), (5, Status(404))], "gone since 3 November 2026"),
            (
                &[(3, Status(410)), (4, Status(404)), (5, Status(404)), (9, Nothing)],
                "gone since 3 November 2026",
            ),
            (&[(1, Status(404)), (2, Status(404)), (3, Status(200))], "answered on 3 November 2026"),
            (
                &[(1, Status(404)), (2, Status(200)), (3, Status(404))],
                "not found on 3 November 2026, to be asked again",
            ),
        ] {
            assert_eq!(told(answers), words, "{answers:?}");
        }
        for refusal in [401, 403, 405, 429] {
            assert_eq!(told(&[(3, Status(refusal))]), "answered on 3 November 2026", "{refusal}");
        }
    }
}
