//! Skills: things to know, each shared by many roles.

mod pages;
mod row;
mod skill;

pub use skill::{Skill, SkillKind};

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
