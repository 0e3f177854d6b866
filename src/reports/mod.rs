//! Reports: "Is this right?", asked of every part of a page and answered by readers.

mod pages;
mod pass;
mod report;
mod row;
mod subject;

pub use pass::{Pass, Refused};
pub use report::{Report, Typed};
pub use row::{A_SENDER, ALL, Taken};
pub use subject::Subject;

/// What visitors read and write.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
