//! Tiers: the five ways in which a role needs a group of skills.

mod pages;
mod tier;

pub use tier::{Tier, TierName};

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
