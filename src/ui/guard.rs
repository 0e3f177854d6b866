//! Guards: what is refused before a handler sees it.

use super::Site;
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};

/// A refusal: its status and what to do, in a sentence.
pub struct Refusal {
    pub status: StatusCode,
    pub sentence: &'static str,
}

/// The longest path and query, in bytes: a little more than the longest address that the site makes, of skills that somebody ticked.
const ADDRESS_LENGTH: usize = 2048;
/// Names and values of all headers together, in bytes: twice what browsers with many cookies send.
const HEADER_LENGTH: usize = 16 * 1024;

/// Whether a request goes no further.
pub fn refusal(site: &Site, request: &HttpRequest) -> Option<Refusal> {
    let headers = request.headers();
    let refuse = |status, sentence| Some(Refusal { status, sentence });
    if request.uri().path_and_query().map_or(0, |p| p.as_str().len()) > ADDRESS_LENGTH {
        return refuse(StatusCode::URI_TOO_LONG, "The address is too long. Shorten what you ask for.");
    }
    let (length, forwarded) = walk(headers);
    if length > HEADER_LENGTH {
        return refuse(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "Your browser sent more headers than this site takes. Clearing the cookies of this site usually helps.",
        );
    }
    if !host_is_ours(site, request) {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "This server answers only to its own address. Check the address.",
        );
    }
    if site.local && forwarded {
        return refuse(
            StatusCode::BAD_REQUEST,
            "This server was reached through a proxy, but is set up for this machine only. Set WAYMARK_BASE_URL to the address that visitors use.",
        );
    }
    let from_anywhere = FROM_ANYWHERE.iter().any(|path| request.path().starts_with(path));
    if !safe(request.method()) && !from_anywhere && !same_origin(site, headers) {
        return refuse(
            StatusCode::FORBIDDEN,
            "The form was sent from another site, or your browser does not say from where. Open the page here and send it again.",
        );
    }
    None
}

/// Where mail programs send a form by themselves (RFC 8058). What stands in the address proves it.
const FROM_ANYWHERE: [&str; 1] = ["/unsubscribe/"];

const FORWARDED: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// The length of all headers, and whether a proxy added one. One walk, since every request pays for it.
fn walk(headers: &HeaderMap) -> (usize, bool) {
    headers.iter().fold((0, false), |(length, forwarded), (name, value)| {
        let name = name.as_str();
        let proxy = matches!(name.as_bytes()[0], b'f' | b'x') && FORWARDED.contains(&name);
        (length + name.len() + value.len(), forwarded || proxy)
    })
}

fn host_is_ours(site: &Site, request: &HttpRequest) -> bool {
    let host = match request.uri().host() {
        Some(host) => host,
        None => match request.headers().get(header::HOST).and_then(|value| value.to_str().ok()) {
            Some(host) => host,
            None => return false,
        },
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    site.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

fn safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a change comes from a page of this site: by Sec-Fetch-Site, else by Origin; without both it does not count as ours.
fn same_origin(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(from), _) => from == "same-origin",
        (None, Some(origin)) => origin == site.address,
        (None, None) => false,
    }
}
