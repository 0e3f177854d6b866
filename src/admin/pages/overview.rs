//! What is to be looked at across the guide: figures that are due, and checks.

use super::Workbench;
use crate::accounts::Staff;
use crate::admin::checks::{Checked, Findings};
use crate::admin::due::{self, Due};
use crate::editing::{Kept, Unfit};
use crate::error::Result;
use crate::import::KINDS;
use crate::ui::{Frame, Paging};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
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

/// Rows of the report on a page.
const DUE: i64 = 100;

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
