//! The pass of a form: when it was shown and for which revision, signed, so that it counts once and not for ever.

use crate::secret::Secret;
use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use uuid::{Timestamp, Uuid};

/// What a form carries besides what is typed into it. Its id becomes the report's, so that a form that is sent twice
/// makes one report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Made when the form was shown; it holds that moment.
    pub id: Uuid,
    /// The revision of the entry that was shown; 0 for a page that shows none.
    pub revision: i64,
}

/// Why a form is not taken as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refused {
    TooSoon,
    /// Too old, or not of this site.
    Expired,
}

/// Nobody reads the form and writes a sentence in less.
const SOONEST: TimeDelta = TimeDelta::seconds(3);
const LATEST: TimeDelta = TimeDelta::hours(24);
const PURPOSE: &str = "the form of a report";

impl Pass {
    /// For a form that is shown now.
    pub fn new(revision: i64, now: DateTime<Utc>) -> Pass {
        let seconds = now.timestamp().try_into().unwrap_or_default();
        let moment = Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
        Pass { id: Uuid::new_v7(moment), revision }
    }

    /// As it stands in the form.
    pub fn signed(&self, secret: &Secret) -> String {
        let what = format!("{}.{}", self.id, self.revision);
        let signature = secret.sign(PURPOSE, what.as_bytes());
        format!("{what}.{}", HEXLOWER.encode(&signature))
    }

    /// Reads what `signed` wrote.
    ///
    /// # Errors
    /// Why it does not count now.
    pub fn read(signed: &str, secret: &Secret, now: DateTime<Utc>) -> Result<Pass, Refused> {
        let Some(pass) = Pass::ours(signed, secret) else { return Err(Refused::Expired) };
        match now - pass.shown() {
            age if age < SOONEST => Err(Refused::TooSoon),
            age if age > LATEST => Err(Refused::Expired),
            _ => Ok(pass),
        }
    }

    fn ours(signed: &str, secret: &Secret) -> Option<Pass> {
        let (what, signature) = signed.rsplit_once('.')?;
        if !secret.verify(PURPOSE, what.as_bytes(), &HEXLOWER.decode(signature.as_bytes()).ok()?) {
            return None;
        }
        let (id, revision) = what.split_once('.')?;
        Some(Pass { id: id.parse().ok()?, revision: revision.parse().ok()? })
    }

    fn shown(&self) -> DateTime<Utc> {
        let (seconds, nanos) = self.id.get_timestamp().map_or((0, 0), |moment| moment.to_unix());
        DateTime::from_timestamp(seconds.try_into().unwrap_or_default(), nanos).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_pass_counts_from_three_seconds_to_a_day_after_it_was_shown() {
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let pass = Pass::new(7, at(0));
        let signed = pass.signed(&secret);

        for (age, expected) in [
            (-1, Err(Refused::TooSoon)),
            (2, Err(Refused::TooSoon)),
            (3, Ok(pass)),
            (24 * 3600, Ok(pass)),
            (24 * 3600 + 1, Err(Refused::Expired)),
        ] {
            assert_eq!(Pass::read(&signed, &secret, at(age)), expected, "{age} seconds");
        }
    }

    #[test]
    fn a_pass_that_was_changed_or_made_elsewhere_does_not_count() {
        let secret = Secret::of(&"s".repeat(32)).unwrap();
        let signed = Pass::new(7, at(0)).signed(&secret);
        let elsewhere = Pass::new(7, at(0)).signed(&Secret::of(&"t".repeat(32)).unwrap());

        let changed = signed.replace(".7.", ".8.");
        for wrong in ["", ".", "..", "é", "1.2.3", &changed, &elsewhere, &signed[1..], &signed[..50]] {
            assert_eq!(Pass::read(wrong, &secret, at(10)), Err(Refused::Expired), "{wrong}");
        }
    }
}
