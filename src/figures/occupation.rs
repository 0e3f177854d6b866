//! Pay and forecasts of an occupation, arranged for a page from its figure sets.

use super::bars::{Bar, bars};
use super::chart::Chart;
use super::pay_strip::PayStrip;
use super::{Comparator, Figure, FigureKind, FigureSet, Quantity, Statistic, Unit};
use crate::content::Content;
use crate::db::Conn;
use crate::editing::{Entry, names};
use crate::error::Result;
use crate::sources::Source;
use std::collections::BTreeMap;

/// What is known of the occupations that a role or an article is about.
pub struct Occupation {
    pub sets: Vec<FigureSet>,
    /// Each universe by itself, in the order in which the sets name them: numbers of one never stand among another's.
    pub universes: Vec<Universe>,
}

/// What is known of one universe in one place.
pub struct Universe {
    /// Universe and place, such as "web developers, United States".
    pub about: String,
    pub pay: Vec<Pay>,
    pub forecasts: Vec<Forecast>,
    /// What to beware of.
    pub notes: Vec<String>,
}

impl Occupation {
    /// Reads the figure sets that the entry of kind `From` with this slug names, in the order of `sets`.
    pub fn read<From: Content>(conn: &mut Conn, slug: &str, sets: &[String]) -> Result<Self> {
        let found = Entry::<FigureSet>::named_by::<From>(conn, slug)?;
        let mut occupation = Occupation::of(sets, &found);
        let surveys = || occupation.universes.iter().flat_map(|universe| &universe.pay);
        let sources = names::<Source>(conn, surveys().map(|p| &p.source))?;
        for survey in occupation.universes.iter_mut().flat_map(|universe| &mut universe.pay) {
            survey.source_name = sources.get(&survey.source).cloned().unwrap_or_default();
        }
        Ok(occupation)
    }

    /// From figure sets that were read before, without the names of their sources.
    pub fn of(slugs: &[String], found: &BTreeMap<String, Entry<FigureSet>>) -> Self {
        let sets: Vec<FigureSet> =
            slugs.iter().filter_map(|slug| Some(found.get(slug)?.content.clone())).collect();
        Occupation { universes: universes(&sets), sets }
    }

    pub fn is_empty(&self) -> bool {
        self.universes.iter().all(|universe| universe.pay.is_empty() && universe.forecasts.is_empty())
    }

    /// The latest survey with a median, of the first universe that has one.
    pub fn pay_now(&self) -> Option<&Pay> {
        self.universes.iter().find_map(|universe| universe.pay.iter().rev().find(|pay| pay.median.is_some()))
    }

    /// The universe whose forecasts stand for the role: the first that has some.
    fn forecast(&self) -> Option<&Universe> {
        self.universes.iter().find(|universe| !universe.forecasts.is_empty())
    }

    /// The latest forecast.
    pub fn forecast_now(&self) -> Option<&Forecast> {
        self.forecast()?.forecast_now()
    }

    /// The forecast before the latest.
    pub fn forecast_before(&self) -> Option<&Forecast> {
        self.forecast()?.forecast_before()
    }

    pub fn bars(&self) -> Vec<Bar> {
        self.forecast().map_or(Vec::new(), |universe| bars(&universe.forecasts))
    }
}

impl Universe {
    /// Some survey gives a mean.
    pub fn has_mean(&self) -> bool {
        self.pay.iter().any(|pay| pay.mean.is_some())
    }

    fn forecast_now(&self) -> Option<&Forecast> {
        self.forecasts.last()
    }

    fn forecast_before(&self) -> Option<&Forecast> {
        self.forecasts.iter().rev().nth(1)
    }

    /// The drawing for wide and for narrow screens; none if no forecast is whole.
    pub fn charts(&self) -> Vec<Chart> {
        [Chart::wide(&self.forecasts), Chart::narrow(&self.forecasts)].into_iter().flatten().collect()
    }

    /// What the forecasts say, in one line.
    pub fn finding(&self) -> String {
        let years = |f: &Forecast| format!("{} for {}", Forecast::words(&f.change), f.years());
        match (self.forecast_now(), self.forecast_before()) {
            (Some(now), Some(before)) => {
                format!("The latest forecast says {}; the one before said {}", years(now), years(before))
            }
            (Some(now), None) => format!("The forecast says {}", years(now)),
            _ => String::new(),
        }
    }
}

/// Pay of one survey.
#[derive(Clone, Debug)]
pub struct Pay {
    /// Such as "May 2024".
    pub as_of: String,
    pub universe: String,
    pub place: String,
    /// Slug of its source.
    pub source: String,
    pub source_name: String,
    pub p10: Option<Quantity>,
    pub median: Option<Quantity>,
    pub mean: Option<Quantity>,
    pub p90: Option<Quantity>,
    order: Option<chrono::NaiveDate>,
}

/// One forecast: from a base year to a target year.
#[derive(Clone, Debug)]
pub struct Forecast {
    pub base_year: u16,
    pub target_year: u16,
    pub universe: String,
    pub place: String,
    /// Slug of its source.
    pub source: String,
    pub base: Option<Figure>,
    pub projected: Option<Figure>,
    pub change: Option<Figure>,
    pub openings: Option<Figure>,
}

/// Each universe with what the sets say of it.
fn universes(sets: &[FigureSet]) -> Vec<Universe> {
    let mut by_universe: Vec<(String, Vec<&FigureSet>)> = Vec::new();
    for set in sets {
        let about = format!("{}, {}", set.universe, set.place);
        match by_universe.iter_mut().find(|(known, _)| *known == about) {
            Some((_, sets)) => sets.push(set),
            None => by_universe.push((about, vec![set])),
        }
    }
    let universe = |(about, sets): (String, Vec<&FigureSet>)| Universe {
        about,
        pay: pay(&sets),
        forecasts: forecasts(&sets),
        notes: sets.iter().filter_map(|set| set.note.clone()).collect(),
    };
    by_universe.into_iter().map(universe).collect()
}

/// The pay of every survey, the earliest first.
fn pay(sets: &[&FigureSet]) -> Vec<Pay> {
    let mut surveys: Vec<Pay> = Vec::new();
    for set in sets {
        for figure in set.figures.iter().filter(|f| f.kind == FigureKind::Pay) {
            let order = figure.as_of.known().map(|date| date.first_day());
            let known = |p: &&mut Pay| p.source == figure.source && p.order == order;
            let survey = match surveys.iter_mut().find(known) {
                Some(survey) => survey,
                None => {
                    surveys.push(Pay {
                        as_of: figure.as_of.known().map_or("date not stated".into(), |date| date.words()),
                        universe: set.universe.clone(),
                        place: set.place.to_string(),
                        source: figure.source.clone(),
                        source_name: String::new(),
                        p10: None,
                        median: None,
                        mean: None,
                        p90: None,
                        order,
                    });
                    let last = surveys.len() - 1;
                    &mut surveys[last]
                }
            };
            let value = Some(figure.value);
            match figure.statistic {
                Statistic::P10 => survey.p10 = value,
                Statistic::Median => survey.median = value,
                Statistic::Mean => survey.mean = value,
                Statistic::P90 => survey.p90 = value,
                _ => {}
            }
        }
    }
    surveys.sort_by_key(|survey| survey.order);
    surveys
}

/// Every forecast, the earliest first.
fn forecasts(sets: &[&FigureSet]) -> Vec<Forecast> {
    let mut forecasts: Vec<Forecast> = Vec::new();
    for set in sets {
        for figure in &set.figures {
            let (Some(base_year), Some(target_year)) = (figure.base_year, figure.target_year) else {
                continue;
            };
            let source = &figure.source;
            let known =
                |f: &Forecast| (f.base_year, f.target_year, &f.source) == (base_year, target_year, source);
            if forecasts.iter().any(known) {
                continue;
            }
            let of = |kind, statistic| {
                let years = (Some(base_year), Some(target_year));
                let same = |f: &Figure| (f.base_year, f.target_year) == years && f.source == *source;
                set.find(kind, statistic, same).cloned()
            };
            let counted =
                |f: &Figure| f.as_of.known().is_some_and(|date| date.year() == i32::from(base_year));
            forecasts.push(Forecast {
                base_year,
                target_year,
                universe: set.universe.clone(),
                place: set.place.to_string(),
                source: figure.source.clone(),
                base: set.find(FigureKind::Employment, Statistic::Count, counted).cloned(),
                projected: of(FigureKind::Outlook, Statistic::Projected),
                change: of(FigureKind::Outlook, Statistic::Change),
                openings: of(FigureKind::Openings, Statistic::YearlyMean),
            });
        }
    }
    forecasts.sort_by_key(|f| (f.base_year, f.target_year));
    forecasts
}

impl Pay {
    /// Who earns it where, and who says so.
    pub fn about(&self) -> String {
        format!("{}, {}", capital(&self.universe), self.place)
    }

    /// Dollars as they stand on a page; "over" where the survey only says that it is above its top code.
    pub fn dollars(amount: &Option<Quantity>) -> String {
        amount.map_or("not stated".into(), |q| q.words(|v| Unit::UsdAYear.word(v)))
    }

    /// The amount as a number, where the source states one.
    pub fn stated(amount: &Option<Quantity>) -> Option<f64> {
        amount.filter(|q| matches!(q.comparator, Comparator::Equal(_))).map(|q| q.value())
    }

    /// The drawing; none if low, median or high is missing.
    pub fn strip(&self) -> Option<PayStrip> {
        PayStrip::of(self)
    }
}

impl Forecast {
    /// Who is counted where.
    pub fn about(&self) -> String {
        format!("{}, {}", capital(&self.universe), self.place)
    }

    /// Such as "2014–24".
    pub fn years(&self) -> String {
        format!("{}–{:02}", self.base_year, self.target_year % 100)
    }

    /// A figure in words, or that there is none.
    pub fn words(figure: &Option<Figure>) -> String {
        figure.as_ref().map_or("not stated".into(), Figure::words)
    }

    /// The change in per cent, for drawing.
    pub fn change_value(&self) -> f64 {
        self.change.as_ref().map_or(0.0, |f| f.value.value())
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
pub(super) mod examples;
