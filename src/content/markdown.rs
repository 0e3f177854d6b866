//! Markdown without HTML: checked when it comes in, sanitized when it goes out.

use super::Problems;
use super::unbroken::{CLOSE, OPEN, parts};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// A heading of a text, for its list of contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    pub id: String,
    pub name: String,
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH
}

/// Refuses what would not be shown as written: HTML, scripts, a heading above the page's own, odd links.
pub fn check(problems: &mut Problems, field: &str, text: &str) {
    problems.text(field, text);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let line = text[..range.start].matches('\n').count() + 1;
        match event {
            Event::Html(_) | Event::InlineHtml(_) => {
                problems.add_in_line(field, line, format!("holds HTML in its line {line}; write Markdown only, or put it in `code`"));
            }
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => problems.add_in_line(field, line, format!("has a heading of the first level in its line {line}; the name is that, so begin with ##"),
            ),
            Event::Start(Tag::Link { dest_url, .. }) if !proper(&dest_url) => problems.add_in_line(field, line, format!("links to \"{dest_url}\" in its line {line}; write /a/page of this site or an https:// address"),
            ),
            Event::Start(Tag::Image { .. }) => {
                problems.add_in_line(field, line, format!("holds a picture in its line {line}; pictures have no place here yet, take it out"));
            }
            _ => {}
        }
    }
}

fn proper(address: &str) -> bool {
    address.starts_with("https://")
        || address.starts_with('#')
        || (address.starts_with('/') && !address.starts_with("//"))
}

/// The addresses on this site that a text links to, without anchors.
pub fn links_within(text: &str) -> Vec<String> {
    Parser::new_ext(text, options())
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('/') => {
                Some(dest_url.split(['#', '?']).next().unwrap_or_default().to_owned())
            }
            _ => None,
        })
        .collect()
}

/// The text with its links to the page `from` leading to `to`, anchors kept; nothing if there is none.
pub(super) fn relink(text: &str, from: &str, to: &str) -> Option<String> {
    let leads_there = |address: &str| address.split(['#', '?']).next() == Some(from);
    let mut places: Vec<usize> = Vec::new();
    let parser = Parser::new_ext(text, options());
    // Where an address is given apart from its link: `[1]: /roles/x`.
    let apart: Vec<_> =
        parser.reference_definitions().iter().map(|(_, d)| (d.dest.to_string(), d.span.clone())).collect();
    let inline = parser.into_offset_iter().filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some((dest_url.to_string(), range)),
        _ => None,
    });
    for (address, range) in inline.chain(apart).filter(|(address, _)| leads_there(address)) {
        // The address is the last in a link; its words may hold the same letters.
        places.extend(text[range.clone()].rfind(&address).map(|at| range.start + at));
    }
    places.sort_unstable();
    places.dedup();
    let mut changed = text.to_owned();
    for at in places.iter().rev() {
        changed.replace_range(*at..at + from.len(), to);
    }
    (!places.is_empty()).then_some(changed)
}

/// What a row of a table begins with in the words of a text, and nothing else.
pub const ROW: &str = "\n\t";

/// The words of a text, without what lays it out. Each row of a table stands on a line of its own, which begins with a tab,
/// and reads as a sentence: every cell after the name of its column. What follows a table begins on a new line.
pub fn plain(text: &str) -> String {
    let mut words = String::new();
    let (mut columns, mut row): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut cell = 0;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::TableCell) => cell = words.len(),
            Event::End(TagEnd::TableCell) => row.push(words.split_off(cell).trim().to_owned()),
            Event::End(TagEnd::TableHead) => columns = std::mem::take(&mut row),
            Event::End(TagEnd::TableRow) => {
                words.truncate(words.trim_end().len());
                words.push_str(ROW);
                words.push_str(&read_out(&columns, &std::mem::take(&mut row)));
            }
            Event::End(TagEnd::Table) => words.push('\n'),
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            // A heading is a sentence of its own, in excerpts too.
            Event::End(TagEnd::Heading(_)) if words.ends_with(char::is_alphanumeric) => words.push_str(". "),
            // These end within a line: what follows may be a comma.
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !words.ends_with([' ', '\n']) => {
                words.push(' ')
            }
            _ => {}
        }
    }
    words
}

/// A row of a table as a sentence; a cell that is empty says nothing.
fn read_out(columns: &[String], row: &[String]) -> String {
    let said = columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    let cells: Vec<String> = said
        .map(|(column, cell)| if column.is_empty() { cell.clone() } else { format!("{column}: {cell}") })
        .collect();
    let sentence = cells.join("; ");
    if sentence.ends_with(['.', '?', '!']) { sentence } else { sentence + "." }
}

/// The text as sanitized HTML whose headings have ids, and those of its second-level headings.
pub fn render(text: &str) -> (String, Vec<Heading>) {
    let mut events: Vec<Event> = Parser::new_ext(text, options()).collect();
    let mut headings: Vec<Heading> = Vec::new();
    for start in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = events[start] else {
            continue;
        };
        let name: String = events[start + 1..]
            .iter()
            .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let plain = anchor(&name);
        let same =
            headings.iter().filter(|h| h.id == plain || h.id.starts_with(&format!("{plain}-"))).count();
        let id = if same == 0 { plain } else { format!("{plain}-{}", same + 1) };
        if let Event::Start(Tag::Heading { id: slot, .. }) = &mut events[start] {
            *slot = Some(CowStr::from(id.clone()));
        }
        if level == HeadingLevel::H2 {
            headings.push(Heading { id, name });
        }
    }
    let mut raw = String::new();
    html::push_html(&mut raw, events.into_iter().flat_map(kept_together));
    // How a column is aligned is a matter of classes: a style in a page is neither kept nor allowed.
    for (side, class) in [("right", "number"), ("center", "middle"), ("left", "start")] {
        raw = raw.replace(&format!(" style=\"text-align: {side}\""), &format!(" class=\"{class}\""));
    }
    let clean = ammonia::Builder::default()
        .add_generic_attributes(["id"])
        .add_allowed_classes("th", ALIGNED)
        .add_allowed_classes("td", ALIGNED)
        .add_allowed_classes("span", ["nowrap"])
        .link_rel(None)
        .clean(&raw)
        .to_string();
    // Wide tables scroll by themselves; the wrapper can be reached by keyboard.
    let mut parts = clean.split("<table>");
    let first = parts.next().unwrap_or_default().to_owned();
    let clean = parts.enumerate().fold(first, |all, (i, part)| {
        let heading = heading_before(&all).map_or(String::new(), |name| format!(": {name}"));
        let label = format!("aria-label=\"Table {}{heading}\"", i + 1);
        all + &format!("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" {label}><table>") + part
    });
    let clean = clean
        .replace("</table>", "</table></div>")
        .replace("<th>", "<th scope=\"col\">")
        .replace("<th class=", "<th scope=\"col\" class=");
    (clean, headings)
}

/// What stays on one line: a number with its sign, and a range of numbers.
fn kept_together(event: Event<'_>) -> Vec<Event<'_>> {
    let Event::Text(text) = event else { return vec![event] };
    if !text.contains(" %") && !text.contains('–') {
        return vec![Event::Text(text)];
    }
    let text = text.replace(" %", "\u{a0}%");
    let of = |(part, range): (&str, bool)| {
        let words = Event::Text(part.to_owned().into());
        if range {
            vec![Event::InlineHtml(OPEN.into()), words, Event::InlineHtml(CLOSE.into())]
        } else {
            vec![words]
        }
    };
    parts(&text).into_iter().flat_map(of).collect()
}

/// The words of the last heading in clean HTML, for an attribute; none if there is more in it than words.
fn heading_before(html: &str) -> Option<String> {
    let end = html.rfind("</h")?;
    let start = html[..end].rfind("<h")?;
    let words = html[start + html[start..end].find('>')? + 1..end].replace(OPEN, "").replace(CLOSE, "");
    (!words.contains('<') && !words.is_empty()).then(|| words.replace('"', "&quot;"))
}

/// The classes of aligned cells.
const ALIGNED: [&str; 3] = ["number", "middle", "start"];

fn anchor(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if words.is_empty() { "section".into() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut problems = Problems::default();
        check(&mut problems, "text", text);
        problems.into_found().into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn a_script_in_an_article_is_refused_with_its_line() {
        let told = told("## Fine\n\nText.\n\n<script>alert(1)</script>\n");
        assert!(told[0].contains("holds HTML in its line 5; write Markdown only"), "{told:?}");
    }

    #[test]
    fn a_link_that_runs_a_script_is_refused() {
        assert!(told("[x](javascript:alert(1))")[0].contains("an https:// address"));
        assert!(told("[x](//evil.example)")[0].contains("an https:// address"));
        assert!(told("[x](/roles) and [y](https://example.org/)").is_empty());
    }

    #[test]
    fn what_slips_through_is_still_harmless_on_the_page() {
        let (html, _) = render("<script>alert(1)</script>\n\n<b onclick=x>hi</b> [x](javascript:alert(1))");
        for bad in ["<script", "onclick", "javascript:"] {
            assert!(!html.contains(bad), "{html}");
        }
    }

    #[test]
    fn the_columns_of_a_table_keep_their_alignment_without_a_style() {
        let (html, _) = render("| What | Share | Note |\n|---|---:|:---:|\n| Java | 45 % | x |\n");
        assert!(
            html.contains("<th scope=\"col\">What</th><th scope=\"col\" class=\"number\">Share</th>"),
            "{html}"
        );
        assert!(
            html.contains("<td>Java</td><td class=\"number\">45&nbsp;%</td><td class=\"middle\">x</td>"),
            "{html}"
        );
        assert!(!html.contains("style"), "{html}");
        let (odd, _) = render("<td class=\"masthead\" style=\"color: red\">x</td>");
        assert!(!odd.contains("masthead") && !odd.contains("red"), "{odd}");
    }

    #[test]
    fn the_words_of_a_heading_do_not_run_into_the_text() {
        assert_eq!(
            plain("## Where it starts\n\nA **pivot**, [so](/roles), is.\n\n## Why?\n\nSo."),
            "Where it starts. A pivot, so, is. Why? So. "
        );
    }

    #[test]
    fn a_row_of_a_table_is_read_as_a_sentence_on_a_line_of_its_own() {
        let table = "| Skill | Share | |\n|---|---:|---|\n| *Java* | 45 % | Leads. |\n| [SQL](/skills/sql) | | `x` |\n";

        assert_eq!(
            plain(&format!("## Shares\n\nCounted:\n\n{table}\nSo.")),
            "Shares. Counted:\n\tSkill: Java; Share: 45 %; Leads.\n\tSkill: SQL; x.\nSo. "
        );
    }

    #[test]
    fn a_range_of_numbers_stays_on_one_line_and_reaches_no_other_words() {
        let text = "## The forecast of 2021–31\n\nIt said 10–15 % for **2021–31**, then `5–6`.\n\n| A |\n|---|\n| 1–2 |\n";

        let (html, headings) = render(text);

        for whole in [
            "of <span class=\"nowrap\">2021–31</span></h2>",
            "<span class=\"nowrap\">10–15</span>&nbsp;%",
            "<strong><span class=\"nowrap\">2021–31</span></strong>",
            "<td><span class=\"nowrap\">1–2</span></td>",
        ] {
            assert!(html.contains(whole), "{whole}: {html}");
        }
        assert_eq!(headings[0].name, "The forecast of 2021–31");
        assert!(html.contains("aria-label=\"Table 1: The forecast of 2021–31\""), "{html}");
        assert!(plain(text).starts_with("The forecast of 2021–31. It said 10–15 % for 2021–31, then 5–6."));
        let (odd, _) = render("<span class=\"nowrap hidden\" onclick=x>2021–31</span>");
        assert!(!odd.contains("hidden") && !odd.contains("onclick"), "{odd}");
    }

    #[test]
    fn a_table_is_named_by_the_heading_over_it() {
        let table = "| A |\n|---|\n| x |\n";
        let named = |text: &str| render(text).0.split("aria-label=").nth(1).unwrap()[1..].to_owned();

        assert!(
            named(&format!("## What it “pays”\n\nText.\n\n{table}")).starts_with("Table 1: What it “pays”\"")
        );
        assert!(named(&format!("## So \"much\"\n\n{table}")).starts_with("Table 1: So &quot;much&quot;\""));
        assert!(named(&format!("## With `code`\n\n{table}")).starts_with("Table 1\""));
        assert!(named(table).starts_with("Table 1\""));
    }

    #[test]
    fn headings_can_be_linked_to_even_when_two_are_alike() {
        let (html, headings) = render("## Pay\n\n### Detail\n\n## Pay\n");
        assert_eq!(headings.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["pay", "pay-2"]);
        assert!(html.contains("<h2 id=\"pay-2\">Pay</h2>"), "{html}");
    }
}
