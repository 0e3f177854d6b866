//! Markdown without HTML: checked when it comes in, sanitized when it goes out.

use super::Problems;
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

/// The words of a text, without what lays it out. The cells of a table are divided as those of a list are in a sentence.
pub fn plain(text: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::End(TagEnd::TableCell) => words.push_str("; "),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                words.truncate(words.trim_end_matches("; ").len());
                words.push_str(". ");
            }
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
    for event in &mut events {
        // A number and its sign stay on one line.
        if let Event::Text(text) = event
            && text.contains(" %")
        {
            *text = text.replace(" %", "\u{a0}%").into();
        }
    }
    let mut raw = String::new();
    html::push_html(&mut raw, events.into_iter());
    // How a column is aligned is a matter of classes: a style in a page is neither kept nor allowed.
    for (side, class) in [("right", "number"), ("center", "middle"), ("left", "start")] {
        raw = raw.replace(&format!(" style=\"text-align: {side}\""), &format!(" class=\"{class}\""));
    }
    let clean = ammonia::Builder::default()
        .add_generic_attributes(["id"])
        .add_allowed_classes("th", ALIGNED)
        .add_allowed_classes("td", ALIGNED)
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

/// The words of the last heading in clean HTML, for an attribute; none if there is more in it than words.
fn heading_before(html: &str) -> Option<String> {
    let end = html.rfind("</h")?;
    let words = &html[html[..end].rfind('>')? + 1..end];
    let whole = html[..end - words.len()].rfind('<').is_some_and(|at| html[at..].starts_with("<h"));
    (whole && !words.is_empty()).then(|| words.replace('"', "&quot;"))
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
    fn the_cells_of_a_table_are_divided() {
        assert_eq!(
            plain("| What | Share |\n|---|---|\n| Java | 45 % |\n\nSo."),
            "What; Share. Java; 45 %. So. "
        );
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
