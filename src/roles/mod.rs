//! Roles: kinds of work, each with a page.

mod check;
mod describe;
mod pages;
mod role;
mod row;

pub use role::{GroupSkill, Role, SkillGroup, SkillSet};
pub use row::{Named, counted_by_family, first_of_families, measured_last, of_family};

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
