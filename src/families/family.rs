//! A family: roles that belong together.

use crate::content::{Content, Field, Problems, Section, Shape};
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub name: String,
    /// Its place among the families, from 1.
    pub position: u16,
    pub sentence: String,
}

impl Family {
    /// All of them, in their order; editors keep them few.
    pub fn in_order(conn: &mut Conn) -> Result<Vec<Entry<Family>>> {
        let mut families = Entry::<Family>::all(conn)?;
        families.sort_by_key(|family| family.content.position);
        Ok(families)
    }
}

impl Content for Family {
    const KIND: &'static str = "family";
    const FOLDER: &'static str = "families";
    const ADDRESS: Option<&'static str> = Some("/families/");
    const SHEET: &'static [Section] = &[Section {
        id: "family",
        title: "The family",
        fields: &[
            Field::new("name", "Name", "", Shape::Line),
            Field::new("position", "Place", "Its place among the families, from 1.", Shape::Number),
            Field::new("sentence", "In a sentence", "What its roles have in common.", Shape::Text),
        ],
    }];

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.text("sentence", &self.sentence);
    }
}
