//! Figures: numbers with their source and date, and how they are worded.

mod figure;
mod quantity;
mod row;
mod unit;

pub use figure::{Figure, FigureKind, FigureSet, Population, Provenance, Statistic, moved};
pub use quantity::{Comparator, Quantity, Share};
pub use row::{Row, unindex, used_by_source, write};
pub use unit::{Unit, thousands};
