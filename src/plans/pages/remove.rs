//! Archiving a plan, bringing it back, deleting it.

use super::version;
use crate::accounts::{Caller, Member, see_other};
use crate::error::Result;
use crate::plans::{Decided, Plan, Whole};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

/// Archives a plan, or restores it.
pub async fn archive(caller: Caller, member: Member, id: Path<String>, form: Form) -> Result<HttpResponse> {
    let now = caller.now;
    let archives = form.value("do") != "restore";
    let path = format!("/plans/{id}?said={}", if archives { "archived" } else { "restored" });
    let done = caller.site.db.write(move |conn| {
        Whole::change(conn, (&member.person, &id), version(&form), now, |_, whole, _| {
            if whole.plan.archived.is_some() == archives {
                return Ok(Decided::Leave(()));
            }
            whole.plan.archived = archives.then_some(now);
            Ok(Decided::Save(()))
        })
    });
    done.await?;
    Ok(see_other(&path))
}

#[derive(Template)]
#[template(path = "plans/delete.html")]
struct Delete {
    frame: Frame,
    plan: Plan,
    items: usize,
    form: Form,
}

pub async fn ask(caller: Caller, member: Member, id: Path<String>) -> Result<HttpResponse> {
    let frame = caller.frame();
    let page = caller.site.db.read(move |conn| {
        let whole = Whole::find(conn, &member.person, &id)?;
        Ok(Delete { frame, items: whole.items.len(), plan: whole.plan, form: Form::default() })
    });
    caller.show(&page.await?)
}

pub async fn delete(
    caller: Caller,
    member: Member,
    id: Path<String>,
    mut form: Form,
) -> Result<HttpResponse> {
    let frame = caller.frame();
    let deleted = caller.site.db.write(move |conn| {
        let whole = Whole::find(conn, &member.person, &id)?;
        if form.value("sure") != "yes" {
            form.wrong("sure", "Tick this if you want the plan to be deleted.");
        }
        let status = if form.fine() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        if form.fine() && whole.plan.version != version(&form) {
            form.wrong(
                "",
                "The plan was changed meanwhile, in another tab or on another device, so it was not deleted. Look at it \
                 again; if you want to delete it all the same, send this again.",
            );
        }
        if !form.fine() {
            return Ok(Some((Delete { frame, items: whole.items.len(), plan: whole.plan, form }, status)));
        }
        whole.plan.delete(conn)?;
        Ok(None)
    });
    match deleted.await? {
        None => Ok(see_other("/plans?said=deleted")),
        Some((page, status)) => caller.answer(status, &page),
    }
}
