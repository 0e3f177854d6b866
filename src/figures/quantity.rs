//! The number of a figure as its source words it: equal, less than, more than or a range; "about" or exact.

use crate::content::as_text;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How a figure's number is to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparator {
    Equal(f64),
    LessThan(f64),
    MoreThan(f64),
    Range(f64, f64),
}

/// A number with its comparator. Written `45`, `about 45`, `under 10`, `over 40`, `10–15`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quantity {
    pub comparator: Comparator,
    /// The source says "about" or "~".
    pub about: bool,
}

impl Quantity {
    /// The number to compute with (PRODUCT's value rule): equal → the number, range → its midpoint,
    /// less than x → x/2, more than x → x.
    pub fn value(&self) -> f64 {
        match self.comparator {
            Comparator::Equal(v) | Comparator::MoreThan(v) => v,
            Comparator::LessThan(v) => v / 2.0,
            Comparator::Range(low, high) => (low + high) / 2.0,
        }
    }

    /// The lowest number it may mean.
    pub fn low(&self) -> f64 {
        match self.comparator {
            Comparator::Equal(v) | Comparator::MoreThan(v) => v,
            Comparator::LessThan(_) => 0.0,
            Comparator::Range(low, _) => low,
        }
    }

    /// The highest number it is said to mean; of "more than" the number itself.
    pub fn high(&self) -> f64 {
        match self.comparator {
            Comparator::Equal(v) | Comparator::LessThan(v) | Comparator::MoreThan(v) => v,
            Comparator::Range(_, high) => high,
        }
    }

    /// The quantity with each number worded by `number`, such as "over $90,000".
    pub fn words(&self, number: impl Fn(f64) -> String) -> String {
        let about = if self.about { "about " } else { "" };
        match self.comparator {
            Comparator::Equal(v) => format!("{about}{}", number(v)),
            Comparator::LessThan(v) => format!("under {about}{}", number(v)),
            Comparator::MoreThan(v) => format!("over {about}{}", number(v)),
            Comparator::Range(low, high) => format!("{about}{}–{}", number(low), number(high)),
        }
    }
}

impl FromStr for Quantity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("\"{text}\" is not a quantity; write 45, about 45, under 10, over 40 or 10–15");
        let number = |s: &str| {
            let s = s.trim();
            let digits = s.strip_prefix('-').unwrap_or(s);
            let plain = digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
            plain.then(|| s.parse::<f64>().ok()).flatten().ok_or_else(wrong)
        };
        let words = |rest: &mut &str, word: &str| match rest.strip_prefix(word) {
            Some(after) => {
                *rest = after.trim_start();
                true
            }
            None => false,
        };
        let mut rest = text.trim();
        let mut about = words(&mut rest, "about ");
        let less = words(&mut rest, "under ");
        let more = !less && words(&mut rest, "over ");
        about |= words(&mut rest, "about ");
        let comparator = if less {
            Comparator::LessThan(number(rest)?)
        } else if more {
            Comparator::MoreThan(number(rest)?)
        } else if let Some((low, high)) = rest.split_once('–') {
            let (low, high) = (number(low)?, number(high)?);
            if low > high {
                return Err(format!("\"{text}\" has its low end above its high end; write {high}–{low}"));
            }
            Comparator::Range(low, high)
        } else {
            Comparator::Equal(number(rest)?)
        };
        Ok(Quantity { comparator, about })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(|v| v.to_string()))
    }
}

/// A quantity in per cent of postings, 0 to 100. Written `about 45 %`, `under 5 %`, `10–15 %`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share(pub Quantity);

impl Share {
    /// As it stands on a page: with a space before the sign that does not break.
    pub fn words(&self) -> String {
        format!("{}\u{a0}%", self.0)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(number) = text.trim().strip_suffix('%') else {
            return Err(format!("\"{text}\" is not a share; write it in per cent, such as \"about 45 %\""));
        };
        let quantity: Quantity = number.parse()?;
        if quantity.low() < 0.0 || quantity.high() > 100.0 {
            return Err(format!("\"{text}\" is not between 0 % and 100 %"));
        }
        Ok(Share(quantity))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

as_text!(Quantity);
as_text!(Share);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_is_read_back_as_it_was_written() {
        for text in ["45 %", "about 45 %", "under 10 %", "over 40 %", "10–15 %", "about 10–15 %", "0.5 %"]
        {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_value_follows_the_rule_of_the_method() {
        for (text, value) in [("45 %", 45.0), ("10–15 %", 12.5), ("under 5 %", 2.5), ("over 40 %", 40.0)] {
            assert_eq!(text.parse::<Share>().unwrap().0.value(), value);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_do() {
        for (text, told) in [
            ("15–10 %", "low end above its high end; write 10–15"),
            ("120 %", "not between 0 % and 100 %"),
            ("often", "such as \"about 45 %\""),
            ("45", "such as \"about 45 %\""),
            ("many %", "write 45, about 45, under 10, over 40 or 10–15"),
            ("NaN %", "write 45"),
            ("1e9 %", "write 45"),
        ] {
            let message = text.parse::<Share>().unwrap_err();
            assert!(message.contains(told), "{text}: {message}");
        }
    }
}
