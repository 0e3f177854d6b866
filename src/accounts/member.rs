//! Somebody who is signed in; for everybody else the way leads through the sign-in page and back.

use super::Rights;
use super::caller::{Caller, Desk, LONGEST_NEXT, leading_on, see_other};
use super::session::{AWAY, ID, PERSON, PROVEN};
use super::throttle::{self, Limit};
use super::token::{self, Purpose};
use crate::error::Error;
use crate::ui::Form;
use actix_session::SessionExt;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

/// Who is signed in, by id. What the person may do is read with the rest of what a page needs.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: String,
    /// The id of the session that asks.
    pub session: String,
    /// More than a password was shown in this session: a passkey or a code.
    pub proven: bool,
    /// Whether staff have to have shown more for their rights to count.
    pub strict: bool,
}

impl Member {
    /// The rights that count in this session, of those that were given to the person: where a second factor is
    /// required of staff, they are a member's until one was shown.
    pub fn rights_in_force(&self, given: Rights) -> Rights {
        if self.proven || !self.strict { given } else { Rights::Member }
    }
}

/// A form that was sent while signed out, to be sent again after signing in.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptForm {
    pub path: String,
    pub fields: Vec<(String, String)>,
}

impl FromRequest for Member {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = request.get_session();
        let text = |key| session.get::<String>(key).ok().flatten();
        if let (Some(person), Some(session)) = (text(PERSON), text(ID)) {
            let desk = request.app_data::<Data<Desk>>();
            // Without the desk nothing is known, and the stricter rule holds.
            let strict = desk.is_none_or(|desk| desk.staff_second_factor);
            let proven = request.get_session().contains_key(PROVEN);
            return async move { Ok(Member { person, session, proven, strict }) }.boxed_local();
        }
        if session.contains_key(AWAY) {
            return async { Err(Error::Unavailable("the session cannot be read".into()).into()) }
                .boxed_local();
        }
        let (caller, body) = (Caller::extract(request), Bytes::from_request(request, payload));
        async move {
            let caller = caller.await?;
            let sent = caller.request.method() != Method::GET;
            let path = caller.request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
            if !sent {
                let next = if path.len() <= LONGEST_NEXT { path.as_str() } else { "/account" };
                return Err(away(see_other(&leading_on("/sign-in", next))));
            }
            let body = body.await.map_err(|_| Error::TooMuch(TOO_LARGE.into()))?;
            // Typed again rather than kept: what proves who one is.
            let form = Form::read(&body);
            let proof = |name: &str| name.contains("password") || name == "code";
            let fields = form.fields().iter().filter(|(name, _)| !proof(name));
            let kept = KeptForm { path, fields: fields.cloned().collect() };
            let (now, bucket) = (caller.now, format!("form/net/{}", caller.network));
            let issued = caller.site.db.write(move |conn| match throttle::count(conn, &bucket, KEPT, now)? {
                Some(wait) => Err(Error::TooMuch(wait.sentence(now))),
                None => token::issue(conn, Purpose::Form, None, &kept, now),
            });
            // In a cookie rather than in the address: nobody can have somebody else send a form of theirs.
            let cookie = Cookie::build(cookie_name(caller.site.local), issued.await?)
                .path("/sign-in")
                .http_only(true)
                .secure(!caller.site.local)
                .same_site(SameSite::Lax)
                .max_age(Duration::hours(1))
                .finish();
            let mut answer = see_other("/sign-in");
            let unfit = |_| Error::Unexpected("the cookie of a kept form cannot be written".into());
            answer.add_cookie(&cookie).map_err(unfit)?;
            Err(away(answer))
        }
        .boxed_local()
    }
}

/// Forms that are kept for one network.
const KEPT: Limit = Limit { tries: 20, minutes: 60 };
const TOO_LARGE: &str =
    "The form is too large to be kept. Go back, copy your text, sign in and send it again.";

/// The token of the form that this browser sent while signed out.
pub fn kept(caller: &Caller) -> Option<String> {
    Some(caller.request.cookie(cookie_name(caller.site.local))?.value().to_owned())
}

fn away(answer: HttpResponse) -> actix_web::Error {
    InternalError::from_response("not signed in", answer).into()
}

/// `__Secure-`, since `__Host-` would send it with every request.
fn cookie_name(local: bool) -> &'static str {
    if local { "waymark-form" } else { "__Secure-form" }
}
