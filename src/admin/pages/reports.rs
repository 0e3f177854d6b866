//! What readers say is wrong: those reports that nobody has dealt with, and those that are closed and can be opened again.

use super::Workbench;
use crate::accounts::{Staff, see_other};
use crate::content::check_slug;
use crate::editing::{Act, Action};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::reports::Report;
use crate::ui::{Form, Frame, Paging};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "admin/reports.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    reports: Vec<Report>,
    /// They are closed.
    closed: bool,
    /// One of them was asked for.
    one: bool,
    /// How many there are of the others: closed ones beside the open, open ones beside the closed.
    others: i64,
    /// The one that was closed a moment ago.
    undo: Option<String>,
    /// One was opened again a moment ago.
    reopened: bool,
    paging: Paging,
}

impl Show {
    /// Where editors mend the page that a report is about.
    fn edit(&self, report: &Report) -> Option<String> {
        KINDS.into_iter().find_map(|kind| {
            let slug = report.page.strip_prefix(kind.address?)?;
            check_slug(slug).ok()?;
            Some(format!("/admin/{}/{slug}", kind.folder))
        })
    }
}

/// Reports on a page.
const PAGE: i64 = 20;

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let closed = staff.caller.asked("state") == "closed";
    let undo = Some(staff.caller.asked("closed")).filter(|id| is_id(id));
    let reopened = staff.caller.asked("said") == "reopened";
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let asked = staff.caller.asked("report");
    let page = staff.caller.site.db.read(move |conn| {
        let found = if is_id(&asked) { Report::find(conn, &asked)? } else { None };
        let closed = found.as_ref().map_or(closed, |(_, open)| !open);
        let (all, others) = match (Report::count_open(conn)?, Report::count_closed(conn)?) {
            (open, shut) if closed => (shut, open),
            counts => counts,
        };
        let one = is_id(&asked);
        let paging = Paging::of(&bench.frame, number, if one { 1 } else { all }, PAGE)?;
        let paging = if closed { paging.with("state", "closed") } else { paging };
        let reports = match (found, one) {
            (Some((report, _)), _) => vec![report],
            (None, true) => Vec::new(),
            (None, false) if closed => Report::list_closed(conn, paging.skip(), PAGE)?,
            (None, false) => Report::list_open(conn, paging.skip(), PAGE)?,
        };
        // Opened again by somebody else meanwhile: there is nothing to undo.
        let undo = match undo {
            Some(id) => Report::find(conn, &id)?.filter(|(_, open)| !open).map(|_| id),
            None => None,
        };
        let frame = bench.frame.clone();
        Ok(Show { frame, bench, reports, closed, one, others, undo, reopened, paging })
    });
    staff.caller.show(&page.await?)
}

/// Whether a text can be the id of a report.
fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Closes a report, which is dealt with, or opens it again.
pub async fn change(staff: Staff, form: Form) -> Result<HttpResponse> {
    let (by, now, id) = (staff.person.id.clone(), staff.caller.now, form.value("report").to_owned());
    if !is_id(&id) {
        return Err(Error::NotFound);
    }
    let reopen = form.value("do") == "reopen";
    let to = match reopen {
        true => format!("/admin/reports?report={id}&said=reopened"),
        false => format!("/admin/reports?closed={id}"),
    };
    let done = staff.caller.site.db.write(move |conn| {
        Report::find(conn, &id)?.ok_or(Error::NotFound)?;
        // Closed or opened by somebody else meanwhile: what was wanted is true.
        let (changed, action) = match reopen {
            true => (Report::reopen(conn, &id)?, Action::ReportReopened),
            false => (Report::close(conn, &id)?, Action::ReportClosed),
        };
        if changed {
            Act::note(conn, Some(&by), action, ("report", &id), &json!({}), now)?;
        }
        Ok(())
    });
    done.await?;
    Ok(see_other(&to))
}
