//! What is to be looked at across the guide: figures that are due, checks, and what readers say is wrong.

use super::Workbench;
use crate::accounts::{Staff, see_other};
use crate::admin::checks::{Checked, Findings};
use crate::admin::due::{self, Due};
use crate::content::check_slug;
use crate::editing::{Act, Action, Kept, Unfit};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::reports::Report;
use crate::ui::{Form, Frame, Paging};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use serde_json::json;
use std::sync::Arc;

/// The address of an entry of this kind for editors.
fn address(kind: &str, slug: &str) -> String {
    let folder = KINDS.into_iter().find(|known| known.name == kind).map_or("", |kind| kind.folder);
    format!("/admin/{folder}/{slug}")
}

#[derive(Template)]
#[template(path = "admin/figures_due.html")]
struct FiguresDue {
    frame: Frame,
    bench: Workbench,
    due: Vec<Due>,
    day: String,
    paging: Paging,
}

/// Rows of the report on a page, and reports.
const DUE: i64 = 100;
const REPORTS: i64 = 20;

pub async fn figures_due(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let day = staff.caller.now.date_naive();
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let paging = Paging::of(&bench.frame, number, due::count(conn, day)?, DUE)?;
        let due = due::due(conn, day, paging.skip(), DUE)?;
        let day = day.format("%-d %B %Y").to_string();
        Ok(FiguresDue { frame: bench.frame.clone(), bench, due, day, paging })
    });
    staff.caller.show(&page.await?)
}

#[derive(Template)]
#[template(path = "admin/checks.html")]
struct Checks {
    frame: Frame,
    bench: Workbench,
    /// What was found last, if anything was looked for yet.
    found: Option<Arc<Findings>>,
    /// It is of the guide as it is now.
    fresh: bool,
    unfit: Vec<Kept>,
}

pub async fn checks(staff: Staff, checked: Data<Arc<Checked>>) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let db = &staff.caller.site.db;
    let (found, fresh) = checked.now(db).await?;
    let unfit = db.read(Unfit::all).await?;
    staff.caller.show(&Checks { frame: bench.frame.clone(), bench, found, fresh, unfit })
}

#[derive(Template)]
#[template(path = "admin/reports.html")]
struct Reports {
    frame: Frame,
    bench: Workbench,
    reports: Vec<Report>,
    closed: bool,
    paging: Paging,
    /// One of them was asked for.
    one: bool,
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
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let asked = staff.caller.asked("report");
    let page = staff.caller.site.db.read(move |conn| {
        let one = is_id(&asked);
        let count = if one { 1 } else { Report::count_open(conn)? };
        let paging = Paging::of(&bench.frame, number, count, REPORTS)?;
        let reports = match one {
            true => Report::find_open(conn, &asked)?.into_iter().collect(),
            false => Report::list_open(conn, paging.skip(), REPORTS)?,
        };
        Ok(Reports { frame: bench.frame.clone(), bench, reports, closed, paging, one })
    });
    staff.caller.show(&page.await?)
}

/// Whether a text can be the id of a report.
fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Closes a report: it is dealt with.
pub async fn close_report(staff: Staff, form: Form) -> Result<HttpResponse> {
    let (by, now, id) = (staff.person.id.clone(), staff.caller.now, form.value("report").to_owned());
    if !is_id(&id) {
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
