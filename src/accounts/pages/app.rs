//! Setting up an authenticator app, and removing it.

use super::super::authenticator::{App, Shared};
use super::super::caller::{Caller, see_other};
use super::super::event::{self, Happening};
use super::super::factors::{self, Typed, Verdict};
use super::super::letters::{self, Changed};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{Member, Person, recovery};
use super::factors::may_change;
use super::recovery::Codes;
use super::second::refused;
use super::stale;
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use qrcode::{Color, QrCode};

const AGAIN: (&str, &str) = ("Set up an app", "/account/app");
/// First codes that may be wrong.
const FIRST: Limit = Limit { tries: 10, minutes: 15 };

#[derive(Template)]
#[template(path = "accounts/app.html")]
struct Ask {
    frame: Frame,
    form: Form,
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    if caller.site.db.read(move |conn| App::of(conn, &member.person)).await?.is_some() {
        return Ok(see_other("/account/factors"));
    }
    caller.show(&Ask { frame: caller.frame(), form: Form::default() })
}

#[derive(Template)]
#[template(path = "accounts/app_setup.html")]
struct Setup {
    frame: Frame,
    form: Form,
    words: String,
    link: String,
    drawing: Option<Drawing>,
}

impl Setup {
    fn of(caller: &Caller, form: Form, shared: &Shared, address: &str) -> Result<Setup> {
        let unread = || Error::Unexpected("an app's secret cannot be read".into());
        let words = shared.words(&caller.site.secret).ok_or_else(unread)?;
        let link = shared.link(&caller.site.secret, address).ok_or_else(unread)?;
        let drawing = Drawing::of(&link);
        Ok(Setup { frame: caller.frame(), form, words, link, drawing })
    }
}

/// A QR code: the length of a side in modules with the quiet zone, and the dark ones as a path.
struct Drawing {
    side: usize,
    path: String,
}

impl Drawing {
    fn of(text: &str) -> Option<Drawing> {
        const QUIET: usize = 4;
        let code = QrCode::new(text).ok()?;
        let width = code.width();
        let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        Some(Drawing { side: width + 2 * QUIET, path: path.collect() })
    }
}

pub async fn begin(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (person, factors) = may_change(&caller, &member, &mut form).await?;
    if factors.app.is_some() {
        form.wrong("", "You have an authenticator app already. Remove it before you set up another one.");
    }
    if !form.fine() {
        return caller.again(&Ask { frame: caller.frame(), form });
    }
    let shared = Shared::new(&caller.site.secret)?;
    let (now, id, detail) = (caller.now, person.id.clone(), shared.clone());
    let issued = caller.site.db.write(move |conn| {
        token::revoke(conn, &id, Purpose::App)?;
        token::issue(conn, Purpose::App, Some(&id), &detail, now)
    });
    let form = Form::of(&[("token", &issued.await?)]);
    caller.show(&Setup::of(&caller, form, &shared, &person.address)?)
}

pub async fn confirm(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (token, now, id) = (form.value("token").to_owned(), caller.now, member.person.clone());
    let sought = token.clone();
    let found = caller.site.db.write(move |conn| {
        let found = token::look::<Shared>(conn, Purpose::App, &sought, now)?;
        let Some((Some(owner), shared)) = found.filter(|(owner, _)| owner.as_deref() == Some(&id)) else {
            return Ok(None);
        };
        let wait = throttle::count(conn, &format!("app/{owner}"), FIRST, now)?;
        Ok(Some((Person::find(conn, &owner)?, shared, wait)))
    });
    let Some((person, shared, wait)) = found.await? else {
        return stale(&caller, AGAIN);
    };
    let code: String = form.value("code").chars().filter(|c| !c.is_whitespace()).take(20).collect();
    let step = shared.step(&caller.site.secret, &code, now).filter(|_| wait.is_none());
    let Some(step) = step else {
        let verdict = wait.map_or(Verdict::Wrong(WRONG), Verdict::Wait);
        let status = refused(&mut form, &verdict, now);
        return caller.answer(status, &Setup::of(&caller, form, &shared, &person.address)?);
    };
    let (office, device) = (caller.desk.office.clone(), caller.device.name.clone());
    let kept = caller.site.db.write(move |conn| {
        if !token::spend(conn, &token)? || !App::keep(conn, &person.id, &shared, step, now)? {
            return Ok(None);
        }
        // Other sessions were begun without a code.
        let person = person.end_sessions(conn)?;
        throttle::forget(conn, &format!("app/{}", person.id))?;
        event::note(conn, &person.id, Happening::AppSet, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::AppSet, now)?;
        let codes = match recovery::left(conn, &person.id)? {
            0 => recovery::renew(conn, &person.id, now)?,
            _ => Vec::new(),
        };
        Ok(Some((person, codes)))
    });
    let Some((person, codes)) = kept.await? else {
        return stale(&caller, AGAIN);
    };
    caller.stay_signed_in(&person)?;
    caller.prove()?;
    caller.show(&Codes::new(&caller, "Your authenticator app is set up", codes))
}

const WRONG: &str = "This is not the code that the app shows now. Wait for the next one and type its six digits; if that is wrong as well, look whether the clock of the device is right.";

#[derive(Template)]
#[template(path = "accounts/app_remove.html")]
struct Remove {
    frame: Frame,
    form: Form,
}

pub async fn ask_removal(caller: Caller, member: Member) -> Result<HttpResponse> {
    if caller.site.db.read(move |conn| App::of(conn, &member.person)).await?.is_none() {
        return Err(Error::NotFound);
    }
    caller.show(&Remove { frame: caller.frame(), form: Form::default() })
}

pub async fn remove(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (person, there) = may_change(&caller, &member, &mut form).await?;
    if there.app.is_none() {
        return Err(Error::NotFound);
    }
    if !form.fine() {
        return caller.again(&Remove { frame: caller.frame(), form });
    }
    let typed = Typed::new(&caller, &person, form.value("code"));
    let (office, device, now) = (caller.desk.office.clone(), caller.device.name.clone(), caller.now);
    let judged = caller.site.db.write(move |conn| {
        let (verdict, mut after) = (typed.judge(conn)?, None);
        if matches!(verdict, Verdict::App | Verdict::Recovery) {
            App::remove(conn, &person.id)?;
            after = Some(factors::settle(conn, &person)?);
            event::note(conn, &person.id, Happening::AppRemoved, &device, now)?;
            letters::told(conn, &office, &person, &person.address, Changed::AppRemoved, now)?;
        }
        Ok((verdict, after))
    });
    let (verdict, after) = judged.await?;
    if let Some((person, left)) = after {
        caller.stay_signed_in(&person)?;
        if !left {
            caller.unprove();
        }
    }
    let status = refused(&mut form, &verdict, now);
    if status != StatusCode::OK {
        return caller.answer(status, &Remove { frame: caller.frame(), form });
    }
    Ok(see_other("/account/factors?done=app-removed"))
}
