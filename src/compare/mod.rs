//! Comparing two roles: what both ask for, what only one asks for, and the way from each to the other.

mod pages;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
