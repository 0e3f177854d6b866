//! What the commands besides `serve` do, and how the program gets ready for any of them.

use crate::config::Config;
use crate::content::Problem;
use crate::db::{self, Address, Prepared};
use crate::editing::{Entry, Update};
use crate::error::Error;
use crate::import;
use crate::reports::Report;
use crate::resources::{Answer, Asker, Check, Outcome, Resource};
use crate::search;
use chrono::Utc;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// A sentence for whoever started the program.
pub fn prepare(config: &Config) -> Result<Prepared, String> {
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
    for entry @ (kind, slug) in &published.added {
        let back =
            if published.restored.contains(entry) { " (it had been withdrawn, and is back)" } else { "" };
        println!("added    {kind} {slug}{back}");
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

/// `waymark reports`.
pub fn reports(config: &Config) -> Result<(), String> {
    let mut prepared = prepare(config)?;
    let open = Report::open(&mut prepared.conn).map_err(|e| format!("The reports cannot be read: {e}."))?;
    if open.is_empty() {
        println!("No report is open.");
    }
    for report in open {
        let at = report.section.map(|section| format!("#{section}")).unwrap_or_default();
        let revision = report.revision.map(|revision| format!(", revision {revision}")).unwrap_or_default();
        println!("{}", report.id);
        println!("  {}  {}{at}{revision}", report.reported.format("%Y-%m-%d %H:%M UTC"), report.page);
        for line in report.words.lines() {
            println!("  | {line}");
        }
        if let Some(source) = report.source {
            println!("  Seen at: {source}");
        }
        if let Some(reply) = report.reply {
            println!("  Wants an answer at: {reply}");
        }
        println!();
    }
    Ok(())
}

/// `waymark reports close ID`.
pub fn close_report(config: &Config, id: &str) -> Result<(), String> {
    let mut prepared = prepare(config)?;
    let closed = db::write(&mut prepared.conn, |conn| Report::close(conn, id));
    if closed.map_err(|e| format!("The report was not closed: {e}."))? {
        println!("Closed, and the mail address for an answer, if there was one, is deleted.");
        return Ok(());
    }
    Err(format!("No open report has the id {id}; waymark reports lists those that are open."))
}

/// `waymark searches`.
pub fn searches(config: &Config) -> Result<(), String> {
    const DAYS: i64 = 30;
    let mut prepared = prepare(config)?;
    let found = search::unanswered(&mut prepared.conn, DAYS, Utc::now());
    let found = found.map_err(|e| format!("The searches cannot be read: {e}."))?;
    if found.is_empty() {
        println!("Every search of the last {DAYS} days found something.");
    }
    for (words, count, day) in found {
        println!("{count:>6}  {day}  {words}");
    }
    Ok(())
}

/// The longest that a round of checks takes.
const ROUND: Duration = Duration::from_secs(30 * 60);
/// Addresses that a round asks, at most; those that were asked last longest ago come first.
const A_ROUND: usize = 5_000;
/// From so many on, silence from every address tells more about our own connection than about them.
const TELLING: usize = 5;

/// `waymark check-resources`.
pub fn check_resources(config: &Config) -> Result<(), String> {
    let cannot = |e: Error| format!("The resources cannot be read: {e}.");
    // Held while the addresses are read only: whoever starts the site meanwhile does not wait for the network.
    let (wanted, known) = {
        let conn = &mut prepare(config)?.conn;
        let resources = Entry::<Resource>::all(conn).map_err(cannot)?;
        let addresses: BTreeSet<String> = resources.into_iter().map(|entry| entry.content.url).collect();
        (addresses.into_iter().collect::<Vec<_>>(), Check::all(conn).map_err(cannot)?)
    };
    let mut asked = wanted.clone();
    asked.sort_by_key(|address| known.get(address).map(|check| check.asked));
    asked.truncate(A_ROUND);
    let told = Asker::new(&config.site(), config.local()).ask_all(asked, Instant::now() + ROUND);
    if told.len() >= TELLING && told.iter().all(|(_, answer)| *answer == Answer::Nothing) {
        return Err(format!(
            "None of {} addresses can be reached, so the fault is likely here: nothing was noted. \
             Check the connection of this machine to the internet and its name server, then ask again.",
            told.len()
        ));
    }
    let mut conn = config.database.connect().map_err(|e| format!("Nothing was noted: {e}."))?;
    let checks = db::write(&mut conn, |conn| Check::note(conn, &told, &wanted, Utc::now()));
    let checks = checks.map_err(|e| format!("Nothing was noted: {e}."))?;
    for (address, check) in checks.iter().filter(|(_, check)| check.outcome != Outcome::Answered) {
        let status = check.status.map(|status| format!(" ({status})")).unwrap_or_default();
        println!("{address}{status}: {}", check.words());
    }
    let answered = checks.values().filter(|check| check.outcome == Outcome::Answered).count();
    println!("Asked {} of {}; known to answer: {answered}.", told.len(), wanted.len());
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

/// `waymark user`.
pub mod user {
    use super::prepare;
    use crate::accounts::{Rights, commands};
    use crate::config::Config;
    use crate::mail::{PostOffice, Sender};
    use chrono::Utc;

    /// # Errors
    /// A sentence for whoever called it.
    pub fn create(config: &Config, address: &str, rights: Rights) -> Result<(), String> {
        let mut prepared = prepare(config)?;
        said(commands::create(&mut prepared.conn, address, rights, Utc::now()))
    }

    /// # Errors
    /// A sentence for whoever called it.
    pub fn grant(config: &Config, address: &str, rights: Rights) -> Result<(), String> {
        let (office, mut prepared) = (office(config)?, prepare(config)?);
        said(commands::give(&mut prepared.conn, &office, address, rights, Utc::now()))
    }

    /// # Errors
    /// A sentence for whoever called it.
    pub fn invite(config: &Config, address: &str, rights: Rights) -> Result<(), String> {
        let (office, mut prepared) = (office(config)?, prepare(config)?);
        said(commands::ask(&mut prepared.conn, &office, address, rights, Utc::now()))
    }

    /// # Errors
    /// A sentence for whoever called it.
    pub fn forget_factors(config: &Config, address: &str) -> Result<(), String> {
        let (office, mut prepared) = (office(config)?, prepare(config)?);
        said(commands::forget_factors(&mut prepared.conn, &office, address, Utc::now()))
    }

    /// # Errors
    /// A sentence for whoever called it.
    pub fn send_again(config: &Config, address: &str) -> Result<(), String> {
        let (office, mut prepared) = (office(config)?, prepare(config)?);
        said(commands::send_again(&mut prepared.conn, &office, address, Utc::now()))
    }

    /// # Errors
    /// A sentence for whoever called it.
    pub fn list(config: &Config) -> Result<(), String> {
        said(commands::list(&mut prepare(config)?.conn))
    }

    fn office(config: &Config) -> Result<PostOffice, String> {
        Ok(PostOffice::new(config, Sender::of(config)?, config.secret()?))
    }

    fn said(words: Result<String, String>) -> Result<(), String> {
        println!("{}", words?);
        Ok(())
    }
}
