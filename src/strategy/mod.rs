//! Strategy across roles: what the roles agree on, side by side.

mod pages;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
