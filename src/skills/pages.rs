//! What visitors read of skills: all of them, and one with the roles that ask for it.

use super::row::{self, Asking, Counted};
use super::{SECTIONS, Skill, SkillKind};
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::{Error, Result};
use crate::figures::{DemandLine, DemandRow, Mark};
use crate::ledger::{self, Ledger};
use crate::resources::{Check, Resource};
use crate::tiers::{Tier, TierName};
use crate::ui::{Form, Frame, Paging, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/skills").get(index))
        .service(web::resource("/skills/kind/{kind}").get(of_kind))
        .service(web::resource("/skills/{slug}").get(show));
}

/// Skills on a page, of each kind.
const PAGE: i64 = 150;
/// Groups of roles on a page of one skill.
const ASKING: i64 = 50;

#[derive(Template)]
#[template(path = "skills/index.html")]
struct Index {
    frame: Frame,
    kinds: Vec<KindView>,
}

/// The skills of a kind, or some of them.
struct KindView {
    kind: SkillKind,
    /// How many there are.
    count: i64,
    skills: Vec<Counted>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let counts = row::counted_by_kind(conn)?;
        let there = SkillKind::ALL.into_iter().filter_map(|kind| Some((kind, *counts.get(kind.slug())?)));
        let read = |(kind, count)| Ok(KindView { kind, count, skills: row::of_kind(conn, kind, 0, PAGE)? });
        Ok(Index { frame, kinds: there.map(read).collect::<Result<_>>()? })
    })
    .await
}

#[derive(Template)]
#[template(path = "skills/kind.html")]
struct OfKind {
    frame: Frame,
    view: KindView,
    paging: Paging,
}

async fn of_kind(page: PublicPage, kind: web::Path<String>) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let kind = SkillKind::from_slug(&kind).ok_or(Error::NotFound)?;
        let count = row::counted_by_kind(conn)?.get(kind.slug()).copied().unwrap_or(0);
        let paging = Paging::of(&frame, number, count, PAGE)?;
        let skills = row::of_kind(conn, kind, paging.skip(), PAGE)?;
        Ok(OfKind { frame, view: KindView { kind, count, skills }, paging })
    })
    .await
}

#[derive(Template)]
#[template(path = "skills/show.html")]
struct Show {
    frame: Frame,
    slug: String,
    skill: Skill,
    roles: Vec<DemandRow>,
    paging: Paging,
    /// Slug and name of skills in the same groups, with the number of roles that ask for both there.
    beside: Vec<Counted>,
    /// They were looked for among some of the groups only.
    beside_some: bool,
    resources: Vec<Resource>,
    /// What was found at their addresses.
    checks: BTreeMap<String, Check>,
    entry_first: bool,
    /// Of whoever looks, if they are signed in.
    own: Option<Own>,
}

/// What whoever looks says of the skill, in a form to change it.
struct Own {
    slug: String,
    form: Form,
    version: i64,
    back: String,
    kept: bool,
}

async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    let number = page.number();
    page.show(move |conn, frame| {
        let Entry { slug, content: skill, .. } = Entry::<Skill>::find(conn, &slug)?;
        let count = row::asking_count(conn, &slug)?;
        let paging = Paging::of(&frame, number, count, ASKING)?;
        // What else there is to say stands on the first page.
        let (beside, mut resources) = if paging.first() {
            let resources = Entry::<Resource>::naming::<Skill>(conn, &slug)?;
            (row::beside(conn, &slug)?, resources.into_iter().map(|resource| resource.content).collect())
        } else {
            (Vec::new(), Vec::new())
        };
        resources.sort_by(|a: &Resource, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let own = match &frame.viewer {
            Some(viewer) if paging.first() => {
                let mut ledger = Ledger::some(conn, &viewer.person, [&slug])?;
                let marked = ledger.marked.remove(&slug);
                Some(Own {
                    form: ledger::form_of(marked.as_ref()),
                    version: marked.as_ref().map_or(0, |marked| marked.version),
                    back: format!("/skills/{slug}#mine"),
                    kept: marked.is_some(),
                    slug: slug.clone(),
                })
            }
            _ => None,
        };
        Ok(Show {
            frame,
            roles: roles(conn, &slug, &paging)?,
            paging,
            beside,
            beside_some: count > row::LOOKED_AT,
            checks: Check::of(conn, resources.iter().map(|resource| &resource.url))?,
            resources,
            slug,
            skill,
            entry_first: false,
            own,
        })
    })
    .await
}

impl Show {
    /// Whether a role on this page has a figure for the skill; otherwise there is nothing to draw.
    fn measured(&self) -> bool {
        self.roles.iter().any(|row| row.line.measured())
    }

    fn rows(&self) -> Vec<(String, String)> {
        self.own.as_ref().map_or_else(Vec::new, |own| ledger::rows(&own.form))
    }

    fn structured(&self) -> String {
        let steps = [("Skills", "/skills"), (self.skill.name.as_str(), self.frame.path.as_str())];
        structured::script(vec![structured::breadcrumbs(&self.frame, &steps)])
    }
}

/// The roles that ask for a skill, the one that asks most first. Rows of one role in two groups are both there.
fn roles(conn: &mut Conn, slug: &str, paging: &Paging) -> Result<Vec<DemandRow>> {
    let rows = row::asking(conn, slug, paging.skip(), ASKING)?;
    let words = Entry::<Tier>::by_slug(conn)?;
    let share = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let row = |Asking { role, name, group, tier, all, entry }| {
        let tier_name = words.get(&tier).map_or(tier.clone(), |t| t.content.name.clone());
        DemandRow {
            name,
            href: format!("/roles/{role}#skills"),
            aside: format!("{tier_name}, in {group}"),
            own: "",
            tier: TierName::from_slug(&tier),
            line: DemandLine { all: share(all), entry: share(entry) },
            set: false,
        }
    };
    Ok(rows.into_iter().map(row).collect())
}
