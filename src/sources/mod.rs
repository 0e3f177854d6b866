//! Sources: where figures come from, and the page that lists them.

mod pages;
mod source;

pub use source::Source;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
