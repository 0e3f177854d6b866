//! What visitors read of skills: all of them, and one with the roles that ask for it.

use super::{Skill, SkillKind};
use crate::content::Content;
use crate::db::Conn;
use crate::db::schema::{entries, role_skills};
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::figures::{DemandLine, DemandRow, Mark};
use crate::resources::Resource;
use crate::roles::Role;
use crate::tiers::{Tier, TierName};
use crate::ui::{Frame, PublicPage, structured};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::dsl::count;
use diesel::prelude::*;
use std::collections::BTreeMap;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/skills", web::get().to(index)).route("/skills/{slug}", web::get().to(show));
}

#[derive(Template)]
#[template(path = "skills/index.html")]
struct Index {
    frame: Frame,
    /// Anchor, heading, and slug, name and number of roles of each skill.
    kinds: Vec<(&'static str, &'static str, Vec<(String, String, i64)>)>,
}

async fn index(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let roles: BTreeMap<String, i64> = role_skills::table
            .group_by(role_skills::skill)
            .select((role_skills::skill, count(role_skills::role).aggregate_distinct()))
            .load(conn)?
            .into_iter()
            .collect();
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
    entry_first: bool,
}

async fn show(page: PublicPage, slug: web::Path<String>) -> Result<HttpResponse> {
    page.show(move |conn, frame| {
        let Entry { slug, content: skill, .. } = Entry::<Skill>::find(conn, &slug)?;
        let resources = Entry::<Resource>::linking::<Skill>(conn, [&slug])?;
        let mut resources: Vec<Resource> =
            resources.into_iter().map(|(_, resource)| resource.content).collect();
        resources.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Ok(Show {
            frame,
            roles: roles(conn, &slug)?,
            beside: beside(conn, &slug)?,
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
    type Row = (String, String, String, String, Option<String>, Option<String>);
    let rows: Vec<Row> = role_skills::table
        .inner_join(entries::table.on(entries::kind.eq(Role::KIND).and(entries::slug.eq(role_skills::role))))
        .filter(role_skills::skill.eq(slug))
        .order((entries::name, role_skills::group_id))
        .select((
            role_skills::role,
            entries::name,
            role_skills::group_name,
            role_skills::tier,
            role_skills::all_share,
            role_skills::entry_share,
        ))
        .load(conn)?;
    let words = Entry::<Tier>::some(conn, &TierName::slugs())?;
    let share = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let mut rows: Vec<DemandRow> = rows
        .into_iter()
        .map(|(role, name, group, tier, all, entry)| {
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

/// How many neighbours are shown.
const BESIDE: i64 = 12;

fn beside(conn: &mut Conn, slug: &str) -> Result<Vec<(String, String, i64)>> {
    let (own, other) = diesel::alias!(role_skills as own, role_skills as other);
    let roles = || count(other.field(role_skills::role)).aggregate_distinct();
    let counts: Vec<(String, i64)> = own
        .inner_join(
            other.on(other
                .field(role_skills::role)
                .eq(own.field(role_skills::role))
                .and(other.field(role_skills::group_id).eq(own.field(role_skills::group_id)))),
        )
        .filter(own.field(role_skills::skill).eq(slug))
        .filter(other.field(role_skills::skill).ne(slug))
        .group_by(other.field(role_skills::skill))
        .order((roles().desc(), other.field(role_skills::skill)))
        .limit(BESIDE)
        .select((other.field(role_skills::skill), roles()))
        .load(conn)?;
    let names = names::<Skill>(conn, counts.iter().map(|(slug, _)| slug))?;
    let named = |(slug, count): (String, i64)| Some((slug.clone(), names.get(&slug)?.clone(), count));
    Ok(counts.into_iter().filter_map(named).collect())
}
