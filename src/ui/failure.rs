//! Pages for what went wrong: each says what to do and offers a way on.

use super::Frame;
use crate::editing::{Departure, Gone, Page};
use crate::error::Error;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use std::sync::Arc;

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Error::NotFound | Error::PastEnd => StatusCode::NOT_FOUND,
            Error::Refused(_) => StatusCode::FORBIDDEN,
            Error::TooMuch(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Empty: `Front` puts the page there, since only it knows the site and the request's id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// What the visitor may do in how many seconds; the clock looks for the database every second.
const RETRY_AFTER: &str = "5";

#[derive(Template)]
#[template(path = "errors/not_found.html")]
struct NotFound {
    frame: Frame,
    /// The list that has fewer pages, if it is that.
    list: Option<String>,
    suggestions: Vec<Page>,
}

#[derive(Template)]
#[template(path = "errors/gone.html")]
struct Left {
    frame: Frame,
    gone: Arc<Gone>,
}

#[derive(Template)]
#[template(path = "errors/failed.html")]
struct Failed<'a> {
    frame: Frame,
    title: &'a str,
    sentence: &'a str,
    /// To be quoted when somebody writes about it.
    request_id: &'a str,
}

/// The page for a status, with `sentence` where the cause has one of its own.
pub fn page(frame: Frame, status: StatusCode, sentence: Option<&str>, request_id: &str) -> HttpResponse {
    let (title, general) = words(status);
    let html = if status == StatusCode::NOT_FOUND {
        let suggestions = frame.suggestions();
        NotFound { frame, list: None, suggestions }.render()
    } else {
        Failed { frame, title, sentence: sentence.unwrap_or(general), request_id }.render()
    };
    answer(status, html, general)
}

/// The page for a method that an address does not take, with those that it takes.
pub fn not_so(frame: Frame, allowed: &str, request_id: &str) -> HttpResponse {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let sentence = if allowed.contains("GET") {
        words(status).1
    } else {
        "It takes what a form sends, and shows nothing by itself. Open the page that the form stands on."
    };
    page(frame, status, Some(sentence), request_id)
}

/// The page for a page that a list does not have, with the way back to its first.
pub fn past_end(frame: Frame) -> HttpResponse {
    let status = StatusCode::NOT_FOUND;
    let list = Some(frame.path.clone());
    let html = NotFound { frame, list, suggestions: Vec::new() }.render();
    answer(status, html, words(status).1)
}

/// What answers where there was a page: the way to the one that took its place, or what became of it.
pub fn departed(frame: Frame, query: &str, departure: Departure) -> HttpResponse {
    match departure {
        Departure::To(to) => {
            let to = if query.is_empty() { to } else { format!("{to}?{query}") };
            HttpResponse::MovedPermanently()
                .insert_header((header::LOCATION, to))
                // It may be back one day.
                .insert_header((header::CACHE_CONTROL, "public, no-cache"))
                .finish()
        }
        Departure::Gone(gone) => {
            let html = Left { frame, gone }.render();
            answer(StatusCode::GONE, html, "This page is gone.")
        }
    }
}

fn answer(status: StatusCode, html: askama::Result<String>, general: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER)));
    }
    match html {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(_) => response.content_type("text/plain; charset=utf-8").body(general.to_owned()),
    }
}

/// Title and general sentence.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => (
            "This page cannot be shown just now",
            "Our database does not answer. We look for it every second; try again in a moment.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This page cannot be used that way",
            "It can be read, and nothing can be sent to it. Open it from a link.",
        ),
        StatusCode::FORBIDDEN => (
            "That is not allowed here",
            "It takes rights that your account does not have, or it came from another site. Start from the home page.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("That was too much", "What you sent is larger than this page takes. Send less of it.")
        }
        _ if status.is_client_error() => (
            "That request was not understood",
            "Something about the address or what your browser sent is not right. Check the address, or start from the home page.",
        ),
        _ => (
            "Something went wrong on our side",
            "It was noted, with the number below. Trying again may help; nothing that you did caused it.",
        ),
    }
}
