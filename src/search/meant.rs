//! Which entry somebody means who types a name into a form.

use super::{Query, Search};
use crate::content::Content;
use crate::error::{Error, Result};
use crate::ui::{Form, Site};
use actix_web::web;
use std::sync::Arc;

/// Longer words name nothing.
const LONGEST: usize = 120;

/// The slug of the entry of this kind that is meant by what was typed in a field of a form: by any of its names, with
/// slips. None, and a problem in the form, if there is none.
///
/// # Errors
/// `Unexpected` if the search fails.
pub async fn meant<T: Content>(
    site: &Arc<Site>,
    search: &Arc<Search>,
    form: Form,
    field: &'static str,
) -> Result<(Option<String>, Form)> {
    let (site, search) = (site.clone(), search.clone());
    // Slips take longer to look for than a page may take the thread.
    let look = move || look(&site, &search, form, field, T::KIND, T::ADDRESS.unwrap_or_default());
    web::block(look).await.map_err(|e| Error::Unexpected(e.to_string()))?
}

fn look(
    site: &Site,
    search: &Search,
    mut form: Form,
    field: &'static str,
    kind: &'static str,
    folder: &'static str,
) -> Result<(Option<String>, Form)> {
    let words = form.line(field, LONGEST);
    if !form.problem(field).is_empty() {
        return Ok((None, form));
    }
    if words.is_empty() {
        form.wrong(field, format!("Name a {kind}."));
        return Ok((None, form));
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
    Ok((slug, form))
}
