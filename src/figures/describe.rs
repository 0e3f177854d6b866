//! What changed in a set of figures, in words: a newer figure is told beside the one that it follows.

use super::{Figure, FigureKind, FigureSet, Statistic, Unit, moved};
use crate::content::{Moved, Remark, Significance};

/// What a move by one per cent weighs: of what a set is looked at for, and of what stands beside it.
const CHIEF: f64 = 20.0;
const BESIDE: f64 = 6.0;

pub(super) fn remarks(before: &FigureSet, after: &FigureSet) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    for figure in &after.figures {
        match before.figures.iter().find(|old| old.id == figure.id) {
            Some(old) if old.value != figure.value => remarks.push(told(old, figure)),
            Some(_) => {}
            None => match earlier(before, figure) {
                Some(old) => remarks.push(told(old, figure)),
                None => remarks.push(Remark::new(
                    Significance::Notable,
                    format!("{} is new: {}.", title(figure), dated(figure)),
                )),
            },
        }
    }
    for gone in before.figures.iter().filter(|f| after.figures.iter().all(|a| a.id != f.id)) {
        let words = format!("{} was taken out: {}.", title(gone), dated(gone));
        remarks.push(Remark::new(Significance::Notable, words).weighing(0.0));
    }
    remarks
}

/// The newest figure of the same kind that a new one follows.
fn earlier<'a>(before: &'a FigureSet, new: &Figure) -> Option<&'a Figure> {
    let of =
        |figure: &Figure| figure.base_year.map(i32::from).or(figure.as_of.known().map(|date| date.year()));
    let same = |old: &&Figure| {
        (old.kind, old.statistic, old.population, old.unit)
            == (new.kind, new.statistic, new.population, new.unit)
            && of(old) < of(new)
    };
    before.figures.iter().filter(same).max_by_key(|old| of(old))
}

fn told(old: &Figure, new: &Figure) -> Remark {
    let (from, to) = (old.value.value(), new.value.value());
    // Of what is in per cent, points; of all else, per cent of what it was.
    let size = match new.unit {
        Unit::Percent => (to - from).abs(),
        _ if from == 0.0 => 100.0,
        _ => ((to - from) / from).abs() * 100.0,
    };
    let chief = matches!(new.statistic, Statistic::Median | Statistic::Change | Statistic::Share);
    let same_time = when(old) == when(new);
    let shown = |figure: &Figure| if same_time { figure.words() } else { dated(figure) };
    let what = title(new);
    let words = format!("{what}: {} → {}.", shown(old), shown(new));
    let of = Moved { what, before: shown(old), after: shown(new), numbers: Some((from, to)) };
    Remark::new(moved(&old.value, &new.value), words)
        .weighing(size * if chief { CHIEF } else { BESIDE })
        .moving(of)
}

/// The figure with what it is about in time, such as "$90,930 (May 2024)" or "+7.5 % (2024–34)".
fn dated(figure: &Figure) -> String {
    match when(figure) {
        Some(when) => format!("{} ({when})", figure.words()),
        None => figure.words(),
    }
}

fn when(figure: &Figure) -> Option<String> {
    match (figure.base_year, figure.target_year) {
        (Some(base), Some(target)) => Some(format!("{base}–{:02}", target % 100)),
        _ => figure.as_of.known().map(|date| date.words()),
    }
}

/// What a figure is called in a sentence's place, such as "Median pay".
fn title(figure: &Figure) -> String {
    let entry = match figure.population {
        super::Population::Overall => "",
        super::Population::EntryLevel => ", entry level",
    };
    let name = match (figure.kind, figure.statistic) {
        (FigureKind::Pay, Statistic::P10) => "Pay that nine in ten exceed",
        (FigureKind::Pay, Statistic::P25) => "Pay that three in four exceed",
        (FigureKind::Pay, Statistic::Median) => "Median pay",
        (FigureKind::Pay, Statistic::Mean) => "Mean pay",
        (FigureKind::Pay, Statistic::P75) => "Pay that one in four exceeds",
        (FigureKind::Pay, Statistic::P90) => "Pay that one in ten exceeds",
        (FigureKind::Pay, _) => "Pay",
        (FigureKind::Employment, _) => "Jobs",
        (FigureKind::Outlook, Statistic::Projected) => "Jobs expected",
        (FigureKind::Outlook, _) => "Outlook",
        (FigureKind::Openings, _) => "Openings a year",
        (FigureKind::Demand, _) => "Demand",
    };
    format!("{name}{entry}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(figures: &[(&str, &str, &str, &str)]) -> FigureSet {
        let figures: Vec<serde_json::Value> = figures
            .iter()
            .map(|(id, statistic, value, as_of)| {
                serde_json::json!({
                    "id": id, "kind": "pay", "statistic": statistic, "population": "overall", "value": value,
                    "unit": "usd_a_year", "source": "bls", "as_of": as_of, "sample": "not stated",
                    "method": "not stated", "review_by": "2027-06-30",
                })
            })
            .collect();
        let set = serde_json::json!({
            "name": "Pay", "universe": "web developers", "place": "United States", "figures": figures,
        });
        serde_json::from_value(set).unwrap()
    }

    #[test]
    fn a_newer_figure_is_told_beside_the_one_before() {
        let old = ("median-2023", "median", "84960", "2023-05");
        let before = set(&[old]);
        let after = set(&[old, ("median-2024", "median", "90930", "2024-05")]);

        let remarks = remarks(&before, &after);

        assert_eq!(remarks.len(), 1);
        assert_eq!(remarks[0].words, "Median pay: $84,960 (May 2023) → $90,930 (May 2024).");
        assert_eq!(remarks[0].significance, Significance::Major);
        assert_eq!(remarks[0].moved.as_ref().unwrap().numbers, Some((84960.0, 90930.0)));
    }

    #[test]
    fn a_figure_that_was_wrong_is_told_without_its_date() {
        let before = set(&[("median-2024", "median", "90900", "2024-05")]);
        let after = set(&[("median-2024", "median", "90930", "2024-05")]);

        let remarks = remarks(&before, &after);

        assert_eq!(remarks[0].words, "Median pay: $90,900 → $90,930.");
        assert!(remarks[0].weight < crate::content::WORTH_TELLING, "{}", remarks[0].weight);
    }
}
