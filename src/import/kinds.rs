//! Every kind of content, in the order in which it is read and published.

use crate::articles::Article;
use crate::content::Kind;
use crate::families::Family;
use crate::figures::FigureSet;
use crate::resources::Resource;
use crate::roles::Role;
use crate::skills::Skill;
use crate::sources::Source;
use crate::texts::Text;
use crate::tiers::Tier;

pub const KINDS: [Kind; 9] = [
    Kind::of::<Tier>(),
    Kind::of::<Family>(),
    Kind::of::<Source>(),
    Kind::of::<FigureSet>(),
    Kind::of::<Skill>(),
    Kind::of::<Role>(),
    Kind::of::<Resource>(),
    Kind::of::<Article>(),
    Kind::of::<Text>(),
];
