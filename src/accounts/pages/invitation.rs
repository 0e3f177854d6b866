//! Accepting an invitation: choosing a password makes the account.

use super::super::caller::Caller;
use super::super::token::{self, Purpose};
use super::super::{Invited, MailAddress, NewPerson, Person, password};
use super::{name_and_zone, stale, zones};
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct Ask {
    frame: Frame,
    form: Form,
    invited: Invited,
}

impl Ask {
    fn zones(&self) -> impl Iterator<Item = &'static str> {
        zones()
    }
}

const ONWARD: (&str, &str) = ("Sign in", "/sign-in");

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let (token, now) = (caller.asked("token"), caller.now);
    let sought = token.clone();
    let found =
        caller.site.db.read(move |conn| token::look::<Invited>(conn, Purpose::Invitation, &sought, now));
    match found.await? {
        Some((_, invited)) => {
            let form = Form::of(&[("token", &token), ("zone", "UTC")]);
            caller.show(&Ask { frame: caller.frame(), form, invited })
        }
        None => stale(&caller, ONWARD),
    }
}

pub async fn accept(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let (token, now) = (form.value("token").to_owned(), caller.now);
    let sought = token.clone();
    let found =
        caller.site.db.read(move |conn| token::look::<Invited>(conn, Purpose::Invitation, &sought, now));
    let Some((_, invited)) = found.await? else {
        return stale(&caller, ONWARD);
    };
    let (name, zone) = name_and_zone(&mut form);
    if let Some(problem) = password::problem(form.value("password"), &[&invited.address, &name]) {
        form.wrong("password", problem);
    }
    let address = MailAddress::parse(&invited.address).ok().filter(|_| form.fine());
    let Some(address) = address else {
        return caller.again(&Ask { frame: caller.frame(), form, invited });
    };
    let password = caller.desk.hashing.hash(form.value("password")).await?;
    let (office, device) = (caller.desk.office.clone(), caller.device.clone());
    let joined = caller.site.db.write(move |conn| {
        // Who has an account keeps it, and the invitation stays for whoever gives the rights.
        if Person::with_account(conn, &address)?.is_some() || !token::spend(conn, &token)? {
            return Ok(None);
        }
        let rights = invited.rights();
        let new = NewPerson { address: &address, name: &name, zone: &zone, rights, password: &password };
        super::join(conn, &office, &new, &device, now)
    });
    super::joined(&caller, joined.await?, "")
}
