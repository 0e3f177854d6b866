//! What was edited, in words for readers: the parts by what their forms and pages call them, and what became of each.

use super::Difference;
use crate::content::{Field, Shape};
use serde_json::Value;

/// What was edited, part by part.
#[derive(Debug, Default)]
pub struct Edits(Vec<Part>);

#[derive(Debug)]
struct Part {
    /// The place of its field in the forms; parts are told in this order.
    place: usize,
    called: String,
    /// Whether that is a plural.
    many: bool,
    how: How,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// A text says it in other words.
    Reworded,
    Changed,
    Added,
    Removed,
}

/// Labels that are no name of a part in a sentence, with what readers would call it.
const CALLED: [(&str, &str); 8] = [
    ("In a sentence", "the introduction"),
    ("About", "the description"),
    ("Other names", "the other names"),
    ("Figure sets", "the figure sets"),
    ("Groups of skills", "the groups of skills"),
    ("Complementary roles", "the complementary roles"),
    ("Published", "the date of publication"),
    ("Name of the group", "the name"),
];

impl Edits {
    /// Every part that differs, by the fields of a kind.
    pub fn of<'a>(fields: impl Iterator<Item = &'a Field>, differences: &[Difference]) -> Edits {
        let fields: Vec<&Field> = fields.collect();
        let mut edits = Edits::default();
        for difference in differences {
            let (first, below) = difference.path.split_once('/').unwrap_or((&difference.path, ""));
            if let Some(place) = fields.iter().position(|field| field.name == first) {
                edits.add((place, fields[place]), None, below, difference);
            }
        }
        edits
    }

    /// Adds a difference in a field with its place; `below` is the rest of its path, `of` names the item that the field
    /// belongs to.
    pub fn add(
        &mut self,
        (place, field): (usize, &Field),
        of: Option<&str>,
        below: &str,
        difference: &Difference,
    ) {
        let (mut called, many) = called(field.label);
        if let Some(of) = of {
            called.push_str(&format!(" of “{of}”"));
        }
        let how = how(field, below, difference);
        match self.0.iter_mut().find(|part| part.called == called) {
            Some(known) if known.how != how => known.how = How::Changed,
            Some(_) => {}
            None => self.0.push(Part { place, called, many, how }),
        }
    }

    /// A sentence for each thing that became of parts, such as "The introduction and the tasks were reworded."; nothing
    /// if no part was edited.
    pub fn words(&self) -> Option<String> {
        let sentence = |how: How, verb: &str| {
            let mut parts: Vec<&Part> = self.0.iter().filter(|part| part.how == how).collect();
            parts.sort_by_key(|part| part.place);
            let names: Vec<&str> = parts.iter().map(|part| part.called.as_str()).collect();
            let all = match names.split_last()? {
                (only, []) => (*only).to_owned(),
                (last, others) => format!("{} and {last}", others.join(", ")),
            };
            let were = if parts.len() > 1 || parts[0].many { "were" } else { "was" };
            let mut letters = all.chars();
            let first: String = letters.next()?.to_uppercase().collect();
            Some(format!("{first}{} {were} {verb}.", letters.as_str()))
        };
        let all = [
            sentence(How::Reworded, "reworded"),
            sentence(How::Changed, "changed"),
            sentence(How::Added, "added"),
            sentence(How::Removed, "taken out"),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(" "))
    }
}

/// What a part is called within a sentence, and whether that is a plural. A label of one word is a noun; of several, it
/// is quoted as it stands over the part.
fn called(label: &str) -> (String, bool) {
    let known = CALLED.iter().find(|(known, _)| *known == label).map(|(_, called)| (*called).to_owned());
    let called = match known {
        None if label.contains(' ') => return (format!("“{label}”"), false),
        None => format!("the {}", label.to_lowercase()),
        Some(called) => called,
    };
    let many = called.ends_with('s') && !called.ends_with("ss");
    (called, many)
}

fn how(field: &Field, below: &str, difference: &Difference) -> How {
    let nothing = |value: &Option<Value>| match value {
        None => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    };
    let lines = |value: &Option<Value>| value.as_ref().and_then(Value::as_array).map(Vec::len);
    match (nothing(&difference.before), nothing(&difference.after)) {
        (true, false) if below.is_empty() => How::Added,
        (false, true) if below.is_empty() => How::Removed,
        (false, false) => match shape(field, below) {
            Some(Shape::Text | Shape::Markdown) => How::Reworded,
            Some(Shape::Lines) if lines(&difference.before) == lines(&difference.after) => How::Reworded,
            _ => How::Changed,
        },
        _ => How::Changed,
    }
}

/// The shape of what stands at a path below a field; nothing for a whole item, or the order of items.
fn shape(field: &Field, below: &str) -> Option<Shape> {
    let mut shape = field.shape;
    let mut steps = below.split('/').filter(|step| !step.is_empty());
    while let Some(step) = steps.next() {
        let (fields, name) = match shape {
            Shape::Part(fields) => (fields, step),
            Shape::Rows(rows) => (rows.fields, steps.next()?),
            _ => return None,
        };
        shape = fields.iter().find(|field| field.name == name)?.shape;
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;
    use crate::content::Rows;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        Field::new("name", "Name", "", Shape::Line),
        Field::new("sentence", "In a sentence", "", Shape::Text),
        Field::new("other_names", "Other names", "", Shape::Lines),
        Field::new("tasks", "Tasks", "", Shape::Lines),
        Field::new("places", "Where the work is done", "", Shape::Text),
        Field::new("address", "Address", "", Shape::Line),
        Field::new(
            "insights",
            "Insights",
            "",
            Shape::Rows(Rows {
                identity: "id",
                one: "insight",
                pages: false,
                fields: &[Field::new("text", "Text", "", Shape::Text)],
            }),
        ),
    ];

    fn told(before: Value, after: Value) -> Option<String> {
        Edits::of(FIELDS.iter(), &compare(&before, &after)).words()
    }

    #[test]
    fn parts_are_called_what_readers_call_them() {
        let before =
            json!({"name": "n", "sentence": "s", "tasks": ["a", "b"], "places": "p", "address": "x"});
        let mut after = before.clone();
        assert_eq!(told(before.clone(), after.clone()), None);

        after["sentence"] = json!("S");
        assert_eq!(told(before.clone(), after.clone()).unwrap(), "The introduction was reworded.");
        after["tasks"] = json!(["a", "c"]);
        assert_eq!(
            told(before.clone(), after.clone()).unwrap(),
            "The introduction and the tasks were reworded."
        );
        after["places"] = json!("P");
        after["address"] = json!("y");
        assert_eq!(
            told(before, after).unwrap(),
            "The introduction, the tasks and “Where the work is done” were reworded. The address was changed."
        );
    }

    #[test]
    fn what_came_went_or_was_put_in_another_order_is_not_called_reworded() {
        let list = |order: [&str; 2], text: &str| json!({"insights": order.map(|id| json!({"id": id, "text": text}))});
        for (before, after, words) in [
            (json!({}), json!({"other_names": ["x"]}), "The other names were added."),
            (json!({"sentence": "s"}), json!({"sentence": ""}), "The introduction was taken out."),
            (json!({"tasks": ["a"]}), json!({"tasks": ["a", "b"]}), "The tasks were changed."),
            (list(["a", "b"], "x"), list(["b", "a"], "x"), "The insights were changed."),
            (list(["a", "b"], "x"), list(["a", "c"], "x"), "The insights were changed."),
            (list(["a", "b"], "x"), list(["a", "b"], "y"), "The insights were reworded."),
        ] {
            assert_eq!(told(before, after).unwrap(), words);
        }
    }
}
