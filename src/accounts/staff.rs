//! Somebody who looks after the guide: signed in, with an editor's rights at least.

use super::caller::see_other;
use super::{Caller, Member, Person, Rights};
use crate::error::Error;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

/// What a page of the editors takes: nobody else gets past it.
pub struct Staff {
    pub caller: Caller,
    pub person: Person,
}

impl Staff {
    pub fn may(&self, rights: Rights) -> bool {
        self.person.rights >= rights
    }

    /// # Errors
    /// `Refused` with whom to ask, unless the person has these rights.
    pub fn need(&self, rights: Rights) -> Result<(), Error> {
        if self.may(rights) { Ok(()) } else { Err(refused(rights)) }
    }
}

fn refused(rights: Rights) -> Error {
    let article = if matches!(rights, Rights::Editor | Rights::Admin) { "an" } else { "a" };
    Error::Refused(format!(
        "This takes the rights of {article} {rights}. Ask somebody who is an admin here to give them to you; what you \
         typed is still in your browser if you go back."
    ))
}

/// Their rights do not count yet: pages lead to where they begin to, forms say so.
fn unproven(caller: &Caller) -> actix_web::Error {
    if caller.request.method() != Method::GET {
        let sentence = "Your rights count once you have shown a passkey or a code in this session. Do that under \
                        Your account, Passkeys and codes; what you typed is still in your browser if you go back.";
        return Error::Refused(sentence.into()).into();
    }
    let path = caller.request.uri().path_and_query().map_or("/", |path| path.as_str());
    let next = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", path).finish();
    let answer = see_other(&format!("/account/factors?{next}"));
    InternalError::from_response("no second factor was shown", answer).into()
}

impl FromRequest for Staff {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (caller, member) = (Caller::extract(request), Member::from_request(request, payload));
        async move {
            let (caller, member) = (caller.await?, member.await?);
            let id = member.person.clone();
            let person = caller.site.db.read(move |conn| Person::find(conn, &id)).await?;
            if person.rights < Rights::Editor {
                return Err(refused(Rights::Editor).into());
            }
            if member.rights_in_force(person.rights) < person.rights {
                return Err(unproven(&caller));
            }
            Ok(Staff { caller, person })
        }
        .boxed_local()
    }
}
