//! The versions of an entry that were published: a list, any two of them compared, and one of them as a new draft.

use super::{Head, Workbench, kind_of};
use crate::accounts::{Person, Staff, see_other};
use crate::admin::Place;
use crate::admin::words::{Run, compare as by_words};
use crate::digests::{self, Taking};
use crate::editing::{Act, Action, Difference, Revision, Save, Saved, Standing, compare};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame, Paging};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "admin/history.html")]
struct History {
    frame: Frame,
    bench: Workbench,
    head: Head,
    revisions: Vec<Revision>,
    /// What those who published them are called, by id.
    names: BTreeMap<String, String>,
    /// Publications of which nobody was told yet.
    taking: Vec<Taking>,
    paging: Paging,
}

impl History {
    fn by(&self, revision: &Revision) -> String {
        let name = revision.by.as_ref().and_then(|id| self.names.get(id)).cloned();
        match (name, revision.origin.as_str()) {
            (Some(name), _) => name,
            (None, "shipped") => "came with the program".into(),
            (None, "import") => "imported".into(),
            (None, _) => "somebody who left".into(),
        }
    }
}

/// Revisions on a page.
const PAGE: i64 = 30;

pub async fn list(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let now = staff.caller.now;
    let page = staff.caller.site.db.read(move |conn| {
        let head = Head::read(conn, kind, &slug)?;
        let count = Revision::count(conn, kind.name, &slug)?;
        let paging = Paging::of(&bench.frame, number, count, PAGE)?;
        let revisions = Revision::list(conn, kind.name, &slug, paging.skip(), PAGE)?;
        let names = Person::names(conn, revisions.iter().filter_map(|revision| revision.by.as_ref()))?;
        let taking = digests::taking(conn, kind.name, &slug, now)?;
        Ok(History { frame: bench.frame.clone(), bench, head, revisions, names, taking, paging })
    });
    staff.caller.show(&page.await?)
}

#[derive(Template)]
#[template(path = "admin/compare.html")]
struct Compare {
    frame: Frame,
    bench: Workbench,
    head: Head,
    from: i64,
    to: i64,
    changes: Vec<Compared>,
}

/// A field that differs, word by word.
pub struct Compared {
    pub label: String,
    pub runs: Vec<Run>,
}

/// Each difference, with the words of the later version.
pub fn compared(kind: &crate::content::Kind, differences: &[Difference], content: &Value) -> Vec<Compared> {
    let text = |value: &Option<Value>| super::conflict::shown(value.as_ref()).join("\n");
    let field = |difference: &Difference| Compared {
        label: Place::words(kind, content, &difference.path),
        runs: by_words(&text(&difference.before), &text(&difference.after)),
    };
    differences.iter().map(field).collect()
}

pub async fn compare_two(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let number = |name: &str| staff.caller.asked(name).parse::<i64>().map_err(|_| Error::NotFound);
    let (from, to) = (number("from")?, number("to")?);
    let page = staff.caller.site.db.read(move |conn| {
        let head = Head::read(conn, kind, &slug)?;
        let before = Revision::content(conn, kind.name, &slug, from)?;
        let after = Revision::content(conn, kind.name, &slug, to)?;
        let changes = compared(&kind, &compare(&before, &after), &after);
        Ok(Compare { frame: bench.frame.clone(), bench, head, from, to, changes })
    });
    staff.caller.show(&page.await?)
}

/// Makes a published version the draft; what is in a draft already has to be published or thrown away first.
pub async fn restore(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let number: i64 = form.value("revision").parse().map_err(|_| Error::NotFound)?;
    let (by, now, entry) = (staff.person.id.clone(), staff.caller.now, slug.clone());
    let saved = staff.caller.site.db.write(move |conn| {
        let content = Revision::content(conn, kind.name, &entry, number)?;
        let standing = Standing::find(conn, kind.name, &entry)?.ok_or(Error::NotFound)?;
        if standing.draft.is_some() {
            return Err(Error::Refused(
                "There is a draft of it, which would be written over. Publish it or throw it away first, then come back."
                    .into(),
            ));
        }
        let save = Save { kind: &kind, slug: &entry, base: standing.base, chosen: None, by: &by, now };
        let saved = save.run(conn, &|_| content.clone())?;
        Act::note(conn, Some(&by), Action::Saved, (kind.name, &entry), &json!({ "restored": number }), now)?;
        Ok(matches!(saved, Saved::Done { .. }))
    });
    saved.await?;
    Ok(see_other(&format!("/admin/{folder}/{slug}?said=restored")))
}
