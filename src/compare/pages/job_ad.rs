//! An advertisement beside a role: what it names of what the role asks for, and what not. Its text is read and let go.

use super::what::{What, by_tier};
use super::{answer, what_if};
use crate::compare::mentions::{Mention, Vocabulary};
use crate::compare::nearest::Near;
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::gap::{Held, Part};
use crate::ledger::{Ledger, Mark};
use crate::roles::Role;
use crate::search::{Search, meant};
use crate::skills::Skill;
use crate::tiers::{Tier, TierName};
use crate::ui::{Form, Frame, Site};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

pub const PATH: &str = "/job-ad";
/// Longer advertisements are more than one.
const LONGEST: usize = 12_000;
const TOO_LONG: &str = "This is longer than 12,000 characters. Paste one advertisement only.";
const PREPARING: &str = "The guide was opened a moment ago and is being prepared. Try again in some seconds.";
/// Other roles that are named.
const OTHERS: usize = 3;

#[derive(Template)]
#[template(path = "compare/job_ad.html")]
struct JobAd {
    frame: Frame,
    form: Form,
    read: Option<Read>,
    /// As the editors word them.
    tiers: BTreeMap<TierName, String>,
}

/// What was read in an advertisement.
struct Read {
    named: Vec<Named>,
    beside: Option<Beside>,
    /// The address of the roles that fit these skills.
    what_if: String,
    /// Whoever looks is signed in: their marks are shown.
    known: bool,
}

/// A skill that it names.
struct Named {
    slug: String,
    name: String,
    /// The words that it uses, where they are others.
    words: Option<String>,
    mark: Option<Mark>,
}

/// The advertisement beside a role.
struct Beside {
    slug: String,
    name: String,
    /// The reader said which role it is.
    said: bool,
    /// How much of what the role asks for it names, in per cent, rounded down.
    percent: u32,
    by_tier: bool,
    /// For each tier what it names, and what it does not name.
    rows: Vec<(TierName, Vec<What>, Vec<What>)>,
    /// What it names and the role does not ask for.
    besides: Vec<What>,
    /// Slug, name and per cent of the roles that come next.
    others: Vec<(String, String, u32)>,
}

pub async fn ask(request: HttpRequest, site: Data<Arc<Site>>) -> Result<HttpResponse> {
    let frame = Frame::of(site.get_ref().clone(), &request);
    let form = Form::of(&[("role", "")]);
    answer(StatusCode::OK, &JobAd { frame, form, read: None, tiers: BTreeMap::new() })
}

pub async fn check(
    request: HttpRequest,
    site: Data<Arc<Site>>,
    search: Data<Arc<Search>>,
    vocabulary: Data<Arc<Vocabulary>>,
    mut form: Form,
) -> Result<HttpResponse> {
    let frame = Frame::of(site.get_ref().clone(), &request);
    // Browsers send two characters for the end of a line.
    let length = form.value("text").trim().chars().filter(|c| *c != '\r').count();
    let mentions = vocabulary.mentions(form.value("text"));
    if length == 0 {
        form.wrong("text", "Paste the text of an advertisement.");
    } else if length > LONGEST {
        form.wrong("text", TOO_LONG);
    } else if mentions.is_none() {
        form.wrong("text", PREPARING);
    }
    let mut said = None;
    if !form.value("role").trim().is_empty() {
        (said, form) = meant::<Role>(&site, &search, form, "role").await?;
    }
    if !form.fine() {
        let page = JobAd { frame, form, read: None, tiers: BTreeMap::new() };
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let read = move |conn: &mut Conn| {
        let read = Read::of(conn, &frame, mentions.unwrap_or_default(), said.as_deref())?;
        Ok(JobAd { frame, form, read: Some(read), tiers: Tier::names(conn)? })
    };
    answer(StatusCode::OK, &site.db.read(read).await?)
}

impl JobAd {
    fn tier_name(&self, tier: &TierName) -> &str {
        self.tiers.get(tier).map_or(tier.slug(), String::as_str)
    }
}

impl Read {
    fn of(conn: &mut Conn, frame: &Frame, mentions: Vec<Mention>, said: Option<&str>) -> Result<Read> {
        let own_names = names::<Skill>(conn, mentions.iter().map(|mention| &mention.skill))?;
        let held: Held = mentions.iter().map(|mention| mention.skill.clone()).collect();
        let ledger = match &frame.viewer {
            Some(viewer) => Some(Ledger::some(conn, &viewer.person, &held)?),
            None => None,
        };
        // What left a moment ago has no name any more.
        let named = |Mention { skill: slug, words }: Mention| {
            let name = own_names.get(&slug)?.clone();
            let words = Some(words).filter(|words| !name.eq_ignore_ascii_case(words));
            Some(Named { words, mark: ledger.as_ref().and_then(|ledger| ledger.mark_of(&slug)), name, slug })
        };
        let named: Vec<Named> = mentions.into_iter().filter_map(named).collect();
        let mut ranked = if held.is_empty() { Vec::new() } else { Near::rank(conn, &held)? };
        let near = match said {
            Some(slug) => {
                ranked.retain(|near| near.slug != slug);
                Some(Near::of(Entry::<Role>::find(conn, slug)?, &held))
            }
            None if ranked.is_empty() => None,
            None => Some(ranked.remove(0)),
        };
        let others = ranked.iter().take(OTHERS);
        let others =
            others.map(|near| (near.slug.clone(), near.name.clone(), near.readiness.percent())).collect();
        let beside = match near {
            Some(near) => Some(Beside::of(conn, near, &named, said.is_some(), others)?),
            None => None,
        };
        let held: Vec<String> = held.into_iter().collect();
        Ok(Read { what_if: what_if::address(&held), known: ledger.is_some(), named, beside })
    }

    /// How many of the skills that it names the reader can do.
    fn held(&self) -> usize {
        self.named.iter().filter(|named| named.mark.is_some_and(Mark::holds)).count()
    }
}

impl Beside {
    fn of(
        conn: &mut Conn,
        near: Near,
        named: &[Named],
        said: bool,
        others: Vec<(String, String, u32)>,
    ) -> Result<Beside> {
        let Near { slug, name, asked, readiness } = near;
        let names = names::<Skill>(conn, &asked.skills())?;
        let mut there: BTreeMap<TierName, Vec<What>> = BTreeMap::new();
        let mut besides = Vec::new();
        for Named { slug, name, .. } in named {
            let what = What { name: name.clone(), href: Some(format!("/skills/{slug}")) };
            // Of a choice the skill that it names, and not all that would do.
            match asked.part_of(slug) {
                Some(part) => there.entry(part.tier).or_default().push(what),
                None => besides.push(what),
            }
        }
        let lacking: Vec<&Part> = readiness.lacking().collect();
        let mut not: BTreeMap<TierName, Vec<What>> = by_tier(&lacking, &names).into_iter().collect();
        let row = |tier: TierName| {
            let row = (tier, there.remove(&tier).unwrap_or_default(), not.remove(&tier).unwrap_or_default());
            Some(row).filter(|(_, there, not)| !there.is_empty() || !not.is_empty())
        };
        Ok(Beside {
            rows: TierName::ALL.into_iter().filter_map(row).collect(),
            besides,
            percent: readiness.percent(),
            by_tier: readiness.by_tier,
            slug,
            name,
            said,
            others,
        })
    }
}
