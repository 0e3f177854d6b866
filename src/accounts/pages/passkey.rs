//! Passkeys: adding and removing them, and signing in with one.

use super::super::arrival::arrive;
use super::super::caller::{Caller, see_other};
use super::super::event::{self, Happening};
use super::super::factors::{self, Factors};
use super::super::letters::{self, Changed};
use super::super::passkey::{self, Answer, Asked, Party, Passkey};
use super::super::throttle::Limit;
use super::super::token::{self, Purpose};
use super::super::{Member, Person, member, recovery};
use super::factors::may_change;
use super::recovery::Codes;
use super::sign_in::{self, Way, claim, enter};
use super::{Said, brief, drop_brief, set_brief, stale};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use serde::{Deserialize, Serialize};

/// What the cookie of a sign-in is called.
const COOKIE: &str = "passkey";
const AGAIN: (&str, &str) = ("Add a passkey", "/account/passkeys/new");
/// So many devices has nobody.
const MOST: usize = 20;
/// Sign-ins with a passkey that one network may begin.
const PER_NETWORK: Limit = Limit { tries: 60, minutes: 15 };

/// What is kept of a passkey that is being made.
#[derive(Serialize, Deserialize)]
struct Making {
    state: String,
    name: String,
    /// The session that makes it.
    session: String,
}

/// What is kept of a sign-in.
#[derive(Serialize, Deserialize)]
struct Opening {
    state: String,
    stay: bool,
    next: String,
}

/// The page on which the device is asked, by a script.
#[derive(Template)]
#[template(path = "accounts/passkey.html")]
struct Device {
    frame: Frame,
    form: Form,
    /// "create" or "get".
    what: &'static str,
    options: String,
    action: &'static str,
}

/// Why no passkey can be used on this page, with where one can.
fn party(caller: &Caller) -> Result<Party, Box<Said>> {
    let title = "Passkeys do not work at this address";
    let (back, there) = if caller.request.path().starts_with("/sign-in") {
        (("Sign in with the password", "/sign-in"), "/sign-in")
    } else {
        (("Passkeys and codes", "/account/factors"), "/account/passkeys/new")
    };
    let Some(party) = Party::of(&caller.site) else {
        let sentence =
            "This site is reached by a number, and passkeys belong to a name. Use the password here.";
        return Err(Box::new(Said::new(caller, title, &[sentence], back)));
    };
    let host = caller.request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if party.is_at(host.unwrap_or_default()) {
        return Ok(party);
    }
    let sentence = "You opened this site by a number, and passkeys belong to a name. You would sign in there anew. They work at:";
    let mut said = Said::new(caller, title, &[sentence], back);
    said.elsewhere = Some(format!("{}{there}", caller.site.address));
    Err(Box::new(said))
}

#[derive(Template)]
#[template(path = "accounts/passkey_new.html")]
struct New {
    frame: Frame,
    form: Form,
}

pub async fn ask_for_new(caller: Caller, _: Member) -> Result<HttpResponse> {
    if let Err(said) = party(&caller) {
        return caller.show(said.as_ref());
    }
    let form = Form::of(&[("name", &caller.device.name)]);
    caller.show(&New { frame: caller.frame(), form })
}

pub async fn begin(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let party = match party(&caller) {
        Ok(party) => party,
        Err(said) => return caller.again(said.as_ref()),
    };
    let name = form.line("name", 60);
    if name.is_empty() {
        form.wrong("name", "Give it a name by which you know it again, such as that of the device.");
    }
    let (person, factors) = may_change(&caller, &member, &mut form).await?;
    if factors.passkeys.len() >= MOST {
        form.wrong(
            "",
            format!("You have {MOST} passkeys. Remove one that you do not use before you add another."),
        );
    }
    if !form.fine() {
        return caller.again(&New { frame: caller.frame(), form });
    }
    let (now, session) = (caller.now, member.session.clone());
    let issued = caller.site.db.write(move |conn| {
        let there = passkey::materials(conn, &person.id)?;
        let Asked { options, state } = party.ask_for_new(&person, &there)?;
        token::revoke(conn, &person.id, Purpose::NewPasskey)?;
        let making = Making { state, name, session };
        Ok((options, token::issue(conn, Purpose::NewPasskey, Some(&person.id), &making, now)?))
    });
    let (options, token) = issued.await?;
    let form = Form::of(&[("token", &token)]);
    let action = "/account/passkeys/confirm";
    caller.show(&Device { frame: caller.frame(), form, what: "create", options, action })
}

pub async fn confirm(caller: Caller, member: Member, form: Form) -> Result<HttpResponse> {
    let party = match party(&caller) {
        Ok(party) => party,
        Err(said) => return caller.again(said.as_ref()),
    };
    let (token, now, id) = (form.value("token").to_owned(), caller.now, member.person.clone());
    let found = caller.site.db.write(move |conn| {
        let found = token::look::<Making>(conn, Purpose::NewPasskey, &token, now)?;
        // Of this person and this session, and whatever comes of it, once.
        let own =
            found.filter(|(owner, making)| owner.as_deref() == Some(&id) && making.session == member.session);
        Ok(if own.is_some() && token::spend(conn, &token)? { own } else { None })
    });
    let Some((_, making)) = found.await? else {
        return stale(&caller, AGAIN);
    };
    let again = |name: &str, sentence: &str| {
        let mut form = Form::of(&[("name", name)]);
        form.wrong("", sentence);
        caller.again(&New { frame: caller.frame(), form })
    };
    let material = match party.made(&making.state, form.value("answer")) {
        Ok(material) => material,
        Err(why) => {
            tracing::info!(why, "a new passkey was refused");
            return again(&making.name, REFUSED);
        }
    };
    let (office, device) = (caller.desk.office.clone(), caller.device.name.clone());
    let (id, name) = (member.person.clone(), making.name.clone());
    let added = caller.site.db.write(move |conn| {
        if !passkey::add(conn, &id, &name, &material, now)? {
            return Ok(None);
        }
        let person = Person::find(conn, &id)?;
        event::note(conn, &id, Happening::PasskeyAdded, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::PasskeyAdded, now)?;
        let codes = match recovery::left(conn, &id)? {
            0 => recovery::renew(conn, &id, now)?,
            _ => Vec::new(),
        };
        Ok(Some((person, codes)))
    });
    let Some((person, codes)) = added.await? else {
        return again(
            &making.name,
            "This passkey is known already. Choose another device, or use the one that you have.",
        );
    };
    caller.stay_signed_in(&person)?;
    caller.prove()?;
    if codes.is_empty() {
        return Ok(see_other("/account/factors?done=passkey-added"));
    }
    caller.show(&Codes::new(&caller, "Your passkey is added", codes))
}

const REFUSED: &str = "The passkey was not made as it was asked for. Nothing was changed: try once more, and if that does not help, choose another device or password manager.";

#[derive(Template)]
#[template(path = "accounts/passkey_remove.html")]
struct Remove {
    frame: Frame,
    form: Form,
    passkey: Passkey,
}

/// The passkey of this person with the id that the form or the address names.
fn own(factors: Factors, id: &str) -> Result<Passkey> {
    factors.passkeys.into_iter().find(|passkey| passkey.id == id).ok_or(Error::NotFound)
}

pub async fn ask_removal(caller: Caller, member: Member) -> Result<HttpResponse> {
    let factors = caller.site.db.read(move |conn| Factors::of(conn, &member.person)).await?;
    let passkey = own(factors, &caller.asked("passkey"))?;
    caller.show(&Remove { frame: caller.frame(), form: Form::default(), passkey })
}

pub async fn remove(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (person, factors) = may_change(&caller, &member, &mut form).await?;
    let passkey = own(factors, form.value("passkey"))?;
    if !form.fine() {
        return caller.again(&Remove { frame: caller.frame(), form, passkey });
    }
    let (office, device, now) = (caller.desk.office.clone(), caller.device.name.clone(), caller.now);
    let removed = caller.site.db.write(move |conn| {
        if !passkey::remove(conn, &person.id, &passkey.id)? {
            return Err(Error::NotFound);
        }
        let (person, left) = factors::settle(conn, &person)?;
        event::note(conn, &person.id, Happening::PasskeyRemoved, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::PasskeyRemoved, now)?;
        Ok((person, left))
    });
    let (person, left) = removed.await?;
    caller.stay_signed_in(&person)?;
    if !left {
        caller.unprove();
    }
    Ok(see_other("/account/factors?done=passkey-removed"))
}

/// Asks for a passkey, whosever it is.
pub async fn ask(caller: Caller, form: Form) -> Result<HttpResponse> {
    let party = match party(&caller) {
        Ok(party) => party,
        Err(said) => return caller.again(said.as_ref()),
    };
    let Asked { options, state } = party.ask()?;
    let opening = Opening { state, stay: form.value("stay") == "yes", next: form.value("next").to_owned() };
    let (site, now) = (caller.site.clone(), caller.now);
    let network = caller.network.clone();
    let issued = site.db.write(move |conn| {
        let bucket = format!("passkey/net/{network}");
        match super::super::throttle::count(conn, &bucket, PER_NETWORK, now)? {
            Some(wait) => Ok(Err(wait)),
            None => token::issue(conn, Purpose::Passkey, None, &opening, now).map(Ok),
        }
    });
    let token = match issued.await? {
        Ok(token) => token,
        Err(wait) => {
            let mut form = Form::of(&[("next", form.value("next"))]);
            form.wrong("", wait.sentence(now));
            return sign_in::again(&caller, form, StatusCode::TOO_MANY_REQUESTS);
        }
    };
    let form = Form::of(&[("next", form.value("next"))]);
    let action = "/sign-in/passkey/answer";
    let mut answer = caller.show(&Device { frame: caller.frame(), form, what: "get", options, action })?;
    set_brief(&mut answer, &caller, COOKIE, &token, Purpose::Passkey)?;
    Ok(answer)
}

/// Signs in whoever's passkey answered.
pub async fn open(caller: Caller, form: Form) -> Result<HttpResponse> {
    let party = match party(&caller) {
        Ok(party) => party,
        Err(said) => return caller.again(said.as_ref()),
    };
    let (token, now) = (brief(&caller, COOKIE), caller.now);
    let answer = Answer::read(form.value("answer"));
    let (office, device, kept_form) =
        (caller.desk.office.clone(), caller.device.clone(), member::kept(&caller));
    let opened = caller.site.db.write(move |conn| {
        let asked = token::look::<Opening>(conn, Purpose::Passkey, &token, now)?;
        let Some((_, opening)) = asked else {
            return Ok(None);
        };
        // What was asked is answered once, right or wrong.
        let (true, Some(answer)) = (token::spend(conn, &token)?, answer) else {
            return Ok(None);
        };
        let Some(kept) = passkey::find(conn, &answer)? else {
            return Ok(None);
        };
        match party.opens(&opening.state, &answer, &kept) {
            Ok(material) => passkey::note_use(conn, &kept.id, &material, now)?,
            Err(why) => {
                tracing::info!(why, "a passkey was refused");
                event::note(conn, &kept.person, Happening::PasskeyRefused, &device.name, now)?;
                return Ok(None);
            }
        }
        let person = Person::find(conn, &kept.person)?;
        let how = Happening::SignedInWithPasskey;
        let Some(cookie) = arrive(conn, &office, &person, &device, how, now)? else { return Ok(None) };
        let resumed = claim(conn, kept_form.as_deref(), &person, now)?;
        Ok(Some((person, opening, cookie, resumed)))
    });
    let Some((person, opening, cookie, resumed)) = opened.await? else {
        let mut again = Form::of(&[("next", form.value("next"))]);
        again.wrong("", "This passkey did not open an account here. It may have been removed, or the page waited longer than five minutes: try it once more, or use the password.");
        let mut answer = sign_in::again(&caller, again, StatusCode::UNPROCESSABLE_ENTITY)?;
        drop_brief(&mut answer, &caller, COOKIE)?;
        return Ok(answer);
    };
    let way = Way { proven: true, stay: opening.stay, next: &opening.next, resumed };
    let mut answer = enter(&caller, &person, &way, &cookie)?;
    drop_brief(&mut answer, &caller, COOKIE)?;
    Ok(answer)
}
