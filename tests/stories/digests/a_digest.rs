//! Digests: one in each period, of all that changed.

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
