//! The guide's content: as files, in the database, on its way in, and what changes when it changes.

use crate::support::{Engine, ROLE, Site, content, database, files, folder_of, guide_with, scratch};
use chrono::Utc;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use waymark::cache::{Pages, QUICK, Ready};
use waymark::content::Problem;
use waymark::db::schema::{entries, guide_changes, revisions};
use waymark::db::{self, Address, Conn};
use waymark::editing::{Incoming, Kept, Published, Update, guide_revision, load_shipped};
use waymark::import;

/// A database without a guide.
fn empty() -> Option<Conn> {
    let address = Address::parse(&database()?).unwrap();
    // Dropped at once, with the lock that it holds.
    drop(db::prepare(&address).unwrap());
    Some(address.connect().unwrap())
}

/// A database with the shipped guide.
fn shipped() -> Option<Conn> {
    let mut conn = empty()?;
    import::load_program_content(&mut conn, Utc::now()).unwrap();
    Some(conn)
}

fn import_folder(conn: &mut Conn, folder: &Path) -> Result<Published, Vec<Problem>> {
    import::import(conn, &import::from_folder(folder)?, Utc::now()).unwrap()
}

fn exported(conn: &mut Conn) -> Vec<(String, Vec<u8>)> {
    let folder = scratch();
    import::export(conn, &folder).unwrap();
    files(&folder)
}

/// Kind, slug and revision of everything, to see whether anything has changed.
fn standing(conn: &mut Conn) -> Vec<(String, String, i64)> {
    let columns = (entries::kind, entries::slug, entries::revision);
    entries::table.select(columns).order((entries::kind, entries::slug)).load(conn).unwrap()
}

/// A file of the shipped guide, with `from` replaced by `to`.
fn changed(file: &str, from: &str, to: &str) -> (String, String) {
    let text = fs::read_to_string(content().join(file)).unwrap();
    assert!(text.contains(from), "{file} does not say \"{from}\"");
    (format!("content/{file}"), text.replacen(from, to, 1))
}

mod as_files {
    use super::*;

    #[test]
    fn the_shipped_guide_is_exported_byte_for_byte() {
        let Some(mut conn) = shipped() else { return };

        let exported = exported(&mut conn);

        let kept = files(&content());
        assert_eq!(names(&exported), names(&kept));
        for (exported, kept) in exported.iter().zip(&kept) {
            assert!(exported == kept, "{} differs", kept.0);
        }
    }

    fn names(files: &[(String, Vec<u8>)]) -> Vec<&str> {
        files.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn an_export_read_into_an_empty_database_is_exported_the_same() {
        let (Some(mut first), Some(mut second)) = (shipped(), empty()) else { return };
        let folder = scratch();
        import::export(&mut first, &folder).unwrap();

        let published = import_folder(&mut second, &folder).unwrap();

        assert_eq!((published.guide_revision, published.revised.len()), (1, 0));
        assert!(exported(&mut second) == files(&folder));
    }

    #[test]
    fn a_long_text_in_any_script_comes_back_as_it_was() {
        let Some(mut conn) = shipped() else { return };
        let text =
            "Straße, 東京, 🧭, “quoted”, back\\slash, 'apostrophe', 100 % $1 {{ no }}.\n\n".repeat(3000);
        let file = format!("+++\nname = \"Ω 🧭\"\nsentence = \"’\"\n+++\n\n{}\n", text.trim());
        let folder = folder_of(&[("articles/long.md", file.as_str())]);

        import_folder(&mut conn, &folder).unwrap();

        let exported = exported(&mut conn);
        let (_, back) = exported.iter().find(|(name, _)| name == "articles/long.md").unwrap();
        assert!(back == file.as_bytes());
    }

    #[test]
    fn a_folder_that_holds_something_is_not_written_to() {
        let Some(mut conn) = shipped() else { return };
        let folder = folder_of(&[("thesis.txt", "mine")]);

        let told = import::export(&mut conn, &folder).unwrap_err().to_string();

        assert!(told.contains("name an empty folder"), "{told}");
        assert_eq!(files(&folder).len(), 1);
    }
}

mod sentences {
    use super::*;
    use serde::Serialize;
    use std::collections::BTreeSet;
    use waymark::articles::Article;
    use waymark::content::{Content, check_slug, plain_markdown, read};
    use waymark::roles::Role;

    /// Below so many words it is a name or a turn of phrase.
    const SHORT: usize = 5;

    /// The sentences of a text, without what tells two of the same words apart.
    fn of(text: &str) -> Vec<String> {
        let plain = |line: &str| plain_markdown(line).replace("U.S.", "US");
        let split = |line: &str| -> Vec<String> {
            let ends = |c: char| ".!?".contains(c);
            line.split_inclusive(ends).fold(vec![String::new()], |mut found, part| {
                // A full stop inside a word, as in Node.js, ends nothing.
                if part.starts_with(|c: char| !c.is_alphanumeric()) {
                    found.push(String::new());
                }
                found.last_mut().unwrap().push_str(part);
                found
            })
        };
        let bare = |sentence: &String| -> Vec<String> {
            let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_lowercase).collect()
        };
        let sentences = text.lines().map(plain).flat_map(|line| split(&line));
        sentences
            .map(|s| bare(&s))
            .filter(|words| words.len() >= SHORT)
            .map(|words| words.join(" "))
            .collect()
    }

    /// Every sentence of an entry's fields; what other things are called is no prose of its own.
    fn all_of(value: &serde_json::Value) -> BTreeSet<String> {
        match value {
            serde_json::Value::String(text) if check_slug(text).is_ok() => BTreeSet::new(),
            serde_json::Value::String(text) => of(text).into_iter().collect(),
            serde_json::Value::Array(list) => list.iter().flat_map(all_of).collect(),
            serde_json::Value::Object(fields) => fields
                .iter()
                .filter(|(name, _)| *name != "name")
                .flat_map(|(_, value)| all_of(value))
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    fn of_kind<T: Content + Serialize>() -> Vec<(String, BTreeSet<String>)> {
        let folder = content().join(T::FOLDER);
        let read = |(name, bytes): (String, Vec<u8>)| {
            let entry: T = read(&name, &String::from_utf8(bytes).unwrap()).unwrap();
            (format!("{}/{name}", T::FOLDER), all_of(&serde_json::to_value(entry).unwrap()))
        };
        files(&folder).into_iter().map(read).collect()
    }

    /// What stands in two places: the first, the second, the sentence.
    fn twice(places: &[(String, BTreeSet<String>)]) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (place, sentences) in places {
            for sentence in sentences {
                if let Some(first) = seen.insert(sentence, place) {
                    found.push(format!("{first} and {place}: \"{sentence}\""));
                }
            }
        }
        found
    }

    #[test]
    fn stand_on_one_page_only() {
        let mut places = of_kind::<Role>();
        places.extend(of_kind::<Article>());
        let count: usize = places.iter().map(|(_, sentences)| sentences.len()).sum();
        assert!(places.len() >= 18 && count > 2000, "{} places, {count} sentences", places.len());

        let found = twice(&places);

        assert!(found.is_empty(), "say it in other words:\n{}", found.join("\n"));
    }

    #[test]
    fn that_were_copied_are_found_however_they_are_set() {
        let there =
            all_of(&serde_json::json!({ "lead": "Short. Node.js is named in few of the postings. More." }));
        let article = "Before.\n\n- [Node.js](/skills/node-js) is named in *few* of the postings!\n";
        let places = [("a".to_owned(), there), ("b".to_owned(), of(article).into_iter().collect())];

        assert_eq!(twice(&places), ["a and b: \"node js is named in few of the postings\""]);
    }
}

mod a_publication {
    use super::*;

    #[test]
    fn of_what_stands_already_changes_nothing() {
        let Some(mut conn) = shipped() else { return };
        let before = standing(&mut conn);

        let published = import_folder(&mut conn, &content()).unwrap();

        assert_eq!(published, Published { guide_revision: 1, ..Published::default() });
        assert_eq!(standing(&mut conn), before);
        assert_eq!(guide_revision(&mut conn).unwrap(), 1);
    }

    #[test]
    fn of_one_changed_field_makes_one_revision_of_one_entry() {
        let Some(mut conn) = shipped() else { return };
        let folder = guide_with("skills/java.toml", "statically typed", "typed");

        let published = import_folder(&mut conn, &folder).unwrap();

        let java = ("skill".to_owned(), "java".to_owned());
        assert_eq!(published, Published { guide_revision: 2, revised: vec![java], ..Published::default() });
        let second: Vec<_> =
            standing(&mut conn).into_iter().filter(|(.., revision)| *revision != 1).collect();
        assert_eq!(second, [("skill".into(), "java".into(), 2)]);
        let of_java = revisions::table.filter(revisions::kind.eq("skill").and(revisions::slug.eq("java")));
        let origins: Vec<String> =
            of_java.order(revisions::revision).select(revisions::origin).load(&mut conn).unwrap();
        assert_eq!(origins, ["shipped", "import"]);
    }

    #[test]
    fn is_seen_on_the_page_and_in_its_change_log() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let before = visitor.get(ROLE);
        let role = "roles/web-application-backend-development.toml";

        site.publish(vec![changed(role, "all = \"about 45 %\"", "all = \"about 60 %\"")]);

        let after = visitor.get(ROLE);
        assert_ne!(after.header("etag"), before.header("etag"));
        let page = after.html();
        assert!(page.id("group-jvm-languages").text().contains("Java: about 60 % of all postings"));
        let log: Vec<String> = page.id("changes").all("li").iter().map(crate::support::Html::text).collect();
        assert_eq!(log.len(), 2);
        assert!(log[0].contains("Revision 2"), "{log:?}");
        assert!(log[0].ends_with("Java, all postings: about 45 % → about 60 %."), "{log:?}");
        let lately = visitor.page("/").id("changes").text();
        assert!(lately.contains("Java, all postings: about 45 % → about 60 %."), "{lately}");
        let skill = visitor.page("/skills/java").text();
        assert!(skill.contains("about 60 % of all postings"), "{skill}");
    }

    #[test]
    fn that_names_two_occupations_shows_each_under_its_own_name() {
        let Some(site) = Site::open() else { return };
        let two = "    \"web-developers-outlook\",\n    \"software-developers-pay\",\n    \"software-developers-outlook\",";
        for (file, path) in [
            ("articles/becoming-a-backend-developer.md", "/articles/becoming-a-backend-developer"),
            ("roles/web-application-backend-development.toml", ROLE),
        ] {
            site.publish(vec![changed(file, "    \"web-developers-outlook\",", two)]);

            let page = site.visitor().page(path);

            let tables = page.all("table");
            let table = |caption: &str| {
                let found =
                    tables.iter().map(crate::support::Html::text).find(|table| table.starts_with(caption));
                found.unwrap_or_else(|| panic!("{path} has no table {caption}"))
            };
            let web = table("Forecasts of jobs, web developers, United States");
            assert!(web.contains("+7.5 %") && !web.contains("+15.8 %"), "{web}");
            let software = table("Forecasts of jobs, software developers, United States");
            assert!(software.contains("+15.8 %") && !software.contains("+7.5 %"), "{software}");
            let pay = table("Pay a year, web developers, United States");
            assert!(pay.contains("$90,930") && !pay.contains("$133,080"), "{pay}");
            assert!(table("Pay a year, software developers, United States").contains("$133,080"));
        }
    }

    #[test]
    fn is_not_seen_before_the_site_knows_of_it() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let before = visitor.get("/skills/java");
        let file = changed("skills/java.toml", "statically typed", "duly typed");
        import::import(&mut site.conn(), &import::parse(vec![file]).unwrap(), Utc::now()).unwrap().unwrap();

        let meanwhile = visitor.get("/skills/java");
        site.refresh();
        let after = visitor.get("/skills/java");

        assert!(meanwhile.body == before.body);
        assert!(after.text().contains("duly typed"));
    }

    #[test]
    fn brings_a_page_for_what_is_new_and_makes_it_findable() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let (first, text) = changed(
            "roles/web-application-backend-development.toml",
            "role = \"frontend-development\"\nname = \"Frontend development\"",
            "role = \"site-keeping\"\nname = \"Site keeping\"",
        );
        site.publish(vec![(first, text.clone())]);
        assert_eq!(visitor.get("/roles/site-keeping").status, 404);
        let around = visitor.page(ROLE).id("around");
        assert!(around.text().contains("Site keeping"));
        assert!(!around.links().contains(&"/roles/site-keeping".to_owned()));
        let other = text.replace("name = \"Web application backend development\"", "name = \"Site keeping\"");

        site.publish(vec![("content/roles/site-keeping.toml".into(), other)]);

        assert_eq!(visitor.page("/roles/site-keeping").headings(1), ["Site keeping"]);
        let around = visitor.page(ROLE).id("around").links();
        assert!(around.contains(&"/roles/site-keeping".to_owned()), "a name becomes a link: {around:?}");
        let near = visitor.get("/roles/site-keepin").html().id("near").links();
        assert!(near.contains(&"/roles/site-keeping".to_owned()), "{near:?}");
        assert!(visitor.page("/roles").text().contains("12 roles"));
    }
}

mod a_mistake {
    use super::*;

    const ROLE_FILE: &str = "roles/web-application-backend-development.toml";
    const PAY_FILE: &str = "figures/web-developers-pay.toml";
    const ARTICLE_FILE: &str = "articles/becoming-a-backend-developer.md";

    /// What a person is told who gets one thing wrong: the file from its folder on, and that nothing was imported.
    #[track_caller]
    fn told(conn: &mut Conn, file: &str, text: impl AsRef<[u8]>) -> String {
        let before = (standing(conn), guide_revision(conn).unwrap());
        // Something that is right stands beside it: all or nothing.
        let (_, fine) = changed("skills/python.toml", "sentence = \"", "sentence = \"New: ");
        let folder = folder_of(&[("skills/python.toml", fine.as_bytes()), (file, text.as_ref())]);
        let problems = import_folder(conn, &folder).unwrap_err();
        assert_eq!((standing(conn), guide_revision(conn).unwrap()), before, "something was imported");
        let lines: Vec<String> = problems.iter().map(|problem| problem.to_string()).collect();
        lines.join("\n").replace(&format!("{}/", folder.display()), "")
    }

    /// Checks a change of a shipped file: what is told names the line of `at`, then the field, then what to do.
    #[track_caller]
    fn check(conn: &mut Conn, file: &str, from: &str, to: &str, at: &str, field: &str, words: &[&str]) {
        let (_, text) = changed(file, from, to);
        let line = text.lines().position(|line| line == at).unwrap_or_else(|| panic!("no line {at}")) + 1;
        let told = told(conn, file, &text);
        let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
        assert!(told.starts_with(&format!("{file}:{line}: {field}")), "line {line}, {field}but: {told}");
        for words in words {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    #[test]
    fn in_a_role_is_told_with_file_line_field_and_what_to_do() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        let mut role = |from: &str, to: &str, at: &str, field: &str, words: &[&str]| {
            check(conn, ROLE_FILE, from, to, at, field, words);
        };

        role(
            "tier = \"foundation\"",
            "tier = \"basic\"",
            "tier = \"basic\"",
            "groups[0].tier",
            &["basic", "expected one of", "foundation"],
        );
        role(
            "skill = \"kotlin\"",
            "skill = \"cobol\"",
            "skill = \"cobol\"",
            "groups[0].skills[1].skill",
            &["names the skill \"cobol\", which does not exist; add it, or name another"],
        );
        role(
            "family = \"building-applications\"",
            "family = \"gardening\"",
            "family = \"gardening\"",
            "family",
            &["names the family \"gardening\", which does not exist"],
        );
        role(
            "all = \"about 5–10 %\"",
            "all = \"about 10–5 %\"",
            "all = \"about 10–5 %\"",
            "groups[5].skills[0].all",
            &["low end above its high end; write 5–10"],
        );
        role(
            "all = \"about 45 %\"",
            "all = \"about 450 %\"",
            "all = \"about 450 %\"",
            "groups[0].skills[0].all",
            &["is not between 0 % and 100 %"],
        );
        role(
            "lead = \"Behind",
            "colour = \"red\"\nlead = \"Behind",
            "colour = \"red\"",
            "colour",
            &["unknown field", "colour", "expected one of"],
        );
        role(
            "source = \"founding-role-text\"\n",
            "",
            "[demand]",
            "demand",
            &["the field \"source\" is missing; add it"],
        );
        role(
            "source = \"founding-role-text\"\nas_of = \"not stated\"",
            "source = \"founding-role-text\"",
            "[demand]",
            "demand",
            &["the field \"as_of\" is missing; add it"],
        );
        role(
            "source = \"founding-role-text\"\nas_of = \"not stated\"",
            "source = \"founding-role-text\"\nas_of = \"last spring\"",
            "as_of = \"last spring\"",
            "demand.as_of",
            &["is not a date; write 2024, 2024-05 or 2026-11-20"],
        );
        role(
            "source = \"founding-role-text\"",
            "source = \"hearsay\"",
            "source = \"hearsay\"",
            "demand.source",
            &["names the source \"hearsay\", which does not exist"],
        );
        role(
            "horizon_years = [\n    2,\n    3,\n]",
            "horizon_years = [3, 2]",
            "horizon_years = [3, 2]",
            "strategy.horizon_years",
            &["write the shorter one first"],
        );
    }

    #[test]
    fn two_groups_of_one_id_are_told_where_the_second_stands() {
        let Some(mut conn) = shipped() else { return };
        let (_, text) = changed(ROLE_FILE, "id = \"python\"", "id = \"jvm-languages\"");
        let line =
            text.lines().enumerate().filter(|(_, l)| *l == "id = \"jvm-languages\"").nth(1).unwrap().0 + 1;

        let told = told(&mut conn, ROLE_FILE, &text);

        let expected = format!(
            "{ROLE_FILE}:{line}: groups[1].id: \"jvm-languages\" stands here twice; give each its own, or take one out"
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn figures_without_their_provenance_are_refused() {
        let Some(mut conn) = shipped() else { return };
        let text = fs::read_to_string(content().join(ROLE_FILE)).unwrap();
        let (before, rest) = text.split_once("[demand]\n").unwrap();
        let (_, after) = rest.split_once("\n\n").unwrap();

        let told = told(&mut conn, ROLE_FILE, format!("{before}{after}"));

        assert!(told.contains("demand: is missing, but jvm-languages/java/all says about 45 %"), "{told}");
        assert!(told.contains("a figure needs its source and its date, so add [demand] with both"), "{told}");
    }

    #[test]
    fn in_a_figure_is_told_with_file_line_field_and_what_to_do() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;

        let words = &["is above \"median-2024\", which is the higher percentile; mend one of them"];
        let (from, to) = ("value = \"48560\"", "value = \"98560\"");
        check(conn, PAY_FILE, from, to, "value = \"98560\"", "figures[3].value", words);

        let (from, to) = ("unit = \"usd_a_year\"\nsource = \"bls-oews-2023\"\n", "unit = \"usd_a_year\"\n");
        let words = &["the field \"source\" is missing; add it"];
        check(conn, PAY_FILE, from, to, "[[figures]]", "figures[0]", words);

        let (from, to) = ("as_of = \"2023-05\"\n", "");
        let words = &["the field \"as_of\" is missing; add it"];
        check(conn, PAY_FILE, from, to, "[[figures]]", "figures[0]", words);
    }

    #[test]
    fn in_the_text_of_an_article_is_told_with_the_line_of_the_file() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        let heading = "## What it pays";

        for (to, at, words) in [
            ("<script>alert(1)</script>\n\n## What it pays", "<script>alert(1)</script>", "holds HTML"),
            ("# What it pays", "# What it pays", "has a heading of the first level"),
            ("[Pay](javascript:alert(1))", "[Pay](javascript:alert(1))", "or an https:// address"),
            ("![Pay](/pay.png)", "![Pay](/pay.png)", "take it out"),
            ("[Pay](/pay)", "[Pay](/pay)", "links to /pay, and there is no such page"),
            (
                "[Pay](/skills/cobol)",
                "[Pay](/skills/cobol)",
                "names the skill \"cobol\", which does not exist",
            ),
        ] {
            check(conn, ARTICLE_FILE, heading, to, at, "text", &[words]);
        }
    }

    #[test]
    fn in_the_grammar_of_a_file_is_told_with_its_line() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;

        let text = "name = \"COBOL\"\nkind = \"technology\nsentence = \"x\"\nabout = \"y\"\n";
        let told_of_toml = told(conn, "skills/cobol.toml", text);
        assert!(told_of_toml.starts_with("skills/cobol.toml:2: "), "{told_of_toml}");

        let text = "name = \"COBOL\"\nname = \"Cobol\"\n";
        let told_of_key = told(conn, "skills/cobol.toml", text);
        assert!(told_of_key.starts_with("skills/cobol.toml:2: "), "{told_of_key}");

        let told_of_head = told(conn, "articles/pay.md", "## Pay\n");
        assert!(
            told_of_head.starts_with("articles/pay.md:1: has no head; begin with a line of +++"),
            "{told_of_head}"
        );

        let text = "name = \"\"\nkind = \"technology\"\nsentence = \"a\\u0000b\"\nabout = \" \"\n";
        let several = told(conn, "skills/cobol.toml", text);
        assert_eq!(
            several,
            "skills/cobol.toml:1: name: is empty; write it, or leave the draft unpublished\n\
             skills/cobol.toml:3: sentence: holds a NUL character; take it out\n\
             skills/cobol.toml:4: about: is empty; write it, or leave the draft unpublished"
        );
    }

    #[test]
    fn in_the_name_or_place_of_a_file_is_told_with_what_to_do() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        let skill = "name = \"x\"\nkind = \"technology\"\nsentence = \"x\"\nabout = \"x\"\n";

        for (file, words) in [
            ("skills/Visual Basic.toml", "its name \"Visual Basic\" is not a slug; use lower-case letters"),
            ("skills/c--sharp.toml", "is not a slug"),
            ("skills/mine.toml", "is used by an address of the site; choose another"),
            ("skills/cobol.txt", "is not a .toml file; rename it, or take it out"),
            ("skillz/cobol.toml", "is none of the guide's folders (tiers, families,"),
            ("cobol.toml", "is none of the guide's folders"),
            ("skills/old/cobol.toml", ""),
        ] {
            let told = told(conn, file, skill);
            let place = if file.starts_with("skillz") { "skillz" } else { file };
            let place = place.trim_end_matches("/cobol.toml");
            assert!(told.starts_with(place) && told.contains(words), "{file}: {told}");
        }
        let latin = told(conn, "skills/cobol.toml", b"name = \"Caf\xe9\"\n");
        assert_eq!(latin, "skills/cobol.toml: is not UTF-8 text; save it as UTF-8");
        let large = told(conn, "skills/cobol.toml", format!("{skill}{}", "# x\n".repeat(200_000)));
        assert_eq!(large, "skills/cobol.toml: is larger than 512 KB; split it");
    }

    #[test]
    fn in_the_name_of_the_folder_is_told() {
        for (folder, words) in [
            (scratch(), "holds nothing to import; name a folder with roles"),
            (scratch().join("no"), "cannot be read"),
        ] {
            let Err(problems) = import::from_folder(&folder) else { panic!("{}", folder.display()) };

            assert!(problems[0].to_string().contains(words), "{problems:?}");
        }
    }

    #[test]
    fn in_several_files_is_told_of_all_at_once() {
        let Some(mut conn) = shipped() else { return };
        let folder = folder_of(&[
            ("skills/a.toml", "name = 1"),
            ("skills/b.toml", "name = \"b\""),
            ("tears/c.toml", ""),
            ("skills/D.toml", ""),
        ]);

        let problems = import_folder(&mut conn, &folder).unwrap_err();

        assert_eq!(problems.len(), 4, "{problems:#?}");
    }
}

mod newer_shipped_content {
    use super::*;

    /// What the program would carry: the shipped guide with changes, given as path and text; an empty text is a file taken out.
    fn newer(changes: &[(String, String)]) -> Vec<Incoming> {
        let mut all: BTreeMap<String, String> = files(&content())
            .into_iter()
            .map(|(name, bytes)| (format!("content/{name}"), String::from_utf8(bytes).unwrap()))
            .collect();
        for (path, text) in changes {
            all.insert(path.clone(), text.clone());
        }
        all.retain(|_, text| !text.is_empty());
        import::parse(all.into_iter().collect()).unwrap()
    }

    fn load(conn: &mut Conn, digest: &str, content: Vec<Incoming>) -> Update {
        db::write(conn, |conn| load_shipped(conn, digest, || content, Utc::now())).unwrap()
    }

    fn edit(conn: &mut Conn, file: (String, String)) {
        import::import(conn, &import::parse(vec![file]).unwrap(), Utc::now()).unwrap().unwrap();
    }

    fn says(conn: &mut Conn, kind: &str, slug: &str, words: &str) -> bool {
        let content: String = entries::table.find((kind, slug)).select(entries::content).first(conn).unwrap();
        content.contains(words)
    }

    fn kept(kind: &str, slug: &str, why: &str) -> Kept {
        Kept { kind: kind.into(), slug: slug.into(), why: why.into() }
    }

    #[test]
    fn moves_what_editors_left_and_keeps_and_reports_what_they_changed() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        edit(conn, changed("skills/java.toml", "statically typed", "by editors"));
        let (_, cobol) = changed("skills/java.toml", "name = \"Java\"", "name = \"COBOL\"");
        edit(conn, ("content/skills/cobol.toml".into(), cobol.replace("statically", "by editors,")));
        let shipped = [
            changed("skills/java.toml", "statically typed", "by the program"),
            changed("skills/python.toml", "sentence = \"", "sentence = \"By the program: "),
            ("content/skills/cobol.toml".into(), cobol.clone()),
            ("content/skills/fortran.toml".into(), cobol.replace("COBOL", "Fortran")),
            ("content/resources/learn-cpp.toml".into(), String::new()),
        ];

        let update = load(conn, "second", newer(&shipped));

        let Update::Loaded { published, kept: reported } = update else { panic!("{update:?}") };
        assert_eq!(published.added, [("skill".into(), "fortran".into())]);
        assert_eq!(published.revised, [("skill".into(), "python".into())]);
        assert_eq!(
            reported,
            [
                kept("resource", "learn-cpp", "it is shipped no longer"),
                kept("skill", "cobol", "editors made one of that name"),
                kept("skill", "java", "editors changed it"),
            ]
        );
        assert!(says(conn, "skill", "java", "by editors"));
        assert!(says(conn, "skill", "cobol", "by editors"));
        assert!(says(conn, "skill", "python", "By the program"));
        assert!(says(conn, "skill", "fortran", "Fortran"));
    }

    #[test]
    fn that_was_loaded_before_changes_nothing() {
        let Some(mut conn) = shipped() else { return };
        let before = standing(&mut conn);

        let update = import::load_program_content(&mut conn, Utc::now()).unwrap();

        assert!(matches!(update, Update::Same), "{update:?}");
        assert_eq!(standing(&mut conn), before);
    }

    #[test]
    fn goes_on_keeping_what_editors_changed_and_moving_the_rest() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        edit(conn, changed("skills/java.toml", "statically typed", "by editors"));
        for (digest, words) in [("second", "second"), ("third", "third")] {
            let shipped = [
                changed("skills/java.toml", "statically typed", words),
                changed("skills/python.toml", "sentence = \"", &format!("sentence = \"The {words}: ")),
            ];

            let update = load(conn, digest, newer(&shipped));

            let Update::Loaded { kept: reported, .. } = update else { panic!("{update:?}") };
            assert_eq!(reported, [kept("skill", "java", "editors changed it")]);
            assert!(says(conn, "skill", "python", words));
            assert!(says(conn, "skill", "java", "by editors"));
        }
    }

    #[test]
    fn takes_up_again_what_editors_brought_to_the_same_words() {
        let Some(mut conn) = shipped() else { return };
        let conn = &mut conn;
        let second = changed("skills/java.toml", "statically typed", "second");
        edit(conn, second.clone());
        load(conn, "second", newer(&[second]));

        let update = load(conn, "third", newer(&[changed("skills/java.toml", "statically typed", "third")]));

        let Update::Loaded { kept: reported, .. } = update else { panic!("{update:?}") };
        assert_eq!(reported, []);
        assert!(says(conn, "skill", "java", "third"));
    }

    #[test]
    fn that_names_what_is_not_there_is_kept_aside_and_the_rest_is_loaded() {
        let Some(mut conn) = shipped() else { return };
        let before = standing(&mut conn);
        let role = "roles/web-application-backend-development.toml";
        let shipped = [
            changed(role, "skill = \"kotlin\"", "skill = \"cobol\""),
            changed("skills/python.toml", "sentence = \"", "sentence = \"New: "),
        ];

        let update = load(&mut conn, "second", newer(&shipped));

        let Update::Loaded { published, kept } = update else { panic!("{update:?}") };
        assert_eq!(published.revised, [("skill".to_owned(), "python".to_owned())]);
        assert_eq!(kept.len(), 1);
        assert!(kept[0].why.contains("names the skill \"cobol\", which does not exist"), "{kept:?}");
        assert_eq!(standing(&mut conn).len(), before.len());
    }

    #[test]
    fn stays_out_of_a_guide_that_was_begun_by_an_import() {
        let Some(mut conn) = empty() else { return };
        let own =
            folder_of(&[("families/mine-alone.toml", "name = \"Own\"\nposition = 1\nsentence = \"Own.\"\n")]);
        import_folder(&mut conn, &own).unwrap();

        let update = import::load_program_content(&mut conn, Utc::now()).unwrap();

        assert!(matches!(update, Update::Same), "{update:?}");
        assert_eq!(standing(&mut conn), [("family".into(), "mine-alone".into(), 1)]);
    }
}

mod at_once {
    use super::*;

    const TIMES: i64 = 12;

    /// Publishes a skill again and again, each time with other words; returns what each publication was told.
    fn publish_often(address: &Address, file: &str, who: &str) -> Vec<Result<Published, String>> {
        let mut conn = address.connect().unwrap();
        let publish = |time| {
            let file = changed(file, "sentence = \"", &format!("sentence = \"{who} {time}: "));
            let incoming = import::parse(vec![file]).unwrap();
            let published = import::import(&mut conn, &incoming, Utc::now());
            published.map(Result::unwrap).map_err(|error| error.to_string())
        };
        (0..TIMES).map(publish).collect()
    }

    fn both(one: &str, other: &str) -> Option<(Conn, Vec<Result<Published, String>>)> {
        let address = Address::parse(&database()?).unwrap();
        let mut prepared = db::prepare(&address).unwrap();
        import::load_program_content(&mut prepared.conn, Utc::now()).unwrap();
        let told = std::thread::scope(|scope| {
            let first = scope.spawn(|| publish_often(&address, one, "Alice"));
            let second = scope.spawn(|| publish_often(&address, other, "Bob"));
            [first.join().unwrap(), second.join().unwrap()].concat()
        });
        drop(prepared);
        Some((address.connect().unwrap(), told))
    }

    #[test]
    fn two_publishers_of_two_entries_lose_nothing() {
        let Some((mut conn, told)) = both("skills/java.toml", "skills/python.toml") else { return };

        let mut numbers: Vec<i64> = told.into_iter().map(|told| told.unwrap().guide_revision).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (2..2 + 2 * TIMES).collect::<Vec<_>>(), "gaps or doubles");
        assert_eq!(guide_revision(&mut conn).unwrap(), 1 + 2 * TIMES);
        let later = guide_changes::table.filter(guide_changes::seq.gt(1)).order(guide_changes::seq);
        let changes: Vec<i64> = later.select(guide_changes::seq).load(&mut conn).unwrap();
        assert_eq!(changes, numbers);
        for skill in ["java", "python"] {
            let entry = standing(&mut conn).into_iter().find(|(_, slug, _)| slug == skill).unwrap();
            assert_eq!(entry.2, 1 + TIMES, "revisions of {skill}");
        }
    }

    #[test]
    fn two_publishers_of_one_entry_make_one_line_of_revisions() {
        let Some((mut conn, told)) = both("skills/java.toml", "skills/java.toml") else { return };

        // Who comes second in the same moment may be refused; nobody's words are lost without being told.
        let done = told.iter().filter(|told| told.is_ok()).count() as i64;
        for refused in told.iter().filter_map(|told| told.as_ref().err()) {
            assert!(refused.starts_with("unavailable:"), "{refused}");
        }
        let java = revisions::table.filter(revisions::kind.eq("skill").and(revisions::slug.eq("java")));
        let line: Vec<i64> =
            java.order(revisions::revision).select(revisions::revision).load(&mut conn).unwrap();
        assert_eq!(line, (1..=1 + done).collect::<Vec<_>>());
        assert_eq!(guide_revision(&mut conn).unwrap(), 1 + done);
    }

    #[test]
    fn a_hundred_visitors_after_a_publication_get_the_same_new_page() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        visitor.get(ROLE);
        let role = "roles/web-application-backend-development.toml";
        site.publish(vec![changed(role, "all = \"about 45 %\"", "all = \"about 60 %\"")]);
        let start = Barrier::new(100);

        let bodies: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let ask = || {
                start.wait();
                let answer = visitor.ask("GET", ROLE, &[("Accept-Encoding", "br")]);
                assert_eq!(answer.status, 200);
                answer.body
            };
            let visitors: Vec<_> = (0..100).map(|_| scope.spawn(ask)).collect();
            visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect()
        });

        assert!(bodies.iter().all(|body| *body == bodies[0]));
        assert!(visitor.get(ROLE).text().contains("about 60"));
    }

    #[test]
    fn a_hundred_who_ask_for_a_page_have_it_rendered_once() {
        let pages = Pages::new(7);
        let rendered = AtomicUsize::new(0);
        let render = || async {
            rendered.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(Ready::new(b"page".to_vec(), "text/html", "no-cache", QUICK, 7))
        };

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let asked = (0..100).map(|_| pages.get("/page", render()));
            assert!(futures_util::future::join_all(asked).await.iter().all(Result::is_ok));
        });

        assert_eq!(rendered.load(Ordering::SeqCst), 1);
        assert!(pages.ready("/page").is_some());
        assert!(pages.moved_to(8) && pages.ready("/page").is_none(), "an older page is shown again");
    }
}

mod the_tables {
    use super::*;

    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        nullable: String,
    }

    #[test]
    fn are_as_the_schema_says() {
        let Some(mut conn) = empty() else { return };
        let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs")).unwrap();
        let tables: Vec<&str> = schema.split("diesel::table! {").skip(1).collect();
        assert!(tables.len() >= 9);

        for table in tables {
            let (name, rest) = table.trim_start().split_once(" (").unwrap();
            let columns: Vec<(String, bool)> = rest
                .lines()
                .filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "))
                .map(|(column, kind)| (column.to_owned(), kind.starts_with("Nullable")))
                .collect();

            assert_eq!(columns_of(&mut conn, name), columns, "{name}");
        }
    }

    fn columns_of(conn: &mut Conn, table: &str) -> Vec<(String, bool)> {
        let asked = match Engine::of_this_run() {
            Engine::Sqlite => format!(
                "SELECT name, CASE \"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS nullable \
                 FROM pragma_table_info('{table}') ORDER BY cid"
            ),
            _ => format!(
                "SELECT CAST(column_name AS CHAR(100)) AS name, CAST(is_nullable AS CHAR(3)) AS nullable \
                 FROM information_schema.columns WHERE table_name = '{table}' \
                 AND table_schema NOT IN ('information_schema', 'pg_catalog') \
                 AND (table_schema = 'public' OR table_schema = {}) ORDER BY ordinal_position",
                if Engine::of_this_run() == Engine::Mariadb { "DATABASE()" } else { "'public'" }
            ),
        };
        let columns: Vec<Column> = diesel::sql_query(asked).load(conn).unwrap();
        columns.into_iter().map(|c| (c.name.trim().to_owned(), c.nullable.trim() == "YES")).collect()
    }
}
