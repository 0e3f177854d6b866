//! A sheet as controls: what a form shows, in one list, so that its template needs no more than a loop.

use super::row::Names;
use crate::content::{Field, Rows, Shape};
use serde_json::Value;
use std::collections::BTreeMap;

/// One piece of a form.
pub enum Control {
    /// A control to type in.
    Input(Input),
    /// One of a few words.
    Choice { input: Input, options: Vec<(&'static str, &'static str)> },
    /// A box to tick.
    Flag { input: Input, ticked: bool },
    /// Two numbers.
    Span { input: Input, from: String, to: String },
    /// Fields that belong together begin.
    Open { legend: String, hint: String, name: String, problem: String },
    /// An item of a list begins.
    Item { legend: String, name: String, id: Option<String>, first: bool, last: bool, new: bool },
    /// What began with `Open` or `Item` ends.
    Close { item: bool },
    /// The button below a list.
    More { name: String, one: &'static str },
    /// A list whose items have pages of their own.
    Pages { label: String, name: String, one: &'static str, problem: String, items: Vec<Page> },
}

/// A control with its label.
pub struct Input {
    /// Line, text, lines, long, named or all-named.
    pub what: &'static str,
    pub name: String,
    pub label: &'static str,
    pub hint: &'static str,
    pub value: String,
    pub problem: String,
    pub optional: bool,
    /// The kind whose names are offered, if it is one.
    pub names: &'static str,
}

impl Input {
    /// Ids of what describes it.
    pub fn described(&self) -> String {
        let parts = [(!self.hint.is_empty(), "hint"), (!self.problem.is_empty(), "error")];
        let ids = parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{}-{part}", self.name));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// How many lines a box is high: enough for what it holds.
    pub fn lines(&self) -> usize {
        let wide = if self.what == "long" { 90 } else { 70 };
        let lines: usize = self.value.lines().map(|line| 1 + line.chars().count() / wide).sum();
        match self.what {
            "long" => lines.clamp(16, 40),
            _ => (lines + 1).clamp(3, 14),
        }
    }
}

/// An item with a page of its own.
pub struct Page {
    pub id: String,
    pub name: String,
    /// What else is said of it in the list.
    pub about: String,
    /// How much there is to put right in it.
    pub problems: usize,
}

/// What fills a form: the content, the names of what it names, and the problems by field.
pub struct Filling<'a> {
    pub names: &'a Names,
    pub problems: &'a BTreeMap<String, String>,
}

impl Filling<'_> {
    /// The controls of `fields`, whose names begin with `at`.
    pub fn controls(&self, fields: &[Field], content: &Value, at: &str) -> Vec<Control> {
        let mut controls = Vec::new();
        for field in fields {
            self.field(field, content.get(field.name), &format!("{at}{}", field.name), &mut controls);
        }
        controls
    }

    fn problem(&self, name: &str) -> String {
        self.problems.get(name).cloned().unwrap_or_default()
    }

    fn field(&self, field: &Field, value: Option<&Value>, name: &str, controls: &mut Vec<Control>) {
        let input = |what, value: String| Input {
            what,
            name: name.to_owned(),
            label: field.label,
            hint: field.hint,
            value,
            problem: self.first_problem(name),
            optional: field.optional,
            names: match field.shape {
                Shape::Named(kind) | Shape::AllNamed(kind) => kind,
                _ => "",
            },
        };
        let null = Value::Null;
        let value = value.unwrap_or(&null);
        match field.shape {
            Shape::Line | Shape::Typed(_) | Shape::Number => {
                controls.push(Control::Input(input("line", text(value))))
            }
            Shape::Text => controls.push(Control::Input(input("text", text(value)))),
            Shape::Markdown => controls.push(Control::Input(input("long", text(value)))),
            Shape::Lines => controls.push(Control::Input(input("lines", lines(value).join("\n")))),
            Shape::Named(kind) => {
                controls.push(Control::Input(input("named", self.name(kind, &text(value)))));
            }
            Shape::AllNamed(kind) => {
                let names: Vec<String> = lines(value).iter().map(|slug| self.name(kind, slug)).collect();
                controls.push(Control::Input(input("all-named", names.join("\n"))));
            }
            Shape::Choice(options) => {
                controls
                    .push(Control::Choice { input: input("choice", text(value)), options: options.to_vec() });
            }
            Shape::Flag => controls.push(Control::Flag {
                input: input("flag", String::new()),
                ticked: *value == Value::Bool(true),
            }),
            Shape::Span => controls.push(Control::Span {
                input: input("span", String::new()),
                from: text(&value[0]),
                to: text(&value[1]),
            }),
            Shape::Part(fields) => {
                controls.push(Control::Open {
                    legend: field.label.to_owned(),
                    hint: field.hint.to_owned(),
                    name: name.to_owned(),
                    problem: self.problem(name),
                });
                controls.extend(self.controls(fields, value, &format!("{name}.")));
                controls.push(Control::Close { item: false });
            }
            Shape::Rows(rows) if rows.pages => {
                let items = value.as_array().into_iter().flatten().enumerate();
                controls.push(Control::Pages {
                    label: field.label.to_owned(),
                    name: name.to_owned(),
                    one: rows.one,
                    problem: self.problem(name),
                    items: items.map(|(i, item)| self.page(&rows, item, &format!("{name}[{i}]"))).collect(),
                });
            }
            Shape::Rows(rows) => self.rows(field, &rows, value, name, controls),
        }
    }

    fn rows(&self, field: &Field, rows: &Rows, value: &Value, name: &str, controls: &mut Vec<Control>) {
        controls.push(Control::Open {
            legend: field.label.to_owned(),
            hint: field.hint.to_owned(),
            name: name.to_owned(),
            problem: self.problem(name),
        });
        let none = Vec::new();
        let items = value.as_array().unwrap_or(&none);
        for (i, item) in items.iter().chain([&Value::Null]).enumerate() {
            let new = i == items.len();
            let at = format!("{name}[{i}]");
            let named = rows.fields.iter().find_map(|field| match field.shape {
                Shape::Named(kind) if field.name == rows.identity => {
                    Some(self.name(kind, item.get(field.name)?.as_str()?))
                }
                _ => None,
            });
            let said = ["name", "title"].iter().find_map(|f| item.get(f)?.as_str()).map(str::to_owned);
            let legend = match named.or(said).unwrap_or_default().as_str() {
                _ if new => format!("New {}", rows.one),
                "" => format!("{} {}", capital(rows.one), i + 1),
                said => format!("{} {}: {said}", capital(rows.one), i + 1),
            };
            controls.push(Control::Item {
                legend,
                name: at.clone(),
                id: (rows.identity == "id").then(|| text(&item["id"])),
                first: i == 0,
                last: i + 1 >= items.len(),
                new,
            });
            controls.extend(self.controls(rows.fields, item, &format!("{at}.")));
            controls.push(Control::Close { item: true });
        }
        controls.push(Control::More { name: name.to_owned(), one: rows.one });
        controls.push(Control::Close { item: false });
    }

    fn page(&self, rows: &Rows, item: &Value, at: &str) -> Page {
        let chosen = rows.fields.iter().filter_map(|field| match field.shape {
            Shape::Choice(options) => {
                options.iter().find(|(word, _)| item[field.name] == *word).map(|(_, name)| (*name).to_owned())
            }
            Shape::Rows(list) => match item[field.name].as_array().map_or(0, Vec::len) {
                0 => None,
                1 => Some(format!("1 {}", list.one)),
                many => Some(format!("{many} {}s", list.one)),
            },
            Shape::Typed(_) if field.name == "value" || field.name == "as_of" => {
                item[field.name].as_str().map(str::to_owned)
            }
            _ => None,
        });
        let id = text(&item["id"]);
        let said =
            ["name", "title"].iter().find_map(|f| item.get(f)?.as_str()).filter(|said| !said.is_empty());
        Page {
            name: said.map_or_else(|| id.clone(), str::to_owned),
            about: chosen.collect::<Vec<_>>().join(", "),
            problems: self.problems.keys().filter(|field| field.starts_with(&format!("{at}."))).count(),
            id,
        }
    }

    /// The problem of a field, or of one of the texts in it.
    fn first_problem(&self, name: &str) -> String {
        let within = self.problems.iter().find(|(field, _)| {
            field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        });
        within.map_or(String::new(), |(_, problem)| problem.clone())
    }

    /// What is named, as people call it.
    fn name(&self, kind: &str, slug: &str) -> String {
        self.names.get(&(kind.to_owned(), slug.to_owned())).cloned().unwrap_or_else(|| slug.to_owned())
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn lines(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
