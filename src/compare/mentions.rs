//! Which skills a text names, such as an advertisement.

use crate::editing::Entry;
use crate::error::{Error, Result};
use crate::skills::{Skill, SkillKind};
use aho_corasick::AhoCorasick;
use std::cmp::Reverse;

/// Names of technologies that are words of English as well, in lower case: they count only where they are written as the
/// name is, and not where they may begin a sentence.
const WORDS: [&str; 22] = [
    "angular",
    "backstage",
    "c",
    "celery",
    "charts",
    "express",
    "flask",
    "flux",
    "go",
    "helm",
    "insomnia",
    "node",
    "oracle",
    "pact",
    "react",
    "rest",
    "ruby",
    "rust",
    "sass",
    "soap",
    "spark",
    "spring",
];

/// A skill that a text names.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Slug of the skill.
    pub skill: String,
    /// The words with which the text names it first.
    pub words: String,
}

/// The names of skills, to be found in texts.
pub struct Vocabulary {
    /// As `finder` numbers them.
    names: Vec<Name>,
    finder: AhoCorasick,
}

struct Name {
    skill: String,
    text: String,
    /// It is a word of English as well.
    word: bool,
}

impl Vocabulary {
    /// Every name of these skills. Of working with people a single word counts only if it is the skill's own name: each
    /// advertisement is “hiring”.
    ///
    /// # Errors
    /// `Unexpected` if there are more names than the library takes.
    pub fn of(skills: &[Entry<Skill>]) -> Result<Vocabulary> {
        let mut names = Vec::new();
        for Entry { slug, content, .. } in skills {
            let telling = |name: &&String| content.kind != SkillKind::Human || name.contains(' ');
            let others = content.other_names.iter().filter(telling).map(String::as_str);
            // “Go (Golang)” is two names.
            let own = content.name.split(['(', ')']).map(str::trim).filter(|part| !part.is_empty());
            names.extend(own.chain(others).map(|text| Name {
                skill: slug.clone(),
                text: text.to_owned(),
                word: WORDS.contains(&text.to_ascii_lowercase().as_str()),
            }));
        }
        let finder =
            AhoCorasick::builder().ascii_case_insensitive(true).build(names.iter().map(|name| &name.text));
        Ok(Vocabulary { finder: finder.map_err(|e| Error::Unexpected(e.to_string()))?, names })
    }

    /// The skills that a text names, each once, in the order in which it does. Of names that overlap the longest is
    /// meant: who asks for SQL Server has not said SQL.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut found: Vec<(usize, usize, &Name)> = self
            .finder
            .find_overlapping_iter(text)
            .filter_map(|at| {
                let name = &self.names[at.pattern().as_usize()];
                let end = end_of_word(text, at.start(), at.end())?;
                name.is_meant(text, at.start(), end).then_some((at.start(), end, name))
            })
            .collect();
        found.sort_by_key(|(start, end, _)| (*start, Reverse(*end)));
        let (mut mentions, mut read) = (Vec::<Mention>::new(), 0);
        for (start, end, name) in found {
            if start >= read {
                read = end;
                if mentions.iter().all(|mention| mention.skill != name.skill) {
                    mentions.push(Mention { skill: name.skill.clone(), words: text[start..end].to_owned() });
                }
            }
        }
        mentions
    }
}

impl Name {
    /// Whether it is this name that stands there, and not a word that is written alike.
    fn is_meant(&self, text: &str, start: usize, end: usize) -> bool {
        if !self.word {
            return true;
        }
        let (before, after) = (text[..start].trim_end_matches([' ', '\t']), &text[end..]);
        if !text[start..end].starts_with(&self.text) {
            return false;
        }
        if self.text.len() == 1 {
            // A letter is a language among others: “C, C++ or Rust”.
            let listed = |c: char| ",/;|(".contains(c);
            return before.ends_with(listed)
                || after.trim_start().starts_with(|c: char| listed(c) || c == ')');
        }
        let begins = before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '•', '-', '*', '–']);
        // “Go beyond”, but “Go or Java”.
        let goes_on = |rest: &str| rest.starts_with(char::is_lowercase) && !rest.starts_with("or ");
        !(begins && after.strip_prefix(' ').is_some_and(goes_on))
    }
}

/// Where the word or the words end that stand there, a plural's “s” included; none if they are a part of something else:
/// of a longer word, or of an address.
fn end_of_word(text: &str, start: usize, end: usize) -> Option<usize> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    if text[..start].ends_with(|c: char| inside(c) || c == '@' || c == '.') {
        return None;
    }
    let rest = &text[end..];
    let end = match rest.strip_prefix('s') {
        Some(after) if !after.starts_with(inside) => end + 1,
        _ => end,
    };
    let mut rest = text[end..].chars();
    match rest.next() {
        Some(c) if inside(c) || c == '+' || c == '#' => None,
        // “oracle.com” is no database.
        Some('.' | '@') if rest.next().is_some_and(char::is_alphanumeric) => None,
        _ => Some(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn skill(slug: &str, kind: SkillKind, name: &str, others: &[&str]) -> Entry<Skill> {
        let content = Skill {
            name: name.into(),
            kind,
            other_names: others.iter().map(|name| (*name).to_owned()).collect(),
            sentence: String::new(),
            about: String::new(),
            generic: false,
        };
        Entry { slug: slug.into(), revision: 1, published: DateTime::UNIX_EPOCH, content }
    }

    fn found(text: &str) -> Vec<String> {
        use SkillKind::{Human, Technology};
        let skills = [
            skill("c", Technology, "C", &[]),
            skill("c-plus-plus", Technology, "C++", &[]),
            skill("dotnet", Technology, ".NET", &[]),
            skill("express", Technology, "Express", &["Express.js"]),
            skill("go", Technology, "Go (Golang)", &[]),
            skill("interviewing", Human, "Interviewing", &["Hiring", "Talking to candidates"]),
            skill("java", Technology, "Java", &[]),
            skill("javascript", Technology, "JavaScript", &["JS"]),
            skill("kubernetes", Technology, "Kubernetes", &["K8s"]),
            skill("message-queuing", Technology, "Message queuing", &["Message queue"]),
            skill("node-js", Technology, "Node.js", &["Node"]),
            skill("oracle", Technology, "Oracle", &[]),
            skill("rest", Technology, "REST", &["REST API"]),
            skill("sql", Technology, "SQL", &[]),
            skill("sql-server", Technology, "SQL Server", &[]),
        ];
        let mentions = Vocabulary::of(&skills).unwrap().mentions(text);
        mentions.into_iter().map(|mention| mention.skill).collect()
    }

    #[test]
    fn names_are_found_however_they_are_written_and_each_once() {
        assert_eq!(found("java, JAVA and Java 21; k8s"), ["java", "kubernetes"]);
        assert_eq!(
            found("Two message queues, .NET/C++ (golang)"),
            ["message-queuing", "dotnet", "c-plus-plus", "go"]
        );
        assert_eq!(found("Node.js. Express.js, REST APIs"), ["node-js", "express", "rest"]);
    }

    #[test]
    fn the_longest_name_is_meant_and_no_part_of_a_word() {
        assert_eq!(found("JavaScript on SQL Server"), ["javascript", "sql-server"]);
        assert_eq!(found("NoSQL, Javanese, C#, jobs@oracle.com, www.node.com/rest_in"), Vec::<String>::new());
    }

    #[test]
    fn words_that_are_names_as_well_count_where_the_name_is_meant() {
        assert_eq!(found("Go beyond. We go on, rest, and express ourselves"), Vec::<String>::new());
        assert_eq!(found("You know Go, Express and REST"), ["go", "express", "rest"]);
        assert_eq!(found("- Go or Java\n- Oracle\n- Rest assured"), ["go", "java", "oracle"]);
        assert_eq!(found("vitamin C helps"), Vec::<String>::new());
        assert_eq!(found("C, C++"), ["c", "c-plus-plus"]);
    }

    #[test]
    fn no_advertisement_asks_for_hiring_because_it_says_so() {
        assert_eq!(found("We are hiring"), Vec::<String>::new());
        assert_eq!(found("Talking to candidates, interviewing"), ["interviewing"]);
    }
}
