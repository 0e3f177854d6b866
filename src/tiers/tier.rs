//! The five tiers: how a role needs a group of skills. Their order is fixed, editors word them.

use crate::content::{Content, Field, Problems, Section, Shape};
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub name: String,
    /// What stands under the tier's heading on a role page.
    pub sentence: String,
    /// What the tier means and what to do with it, for the page about the tiers.
    pub about: String,
}

impl Tier {
    /// What the editors call each tier; one of which they have no words goes by its slug.
    ///
    /// # Errors
    /// What the database says.
    pub fn names(conn: &mut Conn) -> Result<BTreeMap<TierName, String>> {
        let mut tiers = Entry::<Tier>::by_slug(conn)?;
        let name = |tier: TierName| {
            (
                tier,
                tiers.remove(tier.slug()).map_or_else(|| tier.slug().to_owned(), |words| words.content.name),
            )
        };
        Ok(TierName::ALL.into_iter().map(name).collect())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierName {
    Foundation,
    Essential,
    Complementary,
    Specialized,
    Advanced,
}

impl TierName {
    /// From what the rest stands on to what few are asked for.
    pub const ALL: [TierName; 5] = [
        TierName::Foundation,
        TierName::Essential,
        TierName::Complementary,
        TierName::Specialized,
        TierName::Advanced,
    ];

    /// What forms offer.
    pub const CHOICES: &[(&'static str, &'static str)] = &[
        (TierName::Foundation.slug(), "Foundation"),
        (TierName::Essential.slug(), "Essential"),
        (TierName::Complementary.slug(), "Complementary"),
        (TierName::Specialized.slug(), "Specialized"),
        (TierName::Advanced.slug(), "Advanced"),
    ];

    /// Its slug: in addresses, in the database and as the name of its sign.
    pub const fn slug(self) -> &'static str {
        match self {
            TierName::Foundation => "foundation",
            TierName::Essential => "essential",
            TierName::Complementary => "complementary",
            TierName::Specialized => "specialized",
            TierName::Advanced => "advanced",
        }
    }

    /// What stands in for a demand figure that is missing, in points (PRODUCT, "Value of a figure in a computation").
    pub fn weight(self) -> f64 {
        match self {
            TierName::Foundation => 60.0,
            TierName::Essential => 40.0,
            TierName::Complementary => 20.0,
            TierName::Specialized => 15.0,
            TierName::Advanced => 10.0,
        }
    }

    /// The outline of its sign, in a square of 16 units: a painted trail blaze, the same without colour.
    pub fn path(self) -> &'static str {
        match self {
            TierName::Foundation => "M2 2h12v12H2z",
            TierName::Essential => "M1 2.5h14v4H1zM1 9.5h14v4H1z",
            TierName::Complementary => "M6 1h4v5h5v4h-5v5H6v-5H1V6h5z",
            TierName::Specialized => "M8 0l8 8-8 8-8-8z",
            TierName::Advanced => "M8 1l8 14H0z",
        }
    }

    /// Its place, from 1.
    pub fn place(self) -> usize {
        self as usize + 1
    }

    pub fn from_slug(slug: &str) -> Option<TierName> {
        TierName::ALL.into_iter().find(|tier| tier.slug() == slug)
    }
}

impl Content for Tier {
    const KIND: &'static str = "tier";
    const FOLDER: &'static str = "tiers";
    const GROWS: bool = false;
    const SHEET: &'static [Section] = &[Section {
        id: "tier",
        title: "The tier",
        fields: &[
            Field::new("name", "Name", "", Shape::Line),
            Field::new(
                "sentence",
                "In a sentence",
                "It stands under the heading on role pages.",
                Shape::Text,
            ),
            Field::new("about", "About", "What it means and what to do with it.", Shape::Text),
        ],
    }];

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.text("sentence", &self.sentence);
        problems.text("about", &self.about);
    }
}
