//! The second step of signing in: after the password, a code of the app or a recovery code.

use super::super::arrival::arrive;
use super::super::authenticator::App;
use super::super::caller::Caller;
use super::super::event::Happening;
use super::super::factors::{Typed, Verdict};
use super::super::token::{self, Purpose};
use super::super::{Person, member, passkey};
use super::sign_in::{Way, claim, enter};
use super::{Said, brief, drop_brief, set_brief};
use crate::db::Conn;
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What its cookie is called.
pub(super) const STEP: &str = "step";

/// A sign-in whose password was right. It is no session and gives no rights.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub stay: bool,
    pub next: String,
}

/// Begins the second step for somebody who has an app; none for everybody else.
pub(super) fn begin(
    conn: &mut Conn,
    person: &Person,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    // Of a person who was changed since the password was looked at, nothing begins.
    if App::of(conn, &person.id)?.is_none() || !person.come_in(conn, now)? {
        return Ok(None);
    }
    token::issue(conn, Purpose::Step, Some(&person.id), step, now).map(Some)
}

/// On to the page that asks for the code.
pub(super) fn onward(caller: &Caller, token: &str) -> Result<HttpResponse> {
    let mut answer = super::see_other("/sign-in/code");
    set_brief(&mut answer, caller, STEP, token, Purpose::Step)?;
    Ok(answer)
}

#[derive(Template)]
#[template(path = "accounts/code.html")]
struct Ask {
    frame: Frame,
    form: Form,
    /// They have a passkey as well.
    passkey: bool,
}

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (brief(&caller, STEP), caller.now);
    let found =
        caller.site.db.read(move |conn| match token::look::<Step>(conn, Purpose::Step, &token, now)? {
            Some((Some(person), step)) => Ok(Some((step, !passkey::of(conn, &person)?.is_empty()))),
            _ => Ok(None),
        });
    let Some((step, passkey)) = found.await? else {
        return over(&caller);
    };
    caller.show(&Ask { frame: caller.frame(), form: Form::of(&[("next", &step.next)]), passkey })
}

enum Outcome {
    Over,
    Not { verdict: Verdict, passkey: bool },
    In { person: Box<Person>, step: Step, cookie: Cookie<'static>, resumed: bool },
}

pub async fn take(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let (token, now) = (brief(&caller, STEP), caller.now);
    let sought = token.clone();
    let looked =
        caller.site.db.read(move |conn| match token::look::<Step>(conn, Purpose::Step, &sought, now)? {
            Some((Some(id), _)) => Person::find(conn, &id).map(Some),
            _ => Ok(None),
        });
    let Some(person) = looked.await? else {
        return over(&caller);
    };
    let typed = Typed::new(&caller, &person, form.value("code"));
    let (office, device, kept) = (caller.desk.office.clone(), caller.device.clone(), member::kept(&caller));
    let judged = caller.site.db.write(move |conn| {
        let Some((Some(id), step)) = token::look::<Step>(conn, Purpose::Step, &token, now)? else {
            return Ok(Outcome::Over);
        };
        let how = match typed.judge(conn)? {
            Verdict::App => Happening::SignedInWithCode,
            Verdict::Recovery => Happening::SignedInWithRecovery,
            verdict => {
                let passkey = !passkey::of(conn, &id)?.is_empty();
                return Ok(Outcome::Not { verdict, passkey });
            }
        };
        if !token::spend(conn, &token)? {
            return Ok(Outcome::Over);
        }
        let Some(cookie) = arrive(conn, &office, &person, &device, how, now)? else {
            return Ok(Outcome::Over);
        };
        let resumed = claim(conn, kept.as_deref(), &person, now)?;
        Ok(Outcome::In { person: Box::new(person), step, cookie, resumed })
    });
    match judged.await? {
        Outcome::Over => over(&caller),
        Outcome::Not { verdict, passkey } => {
            let status = refused(&mut form, &verdict, caller.now);
            caller.answer(status, &Ask { frame: caller.frame(), form, passkey })
        }
        Outcome::In { person, step, cookie, resumed } => {
            let way = Way { proven: true, stay: step.stay, next: &step.next, resumed };
            let mut answer = enter(&caller, &person, &way, &cookie)?;
            drop_brief(&mut answer, &caller, STEP)?;
            Ok(answer)
        }
    }
}

/// Says at the field what is wrong with a code.
pub(super) fn refused(form: &mut Form, verdict: &Verdict, now: DateTime<Utc>) -> StatusCode {
    match verdict {
        Verdict::Wait(wait) => {
            form.wrong("", wait.sentence(now));
            StatusCode::TOO_MANY_REQUESTS
        }
        Verdict::Wrong(sentence) => {
            form.wrong("code", *sentence);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Verdict::App | Verdict::Recovery => StatusCode::OK,
    }
}

fn over(caller: &Caller) -> Result<HttpResponse> {
    let sentence = "The password is good for ten minutes here, and the code that belongs to it was not typed in time or the sign-in was ended. You are not signed in.";
    let said = Said::new(caller, "Sign in again", &[sentence], ("Sign in", "/sign-in"));
    caller.answer(StatusCode::NOT_FOUND, &said)
}
