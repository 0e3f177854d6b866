//! Waymark, from the ground up. A module uses only those above it; a test holds this.
//!
//! The rooms `pages` of a feature may use any feature's record: they are private, so nobody builds on them.

pub mod error;
pub mod clock;
pub mod db;
pub mod secret;
pub mod config;
pub mod content;
pub mod editing;
pub mod cache;
pub mod ui;
pub mod mail;

pub mod accounts;

pub mod texts;
pub mod tiers;
pub mod families;
pub mod sources;
pub mod figures;
pub mod cards;
pub mod skills;
pub mod roles;
pub mod resources;
pub mod articles;
pub mod gap;
pub mod ledger;
pub mod follows;
pub mod plans;
pub mod digests;
pub mod search;
pub mod compare;
pub mod changes;
pub mod strategy;
pub mod sitemap;
pub mod reports;
pub mod contact;
pub mod home;
pub mod style;

pub mod import;
pub mod admin;
pub mod commands;
pub mod app;
