//! Plans taken along: Markdown, tables, JSON, calendars.

use super::*;

const HOSTILE: &str = "=1+1 <b>x</b> [y](javascript:alert(1)) \"q\", a;b\\c";

/// A plan whose words try everything.
fn hostile(site: &Site) -> (Browser, String) {
    let mut alice = person(site, "Alice");
    let path = plan_of(&mut alice, BACKEND, &["java"], &[("name", HOSTILE), ("target", "2040-06-01")]);
    let add = format!("{path}/add");
    let long = format!("{HOSTILE} {}", "ß🦁".repeat(25));
    let note = "-1\r\nBEGIN:VEVENT\r\n# heading\r\n<script>alert(1)</script>";
    let typed =
        [("kind", "own"), ("name", long.as_str()), ("due", "2040-05-01"), ("note", note), ("do", "own")];
    assert_eq!(alice.post(&add, &typed).status, 303);
    (alice, path)
}

#[test]
fn hold_hostile_words_as_words_in_every_format() {
    let Some(site) = Site::open() else { return };
    let (mut alice, path) = hostile(&site);

    let page = alice.page(&path);
    assert!(!page.source().contains("<b>x") && !page.source().contains("<script>alert"));
    assert_eq!(page.headings(1), [HOSTILE]);

    let table = alice.get(&format!("{path}/plan.csv"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"waymark-plan.csv\""));
    let mut rows = csv::Reader::from_reader(table.body.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    for row in &rows {
        let cells: Vec<&str> = row.iter().collect();
        assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{cells:?}");
    }
    assert!(rows.iter().any(|row| row[2].starts_with("'=1+1 <b>x</b>")), "{rows:?}");
    assert!(rows.iter().any(|row| row[9].starts_with("'-1\nBEGIN:VEVENT")), "{rows:?}");

    let calendar = alice.get(&format!("{path}/plan.ics")).text();
    let lines: Vec<&str> = calendar.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')), "{calendar}");
    assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 2, "{calendar}");
    let unfolded = calendar.replace("\r\n ", "");
    assert!(
        unfolded.contains("SUMMARY:=1+1 <b>x</b> [y](javascript:alert(1)) \"q\"\\, a\\;b\\\\c"),
        "{unfolded}"
    );

    let json: serde_json::Value =
        serde_json::from_str(&alice.get(&format!("{path}/plan.json")).text()).unwrap();
    assert_eq!(json["name"], HOSTILE);
    assert_eq!(json["in_order"][1]["due"], "2040-05-01");
    assert!(json["in_order"][1]["note"].as_str().unwrap().ends_with("<script>alert(1)</script>"));

    let markdown = alice.get(&format!("{path}/plan.md")).text();
    for event in pulldown_cmark::Parser::new(&markdown) {
        match event {
            pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) => {
                panic!("{html}")
            }
            pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://"), "{dest_url}");
            }
            _ => {}
        }
    }
    assert!(markdown.contains("## Next step") && markdown.contains("1. [ ] Java"), "{markdown}");
}

#[test]
fn and_the_account_hold_what_is_kept_of_plans() {
    let Some(site) = Site::open() else { return };
    let (mut alice, path) = hostile(&site);
    alice.post(&format!("{path}/links"), &[("for", "Bob"), ("days", "3"), ("purpose", "mentor")]);

    let out: serde_json::Value = serde_json::from_str(&alice.get("/account/data.json").text()).unwrap();

    let plan = &out["plans"][0];
    assert_eq!((plan["name"].as_str(), plan["target_date"].as_str()), (Some(HOSTILE), Some("2040-06-01")));
    assert!(plan["items"].as_array().unwrap().len() > 20, "those set aside are among them");
    assert_eq!(plan["links"][0]["name"], "Bob");
}
