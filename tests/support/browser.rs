//! Somebody with a browser: it keeps cookies, says where forms come from, and fills them in.

use super::{Answer, Html, Visitor};
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Browser {
    visitor: Visitor,
    pub cookies: BTreeMap<String, String>,
    agent: &'static str,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

impl Browser {
    pub fn of(visitor: Visitor) -> Browser {
        Browser { visitor, cookies: BTreeMap::new(), agent: FIREFOX }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        let (agent, cookies) = (self.agent, self.header());
        let answer = self.visitor.ask("GET", path, &[("User-Agent", agent), ("Cookie", &cookies)]);
        self.keep(answer)
    }

    /// The page at an address that has one.
    pub fn page(&mut self, path: &str) -> Html {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.html()
    }

    /// Sends a form as its page would.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, fields, &[("Sec-Fetch-Site", "same-origin")])
    }

    /// Sends a form with headers that tell where it comes from.
    pub fn post_from(&mut self, path: &str, fields: &[(&str, &str)], from: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
            body.push_str(if body.is_empty() { "" } else { "&" });
            body.push_str(&pair);
        }
        let cookies = self.header();
        let mut headers = vec![
            ("User-Agent", self.agent),
            ("Cookie", &cookies),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        headers.extend(from);
        let answer = self.visitor.send_body("POST", path, &headers, body.as_bytes());
        self.keep(answer)
    }

    /// Sends the form of a page that goes to an address, with some fields typed anew.
    pub fn fill(&mut self, page: &Html, action: &str, typed: &[(&str, &str)]) -> Answer {
        let mut fields = page.form(action).fields();
        fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend(typed);
        self.post(action, &fields)
    }

    /// Sends a form and follows where it leads.
    pub fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Html {
        let answer = self.post(path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        let next = answer.header("location").unwrap().to_owned();
        self.page(&next)
    }

    fn header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { "none=1".into() } else { pairs.join("; ") }
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for set in answer.headers("set-cookie") {
            let (pair, attributes) = set.split_once(';').unwrap_or((set, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}
