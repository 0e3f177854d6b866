//! Figures: numbers about something, each with its source and its date.

use super::row::{self, Row};
use super::{Quantity, Unit};
use crate::content::{Content, Date, Link, Problems, Remark, Section, Significance, Stated};
use crate::db::Conn;
use crate::error::Result;
use crate::sources::Source;
use diesel::QueryResult;
use serde::{Deserialize, Serialize};

/// Where the demand figures of a role come from: said once for all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What was counted, such as "Backend Engineer postings".
    pub universe: String,
    /// Slug of the source.
    pub source: String,
    /// What the figures are about in time, if the source says so; else the day they were received is the source's.
    pub as_of: Stated<Date>,
    pub place: Stated<String>,
    pub sample: Stated<String>,
    pub method: Stated<String>,
    /// When the editors look at it again.
    pub review_by: Date,
}

/// Figures about one universe (an occupation, a trade), such as its pay or its forecasts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureSet {
    pub name: String,
    /// What was counted, such as "web developers".
    pub universe: String,
    pub place: Stated<String>,
    /// A sentence that stands below the charts and tables: what to beware of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub figures: Vec<Figure>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Stable within the set.
    pub id: String,
    pub kind: FigureKind,
    pub statistic: Statistic,
    pub population: Population,
    pub value: Quantity,
    pub unit: Unit,
    /// Of a forecast: the year it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_year: Option<u16>,
    /// Of a forecast: the year it points at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_year: Option<u16>,
    /// Slug of the source.
    pub source: String,
    pub as_of: Stated<Date>,
    pub sample: Stated<String>,
    pub method: Stated<String>,
    pub review_by: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureKind {
    Demand,
    Pay,
    Employment,
    Outlook,
    Openings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    Share,
    Mean,
    Median,
    P10,
    P25,
    P75,
    P90,
    /// A number counted at a time.
    Count,
    /// What a forecast expects in its target year.
    Projected,
    /// Change from the base year to the target year.
    Change,
    /// A yearly mean over the years of a forecast.
    YearlyMean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    Overall,
    EntryLevel,
}

impl Provenance {
    /// Adds what has to be mended, below the field `at`.
    pub fn check(&self, problems: &mut Problems, at: &str) {
        problems.text(&format!("{at}.universe"), &self.universe);
        problems.text(&format!("{at}.source"), &self.source);
    }
}

impl Figure {
    /// The figure in words with its unit: `$90,930`, `about 15 %`, `+7.5 %` for a change.
    pub fn words(&self) -> String {
        let plus = self.statistic == Statistic::Change && self.value.low() > 0.0;
        format!("{}{}", if plus { "+" } else { "" }, self.value.words(|number| self.unit.word(number)))
    }
}

impl FigureSet {
    /// The figure of this kind and statistic, of one year or one forecast.
    pub fn find(
        &self,
        kind: FigureKind,
        statistic: Statistic,
        matches: impl Fn(&Figure) -> bool,
    ) -> Option<&Figure> {
        self.figures.iter().find(|f| f.kind == kind && f.statistic == statistic && matches(f))
    }
}

impl Content for FigureSet {
    const KIND: &'static str = "figures";
    const FOLDER: &'static str = "figures";
    const SHEET: &'static [Section] = super::sheet::SHEET;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, problems: &mut Problems) {
        problems.text("universe", &self.universe);
        problems.ids("figures", "id", self.figures.iter().map(|f| f.id.as_str()));
        if self.figures.is_empty() {
            problems.add("figures", "holds no figure; add one, or take the file out");
        }
        for (i, figure) in self.figures.iter().enumerate() {
            let at = |field: &str| format!("figures[{i}].{field}");
            problems.text(&at("source"), &figure.source);
            if let (Some(base), Some(target)) = (figure.base_year, figure.target_year)
                && base >= target
            {
                problems.add(
                    at("target_year"),
                    format!("{target} is not after the base year {base}; swap or mend them"),
                );
            }
            let forecast =
                matches!(figure.statistic, Statistic::Projected | Statistic::Change | Statistic::YearlyMean);
            if forecast && (figure.base_year.is_none() || figure.target_year.is_none()) {
                problems.add(at("base_year"), "is missing beside a forecast; add base_year and target_year");
            }
        }
        self.check_percentiles(problems);
    }

    fn links(&self) -> Vec<Link> {
        let source = |(i, f): (usize, &Figure)| Link::to::<Source>(format!("figures[{i}].source"), &f.source);
        self.figures.iter().enumerate().map(source).collect()
    }

    fn index(&self, conn: &mut Conn, slug: &str) -> QueryResult<()> {
        let rows: Vec<Row> = self
            .figures
            .iter()
            .map(|f| Row { source: &f.source, as_of: &f.as_of, review_by: f.review_by })
            .collect();
        row::write(conn, Self::KIND, slug, &rows)
    }

    fn unindex(conn: &mut Conn, slug: &str) -> QueryResult<()> {
        row::unindex(conn, Self::KIND, slug)
    }

    fn describe(_: &mut Conn, before: &Self, after: &Self) -> Result<Vec<Remark>> {
        Ok(super::describe::remarks(before, after))
    }
}

impl FigureSet {
    /// A lower percentile of the same date cannot be above a higher one.
    fn check_percentiles(&self, problems: &mut Problems) {
        let rank = |s: Statistic| match s {
            Statistic::P10 => Some(10),
            Statistic::P25 => Some(25),
            Statistic::Median => Some(50),
            Statistic::P75 => Some(75),
            Statistic::P90 => Some(90),
            _ => None,
        };
        for (i, low) in self.figures.iter().enumerate() {
            for high in &self.figures {
                let same =
                    low.kind == high.kind && low.as_of == high.as_of && low.population == high.population;
                if same
                    && rank(low.statistic).zip(rank(high.statistic)).is_some_and(|(a, b)| a < b)
                    && low.value.low() > high.value.high()
                {
                    problems.add(
                        format!("figures[{i}].value"),
                        format!(
                            "{} is above \"{}\", which is the higher percentile; mend one of them",
                            low.value, high.id
                        ),
                    );
                }
            }
        }
    }
}

/// How much it matters that a figure moved: by 5 % of itself or more it is major.
pub fn moved(before: &Quantity, after: &Quantity) -> Significance {
    let (old, new) = (before.value(), after.value());
    if (new - old).abs() >= old.abs() * 0.05 { Significance::Major } else { Significance::Notable }
}
