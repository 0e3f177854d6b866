//! A role or a skill by what somebody typed: its name or its slug.

use crate::content::Content;
use crate::db::Conn;
use crate::db::schema::entries;
use crate::editing::Withdrawn;
use crate::error::Result;
use diesel::prelude::*;

/// What was found under what was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Slug and name of something published.
    There(String, String),
    /// It left the guide: its name, and what it was called for readers.
    Gone(Box<GoneAs>),
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GoneAs {
    pub name: String,
    /// Such as "“X” was merged into".
    pub sentence: String,
}

/// Looks for an entry of a kind.
///
/// # Errors
/// As the database.
pub fn look<T: Content>(conn: &mut Conn, typed: &str) -> Result<Found> {
    let slug = slug_of(typed);
    let found: Vec<(String, String)> = entries::table
        .filter(entries::kind.eq(T::KIND))
        .filter(entries::slug.eq(&slug).or(entries::name.eq(typed)))
        .order(entries::slug)
        .limit(10)
        .select((entries::slug, entries::name))
        .load(conn)?;
    let exact = found.iter().find(|(_, name)| name == typed).or(found.first());
    if let Some((slug, name)) = exact {
        return Ok(Found::There(slug.clone(), name.clone()));
    }
    let Some(left) = Withdrawn::find(conn, T::KIND, &slug)? else { return Ok(Found::Unknown) };
    let heirs = crate::editing::names::<T>(conn, &left.heirs)?;
    let heirs: Vec<&str> = heirs.values().map(String::as_str).collect();
    Ok(Found::Gone(Box::new(GoneAs { sentence: left.fate.sentence(&left.name, &heirs), name: left.name })))
}

/// The slug that something of this name is likely to have.
fn slug_of(name: &str) -> String {
    let name = name.to_lowercase().replace(".net", "dotnet").replace('&', " and ");
    let name = name.replace('+', " plus ").replace('#', " sharp ");
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn names_lead_to_slugs() {
        for (name, slug) in [
            ("Web application backend development", "web-application-backend-development"),
            ("C++", "c-plus-plus"),
            ("C#", "c-sharp"),
            (" CI & CD ", "ci-and-cd"),
            ("web-application-backend-development", "web-application-backend-development"),
            ("\0", ""),
        ] {
            assert_eq!(slug_of(name), slug);
        }
    }
}
