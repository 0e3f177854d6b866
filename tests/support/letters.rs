//! Letters as people get them, read by a parser that is not the program's own.

use super::Html;
use mail_parser::MessageParser;
use std::path::Path;

/// A letter that arrived.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Html,
    pub raw: Vec<u8>,
}

impl Letter {
    pub fn read(raw: &[u8]) -> Letter {
        let message = MessageParser::default().parse(raw).unwrap();
        Letter {
            to: message.to().unwrap().first().unwrap().address().unwrap().to_owned(),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            html: Html::from(message.body_html(0).unwrap().into_owned()),
            raw: raw.to_vec(),
        }
    }

    /// The first address in its text, as whoever reads it would open it.
    pub fn link(&self) -> String {
        let links = |line: &&str| line.starts_with("http://") || line.starts_with("https://");
        self.text.lines().find(links).expect("a link").to_owned()
    }
}

/// All letters that became files.
pub struct Letters(pub Vec<Letter>);

impl Letters {
    /// Those below a data folder, the newest first.
    pub fn of(data: &Path) -> Letters {
        let folder = data.join("letters");
        let mut files = if folder.exists() { super::files(&folder) } else { Vec::new() };
        files.retain(|(name, _)| name.ends_with(".eml"));
        files.reverse();
        Letters(files.iter().map(|(_, raw)| Letter::read(raw)).collect())
    }

    /// Those to an address.
    pub fn to(&self, address: &str) -> Vec<&Letter> {
        self.0.iter().filter(|letter| letter.to == address).collect()
    }
}
