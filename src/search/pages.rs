//! The page of results, and suggestions while somebody types.

use super::find::{PAGE, PAGES};
use super::{Found, Query, Search};
use crate::editing::Page;
use crate::error::{Error, Result};
use crate::ui::{Frame, Site};
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, http::header};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/search").get(show)).service(web::resource("/search/suggest").get(suggest));
}

#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    kind: Option<String>,
    family: Option<String>,
    tier: Option<String>,
    page: Option<String>,
}

impl Asked {
    fn query(self) -> Query {
        let set = |value: Option<String>| value.filter(|v| !v.is_empty() && v.len() <= 100);
        Query {
            kind: set(self.kind),
            family: set(self.family),
            tier: set(self.tier),
            page: self.page.and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
            ..Query::new(self.q.as_deref().unwrap_or_default())
        }
    }
}

#[derive(Template)]
#[template(path = "search/show.html")]
struct Show {
    frame: Frame,
    query: Query,
    found: Found,
    pages: usize,
    /// The results have fewer pages than that.
    past_end: bool,
    facets: Vec<Facet>,
    /// What is called nearly like that, when nothing was found.
    nearest: Vec<Page>,
    /// Slug and name of each family, when nothing was found in the whole guide.
    covered: Vec<(String, String)>,
    /// The guide is not taken in yet.
    preparing: bool,
}

/// One way to narrow the results.
struct Facet {
    title: &'static str,
    choices: Vec<Choice>,
}

struct Choice {
    name: String,
    count: usize,
    href: String,
    chosen: bool,
}

/// So many words take less time to look for than the way to another thread and back.
const QUICK: usize = 3;

async fn show(
    request: HttpRequest,
    site: Data<Arc<Site>>,
    search: Data<Arc<Search>>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse> {
    let query = asked.into_inner().query();
    let frame = Frame::of(site.get_ref().clone(), &request);
    let (site, search) = (site.get_ref().clone(), search.get_ref().clone());
    let quick = query.terms().len() <= QUICK;
    let answer = move || -> Result<(StatusCode, String)> {
        let found = search.find(&query)?;
        let pages = found.count.div_ceil(PAGE).min(PAGES);
        let past_end = found.count > 0 && query.page > pages;
        let preparing = search.is_being_prepared();
        let hopeless = found.count == 0 && !query.narrowed();
        if hopeless && !preparing {
            search.unanswered.note(&query, Utc::now());
        }
        let nearest = if found.count == 0 { site.suggestions(&query.words) } else { Vec::new() };
        let covered = if hopeless { search.families() } else { Vec::new() };
        let facets = facets(&search, &query, &found);
        let status = if past_end { StatusCode::NOT_FOUND } else { StatusCode::OK };
        Ok((
            status,
            Show { frame, query, found, pages, past_end, facets, nearest, covered, preparing }.render()?,
        ))
    };
    let (status, html) = if quick {
        answer()?
    } else {
        web::block(answer).await.map_err(|e| Error::Unexpected(e.to_string()))??
    };
    // Made for one question: nobody's cache needs it.
    Ok(HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(html))
}

fn facets(search: &Search, query: &Query, found: &Found) -> Vec<Facet> {
    let parts =
        [("kind", "Kind", &query.kind), ("family", "Family", &query.family), ("tier", "Tier", &query.tier)];
    let facet = |(i, (key, title, chosen)): (usize, (&'static str, &'static str, &Option<String>))| {
        let mut choices: Vec<Choice> = found.facets[i]
            .iter()
            .map(|(value, count)| {
                let is = chosen.as_deref() == Some(value);
                Choice {
                    name: worded(search, key, value),
                    count: *count,
                    href: address(query, Some((key, (!is).then_some(value.as_str()))), 1),
                    chosen: is,
                }
            })
            .collect();
        choices.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        // A way to narrow that leaves everything as it is only takes room.
        let useful = choices.len() > 1 || choices.iter().any(|choice| choice.chosen);
        useful.then_some(Facet { title, choices })
    };
    parts.into_iter().enumerate().filter_map(facet).collect()
}

fn worded(search: &Search, key: &str, value: &str) -> String {
    let word = match (key, value) {
        ("kind", "role") => "Roles",
        ("kind", "skill") => "Skills",
        ("kind", "article") => "Articles",
        ("kind", "text") => "About the site",
        ("family", slug) => return search.family(slug).unwrap_or_else(|| slug.to_owned()),
        (_, other) => return other[..1].to_uppercase() + &other[1..],
    };
    word.to_owned()
}

/// The address of these results with one facet set or taken away, at a page.
fn address(query: &Query, change: Option<(&str, Option<&str>)>, page: usize) -> String {
    let mut pairs = url::form_urlencoded::Serializer::for_suffix(String::from("/search?"), "/search?".len());
    pairs.append_pair("q", &query.words);
    for (key, value) in [("kind", &query.kind), ("family", &query.family), ("tier", &query.tier)] {
        let value = match change {
            Some((changed, value)) if changed == key => value,
            _ => value.as_deref(),
        };
        if let Some(value) = value {
            pairs.append_pair(key, value);
        }
    }
    if page > 1 {
        pairs.append_pair("page", &page.to_string());
    }
    pairs.finish()
}

impl Show {
    fn page(&self, page: usize) -> String {
        address(&self.query, None, page)
    }

    fn without_facets(&self) -> String {
        address(&Query { page: 1, ..Query::new(&self.query.words) }, None, 1)
    }

    fn kind(kind: &str) -> &'static str {
        match kind {
            "role" => "Role",
            "skill" => "Skill",
            "article" => "Article",
            _ => "About the site",
        }
    }
}

/// How many names are suggested.
const SUGGESTED: usize = 7;

async fn suggest(search: Data<Arc<Search>>, asked: web::Query<Asked>) -> Result<HttpResponse> {
    let hits = search.suggest(&asked.into_inner().query(), SUGGESTED)?;
    let names: Vec<_> = hits.into_iter().map(|hit| json!({ "name": hit.name, "path": hit.path })).collect();
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(names))
}
