//! What every page stands on: the site's shared state, the frame, answers, guards, failures, assets.

mod assets;
mod bench;
mod directory;
mod download;
mod failure;
mod form;
mod frame;
mod front;
mod guard;
mod network;
mod page;
mod paging;
mod site;
mod spreadsheet;
pub mod structured;
mod viewer;

pub use assets::Assets;
pub use bench::{Bench, Nav};
pub use download::download;
pub use form::Form;
pub use frame::Frame;
pub use front::Front;
pub use network::network_of;
pub use page::{Note, Previewer, PublicPage, Rehearsal};
pub use paging::Paging;
pub use site::{Follower, Site};
pub use spreadsheet::Spreadsheet;
pub use viewer::{Acquaintance, Viewer, note_viewer};
