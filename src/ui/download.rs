//! Files that somebody takes along.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::header;

/// A file for whoever asked alone: nobody keeps it on the way, and a browser saves it under `name`.
pub fn download(
    name: &str,
    content_type: &'static str,
    body: impl MessageBody<Error: std::error::Error> + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .content_type(content_type)
        .body(body)
}
