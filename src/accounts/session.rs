//! Sessions: kept in the database under the hash of their key, so that all instances share them and each can be ended.

use super::Person;
use super::token::{self, Purpose, hash};
use crate::clock::Clock;
use crate::db::schema::{people, sessions};
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::secret::Secret;
use actix_session::SessionMiddleware;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Keys of what a session holds.
pub const ID: &str = "id";
pub const PERSON: &str = "person";
pub const DEVICE: &str = "device";
pub const STAY: &str = "stay";
/// Of the person when what proves who they are was looked at.
pub const EPOCH: &str = "epoch";
/// Set when somebody showed more than a password.
pub const PROVEN: &str = "proven";
/// Set for one request when the database is away: whether somebody is signed in is not known.
pub const AWAY: &str = "away";

/// How long a session lasts without use, and at most. One that does not stay ends with the browser; but browsers that
/// open again where they were closed bring it back.
const IDLE: TimeDelta = TimeDelta::hours(2);
const LONGEST: TimeDelta = TimeDelta::days(1);
const IDLE_WHEN_STAYING: TimeDelta = TimeDelta::days(30);
const LONGEST_WHEN_STAYING: TimeDelta = TimeDelta::days(180);
/// The last use is written down when it is older than this: not each page is a write.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);
/// How long a request waits for that; it goes on, and so does the writing.
const NOTING: std::time::Duration = std::time::Duration::from_millis(400);

/// A session as its person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    pub id: String,
    /// Browser and system, as the browser told.
    pub device: String,
    pub began: DateTime<Utc>,
    /// To within a few minutes.
    pub used: DateTime<Utc>,
    /// The one that asks.
    pub own: bool,
}

/// What lives at a moment: within its limits, and of its person's epoch. One that is nobody's has no epoch.
macro_rules! live {
    ($now:expr) => {{
        let now: i64 = $now.timestamp_millis();
        sessions::table
            .left_join(people::table.on(sessions::person.eq(people::id.nullable())))
            .filter(sessions::person.is_null().or(people::epoch.nullable().eq(sessions::epoch.nullable())))
            .filter(sessions::idle_until.gt(now).and(sessions::ends_at.gt(now)))
    }};
}

/// A person's live sessions, the one used last first. `own` is the id of the one that asks.
pub fn of(conn: &mut Conn, person: &str, own: &str, now: DateTime<Utc>) -> Result<Vec<Listed>> {
    let rows: Vec<(String, String, i64, i64)> = live!(now)
        .filter(sessions::person.eq(person))
        .order((sessions::used_at.desc(), sessions::id))
        .select((sessions::id, sessions::device, sessions::created_at, sessions::used_at))
        .load(conn)?;
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let listed = |(id, device, began, used): (String, String, i64, i64)| Listed {
        own: id == own,
        id,
        device,
        began: moment(began),
        used: moment(used),
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Ends one session of a person; false if it is not theirs or over.
pub fn end(conn: &mut Conn, person: &str, id: &str) -> Result<bool> {
    let one = sessions::table.filter(sessions::id.eq(id).and(sessions::person.eq(person)));
    Ok(diesel::delete(one).execute(conn)? > 0)
}

/// Deletes all sessions of a person, and sign-ins that wait for a code. Those that are being written at this moment are
/// ended by the person's epoch.
pub(super) fn end_all(conn: &mut Conn, person: &str) -> Result<()> {
    token::revoke(conn, person, Purpose::Step)?;
    diesel::delete(sessions::table.filter(sessions::person.eq(person))).execute(conn)?;
    Ok(())
}

/// Deletes what has ended.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let now = now.timestamp_millis();
    let over = sessions::table.filter(sessions::ends_at.le(now).or(sessions::idle_until.le(now)));
    diesel::delete(over).execute(conn)?;
    // One that was being written while its person changed or left.
    let current = people::table
        .filter(people::id.nullable().eq(sessions::person).and(people::epoch.eq(sessions::epoch)));
    let stale = sessions::table.filter(sessions::person.is_not_null().and(not(exists(current))));
    diesel::delete(stale).execute(conn)?;
    Ok(())
}

/// The store behind actix-session.
#[derive(Clone)]
pub struct Store {
    pub db: Db,
    pub clock: Clock,
}

type State = HashMap<String, String>;

impl Store {
    /// What a live session holds, and whether its use was written down long enough ago to be so again.
    async fn find(&self, key: String) -> Result<Option<(State, bool)>> {
        let (now, key) = (self.clock.now(), hash(&key));
        let live = move |conn: &mut Conn| -> Result<Option<(String, i64)>> {
            Ok(live!(now)
                .filter(sessions::key_hash.eq(key))
                .select((sessions::state, sessions::used_at))
                .first(conn)
                .optional()?)
        };
        let Some((state, used_at)) = self.db.read(live).await? else { return Ok(None) };
        Ok(Some((serde_json::from_str(&state)?, used_at < (now - NOTED_EVERY).timestamp_millis())))
    }

    /// Writes down that it is in use, unless another request just did.
    async fn touch(&self, key: String, state: &State) -> Result<()> {
        let now = self.clock.now();
        let stale = (now - NOTED_EVERY).timestamp_millis();
        let (idle, _) = limits(state);
        let person = text(state, PERSON);
        self.db
            .write(move |conn| {
                let touched =
                    diesel::update(sessions::table.find(hash(&key)).filter(sessions::used_at.lt(stale)))
                        .set((
                            sessions::used_at.eq(now.timestamp_millis()),
                            sessions::idle_until.eq((now + idle).timestamp_millis()),
                        ))
                        .execute(conn)?;
                match person {
                    Some(person) if touched > 0 => Person::seen(conn, &person, now),
                    _ => Ok(()),
                }
            })
            .await
    }

    /// Writes a new session; none if what it rests on was changed since it was looked at.
    async fn insert(&self, key: &str, state: State) -> Result<()> {
        let now = self.clock.now();
        let (person, device) = (text(&state, PERSON), text(&state, DEVICE).unwrap_or_default());
        let epoch: i64 = state.get(EPOCH).and_then(|epoch| epoch.parse().ok()).unwrap_or_default();
        let id = text(&state, ID).unwrap_or_else(|| Uuid::now_v7().to_string());
        let (idle, longest) = limits(&state);
        let (json, key) = (serde_json::to_string(&state)?, hash(key));
        self.db
            .write(move |conn| {
                if let Some(person) = &person {
                    let current = people::table.find(person).select(people::epoch).first(conn).optional()?;
                    if current != Some(epoch) {
                        return Ok(());
                    }
                }
                diesel::insert_into(sessions::table)
                    .values((
                        sessions::key_hash.eq(&key),
                        sessions::id.eq(&id),
                        sessions::person.eq(&person),
                        sessions::state.eq(&json),
                        sessions::device.eq(&device),
                        sessions::created_at.eq(now.timestamp_millis()),
                        sessions::used_at.eq(now.timestamp_millis()),
                        sessions::idle_until.eq((now + idle).timestamp_millis()),
                        sessions::ends_at.eq((now + longest).timestamp_millis()),
                        // Should the person change while this is written, it does not count.
                        sessions::epoch.eq(epoch),
                    ))
                    .execute(conn)?;
                Ok(())
            })
            .await
    }

    /// Writes what a session holds now, if it is still there.
    async fn revise(&self, key: &str, state: State) -> Result<()> {
        let (person, json, key) = (text(&state, PERSON), serde_json::to_string(&state)?, hash(key));
        self.db
            .write(move |conn| {
                diesel::update(sessions::table.find(&key))
                    .set((sessions::state.eq(&json), sessions::person.eq(&person)))
                    .execute(conn)?;
                Ok(())
            })
            .await
    }
}

/// A text that a session holds.
fn text(state: &State, name: &str) -> Option<String> {
    serde_json::from_str(state.get(name)?).ok()
}

/// How long a session lasts without use, and at most.
fn limits(state: &State) -> (TimeDelta, TimeDelta) {
    if state.contains_key(STAY) { (IDLE_WHEN_STAYING, LONGEST_WHEN_STAYING) } else { (IDLE, LONGEST) }
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        match self.find(key.as_ref().to_owned()).await {
            Ok(Some((state, stale))) => {
                // Reading goes on when it cannot be noted, and does not wait for whoever writes.
                if stale {
                    match tokio::time::timeout(NOTING, self.touch(key.as_ref().to_owned(), &state)).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => {
                            tracing::warn!(%error, "the use of a session was not written down")
                        }
                        Err(_) => tracing::debug!("the use of a session takes long to be written down"),
                    }
                }
                Ok(Some(state))
            }
            Ok(None) => Ok(None),
            Err(Error::Unavailable(_)) => Ok(Some(HashMap::from([(AWAY.to_owned(), "true".to_owned())]))),
            Err(error) => Err(LoadError::Other(error.into())),
        }
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = super::token::random().map_err(|e| SaveError::Other(e.into()))?;
        self.insert(&key, state).await.map_err(|e| SaveError::Other(e.into()))?;
        SessionKey::try_from(key).map_err(|e| SaveError::Other(e.into()))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        self.revise(key.as_ref(), state).await.map_err(|e| UpdateError::Other(e.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        // The limits are the store's own: `load` moves the idle one.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let key = hash(key.as_ref());
        self.db
            .write(move |conn| Ok(diesel::delete(sessions::table.find(key)).execute(conn).map(drop)?))
            .await?;
        Ok(())
    }
}

/// Browsers keep `__Host-` cookies for https and this host alone; at http://localhost they refuse them.
pub(super) fn cookie_name(local: bool) -> &'static str {
    if local { "waymark-session" } else { "__Host-session" }
}

/// The middleware that gives requests their session. Visitors without one get no cookie, and a cookie ends with the
/// browser.
pub fn middleware(store: Store, secret: &Secret, local: bool) -> SessionMiddleware<Store> {
    let key = [secret.sign("session cookie", b"1"), secret.sign("session cookie", b"2")].concat();
    SessionMiddleware::builder(store, Key::from(&key))
        .cookie_name(cookie_name(local).into())
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_secure(!local)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".into())
        .build()
}

/// Stands in a request whose session is to outlast the browser.
struct Stays;

/// Has the browser keep the session's cookie that the answer to this request brings.
pub(super) fn outlast(request: &HttpRequest) {
    request.extensions_mut().insert(Stays);
}

/// The middleware around the other one, which knows one kind of cookie for all: it gives the cookies of those who stay
/// signed in a time. How long a session is good, the store decides.
pub async fn keep_staying(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut answer = next.call(request).await?;
    if answer.request().extensions().get::<Stays>().is_none() {
        return Ok(answer);
    }
    let headers = answer.headers_mut();
    let cookies: Vec<HeaderValue> = headers.remove(header::SET_COOKIE).collect();
    for cookie in cookies {
        let ours = [true, false].map(cookie_name).iter().any(|name| {
            cookie.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
        });
        let time = format!("; Max-Age={}", LONGEST_WHEN_STAYING.num_seconds());
        let kept =
            HeaderValue::from_bytes(&[cookie.as_bytes(), time.as_bytes()].concat()).ok().filter(|_| ours);
        headers.append(header::SET_COOKIE, kept.unwrap_or(cookie));
    }
    Ok(answer)
}
