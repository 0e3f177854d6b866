//! A kind of content as a value, so that import and publish can treat all kinds alike.

use super::problem::Found;
use super::{Content, Format, Link, Problem, Problems, Remark, Section, file, sheet};
use crate::db::Conn;
use crate::error::Result;
use serde_json::Value;

/// What the program can do with content of one kind without knowing its type.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub folder: &'static str,
    pub format: Format,
    pub address: Option<&'static str>,
    pub sheet: &'static [Section],
    /// Editors may begin new ones.
    pub grows: bool,
    draft: fn(&Value) -> Looked,
    read: fn(&str, &str) -> std::result::Result<Checked, Vec<Problem>>,
    write: fn(&str) -> Result<String>,
    index: fn(&mut Conn, &str, &str) -> Result<()>,
    unindex: fn(&mut Conn, &str) -> Result<()>,
    describe: fn(&mut Conn, &str, &str) -> Result<Vec<Remark>>,
}

/// Content that was read and found right by itself; its links are still to be checked.
#[derive(Clone, Debug)]
pub struct Checked {
    pub name: String,
    /// The content as it is stored: JSON, the same for the same content.
    pub json: String,
    pub links: Vec<Link>,
}

/// A draft as it was found: with what it lacks, and as it would be published if its gaps were filled.
pub struct Looked {
    pub problems: Vec<Found>,
    /// The content with samples where it cannot be read; nothing if that does not help either.
    pub mended: Option<Checked>,
}

impl Kind {
    pub const fn of<T: Content>() -> Kind {
        Kind {
            name: T::KIND,
            folder: T::FOLDER,
            format: T::FORMAT,
            address: T::ADDRESS,
            sheet: T::SHEET,
            grows: T::GROWS,
            draft: draft::<T>,
            read: read::<T>,
            write: |json| Ok(file::write(&serde_json::from_str::<T>(json)?)),
            index: |conn, slug, json| {
                let content: T = serde_json::from_str(json)?;
                Ok(content.reindex(conn, slug)?)
            },
            unindex: |conn, slug| Ok(T::unindex(conn, slug)?),
            describe: |conn, before, after| {
                T::describe(conn, &serde_json::from_str(before)?, &serde_json::from_str(after)?)
            },
        }
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// Everything that has to be put right in it.
    pub fn read(&self, path: &str, text: &str) -> std::result::Result<Checked, Vec<Problem>> {
        (self.read)(path, text)
    }

    /// Looks at a draft, which may have gaps.
    pub fn draft(&self, content: &Value) -> Looked {
        (self.draft)(content)
    }

    /// Stored content as a file.
    pub fn write(&self, json: &str) -> Result<String> {
        (self.write)(json)
    }

    /// Writes the rows that are queried.
    pub fn index(&self, conn: &mut Conn, slug: &str, json: &str) -> Result<()> {
        (self.index)(conn, slug, json)
    }

    /// Deletes the rows that are queried: the entry leaves the guide, or its slug.
    pub fn unindex(&self, conn: &mut Conn, slug: &str) -> Result<()> {
        (self.unindex)(conn, slug)
    }

    /// The address of the page of an entry, if the kind has pages.
    pub fn page(&self, slug: &str) -> Option<String> {
        self.address.map(|address| format!("{address}{slug}"))
    }

    /// What changed between two stored contents, as the kind words it.
    pub fn describe(&self, conn: &mut Conn, before: &str, after: &str) -> Result<Vec<Remark>> {
        (self.describe)(conn, before, after)
    }
}

fn read<T: Content>(path: &str, text: &str) -> std::result::Result<Checked, Vec<Problem>> {
    let content: T = file::read(path, text).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    problems.name("name", content.name());
    content.check(&mut problems);
    let found: Vec<_> = problems
        .into_found()
        .into_iter()
        .map(|Found { field, line, message }| Problem {
            file: path.to_owned(),
            line: match line {
                Some(line) => file::body_line(text, line),
                None => file::line_of(text, &field).unwrap_or(0),
            },
            field,
            message,
        })
        .collect();
    if !found.is_empty() {
        return Err(found);
    }
    Ok(checked(&content))
}

fn draft<T: Content>(content: &Value) -> Looked {
    let (mended, mut problems) = sheet::mended(T::SHEET, content);
    let content: T = match serde_path_to_error::deserialize(&mended) {
        Ok(content) => content,
        Err(error) => {
            let field = error.path().to_string();
            problems.add(field, format!("cannot be read: {}", error.inner()));
            return Looked { problems: problems.into_found(), mended: None };
        }
    };
    let gaps = problems.into_found();
    let mut problems = Problems::default();
    problems.name("name", content.name());
    content.check(&mut problems);
    // What stands there as a sample is no mistake of the editor's.
    let own =
        problems.into_found().into_iter().filter(|found| gaps.iter().all(|gap| gap.field != found.field));
    let own: Vec<Found> = own.collect();
    Looked { problems: gaps.into_iter().chain(own).collect(), mended: Some(checked(&content)) }
}

fn checked<T: Content>(content: &T) -> Checked {
    Checked {
        name: content.name().to_owned(),
        json: serde_json::to_string(content).unwrap_or_default(),
        links: content.links(),
    }
}
