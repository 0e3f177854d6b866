//! The program as whoever runs it meets it: starting, ending, refusing, importing and exporting.

use crate::support::{
    Answer, Engine, Program, ROLE, Server, content, database, files, folder_of, free_port, guide_with,
    scratch, waymark,
};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use waymark::db::schema::{guide, guide_changes};
use waymark::db::{self, Address, Conn};

fn connect(url: &str) -> Conn {
    Address::parse(url).unwrap().connect().unwrap()
}

/// Runs a command to its end: exit status, what it says and what it complains about.
fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let done = waymark(arguments, settings).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

/// The one sentence with which the program refuses to start, having made nothing.
#[track_caller]
fn refusal(settings: &[(&str, &str)]) -> String {
    let address = format!("127.0.0.1:{}", free_port());
    let mut command = waymark(&[], settings);
    if settings.iter().all(|(name, _)| *name != "WAYMARK_ADDRESS") {
        command.env("WAYMARK_ADDRESS", &address);
    }
    let folder = command.get_current_dir().unwrap().to_owned();
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(done.stdout.is_empty());
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(files(&folder), [], "something was made");
    said.strip_prefix("waymark: ").unwrap_or_else(|| panic!("{said}")).trim_end().to_owned()
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

fn tables(url: &str) -> Vec<String> {
    let asked = match Engine::of_this_run() {
        Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        Engine::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        }
        Engine::Mariadb => {
            "SELECT CAST(table_name AS CHAR(100)) AS name FROM information_schema.tables \
             WHERE table_schema = DATABASE() ORDER BY table_name"
        }
    };
    let named: Vec<Named> = diesel::sql_query(asked).load(&mut connect(url)).unwrap();
    named.into_iter().map(|table| table.name).collect()
}

/// Whether nothing was made in a database, of which SQLite's is a file.
fn untouched(url: &str) -> bool {
    match url.strip_prefix("sqlite:") {
        Some(file) => !Path::new(file).exists(),
        None => tables(url).is_empty(),
    }
}

mod serving {
    use super::*;

    #[test]
    fn it_prints_one_line_and_the_guide_is_there() {
        let Some(database) = database() else { return };
        let program = Program::serve(&database);

        let page = program.visitor().page(ROLE);

        assert_eq!(page.headings(1), ["Web application backend development"]);
        program.terminate();
        assert_eq!(program.end(), (Some(0), String::new()), "a second line");
    }

    #[test]
    fn it_starts_again_with_everything_that_was_there() {
        let Some(database) = database() else { return };
        let first = Program::serve(&database);
        first.terminate();
        assert_eq!(first.end().0, Some(0));
        let folder = guide_with("skills/java.toml", "statically typed", "duly typed");
        let settings = [("DATABASE_URL", database.as_str())];
        assert_eq!(run(&["import", folder.to_str().unwrap()], &settings).0, 0);

        let second = Program::serve(&database);

        let visitor = second.visitor();
        assert!(visitor.get("/skills/java").text().contains("duly typed"));
        assert_eq!(guide::table.select(guide::revision).first(&mut connect(&database)), Ok(2_i64));
    }

    #[test]
    fn it_shows_what_another_process_publishes_without_being_told() {
        let Some(database) = database() else { return };
        let program = Program::serve(&database);
        let visitor = program.visitor();
        assert!(!visitor.get("/skills/java").text().contains("duly typed"));
        let folder = guide_with("skills/java.toml", "statically typed", "duly typed");

        run(&["import", folder.to_str().unwrap()], &[("DATABASE_URL", &database)]);

        crate::support::until("the publication to be seen", || {
            visitor.get("/skills/java").text().contains("duly typed")
        });
    }

    #[test]
    fn it_can_be_told_to_end_as_soon_as_it_has_said_where_it_is() {
        let Some(database) = database() else { return };

        for _ in 0..5 {
            let program = Program::serve(&database);
            program.terminate();

            assert_eq!(program.end().0, Some(0));
        }
    }

    #[test]
    fn it_finishes_open_requests_when_it_is_told_to_end() {
        let Some(database) = database() else { return };
        let program = Program::serve(&database);
        let visitor = program.visitor();
        let skills: Vec<String> =
            visitor.page("/skills").links().into_iter().filter(|link| link.starts_with("/skills/")).collect();
        // More pages than can be read and rendered at a time, none of them in memory.
        let mut open: Vec<TcpStream> = skills[..12].iter().map(|_| visitor.connect()).collect();
        for (stream, skill) in open.iter_mut().zip(&skills) {
            let request = format!("GET {skill} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).unwrap();
        }
        // The first answers tell that the requests have been taken.
        for stream in open.drain(..4) {
            assert!([200, 503].contains(&Answer::read(stream, false).status));
        }

        program.terminate();

        for stream in open {
            // Where the machine is busy, one may be asked to come again; none is cut off.
            assert!([200, 503].contains(&Answer::read(stream, false).status));
        }
        assert_eq!(program.end().0, Some(0));
    }

    #[test]
    fn it_ends_at_once_though_a_browser_keeps_its_connection() {
        let Some(database) = database() else { return };
        let program = Program::serve(&database);
        let mut idle = program.visitor().connect();
        idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut some = [0; 12];
        idle.read_exact(&mut some).unwrap();
        let begun = std::time::Instant::now();

        program.terminate();

        assert_eq!(program.end().0, Some(0));
        // Not a guess: whoever runs it as a service is promised less than a service manager's patience.
        assert!(begun.elapsed().as_secs() < 10, "it took {:?}", begun.elapsed());
    }

    #[test]
    fn a_second_one_on_the_same_port_says_so_and_leaves_the_database_alone() {
        let (Some(first), Some(second)) = (database(), database()) else { return };
        let program = Program::serve(&first);
        let address = program.address.to_string();

        let told = refusal(&[("DATABASE_URL", &second), ("WAYMARK_ADDRESS", &address)]);

        assert_eq!(
            told,
            format!(
                "{address} is in use, perhaps by another waymark: stop that one, or set WAYMARK_ADDRESS to another port."
            )
        );
        assert!(untouched(&second));
        assert_eq!(program.visitor().get(ROLE).status, 200);
    }

    #[test]
    fn two_that_start_at_once_on_a_fresh_database_both_serve_one_guide() {
        let Some(database) = database() else { return };
        let mut both = [free_port(), free_port()].map(|port| Program::begin(&database, port));

        for program in &mut both {
            assert_eq!(program.line(), format!("http://localhost:{}", program.address.port()));
            assert_eq!(program.visitor().get(ROLE).status, 200);
        }

        let conn = &mut connect(&database);
        assert_eq!(guide::table.select(guide::revision).first(conn), Ok(1_i64));
        let shipped = files(&content()).len() as i64;
        assert_eq!(guide_changes::table.count().first(conn), Ok(shipped));
    }

    #[test]
    fn two_that_start_at_once_in_one_folder_keep_one_secret_that_only_they_can_read() {
        let folder = scratch().join("data");
        let settings = |database: &str, port: u16| {
            let address = format!("127.0.0.1:{port}");
            [("DATABASE_URL", database.to_owned()), ("WAYMARK_ADDRESS", address)]
        };
        let (Some(one), Some(other)) = (database(), database()) else { return };
        let mut both = [one, other].map(|database| {
            let mut command = waymark(&[], &[("WAYMARK_DATA", folder.to_str().unwrap())]);
            command.envs(settings(&database, free_port())).stdout(std::process::Stdio::piped());
            command.spawn().unwrap()
        });

        for program in &mut both {
            let mut first = [0; 4];
            program.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        }

        for mut program in both {
            program.kill().unwrap();
            program.wait().unwrap();
        }
        let kept: Vec<_> = files(&folder).into_iter().filter(|(name, _)| name.contains("secret")).collect();
        assert_eq!(kept.len(), 1, "what was written beside is left");
        assert_eq!((kept[0].0.as_str(), kept[0].1.len()), ("secret", 65));
        let mode = std::fs::metadata(folder.join("secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn two_guides_of_one_server_do_not_wait_for_each_other() {
        let (Some(one), Some(other)) = (database(), database()) else { return };
        // Somebody is preparing the first one and takes a long time over it.
        let preparing = db::prepare(&Address::parse(&one).unwrap()).unwrap();

        let program = Program::serve(&other);

        assert_eq!(program.visitor().get("/").status, 200);
        drop(preparing);
    }
}

mod refusing {
    use super::*;

    #[test]
    fn an_unknown_scheme_says_which_are_known() {
        for url in ["oracle://bob:secret@localhost/guide", "guide.sqlite", "http://localhost/"] {
            let told = refusal(&[("DATABASE_URL", url)]);

            assert!(told.contains("write sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE"), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn a_wrong_setting_says_what_to_write() {
        let told = refusal(&[("WAYMARK_ADDRESS", "0.0.0.0:8080")]);

        assert!(told.contains("set WAYMARK_BASE_URL to the https address"), "{told}");
    }

    #[test]
    fn a_site_for_everyone_on_a_database_server_has_to_be_told_the_secret() {
        let url = ("DATABASE_URL", "postgres://waymark@127.0.0.1/guide");
        let told = refusal(&[url, ("WAYMARK_BASE_URL", "https://guide.example.org")]);

        assert!(told.starts_with("WAYMARK_SECRET is not set"), "{told}");
        assert!(told.contains("write at least 32 bytes"), "{told}");
        let short = refusal(&[("WAYMARK_SECRET", "not long enough")]);
        assert!(
            short.contains("WAYMARK_SECRET has 15 bytes") && !short.contains("not long enough"),
            "{short}"
        );
    }

    /// On an engine with a server: who does not let us in. On SQLite: files that are no database.
    #[test]
    fn a_database_that_cannot_be_used_is_told_in_one_sentence() {
        let Some(database) = database() else { return };
        let cases = match Engine::of_this_run() {
            Engine::Sqlite => files_that_are_no_database(),
            _ => servers_that_do_not_let_us_in(&database),
        };
        for (url, words) in cases {
            let told = refusal(&[("DATABASE_URL", &url)]);

            assert!(told.contains(words), "{url}: {told}");
            assert!(told.ends_with('.') && !told.contains("wrong"), "{url}: {told}");
        }
    }

    fn files_that_are_no_database() -> Vec<(String, &'static str)> {
        let folder =
            folder_of(&[("thesis.txt", "Not a database, and nothing to be overwritten.\n".repeat(40))]);
        let of = |path: &str| format!("sqlite:{}", folder.join(path).display());
        std::fs::create_dir(folder.join("folder")).unwrap();
        vec![
            (of("thesis.txt"), "thesis.txt cannot be used: file is not a database"),
            (of("folder"), "folder cannot be used"),
            (of("thesis.txt/guide.sqlite"), "thesis.txt cannot be made"),
        ]
    }

    fn servers_that_do_not_let_us_in(database: &str) -> Vec<(String, &'static str)> {
        let nobody = format!("127.0.0.1:{}/", free_port());
        let (before, after) = database.split_once("waymark@").unwrap();
        let (there, name) = after.split_once('/').unwrap();
        let as_who = |who: &str| format!("{before}{who}@{there}/{name}");
        vec![
            (format!("{before}waymark@{nobody}{name}"), "server in DATABASE_URL cannot be reached: "),
            (as_who("locked:wrong"), "server refused the name or the password in DATABASE_URL"),
            (as_who("locked"), "server refused the name or the password in DATABASE_URL"),
            (format!("{before}waymark@{there}/atlantis"), "create the database that DATABASE_URL names."),
        ]
    }

    #[test]
    fn a_server_that_demands_tls_is_told_from_one_that_is_away() {
        let Some(database) = database() else { return };
        match Engine::of_this_run() {
            // No server, nothing to encrypt. What is refused is an address that looks like a server's.
            Engine::Sqlite => {
                let told = refusal(&[("DATABASE_URL", "sqlite3://host/guide?sslmode=require")]);
                assert!(told.contains("write sqlite:FILE"), "{told}");
            }
            Engine::Postgres => {
                let told = refusal(&[("DATABASE_URL", &database.replace("waymark@", "tls@"))]);
                assert!(told.starts_with("The PostgreSQL server demands TLS"), "{told}");
            }
            // It answers as it does to a wrong password, so both have to be said.
            Engine::Mariadb => {
                let Some(server) = Server::start(&["--require-secure-transport=ON"]) else { return };
                let told = refusal(&[("DATABASE_URL", &server.url("waymark", "first"))]);
                assert!(told.contains("the password") && told.contains("demands TLS"), "{told}");
            }
        }
    }

    #[test]
    fn a_database_newer_than_the_program_is_left_as_it_is() {
        let Some(database) = database() else { return };
        drop(db::prepare(&Address::parse(&database).unwrap()).unwrap());
        let later = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";
        connect(&database).batch_execute(later).unwrap();
        let before = tables(&database);

        let told = refusal(&[("DATABASE_URL", &database)]);

        assert_eq!(
            told,
            "The database is newer than this program: start the newer waymark, or use another database."
        );
        assert_eq!(tables(&database), before);
        assert_eq!(guide::table.select(guide::revision).first(&mut connect(&database)), Ok(0_i64));
    }

    #[test]
    fn a_migration_that_fails_is_taken_back_or_said_to_be_half_done() {
        let Some(database) = database() else { return };
        connect(&database).batch_execute("CREATE TABLE figures (of_somebody_else INTEGER)").unwrap();

        let told = refusal(&[("DATABASE_URL", &database)]);

        assert!(told.starts_with("The migration 2026-11-20-000001_guide failed: "), "{told}");
        assert!(told.contains("figures"), "{told}");
        let again = refusal(&[("DATABASE_URL", &database)]);
        if Engine::of_this_run() == Engine::Mariadb {
            assert!(again.starts_with("Migration 20261120000001 stopped half-way"), "{again}");
            assert!(again.contains("restore the backup made before it"), "{again}");
        } else {
            assert_eq!(again, told);
            assert!(!tables(&database).contains(&"guide".to_owned()), "{:?}", tables(&database));
        }
    }

    #[test]
    fn a_migration_that_was_cut_off_is_not_begun_again() {
        let Some(database) = database() else { return };
        // As a power cut leaves it: begun and not ended, where the engine cannot take it back; else nothing.
        let left = "CREATE TABLE waymark_migration_begun (version VARCHAR(50) NOT NULL PRIMARY KEY); \
                    INSERT INTO waymark_migration_begun VALUES ('20261120000001')";
        if Engine::of_this_run() != Engine::Mariadb {
            connect(&database).batch_execute("CREATE TABLE other (x INTEGER); DROP TABLE other").unwrap();
            let program = Program::serve(&database);
            assert_eq!(program.visitor().get("/").status, 200);
            return;
        }
        connect(&database).batch_execute(left).unwrap();

        let told = refusal(&[("DATABASE_URL", &database)]);

        assert!(told.starts_with("Migration 20261120000001 stopped half-way"), "{told}");
        assert_eq!(tables(&database), ["waymark_migration_begun"]);
    }
}

mod each_command {
    use super::*;

    #[test]
    fn each_explains_itself() {
        for (arguments, words) in [
            (vec!["--help"], "Exit status: 0 done, 1 refused with a sentence, 2 wrong usage."),
            (vec!["serve", "--help"], "Serve the site"),
            (vec!["import", "--help"], "all of them, or none if one has a mistake"),
            (vec!["export", "--help"], "A folder that is empty or does not exist yet"),
            (vec!["reports", "--help"], "what readers found wrong"),
            (vec!["reports", "close", "--help"], "so answer first"),
            (vec!["searches", "--help"], "looked for in the last 30 days and not found"),
            (vec!["check-resources", "--help"], "whether they still answer"),
        ] {
            let (status, said, complained) = run(&arguments, &[]);

            assert_eq!((status, complained.as_str()), (0, ""), "{arguments:?}");
            assert!(said.contains(words), "{arguments:?}: {said}");
        }
    }

    #[test]
    fn wrong_usage_ends_with_2_and_makes_nothing() {
        for arguments in [
            vec!["sing"],
            vec!["import"],
            vec!["export"],
            vec!["import", "a", "b"],
            vec!["--loud"],
            vec!["serve", "x"],
            vec!["reports", "close"],
            vec!["reports", "open", "x"],
        ] {
            let mut command = waymark(&arguments, &[]);
            let folder = command.get_current_dir().unwrap().to_owned();
            let done = command.output().unwrap();

            assert_eq!(done.status.code(), Some(2), "{arguments:?}");
            assert!(String::from_utf8(done.stderr).unwrap().contains("Usage: waymark"), "{arguments:?}");
            assert_eq!(files(&folder), []);
        }
    }

    #[test]
    fn export_writes_the_guide_and_import_takes_it_back() {
        let Some(database) = database() else { return };
        let settings = [("DATABASE_URL", database.as_str())];
        let folder = scratch().join("new");
        let place = folder.to_str().unwrap();

        let (status, said, complained) = run(&["export", place], &settings);

        let count = files(&content()).len();
        assert_eq!((status, said), (0, format!("{count} files are in {place}.\n")), "{complained}");
        assert!(files(&folder) == files(&content()));
        let (status, said, _) = run(&["import", place], &settings);
        assert_eq!(
            (status, said),
            (0, format!("Nothing has changed: all {count} files are in the guide as they are.\n"))
        );
        let (status, _, complained) = run(&["export", place], &settings);
        assert_eq!(status, 1);
        assert!(complained.contains("name an empty folder, or one that does not exist yet"), "{complained}");
    }

    #[test]
    fn import_says_what_it_published() {
        let Some(database) = database() else { return };
        let settings = [("DATABASE_URL", database.as_str())];
        run(&["export", scratch().to_str().unwrap()], &settings);
        let folder = guide_with("skills/java.toml", "statically typed", "duly typed");

        let (status, said, _) = run(&["import", folder.to_str().unwrap()], &settings);

        assert_eq!((status, said.as_str()), (0, "revised  skill java\nThe guide is at revision 2.\n"));
    }

    #[test]
    fn import_says_what_to_put_right_and_makes_nothing() {
        let Some(database) = database() else { return };
        let settings = [("DATABASE_URL", database.as_str())];
        let folder = guide_with("skills/java.toml", "kind = \"technology\"", "kind = \"magic\"");

        let (status, said, complained) = run(&["import", folder.to_str().unwrap()], &settings);

        assert_eq!((status, said.as_str()), (1, ""));
        assert!(complained.starts_with("waymark: nothing was imported; one thing has to be put right:\n"));
        assert!(complained.contains("skills/java.toml:2: kind: unknown variant \"magic\""), "{complained}");
        assert!(untouched(&database));
    }

    #[test]
    fn with_nothing_set_it_keeps_its_database_in_the_folder_data() {
        let mut command = waymark(&["export", "guide"], &[]);
        let folder = command.get_current_dir().unwrap().to_owned();

        let done = command.output().unwrap();

        assert!(done.status.success());
        assert!(folder.join("data/waymark.sqlite").is_file());
        assert!(files(&folder.join("guide")) == files(&content()));
    }

    #[test]
    fn a_port_that_is_taken_by_something_else_is_told_too() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();

        let told = refusal(&[("WAYMARK_ADDRESS", &address)]);

        assert!(told.starts_with(&format!("{address} is in use")), "{told}");
    }
}
