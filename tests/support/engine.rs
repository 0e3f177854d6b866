//! The database engine of this run, its server where it has one, and databases of a test's own.

use super::until;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use waymark::db::Address;

/// Chosen by `WAYMARK_TEST_DATABASE`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mariadb,
}

impl Engine {
    pub fn of_this_run() -> Engine {
        match std::env::var("WAYMARK_TEST_DATABASE").as_deref() {
            Err(_) | Ok("" | "sqlite") => Engine::Sqlite,
            Ok("postgres") => Engine::Postgres,
            Ok("mariadb") => Engine::Mariadb,
            Ok(other) => panic!("WAYMARK_TEST_DATABASE is {other}; write sqlite, postgres or mariadb"),
        }
    }

    /// The Debian package of the server.
    fn package(self) -> &'static str {
        match self {
            Engine::Sqlite => "nothing",
            Engine::Postgres => "postgresql",
            Engine::Mariadb => "mariadb-server",
        }
    }
}

/// The address of an empty database for one test. None, said aloud, where the engine is not installed.
pub fn database() -> Option<String> {
    if Engine::of_this_run() == Engine::Sqlite {
        return Some(format!("sqlite:{}", scratch().join("waymark.sqlite").display()));
    }
    shared_server().map(Server::database)
}

/// The server that the tests of a binary share.
pub(super) fn shared_server() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    SHARED.get_or_init(|| Server::start(&[])).as_ref()
}

/// Without the server there is no test, which is a failure where all are wanted.
fn skipped<T>() -> Option<T> {
    skipped_for(Engine::of_this_run().package())
}

/// The same for want of another package.
pub fn skipped_for<T>(package: &str) -> Option<T> {
    let strict = std::env::var("WAYMARK_TEST_STRICT").is_ok_and(|value| value == "1");
    assert!(!strict, "WAYMARK_TEST_STRICT=1, and not all is here: install {package}");
    // Not by println!, which is shown for failures only.
    let _ = writeln!(std::io::stderr(), "SKIPPED: install {package}");
    None
}

/// A new folder that is taken away when the tests end, however they end.
pub fn scratch() -> PathBuf {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let root = ROOT.get_or_init(|| {
        let root = temporary();
        // The shell reads until this process is gone and its end of the pipe with it.
        let guard = Command::new("sh")
            .args(["-c", "read -r _; rm -rf \"$0\""])
            .arg(&root)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        std::mem::forget(guard);
        root
    });
    let folder = root.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
    fs::create_dir(&folder).unwrap();
    folder
}

fn temporary() -> PathBuf {
    tempfile::Builder::new().prefix("waymark-test-").tempdir().unwrap().keep()
}

/// A port that nobody listens on, below those that the system hands out by itself.
pub fn free_port() -> u16 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = COUNT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (std::process::id() * 61 + step) % 12_000;
        if TcpListener::bind(("127.0.0.1", port as u16)).is_ok() {
            return port as u16;
        }
    }
}

/// A database server of our own, on loopback, in a temporary folder; it ends with this process.
pub struct Server {
    engine: Engine,
    folder: PathBuf,
    port: u16,
    options: Vec<String>,
    guard: Option<Child>,
}

impl Server {
    /// Starts the engine of this run with further `options`; none if it is not installed.
    pub fn start(options: &[&str]) -> Option<Server> {
        let engine = Engine::of_this_run();
        let folder = temporary();
        if as_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let prepared = match engine {
            Engine::Sqlite => panic!("SQLite has no server"),
            Engine::Postgres => prepare_postgres(&folder),
            Engine::Mariadb => prepare_mariadb(&folder),
        };
        if !prepared {
            fs::remove_dir_all(&folder).unwrap();
            return skipped();
        }
        let options = options.iter().map(|o| (*o).to_owned()).collect();
        let mut server = Server { engine, folder, port: free_port(), options, guard: None };
        server.start_again();
        Some(server)
    }

    /// Starts it where it was stopped.
    pub fn start_again(&mut self) {
        let (folder, port) = (self.folder.display(), self.port);
        let (program, signal, mut arguments): (&str, &str, Vec<String>) = match self.engine {
            Engine::Postgres => {
                let settings = format!(
                    "-D {folder}/data -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
                     -c fsync=off -c full_page_writes=off -c log_min_messages=error"
                );
                ("postgres", "INT", settings.split(' ').map(str::to_owned).collect())
            }
            _ => {
                let settings = format!(
                    "--no-defaults --datadir={folder}/data --tmpdir={folder} --port={port} --bind-address=127.0.0.1 \
                     --socket={folder}/socket --pid-file={folder}/pid --init-file={folder}/init.sql \
                     --skip-name-resolve --skip-log-bin --innodb-flush-log-at-trx-commit=0 \
                     --innodb-buffer-pool-size=64M --innodb-file-per-table=0 --innodb-stats-persistent=0 \
                     --innodb-doublewrite=0 --innodb-flush-method=nosync --sync-frm=0"
                );
                ("mariadbd", "TERM", settings.split_whitespace().map(str::to_owned).collect())
            }
        };
        arguments.extend(self.options.iter().cloned());
        // The shell stops the server on a word from us, or when our end of the pipe is gone and we with it.
        const WATCH: &str = r#"folder=$1 signal=$2; shift 2
            "$@" >>"$folder/log" 2>&1 & server=$!
            read -r word
            kill -"$signal" $server; wait $server
            [ "$word" = stop ] || rm -rf "$folder""#;
        let guard = unprivileged("sh")
            .args(["-c", WATCH, "watch"])
            .arg(&self.folder)
            .arg(signal)
            .arg(found(program).unwrap())
            .args(arguments)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        self.guard = Some(guard);
        let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        until(&format!("{program} to start"), || {
            TcpListener::bind(("127.0.0.1", self.port)).is_err() && self.answers()
        });
        assert!(!log().contains("Aborting"), "{}", log());
    }

    /// Stops it; its data stay.
    pub fn stop(&mut self) {
        let mut guard = self.guard.take().unwrap();
        guard.stdin.take().unwrap().write_all(b"stop\n").unwrap();
        guard.wait().unwrap();
    }

    fn answers(&self) -> bool {
        match Address::parse(&self.url(Self::OWNER, Self::FIRST)).unwrap().connect() {
            Ok(_) => true,
            // Also an answer. MariaDB words it so when it demands TLS.
            Err(error) => error.to_string().contains("Access denied"),
        }
    }

    /// Who may do everything; `locked` has a password.
    const OWNER: &str = "waymark";
    /// A database that is there from the start.
    const FIRST: &str = "first";

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name}"));
        self.named(&name)
    }

    /// The address of a database of this server for its owner.
    pub fn named(&self, database: &str) -> String {
        self.url(Self::OWNER, database)
    }

    /// The address of a database of this server for somebody, given as `name` or `name:password`.
    pub fn url(&self, who: &str, database: &str) -> String {
        let scheme = if self.engine == Engine::Postgres { "postgres" } else { "mysql" };
        format!("{scheme}://{who}@127.0.0.1:{}/{database}", self.port)
    }

    pub fn execute(&self, sql: &str) {
        use diesel::connection::SimpleConnection;
        let address = Address::parse(&self.named(Self::FIRST)).unwrap();
        address.connect().unwrap().batch_execute(sql).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut guard) = self.guard.take() {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
        // Still there if it was stopped before.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn prepare_postgres(folder: &Path) -> bool {
    let Some(initdb) = found("initdb") else {
        return false;
    };
    let data = folder.join("data");
    run(unprivileged(initdb).arg("-D").arg(&data).args([
        "-U",
        Server::OWNER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]));
    let rules = "hostssl all tls 127.0.0.1/32 trust\n\
                 host all locked 127.0.0.1/32 scram-sha-256\n\
                 host all waymark 127.0.0.1/32 trust\n";
    fs::write(data.join("pg_hba.conf"), rules).unwrap();
    // Without a listener, so that nobody comes before the roles are there.
    let first =
        "CREATE ROLE locked LOGIN PASSWORD 'right';\nCREATE ROLE tls LOGIN;\nCREATE DATABASE first;\n";
    let mut single = unprivileged(found("postgres").unwrap())
        .arg("--single")
        .arg("-D")
        .arg(&data)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    single.stdin.take().unwrap().write_all(first.as_bytes()).unwrap();
    assert!(single.wait().unwrap().success());
    true
}

fn prepare_mariadb(folder: &Path) -> bool {
    let Some(install) = found("mariadb-install-db").filter(|_| found("mariadbd").is_some()) else {
        return false;
    };
    // Its temporary tables are named by process number alone: in a shared folder two of them would meet.
    run(unprivileged(install)
        .env("TMPDIR", folder)
        .arg("--no-defaults")
        .arg(format!("--datadir={}/data", folder.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]));
    let first = "CREATE DATABASE IF NOT EXISTS first;\n\
                 CREATE USER IF NOT EXISTS waymark@127.0.0.1;\n\
                 GRANT ALL ON *.* TO waymark@127.0.0.1;\n\
                 CREATE USER IF NOT EXISTS locked@127.0.0.1 IDENTIFIED BY 'right';\n";
    fs::write(folder.join("init.sql"), first).unwrap();
    true
}

/// A program in the path or where Debian keeps servers.
fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.push("/usr/sbin".into());
    folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The user who owns nothing; the servers refuse to run as root.
const NOBODY: u32 = 65534;

fn as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn unprivileged(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if as_root() {
        command.uid(NOBODY).gid(NOBODY).env("HOME", "/");
    }
    command
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&done.stderr));
}
