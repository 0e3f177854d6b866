//! Redirects: addresses of the site that lead to others, kept by admins.

use super::Workbench;
use crate::accounts::{Person, Rights, Staff, see_other};
use crate::content::check_slug;
use crate::db::Conn;
use crate::editing::{Act, Action, Redirect, published};
use crate::error::Result;
use crate::import::KINDS;
use crate::sitemap::FIXED_PAGES;
use crate::ui::{Form, Frame, Paging};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "admin/redirects.html")]
struct Show {
    frame: Frame,
    bench: Workbench,
    redirects: Vec<Redirect>,
    people: BTreeMap<String, String>,
    paging: Paging,
    form: Form,
    said: Option<&'static str>,
}

impl Show {
    fn by(&self, redirect: &Redirect) -> &str {
        self.people.get(&redirect.by).map_or("somebody who left", String::as_str)
    }
}

/// Redirects on a page.
const PAGE: i64 = 50;
/// The longest address that is kept.
const LONGEST: usize = 200;
/// The first parts of addresses that the site itself answers.
const OWN: [&str; 16] = [
    "account",
    "admin",
    "card.png",
    "dev",
    "feed.atom",
    "healthz",
    "invitation",
    "readyz",
    "report",
    "robots.txt",
    "search",
    "sign-in",
    "sign-out",
    "sign-up",
    "static",
    "style",
];

pub async fn show(staff: Staff) -> Result<HttpResponse> {
    staff.need(Rights::Admin)?;
    let said = match staff.caller.asked("said").as_str() {
        "added" => Some("The redirect is added."),
        "removed" => Some("The redirect is removed."),
        _ => None,
    };
    let page = look(&staff, Form::of(&[]), said).await?;
    staff.caller.show(&page)
}

async fn look(staff: &Staff, form: Form, said: Option<&'static str>) -> Result<Show> {
    let bench = Workbench::of(staff);
    let number = staff.caller.asked("page").parse().unwrap_or(1);
    let page = staff.caller.site.db.read(move |conn| {
        let paging = Paging::of(&bench.frame, number, Redirect::count(conn)?, PAGE)?;
        let redirects = Redirect::list(conn, paging.skip(), PAGE)?;
        let people = Person::names(conn, redirects.iter().map(|redirect| &redirect.by))?;
        Ok(Show { frame: bench.frame.clone(), bench, redirects, people, paging, form, said })
    });
    page.await
}

/// Adds or removes one.
pub async fn change(staff: Staff, form: Form) -> Result<HttpResponse> {
    staff.need(Rights::Admin)?;
    let (by, now) = (staff.person.id.clone(), staff.caller.now);
    let done = staff.caller.site.db.write(move |conn| {
        let mut form = form;
        let from = form.line("from", LONGEST);
        if form.value("do") == "remove" {
            let there = Redirect::find(conn, &from)?;
            if let Some(there) = there.filter(|_| form.fine()) {
                Redirect::remove(conn, &from)?;
                let detail = json!({ "from": from, "to": there.to });
                Act::note(conn, Some(&by), Action::RedirectRemoved, ("redirect", ""), &detail, now)?;
                Redirect::tell(conn)?;
            }
            return Ok(Ok("removed"));
        }
        let to = form.line("to", LONGEST);
        if form.fine() {
            check(conn, &mut form, &from, &to)?;
        }
        if !form.fine() {
            return Ok(Err(form));
        }
        let redirect = Redirect { from: from.clone(), to: to.clone(), by: by.clone(), made: now };
        if !redirect.add(conn)? {
            form.wrong("from", "This address leads somewhere already. Remove that redirect first.");
            return Ok(Err(form));
        }
        let detail = json!({ "from": from, "to": to });
        Act::note(conn, Some(&by), Action::Redirected, ("redirect", ""), &detail, now)?;
        Redirect::tell(conn)?;
        Ok(Ok("added"))
    });
    match done.await? {
        Ok(said) => {
            let _ = staff.caller.site.look().await;
            Ok(see_other(&format!("/admin/redirects?said={said}")))
        }
        Err(form) => {
            let page = look(&staff, form, None).await?;
            staff.caller.again(&page)
        }
    }
}

/// Says what is wrong with a redirect.
fn check(conn: &mut Conn, form: &mut Form, from: &str, to: &str) -> Result<()> {
    for (field, path) in [("from", from), ("to", to)] {
        if let Some(sentence) = unfit(path).filter(|_| field == "from" || path != "/") {
            form.wrong(field, sentence);
        }
    }
    if !form.fine() {
        return Ok(());
    }
    if from == to {
        form.wrong("to", "This leads in a circle: both addresses are the same. Type another.");
        return Ok(());
    }
    if let Some(there) = Redirect::find(conn, from)? {
        form.wrong(
            "from",
            format!("This address leads to {} already. Remove that redirect first.", there.to),
        );
    } else if living(conn, from)? {
        form.wrong(
            "from",
            "There is a page at this address. Withdraw or move it instead, and its address leads on by itself.",
        );
    } else if OWN.contains(&from.split('/').nth(1).unwrap_or_default()) {
        form.wrong("from", "This address belongs to the site itself. Type another.");
    }
    match Redirect::find(conn, to)? {
        Some(on) if on.to == from => {
            form.wrong("to", format!("This leads in a circle: {to} leads back to {from}. Type another."));
        }
        Some(on) => form.wrong("to", format!("{to} leads on to {}. Type that instead.", on.to)),
        None if !living(conn, to)? => {
            form.wrong("to", format!("There is no page at {to}. Type the address of one that is there."));
        }
        None => {}
    }
    Ok(())
}

/// Why a text is no address of a page of this site, if so.
fn unfit(path: &str) -> Option<&'static str> {
    let tidy = |part: &str| {
        !part.is_empty()
            && !part.chars().all(|c| c == '.')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._~".contains(&b))
    };
    match path.strip_prefix('/') {
        None => Some("Write an address of this site from its first slash on, such as /skills/java."),
        Some("") => Some("This is the first page itself. Type another address."),
        Some(rest) if rest.split('/').all(tidy) => None,
        Some(_) => Some(
            "Write an address such as /skills/java: lower-case letters, digits, dots and hyphens, without ? and #.",
        ),
    }
}

/// Whether there is a page at this address.
fn living(conn: &mut Conn, path: &str) -> Result<bool> {
    if FIXED_PAGES.contains(&path) {
        return Ok(true);
    }
    for kind in KINDS {
        let slug = kind.address.and_then(|address| path.strip_prefix(address));
        if let Some(slug) = slug.filter(|slug| check_slug(slug).is_ok()) {
            return Ok(published(conn, kind.name, slug)?.is_some());
        }
    }
    Ok(false)
}
