//! The items of a plan as a table for spreadsheets.

use super::standing;
use crate::error::Result;
use crate::plans::{Line, Overview};
use crate::ui::Spreadsheet;

/// One row an item, those that were set aside last.
///
/// # Errors
/// `Unexpected` if it cannot be written.
pub fn table(overview: &Overview) -> Result<Spreadsheet> {
    let heads =
        ["place", "kind", "name", "tier", "group", "status", "due", "begun", "done", "note", "set_aside"];
    let mut table = Spreadsheet::new(&heads)?;
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
        table.row(&row)
    };
    for (place, line) in overview.lines.iter().enumerate() {
        write((place + 1).to_string(), line)?;
    }
    for line in &overview.aside {
        write(String::new(), line)?;
    }
    Ok(table)
}
