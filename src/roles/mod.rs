//! Roles: kinds of work, each with a page.

mod check;
mod describe;
mod hours;
mod pages;
mod role;
mod row;
mod sheet;

pub use describe::{Changed, What, changed};
pub use hours::Hours;
pub use role::{GroupSkill, Role, SkillGroup, SkillSet};
pub use row::{Named, asking_for, counted_by_family, first_of_families, measured_last, named, of_family};

/// What visitors read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}

/// The parts of a role’s page: anchor and heading.
pub const SECTIONS: &[(&str, &str)] = &[
    ("glance", "At a glance"),
    ("doing", "What you would be doing"),
    ("skills", "Skills by tier"),
    ("insights", "Insights"),
    ("strategy", "Strategy"),
    ("great", "What separates good from great"),
    ("getting-in", "Getting in"),
    ("resources", "Where to learn"),
    ("around", "Around the role"),
    ("outlook", "Outlook and pay over the years"),
    ("articles", "Articles"),
    ("sources", "Sources and method"),
    ("changes", "Change log of this role"),
];
