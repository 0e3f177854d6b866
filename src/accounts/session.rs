//! Sessions: kept in the database under the hash of their key, so that all instances share them and each can be ended.

use super::token::{self, Purpose, hash};
use crate::clock::Clock;
use crate::db::schema::sessions;
use crate::db::{Conn, Db};
use crate::error::{Error, Result};
use crate::secret::Secret;
use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Keys of what a session holds.
pub const ID: &str = "id";
pub const PERSON: &str = "person";
pub const DEVICE: &str = "device";
pub const STAY: &str = "stay";
/// Set when somebody showed more than a password.
pub const PROVEN: &str = "proven";
/// Set for one request when the database is away: whether somebody is signed in is not known.
pub const AWAY: &str = "away";

/// How long a session lasts without use, and at most.
const IDLE: TimeDelta = TimeDelta::hours(12);
const IDLE_WHEN_STAYING: TimeDelta = TimeDelta::days(30);
const LONGEST: TimeDelta = TimeDelta::days(180);
/// The last use is written down when it is older than this: not each page is a write.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);

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

/// A person's live sessions, the one used last first. `own` is the id of the one that asks.
pub fn of(conn: &mut Conn, person: &str, own: &str, now: DateTime<Utc>) -> Result<Vec<Listed>> {
    let rows: Vec<(String, String, i64, i64)> = sessions::table
        .filter(sessions::person.eq(person).and(sessions::idle_until.gt(now.timestamp_millis())))
        .filter(sessions::ends_at.gt(now.timestamp_millis()))
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

/// Ends all sessions of a person, but the one with the id `except`, and sign-ins that wait for a code.
pub fn end_all(conn: &mut Conn, person: &str, except: Option<&str>) -> Result<usize> {
    token::revoke(conn, person, Purpose::Step)?;
    let except = except.unwrap_or_default();
    let all = sessions::table.filter(sessions::person.eq(person).and(sessions::id.ne(except)));
    Ok(diesel::delete(all).execute(conn)?)
}

/// Deletes what has ended.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    let now = now.timestamp_millis();
    let over = sessions::table.filter(sessions::ends_at.le(now).or(sessions::idle_until.le(now)));
    diesel::delete(over).execute(conn)?;
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
    async fn find(&self, key: String) -> Result<Option<State>> {
        let (now, key) = (self.clock.now(), hash(&key));
        let live = move |conn: &mut Conn| -> Result<Option<String>> {
            Ok(sessions::table
                .find(key)
                .filter(sessions::idle_until.gt(now.timestamp_millis()))
                .filter(sessions::ends_at.gt(now.timestamp_millis()))
                .select(sessions::state)
                .first(conn)
                .optional()?)
        };
        let state = self.db.read(live).await?;
        Ok(state.map(|state| serde_json::from_str(&state)).transpose()?)
    }

    /// Writes down that it is in use, if that was long enough ago.
    async fn touch(&self, key: String, stay: bool) -> Result<()> {
        let now = self.clock.now();
        let stale = (now - NOTED_EVERY).timestamp_millis();
        self.db
            .write(move |conn| {
                diesel::update(sessions::table.find(hash(&key)).filter(sessions::used_at.lt(stale)))
                    .set((
                        sessions::used_at.eq(now.timestamp_millis()),
                        sessions::idle_until.eq((now + idle(stay)).timestamp_millis()),
                    ))
                    .execute(conn)?;
                Ok(())
            })
            .await
    }

    async fn put(&self, key: &str, state: State) -> Result<()> {
        let now = self.clock.now();
        let text = |name: &str| state.get(name).and_then(|json| serde_json::from_str::<String>(json).ok());
        let (person, device) = (text(PERSON), text(DEVICE).unwrap_or_default());
        let id = text(ID).unwrap_or_else(|| Uuid::now_v7().to_string());
        let (stay, json, key) = (state.contains_key(STAY), serde_json::to_string(&state)?, hash(key));
        self.db
            .write(move |conn| {
                let (at, until) = (now.timestamp_millis(), (now + idle(stay)).timestamp_millis());
                let changed = diesel::update(sessions::table.find(&key))
                    .set((sessions::state.eq(&json), sessions::person.eq(&person), sessions::used_at.eq(at)))
                    .execute(conn)?;
                if changed == 0 {
                    diesel::insert_into(sessions::table)
                        .values((
                            sessions::key_hash.eq(&key),
                            sessions::id.eq(&id),
                            sessions::person.eq(&person),
                            sessions::state.eq(&json),
                            sessions::device.eq(&device),
                            sessions::created_at.eq(at),
                            sessions::used_at.eq(at),
                            sessions::idle_until.eq(until),
                            sessions::ends_at.eq((now + LONGEST).timestamp_millis()),
                        ))
                        .execute(conn)?;
                }
                Ok(())
            })
            .await
    }
}

fn idle(stay: bool) -> TimeDelta {
    if stay { IDLE_WHEN_STAYING } else { IDLE }
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        match self.find(key.as_ref().to_owned()).await {
            Ok(Some(state)) => {
                let stay = state.contains_key(STAY);
                // Reading goes on when it cannot be noted.
                if let Err(error) = self.touch(key.as_ref().to_owned(), stay).await {
                    tracing::warn!(%error, "the use of a session was not written down");
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
        self.put(&key, state).await.map_err(|e| SaveError::Other(e.into()))?;
        SessionKey::try_from(key).map_err(|e| SaveError::Other(e.into()))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        self.put(key.as_ref(), state).await.map_err(|e| UpdateError::Other(e.into()))?;
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

/// How long the browser keeps the cookie; the store decides how long it is good.
const COOKIE_DAYS: i64 = 180;

/// The middleware that gives requests their session. Visitors without one get no cookie.
pub fn middleware(store: Store, secret: &Secret, local: bool) -> SessionMiddleware<Store> {
    let key = [secret.sign("session cookie", b"1"), secret.sign("session cookie", b"2")].concat();
    // Browsers keep `__Host-` cookies for https and this host alone; at http://localhost they refuse them.
    let name = if local { "waymark-session" } else { "__Host-session" };
    SessionMiddleware::builder(store, Key::from(&key))
        .cookie_name(name.into())
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_secure(!local)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".into())
        .session_lifecycle(PersistentSession::default().session_ttl(Duration::days(COOKIE_DAYS)))
        .build()
}
