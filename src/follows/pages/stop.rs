//! Stopping a list from a letter: with one press of the mail program (RFC 8058), or of the button on a page.
//!
//! It needs no session and no page of ours before it, so requests from anywhere are let in (`ui::guard`); the key in the
//! address is what proves them. Whatever the key opens or does not, the answer is the same.

use super::super::{Frequency, Key, List, Subscription};
use crate::accounts::Caller;
use crate::error::Result;
use crate::ui::Frame;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "follows/unsubscribe.html")]
struct Ask {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "follows/stopped.html")]
struct Stopped {
    frame: Frame,
    /// What they may want instead, if the key opened something.
    instead: Option<Instead>,
}

/// What is offered to whoever stopped a list.
struct Instead {
    base: String,
    list: List,
    /// How often it came.
    before: Frequency,
    others: Vec<&'static str>,
}

/// Looking changes nothing: mail programs and guards of networks open links by themselves.
pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    caller.show(&Ask { frame: caller.frame() })
}

pub async fn take(caller: Caller, key: Path<String>, body: Bytes) -> Result<HttpResponse> {
    let (key, now) = (key.into_inner(), caller.now);
    let base = Key::preferences(&key);
    let stopped = caller.site.db.write(move |conn| {
        let Some((_, before)) = Key::stop(conn, &key, now)? else { return Ok(None) };
        let others = Subscription::of(conn, &before.person)?;
        let others = others.iter().filter(|other| other.rhythm.frequency != Frequency::Off);
        let others = others.map(|other| other.list.name()).collect();
        let weekly = before.rhythm.frequency == Frequency::Off;
        let frequency = if weekly { before.list.first_frequency() } else { before.rhythm.frequency };
        Ok(Some(Instead { base, list: before.list, before: frequency, others }))
    });
    let instead = stopped.await?;
    if one_click(&body) {
        return Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/plain; charset=utf-8")
            .body("No more letters of this list are sent.\n"));
    }
    caller.show(&Stopped { frame: caller.frame(), instead })
}

/// Whether a mail program sent it, in either of the two forms.
fn one_click(body: &[u8]) -> bool {
    const FIELD: &[u8] = b"List-Unsubscribe";
    body.windows(FIELD.len()).any(|words| words.eq_ignore_ascii_case(FIELD))
}
