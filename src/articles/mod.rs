//! Articles: long-form guides attached to roles.

mod article;
mod pages;

pub use article::Article;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// The parts of an article’s page that follow its text: anchor and heading.
pub const SECTIONS: &[(&str, &str)] = &[("figures", "Figures in this article"), ("sources", "Sources")];
