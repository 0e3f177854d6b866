//! The editors' side: drafts of everything in the guide, made and changed through forms, previewed and published.

mod checks;
mod control;
mod due;
mod excerpt;
mod fates;
mod find;
mod gates;
mod pages;
mod part;
mod place;
mod plan;
mod preview;
mod row;
mod schedule;
mod typed;
mod words;

pub use checks::Checked;
pub use fates::HOOKS;
pub use gates::{Gate, Gates};
pub use pages::nav;
pub use place::Place;
pub use preview::Previews;
pub use schedule::publish_due;
pub use typed::slug_of;

/// What editors read and write.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
