//! Tiers: the five ways in which a role needs a group of skills.

mod tier;

pub use tier::{Tier, TierName};
