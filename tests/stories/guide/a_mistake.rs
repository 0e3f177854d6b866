//! Files with mistakes: what is said, and that nothing is published.

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
    let line = text.lines().enumerate().filter(|(_, l)| *l == "id = \"jvm-languages\"").nth(1).unwrap().0 + 1;

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
        ("[Pay](/skills/cobol)", "[Pay](/skills/cobol)", "names the skill \"cobol\", which does not exist"),
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
