//! A form that was made from another version of the plan: field by field, what was typed against what stands now.

use crate::ui::Form;
use sha2::{Digest, Sha256};

/// A short name for what a field held when its form was made; it stands in the form beside the field.
pub fn seal(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of one form.
pub struct Merge {
    sent: Form,
    /// The plan is in another version than the one that the form was made from.
    stale: bool,
    /// What the form shows if it has to be shown again.
    shown: Vec<(String, String)>,
    /// Fields that were changed on both sides, and what they hold now.
    asked: Vec<(String, String)>,
}

impl Merge {
    pub fn of(sent: Form, stale: bool) -> Merge {
        Merge { sent, stale, shown: Vec::new(), asked: Vec::new() }
    }

    /// Whether what was typed goes into a field that holds `now`. What was not touched in this form stays as it is now.
    pub fn takes(&mut self, field: &str, typed: &str, now: &str) -> bool {
        let was = self.sent.value(&format!("was-{field}")).to_owned();
        let untouched = self.stale && seal(typed) == was;
        let clash = self.stale && !untouched && typed != now && seal(now) != was;
        if clash {
            self.asked.push((field.to_owned(), now.to_owned()));
        }
        let shown = if untouched { now.to_owned() } else { self.sent.value(field).to_owned() };
        self.shown.push((field.to_owned(), shown));
        !untouched && !clash && typed != now
    }

    /// The form with its questions, if there is something to ask; nothing is saved then.
    pub fn question(self) -> Option<Form> {
        if self.asked.is_empty() {
            return None;
        }
        let shown: Vec<(&str, &str)> =
            self.shown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut form = Form::of(&shown);
        for (field, now) in self.asked {
            let now: String = now.chars().take(300).collect();
            let held = if now.is_empty() { "emptied".to_owned() } else { format!("changed to “{now}”") };
            form.wrong(
                &field,
                format!(
                    "Meanwhile this was {held}, in another tab or on another device. What you typed stands here: save \
                     again to keep yours, or write down the other."
                ),
            );
        }
        Some(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &str, was: &str) -> Form {
        Form::of(&[("note", value), ("was-note", &seal(was))])
    }

    #[test]
    fn another_field_merges_and_the_same_is_asked_about() {
        for (typed, was, now, stale, takes, asks) in [
            ("mine", "old", "old", false, true, false),
            ("mine", "old", "old", true, true, false),
            ("old", "old", "theirs", true, false, false),
            ("same", "old", "same", true, false, false),
            ("mine", "old", "theirs", true, false, true),
            ("mine", "tampered", "theirs", false, true, false),
        ] {
            let mut merge = Merge::of(sent(typed, was), stale);
            assert_eq!(merge.takes("note", typed, now), takes, "{typed} {was} {now} {stale}");
            let question = merge.question();
            assert_eq!(question.is_some(), asks, "{typed} {was} {now} {stale}");
            if let Some(form) = question {
                assert_eq!(form.value("note"), typed);
                assert!(form.problem("note").contains(now));
            }
        }
    }
}
