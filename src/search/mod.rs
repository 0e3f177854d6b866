//! Search over roles, skills, articles and texts: ranked, forgiving of typos, with facets and excerpts.

mod documents;
mod everywhere;
mod excerpt;
mod facets;
mod find;
mod index;
mod meant;
mod pages;
mod passages;
mod query;
mod row;
mod unanswered;
mod words;

pub use find::{Found, Hit};
pub use index::Search;
pub use meant::meant;
pub use query::Query;
pub use row::unanswered;
pub use unanswered::Unanswered;

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
