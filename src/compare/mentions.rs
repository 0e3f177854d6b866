//! Which skills a text names, such as an advertisement.

use crate::db::Conn;
use crate::editing::{Entry, guide_revision};
use crate::error::{Error, Result};
use crate::skills::{Skill, SkillKind};
use crate::ui::Follower;
use aho_corasick::AhoCorasick;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

/// Names that are words of English as well, in lower case, and each that is a single letter: they count only where they are
/// written as the name is, and not where they may begin a sentence.
const WORDS: [&str; 26] = [
    "angular",
    "backstage",
    "celery",
    "charts",
    "explain",
    "express",
    "flask",
    "flux",
    "go",
    "helm",
    "insomnia",
    "locking",
    "networking",
    "node",
    "oracle",
    "pact",
    "quotas",
    "react",
    "rest",
    "ruby",
    "rust",
    "sass",
    "shell",
    "soap",
    "spark",
    "spring",
];
/// Names that advertisements have beside what they ask for, as in “privacy policy”, or as a person’s.
const ELSEWHERE: [&str; 2] = ["bruno", "privacy"];

/// A skill that a text names.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Slug of the skill.
    pub skill: String,
    /// The words with which the text names it first.
    pub words: String,
}

/// The names of all skills, kept as the guide has them.
#[derive(Default)]
pub struct Vocabulary {
    names: RwLock<Option<Arc<Names>>>,
    revision: AtomicI64,
}

impl Vocabulary {
    /// The skills that a text names, each once, in the order in which it does; nothing before the guide was taken in.
    pub fn mentions(&self, text: &str) -> Option<Vec<Mention>> {
        let names = self.names.read().ok()?.clone()?;
        Some(names.mentions(text))
    }
}

impl Follower for Vocabulary {
    fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    fn catch_up(&self, conn: &mut Conn) -> Result<()> {
        let now = guide_revision(conn)?;
        let names = Names::of(&Entry::<Skill>::all(conn)?)?;
        *self.names.write().map_err(|e| Error::Unexpected(e.to_string()))? = Some(Arc::new(names));
        self.revision.store(now, Ordering::Release);
        Ok(())
    }
}

/// Names, to be found in texts.
struct Names {
    /// As `finder` numbers them.
    names: Vec<Name>,
    finder: AhoCorasick,
}

struct Name {
    skill: String,
    text: String,
    /// It is a word of English as well, or a letter.
    word: bool,
}

impl Names {
    /// Every name of these skills. Of working with people a single word counts only if it is the skill's own name: each
    /// advertisement is “hiring”.
    fn of(skills: &[Entry<Skill>]) -> Result<Names> {
        let mut names = Vec::new();
        for Entry { slug, content, .. } in skills {
            let telling = |name: &&String| content.kind != SkillKind::Human || name.contains(' ');
            let others = content.other_names.iter().filter(telling).map(String::as_str);
            // “Go (Golang)” is two names.
            let own = content.name.split(['(', ')']).map(str::trim).filter(|part| !part.is_empty());
            let all = own.chain(others).map(|text| (text, text.to_ascii_lowercase()));
            let all = all.filter(|(_, lower)| !ELSEWHERE.contains(&lower.as_str()));
            names.extend(all.map(|(text, lower)| Name {
                skill: slug.clone(),
                text: text.to_owned(),
                word: text.len() == 1 || WORDS.contains(&lower.as_str()),
            }));
        }
        let finder =
            AhoCorasick::builder().ascii_case_insensitive(true).build(names.iter().map(|name| &name.text));
        Ok(Names { finder: finder.map_err(|e| Error::Unexpected(e.to_string()))?, names })
    }

    /// Of names that overlap the one that begins first is meant, and of these the longest: who asks for SQL Server has
    /// not said SQL.
    fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut found: Vec<(usize, usize, &Name)> = self
            .finder
            .find_overlapping_iter(text)
            .filter_map(|at| {
                let name = &self.names[at.pattern().as_usize()];
                let end = end_of_word(text, at.start(), at.end())?;
                name.is_meant(text, at.start(), at.end()).then_some((at.start(), end, name))
            })
            .collect();
        found.sort_by_key(|(start, end, _)| (*start, Reverse(*end)));
        let (mut mentions, mut named, mut read) = (Vec::new(), BTreeSet::new(), 0);
        for (start, end, name) in found {
            if start >= read {
                read = end;
                if named.insert(&name.skill) {
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
        if text[start..end] != self.text {
            return false;
        }
        let (before, after) = (text[..start].trim_end_matches([' ', '\t']), &text[end..]);
        // “Objective-C”, “Go-to-Market”, “C-level”.
        if text[..start].ends_with('-')
            || after.starts_with("-to-")
            || (self.text.len() == 1 && after.starts_with('-'))
        {
            return false;
        }
        let begins = before.is_empty() || before.ends_with(['.', '!', '?', '\n', '•', '-', '*', '–', '·']);
        if self.text.len() == 1 {
            // A letter is a language among others, “C, C++ or Rust”, or alone on its line.
            let listed = |c: char| ",/;|(".contains(c);
            let after = after.trim_start_matches([' ', '\t', '\r']);
            let ends = after.is_empty() || after.starts_with(['\n', ',', '/', ';', '|', ')']);
            return before.ends_with(listed)
                || (ends && (begins || !after.is_empty() && !after.starts_with('\n')));
        }
        // “Go beyond”, but “Go or Java”. What is in capitals is no word at the beginning of a sentence.
        let capitals = self.text.chars().all(|c| c.is_ascii_uppercase());
        let goes_on = |rest: &str| {
            rest.starts_with(char::is_lowercase) && !rest.starts_with("or ") && !rest.starts_with("and ")
        };
        capitals || !(begins && after.strip_prefix(' ').is_some_and(goes_on))
    }
}

/// Where the word or the words end that stand there, with a version, as in “Java8”, or a plural's “s”; none if they are a
/// part of something else: of a longer word, or of an address.
fn end_of_word(text: &str, start: usize, end: usize) -> Option<usize> {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    if text[..start].ends_with(|c: char| inside(c) || c == '@' || c == '.') {
        return None;
    }
    let rest = &text[end..];
    let version = rest.bytes().take_while(u8::is_ascii_digit).count();
    let end = match rest.strip_prefix('s') {
        Some(after) if !after.starts_with(inside) => end + 1,
        _ if end - start > 1 => end + version,
        _ => end,
    };
    let mut rest = text[end..].chars();
    match rest.next() {
        Some(c) if inside(c) || c == '+' || c == '#' => None,
        // “oracle.com” is no database, “Python3.12” is Python.
        Some('.' | '@') if version == 0 && rest.next().is_some_and(char::is_alphanumeric) => None,
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
            skill("data-protection", Technology, "Data protection", &["Privacy", "GDPR"]),
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
            skill("php", Technology, "PHP", &[]),
            skill("query-optimization", Technology, "Query optimisation", &["EXPLAIN"]),
            skill("react", Technology, "React", &[]),
            skill("rest", Technology, "REST", &["REST API"]),
            skill("sql", Technology, "SQL", &[]),
            skill("sql-server", Technology, "SQL Server", &[]),
        ];
        let mentions = Names::of(&skills).unwrap().mentions(text);
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
        assert_eq!(
            found("• React and JS\n• REST and SQL\nRequired: Express skills"),
            ["react", "javascript", "rest", "sql", "express"]
        );
        assert_eq!(found("Explain it. Objective-C, Go-to-Market; privacy policy"), Vec::<String>::new());
    }

    #[test]
    fn a_letter_counts_among_others_or_alone_on_its_line() {
        assert_eq!(found("vitamin C helps, the C-level, Series C"), Vec::<String>::new());
        for text in ["C, C++", "- C\r\n- C++", "C/C++", "C++ (or C), C", "C++ and C;"] {
            let mut both = found(text);
            both.sort();
            assert_eq!(both, ["c", "c-plus-plus"], "{text}");
        }
    }

    #[test]
    fn a_version_may_stand_at_the_name() {
        assert_eq!(found("Java8, C++17, PHP8.3 and Node18"), ["java", "c-plus-plus", "php", "node-js"]);
    }

    #[test]
    fn no_advertisement_asks_for_hiring_because_it_says_so() {
        assert_eq!(found("We are hiring"), Vec::<String>::new());
        assert_eq!(found("Talking to candidates, interviewing"), ["interviewing"]);
    }
}
