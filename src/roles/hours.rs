//! How long the skills of a group take to learn: the editors' estimate, as a range of hours.

use crate::content::as_text;
use std::{fmt, str::FromStr};

/// Hours of study and practice until one can do a group's work, from little or nothing, at least and at most.
/// Written `80–160`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    pub low: u16,
    pub high: u16,
}

/// The most that a group may be estimated at: two years of full-time work.
const MOST: u16 = 4000;

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is no range of hours; write whole hours, at least and at most, such as 80–160"
            )
        };
        let bare = text.trim().trim_end_matches("hours").trim_end();
        let (low, high) =
            bare.split_once(['–', '-']).or_else(|| bare.split_once(" to ")).ok_or_else(wrong)?;
        let number = |part: &str| {
            let part = part.trim();
            let digits = (1..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten().ok_or_else(wrong)
        };
        let (low, high) = (number(low)?, number(high)?);
        if low > high {
            return Err(format!("\"{text}\" has its low end above its high end; write {high}–{low}"));
        }
        if low == 0 {
            return Err(format!("\"{text}\" begins at nothing; write at least 1, or leave it empty"));
        }
        match (u16::try_from(low), u16::try_from(high)) {
            (Ok(low), Ok(high)) if high <= MOST => Ok(Hours { low, high }),
            _ => Err(format!("\"{text}\" is more than {MOST} hours; a group that large is better split")),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.low, self.high)
    }
}

as_text!(Hours);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_people_write_it() {
        for text in ["80–160", "80-160", " 80 to 160 hours", "80 – 160 hours"] {
            assert_eq!(text.parse::<Hours>().unwrap().to_string(), "80–160", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_do() {
        for (text, told) in [
            ("160–80", "write 80–160"),
            ("100", "such as 80–160"),
            ("-5–10", "such as 80–160"),
            ("0–10", "at least 1"),
            ("10–4001", "better split"),
            ("10–99999999999", "such as 80–160"),
            ("many", "such as 80–160"),
        ] {
            let message = text.parse::<Hours>().unwrap_err();
            assert!(message.contains(told), "{text}: {message}");
        }
    }
}
