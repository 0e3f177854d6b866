//! What editors type, as content: a form is read by the sheet of its kind, and what was typed for a name becomes a slug.

use crate::content::{Field, Rows, Shape, empty};
use crate::ui::Form;
use serde_json::{Map, Value, json};

/// What a ticked box sends.
const YES: &str = "yes";

/// Reads the fields of a form whose names begin with `at`; what was not sent stays as it was `before`.
pub fn read(fields: &[Field], form: &Form, at: &str, before: &Value) -> Value {
    let mut content = before.as_object().cloned().unwrap_or_default();
    for field in fields {
        let name = format!("{at}{}", field.name);
        let before = before.get(field.name);
        // An empty list and none are the same: the one that was there stays.
        let typed = value(field, form, &name, before).filter(|typed| before.is_some() || *typed != json!([]));
        match typed {
            Some(value) => content.insert(field.name.to_owned(), value),
            None => content.remove(field.name),
        };
    }
    Value::Object(content)
}

/// None for an optional field that was left empty.
fn value(field: &Field, form: &Form, name: &str, before: Option<&Value>) -> Option<Value> {
    let sent = |name: &str| form.fields().iter().any(|(sent, _)| sent == name);
    match field.shape {
        Shape::Part(fields) => {
            let part = read(fields, form, &format!("{name}."), before.unwrap_or(&Value::Null));
            (!field.optional || part != empty(fields)).then_some(part)
        }
        // Items with a page of their own are not part of this form.
        Shape::Rows(rows) if rows.pages => Some(before.cloned().unwrap_or_else(|| json!([]))),
        Shape::Rows(rows) => Some(Value::Array(items(&rows, form, name, before))),
        Shape::Span => {
            let end = |end: &str| number(form.value(&format!("{name}.{end}")));
            sent(&format!("{name}.from")).then(|| json!([end("from"), end("to")])).or(before.cloned())
        }
        _ if !sent(name) => before.cloned(),
        // A box that is not ticked is not sent; an empty value before it is.
        Shape::Flag => {
            form.fields().iter().any(|(sent, word)| sent == name && word == YES).then_some(json!(true))
        }
        Shape::Lines | Shape::AllNamed(_) => {
            let text = text_of(form, name);
            Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect())
        }
        shape => {
            let text = text_of(form, name);
            let text = text.trim();
            match shape {
                _ if text.is_empty() && field.optional => None,
                Shape::Number => Some(number(text)),
                // A paragraph is one line: what breaks in a form would not break on the page.
                Shape::Line => Some(json!(text.split_whitespace().collect::<Vec<_>>().join(" "))),
                _ => Some(json!(text)),
            }
        }
    }
}

/// What was typed, with one kind of line end, and without NUL, which nobody types and no engine needs to keep.
fn text_of(form: &Form, name: &str) -> String {
    form.value(name).replace("\r\n", "\n").replace('\0', "")
}

/// What is no number stays as it was typed, and is a problem of the draft.
fn number(text: &str) -> Value {
    text.trim().parse::<u64>().map_or_else(|_| json!(text.trim()), |number| json!(number))
}

/// The items of a list in the order in which they were sent; those that were left empty are none.
fn items(rows: &Rows, form: &Form, name: &str, before: Option<&Value>) -> Vec<Value> {
    let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut items: Vec<Value> = Vec::new();
    for i in 0.. {
        let at = format!("{name}[{i}].");
        if !form.fields().iter().any(|(sent, _)| sent.starts_with(&at)) {
            break;
        }
        let id = form.value(&format!("{at}id"));
        let known = before.iter().find(|item| !id.is_empty() && item["id"] == id).unwrap_or(&Value::Null);
        let mut item = read(rows.fields, form, &at, known);
        if nothing(rows, &item) {
            continue;
        }
        if rows.identity == "id" {
            item["id"] = json!(if id.is_empty() { new_id(&item, &items) } else { id.to_owned() });
        }
        items.push(item);
    }
    items
}

fn nothing(rows: &Rows, item: &Value) -> bool {
    let mut typed = item.as_object().cloned().unwrap_or_default();
    typed.remove("id");
    // A word that is chosen by itself is nothing typed.
    rows.fields
        .iter()
        .filter(|f| matches!(f.shape, Shape::Choice(_)))
        .for_each(|f| drop(typed.remove(f.name)));
    typed.values().all(|value| match value {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    })
}

/// An id made of an item's name, unlike those of `others`.
pub fn new_id(item: &Value, others: &[Value]) -> String {
    let name = ["name", "title"].iter().find_map(|field| item.get(field)?.as_str()).unwrap_or("item");
    let plain = slug_of(name);
    let taken = |id: &str| others.iter().any(|other| other["id"] == id);
    let numbered = (2..).map(|n| format!("{plain}-{n}"));
    std::iter::once(plain.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(plain)
}

/// A slug made of a name: "C# & .NET" gives "c-sharp-and-dotnet".
pub fn slug_of(name: &str) -> String {
    let mut text = name.to_lowercase();
    for (sign, word) in [("c++", "c-plus-plus"), ("c#", "c-sharp"), (".net", "dotnet"), ("&", " and ")] {
        text = text.replace(sign, word);
    }
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("-");
    slug.truncate(100);
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "item".into() } else { slug.to_owned() }
}

/// What a button beside a list does to it, besides saving: `up groups[2]`, `down …`, `remove …`.
pub fn apply(content: &mut Value, order: &str) {
    let Some((what, path)) = order.split_once(' ') else { return };
    let Some((list, i)) = path.strip_suffix(']').and_then(|path| path.rsplit_once('[')) else { return };
    let Ok(i) = i.parse::<usize>() else { return };
    let Some(list) = at(content, list).and_then(Value::as_array_mut) else { return };
    match what {
        "up" if i > 0 && i < list.len() => list.swap(i, i - 1),
        "down" if i + 1 < list.len() => list.swap(i, i + 1),
        "remove" if i < list.len() => drop(list.remove(i)),
        _ => {}
    }
}

/// What stands at a path such as `getting_in.proof`.
pub fn at<'a>(content: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    path.split('.').try_fold(content, |value, step| value.get_mut(step))
}

/// Adds an item with this name to a list that keeps its items on pages of their own, and gives its id.
pub fn add(content: &mut Value, path: &str, rows: &Rows, name: &str) -> Option<String> {
    let mut item = empty(rows.fields);
    let named = rows.fields.iter().map(|field| field.name).find(|field| ["name", "title"].contains(field));
    if let Some(field) = named {
        item[field] = json!(name);
    }
    let (parent, field) = path.rsplit_once('.').map_or((None, path), |(parent, field)| (Some(parent), field));
    let within = match parent {
        Some(parent) => at(content, parent)?,
        None => content,
    };
    let list = within.as_object_mut()?.entry(field).or_insert_with(|| json!([])).as_array_mut()?;
    let id = new_id(&json!({ "name": name }), list);
    let mut with_id = Map::from_iter([("id".to_owned(), json!(id))]);
    with_id.extend(item.as_object().cloned().unwrap_or_default());
    list.push(Value::Object(with_id));
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Content, Typed};
    use crate::roles::Role;

    const FIELDS: &[Field] = &[
        Field::new("name", "", "", Shape::Line),
        Field::new("tasks", "", "", Shape::Lines),
        Field::new("years", "", "", Shape::Span),
        Field::new("note", "", "", Shape::Text).optional(),
        Field::new("all", "", "", Shape::Typed(Typed { check: |_| Ok(()), sample: "" })).optional(),
        Field::new(
            "rows",
            "",
            "",
            Shape::Rows(Rows {
                identity: "id",
                one: "row",
                pages: false,
                fields: &[
                    Field::new("title", "", "", Shape::Line),
                    Field::new("points", "", "", Shape::Lines),
                ],
            }),
        ),
    ];

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::of(pairs)
    }

    #[test]
    fn a_form_is_read_field_by_field() {
        let sent = form(&[
            ("name", "  A  name "),
            ("tasks", "one\r\n\r\n two \r\n"),
            ("years.from", "2"),
            ("years.to", "x"),
            ("note", ""),
            ("rows[0].id", "kept"),
            ("rows[0].title", "Kept"),
            ("rows[0].points", ""),
            ("rows[1].id", ""),
            ("rows[1].title", "Brand new"),
            ("rows[1].points", "p"),
            ("rows[2].id", ""),
            ("rows[2].title", ""),
            ("rows[2].points", ""),
        ]);
        assert_eq!(
            read(FIELDS, &sent, "", &json!({"note": "was", "elsewhere": 1})),
            json!({
                "name": "A name", "tasks": ["one", "two"], "years": [2, "x"], "elsewhere": 1,
                "rows": [
                    {"id": "kept", "title": "Kept"},
                    {"id": "brand-new", "title": "Brand new", "points": ["p"]},
                ],
            })
        );
    }

    #[test]
    fn what_was_not_sent_stays() {
        let before = json!({"name": "n", "tasks": ["t"], "years": [1, 2], "note": "x", "rows": []});
        assert_eq!(read(FIELDS, &form(&[]), "", &before), before);
    }

    #[test]
    fn items_are_moved_and_removed_by_their_place() {
        let mut content = json!({"getting_in": {"proof": [1, 2, 3]}});
        apply(&mut content, "up getting_in.proof[2]");
        assert_eq!(content["getting_in"]["proof"], json!([1, 3, 2]));
        apply(&mut content, "remove getting_in.proof[0]");
        assert_eq!(content["getting_in"]["proof"], json!([3, 2]));
        for odd in ["", "up", "up x", "up getting_in.proof[0]", "down getting_in.proof[9]", "remove name[-1]"]
        {
            apply(&mut content, odd);
        }
        assert_eq!(content["getting_in"]["proof"], json!([3, 2]));
    }

    #[test]
    fn a_new_item_gets_an_id_of_its_own() {
        let Shape::Rows(rows) =
            crate::content::fields(Role::SHEET).find(|f| f.name == "groups").unwrap().shape
        else {
            panic!()
        };
        let mut content = json!({});
        assert_eq!(add(&mut content, "groups", &rows, "Databases & SQL").unwrap(), "databases-and-sql");
        assert_eq!(add(&mut content, "groups", &rows, "Databases and SQL").unwrap(), "databases-and-sql-2");
        assert_eq!(content["groups"][1]["name"], "Databases and SQL");
    }

    #[test]
    fn a_slug_is_made_of_a_name() {
        for (name, slug) in
            [("C++", "c-plus-plus"), ("C# / .NET", "c-sharp-dotnet"), ("Ünïcode", "n-code"), ("日本", "item")]
        {
            assert_eq!(slug_of(name), slug);
        }
    }
}
