//! Characters that nobody sees: they have no place in a name, a subject or a line of a form.

/// Control characters, line and paragraph separators among them, those that turn the direction of what follows, and
/// those that take no room and join nothing. Those that join, as in emoji and some scripts, are seen by what they do.
pub fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::unseen;

    #[test]
    fn names_in_all_scripts_are_seen() {
        for name in ["Zoë Łuczak", "علی‌رضا", "👩‍💻", "क्‍ष", "O’Neil", "李\u{a0}雷"]
        {
            assert!(!name.chars().any(unseen), "{name}");
        }
    }

    #[test]
    fn what_hides_or_turns_is_not() {
        for c in
            ['\0', '\r', '\n', '\u{85}', '\u{ad}', '\u{200b}', '\u{202e}', '\u{2029}', '\u{2066}', '\u{feff}']
        {
            assert!(unseen(c), "{c:?}");
        }
    }
}
