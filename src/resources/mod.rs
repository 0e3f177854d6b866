//! Resources: where to learn a skill or a role.

mod resource;

pub use resource::{Resource, ResourceKind};
