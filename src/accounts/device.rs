//! The device that somebody uses: what it is called, and the cookie by which it is known again.

use super::token;
use crate::db::schema::devices;
use crate::db::{Conn, inserted};
use crate::error::Result;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;
use woothee::parser::Parser;

/// Known again for so long after its last sign-in.
const KNOWN_DAYS: i64 = 365;

/// The device of a request.
#[derive(Clone, Debug)]
pub struct Device {
    /// Browser and system in words, such as "Firefox on Linux".
    pub name: String,
    /// The secret in its cookie, if it has one.
    secret: Option<String>,
    local: bool,
}

impl Device {
    pub fn of(request: &HttpRequest, local: bool) -> Device {
        let secret = request.cookie(cookie_name(local)).map(|cookie| cookie.value().to_owned());
        Device { name: name(request), secret, local }
    }

    /// The hash of the secret in its cookie.
    pub fn hash(&self) -> Option<String> {
        self.secret.as_deref().map(token::hash)
    }

    /// Whether this person signed in on it before, and lately enough.
    pub fn is_known_to(&self, conn: &mut Conn, person: &str, now: DateTime<Utc>) -> Result<bool> {
        let Some(hash) = self.hash() else { return Ok(false) };
        let known: Option<String> = devices::table
            .find((hash, person))
            .filter(devices::used_at.gt(oldest(now)))
            .select(devices::id)
            .first(conn)
            .optional()?;
        Ok(known.is_some())
    }

    /// Has the device be known to this person from now on: whether it was not before, and the cookie by which it is.
    /// A cookie that nobody has signed in with yet is not taken over: whoever put it there could know its secret.
    pub fn meet(&self, conn: &mut Conn, person: &str, now: DateTime<Utc>) -> Result<(bool, Cookie<'static>)> {
        let known = self.is_known_to(conn, person, now)?;
        let hash = self.hash().unwrap_or_default();
        let met: Option<String> =
            devices::table.filter(devices::hash.eq(&hash)).select(devices::id).first(conn).optional()?;
        let secret = match &self.secret {
            Some(secret) if met.is_some() => secret.clone(),
            _ => token::random()?,
        };
        let used = (devices::used_at.eq(now.timestamp_millis()), devices::name.eq(&self.name));
        let kept = diesel::update(devices::table.find((&hash, person))).set(used).execute(conn)? > 0;
        if !kept {
            let row = (
                devices::hash.eq(token::hash(&secret)),
                devices::person.eq(person),
                devices::id.eq(Uuid::now_v7().to_string()),
                devices::met_at.eq(now.timestamp_millis()),
                used,
            );
            // A second click may have been first.
            inserted(conn, |conn| diesel::insert_into(devices::table).values(row).execute(conn))?;
        }
        let cookie = Cookie::build(cookie_name(self.local), secret)
            .path("/")
            .http_only(true)
            .secure(!self.local)
            .same_site(SameSite::Lax)
            .max_age(Duration::days(KNOWN_DAYS))
            .finish();
        Ok((!known, cookie))
    }
}

/// Browser and system in words.
fn name(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let known = agent.filter(|agent| agent.len() <= 1000).and_then(|agent| Parser::new().parse(agent));
    match known {
        Some(found) if found.os != "UNKNOWN" => format!("{} on {}", found.name, found.os),
        Some(found) if found.name != "UNKNOWN" => found.name.to_owned(),
        _ => "An unknown browser".into(),
    }
}

/// A device as its person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Known {
    pub id: String,
    pub name: String,
    #[serde(rename = "first_sign_in")]
    pub met: DateTime<Utc>,
    #[serde(rename = "last_sign_in")]
    pub used: DateTime<Utc>,
    /// The one that asks.
    pub own: bool,
}

/// The devices on which a person signed in, the one used last first. `own` is the one that asks.
pub fn of(conn: &mut Conn, person: &str, own: &Device, now: DateTime<Utc>) -> Result<Vec<Known>> {
    let rows: Vec<(String, String, String, i64, i64)> = devices::table
        .filter(devices::person.eq(person).and(devices::used_at.gt(oldest(now))))
        .order((devices::used_at.desc(), devices::id))
        .select((devices::id, devices::hash, devices::name, devices::met_at, devices::used_at))
        .load(conn)?;
    let own = own.hash();
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let known = |(id, hash, name, met, used): (String, String, String, i64, i64)| Known {
        id,
        // Those that were met before names were kept.
        name: if name.is_empty() { "A browser".into() } else { name },
        met: moment(met),
        used: moment(used),
        own: own.as_ref() == Some(&hash),
    };
    Ok(rows.into_iter().map(known).collect())
}

/// Forgets one device of a person; false if there is none with this id.
pub fn forget(conn: &mut Conn, person: &str, id: &str) -> Result<bool> {
    let one = devices::table.filter(devices::person.eq(person).and(devices::id.eq(id)));
    Ok(diesel::delete(one).execute(conn)? > 0)
}

pub(super) fn forget_all(conn: &mut Conn, person: &str) -> Result<()> {
    diesel::delete(devices::table.filter(devices::person.eq(person))).execute(conn)?;
    Ok(())
}

/// Forgets devices that were not used for long.
pub(super) fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(devices::table.filter(devices::used_at.le(oldest(now)))).execute(conn)?;
    Ok(())
}

fn oldest(now: DateTime<Utc>) -> i64 {
    (now - TimeDelta::days(KNOWN_DAYS)).timestamp_millis()
}

/// Browsers keep `__Host-` cookies for https and this host alone; at http://localhost they refuse them.
fn cookie_name(local: bool) -> &'static str {
    if local { "waymark-device" } else { "__Host-device" }
}
