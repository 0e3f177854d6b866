//! The commands.

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use waymark::config::Config;
use waymark::{app, commands};

#[derive(Parser)]
#[command(
    name = "waymark",
    version,
    about = "Waymark, a career guide: serves the site when no command is given."
)]
#[command(after_help = "Settings come from the environment; the README lists them. \
                        Exit status: 0 done, 1 refused with a sentence, 2 wrong usage.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (the default)
    Serve,
    /// Only hand over letters; any number of these may run beside the site
    Worker,
    /// Publish the files of a folder: all of them, or none if one has a mistake
    Import {
        /// A folder laid out as content/ is
        folder: PathBuf,
    },
    /// Write the whole guide as files
    Export {
        /// A folder that is empty or does not exist yet
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Config::read(|name| std::env::var(name).ok()).and_then(|config| match arguments.command {
        None | Some(Command::Serve) => app::serve(&config),
        Some(Command::Worker) => app::work(&config),
        Some(Command::Import { folder }) => commands::import(&config, &folder),
        Some(Command::Export { folder }) => commands::export(&config, &folder),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("waymark: {sentence}");
            ExitCode::from(1)
        }
    }
}
