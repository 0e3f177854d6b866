//! Taking out what is kept about one, and leaving.

use super::super::caller::{Caller, keyed, see_other};
use super::super::factors::Factors;
use super::super::letters::{self, Changed};
use super::super::member;
use super::super::{Device, MailAddress, Member, Person, Rights};
use super::super::{device, event, session, throttle, token};
use super::own::proved;
use super::{Said, person_of, title};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::follows::{self, Key};
use crate::ledger::{Ledger, Visit};
use crate::mail::{self, PostOffice, Sent};
use crate::plans::{self, Plan};
use crate::reports::Report;
use crate::secret::Secret;
use crate::ui::{Form, Frame, download};
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Everything that is kept about somebody, as JSON.
pub async fn take_out(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (now, device, office) = (caller.now, caller.device.clone(), caller.desk.office.clone());
    let all = caller.site.db.read(move |conn| {
        let person = Person::find(conn, &member.person)?;
        kept(conn, &office, person, &member.session, &device, now)
    });
    as_file(&all.await?)
}

/// The same of somebody without an account, who comes with the key of a letter.
pub async fn take_out_by_key(caller: Caller, key: Path<String>) -> Result<HttpResponse> {
    let (now, device, office) = (caller.now, caller.device.clone(), caller.desk.office.clone());
    let all = caller.site.db.read(move |conn| {
        let person = by_key(conn, &key, now)?;
        kept(conn, &office, person, "", &device, now)
    });
    as_file(&all.await?)
}

/// # Errors
/// `NotFound` if the key opens nothing, or what belongs to an account: that asks for signing in.
fn by_key(conn: &mut Conn, key: &str, now: DateTime<Utc>) -> Result<Person> {
    let key = Key::find(conn, key, now)?.ok_or(Error::NotFound)?;
    Some(Person::find(conn, &key.person)?).filter(|person| !person.has_account()).ok_or(Error::NotFound)
}

fn kept(
    conn: &mut Conn,
    office: &PostOffice,
    person: Person,
    session: &str,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<serde_json::Value> {
    let address = person.mail_address()?;
    let letters = mail::about(conn, &person.id, &address.folded)?;
    let letter = |letter: Sent| {
        json!({
            "subject": title(&letter.what),
            "state": letter.state,
            "posted_at": letter.posted,
        })
    };
    Ok(json!({
        "taken_out_at": now,
        "sessions": session::of(conn, &person.id, session, now)?,
        "devices": device::of(conn, &person.id, device, now)?,
        "waiting_for_confirmation": token::pending(conn, &[&person.id, &address.key()], now)?,
        "events": event::of(conn, &person.id, i64::MAX)?,
        "second_factors": Factors::of(conn, &person.id)?,
        "follows": follows::take_out(conn, &person.id)?,
        "letters_stopped": office.suppressed(conn, &address.shown)?,
        "letters": letters.into_iter().map(letter).collect::<Vec<_>>(),
        "skills": Ledger::of(conn, &person.id)?.marked,
        "visits": Visit::of(conn, &person.id)?,
        "plans": plans::taken_out(conn, &person.id)?,
        "reports": Report::with_reply_to(conn, &address.folded)?,
        "person": person,
    }))
}

fn as_file(all: &serde_json::Value) -> Result<HttpResponse> {
    Ok(download("waymark-account.json", "application/json", serde_json::to_string_pretty(all)?))
}

#[derive(Template)]
#[template(path = "accounts/leave.html")]
struct Ask {
    frame: Frame,
    form: Form,
    person: Person,
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    let person = person_of(&caller, &member).await?;
    caller.show(&Ask { frame: caller.frame(), form: Form::default(), person })
}

pub async fn leave(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let person = proved(&caller, &member, &mut form, "old-password").await?;
    if form.value("sure") != "yes" {
        form.wrong("sure", "Tick this if you want your account to be deleted.");
    }
    if !form.fine() {
        return caller.again(&Ask { frame: caller.frame(), form, person });
    }
    let (office, secret, now) = (caller.desk.office.clone(), caller.site.secret.clone(), caller.now);
    let (leaving, kept) = (person.clone(), member::kept(&caller));
    let left = caller.site.db.write(move |conn| {
        if leaving.rights == Rights::Admin && leaving.is_last_admin(conn)? {
            return Ok(false);
        }
        if let Some(kept) = kept {
            token::spend(conn, &kept)?;
        }
        forget(conn, &office, &secret, &leaving, now)?;
        letters::told(conn, &office, &leaving, &leaving.address, Changed::Left, now)?;
        Ok(true)
    });
    if !left.await? {
        let sentence = "You are the only admin. Give somebody else the rights of an admin first; \
                        or have whoever runs the program take yours with `waymark user grant`.";
        form.wrong("", sentence);
        return caller.again(&Ask { frame: caller.frame(), form, person });
    }
    caller.session.purge();
    let sentences = ["Everything that was kept about you is deleted. A last letter says so."];
    caller.show(&Said::new(&caller, "Your account is deleted", &sentences, ("To the guide", "/")))
}

/// Deletes somebody without an account and all that belongs to them, by the key of a letter.
pub async fn leave_by_key(caller: Caller, key: Path<String>, form: Form) -> Result<HttpResponse> {
    if form.value("sure") != "yes" {
        return Ok(see_other(&format!("{}?done=unsure", Key::preferences(&key))));
    }
    let (office, secret, now) = (caller.desk.office.clone(), caller.site.secret.clone(), caller.now);
    let left = caller.site.db.write(move |conn| {
        let person = by_key(conn, &key, now)?;
        forget(conn, &office, &secret, &person, now)
    });
    left.await?;
    let sentences =
        ["Everything that was kept about your address is deleted, and no more letters come to it."];
    caller.show(&Said::new(&caller, "Your address is deleted", &sentences, ("To the guide", "/")))
}

/// Takes away everything that is kept about somebody.
fn forget(
    conn: &mut Conn,
    office: &PostOffice,
    secret: &Secret,
    leaving: &Person,
    now: DateTime<Utc>,
) -> Result<()> {
    let address = leaving.mail_address()?;
    office.forget(conn, &leaving.id, &address.folded, now)?;
    Report::forget_reply_to(conn, &address.folded)?;
    Plan::forget(conn, &leaving.id)?;
    Ledger::forget(conn, &leaving.id)?;
    Visit::forget(conn, &leaving.id)?;
    follows::forget(conn, &leaving.id)?;
    throttle::forget_all(conn, &buckets(secret, &leaving.id, &address))?;
    leaving.leave(conn, &address, now)
}

/// Under which tries of a person are counted; all but those of networks, which are nobody's.
fn buckets(secret: &Secret, id: &str, address: &MailAddress) -> Vec<String> {
    let by_address = keyed(secret, &address.folded);
    let mut buckets: Vec<String> = ["password", "address"].map(|what| format!("{what}/{id}")).to_vec();
    buckets.extend(
        ["sign-in", "sign-in/own", "sign-up", "reset", "follow"].map(|what| format!("{what}/{by_address}")),
    );
    buckets
}
