//! Somebody who is signed in; for everybody else the way leads through the sign-in page and back.

use super::caller::{Caller, see_other};
use super::session::{AWAY, ID, PERSON};
use super::token::{self, Purpose};
use crate::error::Error;
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

/// Who is signed in, by id. What the person may do is read with the rest of what a page needs.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: String,
    /// The id of the session that asks.
    pub session: String,
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
            return async { Ok(Member { person, session }) }.boxed_local();
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
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            if sent {
                let body = body.await.map_err(|_| Error::TooMuch("The form is too large to be kept. Go back, copy your text, sign in and send it again.".into()))?;
                // Typed again rather than kept: what proves who one is.
                let fields = crate::ui::Form::read(&body).fields().iter().filter(|(name, _)| !name.contains("password")).cloned().collect();
                let kept = KeptForm { path, fields };
                let now = caller.now;
                let token = caller.site.db.write(move |conn| token::issue(conn, Purpose::Form, None, &kept, now)).await?;
                query.append_pair("kept", &token);
            } else {
                query.append_pair("next", &path);
            }
            let sign_in = see_other(&format!("/sign-in?{}", query.finish()));
            Err(InternalError::from_response("not signed in", sign_in).into())
        }
        .boxed_local()
    }
}
