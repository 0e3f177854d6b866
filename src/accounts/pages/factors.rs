//! What a person has beside the password: passkeys, an authenticator app, recovery codes.

use super::super::caller::{Caller, see_other, within};
use super::super::factors::{Factors, Typed, Verdict};
use super::super::{Member, Person};
use super::own::proved;
use super::second::refused;
use super::sign_in::RESUME;
use crate::error::Result;
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/factors.html")]
struct Show {
    frame: Frame,
    form: Form,
    person: Person,
    factors: Factors,
    /// What was done last.
    done: &'static str,
    /// Rights that do not count yet.
    waiting: bool,
    /// Nothing can be changed before one of these was shown.
    guarded: bool,
    next: String,
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    page(&caller, &member, Form::default(), StatusCode::OK).await
}

async fn page(caller: &Caller, member: &Member, form: Form, status: StatusCode) -> Result<HttpResponse> {
    let id = member.person.clone();
    let read = caller.site.db.read(move |conn| Ok((Person::find(conn, &id)?, Factors::of(conn, &id)?)));
    let (person, factors) = read.await?;
    let asked = if form.value("next").is_empty() { caller.asked("next") } else { form.value("next").into() };
    let next = match asked.as_str() {
        "" => String::new(),
        RESUME => asked,
        other => within(&caller.site, other),
    };
    let done = match caller.asked("done").as_str() {
        "app-removed" => "The authenticator app is removed. Signing in asks for no code any more.",
        "passkey-added" => "The passkey is added. You can sign in with it from now on.",
        "passkey-removed" => {
            "The passkey is removed here. Your device or password manager may keep its part: delete it there as well."
        }
        "proven" => "This session has shown a second factor.",
        _ => "",
    };
    let waiting = member.rights_in_force(person.rights) != person.rights;
    let guarded = factors.guarded(&person, member.proven);
    caller
        .answer(status, &Show { frame: caller.frame(), form, person, factors, done, waiting, guarded, next })
}

/// Shows a code in a session that began with the password alone, as it does for those who have only passkeys.
pub async fn prove(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let id = member.person.clone();
    let person = caller.site.db.read(move |conn| Person::find(conn, &id)).await?;
    let typed = Typed::new(&caller, &person, form.value("code"));
    match caller.site.db.write(move |conn| typed.judge(conn)).await? {
        Verdict::App | Verdict::Recovery => {
            caller.stay_signed_in(&person)?;
            caller.prove()?;
            let pairs = [("done", "proven"), ("next", form.value("next"))];
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            Ok(see_other(&format!("/account/factors?{query}")))
        }
        verdict => {
            let status = refused(&mut form, &verdict, caller.now);
            page(&caller, &member, form, status).await
        }
    }
}

/// Reads the person, and checks the password in the form, and whether with it alone these things may be changed.
pub(super) async fn may_change(
    caller: &Caller,
    member: &Member,
    form: &mut Form,
) -> Result<(Person, Factors)> {
    let person = proved(caller, member, form, "password").await?;
    let id = person.id.clone();
    let factors = caller.site.db.read(move |conn| Factors::of(conn, &id)).await?;
    if factors.guarded(&person, member.proven) {
        form.wrong(
            "",
            "You signed in with the password alone. Sign in with your passkey, or type a recovery code under Passkeys and codes, and come back.",
        );
    }
    Ok((person, factors))
}
