//! What is searched: entries as documents, all of them at first, then what changed.

use crate::articles::Article;
use crate::content::{Content, plain_markdown};
use crate::db::Conn;
use crate::db::schema::{guide_changes, role_skills};
use crate::editing::{self, Entry, Revision, Withdrawn};
use crate::error::Result;
use crate::families::Family;
use crate::roles::Role;
use crate::skills::Skill;
use crate::texts::Text;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An entry in the words that are searched.
#[derive(Debug, Default)]
pub struct Document {
    pub kind: &'static str,
    pub path: String,
    pub name: String,
    pub other_names: Vec<String>,
    pub sentence: String,
    pub text: String,
    /// What its page shows besides what is written in the entry.
    pub shows: &'static str,
    /// The words of the skills that a role asks for. Not their names, which change without the role: their slugs.
    pub asks: String,
    /// What else it says: lists of words, which would lead readers astray. Only editors look through it.
    pub rest: String,
    /// Slug of a role's family.
    pub family: String,
    /// Slugs of the tiers that a skill stands in, in any role.
    pub tiers: Vec<String>,
}

/// How many entries are read at a time, so that memory does not grow with the guide.
pub const BATCH: i64 = 200;

/// Every document, given to `take` in batches.
pub fn all(conn: &mut Conn, mut take: impl FnMut(Vec<Document>) -> Result<()>) -> Result<()> {
    batches::<Role>(conn, &mut take, |_, roles| Ok(roles.into_iter().map(role).collect()))?;
    batches::<Skill>(conn, &mut take, skills)?;
    batches::<Article>(conn, &mut take, |_, articles| Ok(articles.into_iter().map(article).collect()))?;
    batches::<Text>(conn, &mut take, |_, texts| Ok(texts.into_iter().map(text).collect()))
}

fn batches<T: Content>(
    conn: &mut Conn,
    take: &mut impl FnMut(Vec<Document>) -> Result<()>,
    documents: impl Fn(&mut Conn, Vec<Entry<T>>) -> Result<Vec<Document>>,
) -> Result<()> {
    let mut after = String::new();
    loop {
        let entries = Entry::<T>::after(conn, &after, BATCH)?;
        let Some(last) = entries.last() else { return Ok(()) };
        after.clone_from(&last.slug);
        take(documents(conn, entries)?)?;
    }
}

/// The paths of documents that are no more since `revision`.
pub fn gone(conn: &mut Conn, revision: i64) -> Result<Vec<String>> {
    const KINDS: [(&str, Option<&str>); 3] =
        [(Role::KIND, Role::ADDRESS), (Skill::KIND, Skill::ADDRESS), (Article::KIND, Article::ADDRESS)];
    editing::gone(conn, &KINDS, revision)
}

/// The documents of what was published after `revision`, given to `take` in batches; a role that changed brings its
/// skills along, since it decides in which tiers they stand, and so does one that left.
pub fn since(
    conn: &mut Conn,
    revision: i64,
    mut take: impl FnMut(Vec<Document>) -> Result<()>,
) -> Result<()> {
    let changed: Vec<(String, String)> = guide_changes::table
        .filter(guide_changes::seq.gt(revision))
        .select((guide_changes::kind, guide_changes::slug))
        .distinct()
        .load(conn)?;
    let of = |kind: &str| -> BTreeSet<String> {
        changed.iter().filter(|(k, _)| k == kind).map(|(_, slug)| slug.clone()).collect()
    };
    let mut asked_for = of(Skill::KIND);
    for slug in of(Role::KIND) {
        if let Some(left) = Withdrawn::find(conn, Role::KIND, &slug)?
            && let Some(revision) = Revision::list(conn, Role::KIND, &left.slug, 0, 1)?.first()
        {
            let role = Revision::content(conn, Role::KIND, &left.slug, revision.number)?;
            asked_for.extend(serde_json::from_value::<Role>(role).iter().flat_map(Role::skills));
        }
    }
    some::<Role>(conn, &of(Role::KIND), |_, roles| {
        asked_for.extend(roles.iter().flat_map(|role| role.content.skills()));
        take(roles.into_iter().map(role).collect())
    })?;
    some::<Skill>(conn, &asked_for, |conn, entries| take(skills(conn, entries)?))?;
    some::<Article>(conn, &of(Article::KIND), |_, entries| take(entries.into_iter().map(article).collect()))?;
    some::<Text>(conn, &of(Text::KIND), |_, entries| take(entries.into_iter().map(text).collect()))
}

/// Those of `slugs` that exist, in batches.
fn some<T: Content>(
    conn: &mut Conn,
    slugs: &BTreeSet<String>,
    mut take: impl FnMut(&mut Conn, Vec<Entry<T>>) -> Result<()>,
) -> Result<()> {
    let slugs: Vec<&String> = slugs.iter().collect();
    for batch in slugs.chunks(BATCH as usize) {
        let entries = Entry::<T>::some(conn, batch.iter().copied())?;
        take(conn, entries.into_values().collect())?;
    }
    Ok(())
}

/// The names of the families, by slug.
pub fn families(conn: &mut Conn) -> Result<BTreeMap<String, String>> {
    Ok(Entry::<Family>::all(conn)?.into_iter().map(|family| (family.slug, family.content.name)).collect())
}

fn role(entry: Entry<Role>) -> Document {
    let role = entry.content;
    let advice = [&role.strategy.safe_bets, &role.strategy.future_proofing, &role.strategy.hidden_value];
    let mut text: Vec<&str> = vec![&role.lead, &role.day, &role.places, &role.skills_lead];
    text.extend(role.tasks.iter().map(String::as_str));
    for group in &role.groups {
        text.extend([group.name.as_str(), &group.lead, &group.commentary]);
    }
    for insight in &role.insights {
        text.extend([insight.title.as_str(), &insight.takeaway]);
    }
    for advice in advice {
        text.extend(advice.points.iter().map(String::as_str));
        text.push(&advice.takeaway);
    }
    let rest = rest_of(&role).join("\n");
    let asks = role.skills().iter().map(|slug| spoken(slug)).collect::<Vec<_>>().join("\n");
    Document {
        kind: Role::KIND,
        path: format!("/roles/{}", entry.slug),
        text: text.join("\n"),
        name: role.name,
        other_names: role.other_names,
        sentence: role.sentence,
        family: role.family,
        // The figures themselves belong to other entries.
        shows: if role.figures.is_empty() { "" } else { "Outlook and pay" },
        tiers: Vec::new(),
        asks,
        rest,
    }
}

/// A slug as its skill would be typed: the signs of “C#”, “C++” and “Node.js” are written out in it.
fn spoken(slug: &str) -> String {
    slug.replace("-plus-plus", "++").replace("-sharp", "#").replace("-js", ".js").replace('-', " ")
}

/// What else a role says.
fn rest_of(role: &Role) -> Vec<&str> {
    let (great, getting_in) = (&role.good_and_great, &role.getting_in);
    let lists = [&role.not_for_you_if, &great.technical, &great.career, &getting_in.routes];
    let mut rest: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
    rest.extend([role.skills_lead.as_str(), &great.takeaway, &getting_in.first_step]);
    rest.extend(role.demand.iter().map(|demand| demand.universe.as_str()));
    rest.extend(getting_in.proof.iter().map(|proof| proof.show.as_str()));
    rest.extend(role.insights.iter().flat_map(|insight| &insight.points).map(String::as_str));
    rest.extend(role.one_of.iter().map(|choice| choice.name.as_str()));
    rest.extend(role.pivots.iter().flat_map(|pivot| [pivot.name.as_str(), &pivot.add]));
    rest.extend(role.complementary.iter().flat_map(|other| [other.name.as_str(), &other.together]));
    for group in &role.groups {
        rest.extend(group.statements.iter().map(String::as_str));
        rest.extend(group.skills.iter().filter_map(|skill| skill.note.as_deref()));
        rest.extend(
            group.sets.iter().flat_map(|set| [Some(set.name.as_str()), set.note.as_deref()]).flatten(),
        );
    }
    rest
}

fn skills(conn: &mut Conn, entries: Vec<Entry<Skill>>) -> Result<Vec<Document>> {
    let slugs: Vec<&String> = entries.iter().map(|entry| &entry.slug).collect();
    let rows: Vec<(String, String)> = role_skills::table
        .filter(role_skills::skill.eq_any(slugs))
        .select((role_skills::skill, role_skills::tier))
        .distinct()
        .load(conn)?;
    let mut tiers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (skill, tier) in rows {
        tiers.entry(skill).or_default().push(tier);
    }
    let document = |entry: Entry<Skill>| Document {
        kind: Skill::KIND,
        path: format!("/skills/{}", entry.slug),
        name: entry.content.name,
        other_names: entry.content.other_names,
        sentence: entry.content.sentence,
        text: entry.content.about,
        tiers: tiers.remove(&entry.slug).unwrap_or_default(),
        ..Document::default()
    };
    Ok(entries.into_iter().map(document).collect())
}

fn article(entry: Entry<Article>) -> Document {
    Document {
        kind: Article::KIND,
        path: format!("/articles/{}", entry.slug),
        name: entry.content.name,
        sentence: entry.content.sentence,
        text: plain_markdown(&entry.content.text),
        ..Document::default()
    }
}

/// The method stands on the page of sources, the others on pages of their own.
fn text(entry: Entry<Text>) -> Document {
    let path = if entry.slug == "method" { "/sources#method".into() } else { format!("/{}", entry.slug) };
    Document {
        kind: Text::KIND,
        path,
        name: entry.content.name,
        sentence: entry.content.sentence,
        text: plain_markdown(&entry.content.text),
        ..Document::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Shape, each_text, fields};

    /// A field that is added to a role has to come into its document, or editors do not find what stands in it.
    #[test]
    fn everything_that_a_role_says_is_in_its_document() {
        let file = "content/roles/web-application-backend-development.toml";
        let text = std::fs::read_to_string(file).unwrap();
        let content: Role = crate::content::read(file, &text).unwrap();
        let json = serde_json::to_value(&content).unwrap();
        let entry =
            Entry { slug: "backend".into(), revision: 1, published: chrono::DateTime::UNIX_EPOCH, content };
        let document = role(entry);
        let said =
            [document.name, document.other_names.join("\n"), document.sentence, document.text, document.rest];
        let mut missing = Vec::new();
        let prose = fields(Role::SHEET).copied().collect::<Vec<_>>();
        each_text(&prose, &json, "", &mut |path, text| {
            let last = path.rsplit('.').next().unwrap_or_default();
            // Figures and their dates are no words.
            let figure =
                ["all", "entry", "hours", "as_of", "place", "sample", "method", "review_by"].contains(&last);
            if !figure && !said.iter().any(|said| said.contains(text)) {
                missing.push(path.to_owned());
            }
        });
        assert!(prose.iter().any(|field| matches!(field.shape, Shape::Text)));
        assert!(missing.is_empty(), "{missing:?}");
    }
}
