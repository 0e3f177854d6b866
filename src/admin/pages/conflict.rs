//! Two versions of the same field: a page asks which counts, with everything that was typed in it.

use super::brought::Together;
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
    sides: Sides,
    address: String,
    action: String,
    asked: Vec<Asked>,
    /// The version to choose against.
    theirs: Base,
    /// Everything that was typed, to be sent again.
    kept: Vec<(String, String)>,
}

/// What the two versions are, in words.
pub struct Sides {
    /// What happened, and what choosing does.
    pub lede: String,
    pub theirs: &'static str,
    pub mine: &'static str,
    /// What else each changed, which is not to be decided.
    pub besides: Vec<String>,
}

impl Sides {
    /// Of a save, and what was saved meanwhile.
    pub fn of_save(together: &Together, one: &str) -> Sides {
        let (theirs, mine) = match together.alone {
            true => ("From the other window, which is saved", "Typed here"),
            false => ("Theirs, which is saved", "Yours"),
        };
        let lede = format!(
            "{} changed the same as you while you had this {one} open. Nothing of what you typed is saved yet, and \
             nothing is lost: choose, and everything else that you typed is saved as well.",
            together.who
        );
        Sides { lede, theirs, mine, besides: together.undecided() }
    }

    /// Of a draft, and what was published since it was begun.
    fn of_draft(together: &Together) -> Sides {
        let lede = "What was published since this draft was begun changed the same as the draft. Nothing is brought \
                    together yet, and nothing is lost: choose, and everything else is brought together as well.";
        Sides { lede: lede.into(), theirs: "Published", mine: "In the draft", besides: together.outdated() }
    }
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
        sides: Sides,
        (conflicts, theirs, content): (Vec<Conflict>, Base, &Value),
        form: &Form,
    ) -> Ask {
        // What was chosen already of other fields is sent again.
        let asked = |name: &str| {
            name.strip_prefix("choice:").is_some_and(|path| conflicts.iter().any(|c| c.path == path))
        };
        let ours = |name: &str| name == "chosen" || asked(name);
        let kept = form.fields().iter().filter(|(name, _)| !ours(name)).cloned().collect();
        Ask {
            frame: bench.frame.clone(),
            bench,
            name: super::name_of(content, slug),
            sides,
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
            kept,
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
        let together = match &saved {
            Saved::Conflicts { brought, content, .. } => {
                Together::read(conn, (&kind, content), brought, &by)?
            }
            _ => Together::default(),
        };
        Ok((saved, together))
    });
    let (saved, together) = saved.await?;
    match saved {
        Saved::Conflicts { conflicts, theirs, content, .. } => {
            let action = format!("/admin/{folder}/{slug}/catch-up");
            let (entry, sides) = ((&kind, slug.as_str(), action), Sides::of_draft(&together));
            let page = Ask::of(bench, entry, sides, (conflicts, theirs, &content), &done);
            staff.caller.answer(actix_web::http::StatusCode::CONFLICT, &page)
        }
        Saved::Left(_) => Err(Error::NotFound),
        Saved::Done { .. } => Ok(see_other(&format!("/admin/{folder}/{slug}?said=caught-up"))),
    }
}
