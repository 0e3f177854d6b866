//! Recovery codes: shown once, to be printed or written down; made anew when they run out or somebody saw them.

use super::super::Member;
use super::super::caller::Caller;
use super::super::event::{self, Happening};
use super::super::factors::Factors;
use super::super::letters::{self, Changed};
use super::super::recovery;
use super::factors::may_change;
use crate::error::{Error, Result};
use crate::ui::{Form, Frame};
use actix_web::HttpResponse;
use askama::Template;

/// The page that shows them. Without new ones it says that those from before are still good.
#[derive(Template)]
#[template(path = "accounts/codes.html")]
pub(super) struct Codes {
    frame: Frame,
    title: &'static str,
    codes: Vec<String>,
}

impl Codes {
    pub(super) fn new(caller: &Caller, title: &'static str, codes: Vec<String>) -> Codes {
        Codes { frame: caller.frame(), title, codes }
    }
}

#[derive(Template)]
#[template(path = "accounts/recovery.html")]
struct Ask {
    frame: Frame,
    form: Form,
    left: i64,
}

pub async fn ask(caller: Caller, member: Member) -> Result<HttpResponse> {
    let factors = caller.site.db.read(move |conn| Factors::of(conn, &member.person)).await?;
    if !factors.any() {
        return Err(Error::NotFound);
    }
    caller.show(&Ask { frame: caller.frame(), form: Form::default(), left: factors.recovery_left })
}

pub async fn renew(caller: Caller, member: Member, mut form: Form) -> Result<HttpResponse> {
    let (person, factors) = may_change(&caller, &member, &mut form).await?;
    if !factors.any() {
        return Err(Error::NotFound);
    }
    if !form.fine() {
        return caller.again(&Ask { frame: caller.frame(), form, left: factors.recovery_left });
    }
    let (office, device, now) = (caller.desk.office.clone(), caller.device.name.clone(), caller.now);
    let made = caller.site.db.write(move |conn| {
        event::note(conn, &person.id, Happening::RecoveryMade, &device, now)?;
        letters::told(conn, &office, &person, &person.address, Changed::RecoveryMade, now)?;
        recovery::renew(conn, &person.id, now)
    });
    let codes = made.await?;
    caller.show(&Codes::new(&caller, "Your new recovery codes", codes))
}
