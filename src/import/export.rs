//! Writes the guide as files.

use super::KINDS;
use crate::db::Conn;
use crate::db::schema::entries;
use crate::error::{Error, Result};
use diesel::prelude::*;
use std::fs;
use std::path::Path;

/// Writes every entry as a file below `folder`, which must be empty or not there yet; returns how many.
/// The same guide gives the same bytes, whatever the database.
///
/// # Errors
/// `Unexpected` with a sentence if the folder holds something or cannot be written.
pub fn export(conn: &mut Conn, folder: &Path) -> Result<usize> {
    let failed =
        |e: std::io::Error| Error::Unexpected(format!("{} cannot be written: {e}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Error::Unexpected(format!(
            "{} holds something already; name an empty folder, or one that does not exist yet",
            folder.display()
        )));
    }
    let mut count = 0;
    for kind in KINDS {
        let rows: Vec<(String, String)> = entries::table
            .filter(entries::kind.eq(kind.name))
            .select((entries::slug, entries::content))
            .order(entries::slug)
            .load(conn)?;
        if rows.is_empty() {
            continue;
        }
        let place = folder.join(kind.folder);
        fs::create_dir_all(&place).map_err(failed)?;
        for (slug, content) in rows {
            let file = place.join(format!("{slug}.{}", kind.format.extension()));
            fs::write(file, kind.write(&content)?).map_err(failed)?;
            count += 1;
        }
    }
    Ok(count)
}
