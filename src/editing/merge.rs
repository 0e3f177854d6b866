//! Two people at once: what one typed is brought together with what another saved meanwhile, field by field.

use super::difference::{Difference, identity, recognisable, walk};
use serde_json::{Map, Value};

/// A field that both changed, each otherwise. Nothing stands for "taken out", or "not there yet".
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// As in `Difference`.
    pub path: String,
    pub base: Option<Value>,
    pub theirs: Option<Value>,
    pub mine: Option<Value>,
}

/// Which of two versions of a field counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Theirs,
    Mine,
}

/// Whose change counts in which field, where two versions were brought together. What both changed alike is nobody's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins {
    /// What only the other changed.
    pub theirs: Vec<Difference>,
    /// What only whoever saves changed.
    pub mine: Vec<Difference>,
    /// What both changed, each otherwise: paths of conflicts, and what was chosen.
    pub settled: Vec<(String, Side)>,
}

/// What was brought together.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// With their version of every field in conflict: what was saved stays.
    pub content: Value,
    pub conflicts: Vec<Conflict>,
    pub origins: Origins,
}

/// Brings two versions together that both came from `base`. `choices` settles conflicts by their paths.
///
/// Items of lists are followed by their ids. Where only one changed a field, that change counts; where both changed it
/// alike, it is no conflict; an item that one took out and the other changed is one. Without a base nobody knows who
/// changed what, so whatever differs is a conflict.
pub fn merge(
    base: Option<&Value>,
    theirs: &Value,
    mine: &Value,
    choices: &dyn Fn(&str) -> Option<Side>,
) -> Merged {
    let (mut conflicts, mut origins) = (Vec::new(), Origins::default());
    let mut walk = Walk { known: base.is_some(), choices, conflicts: &mut conflicts, origins: &mut origins };
    let merged = walk.value("", base, Some(theirs), Some(mine));
    Merged { content: merged.unwrap_or_default(), conflicts, origins }
}

struct Walk<'a> {
    /// The version that both came from is known.
    known: bool,
    choices: &'a dyn Fn(&str) -> Option<Side>,
    conflicts: &'a mut Vec<Conflict>,
    origins: &'a mut Origins,
}

impl Walk<'_> {
    fn value(
        &mut self,
        path: &str,
        base: Option<&Value>,
        theirs: Option<&Value>,
        mine: Option<&Value>,
    ) -> Option<Value> {
        if theirs == mine {
            return theirs.cloned();
        }
        if self.known && mine == base {
            walk(path, base, theirs, &mut self.origins.theirs);
            return theirs.cloned();
        }
        if self.known && theirs == base {
            walk(path, base, mine, &mut self.origins.mine);
            return mine.cloned();
        }
        match (theirs, mine) {
            (Some(Value::Object(theirs)), Some(Value::Object(mine))) => {
                let none = Map::new();
                let base = base.and_then(Value::as_object).unwrap_or(&none);
                Some(Value::Object(self.object(path, base, theirs, mine)))
            }
            (Some(Value::Array(theirs)), Some(Value::Array(mine)))
                if recognisable(theirs)
                    && recognisable(mine)
                    && base.is_none_or(|b| b.as_array().is_some_and(|b| recognisable(b)))
                    // Two lists that stand empty at first are lists of items only if there is an item.
                    && !(theirs.is_empty() && mine.is_empty()) =>
            {
                let base = base.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                Some(Value::Array(self.list(path, base, theirs, mine)))
            }
            _ => self.conflict(path, base, theirs, mine),
        }
    }

    fn conflict(
        &mut self,
        path: &str,
        base: Option<&Value>,
        theirs: Option<&Value>,
        mine: Option<&Value>,
    ) -> Option<Value> {
        let chosen = (self.choices)(path);
        self.origins.settled.extend(chosen.map(|side| (path.to_owned(), side)));
        match chosen {
            Some(Side::Mine) => mine.cloned(),
            Some(Side::Theirs) => theirs.cloned(),
            None => {
                self.conflicts.push(Conflict {
                    path: path.to_owned(),
                    base: base.cloned(),
                    theirs: theirs.cloned(),
                    mine: mine.cloned(),
                });
                theirs.cloned()
            }
        }
    }

    fn object(
        &mut self,
        path: &str,
        base: &Map<String, Value>,
        theirs: &Map<String, Value>,
        mine: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut merged = Map::new();
        for key in theirs.keys().chain(mine.keys().filter(|key| !theirs.contains_key(*key))) {
            let below = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
            if let Some(value) = self.value(&below, base.get(key), theirs.get(key), mine.get(key)) {
                merged.insert(key.clone(), value);
            }
        }
        merged
    }

    fn list(&mut self, path: &str, base: &[Value], theirs: &[Value], mine: &[Value]) -> Vec<Value> {
        let find = |list: &[Value], id: &str| list.iter().find(|item| identity(item) == Some(id)).cloned();
        let order = self.order(path, &ids(base), &ids(theirs), &ids(mine));
        let merged = order.iter().filter_map(|id| {
            let below = format!("{path}/{id}");
            let (base, theirs, mine) = (find(base, id), find(theirs, id), find(mine, id));
            self.value(&below, base.as_ref(), theirs.as_ref(), mine.as_ref())
        });
        merged.collect()
    }

    /// In which order the items of both stand: theirs, unless only mine is another than it was.
    fn order(&mut self, path: &str, base: &[String], theirs: &[String], mine: &[String]) -> Vec<String> {
        let common = |list: &[String]| -> Vec<String> {
            let was = |id: &String| base.contains(id) || !self.known;
            let everywhere = |id: &&String| was(id) && theirs.contains(id) && mine.contains(id);
            list.iter().filter(everywhere).cloned().collect()
        };
        let (was, is, wanted) = (common(base), common(theirs), common(mine));
        let words = |ids: &[String]| Some(Value::from(ids.to_vec()));
        let below = format!("{path}/order");
        let turned =
            |to: &[String]| Difference { path: below.clone(), before: words(&was), after: words(to) };
        let by_mine = if wanted == is {
            false
        } else if self.known && wanted == was {
            self.origins.theirs.push(turned(&is));
            false
        } else if self.known && is == was {
            self.origins.mine.push(turned(&wanted));
            true
        } else {
            self.conflict(&below, words(&was).as_ref(), words(&is).as_ref(), words(&wanted).as_ref())
                == words(&wanted)
        };
        let (first, second) = if by_mine { (mine, theirs) } else { (theirs, mine) };
        let mut order = first.to_vec();
        for (at, id) in second.iter().enumerate() {
            if order.contains(id) {
                continue;
            }
            // What only the other holds stands behind the one that it stood behind there.
            let before = second[..at].iter().rev().find_map(|id| order.iter().position(|known| known == id));
            order.insert(before.map_or(0, |place| place + 1), id.clone());
        }
        order
    }
}

fn ids(list: &[Value]) -> Vec<String> {
    list.iter().filter_map(identity).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(base: Value, theirs: Value, mine: Value) -> (Value, Vec<String>) {
        let merged = merge(Some(&base), &theirs, &mine, &|_| None);
        (merged.content, merged.conflicts.into_iter().map(|c| c.path).collect())
    }

    fn role(name: &str, lead: &str, groups: &[(&str, &str)]) -> Value {
        let groups: Vec<Value> = groups.iter().map(|(id, tier)| json!({"id": id, "tier": tier})).collect();
        json!({"name": name, "lead": lead, "groups": groups})
    }

    #[test]
    fn edits_of_different_fields_both_count() {
        let base = role("n", "l", &[("a", "1"), ("b", "1")]);
        let theirs = role("N", "l", &[("a", "2"), ("b", "1")]);
        let mine = role("n", "L", &[("a", "1"), ("b", "2")]);
        assert_eq!(merged(base, theirs, mine), (role("N", "L", &[("a", "2"), ("b", "2")]), vec![]));
    }

    #[test]
    fn the_same_edit_twice_is_no_conflict() {
        let edited = role("N", "l", &[("c", "1")]);
        assert_eq!(merged(role("n", "l", &[]), edited.clone(), edited.clone()), (edited, vec![]));
    }

    #[test]
    fn one_field_edited_by_both_is_asked_about_and_what_was_saved_stays() {
        let (content, conflicts) =
            merged(role("n", "l", &[]), role("theirs", "l", &[]), role("mine", "L", &[]));
        assert_eq!(content, role("theirs", "L", &[]));
        assert_eq!(conflicts, ["name"]);
    }

    #[test]
    fn a_choice_settles_it() {
        let (base, theirs, mine) = (role("n", "l", &[]), role("theirs", "l", &[]), role("mine", "l", &[]));
        for (side, name) in [(Side::Mine, "mine"), (Side::Theirs, "theirs")] {
            let merged = merge(Some(&base), &theirs, &mine, &|path| (path == "name").then_some(side));
            assert_eq!((merged.content["name"].as_str(), merged.conflicts.len()), (Some(name), 0));
        }
    }

    #[test]
    fn whose_change_counts_is_known_of_every_field() {
        let base = role("n", "l", &[("a", "1"), ("b", "1"), ("c", "1")]);
        let theirs = role("theirs", "same", &[("b", "1"), ("a", "2"), ("c", "1")]);
        let mine = role("mine", "same", &[("a", "1"), ("b", "1"), ("c", "3"), ("d", "1")]);
        let paths = |found: &[Difference]| found.iter().map(|d| d.path.clone()).collect::<Vec<_>>();
        for side in [Side::Theirs, Side::Mine] {
            let Origins { theirs, mine, settled } =
                merge(Some(&base), &theirs, &mine, &|path| (path == "name").then_some(side)).origins;
            assert_eq!(paths(&theirs), ["groups/order", "groups/a/tier"]);
            assert_eq!(paths(&mine), ["groups/c/tier", "groups/d"]);
            assert_eq!(settled, [("name".to_owned(), side)]);
        }
    }

    #[test]
    fn without_the_version_that_both_came_from_whatever_differs_is_asked_about() {
        let stands = json!({"name": "n", "note": "x", "groups": [{"id": "a"}, {"id": "b"}]});
        let typed = json!({"name": "N", "groups": [{"id": "b"}]});

        let merged = merge(None, &stands, &typed, &|_| None);

        let asked: Vec<&str> = merged.conflicts.iter().map(|c| c.path.as_str()).collect();
        assert_eq!((merged.content, asked), (stands, vec!["groups/a", "name", "note"]));
        assert_eq!(merged.origins, Origins::default(), "nobody knows whose it is");
    }

    #[test]
    fn items_that_each_added_are_all_there_where_they_were_put() {
        let base = role("n", "l", &[("a", "1"), ("b", "1")]);
        let theirs = role("n", "l", &[("a", "1"), ("t", "1"), ("b", "1")]);
        let mine = role("n", "l", &[("a", "1"), ("b", "1"), ("m", "1")]);
        let wanted = role("n", "l", &[("a", "1"), ("t", "1"), ("b", "1"), ("m", "1")]);
        assert_eq!(merged(base, theirs, mine), (wanted, vec![]));
    }

    #[test]
    fn an_item_taken_out_by_one_and_untouched_by_the_other_is_gone() {
        let base = role("n", "l", &[("a", "1"), ("b", "1")]);
        let less = role("n", "l", &[("b", "1")]);
        let other = role("N", "l", &[("a", "1"), ("b", "1")]);
        let wanted = role("N", "l", &[("b", "1")]);
        assert_eq!(merged(base.clone(), less.clone(), other.clone()), (wanted.clone(), vec![]));
        assert_eq!(merged(base, other, less), (wanted, vec![]));
    }

    #[test]
    fn an_item_taken_out_by_one_and_edited_by_the_other_is_asked_about() {
        let base = role("n", "l", &[("a", "1"), ("b", "1")]);
        let less = role("n", "l", &[("b", "1")]);
        let edited = role("n", "l", &[("a", "2"), ("b", "1")]);
        assert_eq!(merged(base.clone(), less.clone(), edited.clone()).1, ["groups/a"]);
        assert_eq!(merged(base, edited, less).1, ["groups/a"]);
    }

    #[test]
    fn one_may_put_items_in_another_order_while_the_other_edits_them() {
        let base = role("n", "l", &[("a", "1"), ("b", "1"), ("c", "1")]);
        let turned = role("n", "l", &[("c", "1"), ("a", "1"), ("b", "1")]);
        let edited = role("n", "l", &[("a", "1"), ("b", "2"), ("c", "1")]);
        let wanted = role("n", "l", &[("c", "1"), ("a", "1"), ("b", "2")]);
        assert_eq!(merged(base.clone(), turned.clone(), edited.clone()), (wanted.clone(), vec![]));
        assert_eq!(merged(base, edited, turned), (wanted, vec![]));
    }

    #[test]
    fn two_other_orders_are_asked_about() {
        let of = |order: [&str; 3]| role("n", "l", &order.map(|id| (id, "1")));
        assert_eq!(merged(of(["a", "b", "c"]), of(["b", "a", "c"]), of(["c", "a", "b"])).1, ["groups/order"]);
    }

    #[test]
    fn the_same_item_added_by_both_is_compared_by_its_fields() {
        let base = role("n", "l", &[("a", "1")]);
        let theirs = role("n", "l", &[("a", "1"), ("x", "1")]);
        let mine = role("n", "l", &[("a", "1"), ("x", "2")]);
        assert_eq!(merged(base, theirs, mine).1, ["groups/x/tier"]);
    }

    #[test]
    fn a_list_of_texts_is_one_field() {
        let of = |tasks: &[&str]| json!({"tasks": tasks});
        assert_eq!(merged(of(&["a"]), of(&["a", "b"]), of(&["a", "c"])).1, ["tasks"]);
        assert_eq!(merged(of(&[]), of(&["a"]), of(&[])), (of(&["a"]), vec![]));
    }

    #[test]
    fn an_optional_field_filled_in_by_one_and_left_by_the_other_stays() {
        let (without, with) = (json!({"skill": "java"}), json!({"skill": "java", "all": "45 %"}));
        assert_eq!(merged(without.clone(), with.clone(), without.clone()).0, with);
        assert_eq!(merged(with.clone(), without.clone(), with).0, without);
    }
}
