//! What a role’s page shows to somebody who is signed in: their marks and readiness, their plans for it, whether they
//! follow it, what has changed since they came.

use super::standing::Standing;
use super::view::{GroupView, TierView};
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Revision, names};
use crate::error::{Error, Result};
use crate::gap::{Asked, Readiness, Time, next_best};
use crate::ledger::{Ledger, Mark, Visit};
use crate::roles::{Changed, Role, changed};
use crate::skills::{self, Skill};
use crate::ui::{Note, Viewer};
use std::collections::BTreeMap;

pub struct Own {
    ledger: Ledger,
    pub readiness: Readiness,
    /// The names of the skills by slug.
    names: BTreeMap<String, String>,
    /// What is lacking, in hours of the editors’ estimate.
    pub left: Time,
    pub next: Option<Next>,
    pub since: Option<Since>,
    pub standing: Standing,
    /// This visit and the last look, if it is to be written down.
    visit: Option<(String, Visit)>,
}

/// The skill that adds most to the readiness for this role.
pub struct Next {
    pub slug: String,
    pub name: String,
    /// The readiness with it, in per cent.
    pub percent: u32,
}

/// What has changed since the last visit.
pub struct Since {
    /// The day of that visit.
    pub day: String,
    pub machine_day: String,
    pub revision: i64,
    pub changes: Vec<Changed>,
    /// It was not shown before.
    pub fresh: bool,
}

/// One skill in a group’s form.
pub struct Choice {
    pub slug: String,
    pub name: String,
    pub mark: Option<Mark>,
    pub version: i64,
}

impl Own {
    pub fn read(
        conn: &mut Conn,
        viewer: &Viewer,
        (slug, revision): (&str, i64),
        role: &Role,
        asked: &Asked,
        skills: &BTreeMap<String, String>,
    ) -> Result<Own> {
        let ledger = Ledger::some(conn, &viewer.person, role.skills().iter())?;
        let held = ledger.held();
        let readiness = asked.readiness(&held);
        let mut aside = skills::generic(conn, role.skills().iter())?;
        aside.extend(ledger.aside());
        let next = next_best(&[asked], &held, &aside).into_iter().next().map(|next| {
            let mut more = held.clone();
            more.insert(next.skill.clone());
            Next {
                name: skills.get(&next.skill).unwrap_or(&next.skill).clone(),
                percent: asked.readiness(&more).percent(),
                slug: next.skill,
            }
        });
        let last = Visit::find::<Role>(conn, &viewer.person, slug)?;
        let visit = Visit::on(last.clone(), Role::KIND, slug, revision, viewer.now);
        let since = since(conn, last.as_ref(), &visit, role)?;
        let told = visit.tells_more_than(last.as_ref()).then(|| (viewer.person.clone(), visit));
        let left = asked.time(readiness.lacking());
        let standing = Standing::read(conn, &viewer.person, slug)?;
        Ok(Own { ledger, readiness, names: skills.clone(), left, next, since, standing, visit: told })
    }

    /// What is written down of this visit.
    pub fn note(&self) -> Option<Note> {
        let (person, visit) = self.visit.clone()?;
        Some(Box::new(move |conn| visit.note(conn, &person)))
    }

    /// Writes the marks into the rows of a page.
    pub fn mark(&self, tiers: &mut [TierView]) {
        for row in tiers.iter_mut().flat_map(|tier| &mut tier.groups).flat_map(|group| &mut group.rows) {
            let skill = row.href.strip_prefix("/skills/").unwrap_or_default();
            row.own = self.ledger.mark_of(skill).map_or("", Mark::name);
        }
    }

    /// The skills of a group with what is marked.
    pub fn choices(&self, group: &GroupView) -> Vec<Choice> {
        let choice = |row: &crate::figures::DemandRow| {
            let slug = row.href.strip_prefix("/skills/")?;
            let marked = self.ledger.marked.get(slug);
            Some(Choice {
                slug: slug.to_owned(),
                name: row.name.clone(),
                mark: marked.map(|marked| marked.mark),
                version: marked.map_or(0, |marked| marked.version),
            })
        };
        group.rows.iter().filter_map(choice).collect()
    }

    /// A skill’s name.
    pub fn name<'a>(&'a self, slug: &'a str) -> &'a str {
        self.names.get(slug).map_or(slug, String::as_str)
    }

    /// The names of the skills by slug.
    pub fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// How many parts are held.
    pub fn held(&self) -> usize {
        self.readiness.lines.iter().filter(|line| line.by.is_some()).count()
    }
}

/// What has changed between the revision that this visit is compared with and the one that is public.
fn since(conn: &mut Conn, last: Option<&Visit>, visit: &Visit, role: &Role) -> Result<Option<Since>> {
    if visit.before_revision == visit.revision {
        return Ok(None);
    }
    let before = match Revision::content(conn, Role::KIND, &visit.slug, visit.before_revision) {
        // What an earlier program wrote and this one cannot read is compared with nothing.
        Ok(content) => serde_json::from_value::<Role>(content).ok(),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let Some(before) = before else { return Ok(None) };
    let slugs = [before.skills(), role.skills()].concat();
    let changes = changed(&before, role, &names::<Skill>(conn, &slugs)?);
    Ok((!changes.is_empty()).then(|| Since {
        day: visit.before.format("%-d %B %Y").to_string(),
        machine_day: visit.before.format("%Y-%m-%d").to_string(),
        revision: visit.before_revision,
        changes,
        fresh: last.is_none_or(|last| last.revision != visit.revision),
    }))
}
