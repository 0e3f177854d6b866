//! The account itself: who one is, and the password.

use super::super::caller::{Caller, see_other};
use super::super::event::{self, Happening};
use super::super::letters::{self, Changed};
use super::super::throttle::{self, Limit};
use super::super::{Member, Person, Rights, password};
use super::{name_and_zone, person_of, zones};
use crate::error::Result;
use crate::follows::Subscription;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    frame: Frame,
    person: Person,
    form: Form,
    saved: bool,
    /// Those that count in this session.
    rights: Rights,
}

impl Show {
    fn zones(&self) -> impl Iterator<Item = &'static str> {
        zones()
    }
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let person = person_of(&caller, &member).await?;
    let form = Form::of(&[("name", &person.name), ("zone", &person.zone)]);
    let rights = member.rights_in_force(person.rights);
    caller.show(&Show { frame: caller.frame(), person, form, saved: caller.asked("saved") == "yes", rights })
}

pub async fn describe(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (name, zone) = name_and_zone(&mut form);
    if form.fine() {
        let (id, now) = (member.person.clone(), caller.now);
        let described = caller.site.db.write(move |conn| {
            Person::describe(conn, &id, &name, &zone)?;
            Subscription::reckon(conn, &id, now)
        });
        described.await?;
        return Ok(see_other("/account?saved=yes"));
    }
    let person = person_of(&caller, &member).await?;
    let rights = member.rights_in_force(person.rights);
    caller.again(&Show { frame: caller.frame(), person, form, saved: false, rights })
}

/// Passwords tried by somebody who is signed in.
pub(super) const OLD_PASSWORD: Limit = Limit { tries: 10, minutes: 15 };

/// Reads the person, and checks the password typed in `field`; what is wrong is added to the form.
pub(super) async fn proved(caller: &Caller, member: &Member, form: &mut Form, field: &str) -> Result<Person> {
    let (id, now) = (member.person.clone(), caller.now);
    let found = caller.site.db.write(move |conn| {
        let wait = throttle::count(conn, &format!("password/{id}"), OLD_PASSWORD, now)?;
        Ok((wait, Person::find(conn, &id)?))
    });
    let (wait, person) = found.await?;
    if let Some(wait) = wait {
        form.wrong(field, wait.sentence(now));
    } else if !caller.desk.hashing.matches(person.password.as_deref(), form.value(field)).await? {
        form.wrong(field, "This is not your password. Type the one that you sign in with.");
    }
    Ok(person)
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct NewPassword {
    frame: Frame,
    form: Form,
}

pub async fn ask_password(caller: Caller, _: Member) -> Result<HttpResponse> {
    caller.show(&NewPassword { frame: caller.frame(), form: Form::default() })
}

pub async fn set_password(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let person = proved(&caller, &member, &mut form, "old-password").await?;
    if let Some(problem) = password::problem(form.value("password"), &[&person.address, &person.name]) {
        form.wrong("password", problem);
    }
    if !form.fine() {
        return caller.again(&NewPassword { frame: caller.frame(), form });
    }
    let hash = caller.desk.hashing.hash(form.value("password")).await?;
    let (office, device, now) = (caller.desk.office.clone(), caller.device.name.clone(), caller.now);
    let done = caller.site.db.write(move |conn| {
        let Some(person) = person.set_password(conn, &hash)? else {
            return Ok(None);
        };
        throttle::forget(conn, &format!("password/{}", person.id))?;
        event::note(conn, &person.id, Happening::PasswordChanged, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::Password, now)?;
        Ok(Some(person))
    });
    let Some(person) = done.await? else {
        form.wrong(
            "old-password",
            "Your account was changed a moment ago. Type the password that it has now.",
        );
        return caller.again(&NewPassword { frame: caller.frame(), form });
    };
    caller.stay_signed_in(&person)?;
    Ok(see_other("/account?saved=yes"))
}
