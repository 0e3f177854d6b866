//! What search engines ask for: the sitemap and robots.txt.

mod pages;

/// What programs read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// Pages that are not an entry's own.
pub const FIXED_PAGES: [&str; 16] = [
    "/",
    "/roles",
    "/skills",
    "/tiers",
    "/strategy",
    "/compare",
    "/what-if",
    "/job-ad",
    "/articles",
    "/sources",
    "/changes",
    "/about",
    "/privacy",
    "/accessibility",
    "/licences",
    "/contact",
];
