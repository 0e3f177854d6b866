//! A page as a person or a screen reader meets it: headings, links, text.

use std::collections::BTreeSet;

/// A page, or a part of one.
#[derive(Clone, Debug)]
pub struct Html {
    source: String,
}

/// An opening tag.
#[derive(Clone, Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Where its content begins.
    inside: usize,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split(' ').any(|c| c == class))
    }
}

/// Elements without an end.
const VOID: [&str; 7] = ["meta", "link", "br", "hr", "img", "input", "wbr"];
/// Elements that do not part words.
const INLINE: [&str; 14] = [
    "a", "b", "i", "em", "strong", "small", "span", "code", "sup", "time", "abbr", "svg", "button", "summary",
];

impl From<String> for Html {
    fn from(source: String) -> Self {
        Html { source }
    }
}

impl Html {
    /// Every opening tag.
    pub fn tags(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        let mut at = 0;
        while let Some(start) = self.source[at..].find('<').map(|i| at + i) {
            let end = start + self.source[start..].find('>').expect("a tag without an end");
            let tag = &self.source[start + 1..end];
            at = end + 1;
            if !tag.starts_with(['/', '!']) {
                tags.push(opening(tag, at));
            }
        }
        tags
    }

    /// What every element of this name holds.
    pub fn all(&self, name: &str) -> Vec<Html> {
        self.those(|tag| tag.name == name)
    }

    /// What every element of this class holds.
    pub fn class(&self, class: &str) -> Vec<Html> {
        self.those(|tag| tag.has_class(class))
    }

    /// What the element with this id holds.
    pub fn id(&self, id: &str) -> Html {
        let mut found = self.those(|tag| tag.attribute("id") == Some(id));
        assert_eq!(found.len(), 1, "elements with the id {id}");
        found.remove(0)
    }

    fn those(&self, is: impl Fn(&Tag) -> bool) -> Vec<Html> {
        self.tags().iter().filter(|tag| is(tag)).map(|tag| self.inner(tag)).collect()
    }

    fn inner(&self, tag: &Tag) -> Html {
        let (open, close) = (format!("<{}", tag.name), format!("</{}>", tag.name));
        let mut depth = 1;
        let mut at = tag.inside;
        loop {
            let end = at + self.source[at..].find(&close).unwrap_or_else(|| panic!("{close} is missing"));
            depth += self.source[at..end]
                .match_indices(&open)
                .filter(|(i, _)| self.source[at + i + open.len()..].starts_with([' ', '>', '\n']))
                .count();
            depth -= 1;
            if depth == 0 {
                return Html { source: self.source[tag.inside..end].to_owned() };
            }
            at = end + close.len();
        }
    }

    /// The text as it is read aloud, what is hidden from that left out, on one line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.source.as_str();
        while let Some(start) = rest.find('<') {
            text.push_str(&rest[..start]);
            let end = start + rest[start..].find('>').expect("a tag without an end");
            let tag = opening(rest[start + 1..end].trim_start_matches('/'), end + 1);
            let closing = rest[start + 1..].starts_with('/');
            if !INLINE.contains(&tag.name.as_str()) {
                text.push(' ');
            }
            let silent = tag.attribute("aria-hidden") == Some("true")
                || ["style", "script"].contains(&tag.name.as_str());
            let skip = if silent && !closing && !VOID.contains(&tag.name.as_str()) {
                Html { source: rest.to_owned() }.inner(&tag).source.len()
            } else {
                0
            };
            rest = &rest[end + 1 + skip..];
        }
        text.push_str(rest);
        plain(&text)
    }

    pub fn title(&self) -> String {
        self.all("title")[0].text()
    }

    /// The texts of all headings of a level.
    pub fn headings(&self, level: u8) -> Vec<String> {
        self.all(&format!("h{level}")).iter().map(Html::text).collect()
    }

    /// Where its links lead.
    pub fn links(&self) -> Vec<String> {
        let anchors = self.tags().into_iter().filter(|tag| tag.name == "a");
        anchors.map(|tag| decoded(tag.attribute("href").unwrap_or_default())).collect()
    }

    /// What the form holds that is sent to an address.
    pub fn form(&self, action: &str) -> Html {
        let forms = self.tags().into_iter().filter(|tag| tag.name == "form");
        let found = forms.zip(self.all("form")).find(|(tag, _)| tag.attribute("action") == Some(action));
        found.unwrap_or_else(|| panic!("no form to {action}: {}", self.text())).1
    }

    /// What the field of this name holds.
    pub fn field(&self, name: &str) -> String {
        let found = self.fields().into_iter().find(|(field, _)| field == name);
        found.unwrap_or_else(|| panic!("no field {name}: {}", self.text())).1
    }

    /// What the fields of its form hold as they are sent, by name.
    pub fn fields(&self) -> Vec<(String, String)> {
        let value = |tag: &Tag| match tag.name.as_str() {
            // A browser drops the line break that the tag is followed by.
            "textarea" => decoded(self.inner(tag).source.trim_start_matches('\n')),
            "select" => {
                let inside = self.inner(tag);
                let options: Vec<Tag> = inside.tags();
                let chosen =
                    options.iter().find(|option| option.attribute("selected").is_some()).or(options.first());
                // Of an option that says nothing else, its text is sent.
                let sent = |option: &Tag| match option.attribute("value") {
                    Some(value) => decoded(value),
                    None => inside.inner(option).text(),
                };
                chosen.map(sent).unwrap_or_default()
            }
            _ => decoded(tag.attribute("value").unwrap_or_default()),
        };
        let tags = self.tags();
        let sent = |tag: &&Tag| {
            let chosen = !matches!(tag.attribute("type"), Some("radio" | "checkbox"));
            ["input", "textarea", "select"].contains(&tag.name.as_str())
                && (chosen || tag.attribute("checked").is_some())
        };
        let fields = tags.iter().filter(sent);
        fields.map(|tag| (tag.attribute("name").unwrap_or_default().to_owned(), value(tag))).collect()
    }

    pub fn ids(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for tag in self.tags() {
            if let Some(id) = tag.attribute("id") {
                assert!(ids.insert(id.to_owned()), "the id {id} stands twice");
            }
        }
        ids
    }

    /// The source, for what no visitor sees.
    pub fn source(&self) -> &str {
        &self.source
    }
}

fn opening(tag: &str, inside: usize) -> Tag {
    let name_end = tag.find([' ', '\n', '/']).unwrap_or(tag.len());
    let mut attributes = Vec::new();
    let mut rest = tag[name_end..].trim_start();
    while !rest.is_empty() && rest != "/" {
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').expect("an attribute without an end");
            value = quoted[..end].to_owned();
            rest = &quoted[end + 1..];
        }
        attributes.push((name, value));
        rest = rest.trim_start();
    }
    Tag { name: tag[..name_end].to_owned(), attributes, inside }
}

/// On one line, spaces that do not break as plain ones, entities as what they stand for.
fn plain(text: &str) -> String {
    decoded(text).replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let end = rest[start..].find(';').map_or(rest.len(), |i| start + i);
        let name = &rest[start + 1..end];
        let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
        let number = number.or_else(|| name.strip_prefix('#').map(str::parse));
        out.push(match (name, number) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            ("nbsp", _) => '\u{a0}',
            (_, Some(Ok(number))) => char::from_u32(number).unwrap(),
            _ => panic!("the entity {name} is not known here"),
        });
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out + rest
}
