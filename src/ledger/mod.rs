//! The skill ledger: what a person knows, marked once and read by all plans; and what they saw last.

mod form;
mod mark;
mod marked;
mod pages;
mod row;
mod statement;
mod visit;

pub use form::{form_of, rows};
pub use mark::Mark;
pub use marked::{ADDRESS, EVIDENCE, Evidence, Ledger, MARKS, Marked, NOTE, Said, TITLE};
pub use statement::{Statement, With};
pub use visit::Visit;

/// What people do with their skills.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
