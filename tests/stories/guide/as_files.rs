//! The guide as files, there and back.

use super::*;

fn exported(conn: &mut Conn) -> Vec<(String, Vec<u8>)> {
    let folder = scratch();
    import::export(conn, &folder).unwrap();
    files(&folder)
}

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
    let text = "Straße, 東京, 🧭, “quoted”, back\\slash, 'apostrophe', 100 % $1 {{ no }}.\n\n".repeat(3000);
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
