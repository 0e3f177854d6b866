//! Signing in and out, and sending a form that was kept meanwhile.

use super::super::arrival::arrive;
use super::super::caller::{Caller, keyed, see_other, within};
use super::super::event::{self, Happening};
use super::super::member::{self, KeptForm};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{MailAddress, Member, Person};
use super::{address, signed_in, stale};
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Wrong passwords for one account from unknown devices, for one account on a device that signed in before,
/// and from one network.
const PER_ACCOUNT: Limit = Limit { tries: 10, minutes: 15 };
const PER_DEVICE: Limit = Limit { tries: 10, minutes: 15 };
const PER_NETWORK: Limit = Limit { tries: 50, minutes: 15 };

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct Ask {
    frame: Frame,
    form: Form,
    /// What was done before, so that one has to sign in again.
    done: &'static str,
    /// Where it leads, if that is what one has to sign in for.
    onward: String,
}

impl Ask {
    fn new(caller: &Caller, form: Form) -> Self {
        let done = match caller.asked("done").as_str() {
            "reset" => "Your new password is set, and all sessions were ended. Sign in with it.",
            "address" => {
                "Your mail address is changed, and all sessions were ended. Sign in with the new one."
            }
            _ => "",
        };
        let next = form.value("next");
        let onward = if next.is_empty() { String::new() } else { within(&caller.site, next) };
        Ask { frame: caller.frame(), form, done, onward }
    }
}

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let mut waits = false;
    if let Some(kept) = member::kept(&caller) {
        let now = caller.now;
        let found = caller.site.db.read(move |conn| token::look::<KeptForm>(conn, Purpose::Form, &kept, now));
        waits = matches!(found.await?, Some((None, _)));
    }
    let (next, kept) = (caller.asked("next"), if waits { "yes" } else { "" });
    let form = Form::of(&[("next", &next), ("kept", kept)]);
    caller.show(&Ask::new(&caller, form))
}

pub async fn take(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let again = |caller: &Caller, form, status| caller.answer(status, &Ask::new(caller, form));
    let sought = address(&mut form);
    if form.value("password").is_empty() {
        form.wrong("password", "Type your password.");
    }
    let Some(sought) = sought.filter(|_| form.fine()) else {
        return again(&caller, form, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let (account, now) = (keyed(&caller.site.secret, &sought.folded), caller.now);
    let (device, network) = (caller.device.clone(), caller.network.clone());
    let found = caller.site.db.write(move |conn| {
        let person = Person::by_address(conn, &sought)?;
        let known = match &person {
            Some(person) => device.is_known_to(conn, &person.id, now)?,
            None => false,
        };
        // Strangers' guesses count in another bucket than those on a device of the person's own.
        let (bucket, limit) = match device.hash().filter(|_| known) {
            Some(device) => (format!("sign-in/own/{account}/{}", &device[..32]), PER_DEVICE),
            None => (format!("sign-in/{account}"), PER_ACCOUNT),
        };
        // The network first: one that is at its limit fills nobody's bucket any more.
        let mut wait = None;
        if !known {
            wait = throttle::count(conn, &format!("sign-in/net/{network}"), PER_NETWORK, now)?;
        }
        if wait.is_none() {
            wait = throttle::count(conn, &bucket, limit, now)?;
        }
        Ok((wait, person, bucket))
    });
    let (wait, person, bucket) = found.await?;
    if let Some(wait) = wait {
        form.wrong("", wait.sentence(caller.now));
        return again(&caller, form, StatusCode::TOO_MANY_REQUESTS);
    }
    let kept = person.as_ref().and_then(|person| person.password.as_deref());
    let right = caller.desk.hashing.matches(kept, form.value("password")).await?;
    let Some(person) = person.filter(|_| right) else {
        return refuse(&caller, form).await;
    };
    let (office, device, kept) = (caller.desk.office.clone(), caller.device.clone(), member::kept(&caller));
    let arrived = caller.site.db.write(move |conn| {
        let Some(cookie) = arrive(conn, &office, &person, &device, Happening::SignedIn, now)? else {
            return Ok(None);
        };
        throttle::forget(conn, &bucket)?;
        // A form that was kept for nobody yet is this person's now, and offered once.
        let resumed = match kept {
            Some(kept) => token::give(conn, &kept, &person.id, now)?,
            None => false,
        };
        Ok(Some((person, cookie, resumed)))
    });
    // The password was right a moment ago, and was changed since.
    let Some((person, device, resumed)) = arrived.await? else {
        return refuse(&caller, form).await;
    };
    caller.sign_in(&person, form.value("stay") == "yes")?;
    let onward = if resumed { "/sign-in/resume".into() } else { within(&caller.site, form.value("next")) };
    signed_in(&onward, &device)
}

/// The same words, and the same work, whether there is such an account or not.
async fn refuse(caller: &Caller, mut form: Form) -> Result<HttpResponse> {
    let (device, now) = (caller.device.name.clone(), caller.now);
    let sought = MailAddress::parse(form.value("address"));
    let noted = caller.site.db.write(move |conn| {
        let person = sought.ok().map(|sought| Person::by_address(conn, &sought)).transpose()?.flatten();
        let person = person.map(|person| person.id).unwrap_or_default();
        event::note(conn, &person, Happening::SignInRefused, &device, now)
    });
    noted.await?;
    form.wrong(
        "password",
        "No account has this mail address with this password. Check both, or set a new password.",
    );
    caller.again(&Ask::new(caller, form))
}

#[derive(Template)]
#[template(path = "accounts/resume.html")]
struct Resume {
    frame: Frame,
    kept: KeptForm,
}

/// A form that was sent while signed out, to be sent now with one press.
pub async fn resume(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (token, now) = (member::kept(&caller).unwrap_or_default(), caller.now);
    let kept = caller.site.db.read(move |conn| token::look::<KeptForm>(conn, Purpose::Form, &token, now));
    match kept.await? {
        Some((whose, kept)) if whose.as_ref() == Some(&member.person) => {
            caller.show(&Resume { frame: caller.frame(), kept })
        }
        _ => stale(&caller, ("Your account", "/account")),
    }
}

pub async fn sign_out(caller: Caller) -> Result<HttpResponse> {
    if let Some(person) = caller.signed_in() {
        let (device, now) = (caller.device.name.clone(), caller.now);
        let noted =
            caller.site.db.write(move |conn| event::note(conn, &person, Happening::SignedOut, &device, now));
        noted.await?;
    }
    caller.session.purge();
    Ok(see_other("/sign-in"))
}
