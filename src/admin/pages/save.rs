//! Saving a form: what is typed becomes a draft whatever it lacks; what somebody else saved meanwhile is brought together
//! with it.

use super::brought::Together;
use super::conflict::{self, Ask, Sides};
use super::edit::{Around, read};
use super::late::{self, Late};
use super::{Workbench, kind_of, one};
use crate::accounts::{Staff, see_other};
use crate::admin::part::{Part, new_item};
use crate::admin::place::paged;
use crate::admin::row;
use crate::editing::{Act, Action, Base, Presence, Save, Saved, Standing, Unsaved, fate_of};
use crate::error::{Error, Result};
use crate::ui::Form;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};

pub async fn save(staff: Staff, place: Path<(String, String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug, section) = place.into_inner();
    keep(staff, Part::of(&folder, slug, &section, None)?, form).await
}

pub async fn save_item(
    staff: Staff,
    place: Path<(String, String, String, String)>,
    form: Form,
) -> Result<HttpResponse> {
    let (folder, slug, section, item) = place.into_inner();
    keep(staff, Part::of(&folder, slug, &section, Some(item))?, form).await
}

async fn keep(staff: Staff, part: Part, form: Form) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let now = staff.caller.now;
    let Ok(base) = form.value("base").parse::<Base>() else {
        return Err(Error::Refused(
            "The form does not say which version it was filled from. Go back, load the page again and send it from there.".into(),
        ));
    };
    if form.value("end") != "yes" {
        return cut_off(&staff, part, base, form).await;
    }
    let by = staff.person.id.clone();
    let (sent, done) = (part.clone(), std::sync::Arc::new(form));
    let form = done.clone();
    let outcome = staff.caller.site.db.write(move |conn| {
        let names = sent.names(conn, &form)?;
        let choose = |path: &str| conflict::choice(&form, path);
        let chosen =
            form.value("chosen").parse::<Base>().ok().map(|against| (against, &choose as &dyn Fn(&str) -> _));
        let save = Save { kind: &sent.kind, slug: &sent.slug, base, chosen, by: &by, now };
        let typed = |version: &Value| sent.put(version, &form, &names);
        let entry = (sent.kind.name, sent.slug.as_str());
        let saved = match form.value("anew") {
            "yes" => save.begin_anew(conn, &typed)?,
            _ => save.run(conn, &typed)?,
        };
        match &saved {
            Saved::Done { .. } if form.value("anew") == "yes" => {
                Act::note(conn, Some(&by), Action::Saved, entry, &json!({ "begun_anew": true }), now)?;
            }
            Saved::Done { changes, .. } if !changes.is_empty() => {
                Act::note(conn, Some(&by), Action::Saved, entry, &json!({ "changes": changes }), now)?;
            }
            _ => {}
        }
        Unsaved::forget(conn, &by, sent.kind.name, &sent.slug, &sent.path())?;
        if let Saved::Left(left) = &saved {
            let there = sent.at(&left.slug).path();
            Unsaved::keep(conn, (&by, sent.kind.name, &left.slug, &there), &form.body(), now)?;
        }
        let content = match &saved {
            Saved::Conflicts { content, .. } => content.clone(),
            _ => Standing::find(conn, sent.kind.name, &sent.slug)?.map(|s| s.content).unwrap_or_default(),
        };
        let together = match &saved {
            Saved::Done { brought, .. } | Saved::Conflicts { brought, .. } => {
                Together::read(conn, (&sent.kind, &content), brought, &by)?
            }
            Saved::Left(_) => Together::default(),
        };
        Ok((saved, content, together))
    });
    let (saved, content, together) = outcome.await?;
    match saved {
        Saved::Left(left) => {
            let page = staff.caller.site.db.read(move |conn| Late::read(conn, bench, &part, left, &done));
            staff.caller.answer(StatusCode::CONFLICT, &page.await?)
        }
        Saved::Conflicts { conflicts, theirs, .. } => {
            let sides = Sides::of_save(&together, one(&part.kind));
            let entry = (&part.kind, part.slug.as_str(), part.path());
            let page = Ask::of(bench, entry, sides, (conflicts, theirs, &content), &done);
            staff.caller.answer(StatusCode::CONFLICT, &page)
        }
        Saved::Done { .. } if together.is_worth_telling() && part.within(&content).is_some() => {
            let around =
                Around { checked: true, saved: true, together: together.saved(), ..Around::default() };
            let page = staff.caller.site.db.read(move |conn| read(conn, bench, &part, around, now)).await?;
            staff.caller.show(&page)
        }
        Saved::Done { .. } => Ok(see_other(&onward(&part, &done, &content))),
    }
}

/// Its last field is missing: what was typed is shown again, and saved once it comes whole.
async fn cut_off(staff: &Staff, part: Part, base: Base, form: Form) -> Result<HttpResponse> {
    let refused = "The form arrived cut off, so nothing was saved. What arrived stands below; add what is missing and save again.";
    let (bench, by, now) = (Workbench::of(staff), staff.person.id.clone(), staff.caller.now);
    let page = staff.caller.site.db.read(move |conn| {
        let Some(standing) = Standing::find(conn, part.kind.name, &part.slug)? else {
            let save = Save { kind: &part.kind, slug: &part.slug, base, chosen: None, by: &by, now };
            let left = save.left(conn)?;
            return Late::read(conn, bench, &part, left, &form).map(Err);
        };
        let names = part.names(conn, &form)?;
        let typed = Some((base, part.put(&standing.content, &form, &names)));
        let around = Around { typed, refused: Some(refused.into()), ..Around::default() };
        read(conn, bench, &part, around, now).map(Ok)
    });
    match page.await? {
        Ok(page) => staff.caller.again(&page),
        Err(late) => staff.caller.answer(StatusCode::CONFLICT, &late),
    }
}

/// Where a save leads: to the item that was added, to the list that a button changed, or back to the form.
fn onward(part: &Part, form: &Form, content: &Value) -> String {
    if let (Some((field, _)), None) = (paged(part.section), &part.item)
        && !new_item(form, field.name).is_empty()
        && let Some(id) = content[field.name].as_array().and_then(|items| items.last()?["id"].as_str())
    {
        return format!("{}/{id}", part.path());
    }
    match form.value("do").split_once(' ') {
        Some((_, place)) => {
            let list = place.rsplit_once('[').map_or(place, |(list, _)| list);
            format!("{}?saved=yes#{list}", part.path())
        }
        None => format!("{}?saved=yes", part.path()),
    }
}

/// Keeps what is being typed, in a slot of whoever types it: no version, no history.
pub async fn keep_unsaved(staff: Staff, place: Path<(String, String)>, form: Form) -> Result<HttpResponse> {
    let (folder, slug) = place.into_inner();
    let kind = kind_of(&folder)?;
    let part = form.value("part").to_owned();
    let own = format!("/admin/{folder}/{slug}/edit/");
    if !part.starts_with(&own) || part.len() > 200 {
        return Err(Error::NotFound);
    }
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let done = staff.caller.site.db.write(move |conn| {
        if Standing::find(conn, kind.name, &slug)?.is_some() {
            Presence::note(conn, kind.name, &slug, &by, now)?;
            Unsaved::keep(conn, (&by, kind.name, &slug, &part), &form.body(), now)?;
            return Ok(None);
        }
        let fate = fate_of(conn, &kind, &slug)?;
        if fate.is_none() && !row::taken(conn, kind.name, &slug)? {
            return Err(Error::NotFound);
        }
        // Kept where it is looked for later: under the slug that the entry has, or had last.
        let at = fate.as_ref().map_or(&slug, |(at, _)| at);
        let part = part.replacen(&own, &format!("/admin/{folder}/{at}/edit/"), 1);
        Unsaved::keep(conn, (&by, kind.name, at, &part), &form.body(), now)?;
        late::sentence(conn, &kind, fate.as_ref().map(|(_, left)| left)).map(Some)
    });
    let Some(left) = done.await? else { return Ok(HttpResponse::NoContent().finish()) };
    let told = format!("{left} What you type is kept; save it, and you are asked what is to become of it.");
    Ok(HttpResponse::Conflict().content_type("text/plain; charset=utf-8").body(told))
}
