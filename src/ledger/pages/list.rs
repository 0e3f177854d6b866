//! The whole ledger: filtered by mark, searched, each mark to be changed.

use crate::accounts::{Caller, Member};
use crate::error::Result;
use crate::ledger::{Ledger, Mark, Marked};
use crate::ui::{Frame, Paging};
use actix_web::HttpResponse;
use askama::Template;

/// Skills on a page.
const PAGE: i64 = 50;
/// How much of a note stands in the list, in characters.
const EXCERPT: usize = 160;

#[derive(Template)]
#[template(path = "ledger/index.html")]
struct Index {
    frame: Frame,
    /// All, and each mark with the number of skills that have it.
    filters: Vec<Filter>,
    words: String,
    mark: String,
    lines: Vec<Line>,
    /// Everything that is marked.
    count: usize,
    held: usize,
    paging: Paging,
    /// Where a form on this page leads back to.
    here: String,
    said: &'static str,
}

struct Filter {
    name: &'static str,
    href: String,
    count: usize,
    chosen: bool,
}

impl Index {
    /// The page on which a line is changed, and which leads back here.
    fn change(&self, line: &Line) -> String {
        let back =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("back", &self.here).finish();
        format!("/skills/{}/mark?{back}", line.slug)
    }
}

/// A skill in the list.
pub struct Line {
    pub slug: String,
    pub name: String,
    /// The guide has it no more.
    pub gone: bool,
    pub marked: Marked,
}

impl Line {
    /// The beginning of the note.
    fn excerpt(&self) -> String {
        let note = self.marked.note.split_whitespace().collect::<Vec<_>>().join(" ");
        match note.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{} …", note[..end].trim_end()),
            None => note,
        }
    }
}

pub async fn show(caller: Caller, member: Member) -> Result<HttpResponse> {
    let (words, mark) = (caller.asked("q").trim().to_owned(), Mark::from_word(&caller.asked("mark")));
    let number = caller.asked("page").parse().unwrap_or(1);
    let said = match caller.asked("said").as_str() {
        "removed" => "It is removed.",
        "saved" => "It is saved.",
        _ => "",
    };
    let frame = caller.frame();
    let page = caller.site.db.read(move |conn| {
        let ledger = Ledger::of(conn, &member.person)?;
        let (names, gone) = Ledger::names(conn, ledger.marked.keys())?;
        let (count, held) = (ledger.marked.len(), ledger.held().len());
        let line = |(slug, marked): (String, Marked)| Line {
            name: names.get(&slug).unwrap_or(&slug).clone(),
            gone: gone.contains(&slug),
            slug,
            marked,
        };
        let mut lines: Vec<Line> = ledger.marked.into_iter().map(line).collect();
        let sought = words.to_lowercase();
        lines.retain(|line| {
            let own = [line.name.to_lowercase(), line.marked.note.to_lowercase()];
            own.iter().any(|text| text.contains(&sought))
        });
        let filters = filters(&lines, mark, &words);
        lines.retain(|line| mark.is_none_or(|mark| line.marked.mark == mark));
        lines.sort_by_cached_key(|line| (line.name.to_lowercase(), line.slug.clone()));
        let chosen = mark.map_or("", Mark::word);
        let paging = Paging::of(&frame, number, lines.len() as i64, PAGE)?;
        let here = address(mark, &words, paging.number);
        let paging = paging.with("mark", chosen).with("q", &words);
        let lines = lines.into_iter().skip(paging.skip() as usize).take(PAGE as usize).collect();
        let mark = chosen.to_owned();
        Ok(Index { frame, filters, words, mark, lines, count, held, paging, here, said })
    });
    caller.show(&page.await?)
}

fn filters(lines: &[Line], chosen: Option<Mark>, words: &str) -> Vec<Filter> {
    let filter = |mark: Option<Mark>| Filter {
        name: mark.map_or("All", Mark::name),
        href: address(mark, words, 1),
        count: lines.iter().filter(|line| mark.is_none_or(|mark| line.marked.mark == mark)).count(),
        chosen: mark == chosen,
    };
    [None].into_iter().chain(Mark::ALL.map(Some)).map(filter).collect()
}

fn address(mark: Option<Mark>, words: &str, page: i64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(mark) = mark {
        query.append_pair("mark", mark.word());
    }
    if !words.is_empty() {
        query.append_pair("q", words);
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish() {
        query if query.is_empty() => "/skills/mine".into(),
        query => format!("/skills/mine?{query}"),
    }
}
