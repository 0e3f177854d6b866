//! The rules of the house: they hold for the code itself, whatever the database.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn house() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text files below a folder of the house, by their path within the house.
fn texts(folder: &str) -> BTreeMap<String, String> {
    fn walk(place: PathBuf, found: &mut BTreeMap<String, String>) {
        if place.is_dir() {
            for entry in fs::read_dir(place).unwrap() {
                let path = entry.unwrap().path();
                if path.file_name().is_some_and(|name| name != "node_modules") {
                    walk(path, found);
                }
            }
        } else if let Ok(text) = fs::read_to_string(&place) {
            found.insert(place.strip_prefix(house()).unwrap().display().to_string(), text);
        }
    }
    let mut found = BTreeMap::new();
    walk(house().join(folder), &mut found);
    found
}

/// What stands between `open` and `close`, wherever that is.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

mod imports {
    use super::*;

    /// What everything stands on; none of these knows a feature.
    const GROUND: [&str; 10] =
        ["error", "clock", "db", "secret", "config", "content", "editing", "cache", "ui", "mail"];
    /// What stands on all features.
    const TOP: [&str; 4] = ["import", "admin", "commands", "app"];
    /// The private rooms of a feature, which may use the records of all.
    const ROOMS: [&str; 4] = ["pages", "admin", "api", "letters"];

    /// The modules of the table of contents, from the ground up.
    fn contents() -> Vec<String> {
        let text = fs::read_to_string(house().join("src/lib.rs")).unwrap();
        let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        modules.map(str::to_owned).collect()
    }

    /// Source files without their comments, by the path below src, the program's commands apart.
    fn sources() -> BTreeMap<String, String> {
        let code = |text: &str| -> String {
            let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
            lines.collect::<Vec<_>>().join("\n")
        };
        texts("src")
            .iter()
            .map(|(path, text)| (path.trim_start_matches("src/").to_owned(), code(text)))
            .filter(|(path, _)| path != "lib.rs" && path != "main.rs")
            .collect()
    }

    /// The module that a file belongs to.
    fn module(path: &str) -> &str {
        path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The modules that a text names after `crate::`.
    fn used(text: &str) -> BTreeSet<&str> {
        let mut used = BTreeSet::new();
        for rest in text.split("crate::").skip(1) {
            match rest.strip_prefix('{') {
                Some(list) => {
                    let mut depth = 0;
                    let end = list.find(|c| {
                        depth += i32::from(c == '{') - i32::from(c == '}');
                        depth < 0
                    });
                    used.extend(words(&list[..end.unwrap()]));
                }
                None => used.extend(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()),
            }
        }
        used
    }

    fn in_room(path: &str) -> bool {
        ROOMS.iter().any(|room| path.ends_with(&format!("/{room}.rs")) || path.contains(&format!("/{room}/")))
    }

    #[test]
    fn a_module_uses_only_those_above_it() {
        let contents = contents();
        let mut wrong = Vec::new();

        for (path, text) in sources() {
            let own = module(&path);
            let place =
                contents.iter().position(|m| m == own).unwrap_or_else(|| panic!("{path} is in no module"));
            let feature = !GROUND.contains(&own) && !TOP.contains(&own);
            for (other_place, other) in contents.iter().enumerate() {
                let is_feature = !GROUND.contains(&other.as_str()) && !TOP.contains(&other.as_str());
                let by_room = feature && is_feature && in_room(&path);
                if other != own && used(&text).contains(other.as_str()) && other_place > place && !by_room {
                    wrong.push(format!("src/{path} uses {other}, which stands below {own} in src/lib.rs"));
                }
            }
        }

        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_ground_knows_no_feature() {
        let contents = contents();

        for (path, text) in sources().iter().filter(|(path, _)| GROUND.contains(&module(path))) {
            for other in contents.iter().filter(|other| !GROUND.contains(&other.as_str())) {
                assert!(!used(text).contains(other.as_str()), "src/{path} uses {other}");
            }
        }
    }

    #[test]
    fn nobody_enters_the_rooms_of_a_feature() {
        for (path, text) in sources() {
            for room in ROOMS.iter().filter(|_| !module(&path).starts_with("cache")) {
                assert!(!text.contains(&format!("pub mod {room};")), "src/{path} opens {room}");
                for inside in between(&text, "crate::", ";") {
                    let entered = inside.contains(&format!("::{room}::")) && module(&path) != module(inside);
                    assert!(!entered, "src/{path} enters {room}: {inside}");
                }
            }
        }
    }

    #[test]
    fn no_page_asks_the_database_by_itself() {
        for (path, text) in sources().iter().filter(|(path, _)| in_room(path) && !path.starts_with("cache/"))
        {
            for word in ["schema", "diesel"] {
                assert!(!words(text).contains(word), "src/{path} holds a query, which belongs to a record");
            }
        }
    }
}

mod sources {
    use super::*;

    #[test]
    fn every_file_says_first_what_it_is_for() {
        for folder in ["src", "tests", "benches"] {
            for (path, text) in texts(folder).iter().filter(|(path, _)| path.ends_with(".rs")) {
                assert!(text.starts_with("//! "), "{path} does not begin with //!");
            }
        }
    }

    #[test]
    fn no_file_knows_the_machine_that_it_was_written_on() {
        // Put together, so that this file is not one of them.
        let places = ["work", "tmp", "home", "root", "Users"].map(|folder| format!("/{folder}/"));
        let mut all = BTreeMap::new();
        for folder in [
            "src",
            "tests",
            "benches",
            "migrations",
            "templates",
            "static",
            "content",
            "docs",
            ".ci",
            "Cargo.toml",
            "README.md",
            "diesel.toml",
            "rustfmt.toml",
            ".gitignore",
        ] {
            if house().join(folder).exists() {
                all.extend(texts(folder));
            }
        }
        // Made by npm, and full of addresses.
        all.retain(|path, _| !path.ends_with("package-lock.json"));

        for (path, text) in all {
            for (number, line) in text.lines().enumerate() {
                for place in &places {
                    // As a part of an address it is no place on a machine.
                    let found = line.match_indices(place.as_str()).any(|(at, _)| {
                        let before = line[..at].chars().next_back();
                        !before.is_some_and(|c| c.is_alphanumeric() || "/._-}".contains(c))
                    });
                    assert!(!found, "{path}:{}: {line}", number + 1);
                }
            }
        }
    }
}

mod migrations {
    use super::*;

    /// What is not understood by all three engines and MySQL alike, or not in the same way.
    const FOREIGN: [&str; 50] = [
        "RETURNING",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "SERIAL",
        "BIGSERIAL",
        "IDENTITY",
        "GENERATED",
        "SEQUENCE",
        "NEXTVAL",
        "UUID",
        "INET",
        "INET4",
        "INET6",
        "VECTOR",
        "XMLTYPE",
        "JSON",
        "JSONB",
        "ENUM",
        "UNSIGNED",
        "TINYINT",
        "MEDIUMINT",
        "DATETIME",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "BLOB",
        "BYTEA",
        "TEXT",
        "MEDIUMTEXT",
        "LONGTEXT",
        "CLOB",
        "EXISTS",
        "REPLACE",
        "IGNORE",
        "CONFLICT",
        "DUPLICATE",
        "MODIFY",
        "CHANGE",
        "ROWID",
        "STRICT",
        "PRAGMA",
        "VERSIONING",
        "PERIOD",
        "INVISIBLE",
        "PERSISTENT",
        "VIRTUAL",
        "ARIA",
        "ENGINE",
        "CHARSET",
        "COLLATE",
        "ILIKE",
    ];
    /// Signs of one dialect: quotes of names, casts, comments that run.
    const SIGNS: [&str; 5] = ["`", "\"", "::", "/*!", "#"];
    /// What MariaDB knows and MySQL does not, or the other way round.
    const ONE_OF_THE_TWO: [&str; 14] = [
        "RETURNING",
        "SEQUENCE",
        "NEXTVAL",
        "UUID",
        "INET4",
        "INET6",
        "VECTOR",
        "VERSIONING",
        "PERIOD",
        "INVISIBLE",
        "PERSISTENT",
        "ARIA",
        "REPLACE",
        "EXISTS",
    ];

    fn code(sql: &str) -> String {
        let lines = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
        lines.collect::<Vec<_>>().join("\n").to_uppercase()
    }

    #[test]
    fn are_written_in_words_that_every_engine_knows() {
        let all = texts("migrations");
        assert!(!all.is_empty());

        for (path, text) in all {
            let placeholders = ["{LONG_TEXT}", "{TABLE}", "{ON_OUTBOX}"];
            let sql = placeholders.iter().fold(code(&text), |sql, placeholder| sql.replace(placeholder, ""));
            assert!(!sql.contains(['{', '}']), "{path} holds a placeholder that is not known here");
            for word in FOREIGN {
                assert!(!words(&sql).contains(word), "{path} says {word}");
            }
            for sign in SIGNS {
                assert!(!sql.contains(sign), "{path} says {sign}");
            }
        }
    }

    #[test]
    fn stay_so_when_their_placeholders_are_filled() {
        let source = fs::read_to_string(house().join("src/db/migrations.rs")).unwrap();
        let filling = between(&source, "fn all(", "\n    }\n")[0];
        let filled: Vec<&str> = filling.split('"').skip(1).step_by(2).collect();
        assert!(filled.contains(&"MEDIUMTEXT"), "the placeholders are filled elsewhere now: {filled:?}");

        for text in filled {
            for word in ONE_OF_THE_TWO {
                assert!(!words(&text.to_uppercase()).contains(word), "a placeholder becomes {text}");
            }
        }
    }

    #[test]
    fn lie_in_folders_of_one_file_whose_names_are_in_order() {
        let mut versions = BTreeSet::new();
        for path in texts("migrations").keys() {
            let parts: Vec<&str> = path.split('/').collect();
            let [_, folder, "up.sql"] = parts[..] else { panic!("{path} is not a folder's up.sql") };
            let (version, name) = folder.split_once('_').unwrap();
            assert!(
                version.len() == 17 && version.bytes().all(|b| b.is_ascii_digit() || b == b'-'),
                "{path}"
            );
            assert!(!name.is_empty(), "{path}");
            assert!(versions.insert(version.to_owned()), "{path} has the version of another");
        }
    }
}

mod templates {
    use super::*;

    #[test]
    fn are_all_used_and_all_there() {
        let templates = texts("templates");
        let mut used = BTreeSet::new();
        for text in texts("src").values() {
            used.extend(between(text, "path = \"", "\"").into_iter().map(str::to_owned));
        }
        for text in templates.values() {
            for word in ["include \"", "extends \"", "import \""] {
                used.extend(between(text, word, "\"").into_iter().map(str::to_owned));
            }
        }

        let there: BTreeSet<String> =
            templates.keys().map(|path| path.trim_start_matches("templates/").to_owned()).collect();
        let used: BTreeSet<String> = used.into_iter().filter(|name| name.contains('.')).collect();
        assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "used nowhere");
        assert_eq!(used.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "not there");
    }

    #[test]
    fn hold_no_style_and_no_script() {
        // Letters carry their style with them: clients load no sheet.
        for (path, text) in
            texts("templates").into_iter().filter(|(path, _)| !path.starts_with("templates/letters/"))
        {
            for word in ["<style", " style=", " onclick=", " onload=", " onsubmit=", "javascript:"] {
                assert!(!text.contains(word), "{path} holds {word}");
            }
            for script in between(&text, "<script", ">") {
                let data = script.contains("type=\"application/ld+json\"");
                assert!(data || script.contains(" src=\""), "{path} holds a script");
            }
        }
    }

    /// What is HTML already: sanitized Markdown, data in which no "<" is left, an excerpt that was escaped.
    const SAFE: [&str; 4] = ["html", "method_html", "self.structured()", "hit.excerpt_html"];

    #[test]
    fn escape_everything_that_was_not_sanitized() {
        for (path, text) in texts("templates") {
            for said in between(&text, "{{", "}}").into_iter().filter(|said| said.contains("|safe")) {
                let name = said.trim().trim_end_matches("|safe").trim();
                assert!(SAFE.contains(&name), "{path}: {said}");
            }
        }
    }
}

mod static_files {
    use super::*;

    #[test]
    fn are_all_used_and_all_there() {
        let mut named = BTreeSet::new();
        for text in texts("templates").values().chain(texts("src").values()) {
            named.extend(between(text, "asset(\"", "\"").into_iter().map(str::to_owned));
        }
        let mut there: BTreeSet<String> = ["site.css".to_owned()].into();
        for path in texts("static")
            .keys()
            .filter(|path| !["static/css/", "static/root/"].iter().any(|apart| path.starts_with(apart)))
        {
            there.insert(path.trim_start_matches("static/").to_owned());
        }

        for name in &named {
            assert!(there.contains(name), "static/{name} is not there");
        }
        // The drawing of the mark is kept for papers; the pages draw it themselves.
        there.remove("img/mark.svg");
        for name in &there {
            assert!(named.contains(name), "static/{name} is used nowhere");
        }
    }

    #[test]
    fn that_keep_their_names_are_all_used() {
        let mut users = texts("templates");
        users.extend(texts("static/root"));
        for file in fs::read_dir(house().join("static/root")).unwrap() {
            let address = format!("\"/{}\"", file.unwrap().file_name().display());
            assert!(users.values().any(|text| text.contains(&address)), "{address} is used nowhere");
        }
    }

    /// A style sheet without its comments.
    fn css() -> BTreeMap<String, String> {
        let bare = |text: &str| -> String {
            let mut parts = text.split("/*");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |all, part| all + part.split_once("*/").map_or("", |(_, code)| code))
        };
        texts("static/css").iter().map(|(path, text)| (path.clone(), bare(text))).collect()
    }

    #[test]
    fn of_style_stand_in_layers_and_shout_nowhere() {
        for (path, text) in css() {
            assert!(text.trim_start().starts_with("@layer"), "{path} stands in no layer");
            for word in ["!important", "@import", "http:", "https:", "//"] {
                assert!(!text.contains(word), "{path} holds {word}");
            }
        }
    }

    #[test]
    fn of_style_name_no_ids_and_colours_only_as_tokens() {
        for (path, text) in css() {
            let home_of_colours = ["tokens", "print"].iter().any(|name| path.contains(name));
            for after in text.split('#').skip(1) {
                let word: String =
                    after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                let colour =
                    [3, 4, 6, 8].contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
                assert!(colour, "{path} names the id #{word}");
                assert!(home_of_colours, "{path} holds the colour #{word}");
            }
            for function in ["rgb(", "rgba(", "hsl(", "oklch("] {
                assert!(home_of_colours || !text.contains(function), "{path} holds {function}");
            }
        }
    }

    #[test]
    fn of_script_are_short_and_bring_nothing_along() {
        for (path, text) in texts("static/js") {
            assert!(text.lines().count() <= 70, "{path} is long");
            for word in ["innerHTML", "eval(", "document.write", "http:", "https:", "document.cookie"] {
                assert!(!text.contains(word), "{path} holds {word}");
            }
        }
    }
}

mod dependencies {
    use super::*;

    /// Licences that ask for no more than that they are kept.
    const PERMISSIVE: [&str; 15] = [
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unicode-3.0",
        "MPL-2.0",
        "CC0-1.0",
        "0BSD",
        "BSL-1.0",
        "Unlicense",
        "CDLA-Permissive-2.0",
        "PostgreSQL",
        "MIT-0",
    ];

    #[test]
    fn all_have_permissive_licences() {
        let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let metadata = cargo_metadata::MetadataCommand::new()
            .manifest_path(house().join("Cargo.toml"))
            .other_options(["--locked".to_owned(), "--filter-platform".to_owned(), platform])
            .exec()
            .unwrap();
        assert!(metadata.packages.len() > 100);

        let mut wrong = Vec::new();
        for package in metadata.packages {
            let licence = package.license.clone().unwrap_or_default();
            let fine = spdx::Expression::parse_mode(&licence, spdx::ParseMode::LAX).is_ok_and(|expression| {
                expression.evaluate(|asked| {
                    let name = asked.license.id().map(|id| id.name).unwrap_or_default();
                    let more = asked.addition.as_ref().map(ToString::to_string);
                    PERMISSIVE.contains(&name) && more.is_none_or(|more| more == "LLVM-exception")
                })
            });
            if !fine {
                wrong.push(format!("{} {}: \"{licence}\"", package.name, package.version));
            }
        }
        assert!(wrong.is_empty(), "look at these: {}", wrong.join(", "));
    }

    /// What the libraries of the program can do besides when the tests are built, and the program does not ask for.
    const ONLY_IN_TESTS: [(&str, &str); 4] = [
        ("getrandom", "std"),
        ("getrandom", "sys_rng"),
        ("serde_json", "unbounded_depth"),
        ("tokio", "process"),
    ];

    /// The features of the libraries that the manifest names, with dependencies of these kinds.
    fn features(kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
        let tree = Command::new(env!("CARGO"))
            .current_dir(house())
            .args(["tree", "--locked", "--depth", "1", "--prefix", "none", "--format", "{p}|{f}", "--edges"])
            .arg(kinds)
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let mut found = BTreeMap::new();
        for line in String::from_utf8(tree.stdout).unwrap().lines() {
            if let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') {
                let features = features.split(',').filter(|feature| !feature.is_empty());
                found.insert(package.to_owned(), features.map(str::to_owned).collect());
            }
        }
        assert!(found.len() > 50, "{found:?}");
        found
    }

    #[test]
    fn can_do_without_the_tests_what_the_program_asks_of_them() {
        let with_tests = features("normal,dev");
        let more: Vec<(String, String)> = features("normal")
            .into_iter()
            .flat_map(|(package, alone)| {
                let name = package.split(' ').next().unwrap_or_default().to_owned();
                let more: Vec<String> = with_tests[&package].difference(&alone).cloned().collect();
                more.into_iter().map(move |feature| (name.clone(), feature))
            })
            .collect();

        // Whoever uses one of these in the program has to name it in [dependencies]; the tests would not notice.
        assert_eq!(more, ONLY_IN_TESTS.map(|(name, feature)| (name.to_owned(), feature.to_owned())));
    }
}
