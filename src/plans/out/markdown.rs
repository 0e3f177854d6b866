//! A plan as Markdown (CommonMark): what people wrote stands in it as text and as nothing else.

use super::standing;
use crate::plans::{Line, Overview, Stand};
use std::fmt::Write;

/// The plan in the order of its page.
pub fn markdown(overview: &Overview, notes: bool) -> String {
    let plan = &overview.plan;
    let mut text = format!("# {}\n\n", inline(&plan.name));
    let _ = write!(text, "Target role: {}.", inline(&overview.role.name));
    if let Some((origin, _)) = &overview.origin {
        let _ = write!(text, " From: {}.", inline(origin));
    }
    let _ = write!(text, " {} hours a week.", plan.hours);
    if let Some(day) = plan.target {
        let _ = write!(text, " Target date: {day}.");
    }
    let (done, all) = overview.done();
    let _ = write!(text, "\n\n{done} of {all} items done. As of {}.\n", overview.today);
    if notes {
        quote(&mut text, "", &plan.note);
    }
    if let Some(next) = &overview.next {
        let _ = write!(text, "\n## Next step\n\n{}: {}\n", inline(&next.line.name), inline(&next.why));
        for (url, name, details) in &next.resources {
            let _ = write!(text, "\n- [{}](<{}>), {}", inline(name), address(url), inline(details));
        }
        if !next.resources.is_empty() {
            text.push('\n');
        }
    }
    text.push_str("\n## Items\n\n");
    for (place, line) in overview.lines.iter().enumerate() {
        item(&mut text, &format!("{}. ", place + 1), line, notes);
    }
    if !overview.aside.is_empty() {
        text.push_str("\n## Set aside\n\n");
        for line in &overview.aside {
            item(&mut text, "- ", line, notes);
        }
    }
    text
}

fn item(text: &mut String, sign: &str, line: &Line, notes: bool) {
    let tick = if line.stand == Stand::Done { "[x]" } else { "[ ]" };
    let _ = write!(text, "{sign}{tick} {} ({}", inline(&line.name), standing(line.stand));
    if let Some(asked) = &line.asked {
        let _ = write!(text, ", {}: {}", inline(&asked.tier_name), inline(&asked.group_name));
    } else if line.item.skill.is_none() {
        let _ = write!(text, ", {}", line.item.kind.words().to_lowercase());
    }
    if let Some(day) = line.item.due {
        let _ = write!(text, ", due {day}");
    }
    text.push_str(")\n");
    if notes {
        quote(text, &" ".repeat(sign.len()), &line.item.note);
    }
}

/// A text of several lines, each of which stays one.
fn quote(text: &mut String, indent: &str, note: &str) {
    if note.is_empty() {
        return;
    }
    text.push('\n');
    for line in note.lines() {
        let _ = writeln!(text, "{indent}> {}\\", inline(line));
    }
    // The last line breaks into nothing.
    text.truncate(text.len() - 2);
    text.push_str("\n\n");
}

/// A text that is nothing but text: no mark-up, no HTML, no link, and on one line.
fn inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.trim().chars().enumerate() {
        let c = if c.is_control() { ' ' } else { c };
        let opens =
            matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' | '$');
        // A list, a heading, a rule; or what makes an address a link.
        let begins = at == 0 && matches!(c, '+' | '-' | '=' | ':');
        let numbers = matches!(c, '.' | ')') && plain.chars().all(|before| before.is_ascii_digit()) && at > 0;
        let links = c == ':' && (plain.ends_with("http") || plain.ends_with("https")) || c == '@';
        if opens || begins || numbers || links {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// An address between angle brackets.
fn address(url: &str) -> String {
    url.replace(['<', '>', '\n', '\r', '\\', ' '], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Parser};

    /// What a reader of Markdown makes of a text; anything but text is a fault.
    fn read(text: &str) -> String {
        let mut read = String::new();
        for event in Parser::new(text) {
            match event {
                Event::Text(part) => read.push_str(&part),
                Event::Start(pulldown_cmark::Tag::Paragraph) | Event::End(_) => {}
                other => panic!("{text:?} is {other:?}"),
            }
        }
        read
    }

    #[test]
    fn what_somebody_wrote_is_text_and_nothing_else() {
        for hostile in [
            "<script>alert(1)</script>",
            "[click](javascript:alert(1))",
            "![x](https://evil.example/x.png)",
            "# heading",
            "- item",
            "+ item",
            "1. item",
            "1) item",
            "> quote",
            "`code`",
            "**bold** _it_ ~~no~~",
            "a | b",
            "&lt;b&gt; &amp;",
            "---",
            "===",
            "\\*",
            "<https://evil.example>",
            "C++ and C#",
            "Node.js",
        ] {
            assert_eq!(read(&inline(hostile)), hostile, "{}", inline(hostile));
        }
        assert_eq!(inline("one\ntwo\r\0"), "one two  ");
    }

    #[test]
    fn a_note_of_several_lines_stays_within_its_item() {
        let mut text = "1. x\n".to_owned();
        quote(&mut text, "   ", "one\n\n# two\n- three");
        assert_eq!(text, "1. x\n\n   > one\\\n   > \\\n   > \\# two\\\n   > \\- three\n\n");
    }
}
