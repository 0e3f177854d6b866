//! Occupations for the tests of the drawings: the shipped ones, and made-up ones.

use super::*;

/// Every occupation that the guide is shipped with.
pub(in crate::figures) fn shipped() -> Vec<Universe> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/content/figures");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let sets: Vec<FigureSet> =
        files.iter().map(|path| toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).collect();
    universes(&sets)
}

/// The pay of a made-up survey.
pub(in crate::figures) fn pay(low: &str, median: &str, high: &str) -> Pay {
    let amount = |text: &str| text.parse().ok();
    Pay {
        as_of: String::new(),
        universe: String::new(),
        place: String::new(),
        source: String::new(),
        source_name: String::new(),
        p10: amount(low),
        median: amount(median),
        mean: None,
        p90: amount(high),
        order: None,
    }
}

/// A made-up forecast of jobs.
pub(in crate::figures) fn forecast(
    (base_year, target_year): (u16, u16),
    (base, end): (f64, f64),
) -> Forecast {
    let figure = |statistic: &str, unit: &str, value: f64| -> Option<Figure> {
        let figure = serde_json::json!({
            "id": statistic, "kind": "outlook", "statistic": statistic, "population": "overall",
            "value": value.to_string(), "unit": unit, "source": "bls", "as_of": "2024",
            "sample": "not stated", "method": "not stated", "review_by": "2027-06-30",
        });
        Some(serde_json::from_value(figure).unwrap())
    };
    let change = if base > 0.0 { ((end / base - 1.0) * 1000.0).round() / 10.0 } else { 0.0 };
    Forecast {
        base_year,
        target_year,
        universe: String::new(),
        place: String::new(),
        source: String::new(),
        base: figure("count", "jobs", base),
        projected: figure("projected", "jobs", end),
        change: figure("change", "percent", change),
        openings: None,
    }
}
