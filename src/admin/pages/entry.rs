//! An entry as a whole: its draft, what is in the way of publishing it, and its parts.

use super::{Head, Workbench, kind_of, page_of};
use crate::accounts::{Staff, see_other};
use crate::digests::{self, Taking};
use crate::editing::{Act, Action, Draft};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::{HttpResponse, web::Path};
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "admin/entry.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    head: Head,
    /// The public page that shows it.
    page: Option<String>,
    /// Publications of which nobody was told yet.
    taking: Vec<Taking>,
    said: Option<&'static str>,
}

impl Show {
    /// How much there is to put right in a section.
    fn problems(&self, section: &str) -> usize {
        let at = format!("{}/edit/{section}", self.head.address());
        let below = |href: &str| href.strip_prefix(&at).is_some_and(|rest| rest.starts_with(['/', '?']));
        self.head.gates.iter().filter(|gate| below(&gate.href)).count()
    }
}

pub async fn show(staff: Staff, place: Path<(String, String)>) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let bench = Workbench::of(&staff);
    let said = match staff.caller.asked("said").as_str() {
        "published" => Some("It is published."),
        "recalled" => Some("The news of it is taken back: it stays published, and no letter tells of it."),
        "no-draft" => Some(
            "There is no draft: it was published or thrown away meanwhile, perhaps in another window. Below is what stands.",
        ),
        "same" => {
            Some("Nothing differs from what is published, so nothing was published; the draft is closed.")
        }
        "scheduled" => Some("It will be published by itself at the time below."),
        "unscheduled" => Some("It will not be published by itself any more."),
        "discarded" => Some("The draft is thrown away. What is published stays as it is."),
        "moved" => Some("It has its new address, and whatever names it names it so."),
        "back" => Some("This is what it said last, as a draft. It is back once it is published."),
        "restored" => {
            Some("That revision is a draft now. Look at it, and publish it if it is what you want.")
        }
        "caught-up" => Some("The draft now rests on what is published."),
        _ => None,
    };
    let now = staff.caller.now;
    let page = staff.caller.site.db.read(move |conn| {
        let head = Head::read(conn, kind, &slug)?;
        let page = page_of(conn, &kind, &slug)?;
        let taking = digests::taking(conn, kind.name, &slug, now)?;
        Ok(Show { frame: bench.frame.clone(), bench, head, page, taking, said })
    });
    staff.caller.show(&page.await?)
}

/// Throws the draft away.
pub async fn discard(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let version: i64 = form.value("version").parse().unwrap_or(0);
    let entry = slug.clone();
    let published = staff.caller.site.db.write(move |conn| {
        let draft = Draft::find(conn, kind.name, &entry)?.ok_or(Error::NotFound)?;
        if draft.version != version || !draft.discard(conn, &by, now)? {
            return Err(Error::Refused(
                "Somebody saved this draft after you opened it, so it was not thrown away. Go back, load the page again \
                 and look at it first."
                    .into(),
            ));
        }
        Act::note(conn, Some(&by), Action::Discarded, (kind.name, &entry), &json!({ "content": draft.content }), now)?;
        Ok(draft.base_revision > 0)
    });
    if published.await? {
        return Ok(see_other(&format!("/admin/{folder}/{slug}?said=discarded")));
    }
    Ok(see_other(&format!("/admin/{folder}")))
}
