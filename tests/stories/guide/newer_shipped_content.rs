//! A newer program brings newer content, and edited entries stay.

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
