//! A guide of any size, made up: the same number of roles always gives the same files.
//!
//! Its words are invented, so that nobody takes them for findings; how often each comes, and how long texts are,
//! follows the shipped guide. Tiers, texts, sources and figure sets are the shipped ones.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use waymark::articles::Article;
use waymark::content::{self, Content};
use waymark::families::Family;
use waymark::resources::Resource;
use waymark::roles::Role;
use waymark::skills::Skill;

/// A file: its path and text.
pub type File = (String, String);

/// Skills of each role.
pub const SKILLS_OF_ROLE: usize = 60;
const GROUPS: usize = 12;
const TIERS: [&str; 5] = ["foundation", "essential", "complementary", "specialized", "advanced"];

/// A made-up guide of so many roles.
#[derive(Clone, Copy)]
pub struct Guide {
    roles: usize,
}

impl Guide {
    pub fn of(roles: usize) -> Guide {
        Guide { roles }
    }

    pub fn skill_count(self) -> usize {
        (self.roles / 2).max(300)
    }

    pub fn family_count(self) -> usize {
        (self.roles / 3).clamp(1, 12)
    }

    fn article_count(self) -> usize {
        (self.roles / 100).clamp(3, 100)
    }

    /// Every file of it.
    pub fn files(self) -> impl Iterator<Item = File> {
        shipped()
            .into_iter()
            .chain((0..self.family_count()).map(family))
            .chain((0..self.skill_count()).map(skill))
            .chain((0..self.roles).map(move |number| self.role(number)))
            .chain((0..self.skill_count()).map(move |number| self.resource(number)))
            .chain((0..self.article_count()).map(move |number| self.article(number)))
    }

    /// Writes it below a folder.
    pub fn write(self, folder: &Path) -> std::io::Result<()> {
        for (path, text) in self.files() {
            write(folder, &path, &text)?;
        }
        Ok(())
    }

    pub fn role_slug(number: usize) -> String {
        slug(&role_name(number))
    }

    pub fn skill_slug(number: usize) -> String {
        slug(&skill_name(number))
    }

    pub fn family_slug(number: usize) -> String {
        slug(&family_name(number))
    }

    /// Words as somebody may type who looks for something in it: names, beginnings, slips, words of texts.
    pub fn queries(self, count: usize) -> Vec<String> {
        let mut chance = Chance::of("queries", 0);
        // In no order: who asks for the same kind in turn would be in step with others.
        (0..count)
            .map(|_| match chance.below(5) {
                0 => role_name(chance.below(self.roles)),
                1 => skill_name(chance.below(self.skill_count())),
                2 => {
                    let name = skill_name(chance.below(self.skill_count()));
                    name.chars().take(4).collect()
                }
                3 => {
                    let mut letters: Vec<char> =
                        skill_name(chance.below(self.skill_count())).chars().collect();
                    letters.swap(1, 2);
                    letters.into_iter().collect()
                }
                _ => format!("{} {}", chance.word(), chance.word()),
            })
            .collect()
    }

    /// A role; all of it follows from its number.
    pub fn role(self, number: usize) -> File {
        self.role_saying(number, "")
    }

    /// The same role with something added to its sentence.
    pub fn role_saying(self, number: usize, said: &str) -> File {
        let mut chance = Chance::of("role", number);
        let chance = &mut chance;
        let measured = number % 4 != 3;
        let mut skills = BTreeSet::new();
        let mut order = Vec::new();
        while order.len() < SKILLS_OF_ROLE {
            // A third of a role's skills is asked for nearly everywhere.
            let common = order.len().is_multiple_of(3);
            let skill = chance.below(if common { 80 } else { self.skill_count() });
            if skills.insert(skill) {
                order.push(Guide::skill_slug(skill));
            }
        }
        let groups: Vec<Value> = order
            .chunks(SKILLS_OF_ROLE / GROUPS)
            .enumerate()
            .map(|(place, slugs)| group(chance, place, slugs, measured))
            .collect();
        let others: Vec<usize> = (1..=4).map(|step| (number + step * 7) % self.roles).collect();
        let others: Vec<usize> = others.into_iter().filter(|other| *other != number).collect();
        let other = |number: usize| (Guide::role_slug(number), role_name(number));
        let mut seen = BTreeSet::new();
        let pivots: Vec<Value> = others
            .iter()
            .filter(|other| seen.insert(**other))
            .map(|o| json!({ "role": other(*o).0, "name": other(*o).1, "add": chance.text(14) }))
            .collect();
        let mut role = json!({
            "name": role_name(number),
            "family": Guide::family_slug(chance.uneven(self.family_count())),
            "other_names": [format!("{} {}", capital(&chance.word()), "Specialist"), capital(&chance.text(2)).replace('.', "")],
            "sentence": format!("{}{said}", chance.text(18)),
            "lead": chance.text(70),
            "day": chance.text(90),
            "tasks": chance.texts(7, 13),
            "places": chance.text(50),
            "not_for_you_if": chance.texts(4, 12),
            "skills_lead": chance.text(45),
            "figures": ["software-developers-pay", "software-developers-outlook"],
            "groups": groups,
            "insights": (0..3).map(|i| json!({
                "id": format!("insight-{i}"),
                "title": capital(&chance.text(5)).replace('.', ""),
                "points": chance.texts(3, 20),
                "takeaway": chance.text(16),
            })).collect::<Vec<_>>(),
            "strategy": {
                "horizon_years": [2, 5],
                "safe_bets": chance.advice(),
                "future_proofing": chance.advice(),
                "hidden_value": chance.advice(),
            },
            "good_and_great": {
                "technical": chance.texts(4, 16),
                "career": chance.texts(4, 16),
                "takeaway": chance.text(18),
            },
            "getting_in": {
                "routes": chance.texts(3, 22),
                "proof": TIERS.iter().map(|tier| json!({ "tier": tier, "show": chance.text(20) })).collect::<Vec<_>>(),
                "first_step": chance.text(24),
            },
            "pivots": pivots,
        });
        if measured {
            role["demand"] = json!({
                "universe": "Made-up postings",
                "source": "founding-role-text",
                "as_of": "not stated",
                "place": "not stated",
                "sample": "not stated",
                "method": "not stated",
                "review_by": "2027-06-30",
            });
        }
        file::<Role>(&Guide::role_slug(number), role)
    }

    fn resource(self, number: usize) -> File {
        let mut chance = Chance::of("resource", number);
        let name = format!("{} handbook", skill_name(number));
        let role: Vec<String> = number
            .is_multiple_of(10)
            .then(|| Guide::role_slug(chance.below(self.roles)))
            .into_iter()
            .collect();
        let kinds = ["official_documentation", "book", "course", "practice", "certification"];
        let (costs, levels) = (["free", "free_and_paid", "paid"], ["beginner", "intermediate", "advanced"]);
        file::<Resource>(
            &slug(&name),
            json!({
                "name": name,
                "url": format!("https://example.org/{}", Guide::skill_slug(number)),
                "kind": kinds[number % kinds.len()],
                "provider": capital(&chance.word()),
                "cost": costs[number % costs.len()],
                "level": levels[number % levels.len()],
                "language": "English",
                "skills": [Guide::skill_slug(number)],
                "roles": role,
            }),
        )
    }

    fn article(self, number: usize) -> File {
        let mut chance = Chance::of("article", number);
        let role = number * 100 % self.roles;
        let parts: Vec<String> = (0..8)
            .map(|part| format!("## Part {}\n\n{}\n\n{}", part + 1, chance.text(90), chance.text(90)))
            .collect();
        file::<Article>(
            &format!("article-{number}"),
            json!({
                "name": format!("{} {}", capital(&chance.text(4)).replace('.', ""), number + 1),
                "sentence": chance.text(16),
                "roles": [Guide::role_slug(role)],
                "text": format!(
                    "{}\n\nIt is about [{}](/roles/{}).\n\n{}",
                    chance.text(60), role_name(role), Guide::role_slug(role), parts.join("\n\n")
                ),
            }),
        )
    }
}

/// Writes one file of a guide below a folder.
pub fn write(folder: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap_or(folder))?;
    fs::write(file, text)
}

/// What every guide needs and no number of roles changes, as it is shipped.
fn shipped() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let mut files = Vec::new();
    for folder in ["tiers", "texts", "sources", "figures"] {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            files.push((name, fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
    files.sort();
    files
}

fn group(chance: &mut Chance, place: usize, slugs: &[String], measured: bool) -> Value {
    let skills: Vec<Value> = slugs
        .iter()
        .map(|slug| {
            let mut skill = json!({ "skill": slug });
            // Not each skill of a measured role has a figure.
            if measured && !chance.one_in(6) {
                skill["all"] = chance.share();
                if chance.one_in(2) {
                    skill["entry"] = chance.share();
                }
            }
            skill
        })
        .collect();
    json!({
        "id": format!("group-{place}"),
        "name": capital(&chance.text(3)).replace('.', ""),
        "tier": TIERS[place * TIERS.len() / GROUPS],
        "lead": chance.text(12),
        "commentary": chance.text(55),
        "skills": skills,
    })
}

fn family(number: usize) -> File {
    let mut chance = Chance::of("family", number);
    let family = json!({
        "name": family_name(number), "position": number + 1, "sentence": chance.text(20),
    });
    file::<Family>(&Guide::family_slug(number), family)
}

fn skill(number: usize) -> File {
    let mut chance = Chance::of("skill", number);
    let kind = ["technology", "technology", "technology", "practice", "practice", "human"][number % 6];
    let skill = json!({
        "name": skill_name(number), "kind": kind, "sentence": chance.text(14), "about": chance.text(80),
    });
    file::<Skill>(&Guide::skill_slug(number), skill)
}

/// Content as the file that an export would write.
fn file<T: Content>(slug: &str, content: Value) -> File {
    let content: T = match serde_json::from_value(content) {
        Ok(content) => content,
        Err(error) => panic!("the made-up {} {slug} is not one: {error}", T::KIND),
    };
    (format!("{}/{slug}.{}", T::FOLDER, T::FORMAT.extension()), content::write(&content))
}

const CRAFTS: [&str; 25] = [
    "developer",
    "engineer",
    "architect",
    "analyst",
    "designer",
    "administrator",
    "tester",
    "planner",
    "researcher",
    "technician",
    "manager",
    "consultant",
    "operator",
    "writer",
    "auditor",
    "modeller",
    "integrator",
    "coordinator",
    "reviewer",
    "programmer",
    "scientist",
    "instructor",
    "inspector",
    "strategist",
    "maintainer",
];
const FIELDS: [&str; 20] = [
    "data",
    "network",
    "web",
    "mobile",
    "cloud",
    "security",
    "payments",
    "hardware",
    "release",
    "search",
    "media",
    "health",
    "energy",
    "logistics",
    "games",
    "finance",
    "robotics",
    "maps",
    "language",
    "research",
];

/// No two alike below 10,000: 20 fields, 25 crafts, and a word of its own for each hundred of both.
fn role_name(number: usize) -> String {
    let (field, craft) = (FIELDS[number % FIELDS.len()], CRAFTS[number / FIELDS.len() % CRAFTS.len()]);
    match number / (FIELDS.len() * CRAFTS.len()) {
        0 => capital(&format!("{field} {craft}")),
        round => capital(&format!("{} {field} {craft}", coined(9_000 + round))),
    }
}

fn skill_name(number: usize) -> String {
    capital(&coined(20_000 + number * 3))
}

fn family_name(number: usize) -> String {
    format!("{} work", capital(FIELDS[number % FIELDS.len()]))
}

/// A word that is in no dictionary; another for each number below 216,000.
fn coined(number: usize) -> String {
    const PARTS: [&str; 60] = [
        "ba", "be", "bi", "bo", "bu", "da", "de", "di", "do", "du", "fa", "fe", "fi", "fo", "ga", "ge", "gi",
        "go", "ha", "he", "ka", "ke", "ki", "ko", "la", "le", "li", "lo", "lu", "ma", "me", "mi", "mo", "mu",
        "na", "ne", "ni", "no", "nu", "pa", "pe", "pi", "po", "ra", "re", "ri", "ro", "ru", "sa", "se", "si",
        "so", "ta", "te", "ti", "to", "va", "ve", "vi", "vo",
    ];
    // A factor without a divisor in common with the number of words spreads neighbours.
    let mixed = number * 7_919 % (60 * 60 * 60);
    [mixed / 3600, mixed / 60 % 60, mixed % 60].map(|part| PARTS[part]).concat() + "n"
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Chance that repeats itself: what comes out follows from what it is for and its number.
struct Chance(u64);

impl Chance {
    fn of(purpose: &str, number: usize) -> Chance {
        let seed = purpose
            .bytes()
            .fold(number as u64 + 1, |seed, byte| seed.wrapping_mul(257).wrapping_add(u64::from(byte)));
        Chance(seed)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// Small numbers oftener than large ones.
    fn uneven(&mut self, end: usize) -> usize {
        let at = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (at * at * end as f64) as usize
    }

    /// A word of texts: a few come often, thousands seldom.
    fn word(&mut self) -> String {
        let at = self.below(1 << 20) as f64 / f64::from(1 << 20);
        coined((at * at * at * 6_000.0) as usize)
    }

    /// A sentence of so many words.
    fn text(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        capital(&words.join(" ")) + "."
    }

    fn texts(&mut self, count: usize, words: usize) -> Vec<String> {
        (0..count).map(|_| self.text(words)).collect()
    }

    fn advice(&mut self) -> Value {
        json!({ "points": self.texts(3, 18), "takeaway": self.text(16) })
    }

    fn share(&mut self) -> Value {
        let value = 1 + self.below(60);
        json!(match self.below(3) {
            0 => format!("{value}–{} %", value + 5),
            1 => format!("under {} %", value + 1),
            _ => format!("about {value} %"),
        })
    }
}
