//! Cards: the picture that stands for a page where somebody links to it. Drawn as SVG, sent as PNG.

mod draw;
mod words;

use crate::error::Result;
use crate::figures::DemandLine;
use crate::tiers::TierName;

/// What a card says.
pub struct Card {
    /// What stands beside the mark, such as the family of a role.
    pub over: String,
    pub name: String,
    pub sentence: String,
    pub below: Below,
}

/// What a card shows in its lower half.
pub enum Below {
    /// What was counted, and lines with the names of what they stand for; the first few are drawn.
    Demand(String, Vec<(String, DemandLine)>),
    /// Each tier, its name and what is in it.
    Tiers(Vec<(TierName, String, String)>),
    Words(String),
}

impl Card {
    /// Its width and height in pixels: what the sites that show it ask for.
    pub const SIZE: (u32, u32) = (1200, 630);
    pub const CONTENT_TYPE: &str = "image/png";

    /// The card as PNG. Takes tens of milliseconds: not for a thread that others wait for.
    ///
    /// # Errors
    /// `Unexpected` if it cannot be drawn.
    pub fn picture(&self) -> Result<Vec<u8>> {
        draw::picture(self)
    }
}
