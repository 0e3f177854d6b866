//! What search engines ask for: the sitemap and robots.txt.

mod pages;

/// What programs read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
