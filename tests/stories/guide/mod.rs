//! The guide's content: as files, in the database, on its way in, and what changes when it changes.

mod a_mistake;
mod a_publication;
mod as_files;
mod at_once;
mod newer_shipped_content;
mod sentences;
mod the_hours;
mod the_roles;
mod the_tables;

use crate::support::{Engine, ROLE, Site, content, database, files, folder_of, guide_with, scratch};
use chrono::Utc;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use waymark::cache::{Pages, QUICK, Ready};
use waymark::content::Problem;
use waymark::db::schema::{entries, guide_changes, revisions};
use waymark::db::{self, Address, Conn};
use waymark::editing::{Incoming, Kept, Published, Update, guide_revision, load_shipped};
use waymark::import;

/// A database without a guide.
fn empty() -> Option<Conn> {
    let address = Address::parse(&database()?).unwrap();
    // Dropped at once, with the lock that it holds.
    drop(db::prepare(&address).unwrap());
    Some(address.connect().unwrap())
}

/// A database with the shipped guide.
fn shipped() -> Option<Conn> {
    let mut conn = empty()?;
    import::load_program_content(&mut conn, Utc::now()).unwrap();
    Some(conn)
}

fn import_folder(conn: &mut Conn, folder: &Path) -> Result<Published, Vec<Problem>> {
    import::import(conn, &import::from_folder(folder)?, Utc::now()).unwrap()
}

/// Kind, slug and revision of everything, to see whether anything has changed.
fn standing(conn: &mut Conn) -> Vec<(String, String, i64)> {
    let columns = (entries::kind, entries::slug, entries::revision);
    entries::table.select(columns).order((entries::kind, entries::slug)).load(conn).unwrap()
}

/// A file of the shipped guide, with `from` replaced by `to`.
fn changed(file: &str, from: &str, to: &str) -> (String, String) {
    let text = fs::read_to_string(content().join(file)).unwrap();
    assert!(text.contains(from), "{file} does not say \"{from}\"");
    (format!("content/{file}"), text.replacen(from, to, 1))
}
