//! Telling people what changed: once in each period, and nothing twice.
//!
//! Alice follows or plans, Bob publishes, Dora looks after letters, Charlie follows nothing.

use crate::support::people::{at_once, id, register, staff};
use crate::support::{Answer, Browser, Html, Letter, Site};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use waymark::accounts::Rights;
use waymark::db::schema::{guide_changes, ledger, outbox, plan_items, plans, told};
use waymark::digests::{self, Done, Planner};
use waymark::editing::guide_revision;
use waymark::follows::{FOLLOW, Frequency, Interest, List, Rhythm, Subject, Subscription};
use waymark::import;
use waymark::roles::Role;
use waymark::skills::Skill;

const ALICE: &str = "alice@example.org";
pub const SLUG: &str = "web-application-backend-development";
const FILE: &str = "roles/web-application-backend-development.toml";

/// Bob, with the files that he changes.
#[derive(Default)]
pub struct Bob(BTreeMap<String, String>);

impl Bob {
    /// Publishes a file in which `from` is replaced by `to`; gives the guide's revision.
    fn publish(&mut self, site: &Site, file: &str, from: &str, to: &str) -> i64 {
        let read = || std::fs::read_to_string(crate::support::content().join(file)).unwrap();
        let text = self.0.entry(file.to_owned()).or_insert_with(read);
        assert!(text.contains(from), "{file} does not say {from}");
        *text = text.replacen(from, to, 1);
        site.publish(vec![(file.to_owned(), text.clone())]);
        guide_revision(&mut site.conn()).unwrap()
    }

    /// How much Java is asked for: a figure in the Foundation tier.
    pub fn java(&mut self, site: &Site, from: &str, to: &str) -> i64 {
        let all = |share: &str| format!("skill = \"java\"\nall = \"{share}\"");
        self.publish(site, FILE, &all(from), &all(to))
    }

    /// Delivery becomes a lower tier.
    pub fn delivery_moves(&mut self, site: &Site) -> i64 {
        let text = std::fs::read_to_string(crate::support::content().join(FILE)).unwrap();
        let (_, group) = text.split_once("id = \"version-control-and-delivery\"").unwrap();
        let (before, _) = group.split_once("tier = \"foundation\"").unwrap();
        let from = format!("id = \"version-control-and-delivery\"{before}tier = \"foundation\"");
        self.publish(site, FILE, &from, &from.replace("foundation", "essential"))
    }
}

/// Has Alice follow the role, told as it is said.
fn alice_follows(site: &Site, frequency: Frequency) -> String {
    register(site, "Alice", Rights::Member);
    let alice = id(site, ALICE);
    follow(site, &alice, Subject::of::<Role>(SLUG), frequency);
    alice
}

pub fn follow(site: &Site, person: &str, subject: Subject, frequency: Frequency) {
    let list = if subject.is_guide() { List::Guide } else { List::Follows };
    Interest::put(&mut site.conn(), person, FOLLOW, &[subject], site.now()).unwrap();
    choose(site, person, list, frequency);
}

pub fn choose(site: &Site, person: &str, list: List, frequency: Frequency) {
    let subscription = Subscription::on(&mut site.conn(), person, list).unwrap().unwrap();
    let rhythm = Rhythm { frequency, ..subscription.rhythm };
    subscription.choose(&mut site.conn(), rhythm, site.now()).unwrap();
}

/// Makes a plan towards the role, of these skills in this order; those with a mark are how far the person is.
pub fn plan(site: &Site, person: &str, steps: &[(&str, &str, &str)]) -> String {
    let (id, now) = (uuid::Uuid::now_v7().to_string(), site.now());
    let conn = &mut site.conn();
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(&id),
            plans::person.eq(person),
            plans::name.eq("My secret way"),
            plans::role.eq(SLUG),
            plans::hours.eq(5),
            plans::note.eq(""),
            plans::version.eq(1_i64),
            plans::seen_revision.eq(1_i64),
            plans::created_at.eq(now.timestamp_millis()),
            plans::changed_at.eq(now.timestamp_millis()),
        ))
        .execute(conn)
        .unwrap();
    let mut subjects = vec![Subject::of::<Role>(SLUG)];
    for (place, (slug, name, mark)) in steps.iter().enumerate() {
        diesel::insert_into(plan_items::table)
            .values((
                plan_items::plan.eq(&id),
                plan_items::id.eq(uuid::Uuid::now_v7().to_string()),
                plan_items::place.eq(place as i32),
                plan_items::kind.eq("skill"),
                plan_items::skill.eq(slug),
                plan_items::name.eq(name),
                plan_items::status.eq("open"),
                plan_items::note.eq(""),
                plan_items::moved.eq(0_i64),
            ))
            .execute(conn)
            .unwrap();
        if !mark.is_empty() {
            diesel::insert_into(ledger::table)
                .values((
                    ledger::person.eq(person),
                    ledger::skill.eq(slug),
                    ledger::mark.eq(mark),
                    ledger::note.eq(""),
                    ledger::evidence.eq("[]"),
                    ledger::version.eq(1_i64),
                    ledger::marked_at.eq(now.timestamp_millis()),
                ))
                .execute(conn)
                .unwrap();
        }
        subjects.push(Subject::of::<Skill>(slug));
    }
    Interest::put(conn, person, &id, &subjects, now).unwrap();
    id
}

/// Says that a publication puts another right, as the page for publishing marks it.
pub fn corrects(site: &Site, right: i64, wrong: i64) {
    let row = guide_changes::table.filter(guide_changes::seq.eq(right));
    diesel::update(row).set(guide_changes::corrects.eq(wrong)).execute(&mut site.conn()).unwrap();
}

/// Letters of lists that somebody has, the newest first.
fn letters(site: &Site, to: &str) -> Vec<Letter> {
    let all = site.letters();
    let of_lists = all.to(to).into_iter().filter(|letter| raw(letter).contains("List-Id:"));
    let plain = |letter: &Letter| Letter { text: letter.text.replace("\r\n", "\n"), ..letter.clone() };
    of_lists.map(plain).collect()
}

fn raw(letter: &Letter) -> String {
    String::from_utf8_lossy(&letter.raw).into_owned()
}

fn none() -> Done {
    Done::default()
}

fn mailed(count: usize) -> Done {
    Done { mailed: count, ..Done::default() }
}

const MINUTES: fn(i64) -> TimeDelta = TimeDelta::minutes;
const DAYS: fn(i64) -> TimeDelta = TimeDelta::days;

mod a_digest {
    use super::*;

    #[test]
    fn comes_once_a_week_and_tells_a_change_once() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Weekly);
        register(&site, "Charlie", Rights::Member);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(11));
        assert_eq!(site.plan(), none(), "nothing is due");

        site.later(DAYS(7));
        assert_eq!(site.plan(), mailed(1));
        assert_eq!(site.plan(), none(), "planned twice, made once");

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 1);
        let letter = &got[0];
        assert!(
            letter.subject.starts_with("Web application backend development has changed, "),
            "{}",
            letter.subject
        );
        assert!((10..=78).contains(&letter.subject.chars().count()));
        for said in ["Java, all postings: about 45 % -> about 60 %", "because you follow", "/unsubscribe/"] {
            assert!(letter.text.contains(said), "{said}: {}", letter.text);
        }
        assert!(letters(&site, "charlie@example.org").is_empty());

        site.later(DAYS(7));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() }, "nothing new, so no letter");
        assert_eq!(letters(&site, ALICE).len(), 1);
    }

    #[test]
    fn tells_the_net_difference_of_several_publications() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Weekly);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(DAYS(1));
        bob.java(&site, "about 60 %", "about 52 %");
        site.later(DAYS(7));

        assert_eq!(site.plan(), mailed(1));

        let text = &letters(&site, ALICE)[0].text;
        assert!(text.contains("Java, all postings: about 45 % -> about 52 %"), "{text}");
        assert!(!text.contains("60 %"), "{text}");

        // What took itself back is no news.
        site.later(DAYS(1));
        bob.java(&site, "about 52 %", "about 70 %");
        site.later(DAYS(1));
        bob.java(&site, "about 70 %", "about 52 %");
        site.later(DAYS(7));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() });
    }

    #[test]
    fn leaves_out_what_is_too_small() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Weekly);
        bob.publish(&site, FILE, "sentence = \"", "sentence = \"So: ");
        site.later(DAYS(8));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() });
        assert!(letters(&site, ALICE).is_empty());
    }

    #[test]
    fn makes_up_for_a_standstill_with_one_letter() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Daily);
        for (from, to) in
            [("about 45 %", "about 50 %"), ("about 50 %", "about 55 %"), ("about 55 %", "about 60 %")]
        {
            bob.java(&site, from, to);
            site.later(DAYS(3));
        }

        assert_eq!(site.plan(), mailed(1));

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 1);
        assert!(got[0].text.contains("about 45 % -> about 60 %"), "{}", got[0].text);
        assert_eq!(site.plan(), none());
        site.later(DAYS(1));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() }, "the days before are not made up for");
    }

    #[test]
    fn is_made_once_by_two_planners_at_work_at_the_same_time() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        let alice = alice_follows(&site, Frequency::Weekly);
        plan(&site, &alice, &[("java", "Java", "")]);
        choose(&site, &alice, List::Plans, Frequency::Weekly);
        for name in ["Eve", "Frank", "Grace", "Heidi"] {
            register(&site, name, Rights::Member);
            let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
            follow(&site, &person, Subject::of::<Role>(SLUG), Frequency::Weekly);
        }
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(DAYS(8));

        let planned = at_once(&[1, 2, 3], |_| {
            let planner = Planner::new(site.office.clone(), &import::KINDS);
            digests::plan_due(&mut site.conn(), &planner, site.now()).unwrap()
        });

        let sum: usize = planned.iter().map(|done| done.mailed).sum();
        assert_eq!(sum + site.plan().mailed, 5, "{planned:?}");
        assert_eq!(letters(&site, ALICE).len(), 1, "her plan won, and nothing was told twice");
        assert!(letters(&site, ALICE)[0].subject.contains("touches your plan"));
        for name in ["eve", "frank", "grace", "heidi"] {
            assert_eq!(letters(&site, &format!("{name}@example.org")).len(), 1, "{name}");
        }
    }

    #[test]
    fn keeps_what_was_told_when_the_frequency_changes() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        let alice = alice_follows(&site, Frequency::AtOnce);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(11));
        assert_eq!(site.plan(), mailed(1));
        assert_eq!(letters(&site, ALICE).len(), 1);
        bob.java(&site, "about 60 %", "about 30 %");
        choose(&site, &alice, List::Follows, Frequency::Monthly);
        site.later(DAYS(40));

        assert_eq!(site.plan(), mailed(1));

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 2);
        assert!(got[0].text.contains("about 60 % -> about 30 %"), "{}", got[0].text);
        choose(&site, &alice, List::Follows, Frequency::Daily);
        site.later(DAYS(2));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() });
    }

    #[test]
    fn says_nothing_of_what_is_not_followed_any_more() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        let alice = alice_follows(&site, Frequency::Weekly);
        bob.java(&site, "about 45 %", "about 60 %");
        let role = [Subject::of::<Role>(SLUG)];
        Interest::remove(&mut site.conn(), &alice, FOLLOW, &role).unwrap();
        site.later(DAYS(8));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() });

        // What happened before she followed it again is no news either.
        Interest::put(&mut site.conn(), &alice, FOLLOW, &role, site.now()).unwrap();
        site.later(DAYS(8));
        assert_eq!(site.plan(), Done { empty: 1, ..Done::default() });
    }

    #[test]
    fn tells_what_it_said_again_if_it_could_not_be_sent() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Weekly);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(DAYS(8));
        assert_eq!(site.plan(), mailed(1));
        // Nobody hands it over until it is too late.
        site.later(DAYS(8));
        assert!(letters(&site, ALICE).is_empty());

        assert_eq!(site.plan(), mailed(1));

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 1);
        assert!(got[0].text.contains("about 45 % -> about 60 %"), "{}", got[0].text);
    }

    #[test]
    fn is_one_a_period_in_every_zone_through_both_clock_changes() {
        let begin: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let end = begin + DAYS(365);
        for (at, zone) in chrono_tz::TZ_VARIANTS.into_iter().enumerate() {
            // Each rhythm in turn: together they meet every zone's changes by the day.
            let minute = [0, 150, 23 * 60 + 30, 420][at % 4];
            for frequency in [Frequency::Daily, Frequency::Weekly, Frequency::Monthly] {
                let rhythm = Rhythm { frequency, weekday: chrono::Weekday::Sun, minute };
                let mut now = begin;
                let mut last = String::new();
                let mut count = 0;
                while let Some(due) = rhythm.next(zone, now).filter(|due| due.at < end) {
                    // The planner looks some time later, and names the period by what was due last.
                    now = due.at + TimeDelta::minutes([0, 1, 55][count % 3]);
                    let period = rhythm.last(zone, now).unwrap().period;
                    assert_eq!(period, due.period, "{zone} at {now}");
                    assert_ne!(period, last, "{zone}: twice");
                    last = period;
                    count += 1;
                }
                let most = match frequency {
                    Frequency::Daily => 364..=366,
                    Frequency::Weekly => 52..=53,
                    _ => 12..=12,
                };
                assert!(most.contains(&count), "{zone} {frequency:?}: {count}");
            }
        }
    }
}

mod a_notice {
    use super::*;

    #[test]
    fn waits_ten_minutes_and_takes_further_edits_along() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(9));
        assert_eq!(site.plan(), none(), "it can still be taken back");
        bob.java(&site, "about 60 %", "about 65 %");
        site.later(MINUTES(2));
        assert_eq!(site.plan(), none(), "it is being edited");
        site.later(MINUTES(9));

        assert_eq!(site.plan(), mailed(1));

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 1);
        assert_eq!(got[0].subject, "Web application backend development has changed");
        assert!(got[0].text.contains("about 45 % -> about 65 %"), "{}", got[0].text);
        assert_eq!(site.plan(), none());
    }

    #[test]
    fn is_not_put_off_for_ever_by_further_edits() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        let shares: Vec<String> = (0..9).map(|n| format!("about {} %", 45 + 2 * n)).collect();
        let mut told = 0;
        for pair in shares.windows(2) {
            bob.java(&site, &pair[0], &pair[1]);
            site.later(MINUTES(9));
            told += site.plan().mailed;
        }
        assert_eq!(told, 1, "after an hour it goes");
    }

    #[test]
    fn is_taken_back_by_a_publisher_in_time_and_not_later() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        let (mut dora, mut editor) =
            (staff(&site, "Dora", Rights::Publisher), staff(&site, "Erin", Rights::Editor));
        let first = bob.java(&site, "about 45 %", "about 60 %").to_string();
        let entry = format!("/admin/roles/{SLUG}");
        assert!(dora.page(&entry).text().contains("Nobody was told of revision 2 yet"));
        let recall =
            |browser: &mut Browser, seq: &str| browser.post(&format!("{entry}/recall"), &[("seq", seq)]);
        assert_eq!(recall(&mut editor, &first).status, 403);
        assert_eq!(recall(&mut dora, "999").status, 404);
        assert_eq!(recall(&mut dora, "x").status, 404);

        assert_eq!(recall(&mut dora, &first).status, 303);
        assert_eq!(recall(&mut dora, &first).status, 303, "what was wanted is true");

        assert!(!dora.page(&entry).text().contains("Nobody was told of revision 2 yet"));
        assert!(dora.page("/admin/audit?action=recalled").text().contains(SLUG));
        site.later(MINUTES(11));
        assert_eq!(site.plan(), none());
        // The next news begins where the one that was taken back ended.
        let second = bob.java(&site, "about 60 %", "about 70 %").to_string();
        site.later(MINUTES(11));
        assert_eq!(recall(&mut dora, &second).status, 403, "too late");
        assert_eq!(site.plan(), mailed(1));
        let got = letters(&site, ALICE);
        assert!(got[0].text.contains("about 60 % -> about 70 %"), "{}", got[0].text);
    }

    #[test]
    fn tells_of_figures_of_a_role_and_of_roles_of_a_skill() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        register(&site, "Eve", Rights::Member);
        let eve = id(&site, "eve@example.org");
        follow(&site, &eve, Subject::of::<Skill>("java"), Frequency::AtOnce);
        let pay = "figures/web-developers-pay.toml";
        bob.publish(&site, pay, "90930", "99930");
        bob.java(&site, "about 45 %", "about 60 %");
        bob.publish(
            &site,
            FILE,
            "skill = \"python\"\nall = \"about 25 %\"",
            "skill = \"python\"\nall = \"about 50 %\"",
        );
        site.later(MINUTES(11));

        assert_eq!(site.plan(), mailed(2));

        let text = &letters(&site, ALICE)[0].text;
        assert!(text.contains("Median pay: $90,930 -> $99,930"), "{text}");
        let text = &letters(&site, "eve@example.org")[0].text;
        assert!(text.contains("Java, all postings") && !text.contains("Python"), "{text}");
    }

    #[test]
    fn of_the_whole_guide_tells_what_is_new_and_what_matters() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        register(&site, "Alice", Rights::Member);
        let alice = id(&site, ALICE);
        follow(&site, &alice, Subject::guide(), Frequency::Weekly);
        bob.java(&site, "about 45 %", "about 60 %");
        let skill = std::fs::read_to_string(crate::support::content().join("skills/java.toml")).unwrap();
        site.publish(vec![("skills/jakarta.toml".into(), skill.replacen("Java", "Jakarta", 1))]);
        site.later(DAYS(8));

        assert_eq!(site.plan(), mailed(1));

        let letter = &letters(&site, ALICE)[0];
        assert!(letter.subject.starts_with("Two changes in the guide"), "{}", letter.subject);
        assert!(letter.text.contains("New skill\nJakarta"), "{}", letter.text);
    }
}

mod a_plan {
    use super::*;

    #[test]
    fn is_told_what_touches_it_and_which_step_is_next() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        let alice = alice_follows(&site, Frequency::Weekly);
        let steps = [("git", "Git", "strong"), ("docker", "Docker", ""), ("java", "Java", "learning")];
        let own = plan(&site, &alice, &steps);
        bob.delivery_moves(&site);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(DAYS(8));

        assert_eq!(
            site.plan(),
            Done { mailed: 1, empty: 1, ..Done::default() },
            "the other list has nothing left"
        );

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 1);
        let letter = &got[0];
        assert!(letter.subject.starts_with("One change touches your plan, "), "{}", letter.subject);
        for said in [
            "moved from Foundation to Essential; Docker is your next step.",
            "Java, all postings (it is what you are learning): about 45 % -> about 60 %",
            "1 of 3 skills known",
            "Your next step\nDocker",
            &format!("/plans/{own}"),
            "your plan “My secret way” rests on what changed",
        ] {
            assert!(letter.text.contains(said), "{said}: {}", letter.text);
        }
        assert_eq!(letter.html.text().matches("Open your plan").count(), 1, "one thing to do");
    }

    #[test]
    fn hears_of_a_skill_that_was_withdrawn() {
        let Some(site) = Site::open() else { return };
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        register(&site, "Alice", Rights::Member);
        let alice = id(&site, ALICE);
        plan(&site, &alice, &[("elasticsearch", "Elasticsearch", "")]);
        choose(&site, &alice, List::Plans, Frequency::AtOnce);
        let typed = [("fate", "merged"), ("heirs", "PostgreSQL"), ("reason", "Both search texts.")];
        let seen = send(&mut dora, &typed, "look", None);
        assert_eq!(seen.status, 200, "{}", seen.text());
        let done = send(&mut dora, &typed, "withdraw", Some(seen.html()));
        assert_eq!(done.status, 303, "{}", done.text());
        site.later(MINUTES(11));

        assert_eq!(site.plan(), mailed(1));

        let letter = &letters(&site, ALICE)[0];
        let said = "“Elasticsearch” was merged into “PostgreSQL”: Both search texts.";
        assert!(letter.text.contains(said), "{}", letter.text);
    }

    fn send(dora: &mut Browser, typed: &[(&str, &str)], order: &str, page: Option<Html>) -> Answer {
        let path = "/admin/skills/elasticsearch/withdraw";
        let page = page.unwrap_or_else(|| dora.page(path));
        let form =
            page.all("form").into_iter().find(|form| form.source().contains("name=\"revision\"")).unwrap();
        let fields = form.fields();
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.retain(|(name, _)| typed.iter().all(|(own, _)| own != name));
        fields.extend(typed);
        fields.push(("do", order));
        dora.post(path, &fields)
    }
}

mod a_correction {
    use super::*;

    #[test]
    fn goes_to_exactly_those_who_were_told_however_small_it_is() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        for name in ["Eve", "Frank"] {
            register(&site, name, Rights::Member);
            let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
            follow(&site, &person, Subject::of::<Role>(SLUG), Frequency::Weekly);
        }
        let frank = id(&site, "frank@example.org");
        choose(&site, &frank, List::Follows, Frequency::AtOnce);
        let wrong = bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(11));
        assert_eq!(site.plan(), mailed(2), "Alice and Frank were told, Eve was not");
        assert_eq!(letters(&site, "frank@example.org").len(), 1);
        choose(&site, &frank, List::Follows, Frequency::Off);
        let right = bob.java(&site, "about 60 %", "about 59 %");
        corrects(&site, right, wrong);
        assert_eq!(site.plan(), none());
        site.later(MINUTES(11));

        assert_eq!(site.plan(), Done { corrections: 1, ..Done::default() });
        assert_eq!(site.plan(), none());

        let got = letters(&site, ALICE);
        assert_eq!(got.len(), 2);
        assert!(got[0].subject.starts_with("Correction: "), "{}", got[0].subject);
        assert!(
            got[0].text.contains("We wrote: Java, all postings: about 45 % → about 60 %."),
            "{}",
            got[0].text
        );
        assert!(
            got[0].text.contains("Right is: Java, all postings: about 60 % → about 59 %."),
            "{}",
            got[0].text
        );
        assert_eq!(letters(&site, "frank@example.org").len(), 1, "he stopped these letters");
        site.later(DAYS(8));
        assert_eq!(site.plan(), mailed(1));
        let eve = &letters(&site, "eve@example.org")[0];
        assert!(eve.text.contains("about 45 % -> about 59 %") && !eve.text.contains("60 %"), "{}", eve.text);
    }

    #[test]
    fn is_chosen_on_the_page_for_publishing() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let wrong = bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(11));
        site.plan();
        edit(&mut dora, "sentence", "You write what runs behind the page.");

        let page = dora.page(&format!("/admin/roles/{SLUG}/publish"));
        assert!(page.text().contains("told to 1"), "{}", page.text());
        publish(&mut dora, &[("corrects", &wrong.to_string())]);
        site.later(MINUTES(11));

        assert_eq!(site.plan(), Done { corrections: 1, ..Done::default() }, "though it is minor");
    }
}

/// Changes a field of the role.
fn edit(browser: &mut Browser, field: &str, value: &str) {
    let path = format!("/admin/roles/{SLUG}/edit/role");
    let page = browser.page(&path);
    let mut fields = page.class("sheet")[0].fields();
    for (name, old) in &mut fields {
        if name == field {
            value.clone_into(old);
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let saved = browser.post(&path, &fields);
    assert!([200, 303].contains(&saved.status), "{}", saved.text());
}

/// Publishes the draft of the role with the words that are suggested, and further fields.
fn publish(browser: &mut Browser, more: &[(&str, &str)]) {
    let path = format!("/admin/roles/{SLUG}/publish");
    let page = browser.page(&path);
    let form = page.all("form").into_iter().find(|form| form.source().contains("name=\"summary\"")).unwrap();
    let fields = form.fields();
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.retain(|(name, _)| more.iter().all(|(own, _)| own != name));
    fields.extend(more);
    fields.push(("do", "now"));
    let done = browser.post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.text());
}

mod a_letter {
    use super::*;

    #[test]
    fn is_read_on_the_site_at_an_address_that_nobody_guesses() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::AtOnce);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(MINUTES(11));
        site.plan();
        let letter = letters(&site, ALICE).remove(0);
        let begin = format!("{}/letters/read/", site.visitor().site());
        let link = letter.text.lines().find(|line| line.starts_with(&begin)).unwrap();
        let path = link.strip_prefix(&site.visitor().site()).unwrap();

        let answer = site.visitor().get(path);

        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("about 60 %"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("script"), "{policy}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(!answer.text().contains("/unsubscribe/"), "whoever was shown it cannot stop it");
        let cut = &path[..path.len() - 1];
        let other = path.replace("/read/0", "/read/1");
        for wrong in [cut, &other, "/letters/read/x", "/letters/read/x.y", &path.replace('.', "/")] {
            assert_eq!(site.visitor().get(wrong).status, 404, "{wrong}");
        }
        waymark::follows::forget(&mut site.conn(), &id(&site, ALICE)).unwrap();
        assert_eq!(site.visitor().get(path).status, 404, "gone with its person");
    }

    #[test]
    fn of_every_kind_can_be_looked_at_where_the_program_is_worked_on() {
        let Some(site) = Site::open() else { return };
        let mut seen = 0;
        let index = site.visitor().page("/dev/letters");
        let samples: Vec<String> =
            index.links().into_iter().filter(|link| link.starts_with("/dev/letters/samples/")).collect();
        assert!(index.text().contains("Confirm what you want to follow on Waymark"), "{}", index.text());
        for path in samples {
            let page = site.visitor().page(&path);
            let subject = page.headings(1).remove(0);
            assert!((10..=78).contains(&subject.chars().count()), "{subject}");
            let html = site.visitor().get(&format!("{path}/html")).text();
            assert!(html.contains("<html lang=\"en\">") && html.len() < 100_000);
            for word in ["<script", "<form", "<img", "url(", "onclick"] {
                assert!(!html.contains(word), "{subject}: {word}");
            }
            let page = Html::from(html);
            assert_eq!(page.headings(1), std::slice::from_ref(&subject));
            for link in page.links() {
                assert!(link.starts_with(&site.visitor().site()), "{subject}: {link}");
            }
            seen += 1;
        }
        assert_eq!(seen, 29);
        let rows: i64 = outbox::table.count().get_result(&mut site.conn()).unwrap();
        assert_eq!(rows, 0, "samples are posted to nobody");
        let Some(public) = Site::behind("https://guide.example.org") else { return };
        let asked = public.visitor().at_host("guide.example.org");
        let https = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7")];
        assert_eq!(asked.ask("GET", "/dev/letters/samples/0", &https).status, 404);
    }
}

mod editors {
    use super::*;

    #[test]
    fn see_whom_it_concerns_before_they_publish() {
        let Some(site) = Site::open() else { return };
        let alice = alice_follows(&site, Frequency::AtOnce);
        plan(&site, &alice, &[("java", "Java", "")]);
        for (name, frequency) in [("Eve", Frequency::Weekly), ("Frank", Frequency::Off)] {
            register(&site, name, Rights::Member);
            let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
            follow(&site, &person, Subject::of::<Role>(SLUG), frequency);
        }
        let eve = id(&site, "eve@example.org");
        let paused = Subscription::on(&mut site.conn(), &eve, List::Follows).unwrap().unwrap();
        paused.pause(&mut site.conn(), Some(site.now() + DAYS(30)), site.now()).unwrap();
        let mut dora = staff(&site, "Dora", Rights::Publisher);
        let path = format!("/admin/roles/{SLUG}/publish");

        edit(&mut dora, "sentence", "Another sentence.");
        let text = dora.page(&path).text();
        assert!(text.contains("It concerns 3 people; one of them has a plan that rests on it."), "{text}");
        assert!(text.contains("all: too small a change for this list"), "{text}");
        assert!(text.contains("No letter goes."), "{text}");

        let draft = waymark::editing::Draft::find(&mut site.conn(), "role", SLUG).unwrap().unwrap();
        let mut moved = draft.content.clone();
        moved["groups"][0]["tier"] = serde_json::json!("advanced");
        assert!(draft.revise(&mut site.conn(), (&moved, draft.base_revision), &alice, site.now()).unwrap());
        let page = dora.page(&path);
        let text = page.text();
        assert!(text.contains("the first letters go at"), "{text}");
        assert!(text.contains("1 stopped these letters, 1 paused them"), "{text}");
        assert!(text.contains("One change touches your plan"), "{text}");
        assert!(text.contains("is your next step"), "{text}");
        for hidden in ["alice", "eve@", "My secret way", &alice] {
            assert!(!page.source().contains(hidden), "{hidden}");
        }

        let letter = dora.get(&format!("/admin/roles/{SLUG}/letter"));
        assert_eq!(letter.status, 200, "{}", letter.text());
        assert!(letter.text().contains("Your target role"), "{}", letter.text());
        let sent = dora.post(&format!("/admin/roles/{SLUG}/letter"), &[]);
        assert_eq!(sent.status, 303);
        let all = site.letters();
        assert_eq!(all.to("dora@example.org").len(), 1);
        assert!(all.to(ALICE).is_empty());
        assert_eq!(site.visitor().get(&format!("/admin/roles/{SLUG}/letter")).status, 303);
    }

    #[test]
    fn find_out_why_somebody_got_a_letter_or_did_not() {
        let Some(site) = Site::open() else { return };
        let mut bob = Bob::default();
        alice_follows(&site, Frequency::Weekly);
        bob.java(&site, "about 45 %", "about 60 %");
        site.later(DAYS(8));
        site.plan();
        let mut erin = staff(&site, "Erin", Rights::Editor);
        let mut ada = staff(&site, "Ada", Rights::Admin);

        let text = erin.page("/admin/letters").text();
        assert!(text.contains("waiting") && text.contains("mailed"), "{text}");
        assert!(!text.contains("Why somebody got"), "{text}");
        assert_eq!(erin.post("/admin/letters", &[("address", ALICE)]).status, 403);
        let nobody = ada.post("/admin/letters", &[("address", "nobody@example.org")]);
        assert_eq!(nobody.status, 422);
        assert!(nobody.text().contains("nobody@example.org"), "what was typed is kept");
        assert_eq!(ada.post("/admin/letters", &[("address", "nonsense")]).status, 422);

        let found = ada.post("/admin/letters", &[("address", ALICE)]);
        assert_eq!(found.status, 200, "{}", found.text());
        let text = found.html().text();
        assert!(text.contains("W:20") && text.contains("mailed, ready"), "{text}");
        let audit = ada.page("/admin/audit?action=letters-read");
        assert!(audit.text().contains(&id(&site, ALICE)), "{}", audit.text());
        site.letters();
        let text = ada.post("/admin/letters", &[("address", ALICE)]).html().text();
        assert!(text.contains("mailed, accepted") && text.contains("written to a file"), "{text}");
    }
}

#[test]
fn nothing_is_told_twice_over_lists_notices_and_digests() {
    let Some(site) = Site::open() else { return };
    let mut bob = Bob::default();
    let alice = alice_follows(&site, Frequency::AtOnce);
    plan(&site, &alice, &[("java", "Java", "")]);
    follow(&site, &alice, Subject::guide(), Frequency::Daily);
    bob.java(&site, "about 45 %", "about 60 %");
    site.later(MINUTES(11));
    assert_eq!(site.plan().mailed, 1);
    assert_eq!(letters(&site, ALICE).len(), 1);
    for _ in 0..9 {
        site.later(DAYS(1));
        assert_eq!(site.plan().mailed, 0);
    }
    assert_eq!(letters(&site, ALICE).len(), 1);
    let rows: Vec<(String, i64)> =
        told::table.select((told::person, told::seq)).load(&mut site.conn()).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
}
