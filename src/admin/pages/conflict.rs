//! Two versions of the same field: a page asks which counts, with everything that was typed in it.

use super::{Workbench, kind_of};
use crate::accounts::{Staff, see_other};
use crate::admin::Place;
use crate::content::Kind;
use crate::editing::{Act, Action, Base, Conflict, Draft, Save, Saved, Side};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "admin/conflict.html")]
pub struct Ask {
    frame: Frame,
    bench: Workbench,
    name: String,
    one: &'static str,
    address: String,
    action: String,
    asked: Vec<Asked>,
    /// The version to choose against.
    theirs: Base,
    /// Everything that was typed, to be sent again.
    kept: Vec<(String, String)>,
}

/// A field that both changed.
struct Asked {
    path: String,
    label: String,
    base: Vec<String>,
    theirs: Vec<String>,
    mine: Vec<String>,
}

impl Ask {
    pub fn of(
        bench: Workbench,
        (kind, slug, action): (&Kind, &str, String),
        (conflicts, theirs, content): (Vec<Conflict>, Base, &Value),
        form: &Form,
    ) -> Ask {
        let ours = |name: &str| name == "chosen" || name.starts_with("choice:");
        Ask {
            frame: bench.frame.clone(),
            bench,
            name: super::name_of(content, slug),
            one: super::one(kind),
            address: format!("/admin/{}/{slug}", kind.folder),
            action,
            asked: conflicts
                .into_iter()
                .map(|conflict| Asked {
                    label: Place::words(kind, content, &conflict.path),
                    base: shown(conflict.base.as_ref()),
                    theirs: shown(conflict.theirs.as_ref()),
                    mine: shown(conflict.mine.as_ref()),
                    path: conflict.path,
                })
                .collect(),
            theirs,
            kept: form.fields().iter().filter(|(name, _)| !ours(name)).cloned().collect(),
        }
    }
}

const SAVED: &str = "Somebody saved this draft after you opened the page, so nothing was done. Go back, load the page again \
                     and look at it first.";

/// A value in words, a paragraph a line.
pub fn shown(value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::String(text)) => text.lines().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().flat_map(|item| shown(Some(item))).collect(),
        Some(Value::Object(fields)) => {
            let said = fields.iter().filter(|(name, _)| *name != "id");
            said.flat_map(|(_, value)| shown(Some(value))).collect()
        }
        Some(other) => vec![other.to_string()],
    }
}

/// The choices of a form that answers the page that asks.
pub fn choice(form: &Form, path: &str) -> Option<Side> {
    match form.value(&format!("choice:{path}")) {
        "mine" => Some(Side::Mine),
        "theirs" => Some(Side::Theirs),
        _ => None,
    }
}

/// Brings the draft together with what was published since it was begun.
pub async fn catch_up(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let (entry, done) = (slug.clone(), std::sync::Arc::new(form));
    let form = done.clone();
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let saved = staff.caller.site.db.write(move |conn| {
        let draft = Draft::find(conn, kind.name, &entry)?.ok_or(Error::NotFound)?;
        if draft.version != version {
            return Err(Error::Refused(SAVED.into()));
        }
        let choose = |path: &str| choice(&form, path);
        let chosen =
            form.value("chosen").parse::<Base>().ok().map(|against| (against, &choose as &dyn Fn(&str) -> _));
        let save = Save { kind: &kind, slug: &entry, base: Base::Revision(0), chosen, by: &by, now };
        let saved = save.catch_up(conn)?;
        if let Saved::Done { changes, .. } = &saved {
            let detail = json!({ "changes": changes });
            Act::note(conn, Some(&by), Action::Saved, (kind.name, &entry), &detail, now)?;
        }
        Ok(saved)
    });
    match saved.await? {
        Saved::Conflicts { conflicts, theirs, content } => {
            let action = format!("/admin/{folder}/{slug}/catch-up");
            let page = Ask::of(bench, (&kind, &slug, action), (conflicts, theirs, &content), &done);
            staff.caller.answer(actix_web::http::StatusCode::CONFLICT, &page)
        }
        Saved::Left(_) => Err(Error::NotFound),
        Saved::Done { .. } => Ok(see_other(&format!("/admin/{folder}/{slug}?said=caught-up"))),
    }
}
