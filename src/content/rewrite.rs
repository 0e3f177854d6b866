//! Rewriting what names an entry: when it leaves the guide or moves, whatever names it names its heirs instead, or
//! does without it. Where that would need a decision, it is refused with the field.

use super::markdown::relink;
use super::sheet::{Field, Rows, Section, Shape, fields};
use serde_json::{Value, json};

/// What is to be named no more, and what is named instead.
#[derive(Clone, Copy, Debug)]
pub struct Rewriting<'a> {
    pub kind: &'static str,
    pub slug: &'a str,
    pub name: &'a str,
    /// The address of pages of this kind, if they have any.
    pub address: Option<&'static str>,
    /// Slug and name of what takes its place; nothing takes it out of lists.
    pub heirs: &'a [(String, String)],
}

/// What becomes of one place that names it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The heirs stand there instead.
    Replaced,
    /// A link leads to the first of them.
    Led,
    /// It is taken out: an heir stands in the same list already, and keeps what is said of it.
    There,
    /// It is taken out.
    Removed,
    /// Somebody has to decide first.
    Refused(&'static str),
}

/// A place that names it, such as `groups[2].skills[0]`, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub field: String,
    pub outcome: Outcome,
}

const NEEDED: &str = "has to name something; name another first";
const ONE: &str = "names one only, and this is split into several; name one of them first";
const TOGETHER: &str = "says something of several together, which would no longer be true; change it first";
const LINKED: &str = "links to it; lead that link elsewhere, or take it out first";

impl Rewriting<'_> {
    /// Rewrites the content of the entry of kind `kind` with this slug; gives what became of each place.
    pub fn apply(
        &self,
        (kind, slug): (&str, &str),
        sections: &'static [Section],
        content: &mut Value,
    ) -> Vec<Effect> {
        // Nothing stands in a list of its own.
        let others: Vec<(String, String)> =
            self.heirs.iter().filter(|(heir, _)| kind != self.kind || heir != slug).cloned().collect();
        let mut walk = Walk { asked: self, others: &others, effects: Vec::new() };
        for field in fields(sections) {
            if let Some(value) = content.get_mut(field.name) {
                walk.field(field, value, field.name, false);
            }
        }
        walk.effects
    }
}

struct Walk<'a> {
    asked: &'a Rewriting<'a>,
    /// The heirs that may stand in lists of this entry.
    others: &'a [(String, String)],
    effects: Vec<Effect>,
}

impl Walk<'_> {
    fn note(&mut self, field: &str, outcome: Outcome) {
        self.effects.push(Effect { field: field.to_owned(), outcome });
    }

    fn field(&mut self, field: &Field, value: &mut Value, path: &str, in_item: bool) {
        match field.shape {
            Shape::Named(kind) if kind == self.asked.kind && value == self.asked.slug => {
                match self.others {
                    [] => self.note(path, Outcome::Refused(NEEDED)),
                    [(heir, _)] => {
                        *value = json!(heir);
                        self.note(path, Outcome::Replaced);
                    }
                    _ => self.note(path, Outcome::Refused(ONE)),
                };
            }
            Shape::AllNamed(kind) if kind == self.asked.kind => self.slugs(value, path, in_item),
            Shape::Markdown => self.text(value, path),
            Shape::Part(below) => {
                for field in below {
                    if let Some(value) = value.get_mut(field.name) {
                        self.field(field, value, &format!("{path}.{}", field.name), in_item);
                    }
                }
            }
            Shape::Rows(rows) => self.rows(&rows, value, path),
            _ => {}
        }
    }

    /// A list of slugs.
    fn slugs(&mut self, value: &mut Value, path: &str, in_item: bool) {
        let Some(list) = value.as_array_mut() else { return };
        let Some(at) = list.iter().position(|slug| slug == self.asked.slug) else { return };
        let place = format!("{path}[{at}]");
        if self.others.is_empty() && in_item {
            return self.note(&place, Outcome::Refused(TOGETHER));
        }
        list.retain(|slug| slug != self.asked.slug);
        let new: Vec<Value> = self.others.iter().map(|(heir, _)| json!(heir)).collect();
        let new: Vec<Value> = new.into_iter().filter(|heir| !list.contains(heir)).collect();
        self.note(&place, outcome(self.others.len(), new.len()));
        let at = at.min(list.len());
        list.splice(at..at, new);
    }

    /// A list of items, each of which may stand for what it names.
    fn rows(&mut self, rows: &Rows, value: &mut Value, path: &str) {
        let Some(list) = value.as_array_mut() else { return };
        let stands_for = rows.fields.iter().any(|field| {
            field.name == rows.identity
                && matches!(field.shape, Shape::Named(kind) if kind == self.asked.kind)
        });
        if stands_for && let Some(at) = list.iter().position(|item| item[rows.identity] == self.asked.slug) {
            let item = list.remove(at);
            let there = |list: &[Value], heir: &str| list.iter().any(|item| item[rows.identity] == heir);
            let mut new = Vec::new();
            for (place, (heir, name)) in self.others.iter().enumerate() {
                if there(list, heir) {
                    continue;
                }
                let mut item = item.clone();
                item[rows.identity] = json!(heir);
                if item.get("name").is_some() && rows.fields.iter().any(|field| field.name == "name") {
                    item["name"] = json!(name);
                }
                // The figures stay with the first: they were not measured of each.
                if let Some(item) = item.as_object_mut().filter(|_| place > 0) {
                    rows.fields.iter().filter(|field| field.optional).for_each(|field| {
                        item.remove(field.name);
                    });
                }
                new.push(item);
            }
            self.note(&format!("{path}[{at}]"), outcome(self.others.len(), new.len()));
            list.splice(at..at, new);
        }
        for (i, item) in list.iter_mut().enumerate() {
            for field in rows.fields.iter().filter(|field| !stands_for || field.name != rows.identity) {
                if let Some(value) = item.get_mut(field.name) {
                    self.field(field, value, &format!("{path}[{i}].{}", field.name), true);
                }
            }
        }
    }

    /// A text that may link to it.
    fn text(&mut self, value: &mut Value, path: &str) {
        let (Some(address), Some(text)) = (self.asked.address, value.as_str()) else { return };
        let from = format!("{address}{}", self.asked.slug);
        // A link leads to one page: on a split to the first.
        let to = self.asked.heirs.first().map(|(heir, _)| format!("{address}{heir}"));
        let Some(changed) = relink(text, &from, to.as_deref().unwrap_or(&from)) else { return };
        if to.is_none() {
            return self.note(path, Outcome::Refused(LINKED));
        }
        *value = json!(changed);
        self.note(path, Outcome::Led);
    }
}

/// Of so many heirs so many are new in a list.
fn outcome(heirs: usize, new: usize) -> Outcome {
    match (heirs, new) {
        (0, _) => Outcome::Removed,
        (_, 0) => Outcome::There,
        _ => Outcome::Replaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Typed;

    const SHARE: Shape = Shape::Typed(Typed { check: |_| Ok(()), sample: "0 %" });
    const FIELDS: &[Field] = &[
        Field::new("family", "", "", Shape::Named("family")),
        Field::new("text", "", "", Shape::Markdown),
        Field::new("all", "", "", Shape::AllNamed("skill")),
        Field::new(
            "skills",
            "",
            "",
            Shape::Rows(Rows {
                identity: "skill",
                one: "skill",
                pages: false,
                fields: &[
                    Field::new("skill", "", "", Shape::Named("skill")),
                    Field::new("share", "", "", SHARE).optional(),
                ],
            }),
        ),
        Field::new(
            "sets",
            "",
            "",
            Shape::Rows(Rows {
                identity: "id",
                one: "set",
                pages: false,
                fields: &[Field::new("skills", "", "", Shape::AllNamed("skill"))],
            }),
        ),
    ];
    const SECTIONS: &[Section] = &[Section { id: "all", title: "", fields: FIELDS }];

    fn content() -> Value {
        json!({
            "family": "old",
            "text": "See [Old](/skills/old#why), [`Old`](/skills/old) and `/skills/old`.",
            "all": ["a", "old", "b"],
            "skills": [{"skill": "a", "share": "1 %"}, {"skill": "old", "share": "2 %"}],
            "sets": [{"id": "s", "skills": ["a", "old"]}],
        })
    }

    fn rewritten(kind: &'static str, heirs: &[&str]) -> (Value, Vec<Effect>) {
        let heirs: Vec<(String, String)> =
            heirs.iter().map(|heir| ((*heir).to_owned(), heir.to_uppercase())).collect();
        let address = (kind == "skill").then_some("/skills/");
        let mut content = content();
        let asked = Rewriting { kind, slug: "old", name: "Old", address, heirs: &heirs };
        let effects = asked.apply(("role", "r"), SECTIONS, &mut content);
        (content, effects)
    }

    #[test]
    fn an_heir_takes_every_place_with_its_figures() {
        let (content, effects) = rewritten("skill", &["new"]);
        assert_eq!(content["text"], "See [Old](/skills/new#why), [`Old`](/skills/new) and `/skills/old`.");
        assert_eq!(content["all"], json!(["a", "new", "b"]));
        assert_eq!(content["skills"][1], json!({"skill": "new", "share": "2 %"}));
        assert_eq!(content["sets"][0]["skills"], json!(["a", "new"]));
        assert_eq!(content["family"], "old", "a family of that slug is another thing");
        let led = effects.iter().filter(|effect| effect.outcome == Outcome::Led);
        assert_eq!(led.map(|effect| effect.field.as_str()).collect::<Vec<_>>(), ["text"]);
        assert_eq!(effects.iter().filter(|effect| effect.outcome == Outcome::Replaced).count(), 3);
    }

    #[test]
    fn an_heir_that_stands_there_keeps_its_own_figures() {
        let (content, effects) = rewritten("skill", &["a"]);
        assert_eq!(content["skills"], json!([{"skill": "a", "share": "1 %"}]));
        assert_eq!(content["all"], json!(["a", "b"]));
        assert_eq!(content["sets"][0]["skills"], json!(["a"]));
        assert!(effects.contains(&Effect { field: "skills[1]".into(), outcome: Outcome::There }));
    }

    #[test]
    fn of_several_heirs_the_first_has_the_figures() {
        let (content, _) = rewritten("skill", &["x", "y"]);
        assert_eq!(content["skills"][1], json!({"skill": "x", "share": "2 %"}));
        assert_eq!(content["skills"][2], json!({"skill": "y"}));
        assert_eq!(content["all"], json!(["a", "x", "y", "b"]));
    }

    #[test]
    fn without_heirs_lists_do_without_it_and_the_rest_is_refused() {
        let (content, effects) = rewritten("skill", &[]);
        assert_eq!(content["all"], json!(["a", "b"]));
        assert_eq!(content["skills"], json!([{"skill": "a", "share": "1 %"}]));
        assert_eq!(content["sets"][0]["skills"], json!(["a", "old"]));
        let refused: Vec<&str> = effects
            .iter()
            .filter(|effect| matches!(effect.outcome, Outcome::Refused(_)))
            .map(|effect| effect.field.as_str())
            .collect();
        assert_eq!(refused, ["text", "sets[0].skills[1]"]);
        for heirs in [&[][..], &["x", "y"]] {
            let (content, effects) = rewritten("family", heirs);
            assert_eq!(content["family"], "old");
            assert!(matches!(effects[0].outcome, Outcome::Refused(_)));
        }
        assert_eq!(rewritten("family", &["x"]).0["family"], "x");
    }

    #[test]
    fn nothing_comes_to_name_itself() {
        let heirs = [("r".to_owned(), "R".to_owned())];
        let asked = Rewriting { kind: "skill", slug: "old", name: "Old", address: None, heirs: &heirs };
        let mut own = content();
        asked.apply(("skill", "r"), SECTIONS, &mut own);
        assert_eq!(own["all"], json!(["a", "b"]));
        let mut odd = json!({"all": 7, "skills": [7, null], "sets": {}, "text": null, "family": []});
        assert!(asked.apply(("role", "x"), SECTIONS, &mut odd).is_empty());
    }
}
