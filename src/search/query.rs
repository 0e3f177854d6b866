//! What somebody looks for: words as typed, and what narrows them.

/// A search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// As typed, without what is too long to mean anything.
    pub words: String,
    pub kind: Option<String>,
    pub family: Option<String>,
    pub tier: Option<String>,
    /// From 1.
    pub page: usize,
}

/// Longer queries are cut: nobody types them, and each word costs.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 10;
/// Words that say nothing about what is looked for.
const EMPTY: [&str; 24] = [
    "a", "an", "and", "are", "as", "become", "becoming", "do", "does", "for", "how", "i", "in", "is", "of",
    "on", "or", "the", "to", "what", "which", "who", "with", "you",
];
/// Words that people use for the same thing.
const SAME: [&[&str]; 8] = [
    &["developer", "engineer", "programmer", "coder", "development", "engineering", "dev"],
    &["pay", "salary", "wage", "wages", "earn", "income"],
    &["js", "javascript"],
    &["ts", "typescript"],
    &["k8s", "kubernetes"],
    &["db", "database", "databases"],
    &["lead", "leader", "leadership", "manager"],
    &["queue", "queues", "queuing", "messaging"],
];

impl Query {
    pub fn new(words: &str) -> Self {
        let words: String = words.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        Query { words: words.trim().to_owned(), page: 1, ..Query::default() }
    }

    /// Whether it looks in a part of the guide only.
    pub fn narrowed(&self) -> bool {
        self.kind.is_some() || self.family.is_some() || self.tier.is_some()
    }

    /// The words to look for: folded, without empty ones unless nothing else is there.
    pub fn terms(&self) -> Vec<String> {
        let folded = fold(&self.words);
        let all: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(MOST_WORDS).collect();
        let telling: Vec<&str> = all.iter().copied().filter(|w| !EMPTY.contains(w)).collect();
        let terms = if telling.is_empty() { all } else { telling };
        terms.into_iter().map(str::to_owned).collect()
    }
}

/// Other words for a word.
pub fn same(word: &str) -> impl Iterator<Item = &'static str> {
    let group = SAME.iter().find(|group| group.contains(&word));
    group
        .into_iter()
        .flat_map(|group| group.iter().copied())
        .filter(move |other| *other != word)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Lower case, with names whose signs a tokenizer would drop as words of their own.
pub fn fold(text: &str) -> String {
    let mut text = text.to_lowercase();
    for (sign, word) in [
        ("c++", "cplusplus"),
        ("c#", "csharp"),
        (".net", " dotnet"),
        ("back-end", "backend"),
        ("back end", "backend"),
        ("front-end", "frontend"),
        ("front end", "frontend"),
        ("node.js", "nodejs node"),
        ("real-time", "realtime real time"),
        ("webdev", "web developer"),
    ] {
        if text.contains(sign) {
            text = text.replace(sign, word);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_signs_and_questions_lose_their_empty_words() {
        assert_eq!(Query::new("C++ or C#?").terms(), ["cplusplus", "csharp"]);
        assert_eq!(Query::new("how to become a back-end developer").terms(), ["backend", "developer"]);
        assert_eq!(Query::new("what is").terms(), ["what", "is"]);
    }

    #[test]
    fn an_enormous_query_is_cut_and_control_characters_are_dropped() {
        assert!(Query::new(&"java ".repeat(10_000)).terms().len() <= MOST_WORDS);
        assert_eq!(Query::new("ja\0va\r\n").words, "java");
    }
}
