//! Skills: things to know, each shared by many roles.

mod skill;

pub use skill::{Skill, SkillKind};
