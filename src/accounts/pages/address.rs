//! Changing the mail address: the password is asked, the new address confirms, both are told.

use super::super::caller::{Caller, see_other};
use super::super::event::{self, Happening};
use super::super::letters::{self, Changed};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{MailAddress, Member, Person};
use super::own::proved;
use super::{Said, address, person_of, stale};
use crate::error::Result;
use crate::follows;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Letters that one account may have sent to addresses that it wants.
const PER_ACCOUNT: Limit = Limit { tries: 5, minutes: 60 };
const AGAIN: (&str, &str) = ("Change your mail address", "/account/address");

#[derive(Template)]
#[template(path = "accounts/address.html")]
struct Ask {
    frame: Frame,
    form: Form,
    person: Person,
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    let person = person_of(&caller, &member).await?;
    caller.show(&Ask { frame: caller.frame(), form: Form::default(), person })
}

pub async fn take(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let to = address(&mut form);
    let person = proved(&caller, &member, &mut form, "old-password").await?;
    let Some(to) = to.filter(|_| form.fine()) else {
        return caller.again(&Ask { frame: caller.frame(), form, person });
    };
    let (office, now, asking) = (caller.desk.office.clone(), caller.now, person.clone());
    let wait = caller.site.db.write(move |conn| {
        let wait = throttle::count(conn, &format!("address/{}", asking.id), PER_ACCOUNT, now)?;
        if wait.is_none() {
            token::revoke(conn, &asking.id, Purpose::Address)?;
            let token = token::issue(conn, Purpose::Address, Some(&asking.id), &to.shown, now)?;
            // Whether somebody has the address is told to that address alone.
            match Person::by_address(conn, &to)? {
                Some(holder) if holder.id != asking.id && holder.has_account() => {
                    letters::address_taken(conn, &office, &holder, now)?
                }
                _ => letters::new_address(conn, &office, &asking, &to, &token, now)?,
            }
            if to.folded != asking.mail_address()?.folded {
                letters::told(conn, &office, &asking, &asking.address, Changed::AddressAsked, now)?;
            }
        }
        Ok(wait)
    });
    if let Some(wait) = wait.await? {
        form.wrong("", wait.sentence(caller.now));
        return caller.answer(StatusCode::TOO_MANY_REQUESTS, &Ask { frame: caller.frame(), form, person });
    }
    let sentences = [
        "We sent a letter to the address. Open the link in it within a day; until then your account keeps the old one, which was told as well if it is another.",
    ];
    let said = Said::new(&caller, "Look into your mail", &sentences, ("Your account", "/account"));
    caller.show(&said.with_letter(&caller))
}

#[derive(Template)]
#[template(path = "accounts/confirm_address.html")]
struct Confirm {
    frame: Frame,
    token: String,
    address: String,
}

pub async fn ask_confirmation(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (caller.asked("token"), caller.now);
    let sought = token.clone();
    let found = caller.site.db.read(move |conn| token::look::<String>(conn, Purpose::Address, &sought, now));
    match found.await? {
        Some((_, address)) => caller.show(&Confirm { frame: caller.frame(), token, address }),
        None => stale(&caller, AGAIN),
    }
}

pub async fn confirm(caller: Caller, form: Form) -> Result<HttpResponse> {
    let (token, now) = (form.value("token").to_owned(), caller.now);
    let (office, device) = (caller.desk.office.clone(), caller.device.name.clone());
    let done = caller.site.db.write(move |conn| {
        let Some((Some(id), wanted)) = token::look::<String>(conn, Purpose::Address, &token, now)? else {
            return Ok(None);
        };
        let (Ok(wanted), true) = (MailAddress::parse(&wanted), token::spend(conn, &token)?) else {
            return Ok(None);
        };
        let before = Person::find(conn, &id)?;
        let sent_again = office.lift(conn, &wanted.shown)?;
        if wanted.folded == before.mail_address()?.folded {
            // It was confirmed once more, since letters to it had come back.
            if sent_again {
                event::note(conn, &id, Happening::LettersSentAgain, &device, now)?;
            }
            return Ok(Some((before, false)));
        }
        // Whoever followed something by the new address alone turns out to be the same person.
        if let Some(known) = Person::by_address(conn, &wanted)?.filter(|known| !known.has_account()) {
            follows::join(conn, &known.id, &id, now)?;
            known.leave(conn, &wanted, now)?;
        }
        let Some(person) = before.set_address(conn, &wanted)? else {
            return Ok(None);
        };
        event::note(conn, &id, Happening::AddressChanged, &device, now)?;
        letters::told(conn, &office, &person, &before.address, Changed::Address, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::Address, now)?;
        Ok(Some((person, true)))
    });
    match done.await? {
        None => stale(&caller, AGAIN),
        // All other sessions are ended. A letter may be opened in another browser than the one that is signed in.
        Some((person, changed)) if caller.signed_in().as_ref() == Some(&person.id) => {
            if changed {
                caller.stay_signed_in(&person)?;
            }
            Ok(see_other("/account?saved=yes"))
        }
        Some(_) => Ok(see_other("/sign-in?done=address")),
    }
}
