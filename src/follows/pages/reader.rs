//! Whoever looks after their lists: signed in, or with the key of a letter.

use super::super::Key;
use crate::accounts::{Caller, Member, Person};
use crate::db::Conn;
use crate::error::{Error, Result};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

/// Who asks, and where the pages for them begin.
pub struct Reader {
    pub caller: Caller,
    pub base: String,
    pub way: Way,
}

/// How somebody shows who they are.
#[derive(Clone, Debug)]
pub enum Way {
    /// Signed in, by id.
    Member(String),
    /// With the key of a letter, which opens lists and not the account.
    Key(String),
}

impl FromRequest for Reader {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::extract_from(request);
        if let Some(key) = request.match_info().get("key") {
            let (base, way) = (Key::preferences(key), Way::Key(key.to_owned()));
            return async move { Ok(Reader { caller: caller?, base, way }) }.boxed_local();
        }
        let member = Member::from_request(request, payload);
        async move {
            let way = Way::Member(member.await?.person);
            Ok(Reader { caller: caller?, base: "/follows".into(), way })
        }
        .boxed_local()
    }
}

impl Way {
    /// Whose lists they are; nobody's if the key opens nothing.
    pub fn person(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Person>> {
        let id = match self {
            Way::Member(id) => id.clone(),
            Way::Key(key) => match Key::find(conn, key, now)? {
                Some(key) => key.person,
                None => return Ok(None),
            },
        };
        match Person::find(conn, &id) {
            Ok(person) => Ok(Some(person)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether what somebody follows is shown and changed: with a key, only where there is no account to sign in to.
    pub fn sees_follows(&self, person: &Person) -> bool {
        matches!(self, Way::Member(_)) || !person.has_account()
    }
}
