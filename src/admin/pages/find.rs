//! Finding: the first of everything that holds some words, or all of one group.

use super::Workbench;
use crate::accounts::Staff;
use crate::admin::find::{Group, Hit};
use crate::error::Result;
use crate::search::Search;
use crate::ui::{Frame, Paging};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "admin/find.html")]
struct Found {
    frame: Frame,
    bench: Workbench,
    words: String,
    groups: Vec<Part>,
    /// All of one group is shown.
    paging: Option<Paging>,
    /// What is published is not all taken in yet.
    preparing: bool,
}

impl Found {
    /// The address of the same words in all groups.
    fn everywhere(&self) -> String {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &self.words).finish();
        format!("/admin/find?{query}")
    }
}

/// What was found in one group.
struct Part {
    group: Group,
    count: usize,
    hits: Vec<Hit>,
    /// The address of all of it, if there is more.
    all: Option<String>,
}

/// Hits of each group, and on a page of one.
const FIRST: usize = 5;
const PAGE: usize = 20;
/// The longest text that is looked for.
const LONGEST: usize = 100;

pub async fn find(staff: Staff, search: Data<Arc<Search>>) -> Result<HttpResponse> {
    let bench = Workbench::of(&staff);
    let words: String = staff.caller.asked("q").chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let words = words.trim().to_owned();
    let one = Group::from_word(&staff.caller.asked("in")).filter(|group| staff.may(group.takes()));
    let number: i64 = staff.caller.asked("page").parse().unwrap_or(1);
    let may: Vec<Group> = Group::ALL.into_iter().filter(|group| staff.may(group.takes())).collect();
    let page = staff.caller.site.db.read(move |conn| {
        let mut found = Found {
            frame: bench.frame.clone(),
            bench,
            groups: Vec::new(),
            paging: None,
            preparing: search.is_being_prepared(),
            words,
        };
        if let Some(group) = one {
            let skip = usize::try_from(number.saturating_sub(1)).unwrap_or(0).saturating_mul(PAGE);
            let (count, hits) = group.find(conn, &search, &found.words, (skip.min(100_000), PAGE))?;
            let paging = Paging::of(&found.frame, number, count as i64, PAGE as i64)?;
            found.paging = Some(paging.with("q", &found.words).with("in", group.word()));
            found.groups = vec![Part { group, count, hits, all: None }];
            return Ok(found);
        }
        for group in may {
            let (count, hits) = group.find(conn, &search, &found.words, (0, FIRST))?;
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", &found.words)
                .append_pair("in", group.word())
                .finish();
            let all = (count > FIRST).then(|| format!("/admin/find?{query}"));
            if count > 0 {
                found.groups.push(Part { group, count, hits, all });
            }
        }
        Ok(found)
    });
    staff.caller.show(&page.await?)
}
