//! The roles that fit what somebody knows: they tick skills, and the address holds what they ticked.

use super::what::What;
use super::{answer, now, see};
use crate::compare::nearest::{Near, RANKED};
use crate::content::check_slug;
use crate::db::Conn;
use crate::editing::names;
use crate::error::Result;
use crate::gap::{Asked, Held, OfTier, Part, next_best};
use crate::ledger::Ledger;
use crate::search::{Search, meant};
use crate::skills::{self, Skill};
use crate::tiers::{Tier, TierName};
use crate::ui::{Form, Frame, Site};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub const PATH: &str = "/what-if";
/// The skills in an address take so many bytes at most, which are more than eighty skills.
const LENGTH: usize = 1_800;
/// Roles that are shown.
const SHOWN: usize = 12;
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
    /// The address with what the reader's ledger holds, and how much of it that is.
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
    /// Those of which something is held.
    tiers: Vec<OfTier>,
    held: usize,
    of: usize,
    /// What is lacking and weighs most.
    lacking: Vec<What>,
}

/// How many of these skills an address holds.
fn held(skills: &[String]) -> usize {
    let mut length = 0;
    let fits = |skill: &&String| {
        length += skill.len() + 1;
        length <= LENGTH
    };
    skills.iter().take_while(fits).count()
}

/// The address that says that these skills are ticked, or as many of them as it holds.
pub fn address(skills: &[String]) -> String {
    let skills = &skills[..held(skills)];
    if skills.is_empty() { PATH.to_owned() } else { format!("{PATH}?skills={}#roles", skills.join(",")) }
}

pub async fn show(request: HttpRequest, site: Data<Arc<Site>>) -> Result<HttpResponse> {
    let form = Form::read(request.query_string().as_bytes());
    let asked = form.value("skills").split(',').filter(|slug| !slug.is_empty());
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
        let added;
        (added, form) = meant::<Skill>(&site, &search, form, "add").await?;
        ticked.extend(added);
    }
    ticked.sort();
    ticked.dedup();
    if held(&ticked) < ticked.len() {
        form.wrong("add", "These are more skills than an address holds. Untick some of them.");
    }
    if form.fine() {
        return Ok(see(&address(&ticked)));
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
                let own: Vec<String> = names::<Skill>(conn, &own)?.into_keys().collect();
                let own = &own[..self::held(&own)];
                let taken = own.iter().all(|skill| held.contains(skill)) && own.len() == held.len();
                (!own.is_empty() && !taken).then(|| (address(own), own.len()))
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
        let skills: Vec<String> = self.known.iter().map(|(slug, _)| slug.clone()).collect();
        address(&skills).trim_end_matches("#roles").to_owned()
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
            tiers: readiness.tiers().into_iter().filter(|tier| tier.held > 0.0).collect(),
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
        let points = (next.gain / next.roles as f64 * 100.0).round();
        let much = if points < 1.0 {
            "less than a point".to_owned()
        } else if points == 1.0 {
            "1 point".into()
        } else {
            format!("{points} points")
        };
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
