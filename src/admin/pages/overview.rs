//! What is to be looked at across the guide: figures that are due, checks, and what readers say is wrong.

use super::{Workbench, one};
use crate::accounts::{Staff, see_other};
use crate::admin::checks::{self, Check, Due};
use crate::admin::row;
use crate::content::check_slug;
use crate::editing::{Act, Action};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::reports::Report;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::json;

/// The address of an entry of this kind for editors.
fn address(kind: &str, slug: &str) -> String {
    let folder = KINDS.into_iter().find(|known| known.name == kind).map_or("", |kind| kind.folder);
    format!("/admin/{folder}/{slug}")
}

#[derive(Template)]
#[template(path = "admin/find.html")]
struct Found {
    frame: Frame,
    bench: Workbench,
    words: String,
    /// Address, name, what it is, and whether it is published.
    found: Vec<(String, String, &'static str, bool)>,
}

/// Hits that are shown; more are found by typing more.
const HITS: i64 = 100;

/// Everything whose name or address holds some words.
pub async fn find(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let words: String =
        staff.caller.asked("q").trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let asked = words.clone();
    let rows = match asked.is_empty() {
        true => Vec::new(),
        false => staff.caller.site.db.read(move |conn| row::find(conn, &asked, HITS)).await?,
    };
    let line = |(kind, slug, name, published): (String, String, String, bool)| {
        let known = KINDS.into_iter().find(|known| known.name == kind)?;
        Some((format!("/admin/{}/{slug}", known.folder), name, one(&known), published))
    };
    let found = rows.into_iter().filter_map(line).collect();
    staff.caller.show(&Found { frame: bench.frame.clone(), bench, words, found })
}

#[derive(Template)]
#[template(path = "admin/figures_due.html")]
struct FiguresDue {
    frame: Frame,
    bench: Workbench,
    due: Vec<Due>,
    day: String,
}

pub async fn figures_due(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let day = staff.caller.now.date_naive();
    let due = staff.caller.site.db.read(move |conn| checks::due(conn, day)).await?;
    let day = day.format("%-d %B %Y").to_string();
    staff.caller.show(&FiguresDue { frame: bench.frame.clone(), bench, due, day })
}

#[derive(Template)]
#[template(path = "admin/checks.html")]
struct Checks {
    frame: Frame,
    bench: Workbench,
    checks: Vec<Check>,
}

pub async fn checks(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let checks = staff.caller.site.db.read(checks::all).await?;
    staff.caller.show(&Checks { frame: bench.frame.clone(), bench, checks })
}

#[derive(Template)]
#[template(path = "admin/reports.html")]
struct Reports {
    frame: Frame,
    bench: Workbench,
    reports: Vec<Report>,
    closed: bool,
}

impl Reports {
    /// Where editors mend the page that a report is about.
    fn edit(&self, report: &Report) -> Option<String> {
        KINDS.into_iter().find_map(|kind| {
            let slug = report.page.strip_prefix(kind.address?)?;
            check_slug(slug).ok()?;
            Some(format!("/admin/{}/{slug}", kind.folder))
        })
    }
}

pub async fn reports(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let closed = staff.caller.asked("said") == "closed";
    let reports = staff.caller.site.db.read(Report::open).await?;
    staff.caller.show(&Reports { frame: bench.frame.clone(), bench, reports, closed })
}

/// Closes a report: it is dealt with.
pub async fn close_report(staff: Staff, form: Form) -> Result<HttpResponse> {
    let (by, now, id) = (staff.person.id.clone(), staff.caller.now, form.value("report").to_owned());
    if id.len() > 36 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Error::NotFound);
    }
    let done = staff.caller.site.db.write(move |conn| {
        // Closed by somebody else meanwhile: what was wanted is true.
        if Report::close(conn, &id)? {
            Act::note(conn, Some(&by), Action::ReportClosed, ("report", &id), &json!({}), now)?;
        }
        Ok(())
    });
    done.await?;
    Ok(see_other("/admin/reports?said=closed"))
}
