//! Units of figures, and how a number is worded in each.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Percent,
    UsdAYear,
    Jobs,
    OpeningsAYear,
}

impl Unit {
    /// A number in this unit, as it stands on a page: `45 %`, `$90,930`, `86,000`.
    pub fn word(self, number: f64) -> String {
        match self {
            Unit::Percent => format!("{}\u{a0}%", thousands(number)),
            Unit::UsdAYear => format!("${}", thousands(number)),
            Unit::Jobs | Unit::OpeningsAYear => thousands(number),
        }
    }
}

/// A number with commas between thousands; decimals only where there are some.
pub fn thousands(number: f64) -> String {
    let plain = number.abs().to_string();
    let (whole, decimals) = plain.split_once('.').map_or((plain.as_str(), None), |(w, d)| (w, Some(d)));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if number < 0.0 { "−" } else { "" };
    match decimals {
        Some(decimals) => format!("{sign}{grouped}.{decimals}"),
        None => format!("{sign}{grouped}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, shown) in
            [(0.0, "0"), (950.0, "950"), (90930.0, "90,930"), (1234567.5, "1,234,567.5"), (-1000.0, "−1,000")]
        {
            assert_eq!(thousands(number), shown);
        }
    }
}
