//! How to reach those who run the site: for people a page, for whoever finds a weakness security.txt.

mod pages;

/// What visitors and programs read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
