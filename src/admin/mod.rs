//! The editors' side: drafts of everything in the guide, made and changed through forms, previewed and published.

mod checks;
mod control;
mod fates;
mod gates;
mod pages;
mod part;
mod place;
mod preview;
mod row;
mod schedule;
mod typed;
mod words;

pub use fates::HOOKS;
pub use gates::{Gate, Gates};
pub use place::Place;
pub use preview::Previews;
pub use schedule::publish_due;
pub use typed::slug_of;

/// What editors read and write.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
