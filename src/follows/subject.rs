//! What can be followed: a role, a skill, an article, or the guide as a whole.

use crate::articles::Article;
use crate::content::{Content, check_slug};
use crate::db::Conn;
use crate::editing::{Withdrawn, names};
use crate::error::{Error, Result};
use crate::roles::Role;
use crate::skills::Skill;
use std::collections::BTreeMap;

/// Something of the guide that an interest is in. Plans name whatever they rest on; people follow what has a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// As content names it, such as "role"; `Subject::GUIDE` for the guide as a whole.
    pub kind: String,
    /// Empty for the guide as a whole.
    pub slug: String,
}

impl Subject {
    /// The kind of the guide as a whole.
    pub const GUIDE: &str = "guide";

    pub fn of<T: Content>(slug: &str) -> Subject {
        Subject { kind: T::KIND.to_owned(), slug: slug.to_owned() }
    }

    pub fn guide() -> Subject {
        Subject { kind: Subject::GUIDE.to_owned(), slug: String::new() }
    }

    /// Reads what `word` wrote, if people can follow it; whether it is there is another question.
    pub fn read(word: &str) -> Option<Subject> {
        if word == Subject::GUIDE {
            return Some(Subject::guide());
        }
        let (kind, slug) = word.split_once('/')?;
        let known = [Role::KIND, Skill::KIND, Article::KIND].contains(&kind);
        (known && check_slug(slug).is_ok()).then(|| Subject { kind: kind.to_owned(), slug: slug.to_owned() })
    }

    /// In forms and addresses, such as "role/devops" or "guide".
    pub fn word(&self) -> String {
        if self.is_guide() { self.kind.clone() } else { format!("{}/{}", self.kind, self.slug) }
    }

    pub fn is_guide(&self) -> bool {
        self.kind == Subject::GUIDE
    }

    /// The page that shows it.
    pub fn path(&self) -> String {
        let folder = match self.kind.as_str() {
            Role::KIND => Role::ADDRESS,
            Skill::KIND => Skill::ADDRESS,
            Article::KIND => Article::ADDRESS,
            _ => None,
        };
        folder.map_or("/changes".into(), |folder| format!("{folder}{}", self.slug))
    }
}

/// A subject as people know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub subject: Subject,
    pub name: String,
    /// What became of it, in a sentence, if it is not there any more.
    pub gone: Option<String>,
}

/// What the guide as a whole is called within sentences.
const WHOLE_GUIDE: &str = "the whole guide";

impl Named {
    /// One subject.
    ///
    /// # Errors
    /// `NotFound` if nothing of this kind has this slug.
    pub fn find(conn: &mut Conn, subject: &Subject) -> Result<Named> {
        let named = Named::all(conn, vec![subject.clone()])?.pop();
        named.filter(|named| named.gone.is_none()).ok_or(Error::NotFound)
    }

    /// These subjects, as they are called now, or were when they left; by kind and name. What nobody can follow and what
    /// was never there is left out.
    pub fn all(conn: &mut Conn, subjects: Vec<Subject>) -> Result<Vec<Named>> {
        let mut by_kind: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for subject in subjects {
            by_kind.entry(subject.kind).or_default().push(subject.slug);
        }
        let mut all = Vec::new();
        for (kind, slugs) in by_kind {
            let there = match kind.as_str() {
                Role::KIND => names::<Role>(conn, &slugs)?,
                Skill::KIND => names::<Skill>(conn, &slugs)?,
                Article::KIND => names::<Article>(conn, &slugs)?,
                Subject::GUIDE => {
                    all.push(Named { subject: Subject::guide(), name: WHOLE_GUIDE.into(), gone: None });
                    continue;
                }
                _ => continue,
            };
            let left: Vec<&str> =
                slugs.iter().filter(|slug| !there.contains_key(*slug)).map(String::as_str).collect();
            for withdrawn in Withdrawn::some(conn, &kind, &left)? {
                let heirs: Vec<&str> = withdrawn.heirs.iter().map(String::as_str).collect();
                let subject = Subject { kind: kind.clone(), slug: withdrawn.slug.clone() };
                let gone = Some(format!("{}.", withdrawn.fate.sentence(&withdrawn.name, &heirs)));
                all.push(Named { subject, name: withdrawn.name, gone });
            }
            all.extend(there.into_iter().map(|(slug, name)| Named {
                subject: Subject { kind: kind.clone(), slug },
                name,
                gone: None,
            }));
        }
        all.sort_by_cached_key(|named| (named.subject.kind.clone(), named.name.to_lowercase()));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_a_page_can_be_followed() {
        for word in ["role/devops", "skill/sql", "article/first-job", "guide"] {
            assert_eq!(Subject::read(word).unwrap().word(), word);
        }
        for word in [
            "",
            "role",
            "role/",
            "role/De vops",
            "source/onet",
            "guide/x",
            "role/a/b",
            "role/\0",
            "role/a\r\nb",
            "../role",
        ] {
            assert_eq!(Subject::read(word), None, "{word:?}");
        }
    }
}
