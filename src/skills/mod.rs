//! Skills: things to know, each shared by many roles.

mod pages;
mod row;
mod skill;

pub use row::{asked_by, asked_by_role, asked_most, generic};
pub use skill::{Skill, SkillKind};

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// The parts of a skill’s page: anchor and heading.
pub const SECTIONS: &[(&str, &str)] = &[
    ("what", "What it is"),
    ("roles", "Roles that ask for it"),
    ("beside", "What is asked beside it"),
    ("learn", "Where to learn it"),
];
