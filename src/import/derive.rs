//! The rows that are derived from entries, written anew where an older program wrote them.

use super::KINDS;
use crate::content::Kind;
use crate::db::schema::{entries, guide};
use crate::db::{self, Conn};
use crate::error::Result;
use diesel::prelude::*;

/// Counts the forms in which `Content::index` has written its rows. Count it up when that changes: the next start
/// writes the rows of all entries anew.
const FORM: i32 = 3;
/// How many entries are read at a time, so that memory does not grow with the guide.
const BATCH: i64 = 200;

/// Writes the rows of every entry anew, if they have another form than this program gives them.
pub fn derive(conn: &mut Conn) -> Result<()> {
    let form: i32 = guide::table.find(1).select(guide::derived).first(conn)?;
    if form == FORM {
        return Ok(());
    }
    db::write(conn, |conn| {
        // First, so that whoever publishes meanwhile waits.
        diesel::update(guide::table.find(1)).set(guide::derived.eq(FORM)).execute(conn)?;
        for kind in KINDS {
            derive_kind(conn, &kind)?;
        }
        Ok(())
    })
}

fn derive_kind(conn: &mut Conn, kind: &Kind) -> Result<()> {
    let mut after = String::new();
    loop {
        let rows: Vec<(String, String)> = entries::table
            .filter(entries::kind.eq(kind.name).and(entries::slug.gt(&after)))
            .order(entries::slug)
            .limit(BATCH)
            .select((entries::slug, entries::content))
            .load(conn)?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        for (slug, content) in &rows {
            kind.index(conn, slug, content)?;
        }
    }
}
