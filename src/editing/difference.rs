//! What changed between two versions of any content: compared field by field, lists by stable ids.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;

/// One field that changed. What was added has no `before`, what was removed no `after`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Where, with list items by their id: `groups/jvm-languages/skills/java/all`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The fields by which items of a list are recognised, the first that an item has.
const IDENTITIES: [&str; 4] = ["id", "skill", "role", "tier"];

/// Every difference, in the order in which the fields stand.
pub fn compare(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(before), Some(after), &mut found);
    found
}

/// Adds what differs below `path`.
pub(super) fn walk(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    if before == after {
        return;
    }
    let below = |step: &str| {
        if path.is_empty() { step.to_owned() } else { format!("{path}/{step}") }
    };
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for key in old.keys().chain(new.keys().filter(|k| !old.contains_key(*k))) {
                walk(&below(key), old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if recognisable(old) && recognisable(new) => {
            for item in old {
                let other = new.iter().find(|o| identity(o) == identity(item));
                walk(&below(identity(item).unwrap_or_default()), Some(item), other, found);
            }
            for item in new.iter().filter(|item| old.iter().all(|o| identity(o) != identity(item))) {
                walk(&below(identity(item).unwrap_or_default()), None, Some(item), found);
            }
            let order = |list: &[Value], other: &[Value]| -> Vec<String> {
                let ids = list.iter().filter_map(identity).map(str::to_owned);
                ids.filter(|id| other.iter().any(|o| identity(o) == Some(id))).collect()
            };
            let (was, is) = (order(old, new), order(new, old));
            if was != is {
                let value = |ids: Vec<String>| Some(Value::from(ids));
                found.push(Difference { path: below("order"), before: value(was), after: value(is) });
            }
        }
        _ => found.push(Difference { path: path.to_owned(), before: before.cloned(), after: after.cloned() }),
    }
}

/// The id of an item of a list.
pub(super) fn identity(item: &Value) -> Option<&str> {
    IDENTITIES.iter().find_map(|field| item.get(field)?.as_str())
}

/// Whether every item of a list has an id of its own.
pub(super) fn recognisable(list: &[Value]) -> bool {
    let mut seen = HashSet::new();
    list.iter().all(|item| identity(item).is_some_and(|id| seen.insert(id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: Value, after: Value) -> Vec<String> {
        compare(&before, &after).into_iter().map(|d| d.path).collect()
    }

    #[test]
    fn items_are_followed_by_their_ids_and_not_by_their_place() {
        let before = json!({"groups": [{"id": "a", "tier": "essential"}, {"id": "b", "tier": "advanced"}]});
        let after = json!({"groups": [{"id": "b", "tier": "advanced"}, {"id": "a", "tier": "foundation"}]});
        assert_eq!(paths(before, after), ["groups/a/tier", "groups/order"]);
    }

    #[test]
    fn what_was_added_and_what_was_removed_is_told_apart() {
        let before = json!({"skills": [{"skill": "java"}, {"skill": "scala"}]});
        let after = json!({"skills": [{"skill": "java"}, {"skill": "kotlin"}]});
        let found = compare(&before, &after);
        assert_eq!(found[0].path, "skills/scala");
        assert!(found[0].after.is_none());
        assert_eq!(found[1].path, "skills/kotlin");
        assert!(found[1].before.is_none());
    }

    #[test]
    fn equal_content_has_no_difference() {
        let content = json!({"name": "x", "tasks": ["a", "b"]});
        assert!(compare(&content, &content).is_empty());
    }

    #[test]
    fn a_list_of_texts_is_one_field() {
        assert_eq!(paths(json!({"tasks": ["a"]}), json!({"tasks": ["a", "b"]})), ["tasks"]);
    }
}
