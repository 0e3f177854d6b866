//! The items of a plan as comma-separated values (RFC 4180), for spreadsheets.

use super::standing;
use crate::error::{Error, Result};
use crate::plans::{Line, Overview};

/// One row an item, those that were set aside last.
///
/// # Errors
/// `Unexpected` if it cannot be written.
pub fn table(overview: &Overview) -> Result<Vec<u8>> {
    let unfit = |e: &dyn std::fmt::Display| Error::Unexpected(format!("the table cannot be written: {e}"));
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let heads =
        ["place", "kind", "name", "tier", "group", "status", "due", "begun", "done", "note", "set_aside"];
    table.write_record(heads).map_err(|e| unfit(&e))?;
    let mut write = |place: String, line: &Line| {
        let item = &line.item;
        let day = |at: Option<chrono::DateTime<chrono::Utc>>| {
            at.map_or(String::new(), |at| at.format("%Y-%m-%d").to_string())
        };
        let asked = line.asked.as_ref();
        let row = [
            place,
            item.kind.word().to_owned(),
            line.name.clone(),
            asked.map_or(String::new(), |asked| asked.tier_name.clone()),
            asked.map_or(String::new(), |asked| asked.group_name.clone()),
            standing(line.stand).to_owned(),
            item.due.map_or(String::new(), |day| day.to_string()),
            day(item.begun),
            day(item.done),
            item.note.clone(),
            if item.dropped.is_some() { "yes".to_owned() } else { String::new() },
        ];
        table.write_record(row.map(|text| cell(&text))).map_err(|e| unfit(&e))
    };
    for (place, line) in overview.lines.iter().enumerate() {
        write((place + 1).to_string(), line)?;
    }
    for line in &overview.aside {
        write(String::new(), line)?;
    }
    table.into_inner().map_err(|e| unfit(&e))
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "=HYPERLINK(\"x\")"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["Java", "C++", "a=1", "'quoted'", ""] {
            assert_eq!(cell(text), text);
        }
    }
}
