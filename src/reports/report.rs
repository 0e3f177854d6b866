//! A report: what a reader found wrong or missing, and where.

use crate::accounts::MailAddress;
use crate::content::{Problem, unseen};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A report as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub id: String,
    /// The path of the page; "/" for the site as a whole.
    pub page: String,
    /// The anchor of the part of the page, if it is about one.
    pub section: Option<String>,
    /// The revision of the entry that was shown, if the page shows one.
    pub revision: Option<i64>,
    pub words: String,
    /// Where the reader saw it.
    pub source: Option<String>,
    /// The mail address for an answer; taken away when the report is closed.
    pub reply: Option<String>,
    #[serde(rename = "reported_at")]
    pub reported: DateTime<Utc>,
}

/// What somebody typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub words: String,
    pub source: String,
    pub reply: String,
}

/// The most characters.
const WORDS: usize = 4_000;
const SOURCE: usize = 500;
/// More web addresses than this in one text are advertising.
const WEB_ADDRESSES: usize = 5;

impl Typed {
    /// Without what nobody means to write, and what PostgreSQL does not take: control characters, signs that turn the
    /// direction of writing, space around.
    #[must_use]
    pub fn tidied(&self) -> Typed {
        let line = |text: &str| text.chars().filter(|c| !unseen(*c)).collect::<String>().trim().to_owned();
        let words = self.words.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let words: String = words.chars().filter(|c| *c == '\n' || !unseen(*c)).collect();
        let reply = line(&self.reply);
        // As accounts write addresses, so that a person finds what was sent with theirs.
        let reply = MailAddress::parse(&reply).map_or(reply, |address| address.shown);
        Typed { words: words.trim().to_owned(), source: line(&self.source), reply }
    }

    /// What has to be put right first, field by field.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |field: &str, message: String| {
            problems.push(Problem { file: String::new(), line: 0, field: field.to_owned(), message });
        };
        let count = self.words.chars().count();
        if count == 0 {
            add("words", "Write what is wrong or missing.".into());
        } else if count > WORDS {
            add("words", format!("Shorten it to 4,000 characters; it has {count}."));
        } else if web_addresses(&self.words) > WEB_ADDRESSES {
            add("words", "Leave at most five web addresses in the text.".into());
        }
        let count = self.source.chars().count();
        if count > SOURCE {
            add("source", format!("Shorten where you saw it to 500 characters; it has {count}."));
        }
        if !self.reply.is_empty() && MailAddress::parse(&self.reply).is_err() {
            add("reply", "Write the mail address in full, such as name@example.org, or leave it out.".into());
        }
        problems
    }
}

fn web_addresses(text: &str) -> usize {
    let text = text.to_lowercase();
    let bare = text.replace("://www.", "://");
    bare.matches("http://").count() + bare.matches("https://").count() + bare.matches("www.").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: Typed) -> Vec<(String, String)> {
        typed.problems().into_iter().map(|problem| (problem.field, problem.message)).collect()
    }

    #[test]
    fn what_nobody_means_to_write_is_taken_out() {
        let typed = Typed {
            words: " one\0\r\ntwo\tthree\u{1b}[31m \u{202e}four\r\n".into(),
            source: "a\nbook\0".into(),
            reply: " ann@example.org\r\n".into(),
        };

        let tidied = typed.tidied();

        assert_eq!(tidied.words, "one\ntwo three[31m four");
        assert_eq!((tidied.source.as_str(), tidied.reply.as_str()), ("abook", "ann@example.org"));
    }

    #[test]
    fn every_limit_is_told_with_what_to_do() {
        let words = |words: String| Typed { words, ..Typed::default() };
        let of_words = |text: &str| vec![("words".to_owned(), text.to_owned())];
        assert_eq!(told(words(String::new())), of_words("Write what is wrong or missing."));
        assert_eq!(told(words("ä".repeat(4_000))), []);
        assert_eq!(told(words("ä".repeat(4_001))), of_words("Shorten it to 4,000 characters; it has 4001."));
        assert_eq!(told(words("https://www.a.example ".repeat(5))), []);
        for six in ["https://a.example ", "HTTP://a.example ", "www.a.example "] {
            let told = told(words(six.repeat(6)));
            assert_eq!(told, of_words("Leave at most five web addresses in the text."), "{six}");
        }
        let source = Typed { words: "x".into(), source: "s".repeat(501), ..Typed::default() };
        assert!(told(source)[0].1.starts_with("Shorten where you saw it to 500"));
        for reply in ["ann", "ann@", "@example.org", "ann@example.org, bob@example.org"] {
            let typed = Typed { words: "x".into(), reply: reply.into(), ..Typed::default() };
            assert_eq!(told(typed)[0].0, "reply", "{reply}");
        }
        let fine = Typed { words: "x".into(), reply: "ann@example.org".into(), ..Typed::default() };
        assert_eq!(told(fine), []);
    }
}
