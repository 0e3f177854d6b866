//! Coming in: what is written down when somebody signs in, whatever proved who they are.

use super::event::{self, Happening};
use super::{Device, Person, letters};
use crate::db::Conn;
use crate::error::Result;
use crate::mail::PostOffice;
use actix_web::cookie::Cookie;
use chrono::{DateTime, Utc};

/// Writes down that `person`, as read before the proof was looked at, comes in on a device, and tells them by letter if
/// it is a new one; of the first after the account was made they know. Gives the cookie by which the device is known
/// again, or none if the person was changed since: then the proof holds no more.
pub fn arrive(
    conn: &mut Conn,
    office: &PostOffice,
    person: &Person,
    device: &Device,
    how: Happening,
    now: DateTime<Utc>,
) -> Result<Option<Cookie<'static>>> {
    if !person.come_in(conn, now)? {
        return Ok(None);
    }
    let (new, cookie) = device.meet(conn, &person.id, now)?;
    event::note(conn, &person.id, how, &device.name, now)?;
    if new && person.seen.is_some() {
        letters::new_device(conn, office, person, &device.name, now)?;
    }
    Ok(Some(cookie))
}
