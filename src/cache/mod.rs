//! The cache of public pages: each rendered and compressed once for each edition of the guide.

mod pages;
mod ready;

pub use pages::Pages;
pub use ready::{Coding, QUICK, Ready, THOROUGH};
