//! Which entry somebody means who types a name into a form.

use super::{Query, Search};
use crate::content::Content;
use crate::error::Result;
use crate::ui::{Form, Site};

/// Longer words name nothing.
const LONGEST: usize = 120;

/// The slug of the entry of this kind that is meant by what was typed in a field: by any of its names, with slips. None,
/// and a problem in the form, if there is none.
///
/// # Errors
/// `Unexpected` if the search fails.
pub fn meant<T: Content>(
    site: &Site,
    search: &Search,
    form: &mut Form,
    field: &'static str,
) -> Result<Option<String>> {
    let (kind, folder) = (T::KIND, T::ADDRESS.unwrap_or_default());
    let words = form.line(field, LONGEST);
    if !form.problem(field).is_empty() {
        return Ok(None);
    }
    if words.is_empty() {
        form.wrong(field, format!("Name a {kind}."));
        return Ok(None);
    }
    let found = search.suggest(&Query { kind: Some(kind.into()), ..Query::new(&words) }, 1)?;
    let slug = found.first().and_then(|hit| hit.path.strip_prefix(folder)).map(str::to_owned);
    if slug.is_none() {
        let sentence = if search.is_being_prepared() {
            "The search is being prepared: the guide was opened a moment ago. Try again in some seconds."
                .into()
        } else {
            let nearest = site.suggestions(&words).into_iter().find(|page| page.path.starts_with(folder));
            match nearest {
                Some(page) => format!("No {kind} is called that. The nearest is {}.", page.name),
                None => {
                    format!("No {kind} is called that. Type another name for it, or look at all {kind}s.")
                }
            }
        };
        form.wrong(field, sentence);
    }
    Ok(slug)
}
