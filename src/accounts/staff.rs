//! Somebody who looks after the guide: signed in, with an editor's rights at least.

use super::{Caller, Member, Person, Rights};
use crate::error::Error;
use actix_web::dev::Payload;
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
    /// `Forbidden` with whom to ask, unless the person has these rights.
    pub fn need(&self, rights: Rights) -> Result<(), Error> {
        if self.may(rights) { Ok(()) } else { Err(refused(rights)) }
    }
}

fn refused(rights: Rights) -> Error {
    let article = if matches!(rights, Rights::Editor | Rights::Admin) { "an" } else { "a" };
    Error::Forbidden(format!(
        "This takes the rights of {article} {rights}. Ask somebody who is an admin here to give them to you; what you \
         typed is still in your browser if you go back."
    ))
}

impl FromRequest for Staff {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (caller, member) = (Caller::extract(request), Member::from_request(request, payload));
        async move {
            let (caller, member) = (caller.await?, member.await?);
            let person = caller.site.db.read(move |conn| Person::find(conn, &member.person)).await?;
            if person.rights < Rights::Editor {
                return Err(refused(Rights::Editor).into());
            }
            Ok(Staff { caller, person })
        }
        .boxed_local()
    }
}
