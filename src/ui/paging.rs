//! A list over several pages: which of them is shown, and the way to the others.

use super::Frame;
use crate::error::{Error, Result};

/// One page of a list. The first has the list's own address, the others a number in the query.
pub struct Paging {
    path: String,
    /// From 1.
    pub number: i64,
    /// How many there are, at least one.
    pub pages: i64,
    size: i64,
    /// What else the addresses ask for.
    query: String,
}

impl Paging {
    /// Page `number` of a list of `count` things with `size` on a page.
    ///
    /// # Errors
    /// `PastEnd` if the list ends before it.
    pub fn of(frame: &Frame, number: i64, count: i64, size: i64) -> Result<Self> {
        let pages = ((count + size - 1) / size).max(1);
        if !(1..=pages).contains(&number) {
            return Err(Error::PastEnd);
        }
        Ok(Paging { path: frame.path.clone(), number, pages, size, query: String::new() })
    }

    /// The same list, asked for with a further query key; an empty value asks for nothing.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            let query = std::mem::take(&mut self.query);
            self.query = url::form_urlencoded::Serializer::new(query).append_pair(key, value).finish();
        }
        self
    }

    /// How many things stand on the pages before.
    pub fn skip(&self) -> i64 {
        (self.number - 1) * self.size
    }

    pub fn first(&self) -> bool {
        self.number == 1
    }

    pub fn previous(&self) -> Option<String> {
        (self.number > 1).then(|| self.address(self.number - 1))
    }

    pub fn next(&self) -> Option<String> {
        (self.number < self.pages).then(|| self.address(self.number + 1))
    }

    fn address(&self, number: i64) -> String {
        let page = if number == 1 { String::new() } else { format!("page={number}") };
        let parts: Vec<&str> =
            [self.query.as_str(), &page].into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, parts.join("&")) }
    }

    /// What a title ends with, so that no two pages have the same: nothing on the first.
    pub fn title(&self) -> String {
        if self.first() { String::new() } else { format!(", page {}", self.number) }
    }
}
