//! The first page.

mod pages;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
