//! Figures: numbers with their source and date, and how they are worded.

mod bars;
mod chart;
mod chart_labels;
mod cited;
mod demand_line;
mod describe;
mod figure;
mod labels;
mod occupation;
mod pay_strip;
mod quantity;
mod row;
mod sheet;
mod unit;

pub use cited::{Cited, cited};
pub use demand_line::{DemandLine, DemandRow, Gap, Mark};
pub use figure::{Figure, FigureKind, FigureSet, Population, Provenance, Statistic, moved};
pub use occupation::{Forecast, Occupation, Pay};
pub use quantity::{Comparator, Quantity, Share};
pub use row::{Row, unindex, used_by_source, write};
pub use unit::{Unit, thousands};
