//! What left the guide, and the way back.

use super::{Workbench, one};
use crate::accounts::{Staff, see_other};
use crate::content::check_slug;
use crate::editing::{Act, Action, Base, Revision, Save, Standing, Withdrawn};
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::ui::{Form, Frame, Paging};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::json;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "admin/withdrawn.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    lines: Vec<Line>,
    paging: Paging,
    said: Option<&'static str>,
}

/// An entry that left.
pub struct Line {
    pub left: Withdrawn,
    pub one: &'static str,
    /// Such as "“X” was merged into “Y”".
    pub sentence: String,
    /// Its draft, if one is open.
    pub draft: Option<String>,
}

/// Entries on a page.
const PAGE: i64 = 50;

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let said = match staff.caller.asked("said").as_str() {
        "withdrawn" => Some("It is withdrawn, and what named it is published without its name."),
        "left" => Some("What you opened left the guide. It stands below, and can be restored as a draft."),
        _ => None,
    };
    let page = staff.caller.site.db.read(move |conn| {
        let paging = Paging::of(&bench.frame, number, Withdrawn::count(conn)?, PAGE)?;
        let all = Withdrawn::list(conn, paging.skip(), PAGE)?;
        let heirs = |left: &Withdrawn| {
            let kind = left.kind.clone();
            left.heirs.clone().into_iter().map(move |heir| (kind.clone(), heir))
        };
        let mut asked: BTreeSet<(String, String)> = all.iter().flat_map(heirs).collect();
        asked.extend(all.iter().map(|left| (left.kind.clone(), left.slug.clone())));
        let names = crate::admin::row::names(conn, &asked)?;
        let line = |left: Withdrawn| {
            let kind = KINDS.into_iter().find(|kind| kind.name == left.kind)?;
            let name = |slug: &String| names.get(&(left.kind.clone(), slug.clone())).unwrap_or(slug).clone();
            let heirs: Vec<String> = left.heirs.iter().map(name).collect();
            let heirs: Vec<&str> = heirs.iter().map(String::as_str).collect();
            Some(Line {
                one: one(&kind),
                sentence: left.fate.sentence(&left.name, &heirs),
                // What is withdrawn and has a name has it by its draft.
                draft: names
                    .contains_key(&(left.kind.clone(), left.slug.clone()))
                    .then(|| format!("/admin/{}/{}", kind.folder, left.slug)),
                left,
            })
        };
        let lines = all.into_iter().filter_map(line).collect();
        Ok(Show { frame: bench.frame.clone(), bench, lines, paging, said })
    });
    staff.caller.show(&page.await?)
}

/// Makes a draft of what it said last.
pub async fn restore(staff: Staff, form: Form) -> Result<HttpResponse> {
    let kind = KINDS.into_iter().find(|kind| kind.name == form.value("kind")).ok_or(Error::NotFound)?;
    let slug = form.value("slug").to_owned();
    if check_slug(&slug).is_err() {
        return Err(Error::NotFound);
    }
    let address = format!("/admin/{}/{slug}", kind.folder);
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let restored = staff.caller.site.db.write(move |conn| {
        // Two that restore it at once meet one draft.
        if Standing::find(conn, kind.name, &slug)?.is_some() {
            return Ok(());
        }
        Withdrawn::find(conn, kind.name, &slug)?.ok_or(Error::NotFound)?;
        let last = Revision::list(conn, kind.name, &slug, 0, 1)?;
        let number = last.first().ok_or(Error::NotFound)?.number;
        let content = Revision::content(conn, kind.name, &slug, number)?;
        let save = Save { kind: &kind, slug: &slug, base: Base::Revision(0), chosen: None, by: &by, now };
        save.run(conn, &|_| content.clone())?;
        Act::note(conn, Some(&by), Action::Saved, (kind.name, &slug), &json!({ "restored": number }), now)
    });
    restored.await?;
    Ok(see_other(&format!("{address}?said=back")))
}
