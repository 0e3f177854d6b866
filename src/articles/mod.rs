//! Articles: long-form guides attached to roles.

mod article;
mod pages;

pub use article::Article;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
