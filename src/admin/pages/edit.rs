//! The forms: one for each part of an entry.

use super::{Head, Workbench, page_of};
use crate::accounts::{Person, Staff};
use crate::admin::control::{Control, Filling};
use crate::admin::part::Part;
use crate::admin::place::paged;
use crate::admin::{Gate, row};
use crate::content::{Field, Section, each_named};
use crate::db::Conn;
use crate::editing::{Base, Presence, Standing, Unsaved};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "admin/edit.html")]
pub struct Edit {
    frame: Frame,
    bench: Workbench,
    head: Head,
    section: &'static Section,
    /// The name of the item that the form is about.
    item: Option<String>,
    action: String,
    /// The version that the form was filled from.
    base: Base,
    controls: Vec<Control>,
    /// Names to choose from, by kind.
    choices: BTreeMap<&'static str, Vec<String>>,
    /// What is to be put right in this form, with its anchor.
    problems: Vec<(String, Gate)>,
    /// Whether they are shown at their fields.
    checked: bool,
    saved: bool,
    /// Whose change counts where, if it was brought together with what was saved meanwhile.
    together: Vec<String>,
    /// Why what was typed is not saved.
    refused: Option<String>,
    /// Who else has the entry open.
    present: Vec<String>,
    page: Option<String>,
    /// When something was typed that was not saved, and the way to it.
    unsaved: Option<(DateTime<Utc>, String)>,
}

impl Edit {
    /// The way from one item to the next, as the list has them.
    fn neighbours(&self) -> (Option<String>, Option<String>) {
        let Some((field, _)) = paged(self.section).filter(|_| self.item.is_some()) else {
            return (None, None);
        };
        let ids: Vec<&str> = self.head.standing.content[field.name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item["id"].as_str())
            .collect();
        let at = ids.iter().position(|id| self.action.ends_with(&format!("/{id}")));
        let list = format!("{}/edit/{}", self.head.address(), self.section.id);
        let address = |i: Option<usize>| Some(format!("{list}/{}", ids.get(i?)?));
        (address(at.and_then(|at| at.checked_sub(1))), address(at.map(|at| at + 1)))
    }
}

/// What a form is shown with besides the draft.
#[derive(Default)]
pub struct Around {
    pub checked: bool,
    pub saved: bool,
    pub together: Vec<String>,
    pub refused: Option<String>,
    /// Shown instead of what is saved: nothing typed is lost.
    pub typed: Option<(Base, Value)>,
    /// That is what was typed and not saved.
    pub taken_up: bool,
}

/// The form as it was typed and not saved.
fn taken_up(part: &Part, conn: &mut Conn, person: &str, around: Around) -> Result<Around> {
    let Some(unsaved) = Unsaved::find(conn, person, part.kind.name, &part.slug, &part.path())? else {
        return Ok(around);
    };
    let form = Form::read(unsaved.fields.as_bytes());
    let standing = Standing::find(conn, part.kind.name, &part.slug)?.ok_or(Error::NotFound)?;
    let names = part.names(conn, &form)?;
    let base = form.value("base").parse().unwrap_or(standing.base);
    Ok(Around { typed: Some((base, part.put(&standing.content, &form, &names))), taken_up: true, ..around })
}

/// The most names that a field offers to choose from; more are typed by heart or looked up.
const OFFERED: i64 = 500;

pub fn read(
    conn: &mut Conn,
    bench: Workbench,
    part: &Part,
    around: Around,
    now: DateTime<Utc>,
) -> Result<Edit> {
    let head = Head::read(conn, part.kind, &part.slug)?;
    let (base, content) = match around.typed {
        Some((base, content)) => (base, content),
        None => (head.base(), head.standing.content.clone()),
    };
    let filled = part.within(&content).ok_or(Error::NotFound)?;
    let prefix = part.prefix(&content).unwrap_or_default();
    let mut named = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    let mut copy = filled.clone();
    each_named(part.fields(), &mut copy, &mut |kind, value| {
        kinds.insert(kind);
        named.insert((kind.to_owned(), value.as_str().unwrap_or_default().to_owned()));
    });
    kinds.extend(offered(part.fields()));
    let names = row::names(conn, &named)?;
    let mut choices = BTreeMap::new();
    for kind in kinds {
        choices.insert(kind, row::choices(conn, kind, OFFERED)?);
    }
    let own = head.gates.iter().filter_map(|gate| {
        let field = gate.field.strip_prefix(&prefix)?;
        let first = field.split(['.', '[']).next().unwrap_or_default();
        part.fields().iter().any(|known| known.name == first).then(|| (field.to_owned(), gate))
    });
    let own: Vec<(String, Gate)> = own.map(|(field, gate)| (field, gate.clone())).collect();
    let by_field: BTreeMap<String, String> =
        own.iter().map(|(field, gate)| (field.clone(), gate.sentence.clone())).collect();
    let shown = if around.checked { &by_field } else { &BTreeMap::new() };
    let controls = Filling { names: &names, problems: shown }.controls(part.fields(), filled, "");
    let item = part.item.as_ref().map(|(id, ..)| super::name_of(filled, id));
    let present = Presence::others(conn, part.kind.name, &part.slug, &bench.person.id, now)?;
    let present = Person::names(conn, &present)?.into_values().collect();
    let page = page_of(conn, &part.kind, &part.slug)?;
    let unsaved = match around.taken_up {
        true => None,
        false => Unsaved::find(conn, &bench.person.id, part.kind.name, &part.slug, &part.path())?,
    };
    let unsaved = unsaved.map(|unsaved| (unsaved.typed, format!("{}?unsaved=yes", part.path())));
    Ok(Edit {
        frame: bench.frame.clone(),
        action: part.path(),
        section: part.section,
        bench,
        item,
        base,
        controls,
        choices,
        problems: own,
        checked: around.checked,
        saved: around.saved,
        together: around.together,
        refused: around.refused,
        present,
        page,
        unsaved,
        head,
    })
}

/// The kinds whose names the fields ask for, also in lists that are empty yet.
fn offered(fields: &[Field]) -> Vec<&'static str> {
    use crate::content::Shape;
    let kinds = fields.iter().flat_map(|field| match field.shape {
        Shape::Named(kind) | Shape::AllNamed(kind) => vec![kind],
        Shape::Part(fields) => offered(fields),
        Shape::Rows(rows) if !rows.pages => offered(rows.fields),
        _ => Vec::new(),
    });
    kinds.collect()
}

pub async fn show(staff: Staff, place: Path<(String, String, String)>) -> Result<HttpResponse> {
    let (folder, slug, section) = place.into_inner();
    open(staff, Part::of(&folder, slug, &section, None)?).await
}

pub async fn show_item(staff: Staff, place: Path<(String, String, String, String)>) -> Result<HttpResponse> {
    let (folder, slug, section, item) = place.into_inner();
    open(staff, Part::of(&folder, slug, &section, Some(item))?).await
}

async fn open(staff: Staff, part: Part) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let saved = staff.caller.asked("saved") == "yes";
    let around =
        Around { checked: saved || staff.caller.asked("check") == "yes", saved, ..Around::default() };
    let now = staff.caller.now;
    let (by, kind, slug) = (staff.person.id.clone(), part.kind.name, part.slug.clone());
    let take_up = staff.caller.asked("unsaved") == "yes";
    let page = staff.caller.site.db.read(move |conn| {
        let around = if take_up { taken_up(&part, conn, &bench.person.id, around)? } else { around };
        read(conn, bench, &part, around, now)
    });
    let page = page.await?;
    // Advice to others: nothing is lost if it is not written.
    let noted = staff.caller.site.db.write(move |conn| Presence::note(conn, kind, &slug, &by, now));
    drop(noted.await);
    staff.caller.show(&page)
}
