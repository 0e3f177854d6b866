//! Signing in and out, and sending a form that was kept meanwhile.

use super::super::arrival::arrive;
use super::super::caller::{Caller, keyed, leading_on, see_other, within};
use super::super::event::{self, Happening};
use super::super::member::{self, KeptForm};
use super::super::throttle::{self, Limit};
use super::super::token::{self, Purpose};
use super::super::{MailAddress, Member, Person, Rights};
use super::second::{self, Step};
use super::{Onward, address, signed_in, stale};
use crate::db::Conn;
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

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
    onward: Onward,
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
        Ask { frame: caller.frame(), onward: Onward::to(caller, form.value("next")), form, done }
    }
}

/// The page again, with a problem of its form.
pub(super) fn again(caller: &Caller, form: Form, status: StatusCode) -> Result<HttpResponse> {
    caller.answer(status, &Ask::new(caller, form))
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
        let person = Person::with_account(conn, &sought)?;
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
    let stay = form.value("stay") == "yes";
    let step = Step { stay, next: form.value("next").to_owned() };
    let arrived = caller.site.db.write(move |conn| {
        // Nobody is signed in, and no device known, before the code is right as well.
        if let Some(token) = second::begin(conn, &person, &step, now)? {
            throttle::forget(conn, &bucket)?;
            return Ok(Arrived::Half(token));
        }
        let Some(cookie) = arrive(conn, &office, &person, &device, Happening::SignedIn, now)? else {
            return Ok(Arrived::Not);
        };
        throttle::forget(conn, &bucket)?;
        let resumed = claim(conn, kept.as_deref(), &person, now)?;
        Ok(Arrived::In(Box::new(person), cookie, resumed))
    });
    match arrived.await? {
        Arrived::Half(token) => second::onward(&caller, &token),
        // The password was right a moment ago, and was changed since.
        Arrived::Not => refuse(&caller, form).await,
        Arrived::In(person, cookie, resumed) => {
            enter(&caller, &person, &Way { proven: false, stay, next: form.value("next"), resumed }, &cookie)
        }
    }
}

/// How far somebody came whose password was right.
enum Arrived {
    In(Box<Person>, Cookie<'static>, bool),
    /// A code has to follow: the token of that step.
    Half(String),
    Not,
}

/// Whether a form waits that was kept for nobody yet: it is this person's now, and offered once.
pub(super) fn claim(
    conn: &mut Conn,
    kept: Option<&str>,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<bool> {
    match kept {
        Some(kept) => token::give(conn, kept, &person.id, now),
        None => Ok(false),
    }
}

/// How somebody came in, and where they want to go.
pub(super) struct Way<'a> {
    /// With more than a password.
    pub proven: bool,
    pub stay: bool,
    pub next: &'a str,
    /// A form of theirs waits to be sent again.
    pub resumed: bool,
}

/// Signs somebody in and leads them on: staff who have to show more than a password to where they do.
pub(super) fn enter(
    caller: &Caller,
    person: &Person,
    way: &Way,
    device: &Cookie<'static>,
) -> Result<HttpResponse> {
    caller.sign_in(person, way.stay)?;
    if way.proven {
        caller.prove()?;
    }
    let onward = if way.resumed { RESUME.into() } else { within(&caller.site, way.next) };
    if person.rights >= Rights::Editor && !caller.staff_rights_count() {
        return signed_in(&leading_on("/account/factors", &onward), device);
    }
    signed_in(&onward, device)
}

/// Where a form that was kept is sent.
pub(super) const RESUME: &str = "/sign-in/resume";

/// The same words, and the same work, whether there is such an account or not.
async fn refuse(caller: &Caller, mut form: Form) -> Result<HttpResponse> {
    let (device, now) = (caller.device.name.clone(), caller.now);
    let sought = MailAddress::parse(form.value("address"));
    let noted = caller.site.db.write(move |conn| {
        let person = sought.ok().map(|sought| Person::with_account(conn, &sought)).transpose()?.flatten();
        let person = person.map(|person| person.id).unwrap_or_default();
        event::note(conn, &person, Happening::SignInRefused, &device, now)
    });
    noted.await?;
    form.wrong(
        "password",
        "No account has this mail address with this password. Check both, or set a new password.",
    );
    again(caller, form, StatusCode::UNPROCESSABLE_ENTITY)
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
