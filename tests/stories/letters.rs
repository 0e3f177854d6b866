//! Letters as a mail server gets them: every kind there is against every rule, and every rule against a letter that
//! breaks it.

use crate::support::passkey::{Passkey, options};
use crate::support::people::{OTHER, PASSWORD, sign_in, token};
use crate::support::post::{Post, after, letter, noon};
use crate::support::rules::{About, broken, broken_again, broken_together};
use crate::support::smtpd::{Received, Smtpd, key, verify};
use crate::support::{Browser, Letter, Site, database};
use chrono::{TimeDelta, Utc};
use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use std::collections::BTreeSet;
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights, commands};
use waymark::db;
use waymark::db::schema::outbox;
use waymark::mail::{Class, Listed, Posting};

const SITE: &str = "https://guide.example.org";
const HOST: &str = "guide.example.org";

/// The settings of a site whose letters are signed.
fn signed<'a>(relay: &'a str, key: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("WAYMARK_BASE_URL", SITE),
        ("WAYMARK_SMTP_URL", relay),
        ("WAYMARK_DKIM_SELECTOR", "2026"),
        ("WAYMARK_DKIM_KEY", key),
    ]
}

fn of_account() -> About<'static> {
    About { site: SITE, domain: HOST, list: false, signed: Some("rsa") }
}

fn of_list() -> About<'static> {
    About { list: true, ..of_account() }
}

/// Posts a letter of a list.
fn post_digest(post: &Post, dedup: &str, to: &str) {
    let mut letter = letter(&post.office, dedup);
    letter.subject = "What changed for you in week 47 – Waymark".into();
    letter.because = "You get this because you follow something on Waymark.".into();
    let listed = Listed {
        subscription: "s",
        name: "What you follow",
        token: "follows",
        unsubscribe: "https://guide.example.org/unsubscribe/3q2-7wEBAgM",
        preferences: "https://guide.example.org/letters/3q2-7wEBAgM",
        web: "https://guide.example.org/letters/3q2-7wEBAgM/2026-W47",
        thread: None,
    };
    let (now, expires) = (noon(), after(86_400));
    let (class, person) = (Class::Digest, Some("alice"));
    let list = Some(&listed);
    let posting = Posting { dedup, class, person, to, letter: &letter, list, now, expires };
    db::write(&mut post.conn(), |conn| post.office.post(conn, &posting)).unwrap();
}

/// A letter of a list and one of an account, as aiosmtpd got them.
fn received() -> Option<[Received; 2]> {
    let smtpd = Smtpd::start()?;
    let (relay, key) = (smtpd.url(), key("rsa-pkcs1").display().to_string());
    let post = Post::with(&signed(&relay, &key))?;
    post_digest(&post, "one", "alice@example.org");
    post.post("two");
    post.round(&post.worker(), after(1));
    let all = smtpd.wait_for(2);
    let list = |received: &&Received| received.from.starts_with("letters@");
    Some([all.iter().find(list).unwrap().clone(), all.iter().find(|r| !list(r)).unwrap().clone()])
}

mod rules {
    use super::*;

    fn with(received: &Received, from: &str, to: &str) -> Received {
        let text = String::from_utf8(received.raw.clone()).unwrap();
        assert!(text.contains(from), "no {from:?} in {text}");
        Received { raw: text.replacen(from, to, 1).into_bytes(), ..received.clone() }
    }

    /// The same with a line more in its head.
    fn and(received: &Received, line: &str) -> Received {
        with(received, "MIME-Version: 1.0\r\n", &format!("MIME-Version: 1.0\r\n{line}\r\n"))
    }

    /// The same with something else in its HTML, whatever its encoding does to it.
    fn in_html(received: &Received, html: &str) -> Received {
        let encoded = quoted_printable::encode_to_str(html);
        with(received, "</body>", &format!("{encoded}</body>"))
    }

    #[test]
    fn are_kept_by_letters_of_lists_and_of_accounts() {
        let Some([digest, account]) = received() else { return };
        assert_eq!(broken(&digest, &of_list()), []);
        assert_eq!(broken(&account, &of_account()), []);
        assert_eq!(broken_together(&[(digest, true), (account, false)]), []);
    }

    #[test]
    fn are_each_broken_by_a_letter_that_breaks_it() {
        let Some([digest, account]) = received() else { return };
        // Whether a signature holds is asked once, below: any change breaks it.
        let list = About { signed: None, ..of_list() };
        let all = [
            ("M01", and(&digest, "Subject: Another")),
            ("M01", with(&digest, "MIME-Version: 1.0\r\n", "")),
            ("M01", and(&digest, "List-Help: <https://guide.example.org/help>")),
            ("M02", with(&digest, "<letters@guide.example.org>", "<letters@example.org>")),
            (
                "M02",
                with(
                    &digest,
                    "<letters@guide.example.org>",
                    "<letters@guide.example.org>, a@guide.example.org",
                ),
            ),
            ("M03", with(&digest, "Message-ID: <", "Message-ID: <a@b> <")),
            ("M04", with(&digest, " +0000\r\n", " GMT\r\n")),
            ("M05", with(&digest, "<!doctype html>", "<!doctype html>\n")),
            ("M05", with(&digest, "<!doctype html>", &"x".repeat(999))),
            ("M06", and(&digest, "X-Evil: 1")),
            ("M07", with(&digest, "text/plain", "text/markdown")),
            ("M07", with(&digest, "charset=utf-8", "charset=us-ascii")),
            ("M07", in_html(&digest, "<a href=\"https://guide.example.org/elsewhere\">x</a>")),
            (
                "M08",
                with(&digest, "List-Unsubscribe: <https", "List-Unsubscribe: <mailto:x@example.org>, <https"),
            ),
            ("M08", with(&digest, "List-Unsubscribe: <https", "List-Unsubscribe:\r\n <http")),
            ("M09", with(&digest, "=One-Click", "=Two-Clicks")),
            ("M11", with(&digest, "<follows.guide", "<follows guide")),
            ("M12", with(&digest, "List-Post: NO", "List-Post: <mailto:x@guide.example.org>")),
            ("M12", with(&digest, "List-Archive: <https", "List-Archive: <http")),
            ("M13", with(&digest, "auto-generated", "no")),
            ("M14", with(&digest, "OOF, AutoReply", "None")),
            ("M15", and(&digest, "Bcc: eve@example.org")),
            ("M15", and(&digest, "Return-Path: <eve@example.org>")),
            ("M15", Received { to: vec!["a@example.org".into(), "b@example.org".into()], ..digest.clone() }),
            ("M16", with(&digest, "X-Waymark-Delivery: 0", "X-Waymark-Delivery: 1")),
            ("M16", with(&digest, "Feedback-ID: ", "Feedback-ID: :")),
            ("M17", with(&digest, "You get this", "You have this")),
            (
                "M17",
                with(
                    &digest,
                    "List-Unsubscribe: <https://guide.example.org/u",
                    "List-Unsubscribe: <https://guide.example.org/v",
                ),
            ),
            ("M18", in_html(&digest, "<script src=\"https://guide.example.org/x.js\"></script>")),
            ("M18", in_html(&digest, "<a href=\"https://example.org/\">x</a>")),
            ("M18", in_html(&digest, "<table><tr><td>x</td></tr></table>")),
            ("M18", in_html(&digest, "<img src=\"https://guide.example.org/x.png\">")),
            ("M18", in_html(&digest, "<p class=\"faint\" style=\"color:#AAA59A;\">x</p>")),
            ("M18", with(&digest, "max-width:600px", "max-width:900px")),
            (
                "M19",
                in_html(
                    &digest,
                    "<img alt=\"\" width=\"1\" height=\"1\" src=\"https://guide.example.org/x.png\">",
                ),
            ),
            ("M19", in_html(&digest, "<a href=\"https://guide.example.org/go?url=x\">x</a>")),
            ("M20", and(&digest, "Precedence: bülk")),
            ("M22", with(&digest, "Subject: ", "Subject: Re: ")),
            ("M22", with(&digest, "Subject: ", &format!("Subject: {} ", "x".repeat(70)))),
            ("M23", and(&digest, "In-Reply-To: <x@guide.example.org>")),
        ];
        for (rule, message) in &all {
            let found = broken(message, &list);
            let rules: BTreeSet<&str> = found.iter().map(|(rule, _)| *rule).collect();
            assert!(rules.contains(rule), "{rule}: {found:?}");
            // Each for itself, but for what is wrong in several ways.
            assert!(rules.len() <= 3, "{rule}: {found:?}");
        }
        let account_rules = About { signed: None, ..of_account() };
        let listed = and(&account, "List-Id: Waymark <x.guide.example.org>");
        assert!(broken(&listed, &account_rules).iter().any(|(rule, _)| *rule == "M21"));
        let same = with(&account, "waymark@guide", "letters@guide");
        assert_eq!(broken_together(&[(digest.clone(), true), (same, false)])[0].0, "M21");
        assert_eq!(broken_together(&[(digest.clone(), true), (digest.clone(), true)])[0].0, "M03");
        let later = with(&digest, "Fri, 20 Nov", "Sat, 21 Nov");
        let rules: Vec<&str> = broken_again(&digest.raw, &later.raw).iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, ["M04", "M25"]);
        for (rule, message) in [
            ("M10", with(&digest, "What changed for you", "What changed for me")),
            ("M10", with(&digest, "c=relaxed/relaxed", "c=simple/relaxed")),
            ("M10", with(&digest, "; d=guide.example.org", "; l=10; d=guide.example.org")),
            ("M10", with(&digest, "; d=guide.example.org", "; d=example.org")),
            ("M10", with(&digest, ":list-unsubscribe-post:", ":")),
            ("M10", with(&digest, "DKIM-Signature: ", "Precedence: ")),
            ("M24", and(&digest, "CFBL-Address: fbl@guide.example.org")),
        ] {
            let found = broken(&message, &of_list());
            assert!(found.iter().any(|(broken, _)| *broken == rule), "{rule}: {found:?}");
        }
    }
}

mod signatures {
    use super::*;

    #[test]
    fn hold_with_any_key_that_is_taken_and_not_when_a_letter_was_changed() {
        for (file, record) in [("rsa-pkcs1", "rsa"), ("rsa-pkcs8", "rsa"), ("ed25519", "ed25519")] {
            let Some(smtpd) = Smtpd::start() else { return };
            let (relay, key) = (smtpd.url(), key(file).display().to_string());
            let Some(post) = Post::with(&signed(&relay, &key)) else { return };
            post_digest(&post, "ünïcode", "alice@example.org");
            post.round(&post.worker(), after(1));
            let raw = smtpd.wait_for(1).remove(0).raw;
            let Some(said) = verify(&raw, record) else { return };
            assert_eq!(said, "holds 2026._domainkey.guide.example.org.", "{file}");

            let text = String::from_utf8(raw).unwrap();
            for (from, to) in [
                (
                    "List-Unsubscribe: <https://guide.example.org",
                    "List-Unsubscribe: <https://evil.example.org",
                ),
                ("To: alice", "To: eve"),
                ("Confirm", "Consent"),
            ] {
                let changed = text.replacen(from, to, 1);
                assert_ne!(changed, text);
                assert!(verify(changed.as_bytes(), record).unwrap().starts_with("does not hold"), "{from}");
            }
        }
    }

    #[test]
    fn are_made_once_so_that_every_attempt_is_the_same_letter() {
        let relay = crate::support::Relay::playing(&[
            (".", crate::support::Play::Leave),
            (".", crate::support::Play::Say("451 4.3.0 later")),
        ]);
        let (url, key) = (relay.url(), key("rsa-pkcs8").display().to_string());
        let Some(post) = Post::with(&signed(&url, &key)) else { return };
        post_digest(&post, "one", "alice@example.org");
        let kept = post.message();
        let worker = post.worker();

        for hours in [0, 7, 8] {
            post.round(&worker, after(1 + hours * 3600));
        }

        let attempts = relay.messages();
        assert_eq!(attempts.len(), 3);
        for (_, message) in &attempts {
            assert_eq!(broken_again(kept.as_bytes(), message.as_bytes()), []);
        }
    }

    #[test]
    fn with_a_key_that_cannot_be_used_are_refused_at_the_start() {
        let (weak, fine) = (key("rsa-1024").display().to_string(), key("rsa-pkcs1").display().to_string());
        for (settings, named) in [
            (
                vec![("WAYMARK_DKIM_KEY", weak.as_str()), ("WAYMARK_DKIM_SELECTOR", "2026")],
                "WAYMARK_DKIM_KEY",
            ),
            (vec![("WAYMARK_DKIM_KEY", fine.as_str())], "WAYMARK_DKIM_KEY"),
            (
                vec![("WAYMARK_DKIM_KEY", fine.as_str()), ("WAYMARK_DKIM_SELECTOR", "a b")],
                "WAYMARK_DKIM_SELECTOR",
            ),
            (vec![("WAYMARK_DKIM_SELECTOR", "2026")], "WAYMARK_DKIM_SELECTOR"),
        ] {
            for command in ["serve", "worker"] {
                let mut set = settings.clone();
                set.push(("WAYMARK_ADDRESS", "127.0.0.1:0"));
                let done = crate::support::waymark(&[command], &set).output().unwrap();
                let said = String::from_utf8(done.stderr).unwrap();
                assert_eq!((done.status.code(), said.lines().count()), (Some(1), 1), "{said}");
                assert!(said.starts_with(&format!("waymark: {named}")) && said.contains("write"), "{said}");
            }
        }
    }
}

mod of_accounts {
    use super::*;

    const SUBJECTS: [&str; 21] = [
        "Confirm your mail address for Waymark",
        "You have an account on Waymark already",
        "Set a new password for Waymark",
        "There is no account on Waymark with this address",
        "Confirm your new mail address for Waymark",
        "Somebody wanted your mail address for another account",
        "You are invited to work on Waymark",
        "A new device signed in to your account on Waymark",
        "Your password on Waymark was changed",
        "Somebody wants to change your mail address on Waymark",
        "Your mail address on Waymark was changed",
        "Your rights on Waymark were changed",
        "An authenticator app was set up on Waymark",
        "Your authenticator app was removed on Waymark",
        "New recovery codes were made on Waymark",
        "A recovery code was used on Waymark",
        "Wrong codes were typed for your account on Waymark",
        "A passkey was added on Waymark",
        "A passkey was removed on Waymark",
        "You sign in to Waymark with the password alone now",
        "Your account on Waymark was deleted",
    ];

    /// A site behind https whose letters go to aiosmtpd, and people who do all that letters tell of.
    struct Cast {
        site: Site,
        smtpd: Smtpd,
    }

    impl Cast {
        fn browser(&self) -> Browser {
            Browser::of(self.site.visitor().at_host(HOST))
        }

        /// Somebody with an account, signed in.
        fn member(&self, address: &str) -> Browser {
            let folded = MailAddress::parse(address).unwrap();
            let hash = Hashing::now(PASSWORD).unwrap();
            let new = NewPerson {
                address: &folded,
                name: "Zoë\u{202e}",
                zone: "UTC",
                rights: Rights::Member,
                password: &hash,
            };
            Person::join(&mut self.site.conn(), &new, self.site.now()).unwrap().unwrap();
            let mut browser = self.browser();
            assert_eq!(sign_in(&mut browser, address, PASSWORD).status, 303);
            browser
        }

        fn letter(&self, to: &str, subject: &str) -> Letter {
            self.site.letters();
            let all = self.smtpd.received();
            let all = all.iter().rev().map(|received| Letter::read(&received.raw));
            let mut found = all.filter(|letter| letter.to == to && letter.subject.starts_with(subject));
            found.next().unwrap_or_else(|| panic!("no \"{subject}\" to {to}"))
        }
    }

    /// The code that an app with this secret shows now.
    fn code(site: &Site, secret: &[u8]) -> String {
        let time = u64::try_from(site.now().timestamp()).unwrap();
        totp_rs::Builder::new().with_secret(secret.to_vec()).build_noncompliant().generate(time).to_string()
    }

    fn joining_and_changing(cast: &Cast) {
        let mut alice = cast.browser();
        let fields =
            [("address", "alice@example.org"), ("password", PASSWORD), ("name", "Alice"), ("zone", "UTC")];
        for _ in 0..2 {
            alice.post("/sign-up", &fields);
            let confirm = token(&cast.letter("alice@example.org", "Confirm your mail address"));
            alice.post("/sign-up/confirm", &[("token", &confirm), ("password", PASSWORD)]);
        }
        for address in ["alice@example.org", "nobody@bücher.example"] {
            alice.post("/reset", &[("address", address)]);
        }
        let reset = token(&cast.letter("alice@example.org", "Set a new password"));
        alice.post("/reset/new", &[("token", &reset), ("password", OTHER)]);
        assert_eq!(sign_in(&mut cast.browser(), "alice@example.org", OTHER).status, 303);
        alice = cast.browser();
        assert_eq!(sign_in(&mut alice, "alice@example.org", OTHER).status, 303);
        let _bob = cast.member("bob@example.org");
        for to in ["bob@example.org", "liddell@example.org"] {
            alice.post("/account/address", &[("address", to), ("old-password", OTHER)]);
        }
        let new = token(&cast.letter("liddell@example.org", "Confirm your new mail address"));
        alice.post("/account/address/confirm", &[("token", &new)]);
        let (conn, office, now) = (&mut cast.site.conn(), &cast.site.office, cast.site.now());
        commands::give(conn, office, "liddell@example.org", Rights::Editor, now).unwrap();
        commands::ask(conn, office, "carol@example.org", Rights::Admin, now).unwrap();
        alice = cast.browser();
        sign_in(&mut alice, "liddell@example.org", OTHER);
        // What waits when somebody leaves is not sent.
        cast.site.letters();
        let left = alice.post("/account/leave", &[("old-password", OTHER), ("sure", "yes")]);
        assert_eq!(left.html().headings(1), ["Your account is deleted"]);
    }

    fn factors(cast: &Cast) {
        let mut dora = cast.member("dora@example.org");
        let page = dora.post("/account/app", &[("password", PASSWORD)]).html();
        let secret = BASE32_NOPAD.decode(page.class("secret")[0].text().replace(' ', "").as_bytes()).unwrap();
        let fields = [("token", &*page.field("token")), ("code", &*code(&cast.site, &secret))];
        dora.post("/account/app/confirm", &fields);
        let page = dora.post("/account/recovery", &[("password", PASSWORD)]).html();
        let codes: Vec<String> =
            page.class("codes").iter().flat_map(|list| list.all("li")).map(|code| code.text()).collect();
        let mut there = cast.browser();
        sign_in(&mut there, "dora@example.org", PASSWORD);
        assert_eq!(there.post("/sign-in/code", &[("code", &codes[0])]).status, 303);
        let mut mallory = cast.browser();
        sign_in(&mut mallory, "dora@example.org", PASSWORD);
        for _ in 0..6 {
            mallory.post("/sign-in/code", &[("code", "000000")]);
        }
        let page = dora.post("/account/passkeys/new", &[("name", "Laptop"), ("password", PASSWORD)]).html();
        let passkey = Passkey::new(&options(&page), SITE);
        let answer = passkey.introduce(&options(&page));
        let token = page.field("token");
        dora.post("/account/passkeys/confirm", &[("token", &token), ("answer", &answer)]);
        let links = dora.page("/account/factors").id("passkeys").links();
        let removal = links.iter().find(|link| link.contains("/remove?")).unwrap();
        let id = removal.split_once('=').unwrap().1.to_owned();
        dora.post("/account/passkeys/remove", &[("passkey", &id), ("password", PASSWORD)]);
        cast.site.later(TimeDelta::minutes(20));
        dora = cast.browser();
        sign_in(&mut dora, "dora@example.org", PASSWORD);
        assert_eq!(dora.post("/sign-in/code", &[("code", &codes[1])]).status, 303);
        cast.site.later(TimeDelta::minutes(2));
        let fields = [("password", PASSWORD), ("code", &*code(&cast.site, &secret))];
        assert_eq!(dora.post("/account/app/remove", &fields).status, 303);
        let (conn, office) = (&mut cast.site.conn(), &cast.site.office);
        commands::forget_factors(conn, office, "dora@example.org", cast.site.now()).unwrap();
    }

    #[test]
    fn of_every_kind_keep_every_rule() {
        let Some(smtpd) = Smtpd::start() else { return };
        let Some(url) = database() else { return };
        let (relay, key) = (smtpd.url(), key("rsa-pkcs1").display().to_string());
        let settings = [&signed(&relay, &key)[..], &[("WAYMARK_TRUSTED_PROXIES", "127.0.0.1")]].concat();
        let cast = Cast { site: Site::set(&url, &settings), smtpd };

        joining_and_changing(&cast);
        factors(&cast);
        cast.site.letters();

        let all = cast.smtpd.received();
        let subjects: BTreeSet<String> =
            all.iter().map(|received| Letter::read(&received.raw).subject).collect();
        assert_eq!(subjects, SUBJECTS.map(str::to_owned).into());
        // One of each kind is verified by another program; that takes a while.
        let mut seen = BTreeSet::new();
        for received in &all {
            let first = seen.insert(Letter::read(&received.raw).subject);
            let about = About { signed: of_account().signed.filter(|_| first), ..of_account() };
            assert_eq!(broken(received, &about), [], "{}", String::from_utf8_lossy(&received.raw));
        }
        let all: Vec<(Received, bool)> = all.into_iter().map(|received| (received, false)).collect();
        assert_eq!(broken_together(&all), []);
        let states: Vec<String> = outbox::table
            .select(outbox::state)
            .distinct()
            .order(outbox::state)
            .load(&mut cast.site.conn())
            .unwrap();
        assert!(states.iter().all(|state| ["accepted", "cancelled"].contains(&&**state)), "{states:?}");
        assert!(Utc::now() < cast.site.now());
    }
}

mod of_lists {
    use super::*;
    use crate::digests::{Bob, SLUG, choose, corrects, follow, plan};
    use crate::support::people::{id, register};
    use waymark::follows::{Frequency, List, Subject};
    use waymark::roles::Role;
    use waymark::skills::Skill;

    /// What the subjects begin with, of every kind of letter.
    const KINDS: [&str; 4] = [
        "One change touches your plan",
        "Web application backend development has changed",
        "Two changes in the guide",
        "Correction: ",
    ];

    #[test]
    fn of_every_kind_and_rhythm_keep_every_rule() {
        let Some(smtpd) = Smtpd::start() else { return };
        let (relay, key) = (smtpd.url(), key("rsa-pkcs1").display().to_string());
        let Some(site) = Site::of_its_own(&signed(&relay, &key)) else { return };
        // A signature of tomorrow does not hold.
        site.later(-TimeDelta::days(50));
        let mut bob = Bob::default();
        let rhythms = [Frequency::AtOnce, Frequency::Daily, Frequency::Weekly, Frequency::Monthly];
        let mut people = Vec::new();
        for (name, frequency) in ["Alice", "Eve", "Frank", "Grace"].into_iter().zip(rhythms) {
            register(&site, name, Rights::Member);
            let person = id(&site, &format!("{}@example.org", name.to_lowercase()));
            people.push((person, frequency));
        }
        let (alice, _) = people[0].clone();
        let plan =
            plan(&site, &alice, &[("git", "Git", "strong"), ("docker", "Docker", ""), ("java", "Java", "")]);
        for (person, frequency) in &people {
            follow(&site, person, Subject::of::<Role>(SLUG), *frequency);
            follow(&site, person, Subject::of::<Skill>("git"), *frequency);
        }
        register(&site, "Heidi", Rights::Member);
        let heidi = id(&site, "heidi@example.org");
        follow(&site, &heidi, Subject::guide(), Frequency::Monthly);
        choose(&site, &alice, List::Plans, Frequency::AtOnce);

        let wrong = bob.java(&site, "about 45 %", "about 60 %");
        site.later(TimeDelta::minutes(11));
        site.plan();
        // A notice is of use for three days.
        site.letters();
        bob.delivery_moves(&site);
        site.later(TimeDelta::days(40));
        site.plan();
        let right = bob.java(&site, "about 60 %", "about 59 %");
        corrects(&site, right, wrong);
        site.later(TimeDelta::minutes(11));
        assert!(site.plan().corrections > 0);
        site.letters();

        let all = smtpd.received();
        let subjects: BTreeSet<String> =
            all.iter().map(|received| Letter::read(&received.raw).subject).collect();
        for kind in KINDS {
            assert!(subjects.iter().any(|subject| subject.starts_with(kind)), "{kind}: {subjects:?}");
        }
        let threads = |received: &&Received| {
            String::from_utf8_lossy(&received.raw).contains(&format!("References: <plan.{plan}@{HOST}>\r\n"))
        };
        let threaded: Vec<&Received> = all.iter().filter(threads).collect();
        assert_eq!(threaded.len(), 2, "the notices about her plan are one conversation");
        assert!(threaded.iter().all(|notice| Letter::read(&notice.raw).to == "alice@example.org"));
        let mut seen = BTreeSet::new();
        for received in &all {
            let first = seen.insert(Letter::read(&received.raw).subject);
            let about = About { signed: of_list().signed.filter(|_| first), ..of_list() };
            assert_eq!(broken(received, &about), [], "{}", String::from_utf8_lossy(&received.raw));
        }
        let all: Vec<(Received, bool)> = all.into_iter().map(|received| (received, true)).collect();
        assert_eq!(broken_together(&all), []);
    }
}
