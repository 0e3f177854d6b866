//! The guide as files: what the program carries, what is imported, what is exported.

mod derive;
mod export;
mod files;
mod kinds;

pub use derive::derive;
pub use export::export;
pub use files::{RESERVED, from_folder, from_program, links_of, parse, program_digest};
pub use kinds::KINDS;

use crate::content::Problem;
use crate::db::{self, Conn};
use crate::editing::{
    Incoming, Origin, Publication, Published, Update, dangling, load_shipped, moved, publish,
};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};

/// Publishes what was read, all of it or nothing.
///
/// # Errors
/// The inner error holds what has to be put right; nothing was changed then.
pub fn import(
    conn: &mut Conn,
    incoming: &[Incoming],
    now: DateTime<Utc>,
) -> Result<std::result::Result<Published, Vec<Problem>>> {
    db::write(conn, |conn| {
        let mut problems = moved(conn, incoming)?;
        problems.extend(dangling(conn, incoming)?);
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        let published =
            publish(conn, incoming, Publication { origin: Origin::Import, by: None, told: None, now })?;
        // Something that is named here may have left the guide while this came in.
        let lost = dangling(conn, incoming)?;
        if lost.is_empty() { Ok(Ok(published)) } else { Err(Error::Unavailable(lost[0].to_string())) }
    })
}

/// Brings the content that the program carries into the guide, beside what editors changed.
pub fn load_program_content(conn: &mut Conn, now: DateTime<Utc>) -> Result<Update> {
    db::write(conn, |conn| load_shipped(conn, &program_digest(), from_program, now))
}
