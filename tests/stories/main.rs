//! The stories, on the engine that `WAYMARK_TEST_DATABASE` names. One program: they share its server and one copy of the
//! guide that was read in.

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod commands;
mod digests;
mod editing;
mod factors;
mod fanout;
mod fates;
mod faults;
mod finding;
mod follows;
mod guide;
mod handover;
mod leaving;
mod ledger;
mod letters;
mod lists;
mod mail;
mod outage;
mod pages;
mod people;
mod plans;
mod publishing;
mod reports;
mod resources;
mod search;
