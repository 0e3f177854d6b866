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
/// Words that say nothing about what is looked for, here where everything is about skills, roles and careers.
const EMPTY: [&str; 37] = [
    "a", "an", "and", "are", "as", "become", "becoming", "best", "career", "careers", "do", "does", "for",
    "how", "i", "in", "is", "job", "jobs", "learn", "my", "need", "of", "on", "or", "role", "roles",
    "should", "skill", "skills", "the", "to", "what", "which", "who", "with", "you",
];
/// Words that people use for the same thing.
const SAME: [&[&str]; 9] = [
    &["developer", "engineer", "programmer", "coder", "development", "engineering", "dev"],
    &["pay", "salary", "wage", "wages", "earn", "income"],
    &["js", "javascript"],
    &["ts", "typescript"],
    &["k8s", "kubernetes"],
    &["db", "database", "databases"],
    &["lead", "leader", "leadership", "manager"],
    &["proof", "portfolio", "cv", "resume", "résumé"],
    &["queue", "queues", "queuing", "messaging"],
];

impl Query {
    pub fn new(words: &str) -> Self {
        let words: String = words.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        Query { words: words.trim().to_owned(), page: 1, ..Query::default() }
    }

    /// Whether it looks in a part of the guide only.
    pub fn narrowed(&self) -> bool {
        self.facets().iter().any(Option::is_some)
    }

    /// What it is narrowed to: kind, family, tier.
    pub fn facets(&self) -> [Option<&str>; 3] {
        [self.kind.as_deref(), self.family.as_deref(), self.tier.as_deref()]
    }

    /// The same without one of the facets, if it is narrowed by that.
    pub fn without(&self, facet: usize) -> Option<Query> {
        let mut wider = self.clone();
        let set = [&mut wider.kind, &mut wider.family, &mut wider.tier].into_iter().nth(facet)?;
        set.take().map(|_| wider)
    }

    /// The same in the whole guide.
    pub fn everywhere(&self) -> Query {
        Query { kind: None, family: None, tier: None, ..self.clone() }
    }

    /// All words, folded.
    pub fn all_terms(&self) -> Vec<String> {
        let folded = fold(&self.words);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.take(MOST_WORDS).map(str::to_owned).collect()
    }

    /// The words that readers look for: without those that say nothing, unless nothing else is there.
    pub fn terms(&self) -> Vec<String> {
        let all = self.all_terms();
        let telling: Vec<String> =
            all.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
        if telling.is_empty() { all } else { telling }
    }
}

/// Other words for a word.
pub fn same(word: &str) -> Vec<&'static str> {
    let group = SAME.iter().find(|group| group.contains(&word));
    group.into_iter().flat_map(|group| group.iter().copied()).filter(|other| *other != word).collect()
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
        assert_eq!(Query::new("which skills does a DevOps job need").terms(), ["devops"]);
        assert_eq!(Query::new("what is").terms(), ["what", "is"]);
    }

    #[test]
    fn an_enormous_query_is_cut_and_control_characters_are_dropped() {
        assert!(Query::new(&"java ".repeat(10_000)).terms().len() <= MOST_WORDS);
        assert_eq!(Query::new("ja\0va\r\n").words, "java");
    }
}
