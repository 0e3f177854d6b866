//! How editors edit a role.

use super::Hours;
use crate::content::{Date, Field, Rows, Section, Shape, Typed};
use crate::figures::Share;
use crate::tiers::TierName;

const SHARE: Shape = Shape::Typed(Typed::of::<Share>("0 %"));
const POINTS: Field = Field::new("points", "Points", "One point a line, most important first.", Shape::Lines);
const TAKEAWAY: Field =
    Field::new("takeaway", "Takeaway", "What to do with it, in a sentence or two.", Shape::Text);

pub(super) const SHEET: &[Section] = &[
    Section { id: "role", title: "The role", fields: ROLE },
    Section { id: "figures", title: "Where the figures come from", fields: FIGURES },
    Section { id: "skills", title: "Skills by tier", fields: SKILLS },
    Section { id: "insights", title: "Insights", fields: INSIGHTS },
    Section { id: "strategy", title: "Strategy", fields: STRATEGY },
    Section { id: "great", title: "Good and great", fields: GREAT },
    Section { id: "getting-in", title: "Getting in", fields: GETTING_IN },
    Section { id: "around", title: "Around the role", fields: AROUND },
];

const ROLE: &[Field] = &[
    Field::new("name", "Name", "As people look for it, at most 120 characters.", Shape::Line),
    Field::new("family", "Family", "The family that it is listed under.", Shape::Named("family")),
    Field::new(
        "other_names",
        "Other names",
        "Titles under which the same work is advertised, one a line.",
        Shape::Lines,
    ),
    Field::new("sentence", "In a sentence", "What the role is; it stands under the name.", Shape::Text),
    Field::new("lead", "What one does", "A paragraph.", Shape::Text),
    Field::new("day", "A day in it", "A paragraph.", Shape::Text),
    Field::new("tasks", "Tasks", "One task a line.", Shape::Lines),
    Field::new("places", "Where the work is done", "Kinds of firms, teams, remote or not.", Shape::Text),
    Field::new("not_for_you_if", "Not for you if", "One reason a line.", Shape::Lines),
];

const FIGURES: &[Field] = &[
    Field::new(
        "figures",
        "Figure sets",
        "Pay, jobs and outlook that are about this role: one set a line, by its name.",
        Shape::AllNamed("figures"),
    ),
    Field::new(
        "demand",
        "Demand for skills",
        "Said once for all shares of this role. Leave all of it empty if nothing has been measured.",
        Shape::Part(&[
            Field::new("universe", "What was counted", "Such as: Backend Engineer postings.", Shape::Line),
            Field::new("source", "Source", "", Shape::Named("source")),
            Field::new(
                "as_of",
                "As of",
                "2024, 2024-05 or 2026-11-20, or: not stated.",
                Shape::Typed(Typed::stated::<Date>("not stated")),
            ),
            Field::new(
                "place",
                "Place",
                "Or: not stated.",
                Shape::Typed(Typed::stated::<String>("not stated")),
            ),
            Field::new(
                "sample",
                "Sample size",
                "Or: not stated.",
                Shape::Typed(Typed::stated::<String>("not stated")),
            ),
            Field::new(
                "method",
                "Method",
                "Or: not stated.",
                Shape::Typed(Typed::stated::<String>("not stated")),
            ),
            Field::new(
                "review_by",
                "Review by",
                "When we look at it again, such as 2027-05-20.",
                Shape::Typed(Typed::of::<Date>("2027-05-20")),
            ),
        ]),
    )
    .optional(),
];

const SKILLS: &[Field] = &[
    Field::new("skills_lead", "Lead-in", "What the role stands on, in two or three sentences.", Shape::Text),
    Field::new(
        "groups",
        "Groups of skills",
        "",
        Shape::Rows(Rows { identity: "id", one: "group", pages: true, fields: GROUP }),
    ),
    Field::new(
        "one_of",
        "One of",
        "A choice between skills of the role: any of them counts.",
        Shape::Rows(Rows {
            identity: "id",
            one: "choice",
            pages: false,
            fields: &[
                Field::new("name", "Name", "Such as: Java or Python.", Shape::Line),
                Field::new("skills", "Skills", "One skill a line.", Shape::AllNamed("skill")),
            ],
        }),
    ),
];

pub(super) const GROUP: &[Field] = &[
    Field::new("name", "Name of the group", "", Shape::Line),
    Field::new("tier", "Tier for this role", "", Shape::Choice(TierName::CHOICES)),
    Field::new("lead", "What the group is", "A sentence.", Shape::Text),
    Field::new(
        "commentary",
        "Commentary",
        "Why it stands in this tier, what its figures say and what they do not.",
        Shape::Text,
    ),
    Field::new(
        "statements",
        "Said without a number",
        "What the source says of the group without giving a number, one sentence a line.",
        Shape::Lines,
    ),
    Field::new(
        "hours",
        "Hours to learn it",
        "The editors’ estimate of study and practice until one can do this work, from little or nothing: at least and \
         at most, such as 80–160. Leave it empty if nobody can say.",
        Shape::Typed(Typed::of::<Hours>("80–160")),
    )
    .optional(),
    Field::new(
        "skills",
        "Skills",
        "Shares are those of postings that name the skill, such as: about 45 %, under 10 %, 10–15 %.",
        Shape::Rows(Rows {
            identity: "skill",
            one: "skill",
            pages: false,
            fields: &[
                Field::new("skill", "Skill", "", Shape::Named("skill")),
                Field::new("all", "All postings", "", SHARE).optional(),
                Field::new("entry", "Entry level", "", SHARE).optional(),
                Field::new("note", "Said of it", "", Shape::Line).optional(),
            ],
        }),
    ),
    Field::new(
        "sets",
        "Figures on several skills together",
        "How many postings name any of them. Without skills it stands for the whole group.",
        Shape::Rows(Rows {
            identity: "id",
            one: "set",
            pages: false,
            fields: &[
                Field::new("name", "Name", "Such as: Any of these.", Shape::Line),
                Field::new("skills", "Skills", "One skill a line.", Shape::AllNamed("skill")),
                Field::new("all", "All postings", "", SHARE).optional(),
                Field::new("entry", "Entry level", "", SHARE).optional(),
                Field::new("note", "Said of it", "", Shape::Line).optional(),
            ],
        }),
    ),
];

const INSIGHTS: &[Field] = &[Field::new(
    "insights",
    "Insights",
    "",
    Shape::Rows(Rows {
        identity: "id",
        one: "insight",
        pages: false,
        fields: &[Field::new("title", "Title", "", Shape::Line), POINTS, TAKEAWAY],
    }),
)];

const ADVICE: Shape = Shape::Part(&[POINTS, TAKEAWAY]);

const STRATEGY: &[Field] = &[Field::new(
    "strategy",
    "Strategy",
    "",
    Shape::Part(&[
        Field::new("horizon_years", "Years ahead", "At least and at most.", Shape::Span),
        Field::new("safe_bets", "Safe bets", "", ADVICE),
        Field::new("future_proofing", "Future-proofing", "", ADVICE),
        Field::new("hidden_value", "Hidden value", "", ADVICE),
    ]),
)];

const GREAT: &[Field] = &[Field::new(
    "good_and_great",
    "What separates good from great",
    "",
    Shape::Part(&[
        Field::new("technical", "In the work itself", "One point a line.", Shape::Lines),
        Field::new("career", "In the career", "One point a line.", Shape::Lines),
        TAKEAWAY,
    ]),
)];

const GETTING_IN: &[Field] = &[Field::new(
    "getting_in",
    "Getting in",
    "",
    Shape::Part(&[
        Field::new("routes", "Ways in", "One way a line.", Shape::Lines),
        Field::new(
            "proof",
            "Proof",
            "What shows that a tier is mastered.",
            Shape::Rows(Rows {
                identity: "tier",
                one: "proof",
                pages: false,
                fields: &[
                    Field::new("tier", "Tier", "", Shape::Choice(TierName::CHOICES)),
                    Field::new("show", "Something to make and show", "", Shape::Text),
                ],
            }),
        ),
        Field::new("first_step", "First step", "Something to do this week.", Shape::Text),
    ]),
)];

const OTHER_ROLE: Field =
    Field::new("role", "Role", "Its name; it becomes a link once it has a page.", Shape::Named("role"));
const OTHER_NAME: Field = Field::new("name", "Name until it has a page", "", Shape::Line);

const AROUND: &[Field] = &[
    Field::new(
        "complementary",
        "Complementary roles",
        "",
        Shape::Rows(Rows {
            identity: "role",
            one: "complementary role",
            pages: false,
            fields: &[
                OTHER_ROLE,
                OTHER_NAME,
                Field::new("together", "Together", "What both make possible.", Shape::Text),
            ],
        }),
    ),
    Field::new(
        "pivots",
        "Pivots",
        "",
        Shape::Rows(Rows {
            identity: "role",
            one: "pivot",
            pages: false,
            fields: &[
                OTHER_ROLE,
                OTHER_NAME,
                Field::new("add", "To add", "What has to be added, and what carries over.", Shape::Text),
            ],
        }),
    ),
];
