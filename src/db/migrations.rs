//! Migrations: one text for three engines, run under a lock by whichever process comes first.
//!
//! Where the engines' words differ, the text holds a placeholder: `{long_text}`, `{table}`, `{on_outbox}`.

use super::connection::{Address, Conn};
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion};
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_migrations::MigrationHarness;
use std::fmt;
use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

#[derive(rust_embed::RustEmbed)]
#[folder = "migrations"]
#[include = "*/up.sql"]
struct Texts;

/// A folder of `migrations/`: its name is its version.
struct Step {
    name: String,
    sql: String,
}

impl Step {
    /// All steps that this program knows, in order, in the words of one engine.
    fn all(address: &Address) -> Vec<Step> {
        let (long_text, table, on_outbox) = match address {
            Address::Sqlite(_) | Address::Postgres(_) => ("TEXT", "", ""),
            // TEXT ends at 64 KB there; and names, keys and tokens are compared byte by byte everywhere else.
            Address::Mysql(_) => (
                "MEDIUMTEXT",
                "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                // An index is dropped from a table there.
                "ON outbox",
            ),
        };
        let mut names: Vec<_> = Texts::iter().collect();
        names.sort();
        let text = |path: &str| {
            let file = Texts::get(path).map(|f| f.data.into_owned()).unwrap_or_default();
            String::from_utf8_lossy(&file)
                .replace("{long_text}", long_text)
                .replace("{table}", table)
                .replace("{on_outbox}", on_outbox)
        };
        names
            .iter()
            .map(|path| Step { name: path.trim_end_matches("/up.sql").to_owned(), sql: text(path) })
            .collect()
    }

    fn version(&self) -> MigrationVersion<'_> {
        self.name.split_once('_').map_or(self.name.as_str(), |(version, _)| version).replace('-', "").into()
    }
}

type Backend = <Conn as Connection>::Backend;

impl Migration<Backend> for Step {
    fn run(
        &self,
        conn: &mut dyn diesel::connection::BoxableConnection<Backend>,
    ) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(&self.sql)?)
    }

    fn revert(
        &self,
        _: &mut dyn diesel::connection::BoxableConnection<Backend>,
    ) -> diesel::migration::Result<()> {
        Err("migrations go one way; restore a backup to go back".into())
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &InTransaction
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        Step::version(self)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

struct InTransaction;

impl MigrationMetadata for InTransaction {
    fn run_in_transaction(&self) -> bool {
        true
    }
}

/// A connection to a database that is up to date, and the lock that keeps other starting processes waiting.
pub struct Prepared {
    pub conn: Conn,
    _lock: Option<File>,
}

impl Drop for Prepared {
    /// A session that ends lets go of its lock, but the MySQL client may leave its session open for a while.
    fn drop(&mut self) {
        if let Conn::Mysql(_) = &self.conn {
            let _ = diesel::sql_query(format!("SELECT RELEASE_LOCK({MYSQL_LOCK})")).execute(&mut self.conn);
        }
    }
}

/// Opens the database, brings its tables up to date, and holds the start-up lock until the result is dropped.
///
/// # Errors
/// A sentence for whoever starts the program. Nothing was created or changed in that case,
/// unless it says that a migration failed half-way.
pub fn prepare(address: &Address) -> Result<Prepared, String> {
    let lock = match address {
        Address::Sqlite(path) => Some(lock_file(&path.with_extension("lock"))?),
        _ => None,
    };
    let mut conn = address.connect().map_err(|e| refusal(address, &e.to_string()))?;
    lock_server(&mut conn)?;
    migrate(&mut conn, &Step::all(address))?;
    Ok(Prepared { conn, _lock: lock })
}

/// How long a second process waits for the first one's migrations.
const LOCK_SECONDS: u64 = 60;

/// The lock's name: locks are the server's there, not the database's, and names end at 64 characters.
const MYSQL_LOCK: &str = "CONCAT('waymark-', SHA1(DATABASE()))";

fn lock_file(path: &std::path::Path) -> Result<File, String> {
    let cannot = |e: std::io::Error| format!("The file {} cannot be opened: {e}.", path.display());
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(cannot)?;
    let until = Instant::now() + Duration::from_secs(LOCK_SECONDS);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(e)) => return Err(cannot(e)),
            Err(TryLockError::WouldBlock) if Instant::now() > until => {
                return Err(waited());
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn waited() -> String {
    format!(
        "Another process has been preparing this database for {LOCK_SECONDS} seconds; try again when it is done."
    )
}

/// Held by the session: it ends with the connection, however the process ends.
fn lock_server(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(postgres) => postgres
            .batch_execute(&format!(
                "SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = 0; SELECT pg_advisory_lock(7719260871530)"
            ))
            .map_err(|_| waited()),
        Conn::Mysql(_) => {
            #[derive(QueryableByName)]
            struct Got {
                #[diesel(sql_type = diesel::sql_types::Nullable<Integer>)]
                got: Option<i32>,
            }
            let asked = format!("SELECT CAST(GET_LOCK({MYSQL_LOCK}, {LOCK_SECONDS}) AS SIGNED INTEGER) AS got");
            match diesel::sql_query(asked).get_result::<Got>(conn) {
                Ok(Got { got: Some(1) }) => Ok(()),
                _ => Err(waited()),
            }
        }
    }
}

diesel::table! {
    /// A step that was begun and not ended; only an engine that commits each change of a table by itself leaves one.
    waymark_migration_begun (version) {
        version -> Text,
    }
}

fn migrate(conn: &mut Conn, known: &[Step]) -> Result<(), String> {
    let said = |e: &dyn fmt::Display| format!("The tables of the database cannot be read: {e}.");
    let applied = if has_migrations_table(conn) {
        conn.applied_migrations().map_err(|e| said(&e))?
    } else {
        Vec::new()
    };
    if applied.iter().any(|version| known.iter().all(|step| step.version() != *version)) {
        return Err(
            "The database is newer than this program: start the newer waymark, or use another database."
                .into(),
        );
    }
    let pending: Vec<_> = known.iter().filter(|step| !applied.contains(&step.version())).collect();
    if pending.is_empty() {
        return Ok(());
    }
    let by_itself = matches!(conn, Conn::Mysql(_));
    if by_itself {
        refuse_half_done(conn)?;
    }
    MigrationHarness::<Backend>::applied_migrations(conn).map_err(|e| said(&e))?;
    for step in pending {
        let begun = step.version().to_string();
        if by_itself {
            diesel::insert_into(waymark_migration_begun::table)
                .values(waymark_migration_begun::version.eq(&begun))
                .execute(conn)
                .map_err(|e| said(&e))?;
        }
        conn.run_migration(step).map_err(|e| format!("The migration {step} failed: {e}."))?;
        if by_itself {
            diesel::delete(waymark_migration_begun::table).execute(conn).map_err(|e| said(&e))?;
        }
    }
    Ok(())
}

fn refuse_half_done(conn: &mut Conn) -> Result<(), String> {
    let cannot =
        |e: diesel::result::Error| format!("The database does not let the program make tables: {e}.");
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS waymark_migration_begun (version VARCHAR(50) NOT NULL PRIMARY KEY)",
    )
    .map_err(cannot)?;
    let begun: Vec<String> =
        waymark_migration_begun::table.select(waymark_migration_begun::version).load(conn).map_err(cannot)?;
    match begun.first() {
        None => Ok(()),
        Some(version) => Err(format!(
            "Migration {version} stopped half-way, and this engine cannot take it back: \
             restore the backup made before it (or, on a new database, drop it and create it again), then start again."
        )),
    }
}

fn has_migrations_table(conn: &mut Conn) -> bool {
    // In a savepoint: PostgreSQL gives up a transaction at its first error.
    conn.transaction(|conn| {
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations LIMIT 1").execute(conn)
    })
    .is_ok()
}

/// What went wrong while connecting, without the address, which may hold a password.
fn refusal(address: &Address, cause: &str) -> String {
    let engine = address.engine();
    let cause_lower = cause.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| cause_lower.contains(w));
    if let Address::Sqlite(path) = address {
        return format!("The database file {} cannot be used: {}.", path.display(), first_line(cause));
    }
    if says(&[
        "no encryption",
        "require_secure_transport",
        "requires ssl",
        "insecure transport",
        "ssl is required",
    ]) {
        return format!(
            "The {engine} server demands TLS, which this build does not speak: \
             allow an unencrypted connection on a private network, or reach the server through a local TLS proxy."
        );
    }
    if says(&["password", "authentication", "access denied"]) {
        // MariaDB answers a plain connection that it demands to be encrypted as it does a wrong password.
        let or_tls = match address {
            Address::Mysql(_) => ", or it demands TLS, which this build does not speak",
            _ => "",
        };
        return format!("The {engine} server refused the name or the password in DATABASE_URL{or_tls}.");
    }
    if says(&["does not exist", "unknown database"]) {
        return format!(
            "The {engine} server has no such database or user; create the database that DATABASE_URL names."
        );
    }
    format!("The {engine} server in DATABASE_URL cannot be reached: {}.", first_line(cause))
}

fn first_line(cause: &str) -> &str {
    cause.lines().next().unwrap_or_default().trim_end_matches('.')
}
