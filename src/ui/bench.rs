//! The navigation of those who look after the site, which stands on pages of several features.

use super::Frame;

/// Links with where one is.
pub struct Nav {
    /// Name, address, and whether this is the page.
    pub links: Vec<(String, String, bool)>,
}

/// How the navigation is made, for a page and for whether whoever reads it is an admin. Whoever knows all the kinds of
/// content gives it.
#[derive(Clone, Copy)]
pub struct Bench(pub fn(&Frame, bool) -> Nav);
