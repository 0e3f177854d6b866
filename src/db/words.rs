//! Words that somebody looks for in texts of rows, without an index: for tables of which little is read.

use diesel::define_sql_function;
use diesel::sql_types::Text;

define_sql_function! {
    /// In lower case, as far as the engine knows letters.
    fn lower(text: Text) -> Text;
}

/// Words in lower case: what is found holds all of them.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<String>);

/// More words than anybody types.
const MOST: usize = 8;

impl Words {
    pub fn of(typed: &str) -> Words {
        let visible = typed.replace(char::is_control, " ").to_lowercase();
        Words(visible.split_whitespace().take(MOST).map(str::to_owned).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// Each as a pattern that finds it anywhere; `!` is its escape: MySQL reads a backslash as the beginning of
    /// something else.
    pub fn patterns(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|word| pattern(word))
    }

    /// The same for texts within JSON.
    pub fn patterns_in_json(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|word| {
            let written = serde_json::Value::from(word.as_str()).to_string();
            pattern(&written[1..written.len() - 1])
        })
    }
}

fn pattern(word: &str) -> String {
    let escaped: String =
        word.chars().flat_map(|c| ['!', c].into_iter().skip(usize::from(!"!%_".contains(c)))).collect();
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_are_letters_like_others() {
        let words = Words::of(" 100%  a_b\0!\n\"Q\" ");
        assert_eq!(words.patterns().collect::<Vec<_>>(), ["%100!%%", "%a!_b%", "%!!%", "%\"q\"%"]);
        assert_eq!(words.patterns_in_json().nth(3).unwrap(), "%\\\"q\\\"%");
    }
}
