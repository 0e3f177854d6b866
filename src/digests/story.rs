//! What became of an entry between two of its revisions: the same for everybody who is told of it.

use super::change::Change;
use super::worded::{Line, Names, Step, is_reworded, of_one, of_several};
use crate::content::{Kind, Remark, Significance};
use crate::db::Conn;
use crate::editing::{Revision, Withdrawn, compare, names};
use crate::error::{Error, Result};
use crate::follows::Subject;
use crate::skills::Skill;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Story {
    pub subject: Subject,
    /// As it is called now.
    pub name: String,
    /// The path of its page, or of what took its place.
    pub page: Option<String>,
    /// The most that any of the changes was said to matter.
    pub significance: Significance,
    /// It was not there before.
    pub first: bool,
    /// It left the guide.
    pub gone: bool,
    /// What is told; what an editor put into words of their own stands first.
    pub lines: Vec<Line>,
    /// What else was found to have changed, and is not told in other words: for those only whose plan it touches.
    pub beside: Vec<Remark>,
}

/// What makes it this story: kind, slug, the revision before and the one after.
pub type Key = (String, String, i64, i64);

pub fn key(run: &[&Change]) -> Option<Key> {
    let (first, last) = (run.first()?, run.last()?);
    Some((first.kind.clone(), first.slug.clone(), first.revision - 1, last.revision))
}

impl Story {
    /// Of some changes of one entry that follow each other. Nothing if they took each other back.
    pub fn of(conn: &mut Conn, kinds: &[Kind], run: &[&Change]) -> Result<Option<Story>> {
        let Some((kind_name, slug, from, to)) = key(run) else { return Ok(None) };
        let Some(kind) = kinds.iter().find(|kind| kind.name == kind_name) else { return Ok(None) };
        let before = if from > 0 { content(conn, &kind_name, &slug, from)? } else { None };
        let after = content(conn, &kind_name, &slug, to)?;
        Story::between(conn, kind, &slug, (before.as_deref(), after.as_deref()), run)
    }

    /// The same from the contents themselves, such as of a draft.
    pub fn between(
        conn: &mut Conn,
        kind: &Kind,
        slug: &str,
        (before, after): (Option<&str>, Option<&str>),
        run: &[&Change],
    ) -> Result<Option<Story>> {
        let Some(last) = run.last() else { return Ok(None) };
        let left = match Withdrawn::find(conn, kind.name, slug)? {
            Some(left) if left.at == last.published => Some(left),
            _ => None,
        };
        let typed = match (before, after) {
            (Some(before), Some(after)) if before != after => kind.describe(conn, before, after)?,
            _ => Vec::new(),
        };
        if left.is_none() && run.len() > 1 && before.is_some() && before == after {
            return Ok(None);
        }
        let (lines, beside) = match run {
            [only] => {
                let names = if is_reworded(only, &typed) { skills(conn, &typed)? } else { Names::new() };
                of_one(only, typed, &names)
            }
            // Whatever became of something new, or of what left, is that it is there, or not any more.
            [.., last] if left.is_some() => (lines(&[last]), Vec::new()),
            [first, ..] if before.is_none() => (lines(&[first]), Vec::new()),
            _ => match (before, after) {
                (Some(before), Some(after)) if !typed.is_empty() => {
                    let steps = steps(conn, kind, slug, run)?;
                    let reworded = steps.iter().any(|step| is_reworded(step.change, &step.typed));
                    let found = steps.iter().flat_map(|step| &step.typed).chain(&typed);
                    let names = if reworded { skills(conn, found)? } else { Names::new() };
                    let differences = compare(&serde_json::from_str(before)?, &serde_json::from_str(after)?);
                    of_several(&steps, (typed, &differences), &names)
                }
                _ => (lines(run), Vec::new()),
            },
        };
        let page = match left.as_ref().map(|left| left.heirs.as_slice()) {
            Some([heir]) => kind.page(heir),
            Some(_) => None,
            None => kind.page(slug),
        };
        Ok(Some(Story {
            subject: Subject { kind: kind.name.to_owned(), slug: slug.to_owned() },
            name: last.name.clone(),
            page,
            significance: run.iter().map(|change| change.significance).max().unwrap_or(Significance::Minor),
            first: before.is_none(),
            gone: left.is_some(),
            lines,
            beside,
        }))
    }

    /// Everything that is known to have changed.
    pub fn all(&self) -> impl Iterator<Item = &Remark> {
        self.lines.iter().flat_map(|line| line.exact.iter().chain([&line.remark])).chain(&self.beside)
    }
}

fn content(conn: &mut Conn, kind: &str, slug: &str, number: i64) -> Result<Option<String>> {
    match Revision::content(conn, kind, slug, number) {
        Ok(content) => Ok(Some(content.to_string())),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What was found by comparing each of some publications with the one before.
fn steps<'a>(conn: &mut Conn, kind: &Kind, slug: &str, run: &[&'a Change]) -> Result<Vec<Step<'a>>> {
    let mut steps = Vec::new();
    for change in run {
        let mut step = Step { change, typed: Vec::new(), differences: Vec::new() };
        let before = content(conn, kind.name, slug, change.revision - 1)?;
        let after = content(conn, kind.name, slug, change.revision)?;
        if let (Some(before), Some(after)) = (before, after) {
            step.typed = kind.describe(conn, &before, &after)?;
            step.differences = compare(&serde_json::from_str(&before)?, &serde_json::from_str(&after)?);
        }
        steps.push(step);
    }
    Ok(steps)
}

/// What the skills are called that some remarks are about.
fn skills<'a>(conn: &mut Conn, remarks: impl IntoIterator<Item = &'a Remark>) -> Result<Names> {
    names::<Skill>(conn, remarks.into_iter().flat_map(|remark| &remark.skills))
}

/// What was told of several publications of which nothing was found by comparing, each line once.
fn lines(run: &[&Change]) -> Vec<Line> {
    let mut told: Vec<Line> = Vec::new();
    for change in run {
        for words in &change.lines {
            if told.iter().all(|line| line.remark.words != *words) {
                told.push(Line::found(Remark::new(change.significance, words.clone())));
            }
        }
    }
    told
}

/// Stories that were made already: whoever is told of the same gets the same.
#[derive(Default)]
pub struct Stories(HashMap<Key, Option<Arc<Story>>>);

/// More are not kept at a time.
const KEPT: usize = 2_000;

impl Stories {
    pub fn tell(&mut self, conn: &mut Conn, kinds: &[Kind], run: &[&Change]) -> Result<Option<Arc<Story>>> {
        let Some(key) = key(run) else { return Ok(None) };
        if let Some(story) = self.0.get(&key) {
            return Ok(story.clone());
        }
        let story = Story::of(conn, kinds, run)?.map(Arc::new);
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(key, story.clone());
        Ok(story)
    }
}
