//! What the commands besides `serve` do, and how the program gets ready for any of them.

use crate::config::Config;
use crate::content::Problem;
use crate::db::{self, Address, Prepared};
use crate::editing::Update;
use crate::import;
use chrono::Utc;
use std::path::Path;

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// A sentence for whoever started the program.
fn prepare(config: &Config) -> Result<Prepared, String> {
    if let Address::Sqlite(path) = &config.database
        && let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty())
    {
        let cannot = |e| format!("The folder {} cannot be made: {e}.", folder.display());
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut prepared = db::prepare(&config.database)?;
    import::derive(&mut prepared.conn).map_err(|e| format!("The guide's lists cannot be written: {e}."))?;
    Ok(prepared)
}

/// Opens the database with the guide in it: the one that the program carries, beside what editors changed.
///
/// # Errors
/// A sentence for whoever started the program.
pub fn prepare_guide(config: &Config) -> Result<Prepared, String> {
    let mut prepared = prepare(config)?;
    let update = import::load_program_content(&mut prepared.conn, Utc::now())
        .map_err(|e| format!("The guide cannot be loaded: {e}."))?;
    match update {
        Update::Same => {}
        Update::Loaded { kept, .. } => {
            for kept in kept {
                tracing::warn!(
                    kind = kept.kind,
                    slug = kept.slug,
                    why = kept.why,
                    "newer shipped content was not applied"
                );
            }
        }
        Update::Unfit(problems) => {
            for problem in problems {
                tracing::warn!(%problem, "newer shipped content was not applied");
            }
        }
    }
    Ok(prepared)
}

/// `waymark import FOLDER`.
pub fn import(config: &Config, folder: &Path) -> Result<(), String> {
    let incoming = import::from_folder(folder).map_err(|problems| listed(&problems))?;
    let mut prepared = prepare(config)?;
    let published = import::import(&mut prepared.conn, &incoming, Utc::now())
        .map_err(|e| format!("Nothing was imported: {e}."))?
        .map_err(|problems| listed(&problems))?;
    if published.added.is_empty() && published.revised.is_empty() {
        println!("Nothing has changed: all {} files are in the guide as they are.", incoming.len());
        return Ok(());
    }
    for (kind, slug) in &published.added {
        println!("added    {kind} {slug}");
    }
    for (kind, slug) in &published.revised {
        println!("revised  {kind} {slug}");
    }
    println!("The guide is at revision {}.", published.guide_revision);
    Ok(())
}

/// `waymark export FOLDER`.
pub fn export(config: &Config, folder: &Path) -> Result<(), String> {
    let mut prepared = prepare_guide(config)?;
    let written = db::snapshot(&mut prepared.conn, |conn| import::export(conn, folder));
    let count = written.map_err(|e| format!("Nothing was exported: {e}."))?;
    println!("{count} files are in {}.", folder.display());
    Ok(())
}

fn listed(problems: &[Problem]) -> String {
    let count = match problems.len() {
        1 => "one thing has".to_owned(),
        n => format!("{n} things have"),
    };
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    format!("nothing was imported; {count} to be put right:\n{}", lines.join("\n"))
}
