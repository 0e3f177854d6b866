//! Letters with made-up contents: for whoever works on how they look, made by the same code as those that are sent.

use super::choose::Why;
use super::issue::NewIssue;
use super::item::Item;
use super::letter::{Correction, Digest};
use super::planner::Planner;
use super::readers::{Course, Stands, Step};
use super::story::Story;
use super::worded::Line;
use crate::content::{Moved, Remark, Significance};
use crate::db::Conn;
use crate::error::Result;
use crate::follows::{Frequency, List, Rhythm, Subject, Subscription};
use crate::mail::Class;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// Posts one of each kind to `to`. For a rehearsal: nobody has these subscriptions.
///
/// # Errors
/// As `PostOffice::post`.
pub fn post_samples(conn: &mut Conn, planner: &Planner, to: &str, now: DateTime<Utc>) -> Result<()> {
    let site = planner.office.url("");
    let (role, pay, outlook, skill, new) = (role(), pay(), outlook(), merged(), article());
    let courses = [course()];
    let resting: Vec<&Course> = courses.iter().collect();
    let of = |story: &Arc<Story>, why: Why, list: List| Item::of(story, &why, list, &resting);
    let shown = || {
        Why::Of("web-application-backend-development".into(), "Web application backend development".into())
    };
    let week = Some("14 to 20 November 2026".to_owned());
    let at = |list: List, frequency: Frequency| Rhythm { frequency, ..Rhythm::first(list) };
    let all = [
        (
            List::Plans,
            Frequency::Weekly,
            week.clone(),
            vec![
                of(&role, Why::Itself, List::Plans),
                of(&pay, shown(), List::Plans),
                of(&outlook, shown(), List::Plans),
                of(&skill, Why::Itself, List::Plans),
            ],
        ),
        (List::Plans, Frequency::AtOnce, None, vec![of(&role, Why::Itself, List::Plans)]),
        (
            List::Follows,
            Frequency::Weekly,
            week.clone(),
            vec![
                of(&role, Why::Itself, List::Follows),
                of(&outlook, shown(), List::Follows),
                of(&skill, Why::Itself, List::Follows),
            ],
        ),
        (List::Follows, Frequency::AtOnce, None, vec![of(&pay, shown(), List::Follows)]),
        (
            List::Follows,
            Frequency::Daily,
            Some("20 November 2026".into()),
            vec![of(&role, Why::Skills(vec!["docker".into()]), List::Follows)],
        ),
        (
            List::Guide,
            Frequency::Monthly,
            Some("3 November to 2 December 2026".into()),
            vec![
                of(&role, Why::Guide, List::Guide),
                of(&new, Why::Guide, List::Guide),
                of(&skill, Why::Guide, List::Guide),
            ],
        ),
    ];
    for (list, frequency, span, items) in all {
        let digest = Digest {
            list,
            rhythm: at(list, frequency),
            span,
            items: items.into_iter().flatten().collect(),
            courses: if list == List::Plans { &courses } else { &[] },
            small: 1,
            site: &site,
        };
        post(conn, planner, (list, frequency), digest.letter(), to, now)?;
    }
    let wrong = vec!["Median pay: $84,960 (May 2023) → $99,930 (May 2024).".to_owned()];
    let correction = Correction { items: vec![(wrong, "16 November 2026".into(), pay)], site: &site };
    post(conn, planner, (List::Plans, Frequency::Weekly), correction.letter(), to, now)
}

fn post(
    conn: &mut Conn,
    planner: &Planner,
    (list, frequency): (List, Frequency),
    letter: Option<crate::mail::Letter>,
    to: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(letter) = letter else { return Ok(()) };
    let subscription = Subscription {
        id: Uuid::now_v7().to_string(),
        person: Uuid::now_v7().to_string(),
        list,
        rhythm: Rhythm { frequency, ..Rhythm::first(list) },
        paused_until: None,
        last_seq: 0,
        next_due: None,
        version: 1,
    };
    let id = Uuid::now_v7().to_string();
    let class = if frequency == Frequency::AtOnce { Class::Notice } else { Class::Digest };
    let issue = NewIssue { id: &id, subscription: &subscription, period: "S:0", to: 0, thread: None, now };
    issue.post(conn, planner, (to, class), &letter, now + TimeDelta::days(1))
}

fn moved(what: &str, before: &str, after: &str, numbers: Option<(f64, f64)>) -> Moved {
    Moved { what: what.into(), before: before.into(), after: after.into(), numbers }
}

fn story(kind: &str, slug: &str, name: &str, remarks: Vec<Remark>) -> Story {
    let subject = Subject { kind: kind.into(), slug: slug.into() };
    let page = Some(subject.path()).filter(|path| path != "/changes");
    Story {
        subject,
        name: name.into(),
        page,
        significance: Significance::Major,
        first: false,
        gone: false,
        lines: remarks.into_iter().map(Line::found).collect(),
        beside: Vec::new(),
    }
}

fn role() -> Arc<Story> {
    let remarks = vec![
        Remark::new(Significance::Major, "“Containers” moved from Complementary to Foundation.")
            .about(["docker".to_owned(), "kubernetes".to_owned()])
            .moving(moved("Containers", "Complementary", "Foundation", None)),
        Remark::new(Significance::Major, "Java, all postings: about 45 % → about 60 %.")
            .about(["java".to_owned()])
            .moving(moved("Java, all postings", "about 45 %", "about 60 %", Some((45.0, 60.0)))),
        Remark::new(Significance::Notable, "GraphQL was added to “API design”.")
            .about(["graphql".to_owned()]),
        Remark::new(Significance::Notable, "Perl, all postings: 3 % → 2 %.").weighing(10.0),
    ];
    Arc::new(story(
        "role",
        "web-application-backend-development",
        "Web application backend development",
        remarks,
    ))
}

fn pay() -> Arc<Story> {
    let remarks = vec![
        Remark::new(Significance::Major, "Median pay: $84,960 (May 2023) → $90,930 (May 2024).").moving(
            moved("Median pay", "$84,960 (May 2023)", "$90,930 (May 2024)", Some((84960.0, 90930.0))),
        ),
    ];
    Arc::new(story("figures", "web-developers-pay", "Pay of web developers", remarks))
}

fn outlook() -> Arc<Story> {
    let remarks = vec![
        Remark::new(Significance::Major, "Outlook: +30.3 % (2021–31) → +7.5 % (2024–34).").moving(moved(
            "Outlook",
            "+30.3 % (2021–31)",
            "+7.5 % (2024–34)",
            Some((30.3, 7.5)),
        )),
        Remark::new(Significance::Major, "Openings a year: 21,800 (2021–31) → 14,500 (2024–34).").moving(
            moved("Openings a year", "21,800 (2021–31)", "14,500 (2024–34)", Some((21800.0, 14500.0))),
        ),
    ];
    Arc::new(story("figures", "web-developers-outlook", "Jobs and outlook for web developers", remarks))
}

fn merged() -> Arc<Story> {
    let words = "“SOAP services” was merged into “API design”: what it said stands there now.";
    let told =
        story("skill", "soap-services", "SOAP services", vec![Remark::new(Significance::Major, words)]);
    Arc::new(Story { gone: true, page: Some("/skills/api-design".into()), ..told })
}

fn article() -> Arc<Story> {
    let words = Remark::new(Significance::Notable, "First published.");
    Arc::new(Story { first: true, ..story("article", "showing-proof", "Showing proof", vec![words]) })
}

fn course() -> Course {
    let step = |slug: &str, name: &str, stands| Step { skill: Some(slug.into()), name: name.into(), stands };
    Course {
        id: "0199a0b0-7d10-7000-8000-000000000001".into(),
        name: "Out of support, into backend work".into(),
        role: "web-application-backend-development".into(),
        steps: vec![
            step("git", "Git", Stands::Known),
            step("java", "Java", Stands::Learning),
            step("docker", "Docker", Stands::Open),
            step("soap-services", "SOAP services", Stands::Open),
        ],
    }
}
