//! A list over several pages: which of them is shown, and the way to the others.

use super::Frame;
use crate::error::{Error, Result};

/// One page of a list. The first has the list's own address, the others a number in the query.
pub struct Paging {
    path: String,
    /// The rest of the query.
    query: Vec<(String, String)>,
    /// From 1.
    pub number: i64,
    /// How many there are, at least one.
    pub pages: i64,
    size: i64,
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
        Ok(Paging { path: frame.path.clone(), query: Vec::new(), number, pages, size })
    }

    /// The same list, of what else its address asks for; what is empty stands in no address.
    #[must_use]
    pub fn asking(mut self, query: &[(&str, &str)]) -> Self {
        let pairs = query.iter().filter(|(_, value)| !value.is_empty());
        self.query = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
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
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        if number > 1 {
            query.append_pair("page", &number.to_string());
        }
        match query.finish() {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// What a title ends with, so that no two pages have the same: nothing on the first.
    pub fn title(&self) -> String {
        if self.first() { String::new() } else { format!(", page {}", self.number) }
    }
}
