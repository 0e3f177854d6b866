//! Texts of the site itself.

mod pages;
mod text;

pub use text::Text;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
