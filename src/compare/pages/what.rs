//! What a role asks for, as these pages name it.

use crate::gap::Part;
use crate::tiers::TierName;
use std::collections::BTreeMap;

/// A skill or a choice; where it leads if it is one skill.
pub struct What {
    pub name: String,
    pub href: Option<String>,
}

impl What {
    /// `names` are the skills' names by slug.
    pub fn of(part: &Part, names: &BTreeMap<String, String>) -> What {
        match &part.choice {
            Some(choice) => What::choice(choice),
            None => What::skills(&part.skills.iter().map(String::as_str).collect::<Vec<_>>(), names),
        }
    }

    /// In quotation marks: a name such as “One framework, unless in Go” would run into the list that it stands in.
    pub fn choice(name: &str) -> What {
        What { name: format!("“{name}”"), href: None }
    }

    /// One of these skills.
    pub fn skills(slugs: &[&str], names: &BTreeMap<String, String>) -> What {
        let name = |slug: &&str| names.get(*slug).map_or_else(|| (*slug).to_owned(), String::clone);
        let href = match slugs {
            [slug] => Some(format!("/skills/{slug}")),
            _ => None,
        };
        What { name: slugs.iter().map(name).collect::<Vec<_>>().join(" or "), href }
    }
}

/// The parts of each tier that has some, tiers in their order.
pub fn by_tier(parts: &[&Part], names: &BTreeMap<String, String>) -> Vec<(TierName, Vec<What>)> {
    let of = |tier: TierName| {
        let own: Vec<What> =
            parts.iter().filter(|part| part.tier == tier).map(|part| What::of(part, names)).collect();
        (!own.is_empty()).then_some((tier, own))
    };
    TierName::ALL.into_iter().filter_map(of).collect()
}
