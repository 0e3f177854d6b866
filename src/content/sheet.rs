//! A sheet: how content of a kind is edited. It says of each field what it is called and how it is typed in; the forms
//! of editors, and what a draft lacks, are read off it.

use super::problem::{Found, Problems};
use serde_json::{Map, Value, json};

/// A part of an entry that is edited as one page.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// In the address of its page.
    pub id: &'static str,
    pub title: &'static str,
    pub fields: &'static [Field],
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As in the struct.
    pub name: &'static str,
    pub label: &'static str,
    /// What to type, in a sentence; may be empty.
    pub hint: &'static str,
    pub shape: Shape,
    /// What is left empty is left out.
    pub optional: bool,
}

/// How a field is typed in.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text of one line.
    Line,
    /// A paragraph or a few.
    Text,
    /// A long text in Markdown.
    Markdown,
    /// Texts, each on a line of its own.
    Lines,
    /// One of a few words, each with what editors read.
    Choice(&'static [(&'static str, &'static str)]),
    /// A text that its type reads.
    Typed(Typed),
    /// A box to tick; what is not ticked is left out.
    Flag,
    /// A whole number from nothing to 65,535.
    Number,
    /// Two whole numbers, the lower first.
    Span,
    /// The slug of an entry of this kind.
    Named(&'static str),
    /// Slugs of entries of this kind, each on a line of its own.
    AllNamed(&'static str),
    /// Fields that belong together.
    Part(&'static [Field]),
    /// A list of items with the same fields.
    Rows(Rows),
}

/// A text that a type reads: with what to check, and one that it takes, to look at a draft that lacks it.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    pub check: fn(&str) -> Result<(), String>,
    pub sample: &'static str,
}

impl Typed {
    pub const fn of<T: std::str::FromStr<Err = String>>(sample: &'static str) -> Typed {
        Typed { check: |text| text.parse::<T>().map(drop), sample }
    }

    /// A text that may also be "not stated".
    pub const fn stated<T>(sample: &'static str) -> Typed
    where
        super::Stated<T>: TryFrom<String, Error = String>,
    {
        Typed { check: |text| super::Stated::<T>::try_from(text.to_owned()).map(drop), sample }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// The field by which an item is recognised for good. An `id` is made of the item's name once and never changes.
    pub identity: &'static str,
    /// What one of them is called, such as "group".
    pub one: &'static str,
    /// Each item is edited on a page of its own.
    pub pages: bool,
    pub fields: &'static [Field],
}

impl Field {
    pub const fn new(name: &'static str, label: &'static str, hint: &'static str, shape: Shape) -> Field {
        Field { name, label, hint, shape, optional: false }
    }

    pub const fn optional(self) -> Field {
        Field { optional: true, ..self }
    }

    /// What an empty form gives: a new item of a list is made of these.
    pub fn empty(&self) -> Option<Value> {
        match self.shape {
            Shape::Lines | Shape::AllNamed(_) | Shape::Rows(_) => Some(json!([])),
            Shape::Span => Some(json!(["", ""])),
            Shape::Flag => None,
            Shape::Part(_) if self.optional => None,
            Shape::Part(fields) => Some(empty(fields)),
            _ if self.optional => None,
            _ => Some(json!("")),
        }
    }
}

/// What an empty form with these fields gives.
pub fn empty(fields: &[Field]) -> Value {
    Value::Object(fields.iter().filter_map(|f| Some((f.name.to_owned(), f.empty()?))).collect())
}

/// Every field of a kind, whatever its section.
pub fn fields(sections: &'static [Section]) -> impl Iterator<Item = &'static Field> {
    sections.iter().flat_map(|section| section.fields)
}

/// The draft as its type can read it: what is missing or cannot be read stands there as a sample. Each such field is a
/// problem, unless a problem of the whole content names it.
pub(super) fn mended(sections: &'static [Section], draft: &Value) -> (Value, Problems) {
    let mut problems = Problems::default();
    let mut mended = draft.clone();
    if !mended.is_object() {
        mended = json!({});
    }
    if let Value::Object(map) = &mut mended {
        for field in fields(sections) {
            mend(field, map, "", &mut problems);
        }
    }
    (mended, problems)
}

fn mend(field: &Field, within: &mut Map<String, Value>, at: &str, problems: &mut Problems) {
    let path = if at.is_empty() { field.name.to_owned() } else { format!("{at}.{}", field.name) };
    let Some(value) = within.get_mut(field.name) else {
        if field.optional {
            return;
        }
        if let Some(empty) = field.empty() {
            within.insert(field.name.to_owned(), empty);
            mend(field, within, at, problems);
        }
        return;
    };
    match field.shape {
        Shape::Line | Shape::Text | Shape::Markdown | Shape::Named(_) => {
            if !value.is_string() {
                *value = json!("");
            }
            if matches!(field.shape, Shape::Named(_)) {
                let slug = value.as_str().unwrap_or_default();
                if slug.is_empty() {
                    problems.add(&path, "is empty; choose one");
                }
            }
        }
        Shape::Lines | Shape::AllNamed(_) => {
            if !value.as_array().is_some_and(|list| list.iter().all(Value::is_string)) {
                *value = json!([]);
            }
        }
        Shape::Choice(words) => {
            if words.iter().all(|(word, _)| value != word) {
                problems.add(&path, "is not chosen; choose one");
                *value = json!(words[0].0);
            }
        }
        Shape::Typed(typed) => {
            let text = value.as_str().unwrap_or_default().to_owned();
            if let Err(wrong) = (typed.check)(&text) {
                let sentence = if text.trim().is_empty() {
                    format!("is empty; write it, such as {}", typed.sample)
                } else {
                    wrong
                };
                problems.add(&path, sentence);
                *value = json!(typed.sample);
            }
        }
        Shape::Flag => {
            if !value.is_boolean() {
                *value = json!(false);
            }
        }
        Shape::Number => {
            if value.as_u64().is_none_or(|number| number > u64::from(u16::MAX)) {
                problems.add(&path, "is not a whole number; write digits only");
                *value = json!(1);
            }
        }
        Shape::Span => {
            let numbers = value.as_array().is_some_and(|span| {
                span.len() == 2 && span.iter().all(|n| n.as_u64().is_some_and(|n| n <= u64::from(u8::MAX)))
            });
            if !numbers {
                problems.add(&path, "is not two whole numbers; write the lower one first");
                *value = json!([1, 1]);
            }
        }
        Shape::Part(fields) => {
            if !value.is_object() {
                *value = empty(fields);
            }
            if let Value::Object(map) = value {
                fields.iter().for_each(|field| mend(field, map, &path, problems));
            }
        }
        Shape::Rows(rows) => {
            if !value.is_array() {
                *value = json!([]);
            }
            for (i, item) in value.as_array_mut().into_iter().flatten().enumerate() {
                if !item.is_object() {
                    *item = empty(rows.fields);
                }
                if let Value::Object(map) = item {
                    if rows.identity == "id" && !map.get("id").is_some_and(Value::is_string) {
                        map.insert("id".into(), json!(format!("item-{}", i + 1)));
                    }
                    rows.fields.iter().for_each(|field| mend(field, map, &format!("{path}[{i}]"), problems));
                }
            }
        }
    }
}

/// Shows `visit` everything in `value` that names an entry: the kind that it names, and where the slug stands.
pub fn each_named(fields: &[Field], value: &mut Value, visit: &mut dyn FnMut(&'static str, &mut Value)) {
    for field in fields {
        let Some(value) = value.get_mut(field.name) else { continue };
        match field.shape {
            Shape::Named(kind) => visit(kind, value),
            Shape::AllNamed(kind) => {
                value.as_array_mut().into_iter().flatten().for_each(|value| visit(kind, value))
            }
            Shape::Part(fields) => each_named(fields, value, visit),
            Shape::Rows(rows) => value
                .as_array_mut()
                .into_iter()
                .flatten()
                .for_each(|item| each_named(rows.fields, item, visit)),
            _ => {}
        }
    }
}

/// Shows `visit` every text in `value` that somebody wrote, with the path of its field, such as `groups[2].commentary`.
pub fn each_text<'a>(fields: &[Field], value: &'a Value, at: &str, visit: &mut dyn FnMut(&str, &'a str)) {
    for field in fields {
        let Some(value) = value.get(field.name) else { continue };
        let path = format!("{at}{}", field.name);
        match field.shape {
            Shape::Line | Shape::Text | Shape::Markdown | Shape::Typed(_) | Shape::Lines => {
                let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                texts.iter().filter_map(Value::as_str).for_each(|text| visit(&path, text));
            }
            Shape::Part(fields) => each_text(fields, value, &format!("{path}."), visit),
            Shape::Rows(rows) => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    each_text(rows.fields, item, &format!("{path}[{i}]."), visit);
                }
            }
            Shape::Choice(_)
            | Shape::Flag
            | Shape::Number
            | Shape::Span
            | Shape::Named(_)
            | Shape::AllNamed(_) => {}
        }
    }
}

/// Takes a leading word such as "is empty" to a sentence of its own below the field: what is at the field needs no name.
pub fn sentence(found: &Found) -> String {
    let message = found.message.trim_end_matches('.');
    if message.starts_with('"') { format!("{message}.") } else { format!("This {message}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Date;

    const FIELDS: &[Field] = &[
        Field::new("name", "Name", "", Shape::Line),
        Field::new("received", "Received", "", Shape::Typed(Typed::of::<Date>("2026-11-20"))),
        Field::new("note", "Note", "", Shape::Text).optional(),
        Field::new(
            "rows",
            "Rows",
            "",
            Shape::Rows(Rows {
                identity: "id",
                one: "row",
                pages: false,
                fields: &[Field::new("kind", "Kind", "", Shape::Choice(&[("a", "A"), ("b", "B")]))],
            }),
        ),
    ];
    const SECTIONS: &[Section] = &[Section { id: "all", title: "All", fields: FIELDS }];

    #[test]
    fn a_draft_with_gaps_can_be_read_and_says_where_they_are() {
        let draft = json!({"received": "yesterday", "rows": [{"id": "x", "kind": "c"}, 7]});

        let (mended, problems) = mended(SECTIONS, &draft);

        assert_eq!(mended["name"], "");
        assert_eq!(mended["received"], "2026-11-20");
        assert!(mended.get("note").is_none());
        assert_eq!(mended["rows"], json!([{"id": "x", "kind": "a"}, {"id": "item-2", "kind": "a"}]));
        let found: Vec<String> = problems.into_found().into_iter().map(|f| f.field).collect();
        assert_eq!(found, ["received", "rows[0].kind", "rows[1].kind"]);
    }

    #[test]
    fn a_whole_draft_is_left_as_it_is() {
        let draft = json!({"name": "n", "received": "2024", "note": "x", "rows": []});
        let (same, problems) = mended(SECTIONS, &draft);
        assert_eq!(same, draft);
        assert!(problems.into_found().is_empty());
    }
}
