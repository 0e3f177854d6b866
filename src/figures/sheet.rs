//! How editors edit a set of figures.

use super::Quantity;
use crate::content::{Date, Field, Rows, Section, Shape, Typed};

const STATED: Shape = Shape::Typed(Typed::stated::<String>("not stated"));

pub(super) const SHEET: &[Section] = &[Section {
    id: "figures",
    title: "The figures",
    fields: &[
        Field::new("name", "Name", "", Shape::Line),
        Field::new("universe", "What was counted", "Such as: web developers.", Shape::Line),
        Field::new("place", "Place", "Or: not stated.", STATED),
        Field::new("note", "Note", "What to beware of; it stands below charts and tables.", Shape::Text)
            .optional(),
        Field::new(
            "figures",
            "Figures",
            "",
            Shape::Rows(Rows { identity: "id", one: "figure", pages: true, fields: FIGURE }),
        ),
    ],
}];

const FIGURE: &[Field] = &[
    Field::new(
        "kind",
        "Kind",
        "",
        Shape::Choice(&[
            ("demand", "Demand"),
            ("pay", "Pay"),
            ("employment", "Employment"),
            ("outlook", "Outlook"),
            ("openings", "Openings"),
        ]),
    ),
    Field::new(
        "statistic",
        "Statistic",
        "",
        Shape::Choice(&[
            ("share", "Share"),
            ("mean", "Mean"),
            ("median", "Median"),
            ("p10", "10th percentile"),
            ("p25", "25th percentile"),
            ("p75", "75th percentile"),
            ("p90", "90th percentile"),
            ("count", "Number counted"),
            ("projected", "Number expected in the target year"),
            ("change", "Change from base to target year"),
            ("yearly_mean", "Yearly mean over the forecast"),
        ]),
    ),
    Field::new("population", "Of", "", Shape::Choice(&[("overall", "All"), ("entry_level", "Entry level")])),
    Field::new(
        "value",
        "Value",
        "45, about 45, under 10, over 40 or 10–15.",
        Shape::Typed(Typed::of::<Quantity>("0")),
    ),
    Field::new(
        "unit",
        "Unit",
        "",
        Shape::Choice(&[
            ("percent", "Per cent"),
            ("usd_a_year", "US dollars a year"),
            ("jobs", "Jobs"),
            ("openings_a_year", "Openings a year"),
        ]),
    ),
    Field::new("base_year", "Base year", "Of a forecast.", Shape::Number).optional(),
    Field::new("target_year", "Target year", "Of a forecast.", Shape::Number).optional(),
    Field::new("source", "Source", "", Shape::Named("source")),
    Field::new(
        "as_of",
        "As of",
        "2024, 2024-05 or 2026-11-20, or: not stated.",
        Shape::Typed(Typed::stated::<Date>("not stated")),
    ),
    Field::new("sample", "Sample size", "Or: not stated.", STATED),
    Field::new("method", "Method", "Or: not stated.", STATED),
    Field::new(
        "review_by",
        "Review by",
        "When we look at it again, such as 2027-05-20.",
        Shape::Typed(Typed::of::<Date>("2027-05-20")),
    ),
];
