//! A date as exact as its source gives it: a year, a month or a day.

use super::as_text;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// `2024`, `2024-05` or `2026-11-20`, in files and forms; shown as `2024`, `May 2024`, `20 November 2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    first: NaiveDate,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Year,
    Month,
    Day,
}

impl Date {
    /// The first day that the date may mean; dates are ordered by it.
    pub fn first_day(&self) -> NaiveDate {
        self.first
    }

    pub fn year(&self) -> i32 {
        self.first.year()
    }

    /// As people read it: `2024`, `May 2024`, `20 November 2026`.
    pub fn words(&self) -> String {
        match self.precision {
            Precision::Year => self.first.format("%Y"),
            Precision::Month => self.first.format("%B %Y"),
            Precision::Day => self.first.format("%-d %B %Y"),
        }
        .to_string()
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (padded, precision) = match text.len() {
            4 => (format!("{text}-01-01"), Precision::Year),
            7 => (format!("{text}-01"), Precision::Month),
            _ => (text.to_owned(), Precision::Day),
        };
        NaiveDate::parse_from_str(&padded, "%Y-%m-%d")
            .ok()
            .filter(|day| (1900..=2200).contains(&day.year()))
            .map(|first| Date { first, precision })
            .ok_or_else(|| format!("\"{text}\" is not a date; write 2024, 2024-05 or 2026-11-20"))
    }
}

as_text!(Date);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.precision {
            Precision::Year => write!(f, "{}", self.first.format("%Y")),
            Precision::Month => write!(f, "{}", self.first.format("%Y-%m")),
            Precision::Day => write!(f, "{}", self.first.format("%Y-%m-%d")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_as_exact_as_its_source() {
        for (written, shown) in
            [("2024", "2024"), ("2024-05", "May 2024"), ("2026-11-20", "20 November 2026")]
        {
            let date: Date = written.parse().unwrap();
            assert_eq!(date.words(), shown);
            assert_eq!(date.to_string(), written);
        }
    }

    #[test]
    fn what_is_no_date_is_told_how_to_write_one() {
        for wrong in ["", "May 2024", "2024-13", "2024-02-30", "20241-01-01", "+024"] {
            let told = wrong.parse::<Date>().unwrap_err();
            assert!(told.contains("write 2024, 2024-05 or 2026-11-20"), "{told}");
        }
    }
}
