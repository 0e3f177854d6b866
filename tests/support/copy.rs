//! Copies of a database that was prepared once: making the tables and reading the guide in takes seconds.

use super::engine::{Engine, database, scratch, shared_server};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use waymark::config::Config;
use waymark::db::{Address, Conn};

/// The address of a database of one's own with the shipped guide in it. None, said aloud, where the engine is not
/// installed.
pub fn guide() -> Option<String> {
    static FIRST: OnceLock<Option<First>> = OnceLock::new();
    FIRST.get_or_init(First::prepare).as_ref().map(First::copy)
}

/// Takes a copy away: hundreds of them would fill a disk.
pub fn discard(url: &str) {
    if let Some(file) = url.strip_prefix("sqlite:") {
        std::fs::remove_dir_all(Path::new(file).parent().unwrap()).unwrap();
        return;
    }
    let name = url.rsplit('/').next().unwrap();
    let force = if Engine::of_this_run() == Engine::Postgres { " WITH (FORCE)" } else { "" };
    shared_server().unwrap().execute(&format!("DROP DATABASE {name}{force}"));
}

/// The one that is copied.
struct First {
    url: String,
    /// What makes a copy in an empty database, where the engine has no words for it.
    sql: String,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text, column_name = "Create Table")]
    sql: String,
}

impl First {
    fn prepare() -> Option<First> {
        let url = match Engine::of_this_run() {
            // Not one that is being written to: all of it has to stand in one file.
            Engine::Sqlite => format!("sqlite:{}", scratch().join("first.sqlite").display()),
            _ => database()?,
        };
        let data = scratch();
        let config = Config::read(|name| match name {
            "DATABASE_URL" => Some(url.clone()),
            "WAYMARK_DATA" => Some(data.display().to_string()),
            _ => None,
        });
        let mut prepared = waymark::commands::prepare_guide(&config.unwrap()).unwrap();
        let sql = match Engine::of_this_run() {
            Engine::Sqlite => {
                prepared.conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
                String::new()
            }
            Engine::Postgres => String::new(),
            Engine::Mariadb => every_table(&mut prepared.conn, url.rsplit('/').next().unwrap()),
        };
        Some(First { url, sql })
    }

    fn copy(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let first = self.url.rsplit('/').next().unwrap();
        match Engine::of_this_run() {
            Engine::Sqlite => {
                let file = scratch().join("waymark.sqlite");
                let first = PathBuf::from(self.url.strip_prefix("sqlite:").unwrap());
                std::fs::copy(first, &file).unwrap();
                format!("sqlite:{}", file.display())
            }
            Engine::Postgres => {
                let name = format!("copy_{}", COUNT.fetch_add(1, Ordering::Relaxed));
                let server = shared_server().unwrap();
                server.execute(&format!("CREATE DATABASE {name} TEMPLATE {first}"));
                server.named(&name)
            }
            Engine::Mariadb => {
                let url = database().unwrap();
                Address::parse(&url).unwrap().connect().unwrap().batch_execute(&self.sql).unwrap();
                url
            }
        }
    }
}

/// What makes every table of a database again in another, and fills it.
fn every_table(conn: &mut Conn, database: &str) -> String {
    let tables = format!(
        "SELECT CAST(table_name AS CHAR) AS name FROM information_schema.tables WHERE table_schema = '{database}'"
    );
    let tables: Vec<Named> = diesel::sql_query(tables).load(conn).unwrap();
    let mut sql = String::from("SET FOREIGN_KEY_CHECKS = 0;");
    for Named { name } in tables {
        let made: Made = diesel::sql_query(format!("SHOW CREATE TABLE {name}")).get_result(conn).unwrap();
        sql += &format!("{};INSERT INTO {name} SELECT * FROM {database}.{name};", made.sql);
    }
    sql
}
