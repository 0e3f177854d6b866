//! The ledger of a person: what they know, each skill marked once, for all plans.

use super::Mark;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Everything that a person marked, by the slug of the skill.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Ledger {
    pub marked: BTreeMap<String, Marked>,
}

/// What a person says of one skill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Marked {
    pub mark: Mark,
    pub note: String,
    pub evidence: Vec<Evidence>,
    /// Counts its saves, from 1.
    #[serde(skip)]
    pub version: i64,
    pub at: DateTime<Utc>,
}

/// Something that shows it: a title and an address on the web.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub title: String,
    pub url: String,
}

/// What is kept of a mark besides its version.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub mark: Mark,
    pub note: String,
    pub evidence: Vec<Evidence>,
}

/// Bounds: what a person writes about one skill on a page, and how many skills anybody says something of.
pub const NOTE: usize = 2_000;
pub const EVIDENCE: usize = 10;
pub const TITLE: usize = 120;
pub const ADDRESS: usize = 500;
pub const MARKS: i64 = 1_000;

impl Ledger {
    pub fn mark_of(&self, skill: &str) -> Option<Mark> {
        self.marked.get(skill).map(|marked| marked.mark)
    }

    /// The skills that count as held: those that the person can do.
    pub fn held(&self) -> crate::gap::Held {
        let held = self.marked.iter().filter(|(_, marked)| marked.mark.holds());
        held.map(|(skill, _)| skill.clone()).collect()
    }

    /// What the person decided against.
    pub fn aside(&self) -> BTreeSet<String> {
        let aside = self.marked.iter().filter(|(_, marked)| marked.mark == Mark::NotForMe);
        aside.map(|(skill, _)| skill.clone()).collect()
    }
}

impl Evidence {
    /// An address on the web as it is kept: from http: or https: on, with a host and without a password.
    ///
    /// # Errors
    /// What to do, in a sentence.
    pub fn address(text: &str) -> Result<String, String> {
        let wrong = "This is no address on the web. Write it from https:// on, as your browser shows it.";
        let url = Url::parse(text.trim()).map_err(|_| wrong.to_owned())?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(wrong.into());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("This address holds a name or a password before the @. Take that out.".into());
        }
        let url = String::from(url);
        if url.len() > ADDRESS {
            return Err(format!("This is longer than {ADDRESS} characters. Use a shorter address."));
        }
        Ok(url)
    }
}

impl Said {
    /// This and another of the same person, brought together: the stronger mark, both notes, all evidence once.
    pub(super) fn with(self, other: Said) -> Said {
        let note = match (self.note.trim(), other.note.trim()) {
            (a, b) if b.is_empty() || a == b => a.to_owned(),
            ("", b) => b.to_owned(),
            (a, b) => format!("{a}\n\n{b}"),
        };
        let mut evidence = self.evidence;
        for more in other.evidence {
            if evidence.iter().all(|one| one.url != more.url) {
                evidence.push(more);
            }
        }
        Said { mark: self.mark.max(other.mark), note, evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_web_are_kept() {
        assert_eq!(Evidence::address(" https://example.org/a b ").unwrap(), "https://example.org/a%20b");
        assert_eq!(Evidence::address("http://example.org").unwrap(), "http://example.org/");
        for wrong in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "example.org",
            "//example.org",
            "https://",
            "file:///etc/passwd",
            "jav\tascript:alert(1)",
            "",
            "mailto:a@example.org",
        ] {
            assert!(Evidence::address(wrong).unwrap_err().contains("https://"), "{wrong}");
        }
        assert!(Evidence::address("https://me:secret@example.org/").unwrap_err().contains("password"));
        assert!(
            Evidence::address(&format!("https://example.org/{}", "a".repeat(ADDRESS)))
                .unwrap_err()
                .contains("500")
        );
    }

    #[test]
    fn two_that_become_one_lose_nothing() {
        let link = |url: &str| Evidence { title: "T".into(), url: url.into() };
        let a = Said { mark: Mark::Learning, note: "one".into(), evidence: vec![link("x"), link("y")] };
        let b = Said { mark: Mark::Strong, note: "two".into(), evidence: vec![link("y"), link("z")] };
        let both = a.with(b);
        assert_eq!((both.mark, both.note.as_str()), (Mark::Strong, "one\n\ntwo"));
        assert_eq!(both.evidence, [link("x"), link("y"), link("z")]);
    }
}
