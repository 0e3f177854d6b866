//! Waymark, from the ground up. A module uses only those above it; a test holds this.
//!
//! The rooms `pages` of a feature may use any feature's record: they are private, so nobody builds on them.

pub mod cache;
pub mod config;
pub mod content;
pub mod db;
pub mod editing;
pub mod error;
pub mod ui;

pub mod articles;
pub mod changes;
pub mod families;
pub mod figures;
pub mod home;
pub mod resources;
pub mod roles;
pub mod search;
pub mod sitemap;
pub mod skills;
pub mod sources;
pub mod strategy;
pub mod style;
pub mod texts;
pub mod tiers;

pub mod app;
pub mod commands;
pub mod import;
