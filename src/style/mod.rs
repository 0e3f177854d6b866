//! The page that shows every component in every state.

mod pages;

/// What whoever changes the look reads.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
