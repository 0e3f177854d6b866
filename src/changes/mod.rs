//! Changes: what was published, on a page and as feeds.

mod feed;
mod log;
mod pages;

pub use log::{OfKind, Together, Told};

use crate::articles::Article;
use crate::content::Content;
use crate::editing::Change;
use crate::roles::Role;
use crate::skills::Skill;

/// What visitors and feed readers read.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
    feed::routes(config);
}

/// The kinds of entries whose changes are told: those that have a page of their own.
pub const TOLD: [&str; 3] = [Role::KIND, Article::KIND, Skill::KIND];

/// The page of the entry that a change is about.
pub fn address(change: &Change) -> String {
    let folder =
        [(Role::KIND, Role::ADDRESS), (Skill::KIND, Skill::ADDRESS), (Article::KIND, Article::ADDRESS)]
            .into_iter()
            .find(|(kind, _)| *kind == change.kind)
            .and_then(|(_, address)| address);
    folder.map_or("/".into(), |folder| format!("{folder}{}", change.slug))
}

/// What the entry that a change is about is, at the beginning of a sentence.
pub fn kind(change: &Change) -> &'static str {
    match change.kind.as_str() {
        Role::KIND => "Role",
        Article::KIND => "Article",
        _ => "Skill",
    }
}
