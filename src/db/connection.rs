//! One connection type for three engines, chosen by the scheme of the database's address.

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection,
    TransactionManager,
};
use diesel::internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper};
use diesel::migration::MigrationConnection;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{ConnectionResult, PgConnection, QueryResult, SqliteConnection};
use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use std::path::{Path, PathBuf};

/// A connection to whichever engine the site runs on. Queries are written once, against this type.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    Mysql(MysqlConnection),
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq)]
pub enum Address {
    Sqlite(PathBuf),
    Postgres(String),
    Mysql(String),
}

impl Address {
    /// Reads a `DATABASE_URL`: `sqlite:path`, `postgres://…` or `mysql://…`.
    ///
    /// # Errors
    /// A sentence for whoever set it; it does not repeat the address, which may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        match scheme {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() {
                    return Err("DATABASE_URL names no file; write sqlite:data/waymark.sqlite".into());
                }
                Ok(Address::Sqlite(path.into()))
            }
            "postgres" | "postgresql" => Ok(Address::Postgres(url.to_owned())),
            "mysql" | "mariadb" => Ok(Address::Mysql(format!("mysql:{rest}"))),
            _ => Err(
                "DATABASE_URL starts with a scheme that is not known here; \
                 write sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE or mysql://USER:PASSWORD@HOST/DATABASE"
                    .into(),
            ),
        }
    }

    /// The engine's name, for sentences.
    pub fn engine(&self) -> &'static str {
        match self {
            Address::Sqlite(_) => "SQLite",
            Address::Postgres(_) => "PostgreSQL",
            Address::Mysql(_) => "MySQL/MariaDB",
        }
    }

    /// Opens a connection and sets it up as every query here expects it.
    pub fn connect(&self) -> ConnectionResult<Conn> {
        let (mut conn, setup): (Conn, &[&str]) = match self {
            Address::Sqlite(path) => (
                Conn::Sqlite(SqliteConnection::establish(&path.to_string_lossy())?),
                // busy_timeout first: switching to WAL may itself meet a lock.
                &[
                    "PRAGMA busy_timeout = 5000",
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA foreign_keys = ON",
                ],
            ),
            Address::Postgres(url) => (
                Conn::Postgres(PgConnection::establish(&with_connect_timeout(url))?),
                &[
                    "SET TIME ZONE 'UTC'",
                    "SET statement_timeout = '30s'",
                    "SET client_min_messages = warning",
                ],
            ),
            Address::Mysql(url) => (
                Conn::Mysql(MysqlConnection::establish(url)?),
                &[
                    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
                    "SET SESSION time_zone = '+00:00'",
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'",
                    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                ],
            ),
        };
        for statement in setup {
            conn.batch_execute(statement).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(conn)
    }
}

/// libpq waits for a silent host for minutes unless told otherwise; two seconds is its least.
fn with_connect_timeout(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let join = if url.contains('?') { '&' } else { '?' };
    format!("{url}{join}connect_timeout=2")
}

/// Opens connections for the pool and tells which are still good.
pub struct Manager(pub Address);

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        if let Address::Sqlite(path) = &self.0 {
            // SQLite would make an empty file where the database was.
            present(path)?;
        }
        self.0.connect().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        if let Address::Sqlite(path) = &self.0 {
            // An open file that was moved away still takes writes, which then are lost.
            return present(path);
        }
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

fn present(path: &Path) -> Result<(), diesel::r2d2::Error> {
    if path.exists() {
        return Ok(());
    }
    let said = format!("the database file {} is not there", path.display());
    Err(diesel::r2d2::Error::ConnectionError(diesel::ConnectionError::BadConnection(said)))
}

/// The client for MySQL and MariaDB: pure Rust and asynchronous inside, so that no C library is needed;
/// each call blocks its thread, and must not be made on an asynchronous one.
pub struct MysqlConnection {
    inner: AsyncConnectionWrapper<AsyncMysqlConnection>,
    transactions: AnsiTransactionManager,
}

impl SimpleConnection for MysqlConnection {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.inner.batch_execute(query)
    }
}

impl ConnectionSealed for MysqlConnection {}

impl Connection for MysqlConnection {
    type Backend = diesel::mysql::Mysql;
    type TransactionManager = AnsiTransactionManager;

    fn establish(url: &str) -> ConnectionResult<Self> {
        Ok(MysqlConnection {
            inner: AsyncConnectionWrapper::establish(url)?,
            transactions: AnsiTransactionManager::default(),
        })
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Self::Backend> + QueryId,
    {
        self.inner.execute_returning_count(source)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}

impl LoadConnection for MysqlConnection {
    type Cursor<'conn, 'query> =
        <AsyncConnectionWrapper<AsyncMysqlConnection> as LoadConnection>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> =
        <AsyncConnectionWrapper<AsyncMysqlConnection> as LoadConnection>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Self::Backend> + QueryId + 'query,
        Self::Backend: diesel::expression::QueryMetadata<T::SqlType>,
    {
        self.inner.load(source)
    }
}

impl R2D2Connection for MysqlConnection {
    fn ping(&mut self) -> QueryResult<()> {
        self.batch_execute("SELECT 1")
    }

    fn is_broken(&mut self) -> bool {
        AnsiTransactionManager::is_broken_transaction_manager(self)
    }
}

impl MigrationConnection for MysqlConnection {
    fn setup(&mut self) -> QueryResult<usize> {
        self.inner.setup()
    }
}

impl MultiConnectionHelper for MysqlConnection {
    fn to_any<'a>(lookup: &mut ()) -> &mut (dyn std::any::Any + 'a) {
        lookup
    }

    fn from_any(lookup: &mut dyn std::any::Any) -> Option<&mut ()> {
        lookup.downcast_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_follows_the_scheme() {
        let engine = |url| Address::parse(url).unwrap().engine();
        assert_eq!(engine("sqlite:data/waymark.sqlite"), "SQLite");
        assert_eq!(engine("postgres://localhost/waymark"), "PostgreSQL");
        assert_eq!(engine("postgresql://localhost/waymark"), "PostgreSQL");
        assert_eq!(engine("mysql://localhost/waymark"), "MySQL/MariaDB");
        assert_eq!(engine("mariadb://localhost/waymark"), "MySQL/MariaDB");
    }

    #[test]
    fn an_unknown_scheme_is_refused_without_repeating_the_password() {
        for url in ["oracle://bob:secret@host/db", "waymark.sqlite", "", "C:\\secret\\db"] {
            let told = Address::parse(url).unwrap_err();
            assert!(told.contains("postgres://USER:PASSWORD@HOST/DATABASE"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
