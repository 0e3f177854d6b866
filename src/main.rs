//! The commands.

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use waymark::config::Config;
use waymark::{app, commands};

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h: after how many milliseconds freed memory goes back to the system.
const PURGE_DELAY: std::ffi::c_int = 15;

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
    /// Make accounts and give rights
    #[command(subcommand)]
    User(User),
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
    /// List what readers found wrong and nobody has dealt with, the oldest first
    Reports {
        #[command(subcommand)]
        what: Option<OnReports>,
    },
    /// List what was looked for in the last 30 days and not found: how often, on which day last, the words
    Searches,
    /// Ask the addresses of all resources whether they still answer, and note it for their pages
    CheckResources,
}

#[derive(Subcommand)]
enum OnReports {
    /// Close a report: it is not listed again, and the mail address for an answer is deleted, so answer first
    Close {
        /// As waymark reports shows it
        id: String,
    },
}

/// The password of a new account is asked for, or read from standard input.
#[derive(Subcommand)]
enum User {
    /// Make an account; its address counts as confirmed
    Create {
        /// The mail address
        address: String,
        /// member, editor, publisher or admin
        #[arg(long, default_value = "member")]
        rights: String,
    },
    /// Give somebody who has an account other rights
    Grant {
        address: String,
        /// member, editor, publisher or admin
        rights: String,
    },
    /// Send an invitation to make an account
    Invite {
        address: String,
        /// member, editor, publisher or admin
        #[arg(long, default_value = "member")]
        rights: String,
    },
    /// Take passkeys, authenticator app and recovery codes from somebody who lost them; make sure that it is them first
    ForgetFactors { address: String },
    /// Send letters to an address again; they stop when a mail server says that there is no such mailbox
    SendAgain { address: String },
    /// List everybody with an account: rights, day of joining, id, address
    List,
}

impl User {
    fn run(self, config: &Config) -> Result<(), String> {
        use commands::user;
        match self {
            User::Create { address, rights } => user::create(config, &address, rights.parse()?),
            User::Grant { address, rights } => user::grant(config, &address, rights.parse()?),
            User::Invite { address, rights } => user::invite(config, &address, rights.parse()?),
            User::ForgetFactors { address } => user::forget_factors(config, &address),
            User::SendAgain { address } => user::send_again(config, &address),
            User::List => user::list(config),
        }
    }
}

fn main() -> ExitCode {
    // Otherwise what filled the search stays with the program until something else is freed.
    // SAFETY: sets a number that the library reads, before there is a second thread.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 0) };
    let arguments = Arguments::parse();
    let done = Config::read(|name| std::env::var(name).ok()).and_then(|config| match arguments.command {
        None | Some(Command::Serve) => app::serve(&config),
        Some(Command::User(user)) => user.run(&config),
        Some(Command::Worker) => app::work(&config),
        Some(Command::Import { folder }) => commands::import(&config, &folder),
        Some(Command::Export { folder }) => commands::export(&config, &folder),
        Some(Command::Reports { what: None }) => commands::reports(&config),
        Some(Command::Reports { what: Some(OnReports::Close { id }) }) => {
            commands::close_report(&config, &id)
        }
        Some(Command::Searches) => commands::searches(&config),
        Some(Command::CheckResources) => commands::check_resources(&config),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("waymark: {sentence}");
            ExitCode::from(1)
        }
    }
}

#[cfg(test)]
mod tests {
    /// The library numbers its options anew from time to time.
    #[test]
    fn the_option_that_is_set_is_the_one_that_is_meant() {
        // SAFETY: reads a number.
        assert_eq!(
            unsafe { libmimalloc_sys::mi_option_get(super::PURGE_DELAY) },
            1000,
            "its default, in milliseconds"
        );
    }
}
