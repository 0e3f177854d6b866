//! What visitors read of skills: all of them, and one with the roles that ask for it.

use super::row::{self, Asking};
use super::{SECTIONS, Skill, SkillKind};
use crate::db::Conn;
use crate::editing::Entry;
use crate::error::Result;
use crate::figures::{DemandLine, DemandRow, Mark};
use crate::resources::{Check, Resource};
use crate::tiers::{Tier, TierName};
use crate::ui::{Frame, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/skills").get(index)).service(web::resource("/skills/{slug}").get(show));
}

/// Slug, name and number of roles.
type Counted = (String, String, i64);

#[derive(Template)]
#[template(path = "skills/index.html")]
struct Index {
    frame: Frame,
    /// Anchor, heading, and its skills.
    kinds: Vec<(&'static str, &'static str, Vec<Counted>)>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let roles = row::roles_by_skill(conn)?;
        let mut skills = Entry::<Skill>::all(conn)?;
        skills.sort_by_key(|skill| skill.content.name.to_lowercase());
        let of = |kind: SkillKind| -> Vec<_> {
            let lines = skills.iter().filter(|skill| skill.content.kind == kind);
            lines
                .map(|s| (s.slug.clone(), s.content.name.clone(), roles.get(&s.slug).copied().unwrap_or(0)))
                .collect()
        };
        let mut kinds = SkillKind::ALL.map(|kind| (kind.slug(), kind.heading(), of(kind))).to_vec();
        kinds.retain(|(.., skills)| !skills.is_empty());
        Ok(Index { frame, kinds })
    })
    .await
}

#[derive(Template)]
#[template(path = "skills/show.html")]
struct Show {
    frame: Frame,
    skill: Skill,
    roles: Vec<DemandRow>,
    /// Slug and name of skills in the same groups, with the number of roles that ask for both there.
    beside: Vec<(String, String, i64)>,
    resources: Vec<Resource>,
    /// What was found at their addresses.
    checks: BTreeMap<String, Check>,
    entry_first: bool,
}

async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show(move |conn, frame| {
        let Entry { slug, content: skill, .. } = Entry::<Skill>::find(conn, &slug)?;
        let resources = Entry::<Resource>::naming::<Skill>(conn, &slug)?;
        let mut resources: Vec<Resource> = resources.into_iter().map(|resource| resource.content).collect();
        resources.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Ok(Show {
            frame,
            roles: roles(conn, &slug)?,
            beside: row::beside(conn, &slug)?,
            checks: Check::of(conn, resources.iter().map(|resource| &resource.url))?,
            resources,
            skill,
            entry_first: false,
        })
    })
    .await
}

impl Show {
    fn structured(&self) -> String {
        let steps = [("Skills", "/skills"), (self.skill.name.as_str(), self.frame.path.as_str())];
        structured::script(vec![structured::breadcrumbs(&self.frame, &steps)])
    }
}

/// The roles that ask for a skill, the one that asks most first. Rows of one role in two groups are both there.
fn roles(conn: &mut Conn, slug: &str) -> Result<Vec<DemandRow>> {
    let rows = row::asking(conn, slug)?;
    let words = Entry::<Tier>::by_slug(conn)?;
    let share = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let mut rows: Vec<DemandRow> = rows
        .into_iter()
        .map(|Asking { role, name, group, tier, all, entry }| {
            let tier_name = words.get(&tier).map_or(tier.clone(), |t| t.content.name.clone());
            DemandRow {
                name,
                href: format!("/roles/{role}#skills"),
                aside: format!("{tier_name}, in {group}"),
                tier: TierName::from_slug(&tier),
                line: DemandLine { all: share(all), entry: share(entry) },
                set: false,
            }
        })
        .collect();
    rows.sort_by(|a, b| b.rank(false).total_cmp(&a.rank(false)));
    Ok(rows)
}
