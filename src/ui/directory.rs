//! The pages that an address may have meant: found by likeness, without looking at each of them.

use crate::editing::Page;
use std::collections::HashMap;

/// Every page of an entry, with the pairs of letters that its slug and name are made of.
#[derive(Default)]
pub struct Directory {
    pages: Vec<Page>,
    /// Where a page stands in `pages`, by its path.
    places: HashMap<String, u32>,
    keys: Vec<Key>,
    /// The keys that hold a pair of letters.
    pairs: HashMap<[char; 2], Vec<u32>>,
    /// The keys that hold a word.
    words: HashMap<String, Vec<u32>>,
}

/// A slug or a name, as it is compared.
struct Key {
    text: String,
    page: u32,
    pairs: u32,
}

/// Jaro-Winkler likeness below which a suggestion only puzzles.
const LIKE: f64 = 0.82;
/// How many keys that share letters with an address are compared with it, and how many that hold it as a word.
const COMPARED: usize = 100;
/// How many pages are suggested.
const SUGGESTED: usize = 5;

impl Directory {
    /// Takes in pages that are new or have another name.
    pub fn add(&mut self, pages: Vec<Page>) {
        for page in pages {
            let place = match self.places.get(&page.path) {
                Some(place) if self.pages[*place as usize] == page => continue,
                Some(place) => *place,
                None => self.pages.len() as u32,
            };
            let slug = page.path.rsplit('/').next().unwrap_or_default().to_owned();
            let name = page.name.to_lowercase();
            let new = place as usize == self.pages.len();
            if new {
                self.places.insert(page.path.clone(), place);
                self.pages.push(page);
            } else {
                // Its old name still leads to it.
                self.pages[place as usize] = page;
            }
            if name.replace(' ', "-") != slug {
                self.index(name, place);
            }
            if new {
                self.index(slug, place);
            }
        }
    }

    /// Lets go of a page that is no more. What is known of it stays where it is, and is found no more.
    pub fn remove(&mut self, path: &str) {
        if let Some(place) = self.places.remove(path) {
            self.pages[place as usize].path.clear();
        }
    }

    fn index(&mut self, text: String, page: u32) {
        let key = self.keys.len() as u32;
        let pairs = pairs(&text);
        for pair in &pairs {
            self.pairs.entry(*pair).or_default().push(key);
        }
        for word in text.split('-') {
            let of_word = self.words.entry(word.to_owned()).or_default();
            if of_word.len() < COMPARED {
                of_word.push(key);
            }
        }
        self.keys.push(Key { text, page, pairs: pairs.len() as u32 });
    }

    /// The pages whose name or slug is most like `asked`, the most alike first.
    pub fn like(&self, asked: &str) -> Vec<Page> {
        let asked: String = asked.chars().take(100).collect::<String>().to_lowercase();
        let mut best: HashMap<u32, f64> = HashMap::new();
        for key in self.candidates(&asked) {
            let key = &self.keys[key as usize];
            if self.pages[key.page as usize].path.is_empty() {
                continue;
            }
            let whole_word = asked.len() >= 3 && key.text.split('-').any(|word| word == asked);
            let like = strsim::jaro_winkler(&asked, &key.text).max(if whole_word { 0.9 } else { 0.0 });
            let known = best.entry(key.page).or_default();
            *known = known.max(like);
        }
        let mut liked: Vec<(f64, &Page)> = best
            .into_iter()
            .filter(|(_, like)| *like >= LIKE)
            .map(|(page, like)| (like, &self.pages[page as usize]))
            .collect();
        liked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        liked.into_iter().take(SUGGESTED).map(|(_, page)| page.clone()).collect()
    }

    /// The keys that share most of their letters' pairs with `asked`, and those that hold it as a word.
    fn candidates(&self, asked: &str) -> Vec<u32> {
        let pairs = pairs(asked);
        let mut shared = vec![0_u8; self.keys.len()];
        for key in pairs.iter().filter_map(|pair| self.pairs.get(pair)).flatten() {
            shared[*key as usize] = shared[*key as usize].saturating_add(1);
        }
        let mut likely: Vec<(f32, u32)> = shared
            .iter()
            .zip(0..)
            .filter(|(shared, _)| **shared > 0)
            .map(|(shared, key)| {
                let all = pairs.len() as u32 + self.keys[key as usize].pairs;
                (f32::from(*shared) * 2.0 / all as f32, key)
            })
            .collect();
        if likely.len() > COMPARED {
            likely.select_nth_unstable_by(COMPARED, |a, b| b.0.total_cmp(&a.0));
            likely.truncate(COMPARED);
        }
        let as_word = self.words.get(asked).into_iter().flatten().copied();
        likely.into_iter().map(|(_, key)| key).chain(as_word).collect()
    }
}

/// The pairs of neighbouring letters, each once, with the ends as letters of their own.
fn pairs(text: &str) -> Vec<[char; 2]> {
    let letters: Vec<char> = std::iter::once(' ').chain(text.chars()).chain(std::iter::once(' ')).collect();
    let mut pairs: Vec<[char; 2]> = letters.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, name: &str) -> Page {
        Page { path: path.into(), name: name.into() }
    }

    fn near(directory: &Directory, asked: &str) -> Vec<String> {
        directory.like(asked).into_iter().map(|page| page.path).collect()
    }

    #[test]
    fn a_slip_is_forgiven_and_a_word_of_a_slug_is_enough() {
        let mut directory = Directory::default();
        directory.add(vec![
            page("/skills/java", "Java"),
            page("/skills/elasticsearch", "Elasticsearch"),
            page("/roles/web-application-backend-development", "Web application backend development"),
        ]);

        assert_eq!(near(&directory, "jvaa"), ["/skills/java"]);
        assert_eq!(near(&directory, "Elastcserch"), ["/skills/elasticsearch"]);
        assert_eq!(near(&directory, "backend"), ["/roles/web-application-backend-development"]);
        assert!(near(&directory, "zzzzzz").is_empty() && near(&directory, "").is_empty());
    }

    #[test]
    fn a_page_that_was_renamed_is_there_once_under_its_new_name() {
        let mut directory = Directory::default();
        directory.add(vec![page("/skills/k8s", "Kubernetis")]);
        directory.add(vec![page("/skills/k8s", "Kubernetes")]);

        assert_eq!(directory.like("kubernetes"), [page("/skills/k8s", "Kubernetes")]);
        assert_eq!(directory.like("k8s"), [page("/skills/k8s", "Kubernetes")]);
    }

    #[test]
    fn a_page_that_is_gone_is_suggested_no_more_until_it_is_back() {
        let mut directory = Directory::default();
        directory.add(vec![page("/skills/kotlin", "Kotlin")]);
        directory.remove("/skills/kotlin");
        directory.remove("/skills/nothing");
        assert!(directory.like("kotlin").is_empty());
        directory.add(vec![page("/skills/kotlin", "Kotlin")]);
        assert_eq!(near(&directory, "kotlin"), ["/skills/kotlin"]);
    }

    #[test]
    fn among_ten_thousand_alike_the_one_that_was_meant_comes_first() {
        let mut directory = Directory::default();
        directory.add((0..10_000).map(|i| page(&format!("/roles/role-{i}"), &format!("Role {i}"))).collect());

        assert_eq!(near(&directory, "role-7431")[0], "/roles/role-7431");
        assert_eq!(near(&directory, "role-7431").len(), SUGGESTED);
    }
}
