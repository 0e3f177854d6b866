//! The first page: what the guide is for, shown on one role, and the way to all of it.

use crate::articles::Article;
use crate::cards::{Below, Card};
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Change, Entry, names};
use crate::error::Result;
use crate::families::Family;
use crate::figures::{DemandLine, DemandRow, Mark};
use crate::roles::{self, GroupSkill, Named, Role};
use crate::skills::Skill;
use crate::ui::{Frame, PublicPage};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeSet;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/").get(show)).service(web::resource("/card.png").get(card));
}

/// What the guide is for, and how it does that.
const PROMISE: &str = "Know what a job asks for before you spend a year learning it";
const HOW: &str = "A guide to work in software: what roles consist of, which skills they ask for and how strongly, what they pay, and where every number comes from.";

/// Families that are shown, and roles of each.
const FAMILIES: usize = 12;
const OF_EACH: i64 = 8;
/// Articles and changes that are shown, the latest first.
const ARTICLES: i64 = 5;
const CHANGES: i64 = 5;

#[derive(Template)]
#[template(path = "home/show.html")]
struct Show {
    frame: Frame,
    sample: Option<Sample>,
    families: Vec<FamilyView>,
    more_families: bool,
    articles: Vec<Entry<Article>>,
    changes: Vec<Change>,
    entry_first: bool,
}

struct FamilyView {
    slug: String,
    name: String,
    /// How many roles it has; those that are shown may be fewer.
    count: i64,
    roles: Vec<Named>,
}

/// A few lines of one role, to show what a demand line is.
struct Sample {
    slug: String,
    name: String,
    universe: String,
    groups: usize,
    rows: Vec<DemandRow>,
}

async fn show(page: PublicPage) -> Result<HttpResponse> {
    page.show(|conn, frame| {
        let counts = roles::counted_by_family(conn)?;
        let mut families = Family::in_order(conn)?;
        families.retain(|family| counts.contains_key(&family.slug));
        let more_families = families.len() > FAMILIES;
        families.truncate(FAMILIES);
        let mut roles = roles::first_of_families(conn, families.iter().map(|f| &f.slug), OF_EACH)?;
        let families = families
            .into_iter()
            .map(|Entry { slug, content, .. }| FamilyView {
                name: content.name,
                count: counts[&slug],
                roles: roles.remove(&slug).unwrap_or_default(),
                slug,
            })
            .collect();
        let sample = Sample::read(conn)?;
        let articles = Entry::<Article>::latest(conn, 0, ARTICLES)?;
        // That something is new is no change to whoever never read it.
        let changes = Change::latest(conn, &[Role::KIND, Article::KIND], 2, CHANGES)?;
        Ok(Show { frame, sample, families, more_families, articles, changes, entry_first: false })
    })
    .await
}

/// The card of the guide, for every page that has none of its own.
async fn card(page: PublicPage) -> Result<HttpResponse> {
    page.show_made(Card::CONTENT_TYPE, read_card, |card| card.picture()).await
}

fn read_card(conn: &mut Conn) -> Result<Card> {
    let below = Sample::read(conn)?.map_or(Below::Words(String::new()), |sample| {
        let rows = sample.rows.into_iter().map(|row| (row.name, row.line)).collect();
        Below::Demand(format!("Shares of {}", sample.universe), rows)
    });
    Ok(Card { over: "A career guide".into(), name: PROMISE.into(), sentence: HOW.into(), below })
}

impl Sample {
    fn read(conn: &mut Conn) -> Result<Option<Sample>> {
        let Some(slug) = roles::measured_last(conn)? else {
            return Ok(None);
        };
        let role = Entry::<Role>::find(conn, &slug)?;
        let skills = names::<Skill>(conn, &role.content.skills())?;
        Ok(sample(role, |slug| skills.get(slug).cloned().unwrap_or_default()))
    }
}

/// The two skills asked for most, then the ones whose entry level differs most upwards and downwards; of a role without
/// figures for entry level the ones asked for most and least.
fn sample(role: Entry<Role>, name: impl Fn(&str) -> String) -> Option<Sample> {
    let demand = role.content.demand.as_ref()?;
    let skills = role.content.groups.iter().flat_map(|group| &group.skills);
    let measured: Vec<&GroupSkill> = skills.filter(|skill| skill.all.is_some()).collect();
    let both: Vec<&GroupSkill> = measured.iter().copied().filter(|skill| skill.entry.is_some()).collect();
    // A skill that stands in two groups is shown once.
    let mut seen = BTreeSet::new();
    let mut rows: Vec<DemandRow> = if both.is_empty() { measured } else { both }
        .into_iter()
        .filter(|skill| seen.insert(&skill.skill))
        .map(|skill| DemandRow {
            name: name(&skill.skill),
            href: format!("/skills/{}", skill.skill),
            aside: String::new(),
            own: "",
            tier: None,
            line: DemandLine { all: skill.all, entry: skill.entry },
            set: false,
        })
        .collect();
    let gap = |row: &DemandRow| row.rank(true) - row.rank(false);
    rows.sort_by(|a, b| b.rank(false).total_cmp(&a.rank(false)));
    let mut chosen: Vec<DemandRow> = rows.drain(..rows.len().min(2)).collect();
    rows.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
    if rows.len() > 2 {
        rows = vec![rows[0].clone(), rows[rows.len() - 1].clone()];
    }
    chosen.append(&mut rows);
    chosen.sort_by(|a, b| b.rank(false).total_cmp(&a.rank(false)));
    (!chosen.is_empty()).then(|| Sample {
        universe: demand.universe.clone(),
        groups: role.content.groups.len(),
        name: role.content.name,
        slug: role.slug,
        rows: chosen,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// The names of the rows for a role whose groups ask for these skills.
    fn shown(groups: &[Value]) -> Vec<String> {
        let file = "content/roles/web-application-backend-development.toml";
        let mut role: Role = crate::content::read(file, &std::fs::read_to_string(file).unwrap()).unwrap();
        let group = |skills: &Value| {
            let group = json!({"id": "g", "name": "G", "tier": "essential", "lead": "", "commentary": "", "skills": skills});
            serde_json::from_value(group).unwrap()
        };
        role.groups = groups.iter().map(group).collect();
        let entry =
            Entry { slug: "r".into(), revision: 1, published: chrono::DateTime::UNIX_EPOCH, content: role };
        let sample = sample(entry, str::to_owned);
        sample.map_or_else(Vec::new, |sample| sample.rows.into_iter().map(|row| row.name).collect())
    }

    #[test]
    fn a_role_without_figures_for_entry_level_is_shown_all_the_same() {
        let skill = |slug: &str, all: &str| json!({"skill": slug, "all": all});
        let skills = ["10 %", "40 %", "30 %", "20 %", "5 %"].into_iter().zip(["a", "b", "c", "d", "e"]);
        let skills: Vec<Value> = skills.map(|(all, slug)| skill(slug, all)).collect();

        assert_eq!(shown(&[json!(skills)]), ["b", "c", "d", "e"]);
        assert!(shown(&[json!([{"skill": "a"}])]).is_empty());
    }

    #[test]
    fn a_skill_in_two_groups_is_shown_once() {
        let twice = json!([{"skill": "a", "all": "40 %", "entry": "45 %"}, {"skill": "b", "all": "30 %", "entry": "10 %"}]);

        assert_eq!(shown(&[twice.clone(), twice]), ["a", "b"]);
    }
}
