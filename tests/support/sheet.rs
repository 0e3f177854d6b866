//! What editors do in stories: fill in the forms of the guide, look at drafts, publish them.

use super::{Answer, Browser, Html, Site};
use serde_json::Value;
use waymark::editing::{Draft, Standing};

/// The form of an editor's page: where it is sent and what it holds.
pub struct Sheet {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Sheet {
    pub fn of(page: &Html) -> Sheet {
        let forms = page.tags();
        let form = forms.iter().find(|tag| tag.name == "form" && tag.has_class("sheet")).expect("a sheet");
        let action = form.attribute("action").unwrap().to_owned();
        Sheet { action, fields: page.class("sheet")[0].fields() }
    }

    pub fn open(browser: &mut Browser, path: &str) -> Sheet {
        Sheet::of(&browser.page(path))
    }

    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(field, _)| field == name);
        &field.unwrap_or_else(|| panic!("no field {name}: {:?}", self.fields)).1
    }

    pub fn set(mut self, name: &str, value: &str) -> Sheet {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        match field {
            Some((_, old)) => value.clone_into(old),
            None => panic!("no field {name}: {:?}", self.fields),
        }
        self
    }

    /// Presses a button of the form.
    pub fn press(mut self, order: &str) -> Sheet {
        self.fields.push(("do".into(), order.into()));
        self
    }

    pub fn send(&self, browser: &mut Browser) -> Answer {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&self.action, &fields)
    }

    pub fn save(&self, browser: &mut Browser) -> Answer {
        let answer = self.send(browser);
        assert!([200, 303].contains(&answer.status), "{}", answer.text());
        answer
    }
}

pub fn draft(site: &Site, kind: &str, slug: &str) -> Option<Draft> {
    Draft::find(&mut site.conn(), kind, slug).unwrap()
}

pub fn content(site: &Site, kind: &str, slug: &str) -> Value {
    Standing::find(&mut site.conn(), kind, slug).unwrap().unwrap().content
}

/// Publishes a draft with the words that are suggested.
pub fn publish(browser: &mut Browser, address: &str) -> Answer {
    let path = format!("{address}/publish");
    let page = browser.page(&path);
    browser.fill(&page, &path, &[("do", "now")])
}
