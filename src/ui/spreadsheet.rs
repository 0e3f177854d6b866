//! Tables for spreadsheets, as comma-separated values (RFC 4180).

use super::download;
use crate::error::{Error, Result};
use actix_web::HttpResponse;

pub struct Spreadsheet(csv::Writer<Vec<u8>>);

impl Spreadsheet {
    /// One whose columns are called so.
    ///
    /// # Errors
    /// `Unexpected` if it cannot be written, as with everything below.
    pub fn new(heads: &[&str]) -> Result<Spreadsheet> {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let mut sheet = Spreadsheet(writer);
        sheet.row(heads)?;
        Ok(sheet)
    }

    /// Adds a row, of as many cells as there are columns.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) -> Result<()> {
        self.0.write_record(cells.iter().map(|text| cell(text.as_ref()))).map_err(|e| unfit(&e))
    }

    pub fn finish(self) -> Result<Vec<u8>> {
        self.0.into_inner().map_err(|e| unfit(&e))
    }

    /// The answer with it as a file of this name.
    pub fn download(self, name: &str) -> Result<HttpResponse> {
        Ok(download(name, "text/csv; charset=utf-8", self.finish()?))
    }
}

fn unfit(error: &dyn std::fmt::Display) -> Error {
    Error::Unexpected(format!("a table cannot be written: {error}"))
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "=HYPERLINK(\"x\")"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["Java", "C++", "a=1", "'quoted'", "Alice = Bob", ""] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn a_cell_may_hold_commas_and_quotes() {
        let mut sheet = Spreadsheet::new(&["name", "note"]).unwrap();
        sheet.row(&["Alice", "\"so, so\"\nand on"]).unwrap();
        let text = String::from_utf8(sheet.finish().unwrap()).unwrap();
        assert_eq!(text, "name,note\r\nAlice,\"\"\"so, so\"\"\nand on\"\r\n");
    }
}
