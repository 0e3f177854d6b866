//! Resources: where to learn a skill or a role, and whether their addresses still answer.

mod ask;
mod check;
mod resource;
mod row;

pub use ask::Asker;
pub use check::{Answer, Check, Outcome};
pub use resource::{Resource, ResourceKind};
