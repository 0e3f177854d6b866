//! Where a field is edited: from its path in the content to the form that holds it, and to words.

use crate::content::{Field, Kind, Rows, Section, Shape, fields};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// The form of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Below the entry's own address, such as `edit/skills/jvm-languages?check=yes#commentary`.
    pub path: String,
    /// In words, such as "Java and the JVM languages, Commentary".
    pub label: String,
}

/// What the name of a field may hold that an address has to spell out: the brackets of its steps.
const SPELT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// What one of a kind is called.
pub fn one(kind: &Kind) -> &'static str {
    match kind.name {
        "figures" => "figure set",
        "text" => "site text",
        name => name,
    }
}

/// The list whose items have pages of their own, if a section holds one.
pub fn paged(section: &Section) -> Option<(&'static Field, Rows)> {
    section.fields.iter().find_map(|field| match field.shape {
        Shape::Rows(rows) if rows.pages => Some((field, rows)),
        _ => None,
    })
}

impl Place {
    /// Of a field such as `groups[2].skills[0].all` of this content.
    pub fn of(kind: &Kind, content: &Value, path: &str) -> Place {
        let first = path.split(['.', '[']).next().unwrap_or_default();
        let section =
            kind.sheet.iter().find(|section| section.fields.iter().any(|field| field.name == first));
        let Some(section) = section.or(kind.sheet.first()) else {
            return Place { path: String::new(), label: path.to_owned() };
        };
        let label = words(section.fields, content, path);
        if let Some((field, _)) = paged(section)
            && let Some(rest) = path.strip_prefix(field.name).and_then(|rest| rest.strip_prefix('['))
            && let Some((i, rest)) = rest.split_once(']')
            && let Some(id) = i.parse::<usize>().ok().and_then(|i| content[field.name][i]["id"].as_str())
        {
            let name = utf8_percent_encode(rest.trim_start_matches('.'), SPELT);
            return Place { path: format!("edit/{}/{id}?check=yes#{name}", section.id), label };
        }
        let name = utf8_percent_encode(path, SPELT);
        Place { path: format!("edit/{}?check=yes#{name}", section.id), label }
    }

    /// The words for a path within some fields of this content.
    pub fn words_within(fields: &[Field], content: &Value, path: &str) -> String {
        words(fields, content, path)
    }

    /// The words for a path of a difference or a conflict, such as `groups/jvm-languages/skills/java/all`.
    pub fn words(kind: &Kind, content: &Value, path: &str) -> String {
        let all: Vec<Field> = fields(kind.sheet).copied().collect();
        words(&all, content, path)
    }
}

/// Labels and names along a path, however its steps are written.
fn words(within: &[Field], content: &Value, path: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut fields: &[Field] = within;
    let mut value = content;
    let mut rows: Option<Rows> = None;
    for step in path.split(['.', '/', '[', ']']).filter(|step| !step.is_empty()) {
        if let Some(list) = rows.take() {
            let place = step.parse::<usize>().ok();
            let item = value.as_array().and_then(|items| match place {
                Some(i) => items.get(i),
                None => items.iter().find(|item| item[list.identity] == step),
            });
            let name = item.and_then(|item| ["name", "title"].iter().find_map(|f| item.get(f)?.as_str()));
            said.push(match (name.filter(|name| !name.is_empty()), place) {
                (Some(name), _) => name.to_owned(),
                (None, Some(i)) => format!("{} {}", list.one, i + 1),
                (None, None) if step == "order" => "order".into(),
                (None, None) => step.replace('-', " "),
            });
            value = item.unwrap_or(&Value::Null);
            fields = list.fields;
            continue;
        }
        let Some(field) = fields.iter().find(|field| field.name == step) else { continue };
        value = value.get(field.name).unwrap_or(&Value::Null);
        if !field.label.is_empty() && said.last().is_none_or(|last| last != field.label) {
            said.push(field.label.to_owned());
        }
        match field.shape {
            Shape::Part(below) => fields = below,
            Shape::Rows(list) => rows = Some(list),
            _ => {}
        }
    }
    if said.is_empty() { path.to_owned() } else { said.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::Role;
    use serde_json::json;

    #[test]
    fn a_field_is_found_in_its_form_and_said_in_words() {
        let kind = Kind::of::<Role>();
        let role = json!({"groups": [
            {"id": "jvm", "name": "Java", "skills": [{"skill": "java"}]},
        ]});
        for (path, address, words) in [
            ("sentence", "edit/role?check=yes#sentence", "In a sentence"),
            (
                "groups[0].commentary",
                "edit/skills/jvm?check=yes#commentary",
                "Groups of skills, Java, Commentary",
            ),
            (
                "groups[0].skills[0].all",
                "edit/skills/jvm?check=yes#skills%5B0%5D.all",
                "Groups of skills, Java, Skills, skill 1, All postings",
            ),
            ("groups", "edit/skills?check=yes#groups", "Groups of skills"),
            (
                "strategy.safe_bets.takeaway",
                "edit/strategy?check=yes#strategy.safe_bets.takeaway",
                "Strategy, Safe bets, Takeaway",
            ),
        ] {
            let place = Place::of(&kind, &role, path);
            assert_eq!((place.path.as_str(), place.label.as_str()), (address, words));
        }
        assert_eq!(
            Place::words(&kind, &role, "groups/jvm/skills/java/all"),
            "Groups of skills, Java, Skills, java, All postings"
        );
    }
}
