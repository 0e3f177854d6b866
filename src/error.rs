//! The few kinds of failure, for everything that a page, a command or the clock can run into.
//!
//! `NotFound` when there is nothing, or nothing that is yours, `PastEnd` when a list has fewer pages. `Refused` and
//! `TooMuch` say what to do in a sentence that is shown. `Unavailable` when trying again later helps.
//! `Unexpected` for what should not happen. What a person can mend by typing something else
//! is no error but a `content::Problem`.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Causes are for the log; `ui::failure` words what a visitor reads.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    #[error("past the end of a list")]
    PastEnd,
    /// Not with this person's rights, not in this way, or not from there: what to do or whom to ask, in a sentence that is
    /// shown.
    #[error("refused: {0}")]
    Refused(String),
    /// Larger or more often than is taken: what to do, in a sentence that is shown.
    #[error("too much: {0}")]
    TooMuch(String),
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    /// What the visitor is told, where the cause has words for them.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Error::Refused(sentence) | Error::TooMuch(sentence) => Some(sentence),
            _ => None,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Error::NotFound,
            DieselError::DatabaseError(kind, info) => {
                let lost = matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection
                        | DatabaseErrorKind::UnableToSendCommand
                        | DatabaseErrorKind::SerializationFailure
                ) || LOST.iter().any(|words| info.message().contains(words));
                if lost {
                    Error::Unavailable(error.to_string())
                } else {
                    Error::Unexpected(error.to_string())
                }
            }
            DieselError::BrokenTransactionManager => Error::Unavailable(error.to_string()),
            _ => Error::Unexpected(error.to_string()),
        }
    }
}

/// How the engines word that the database went away or is held by somebody else, where the kind of error does not tell.
const LOST: [&str; 11] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "Input/output error",
    "Connection refused",
    "database is locked",
    "unable to open database file",
    "disk I/O error",
    // PostgreSQL ends one of two that wait for each other.
    "deadlock detected",
    // MySQL rolls all of a transaction back to end a deadlock, savepoints included.
    "Deadlock found",
    "SAVEPOINT",
];

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Unexpected(format!("stored content cannot be read: {error}"))
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Error::Unexpected(format!("a template failed: {error}"))
    }
}
