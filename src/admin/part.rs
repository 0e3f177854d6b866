//! The part of an entry that one form holds: what it shows of a version, and what it makes of one.

use super::place::paged;
use super::{row, typed};
use crate::content::{Field, Kind, Rows, Section, each_named};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::import::KINDS;
use crate::ui::Form;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The part of an entry that a form holds.
#[derive(Clone)]
pub struct Part {
    pub kind: Kind,
    pub slug: String,
    pub section: &'static Section,
    /// The id of an item with a page of its own, the list that it stands in and its fields.
    pub item: Option<(String, &'static str, Rows)>,
}

impl Part {
    pub fn of(folder: &str, slug: String, section: &str, item: Option<String>) -> Result<Part> {
        let kind = KINDS.into_iter().find(|kind| kind.folder == folder).ok_or(Error::NotFound)?;
        let section = kind.sheet.iter().find(|known| known.id == section).ok_or(Error::NotFound)?;
        let item = match item {
            Some(id) => {
                let (field, rows) = paged(section).ok_or(Error::NotFound)?;
                Some((id, field.name, rows))
            }
            None => None,
        };
        Ok(Part { kind, slug, section, item })
    }

    /// The same part of the entry with another slug.
    pub fn at(&self, slug: &str) -> Part {
        Part { slug: slug.to_owned(), ..self.clone() }
    }

    pub fn fields(&self) -> &'static [Field] {
        self.item.as_ref().map_or(self.section.fields, |(_, _, rows)| rows.fields)
    }

    /// What the form holds of a version; nothing if an item is not in it.
    pub fn within<'a>(&self, content: &'a Value) -> Option<&'a Value> {
        match &self.item {
            Some((id, list, _)) => {
                content.get(*list)?.as_array()?.iter().find(|item| item["id"] == *id.as_str())
            }
            None => Some(content),
        }
    }

    /// A version with what was typed in its place, and with what a button does to a list.
    pub fn put(&self, version: &Value, form: &Form, names: &row::Names) -> Value {
        let mut content = version.clone();
        let Some(before) = self.within(version) else { return content };
        let mut part = typed::read(self.fields(), form, "", before);
        each_named(self.fields(), &mut part, &mut |kind, value| {
            let typed = value.as_str().unwrap_or_default();
            if let Some(slug) = names.get(&(kind.to_owned(), typed.to_owned())) {
                *value = json!(slug);
            }
        });
        typed::apply(&mut part, form.value("do"));
        match &self.item {
            Some((id, list, _)) => {
                let items = content[*list].as_array_mut().into_iter().flatten();
                items.filter(|item| item["id"] == *id.as_str()).for_each(|item| *item = part.clone());
            }
            None => content = part,
        }
        if let (Some((field, rows)), None) = (paged(self.section), &self.item) {
            let name = new_item(form, field.name);
            if !name.is_empty() {
                typed::add(&mut content, field.name, &rows, &name);
            }
        }
        content
    }

    /// Slugs for the names that were typed, by kind and what was typed.
    pub fn names(&self, conn: &mut Conn, form: &Form) -> Result<row::Names> {
        let mut part = typed::read(self.fields(), form, "", &Value::Null);
        let mut asked = BTreeSet::new();
        each_named(self.fields(), &mut part, &mut |kind, value| {
            asked.insert((kind.to_owned(), value.as_str().unwrap_or_default().to_owned()));
        });
        let mut names = row::slugs(conn, &asked)?;
        // What is no name may be a slug, or a name in other letters.
        let left = asked.into_iter().filter(|key| !names.contains_key(key) && !key.1.is_empty());
        let left: BTreeMap<(String, String), (String, String)> =
            left.map(|(kind, text)| ((kind.clone(), typed::slug_of(&text)), (kind, text))).collect();
        let there = row::names(conn, &left.keys().cloned().collect())?;
        for (key, typed) in left {
            if there.contains_key(&key) {
                names.insert(typed, key.1);
            }
        }
        Ok(names)
    }

    /// The address of the form.
    pub fn path(&self) -> String {
        let below = self.item.as_ref().map_or(String::new(), |(id, ..)| format!("/{id}"));
        format!("/admin/{}/{}/edit/{}{below}", self.kind.folder, self.slug, self.section.id)
    }

    /// What the fields of the form are called in the whole content before their own names.
    pub fn prefix(&self, content: &Value) -> Option<String> {
        let Some((id, list, _)) = &self.item else { return Some(String::new()) };
        let items = content.get(*list)?.as_array()?;
        let place = items.iter().position(|item| item["id"] == *id.as_str())?;
        Some(format!("{list}[{place}]."))
    }
}

/// The name typed for a new item of a list whose items have pages of their own.
pub fn new_item(form: &Form, list: &str) -> String {
    let typed = form.value(&format!("{list}.new")).replace('\0', "");
    typed.split_whitespace().collect::<Vec<_>>().join(" ")
}
