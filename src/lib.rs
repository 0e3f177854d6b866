//! Waymark, from the ground up. A module uses only those above it; a test holds this.

pub mod error;
pub mod db;
pub mod content;
pub mod editing;

pub mod texts;
pub mod tiers;
pub mod families;
pub mod sources;
pub mod figures;
pub mod skills;
pub mod roles;
pub mod resources;
pub mod articles;
pub mod import;

pub mod config;
pub mod commands;
pub mod app;
