//! The roles that fit what somebody knows: they tick skills, and the address holds what they ticked.

use super::what::What;
use super::{answer, now, see};
use crate::compare::nearest::{Near, RANKED};
use crate::content::check_slug;
use crate::db::Conn;
use crate::editing::names;
use crate::error::{Error, Result};
use crate::gap::{Asked, Held, OfTier, Part, next_best};
use crate::ledger::Ledger;
use crate::search::{Search, meant};
use crate::skills::{self, Skill};
use crate::tiers::{Tier, TierName};
use crate::ui::{Form, Frame, Site};
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub const PATH: &str = "/what-if";
/// An address holds so many skills.
const MOST: usize = 80;
/// Roles that are shown.
const SHOWN: usize = 20;
/// Skills that are offered before any is ticked.
const BEGINNING: i64 = 24;
/// Skills that are offered after that: what would add most to the nearest roles.
const NEXT: usize = 12;
const NEAREST: usize = 5;
/// Of what is lacking in a role so much is named.
const LACKING: usize = 3;

#[derive(Template)]
#[template(path = "compare/what_if.html")]
struct WhatIf {
    frame: Frame,
    form: Form,
    /// Slug and name of what is ticked.
    known: Vec<(String, String)>,
    /// How many skills of the address the guide does not have.
    left_out: usize,
    offered: Vec<Offer>,
    fits: Vec<Fit>,
    /// How many roles ask for one of the skills; no more are counted than are ranked.
    ranked: usize,
    /// The address with what the reader's ledger holds, and how much that is.
    ledger: Option<(String, usize)>,
    /// As the editors word them.
    tiers: BTreeMap<TierName, String>,
}

/// A skill that may be ticked as well.
struct Offer {
    slug: String,
    name: String,
    /// What it would add.
    adds: String,
}

/// How a role fits.
struct Fit {
    slug: String,
    name: String,
    /// In per cent, rounded down.
    percent: u32,
    by_tier: bool,
    tiers: Vec<OfTier>,
    held: usize,
    of: usize,
    /// What is lacking and weighs most.
    lacking: Vec<What>,
}

/// The address that says that these skills are ticked.
pub fn address<'a>(skills: impl IntoIterator<Item = &'a String>) -> String {
    let skills: Vec<&str> = skills.into_iter().take(MOST).map(String::as_str).collect();
    if skills.is_empty() { PATH.to_owned() } else { format!("{PATH}?skills={}", skills.join(",")) }
}

pub async fn show(request: HttpRequest, site: Data<Arc<Site>>) -> Result<HttpResponse> {
    let form = Form::read(request.query_string().as_bytes());
    let asked = form.value("skills").split(',').filter(|slug| !slug.is_empty()).take(MOST);
    let ticked = asked.map(|slug| now::<Skill>(&site, slug)).collect();
    let frame = Frame::of(site.get_ref().clone(), &request);
    let page = site.db.read(move |conn| WhatIf::read(conn, frame, Form::default(), ticked)).await?;
    answer(StatusCode::OK, &page)
}

/// Leads to the address of what was ticked and typed.
pub async fn take(
    request: HttpRequest,
    site: Data<Arc<Site>>,
    search: Data<Arc<Search>>,
    mut form: Form,
) -> Result<HttpResponse> {
    let ticks = form.fields().iter().filter(|(name, slug)| name == "have" && check_slug(slug).is_ok());
    let mut ticked: Vec<String> = ticks.map(|(_, slug)| slug.clone()).collect();
    if !form.value("add").trim().is_empty() {
        let (known, search) = (site.get_ref().clone(), search.get_ref().clone());
        let find = move || Ok::<_, Error>((meant::<Skill>(&known, &search, &mut form, "add")?, form));
        let (added, read) = web::block(find).await.map_err(|e| Error::Unexpected(e.to_string()))??;
        ticked.extend(added);
        form = read;
    }
    let each: BTreeSet<&String> = ticked.iter().collect();
    if each.len() > MOST {
        form.wrong("add", format!("An address holds {MOST} skills at most. Untick some of them."));
    }
    if form.fine() {
        return Ok(see(&format!("{}#roles", address(&ticked))));
    }
    let frame = Frame::of(site.get_ref().clone(), &request);
    let page = site.db.read(move |conn| WhatIf::read(conn, frame, form, ticked)).await?;
    answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl WhatIf {
    fn read(conn: &mut Conn, frame: Frame, form: Form, ticked: Vec<String>) -> Result<Self> {
        let mut there = names::<Skill>(conn, &ticked)?;
        let each: BTreeSet<&String> = ticked.iter().collect();
        let left_out = each.iter().filter(|slug| !there.contains_key(**slug)).count();
        // In the order of the address, each once.
        let take = |slug: String| there.remove(&slug).map(|name| (slug, name));
        let known: Vec<(String, String)> = ticked.into_iter().filter_map(take).collect();
        let held: Held = known.iter().map(|(slug, _)| slug.clone()).collect();
        let near = if held.is_empty() { Vec::new() } else { Near::rank(conn, &held)? };
        let offered = if near.is_empty() {
            let most = skills::asked_most(conn, BEGINNING)?;
            let offer = |(slug, name)| Offer { slug, name, adds: String::new() };
            most.into_iter().filter(|(slug, _)| !held.contains(slug)).map(offer).collect()
        } else {
            offers(conn, &near, &held)?
        };
        let ledger = match &frame.viewer {
            Some(viewer) => {
                let own = Ledger::of(conn, &viewer.person)?.held();
                (!own.is_empty() && own != held).then(|| (address(&own), own.len().min(MOST)))
            }
            None => None,
        };
        let ranked = near.len();
        let shown: Vec<Near> = near.into_iter().take(SHOWN).collect();
        let asked = shown.iter().flat_map(|near| near.asked.skills()).collect::<BTreeSet<_>>();
        let names = names::<Skill>(conn, &asked)?;
        let fits = shown.into_iter().map(|near| Fit::of(near, &names)).collect();
        let tiers = Tier::names(conn)?;
        Ok(WhatIf { frame, form, known, left_out, offered, fits, ranked, ledger, tiers })
    }

    fn tier_name(&self, tier: &TierName) -> &str {
        self.tiers.get(tier).map_or(tier.slug(), String::as_str)
    }

    /// The address that says what is ticked now.
    fn own_address(&self) -> String {
        address(self.known.iter().map(|(slug, _)| slug))
    }

    /// Whether more roles may ask for one of the skills than are ranked.
    fn cut(&self) -> bool {
        self.ranked as i64 == RANKED
    }
}

impl Fit {
    fn of(near: Near, names: &BTreeMap<String, String>) -> Fit {
        let Near { slug, name, readiness, .. } = near;
        let mut lacking: Vec<&Part> = readiness.lacking().collect();
        lacking.sort_by(|a, b| b.all.points.total_cmp(&a.all.points));
        Fit {
            slug,
            name,
            percent: readiness.percent(),
            by_tier: readiness.by_tier,
            tiers: readiness.tiers(),
            held: readiness.lines.len() - lacking.len(),
            of: readiness.lines.len(),
            lacking: lacking.into_iter().take(LACKING).map(|part| What::of(part, names)).collect(),
        }
    }
}

/// What would add most to the nearest roles, best first.
fn offers(conn: &mut Conn, near: &[Near], held: &Held) -> Result<Vec<Offer>> {
    let nearest: Vec<&Asked> = near.iter().take(NEAREST).map(|near| &near.asked).collect();
    let asked: BTreeSet<String> = nearest.iter().flat_map(|asked| asked.skills()).collect();
    let generic = skills::generic(conn, &asked)?;
    let next = next_best(&nearest, held, &generic).into_iter().take(NEXT).collect::<Vec<_>>();
    let mut names = names::<Skill>(conn, next.iter().map(|next| &next.skill))?;
    let of = nearest.len();
    let offer = |next: crate::gap::Next| {
        let percent = (next.gain / next.roles as f64 * 100.0).round();
        let much = if percent < 1.0 { "less than 1 %".to_owned() } else { format!("{percent} %") };
        let adds = match (next.roles, of) {
            (_, 1) => format!("adds {much}"),
            (1, of) => format!("adds {much} to one of the {of} nearest"),
            (roles, of) if roles == of => format!("adds {much} on average to the {of} nearest"),
            (roles, of) => format!("adds {much} on average to {roles} of the {of} nearest"),
        };
        Some(Offer { name: names.remove(&next.skill)?, slug: next.skill, adds })
    };
    Ok(next.into_iter().filter_map(offer).collect())
}
