//! Samples of every component; the figures are invented and say so.

use crate::error::Result;
use crate::figures::{DemandLine, DemandRow, Mark};
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/style").get(show));
}

#[derive(Template)]
#[template(path = "style/show.html")]
struct Show {
    frame: Frame,
    plain: Vec<DemandRow>,
    with_entry: Vec<DemandRow>,
    entry_rows: Vec<DemandRow>,
}

async fn show(page: PublicPage) -> Result<HttpResponse> {
    page.show(|_, frame| {
        Ok(Show { frame, plain: rows(&PLAIN), with_entry: rows(&WITH_ENTRY), entry_rows: rows(&ENTRY_FIRST) })
    })
    .await
}

/// Name, all postings, entry level; an empty text is a missing figure.
type Sample = (&'static str, &'static str, &'static str);

const PLAIN: [Sample; 10] = [
    ("about", "about 45 %", ""),
    ("exact", "45 %", ""),
    ("range", "10–15 %", ""),
    ("about a range", "about 10–15 %", ""),
    ("under", "under 10 %", ""),
    ("over", "over 40 %", ""),
    ("missing", "", ""),
    ("zero", "0 %", ""),
    ("a hundred", "100 %", "100 %"),
    ("Any of these", "about 20 %", ""),
];

const WITH_ENTRY: [Sample; 15] = [
    ("same, point", "about 20 %", "about 20 %"),
    ("same, range", "10–15 %", "10–15 %"),
    ("same, under", "under 5 %", "under 5 %"),
    ("gap up", "about 45 %", "about 50 %"),
    ("gap down", "about 10 %", "about 5 %"),
    ("small gap", "about 12 %", "about 13 %"),
    ("wide gap", "about 20 %", "about 60 %"),
    ("range, then ring", "10–15 %", "about 15 %"),
    ("range at entry", "about 10 %", "10–15 %"),
    ("ranges apart", "10–15 %", "25–35 %"),
    ("ranges across", "10–30 %", "20–25 %"),
    ("under at entry", "about 15 %", "under 5 %"),
    ("over at entry", "about 20 %", "over 40 %"),
    ("from under", "under 10 %", "about 15 %"),
    ("only at entry", "", "about 25 %"),
];

const ENTRY_FIRST: [Sample; 4] = [
    ("gap up", "about 45 %", "about 50 %"),
    ("range, then ring", "10–15 %", "about 15 %"),
    ("not measured", "under 10 %", ""),
    ("missing", "", ""),
];

fn rows(samples: &[Sample]) -> Vec<DemandRow> {
    let row = |(name, all, entry): &Sample| DemandRow {
        name: (*name).to_owned(),
        href: String::new(),
        aside: if name.starts_with("about a") { "also in another group".into() } else { String::new() },
        own: "",
        tier: None,
        line: DemandLine { all: all.parse().ok(), entry: entry.parse().ok() },
        set: name.starts_with("Any"),
    };
    samples.iter().map(row).collect()
}
