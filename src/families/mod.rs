//! Families: roles that belong together.

mod family;

pub use family::Family;
