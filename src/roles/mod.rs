//! Roles: kinds of work, each with a page.

mod describe;
mod role;
mod row;

pub use role::{Advice, GroupSkill, Role, SkillGroup, SkillSet};
