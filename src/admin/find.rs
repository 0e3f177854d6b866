//! Finding anything that editors look after: names, texts of what is published and of drafts, reports, what was done,
//! people, redirects, and what left.

use super::excerpt::{Excerpt, anywhere, within};
use super::place::one;
use super::row;
use crate::accounts::{Person, Rights};
use crate::content::Kind;
use crate::db::{Conn, Words};
use crate::editing::{Act, Draft, Redirect, Withdrawn};
use crate::error::Result;
use crate::import::KINDS;
use crate::reports::Report;
use crate::search::Search;
use serde_json::Value;

/// Where something is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Names,
    Texts,
    Drafts,
    Reports,
    Withdrawn,
    Audit,
    Redirects,
    People,
}

/// One hit.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The form that holds the field, or the page that it is dealt with on.
    pub href: String,
    pub title: String,
    /// What it is.
    pub about: String,
    pub excerpt: Option<Excerpt>,
}

/// The kinds whose texts the search knows; they are too many to be read through.
const INDEXED: [&str; 4] = ["role", "skill", "article", "text"];
/// Of drafts and of lines of the audit so many are looked through, the latest: they hold whole texts, in no index.
const DRAFTS: i64 = 200;
const ACTS: i64 = 2_000;
/// Of others at most so many are found; whoever has more needs another word.
const MOST: i64 = 500;

impl Group {
    pub const ALL: [Group; 8] = [
        Group::Names,
        Group::Texts,
        Group::Drafts,
        Group::Reports,
        Group::Withdrawn,
        Group::Audit,
        Group::Redirects,
        Group::People,
    ];

    /// In addresses.
    pub fn word(self) -> &'static str {
        match self {
            Group::Names => "names",
            Group::Texts => "texts",
            Group::Drafts => "drafts",
            Group::Reports => "reports",
            Group::Withdrawn => "withdrawn",
            Group::Audit => "audit",
            Group::Redirects => "redirects",
            Group::People => "people",
        }
    }

    pub fn from_word(word: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.word() == word)
    }

    pub fn title(self) -> &'static str {
        match self {
            Group::Names => "Names and addresses",
            Group::Texts => "What is published",
            Group::Drafts => "Open drafts",
            Group::Reports => "Reports of readers",
            Group::Withdrawn => "What left or moved",
            Group::Audit => "What was done",
            Group::Redirects => "Redirects",
            Group::People => "People",
        }
    }

    /// What of it is looked through, where that is not all.
    pub fn bound(self) -> &'static str {
        match self {
            Group::Drafts => "The 200 drafts that were saved last are looked through.",
            Group::Audit => "The newest 2,000 lines are looked through.",
            _ => "",
        }
    }

    /// Who may look there.
    pub fn takes(self) -> Rights {
        match self {
            Group::Redirects | Group::People => Rights::Admin,
            _ => Rights::Editor,
        }
    }

    /// How many fit, and `count` of them after the first `skip`.
    pub fn find(
        self,
        conn: &mut Conn,
        search: &Search,
        typed: &str,
        (skip, count): (usize, usize),
    ) -> Result<(usize, Vec<Hit>)> {
        let words = Words::of(typed);
        if words.is_empty() {
            return Ok((0, Vec::new()));
        }
        let hits = match self {
            Group::Names => return names(conn, &words, (skip, count)),
            Group::Texts => return texts(conn, search, typed, &words, (skip, count)),
            Group::People => return people(conn, typed, (skip, count)),
            Group::Drafts => drafts(conn, &words)?,
            Group::Reports => {
                Report::saying(conn, &words, MOST)?.into_iter().map(|r| report(r, &words)).collect()
            }
            Group::Withdrawn => withdrawn(conn, &words)?,
            Group::Audit => acts(conn, &words)?,
            Group::Redirects => Redirect::holding(conn, &words, MOST)?.into_iter().map(redirect).collect(),
        };
        Ok((hits.len(), hits.into_iter().skip(skip).take(count).collect()))
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

fn names(conn: &mut Conn, words: &Words, (skip, count): (usize, usize)) -> Result<(usize, Vec<Hit>)> {
    let (all, rows) = row::find(conn, words, skip as i64, count as i64)?;
    let hit = |(kind, slug, name, published): row::Hit| {
        let kind = kind_of(&kind)?;
        Some(Hit {
            href: format!("/admin/{}/{slug}", kind.folder),
            title: name,
            about: format!("{}{}", one(&kind), if published { "" } else { ", a draft of something new" }),
            excerpt: None,
        })
    };
    Ok((all as usize, rows.into_iter().filter_map(hit).collect()))
}

/// What is published: first the kinds that the search knows, then the others.
fn texts(
    conn: &mut Conn,
    search: &Search,
    typed: &str,
    words: &Words,
    (skip, count): (usize, usize),
) -> Result<(usize, Vec<Hit>)> {
    let (indexed, places) = search.everywhere(typed, skip, count)?;
    let slug = |(kind, path): (String, String)| {
        let kind = kind_of(&kind)?;
        let slug = match kind.address {
            Some(address) => path.strip_prefix(address)?,
            None => path.rsplit(['/', '#']).next()?,
        };
        Some((kind.name.to_owned(), slug.to_owned()))
    };
    let places: Vec<(String, String)> = places.into_iter().filter_map(slug).collect();
    let beginnings = search.beginnings_of(typed);
    let mut hits = Vec::new();
    for said in row::these(conn, &places)? {
        hits.extend(entry(said, &beginnings, false)?);
    }
    let others: Vec<&str> =
        KINDS.iter().map(|kind| kind.name).filter(|name| !INDEXED.contains(name)).collect();
    let mut beside = Vec::new();
    for said in row::saying(conn, &others, words)? {
        beside.extend(entry(said, words.all(), true)?);
    }
    let all = indexed + beside.len();
    let left = count.saturating_sub(hits.len());
    hits.extend(beside.into_iter().skip(skip.saturating_sub(indexed)).take(left));
    Ok((all, hits))
}

fn entry((kind, slug, name, content): row::Said, words: &[String], all: bool) -> Result<Option<Hit>> {
    let Some(kind) = kind_of(&kind) else { return Ok(None) };
    let content: Value = serde_json::from_str(&content)?;
    let at = format!("/admin/{}/{slug}", kind.folder);
    Ok(match within(&kind, &content, words, all) {
        Some((place, excerpt)) => Some(Hit {
            href: format!("{at}/{}", place.path),
            title: name,
            about: format!("{}: {}", one(&kind), place.label),
            excerpt: Some(excerpt),
        }),
        // The search folds some names; the entry is the right one all the same.
        None if !all => Some(Hit { href: at, title: name, about: one(&kind).into(), excerpt: None }),
        None => None,
    })
}

fn drafts(conn: &mut Conn, words: &Words) -> Result<Vec<Hit>> {
    let hit = |draft: Draft| {
        let kind = kind_of(&draft.kind)?;
        let (place, excerpt) = within(&kind, &draft.content, words.all(), true)?;
        Some(Hit {
            href: format!("/admin/{}/{}/{}", kind.folder, draft.slug, place.path),
            title: draft.name,
            about: format!("{}: {}", one(&kind), place.label),
            excerpt: Some(excerpt),
        })
    };
    Ok(Draft::saying(conn, words, DRAFTS)?.into_iter().filter_map(hit).collect())
}

fn report(report: Report, words: &Words) -> Hit {
    Hit {
        href: format!("/admin/reports?report={}", report.id),
        title: report.page,
        about: report.reported.format("%-d %B %Y").to_string(),
        excerpt: Excerpt::of(&report.words, words.all()),
    }
}

fn withdrawn(conn: &mut Conn, words: &Words) -> Result<Vec<Hit>> {
    let hit = |left: Withdrawn| {
        let kind = kind_of(&left.kind)?;
        let heirs: Vec<&str> = left.heirs.iter().map(String::as_str).collect();
        Some(Hit {
            // The entry's own address leads to where it is, or to the list of what left.
            href: format!("/admin/{}/{}", kind.folder, left.slug),
            title: left.fate.sentence(&left.name, &heirs),
            about: format!("{}, {}", one(&kind), left.at.format("%-d %B %Y")),
            excerpt: Excerpt::of(&left.reason, words.all()),
        })
    };
    Ok(Withdrawn::holding(conn, words, MOST)?.into_iter().filter_map(hit).collect())
}

fn acts(conn: &mut Conn, words: &Words) -> Result<Vec<Hit>> {
    let hit = |act: Act| {
        let excerpt = anywhere(&act.detail, words.all())?;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("action", act.action.word())
            .append_pair("kind", &act.kind)
            .append_pair("slug", &act.slug)
            .finish();
        Some(Hit {
            href: format!("/admin/audit?{query}"),
            title: format!("{} {}", act.action.word().replace('-', " "), act.slug),
            about: format!("{}, {}", act.kind, act.done.format("%-d %B %Y")),
            excerpt: Some(excerpt),
        })
    };
    Ok(Act::saying(conn, words, ACTS)?.into_iter().filter_map(hit).collect())
}

fn redirect(redirect: Redirect) -> Hit {
    Hit {
        href: "/admin/redirects".into(),
        title: redirect.from,
        about: format!("leads to {}", redirect.to),
        excerpt: None,
    }
}

fn people(conn: &mut Conn, typed: &str, (skip, count): (usize, usize)) -> Result<(usize, Vec<Hit>)> {
    let all = Person::count(conn, typed)?;
    let found = Person::found(conn, typed, skip as i64, count as i64)?;
    let hit = |person: Person| Hit {
        href: format!("/admin/people/{}", person.id),
        about: person.mail_address().map_or_else(|_| String::new(), |address| address.masked()),
        title: if person.name.is_empty() { "Somebody without a name".into() } else { person.name },
        excerpt: None,
    };
    Ok((all as usize, found.into_iter().map(hit).collect()))
}
