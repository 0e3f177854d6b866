//! Where editors begin: what is being worked on.

use super::{Workbench, many, one, title};
use crate::accounts::{Person, Staff};
use crate::admin::row;
use crate::editing::Draft;
use crate::error::Result;
use crate::import::KINDS;
use crate::mail::Shut;
use crate::ui::{Frame, Paging};
use actix_web::HttpResponse;
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "admin/home.html")]
struct Home {
    frame: Frame,
    bench: Workbench,
    drafts: Vec<Line>,
    scheduled: Vec<Line>,
    shut: Vec<Shut>,
    paging: Paging,
    /// Name, address and number of each kind.
    kinds: Vec<(String, String, i64)>,
}

/// A draft in a list.
pub struct Line {
    pub draft: Draft,
    /// "role".
    pub one: &'static str,
    pub address: String,
    pub by: String,
}

/// Drafts on a page.
const PAGE: i64 = 50;

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let paging = Paging::of(&bench.frame, number, Draft::count(conn)?, PAGE)?;
        let (drafts, scheduled) = (Draft::latest(conn, paging.skip(), PAGE)?, Draft::scheduled(conn)?);
        let names = Person::names(conn, drafts.iter().chain(&scheduled).map(|draft| &draft.changed_by))?;
        let counts = row::by_kind(conn)?;
        let kinds = KINDS.iter().rev().map(|kind| {
            let count = counts.get(kind.name).copied().unwrap_or(0);
            (title(many(kind)), format!("/admin/{}", kind.folder), count)
        });
        let kinds = kinds.collect();
        Ok(Home {
            frame: bench.frame.clone(),
            bench,
            drafts: lines(drafts, &names),
            scheduled: lines(scheduled, &names),
            shut: Shut::all(conn)?,
            paging,
            kinds,
        })
    });
    staff.caller.show(&page.await?)
}

pub fn lines(drafts: Vec<Draft>, names: &BTreeMap<String, String>) -> Vec<Line> {
    let line = |draft: Draft| {
        let kind = KINDS.into_iter().find(|kind| kind.name == draft.kind)?;
        Some(Line {
            one: one(&kind),
            address: format!("/admin/{}/{}", kind.folder, draft.slug),
            by: names.get(&draft.changed_by).cloned().unwrap_or_else(|| "somebody who left".into()),
            draft,
        })
    };
    drafts.into_iter().filter_map(line).collect()
}
