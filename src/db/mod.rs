//! The database: one pool, reads from a snapshot, writes in one transaction, on three engines.

mod connection;
mod migrations;
pub mod schema;
mod words;

pub use connection::{Address, Conn};
pub use migrations::{Prepared, prepare};
pub use words::{Words, lower};

use crate::error::{Error, Result};
use connection::Manager;
use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::r2d2::Pool;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections, and so blocking threads at work on the database. More would only queue inside it.
const CONNECTIONS: u32 = 8;
/// How long a request waits for its turn or for a connection before it is told that the site is busy.
/// Both waits together stay under the two seconds within which an answer is owed.
const PATIENCE: Duration = Duration::from_millis(850);

/// How long a read may take, connection included: a server that hangs must not hang the visitor.
const READ_LIMIT: Duration = Duration::from_millis(1000);
/// How long the clock may read, when it takes in the whole guide.
const LONG_LIMIT: Duration = Duration::from_secs(120);
/// How long a write may take; one that takes longer goes on, but whoever waits is told that it is not known.
const WRITE_LIMIT: Duration = Duration::from_secs(20);
/// How long a write waits for those before it, where there is one at a time; as long as one of another process does.
const QUEUE: Duration = Duration::from_secs(5);

/// The site's way to its database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    turns: Arc<Semaphore>,
    /// SQLite has one writer. The others stand in line here, where they need no connection; in SQLite they would sleep,
    /// look again, and sleep longer.
    writers: Option<Arc<Semaphore>>,
}

impl Db {
    /// A pool that opens connections as they are needed; `prepare` has to have run on the address before.
    pub fn open(address: Address) -> Self {
        let writers = matches!(address, Address::Sqlite(_)).then(|| Arc::new(Semaphore::new(1)));
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(Quiet))
            .build_unchecked(Manager(address));
        Db { pool, turns: Arc::new(Semaphore::new(CONNECTIONS as usize)), writers }
    }

    /// Runs `work` on a blocking thread, in a transaction that sees one state of the database throughout.
    ///
    /// # Errors
    /// `Unavailable` if no connection can be had in time; else what `work` returns.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(READ_LIMIT, None, |conn| snapshot(conn, work)).await
    }

    /// The same for work of the clock, which nobody waits for and which may read the whole guide.
    ///
    /// # Errors
    /// As `read`.
    pub async fn read_long<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(LONG_LIMIT, None, |conn| snapshot(conn, work)).await
    }

    /// Runs `work` on a blocking thread, in one transaction: all of it, or nothing on an error.
    ///
    /// # Errors
    /// `Unavailable` if no connection can be had in time; else what `work` returns.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let first = self.first_in_line().await?;
        self.run(WRITE_LIMIT, first, |conn| write(conn, work)).await
    }

    /// Runs `work` as `write` does and takes all of it back: to see what would be.
    ///
    /// # Errors
    /// As `write`.
    pub async fn rehearse<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let first = self.first_in_line().await?;
        self.run(WRITE_LIMIT, first, |conn| {
            let mut seen = None;
            let taken_back = write(conn, |conn| {
                seen = Some(work(conn)?);
                Err::<(), _>(Error::Unexpected("rehearsed".into()))
            });
            match (seen, taken_back) {
                (Some(seen), _) => Ok(seen),
                (None, Err(error)) => Err(error),
                (None, Ok(())) => Err(Error::Unexpected("a rehearsal was kept".into())),
            }
        })
        .await
    }

    /// Runs `work` of the clock on a blocking thread, outside of any transaction: it makes its own, one after the other.
    ///
    /// # Errors
    /// `Unavailable` if no connection can be had in time, or it takes longer than the clock may; it goes on then. Else
    /// what `work` returns.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(LONG_LIMIT, None, work).await
    }

    async fn first_in_line(&self) -> Result<Option<OwnedSemaphorePermit>> {
        let Some(writers) = &self.writers else { return Ok(None) };
        match tokio::time::timeout(QUEUE, writers.clone().acquire_owned()).await {
            Ok(Ok(first)) => Ok(Some(first)),
            _ => Err(Error::Unavailable("others write for too long".into())),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        first: Option<OwnedSemaphorePermit>,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned());
        let Ok(Ok(turn)) = turn.await else {
            return Err(Error::Unavailable("every database connection is at work".into()));
        };
        let pool = self.pool.clone();
        let work = tokio::task::spawn_blocking(move || {
            // Kept until the work ends, even when nobody waits for it any more.
            let _kept = (turn, first);
            let mut conn = pool.get().map_err(|e| Error::Unavailable(e.to_string()))?;
            work(&mut conn)
        });
        match tokio::time::timeout(limit, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => Err(Error::Unexpected(panic.to_string())),
            Err(_) => Err(Error::Unavailable("the database did not answer in time".into())),
        }
    }
}

/// r2d2 logs each failed attempt; the requests that suffer from it say so already.
#[derive(Debug)]
struct Quiet;

impl<E: std::fmt::Display> diesel::r2d2::HandleError<E> for Quiet {
    fn handle_error(&self, error: E) {
        tracing::debug!(%error, "no connection to the database");
    }
}

/// Inserts many rows by few statements, which the engines word differently. Gives a `QueryResult<()>`.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        // PostgreSQL takes 65,535 values in a statement, MariaDB 16 MB.
        let mut done = Ok(0);
        for rows in $rows.chunks(100) {
            let insert = || diesel::insert_into($table).values(rows);
            done = done.and_then(|_| match $conn {
                $crate::db::Conn::Sqlite(conn) => insert().execute(conn),
                $crate::db::Conn::Postgres(conn) => insert().execute(conn),
                $crate::db::Conn::Mysql(conn) => insert().execute(conn),
            });
        }
        done.map(drop)
    }};
}
pub(crate) use insert_all;

/// Inserts a row, or changes the one that has its key, in one statement, which the engines word differently: two that
/// find the row there and then both change it would wait for each other on MySQL. Gives a `QueryResult<usize>`.
macro_rules! insert_or_change {
    ($conn:expr, $table:expr, $key:expr, $row:expr, $change:expr) => {{
        let insert = diesel::insert_into($table).values($row);
        match $conn {
            $crate::db::Conn::Sqlite(conn) => insert.on_conflict($key).do_update().set($change).execute(conn),
            $crate::db::Conn::Postgres(conn) => {
                insert.on_conflict($key).do_update().set($change).execute(conn)
            }
            $crate::db::Conn::Mysql(conn) => {
                insert.on_conflict(diesel::dsl::DuplicatedKeys).do_update().set($change).execute(conn)
            }
        }
    }};
}
pub(crate) use insert_or_change;

/// Runs `work` in a transaction that sees one state of the database throughout.
pub fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    conn.transaction(|conn| {
        // SQLite and MySQL read from a snapshot as they are set up; PostgreSQL has to be asked.
        if let Conn::Postgres(postgres) = conn {
            postgres.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        }
        work(conn)
    })
}

/// Runs `work` in a transaction that may write: a savepoint inside another one.
///
/// On SQLite the outermost begins IMMEDIATE: a transaction that reads first and writes later
/// would be refused when another writer came between.
pub fn write<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let depth = Conn::transaction_manager_status_mut(conn).transaction_depth()?;
    let outermost = depth.is_none();
    match conn {
        Conn::Sqlite(sqlite) if outermost => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
        }
        Conn::Mysql(mysql) if outermost => {
            // A writer that reads what is there now waits for others, instead of locking the gaps between rows.
            mysql.batch_execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
            Conn::begin_transaction(conn)?;
        }
        _ => Conn::begin_transaction(conn)?,
    }
    match work(conn) {
        Ok(value) => {
            Conn::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            Conn::rollback_transaction(conn)?;
            Err(error)
        }
    }
}

/// Whether `insert` wrote its row; it does not if another with its key is there already. Call it inside `write`.
///
/// In a savepoint, since PostgreSQL gives up a transaction at its first error.
pub fn inserted(conn: &mut Conn, insert: impl FnOnce(&mut Conn) -> QueryResult<usize>) -> Result<bool> {
    let mut there = false;
    let done = write(conn, |conn| {
        insert(conn).map(drop).map_err(|error| {
            there = matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _));
            Error::from(error)
        })
    });
    if there { Ok(false) } else { done.map(|()| true) }
}
