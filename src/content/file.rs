//! An entry as a file that people like to edit and review: TOML, or Markdown below a head in TOML.

use super::{Content, Problem};

/// The form of a kind's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Toml,
    /// The field `text` is Markdown below the other fields, which stand between two lines of `+++`.
    Markdown,
}

impl Format {
    pub fn extension(self) -> &'static str {
        match self {
            Format::Toml => "toml",
            Format::Markdown => "md",
        }
    }
}

/// The file as it would be exported: the same content is always the same bytes.
pub fn write<T: Content>(content: &T) -> String {
    let mut head = match toml::Table::try_from(content) {
        Ok(table) => table,
        Err(error) => unreachable!("{} cannot be written as TOML: {error}", T::KIND),
    };
    let print = |head: &toml::Table| toml::to_string_pretty(head).unwrap_or_default();
    match T::FORMAT {
        Format::Toml => print(&head),
        Format::Markdown => {
            let text = head.remove("text").and_then(|t| t.as_str().map(str::to_owned)).unwrap_or_default();
            format!("+++\n{}+++\n\n{}\n", print(&head), text.trim())
        }
    }
}

/// Reads a file.
///
/// # Errors
/// The first thing that its types refuse, with line and field.
pub fn read<T: Content>(path: &str, text: &str) -> Result<T, Problem> {
    let problem = |line, field: &str, message: String| Problem {
        file: path.to_owned(),
        line,
        field: field.to_owned(),
        message,
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parts = Parts::of(T::FORMAT, text).map_err(|message| problem(1, "", message))?;
    let failed = |error: toml::de::Error, field: String| {
        let line = error.span().map_or(0, |span| parts.line_at(span.start));
        problem(line, field.trim_matches('.'), error.message().to_owned())
    };
    let mut head: toml::Table = parts.head.parse().map_err(|e| failed(e, String::new()))?;
    if let Some(body) = parts.body {
        if head.contains_key("text") {
            let line = line_of(text, "text").unwrap_or(0);
            return Err(problem(line, "text", "stands in the head; write it below the second +++".into()));
        }
        head.insert("text".into(), toml::Value::String(body.trim().replace("\r\n", "\n")));
    }
    // With a body the table is read, without the spans that the text alone would give; the path finds the line.
    serde_path_to_error::deserialize(head).map_err(|e| {
        let field = e.path().to_string();
        let field = if field == "." { String::new() } else { field };
        let line = line_of(text, &field).unwrap_or(0);
        problem(line, &field, actionable(e.inner().message()))
    })
}

/// serde's wording, with what to do where it does not say so.
fn actionable(message: &str) -> String {
    let message = message.trim().replace('`', "\"");
    match message.strip_prefix("missing field ") {
        Some(field) => format!("the field {field} is missing; add it"),
        None => message,
    }
}

/// The line, from 1, on which a field such as `groups[1].skills[0].all` stands; else that of what holds it.
pub fn line_of(text: &str, field: &str) -> Option<usize> {
    let format = if text.starts_with("+++") { Format::Markdown } else { Format::Toml };
    let parts = Parts::of(format, text).ok()?;
    let document = toml_edit::Document::parse(parts.head).ok()?;
    let mut item: &toml_edit::Item = document.as_item();
    let mut found = None;
    for step in field.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        let next = match step.parse::<usize>() {
            Ok(index) => item.get(index),
            Err(_) => {
                let key = item.as_table_like().and_then(|t| t.get_key_value(step)).map(|(key, _)| key);
                found = key.and_then(|k| k.span()).map(|span| span.start).or(found);
                item.get(step)
            }
        };
        let Some(next) = next else { break };
        if step.parse::<usize>().is_ok() {
            found = next.span().map(|span| span.start).or(found);
        }
        item = next;
    }
    Some(parts.line_at(found?))
}

/// The line of the file for a line of the text below its head, both from 1.
pub fn body_line(text: &str, line: usize) -> usize {
    let body =
        Parts::of(Format::Markdown, text).ok().and_then(|parts| parts.body).unwrap_or(text).trim_start();
    text[..text.len() - body.len()].matches('\n').count() + line
}

struct Parts<'a> {
    head: &'a str,
    body: Option<&'a str>,
    /// Lines before the head.
    before: usize,
}

impl<'a> Parts<'a> {
    fn of(format: Format, text: &'a str) -> Result<Self, String> {
        if format == Format::Toml {
            return Ok(Parts { head: text, body: None, before: 0 });
        }
        let wrong = "has no head; begin with a line of +++, the fields in TOML, and a second line of +++";
        let rest = text.strip_prefix("+++\n").or_else(|| text.strip_prefix("+++\r\n")).ok_or(wrong)?;
        let end = rest.find("\n+++").ok_or(wrong)?;
        let body = rest[end + 4..].split_once('\n').map_or("", |(_, body)| body);
        Ok(Parts { head: &rest[..=end], body: Some(body), before: 1 })
    }

    fn line_at(&self, offset: usize) -> usize {
        let upto = &self.head.as_bytes()[..offset.min(self.head.len())];
        upto.iter().filter(|b| **b == b'\n').count() + 1 + self.before
    }
}
