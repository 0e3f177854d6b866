//! The sources that a page rests on, for its table of sources.

use super::{FigureKind, FigureSet, Provenance};
use crate::content::Stated;
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use crate::sources::Source;

/// One source on a page: what it is used for, and what is known of it.
pub struct Cited {
    pub what: String,
    pub source: Source,
    pub method: String,
    pub sample: String,
    pub as_of: String,
    pub review_by: String,
}

/// Every source behind the demand figures and the figure sets of a page, in the order of first use.
pub fn cited(conn: &mut Conn, demand: Option<&Provenance>, sets: &[FigureSet]) -> Result<Vec<Cited>> {
    let figures = || sets.iter().flat_map(|set| &set.figures);
    let slugs: Vec<&String> = demand.iter().map(|d| &d.source).chain(figures().map(|f| &f.source)).collect();
    let sources = Entry::<Source>::some(conn, slugs)?;
    let mut rows = Vec::new();
    if let Some(demand) = demand
        && let Some(source) = sources.get(&demand.source)
    {
        rows.push(Cited {
            what: "Demand for skills".into(),
            source: source.content.clone(),
            method: demand.method.to_string(),
            sample: demand.sample.to_string(),
            as_of: words(&demand.as_of),
            review_by: demand.review_by.words(),
        });
    }
    let mut seen: Vec<&String> = Vec::new();
    for figure in figures() {
        let Some(source) = sources.get(&figure.source).filter(|_| !seen.contains(&&figure.source)) else {
            continue;
        };
        seen.push(&figure.source);
        let mut kinds: Vec<&str> = Vec::new();
        for kind in figures().filter(|f| f.source == figure.source).map(|f| word(f.kind)) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let what = kinds.join(", ");
        rows.push(Cited {
            what: what[..1].to_uppercase() + &what[1..],
            source: source.content.clone(),
            method: figure.method.to_string(),
            sample: figure.sample.to_string(),
            as_of: words(&figure.as_of),
            review_by: figure.review_by.words(),
        });
    }
    Ok(rows)
}

fn words(date: &Stated<crate::content::Date>) -> String {
    date.known().map_or(crate::content::NOT_STATED.into(), |date| date.words())
}

fn word(kind: FigureKind) -> &'static str {
    match kind {
        FigureKind::Demand => "demand",
        FigureKind::Pay => "pay",
        FigureKind::Employment => "jobs",
        FigureKind::Outlook => "outlook",
        FigureKind::Openings => "openings",
    }
}
