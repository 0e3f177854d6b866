//! Texts of the site itself.

mod text;

pub use text::Text;
