//! The device that somebody uses: what it is called, and the cookie by which it is known again.

use super::token;
use crate::error::Result;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use woothee::parser::Parser;

/// Known again for a year after its last sign-in.
const KNOWN_DAYS: i64 = 365;

/// Browser and system in words, such as "Firefox on Linux".
pub fn name(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let known = agent.filter(|agent| agent.len() <= 1000).and_then(|agent| Parser::new().parse(agent));
    match known {
        Some(found) if found.os != "UNKNOWN" => format!("{} on {}", found.name, found.os),
        Some(found) if found.name != "UNKNOWN" => found.name.to_owned(),
        _ => "An unknown browser".into(),
    }
}

/// The hash of the secret in its cookie.
pub fn known(request: &HttpRequest, local: bool) -> Option<String> {
    let cookie = request.cookie(cookie_name(local))?;
    Some(token::hash(cookie.value()))
}

/// A cookie for a device that has none, and the hash of its secret.
pub fn introduce(local: bool) -> Result<(Cookie<'static>, String)> {
    let secret = token::random()?;
    let hash = token::hash(&secret);
    let cookie = Cookie::build(cookie_name(local), secret)
        .path("/")
        .http_only(true)
        .secure(!local)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(KNOWN_DAYS))
        .finish();
    Ok((cookie, hash))
}

/// Browsers keep `__Host-` cookies for https and this host alone; at http://localhost they refuse them.
fn cookie_name(local: bool) -> &'static str {
    if local { "waymark-device" } else { "__Host-device" }
}
