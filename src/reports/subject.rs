//! What a report is about: a page of the site, or the site as a whole.

use crate::articles::{self, Article};
use crate::content::Content;
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::{Error, Result};
use crate::roles::{self, Role};
use crate::sitemap::FIXED_PAGES;
use crate::skills::{self, Skill};

/// A page that one may report about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// "/" for the site as a whole.
    pub path: String,
    /// The name of the entry that it shows; empty if it shows none.
    pub name: String,
    /// The entry's revision; 0 if it shows none.
    pub revision: i64,
    sections: &'static [(&'static str, &'static str)],
}

impl Subject {
    /// The site as a whole.
    pub fn site() -> Subject {
        Subject { path: "/".into(), name: String::new(), revision: 0, sections: &[] }
    }

    /// The page at a path; none if the site has no such page, or none that stands for itself.
    pub fn at(conn: &mut Conn, path: &str) -> Result<Option<Subject>> {
        if FIXED_PAGES.contains(&path) {
            return Ok(Some(Subject { path: path.to_owned(), ..Subject::site() }));
        }
        let found = of::<Role>(conn, path, roles::SECTIONS)
            .or_else(|error| else_of::<Skill>(error, conn, path, skills::SECTIONS))
            .or_else(|error| else_of::<Article>(error, conn, path, articles::SECTIONS));
        match found {
            Ok(subject) => Ok(Some(subject)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The heading of the part with this anchor.
    pub fn heading(&self, section: &str) -> Option<&'static str> {
        self.sections.iter().find(|(id, _)| *id == section).map(|(_, heading)| *heading)
    }
}

type Sections = &'static [(&'static str, &'static str)];

fn of<T: Content>(conn: &mut Conn, path: &str, sections: Sections) -> Result<Subject> {
    let slug = T::ADDRESS.and_then(|folder| path.strip_prefix(folder)).ok_or(Error::NotFound)?;
    let entry = Entry::<T>::find(conn, slug)?;
    Ok(Subject {
        path: path.to_owned(),
        name: entry.content.name().to_owned(),
        revision: entry.revision,
        sections,
    })
}

/// The same, if there was nothing of the kind before.
fn else_of<T: Content>(error: Error, conn: &mut Conn, path: &str, sections: Sections) -> Result<Subject> {
    if matches!(error, Error::NotFound) { of::<T>(conn, path, sections) } else { Err(error) }
}
