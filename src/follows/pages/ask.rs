//! Following something: with one press for those who are signed in, by letter for everybody else.

use super::super::{FOLLOW, Interest, Named, Subject, letters};
use super::onward;
use crate::accounts::token::{self, Purpose};
use crate::accounts::{Caller, Limit, MailAddress, Person, see_other, throttle};
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::{Deserialize, Serialize};

/// Letters to one address in a day, and asked for from one network in an hour: a household, or a class.
const PER_ADDRESS: Limit = Limit { tries: 3, minutes: 24 * 60 };
const PER_NETWORK: Limit = Limit { tries: 40, minutes: 60 };

#[derive(Template)]
#[template(path = "follows/ask.html")]
struct Ask {
    frame: Frame,
    form: Form,
    named: Named,
    signed_in: bool,
}

#[derive(Template)]
#[template(path = "follows/asked.html")]
struct Asked {
    frame: Frame,
    named: Named,
    /// Letters lie in files on this machine.
    letters: bool,
}

/// What waits for a confirmation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub address: String,
    pub subject: String,
}

/// What a form or an address names.
fn subject(word: &str) -> Result<Subject> {
    Subject::read(word).ok_or(Error::NotFound)
}

pub async fn ask(caller: Caller) -> Result<HttpResponse> {
    let subject = subject(&caller.asked("subject"))?;
    let named = caller.site.db.read(move |conn| Named::find(conn, &subject)).await?;
    let signed_in = caller.signed_in().is_some();
    caller.show(&Ask { frame: caller.frame(), form: Form::default(), named, signed_in })
}

/// From any page, which is the same for everybody: whoever is signed in follows, and others are asked for an address.
pub async fn take(caller: Caller, form: Form) -> Result<HttpResponse> {
    let subject = subject(form.value("subject"))?;
    let word = subject.word();
    let Some(person) = caller.signed_in() else {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        return Ok(see_other(&format!("/follow?{}", query.append_pair("subject", &word).finish())));
    };
    let now = caller.now;
    let followed = caller.site.db.write(move |conn| {
        Named::find(conn, &subject)?;
        Person::account(conn, &person)?;
        Interest::put(conn, &person, FOLLOW, &[subject], now)
    });
    followed.await?;
    Ok(onward("/follows", "followed", &word))
}

/// By mail address alone. The answer and the letter are the same whether the address is known or not.
pub async fn by_mail(caller: Caller, mut form: Form) -> Result<HttpResponse> {
    let subject = subject(form.value("subject"))?;
    let to =
        MailAddress::parse(form.value("address")).map_err(|sentence| form.wrong("address", sentence)).ok();
    let sought = subject.clone();
    let Some(to) = to else {
        let named = caller.site.db.read(move |conn| Named::find(conn, &sought)).await?;
        return caller.again(&Ask { frame: caller.frame(), form, named, signed_in: false });
    };
    // People do not see this field. Whoever fills it is no person.
    let robot = !form.value("website").is_empty();
    let (office, now, network) = (caller.desk.office.clone(), caller.now, caller.network.clone());
    let bucket = format!("follow/{}", caller.keyed(&to.folded));
    let asked = caller.site.db.write(move |conn| {
        let named = Named::find(conn, &sought)?;
        let mut wait = throttle(conn, &format!("follow/net/{network}"), PER_NETWORK, now)?;
        if wait.is_none() && !robot {
            wait = throttle(conn, &bucket, PER_ADDRESS, now)?;
        }
        if wait.is_none() && !robot {
            let wanted = Wanted { address: to.shown.clone(), subject: subject.word() };
            let token = token::issue(conn, Purpose::Follow, Some(&to.key()), &wanted, now)?;
            letters::confirm(conn, &office, &to, &named, &token, now)?;
        }
        Ok((wait, named))
    });
    let (wait, named) = asked.await?;
    if let Some(wait) = wait {
        form.wrong("", wait.sentence(caller.now));
        let ask = Ask { frame: caller.frame(), form, named, signed_in: false };
        return caller.answer(StatusCode::TOO_MANY_REQUESTS, &ask);
    }
    let letters = caller.site.local && caller.desk.office.keeps_files();
    caller.show(&Asked { frame: caller.frame(), named, letters })
}
