//! Comparing: two roles with each other, roles with what somebody knows, an advertisement with a role.

mod mentions;
mod nearest;
mod pages;

pub use mentions::Vocabulary;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
