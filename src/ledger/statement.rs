//! A statement of skills: what somebody can do, on a page to print or to send.

use super::{Evidence, Ledger, Mark};
use crate::gap::Asked;
use crate::roles::Role;
use crate::skills::{Skill, SkillKind};
use crate::tiers::TierName;
use std::collections::BTreeMap;

/// What somebody can do, arranged.
pub struct Statement {
    pub parts: Vec<Part>,
}

/// Skills under one heading.
pub struct Part {
    /// A tier's slug, or nothing.
    pub tier: Option<TierName>,
    pub heading: String,
    pub lines: Vec<Line>,
}

/// One skill.
pub struct Line {
    pub name: String,
    pub mark: Mark,
    pub note: String,
    pub evidence: Vec<Evidence>,
}

/// What is told besides the marks of what can be done.
#[derive(Clone, Copy, Debug, Default)]
pub struct With {
    /// What is being learned as well.
    pub learning: bool,
    /// The notes.
    pub notes: bool,
}

impl Statement {
    /// By the tiers of a role: what it asks for first, then the rest. `tiers` are the tiers' names by slug.
    pub fn by_role(
        ledger: &Ledger,
        names: &BTreeMap<String, String>,
        role: &Role,
        tiers: &BTreeMap<String, String>,
        with: With,
    ) -> Statement {
        let asked = Asked::of(role);
        let order: Vec<&str> =
            asked.order().iter().flat_map(|step| &step.part.skills).map(String::as_str).collect();
        let tier = |skill: &str| {
            let groups = role.groups.iter().filter(|group| group.skills.iter().any(|own| own.skill == skill));
            groups.map(|group| group.tier).min()
        };
        let mut parts = Vec::new();
        for one in TierName::ALL {
            let mut lines: Vec<(usize, Line)> = Vec::new();
            for (skill, line) in lines_of(ledger, names, with) {
                if tier(&skill) == Some(one) {
                    lines.push((order.iter().position(|own| *own == skill).unwrap_or(usize::MAX), line));
                }
            }
            lines.sort_by_key(|(place, _)| *place);
            let heading = tiers.get(one.slug()).cloned().unwrap_or_else(|| one.slug().to_owned());
            let lines = lines.into_iter().map(|(_, line)| line).collect();
            parts.push(Part { tier: Some(one), heading, lines });
        }
        let beside = lines_of(ledger, names, with).filter(|(skill, _)| tier(skill).is_none());
        let lines = beside.map(|(_, line)| line).collect();
        parts.push(Part { tier: None, heading: "Beside this role".into(), lines });
        Statement::of(parts)
    }

    /// By kind of skill. What the guide does not have any more stands at the end.
    pub fn by_kind(
        ledger: &Ledger,
        names: &BTreeMap<String, String>,
        skills: &BTreeMap<String, Skill>,
        with: With,
    ) -> Statement {
        let part = |kind: Option<SkillKind>| {
            let of_it =
                lines_of(ledger, names, with).filter(|(skill, _)| skills.get(skill).map(|s| s.kind) == kind);
            Part {
                tier: None,
                heading: kind.map_or("Other", SkillKind::heading).to_owned(),
                lines: of_it.map(|(_, line)| line).collect(),
            }
        };
        Statement::of(SkillKind::ALL.into_iter().map(Some).chain([None]).map(part).collect())
    }

    fn of(mut parts: Vec<Part>) -> Statement {
        parts.retain(|part| !part.lines.is_empty());
        Statement { parts }
    }

    /// The statement as Markdown, in which whatever was typed is text and nothing else.
    pub fn markdown(&self, title: &str, about: &str) -> String {
        let mut out = format!("# {}\n\n{}\n", plain(title), plain(about));
        for part in &self.parts {
            out.push_str(&format!("\n## {}\n\n", plain(&part.heading)));
            for line in &part.lines {
                out.push_str(&format!("- **{}**: {}\n", plain(&line.name), line.mark.name().to_lowercase()));
                for note in line.note.lines().map(str::trim).filter(|note| !note.is_empty()) {
                    out.push_str(&format!("  - {}\n", plain(note)));
                }
                for evidence in &line.evidence {
                    // In angle brackets no parenthesis ends it; an address that was read holds no such bracket.
                    out.push_str(&format!("  - [{}](<{}>)\n", plain(&evidence.title), evidence.url));
                }
            }
        }
        out
    }
}

fn lines_of<'a>(
    ledger: &'a Ledger,
    names: &'a BTreeMap<String, String>,
    with: With,
) -> impl Iterator<Item = (String, Line)> {
    let mut lines: Vec<(String, Line)> = ledger
        .marked
        .iter()
        .filter(|(_, marked)| marked.mark.holds() || (with.learning && marked.mark == Mark::Learning))
        .map(|(skill, marked)| {
            let line = Line {
                name: names.get(skill).unwrap_or(skill).clone(),
                mark: marked.mark,
                note: if with.notes { marked.note.clone() } else { String::new() },
                evidence: marked.evidence.clone(),
            };
            (skill.clone(), line)
        })
        .collect();
    lines.sort_by_cached_key(|(_, line)| (std::cmp::Reverse(line.mark), line.name.to_lowercase()));
    lines.into_iter()
}

/// A text in which nothing is Markdown.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_control() {
            out.push(' ');
        } else {
            if c.is_ascii_punctuation() && !matches!(c, ',' | '\'' | '"' | '/' | ';' | '?' | '%' | '@') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Marked;

    #[test]
    fn what_was_typed_is_text_in_markdown() {
        let marked = Marked {
            mark: Mark::Strong,
            note: "# not a heading\n<b>*x*</b>".into(),
            evidence: vec![Evidence {
                title: "a](javascript:x)".into(),
                url: "https://example.org/(1)".into(),
            }],
            version: 1,
            at: chrono::DateTime::default(),
        };
        let ledger = Ledger { marked: BTreeMap::from([("java".to_owned(), marked)]) };
        let statement = Statement::by_kind(
            &ledger,
            &BTreeMap::new(),
            &BTreeMap::new(),
            With { notes: true, learning: false },
        );
        let html = crate::content::render_markdown(&statement.markdown("Skills *of* A", "x")).0;
        assert!(html.contains("# not a heading") && html.contains("*x*"), "{html}");
        assert!(html.contains("a](javascript:x)</a>"), "{html}");
        assert!(html.contains("href=\"https://example.org/(1)\""), "{html}");
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }
}
