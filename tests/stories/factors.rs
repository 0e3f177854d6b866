//! What stands beside the password: authenticator apps, recovery codes, passkeys, and what staff need of them.

use crate::support::passkey::{Passkey, options};
use crate::support::{Answer, Browser, Html, Letter, Site, guide, waymark};
use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights};
use waymark::db::schema::{authenticator_apps, devices, passkeys, recovery_codes, sessions, tokens};

const ALICE: &str = "alice@example.org";
const BOB: &str = "bob@example.org";
const PASSWORD: &str = "gravel mitten osprey ledger";
const OTHER: &str = "lantern cobalt thicket oboe";

/// Somebody with an account.
fn join(site: &Site, address: &str, rights: Rights) {
    let address = MailAddress::parse(address).unwrap();
    let hash = Hashing::now(PASSWORD).unwrap();
    let new = NewPerson { address: &address, name: "", zone: "UTC", rights, password: &hash };
    Person::join(&mut site.conn(), &new, site.now()).unwrap().unwrap();
}

/// The same, signed in.
fn member(site: &Site, address: &str) -> Browser {
    join(site, address, Rights::Member);
    signed_in(site, address)
}

fn signed_in(site: &Site, address: &str) -> Browser {
    let mut browser = site.browser();
    assert_eq!(sign_in(&mut browser, address).status, 303);
    browser
}

fn sign_in(browser: &mut Browser, address: &str) -> Answer {
    browser.post("/sign-in", &[("address", address), ("password", PASSWORD)])
}

fn is_in(browser: &mut Browser) -> bool {
    browser.get("/account").status == 200
}

fn letter(site: &Site, to: &str, subject: &str) -> Letter {
    let letters = site.letters().0;
    let found = letters.iter().find(|letter| letter.to == to && letter.subject.starts_with(subject));
    found.cloned().unwrap_or_else(|| panic!("no letter \"{subject}\" to {to}: {letters:?}"))
}

fn field(page: &Html, name: &str) -> String {
    let fields = page.fields();
    let found = fields.into_iter().find(|(field, _)| field == name);
    found.unwrap_or_else(|| panic!("no field {name}: {}", page.text())).1
}

/// An authenticator app that was given a secret.
struct App(Vec<u8>);

impl App {
    /// One that reads the secret off the page of its setup.
    fn reading(page: &Html) -> App {
        let words = page.class("secret")[0].text().replace(' ', "");
        App(BASE32_NOPAD.decode(words.as_bytes()).unwrap())
    }

    /// The code that it shows so many seconds after now.
    fn code(&self, site: &Site, after: i64) -> String {
        let time = u64::try_from(site.now().timestamp() + after).unwrap();
        totp_rs::Builder::new().with_secret(self.0.clone()).build_noncompliant().generate(time).to_string()
    }

    /// A code that was not shown yet.
    fn next(&self, site: &Site) -> String {
        site.later(TimeDelta::seconds(60));
        self.code(site, 0)
    }
}

/// Sets up an app, and gives it and the recovery codes.
fn set_up(site: &Site, browser: &mut Browser) -> (App, Vec<String>) {
    let page = browser.post("/account/app", &[("password", PASSWORD)]);
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.html();
    let app = App::reading(&page);
    let fields = [("token", &*field(&page, "token")), ("code", &*app.code(site, 0))];
    let page = browser.post("/account/app/confirm", &fields);
    assert_eq!(page.status, 200, "{}", page.text());
    (app, codes(&page.html()))
}

fn codes(page: &Html) -> Vec<String> {
    page.class("codes").iter().flat_map(|list| list.all("li")).map(|code| code.text()).collect()
}

/// Goes as far as the code, on a new device.
fn at_the_code(site: &Site, address: &str) -> Browser {
    let mut browser = site.browser();
    let answer = sign_in(&mut browser, address);
    assert_eq!(answer.header("location"), Some("/sign-in/code"), "{}", answer.text());
    browser
}

fn try_code(browser: &mut Browser, code: &str) -> Answer {
    browser.post("/sign-in/code", &[("code", code)])
}

mod an_authenticator_app {
    use super::*;

    #[test]
    fn is_on_once_its_first_code_is_typed_and_asked_for_from_then_on() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut elsewhere) = (member(&site, ALICE), signed_in(&site, ALICE));

        let wrong = alice.post("/account/app", &[("password", OTHER)]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("not your password"));
        let page = alice.post("/account/app", &[("password", PASSWORD)]).html();
        let (app, token) = (App::reading(&page), field(&page, "token"));
        assert!(
            page.links().iter().any(|link| link.starts_with("otpauth://totp/Waymark:alice%40example.org?"))
        );
        assert_eq!(page.class("qr").len(), 1);
        for code in ["", "000", "abcdef", "１２３４５６", &app.code(&site, -90), &"9".repeat(30_000)] {
            let refused = alice.post("/account/app/confirm", &[("token", &token), ("code", code)]);
            assert_eq!(refused.status, 422, "{code}");
            assert!(refused.text().contains("not the code that the app shows now"));
            assert_eq!(App::reading(&refused.html()).0, app.0, "the secret stays the same");
        }
        assert_eq!(sign_in(&mut site.browser(), ALICE).header("location"), Some("/account"), "not on yet");

        let page = alice.post("/account/app/confirm", &[("token", &token), ("code", &app.code(&site, 0))]);
        assert_eq!(codes(&page.html()).len(), 10);
        letter(&site, ALICE, "An authenticator app was set up");
        assert!(!is_in(&mut elsewhere), "sessions without a code are ended");
        assert!(is_in(&mut alice));

        let mut there = at_the_code(&site, ALICE);
        assert!(!is_in(&mut there), "the password alone opens nothing");
        let code = app.next(&site);
        let spaced = format!(" {} {}\u{a0}", &code[..3], &code[3..]);
        let answer = try_code(&mut there, &spaced);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/account")), "{}", answer.text());
        assert!(is_in(&mut there));
        let events = there.page("/account/security").id("events").text();
        for told in ["An authenticator app was set up", "with the password and a code"] {
            assert!(events.contains(told), "{events}");
        }
    }

    #[test]
    fn takes_each_code_once_and_none_that_is_old_wrong_or_none() {
        let Some(site) = Site::open() else { return };
        let (app, _) = set_up(&site, &mut member(&site, ALICE));
        let used = app.next(&site);
        assert_eq!(try_code(&mut at_the_code(&site, ALICE), &used).status, 303);

        let mut there = at_the_code(&site, ALICE);
        let old = app.code(&site, -120);
        for (code, told) in [
            (used.as_str(), "used already"),
            (&old, "not good"),
            ("", "six digits"),
            ("12345", "six digits"),
            ("12345a", "six digits"),
            ("+12345", "six digits"),
            ("\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "six digits"),
            ("abcd-efgh-abcd-efgh", "none of your recovery codes"),
            (&"1".repeat(40_000), "six digits"),
        ] {
            let answer = try_code(&mut there, code);
            assert_eq!(answer.status, 422, "{code}");
            assert!(
                answer.html().class("error")[0].text().contains(told),
                "{code}: {}",
                answer.html().text()
            );
        }
        assert_eq!(try_code(&mut there, &"1".repeat(1_000_000)).status, 413);
        assert!(!is_in(&mut there));
        // The clock of a device may be half a minute slow.
        site.later(TimeDelta::seconds(90));
        assert_eq!(try_code(&mut there, &app.code(&site, -30)).status, 303);
        assert!(there.page("/account/security").text().contains("A wrong code was refused"));
    }

    #[test]
    fn lets_one_in_when_a_code_is_typed_in_many_places_at_once() {
        let Some(site) = Site::open() else { return };
        let (app, codes) = set_up(&site, &mut member(&site, ALICE));
        for code in [app.next(&site), codes[0].clone()] {
            let browsers: Vec<Browser> = (0..4).map(|_| at_the_code(&site, ALICE)).collect();
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let tries = browsers.into_iter().map(|mut browser| {
                    let code = &code;
                    scope.spawn(move || try_code(&mut browser, code).status)
                });
                let tries: Vec<_> = tries.collect();
                tries.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        }
    }

    #[test]
    fn changes_nothing_about_a_wrong_password() {
        let Some(site) = Site::open() else { return };
        set_up(&site, &mut member(&site, ALICE));
        join(&site, BOB, Rights::Member);
        let wrong = |address: &str| {
            let answer = site.browser().post("/sign-in", &[("address", address), ("password", OTHER)]);
            (answer.status, answer.text().replace(address, ""))
        };

        assert_eq!(wrong(ALICE), wrong(BOB));
        assert_eq!(wrong(ALICE), wrong("nobody@example.org"));
    }

    #[test]
    fn asks_between_the_password_and_where_one_was() {
        let Some(site) = Site::open() else { return };
        let (app, _) = set_up(&site, &mut member(&site, ALICE));
        for (next, to) in [("/account/security", "/account/security"), ("//evil.example", "/account")] {
            let mut alice = site.browser();
            alice.post("/sign-in", &[("address", ALICE), ("password", PASSWORD), ("next", next)]);
            let answer = try_code(&mut alice, &app.next(&site));
            assert_eq!((answer.status, answer.header("location")), (303, Some(to)));
        }

        let mut alice = site.browser();
        alice.post("/account", &[("name", "Alice the Second"), ("zone", "UTC")]);
        sign_in(&mut alice, ALICE);
        let resume = alice.send("/sign-in/code", &[("code", &app.next(&site))]);
        assert!(resume.text().contains("Alice the Second"), "{}", resume.text());
    }

    #[test]
    fn leaves_a_sign_in_half_done_for_ten_minutes_and_in_one_browser() {
        let Some(site) = Site::open() else { return };
        let (app, _) = set_up(&site, &mut member(&site, ALICE));
        let mut alice = at_the_code(&site, ALICE);
        let count: i64 = sessions::table.count().get_result(&mut site.conn()).unwrap();

        let mut mallory = site.browser();
        assert_eq!(mallory.get("/sign-in/code").status, 404);
        assert_eq!(try_code(&mut mallory, &app.next(&site)).status, 404);
        mallory.cookies.insert("waymark-step".into(), "x".repeat(43));
        assert_eq!(try_code(&mut mallory, &app.code(&site, 0)).status, 404);
        assert_eq!(alice.page("/sign-in/code").headings(1), ["Type a code"]);
        assert_eq!(sessions::table.count().get_result::<i64>(&mut site.conn()).unwrap(), count, "no session");

        site.later(TimeDelta::minutes(10));
        let late = try_code(&mut alice, &app.next(&site));
        assert_eq!(late.status, 404);
        assert!(late.text().contains("Sign in again"));
        assert!(!is_in(&mut alice));
    }

    #[test]
    fn of_somebody_whose_password_is_known_slows_guesses_down_and_locks_nobody_out() {
        let Some(site) = Site::open() else { return };
        let (app, _) = set_up(&site, &mut member(&site, ALICE));
        let mut alice = at_the_code(&site, ALICE);
        assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303);
        alice.send("/sign-out", &[]);

        let mut mallory = at_the_code(&site, ALICE);
        for _ in 0..5 {
            assert_eq!(try_code(&mut mallory, "000000").status, 422);
        }
        let refused = try_code(&mut mallory, &app.next(&site));
        assert_eq!(refused.status, 429, "even with the right code");
        assert!(refused.text().contains("Try again in"), "{}", refused.text());
        letter(&site, ALICE, "Wrong codes were typed");

        assert_eq!(sign_in(&mut alice, ALICE).header("location"), Some("/sign-in/code"));
        assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303, "on her own device");
        // Nor does patience help: there is a limit for a day as well.
        let mut tries = 5;
        for _ in 0..8 {
            site.later(TimeDelta::minutes(16));
            let mut mallory = at_the_code(&site, ALICE);
            while try_code(&mut mallory, "000000").status == 422 {
                tries += 1;
            }
        }
        // One of the thirty was Alice's, before her device was known.
        assert_eq!(tries, 29);
        let told = site.letters();
        let told = told.to(ALICE).iter().filter(|letter| letter.subject.starts_with("Wrong codes")).count();
        assert_eq!(told, 1, "once a day");
    }

    #[test]
    fn makes_no_device_known_by_the_password_alone() {
        let Some(site) = Site::open() else { return };
        set_up(&site, &mut member(&site, ALICE));
        let known = || devices::table.count().get_result::<i64>(&mut site.conn()).unwrap();
        let before = known();
        at_the_code(&site, ALICE);
        assert_eq!(known(), before);
    }

    #[test]
    fn is_asked_for_after_a_new_password_by_letter_too() {
        let Some(site) = Site::open() else { return };
        let (app, _) = set_up(&site, &mut member(&site, ALICE));
        let mut thief = at_the_code(&site, ALICE);
        let mut alice = site.browser();
        alice.post("/reset", &[("address", ALICE)]);
        let link = letter(&site, ALICE, "Set a new password").link();
        let token = link.split_once("token=").unwrap().1;
        alice.send("/reset/new", &[("token", token), ("password", OTHER)]);

        assert_eq!(try_code(&mut thief, &app.next(&site)).status, 404, "what was half done is over");
        let answer = alice.post("/sign-in", &[("address", ALICE), ("password", OTHER)]);
        assert_eq!(answer.header("location"), Some("/sign-in/code"));
        assert_eq!(try_code(&mut alice, &app.next(&site)).status, 303);
    }

    #[test]
    fn is_removed_with_the_password_and_a_code() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        assert_eq!(alice.get("/account/app/remove").status, 404, "there is none");
        let (app, _) = set_up(&site, &mut alice);
        assert_eq!(alice.page("/account/app/remove").headings(1), ["Remove the authenticator app"]);
        let again = alice.post("/account/app", &[("password", PASSWORD)]);
        assert!(again.text().contains("You have an authenticator app already"), "{}", again.text());
        assert_eq!(alice.get("/account/app").header("location"), Some("/account/factors"));

        let code = app.next(&site);
        for fields in [
            [("password", OTHER), ("code", code.as_str())],
            [("password", PASSWORD), ("code", "000000")],
            [("password", PASSWORD), ("code", "")],
        ] {
            assert_eq!(alice.post("/account/app/remove", &fields).status, 422, "{fields:?}");
        }
        let page = alice.send("/account/app/remove", &[("password", PASSWORD), ("code", &code)]);
        assert!(page.text().contains("The authenticator app is removed"), "{}", page.text());
        letter(&site, ALICE, "Your authenticator app was removed");
        assert_eq!(sign_in(&mut site.browser(), ALICE).header("location"), Some("/account"));
        let left: i64 = recovery_codes::table.count().get_result(&mut site.conn()).unwrap();
        assert_eq!(left, 0, "there is nothing left to recover");
    }

    #[test]
    fn of_somebody_else_is_set_up_by_nobody() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut mallory) = (member(&site, ALICE), member(&site, "mallory@example.org"));
        let page = mallory.post("/account/app", &[("password", PASSWORD)]).html();
        let (app, token) = (App::reading(&page), field(&page, "token"));

        let fields = [("token", token.as_str()), ("code", &app.code(&site, 0))];
        assert_eq!(alice.post("/account/app/confirm", &fields).status, 404);
        assert_eq!(alice.post("/account/app/confirm", &[("token", ""), ("code", "1")]).status, 404);
        site.later(TimeDelta::minutes(31));
        let late = [("token", token.as_str()), ("code", &app.code(&site, 0))];
        assert_eq!(mallory.post("/account/app/confirm", &late).status, 404);
    }

    #[test]
    fn shares_a_secret_that_lies_sealed_in_the_database() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        let page = alice.post("/account/app", &[("password", PASSWORD)]).html();
        let (app, token) = (App::reading(&page), field(&page, "token"));
        let words = BASE32_NOPAD.encode(&app.0);
        let waiting: Vec<String> = tokens::table.select(tokens::detail).load(&mut site.conn()).unwrap();
        alice.post("/account/app/confirm", &[("token", &token), ("code", &app.code(&site, 0))]);
        let kept: Vec<String> =
            authenticator_apps::table.select(authenticator_apps::sealed).load(&mut site.conn()).unwrap();

        assert_eq!(kept.len(), 1);
        for lies in waiting.iter().chain(&kept) {
            for secret in
                [&words, &data_encoding::BASE64.encode(&app.0), &data_encoding::HEXLOWER.encode(&app.0)]
            {
                assert!(!lies.contains(secret.as_str()), "{lies}");
            }
        }
    }
}

mod recovery_codes_are {
    use super::*;

    #[test]
    fn good_once_each_and_told_of_by_letter() {
        let Some(site) = Site::open() else { return };
        let (_, codes) = set_up(&site, &mut member(&site, ALICE));
        let mut alice = at_the_code(&site, ALICE);

        let typed = codes[3].to_uppercase().replace('-', " ");
        assert_eq!(try_code(&mut alice, &typed).status, 303);
        let letter = letter(&site, ALICE, "A recovery code was used");
        assert!(letter.text.contains("There are 9 of 10 left"), "{}", letter.text);
        assert!(alice.page("/account/factors").text().contains("9 of 10 are left"));
        assert!(alice.page("/account/security").text().contains("A recovery code was used"));

        let mut again = at_the_code(&site, ALICE);
        assert_eq!(try_code(&mut again, &codes[3]).status, 422);
        assert_eq!(try_code(&mut again, &codes[4]).status, 303);
    }

    #[test]
    fn worth_nothing_after_new_ones_were_made_nor_for_anybody_else() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut bob) = (member(&site, ALICE), member(&site, BOB));
        assert_eq!(alice.get("/account/recovery").status, 404, "there is nothing to recover");
        let (_, old) = set_up(&site, &mut alice);
        set_up(&site, &mut bob);

        assert_eq!(alice.post("/account/recovery", &[("password", OTHER)]).status, 422);
        let page = alice.post("/account/recovery", &[("password", PASSWORD)]);
        let new = codes(&page.html());
        assert_eq!(new.len(), 10);
        letter(&site, ALICE, "New recovery codes were made");
        assert_eq!(try_code(&mut at_the_code(&site, BOB), &new[0]).status, 422);
        let mut there = at_the_code(&site, ALICE);
        assert_eq!(try_code(&mut there, &old[0]).status, 422);
        assert_eq!(try_code(&mut there, &new[0]).status, 303);
    }

    #[test]
    fn stored_by_their_hashes_only() {
        let Some(site) = Site::open() else { return };
        let (_, codes) = set_up(&site, &mut member(&site, ALICE));
        let kept: Vec<String> =
            recovery_codes::table.select(recovery_codes::hash).load(&mut site.conn()).unwrap();
        assert_eq!(kept.len(), 10);
        for code in codes {
            assert!(!kept.contains(&code) && !kept.contains(&code.replace('-', "")));
        }
    }

    #[test]
    fn not_kept_with_a_form_that_was_sent_while_signed_out() {
        let Some(site) = Site::open() else { return };
        let fields = [("password", PASSWORD), ("code", "abcd-efgh-ijkl-mnop")];
        assert_eq!(site.browser().post("/account/app/remove", &fields).status, 303);
        let kept: Vec<String> = tokens::table.select(tokens::detail).load(&mut site.conn()).unwrap();
        assert!(kept.iter().all(|form| !form.contains("mnop") && !form.contains("gravel")), "{kept:?}");
    }
}

/// Begins to add a passkey, and gives the page that asks the device.
fn begin(browser: &mut Browser, name: &str) -> Html {
    let page = browser.post("/account/passkeys/new", &[("name", name), ("password", PASSWORD)]);
    assert_eq!(page.status, 200, "{}", page.text());
    page.html()
}

fn add(site: &Site, browser: &mut Browser, name: &str) -> (Passkey, Answer) {
    let page = begin(browser, name);
    let passkey = Passkey::new(&options(&page), &site.visitor().site());
    let answer = passkey.introduce(&options(&page));
    let fields = [("token", field(&page, "token")), ("answer", answer)];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    (passkey, browser.post("/account/passkeys/confirm", &fields))
}

/// What a sign-in asks of the device.
fn asked(browser: &mut Browser) -> serde_json::Value {
    let page = browser.post("/sign-in/passkey", &[("next", "/account/security")]);
    assert_eq!(page.status, 200, "{}", page.text());
    options(&page.html())
}

fn open(browser: &mut Browser, answer: &str) -> Answer {
    browser.post("/sign-in/passkey/answer", &[("answer", answer)])
}

mod a_passkey {
    use super::*;

    #[test]
    fn is_added_listed_used_and_removed() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        let wrong = alice.post("/account/passkeys/new", &[("name", "Laptop"), ("password", OTHER)]);
        assert_eq!((wrong.status, field(&wrong.html(), "name")), (422, "Laptop".into()));
        let (mut passkey, answer) = add(&site, &mut alice, "The <b>laptop</b>");
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(codes(&answer.html()).len(), 10, "recovery codes come with the first");
        letter(&site, ALICE, "A passkey was added");
        assert!(is_in(&mut alice));
        let (_, second) = add(&site, &mut alice, "Phone");
        assert_eq!(second.header("location"), Some("/account/factors?done=passkey-added"));
        let listed = alice.page("/account/factors").id("passkeys").text();
        assert!(listed.contains("The <b>laptop</b>") && listed.contains("Phone"), "{listed}");
        assert!(listed.contains("never"), "{listed}");

        let mut there = site.browser();
        let asked = asked(&mut there);
        assert_eq!(asked["rpId"], "localhost");
        let answer = open(&mut there, &passkey.sign(&asked));
        assert_eq!((answer.status, answer.header("location")), (303, Some("/account/security")));
        let events = there.page("/account/security").id("events").text();
        assert!(
            events.contains("Signed in with a passkey") && events.contains("A passkey was added"),
            "{events}"
        );

        let page = there.page("/account/factors");
        let links = page.id("passkeys").links();
        let removal = links.iter().find(|link| link.contains("/remove?")).unwrap();
        assert!(there.page(removal).text().contains("The <b>laptop</b>"));
        let id = removal.split_once('=').unwrap().1;
        assert_eq!(
            there.post("/account/passkeys/remove", &[("passkey", id), ("password", OTHER)]).status,
            422
        );
        let page = there.send("/account/passkeys/remove", &[("passkey", id), ("password", PASSWORD)]);
        assert!(!page.id("passkeys").text().contains("laptop"));
        letter(&site, ALICE, "A passkey was removed");
        let mut again = site.browser();
        let asked = super::asked(&mut again);
        assert_eq!(open(&mut again, &passkey.sign(&asked)).status, 422, "it is removed");
        assert!(!is_in(&mut again));
    }

    #[test]
    fn stands_in_for_password_and_code() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        let (app, codes) = set_up(&site, &mut alice);
        let (mut passkey, answer) = add(&site, &mut alice, "Laptop");
        assert_eq!(answer.status, 303, "the recovery codes that there are stay good");
        let mut there = site.browser();
        let asked = asked(&mut there);
        assert_eq!(open(&mut there, &passkey.sign(&asked)).status, 303);

        let mut with_password = at_the_code(&site, ALICE);
        assert!(with_password.page("/sign-in/code").text().contains("Use a passkey instead"));
        assert_eq!(try_code(&mut with_password, &app.next(&site)).status, 303);
        assert_eq!(try_code(&mut at_the_code(&site, ALICE), &codes[0]).status, 303);
    }

    #[test]
    fn that_answers_somebody_else_or_is_locked_or_copied_opens_nothing() {
        let Some(site) = Site::open() else { return };
        let (passkey, _) = add(&site, &mut member(&site, ALICE), "Laptop");
        type Change = fn(&mut Passkey);
        let forged: [(&str, Change); 5] = [
            ("another site's page", |passkey| passkey.origin = "https://evil.example".into()),
            ("the same name by another port", |passkey| passkey.origin = "http://localhost:1".into()),
            ("another name", |passkey| passkey.site = "evil.example".into()),
            ("nobody unlocked it", |passkey| passkey.unlocked = false),
            ("a copy that counts from the start", |passkey| passkey.count = 0),
        ];
        let mut good = passkey.clone();
        good.count = 7;
        let mut alice = site.browser();
        let question = asked(&mut alice);
        assert_eq!(open(&mut alice, &good.sign(&question)).status, 303);
        for (what, change) in forged {
            let mut bad = good.clone();
            change(&mut bad);
            let mut mallory = site.browser();
            let question = asked(&mut mallory);
            let answer = open(&mut mallory, &bad.sign(&question));
            assert_eq!(answer.status, 422, "{what}");
            assert!(answer.text().contains("did not open an account"), "{what}");
            assert!(!is_in(&mut mallory), "{what}");
        }
        assert!(alice.page("/account/security").text().contains("A sign-in with a passkey was refused"));
    }

    #[test]
    fn answers_a_question_once_in_the_browser_that_was_asked_and_within_five_minutes() {
        let Some(site) = Site::open() else { return };
        let (mut passkey, _) = add(&site, &mut member(&site, ALICE), "Laptop");
        let (mut alice, mut mallory) = (site.browser(), site.browser());
        let question = asked(&mut alice);
        let answer = passkey.sign(&question);
        assert_eq!(open(&mut mallory, &answer).status, 422, "without the cookie");
        asked(&mut mallory);
        assert_eq!(open(&mut mallory, &answer).status, 422, "to another question");

        let cookie = alice.cookies["waymark-passkey"].clone();
        assert_eq!(open(&mut alice, &answer).status, 303);
        mallory.cookies.insert("waymark-passkey".into(), cookie);
        assert_eq!(open(&mut mallory, &answer).status, 422, "a second time");
        assert!(!is_in(&mut mallory));

        let mut late = site.browser();
        let question = asked(&mut late);
        site.later(TimeDelta::minutes(6));
        assert_eq!(open(&mut late, &passkey.sign(&question)).status, 422);
    }

    #[test]
    fn that_is_nonsense_is_refused_with_what_to_do() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        let deep = "[".repeat(20_000);
        for nonsense in ["", "null", "{}", "\0", &deep, r#"{"id":"AA","rawId":"AA","type":"public-key"}"#] {
            asked(&mut site.browser());
            let mut there = site.browser();
            asked(&mut there);
            assert_eq!(open(&mut there, nonsense).status, 422, "{}", &nonsense[..nonsense.len().min(9)]);
            let page = begin(&mut alice, "Laptop");
            let fields = [("token", field(&page, "token")), ("answer", nonsense.to_owned())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            let answer = alice.post("/account/passkeys/confirm", &fields);
            assert_eq!(answer.status, 422);
            assert!(answer.text().contains("Nothing was changed"), "{}", answer.text());
            assert_eq!(field(&answer.html(), "name"), "Laptop");
        }
        assert_eq!(open(&mut site.browser(), &"x".repeat(1_000_000)).status, 413);
        for name in ["", "  ", &"x".repeat(61), "a\u{202e}b", "a\r\nb"] {
            let fields = [("name", name), ("password", PASSWORD)];
            assert_eq!(alice.post("/account/passkeys/new", &fields).status, 422, "{name:?}");
        }
        assert_eq!(passkeys::table.count().get_result::<i64>(&mut site.conn()).unwrap(), 0);
    }

    #[test]
    fn is_added_to_the_account_of_whoever_asked_and_once() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut mallory) = (member(&site, ALICE), member(&site, "mallory@example.org"));
        let page = begin(&mut alice, "Laptop");
        let passkey = Passkey::new(&options(&page), &site.visitor().site());
        let fields = [("token", field(&page, "token")), ("answer", passkey.introduce(&options(&page)))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(mallory.post("/account/passkeys/confirm", &fields).status, 404);
        let mut elsewhere = signed_in(&site, ALICE);
        assert_eq!(elsewhere.post("/account/passkeys/confirm", &fields).status, 404, "another session");
        assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 200);
        assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 404, "a second time");

        // A device that has one is told so, and one that gives it out again is refused.
        let page = begin(&mut alice, "Laptop again");
        assert_eq!(options(&page)["excludeCredentials"].as_array().unwrap().len(), 1);
        for mut forged in [passkey.clone(), Passkey::new(&options(&page), "https://evil.example")] {
            let page = begin(&mut alice, "Again");
            forged.count += 1;
            let answer = forged.introduce(&options(&page));
            let fields = [("token", field(&page, "token")), ("answer", answer)];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 422);
        }
        let page = begin(&mut mallory, "Stolen");
        let fields = [("token", field(&page, "token")), ("answer", passkey.introduce(&options(&page)))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let known = mallory.post("/account/passkeys/confirm", &fields);
        assert_eq!(known.status, 422);
        assert!(known.text().contains("known already"), "{}", known.text());
    }

    #[test]
    fn is_removed_by_its_person_and_nobody_else() {
        let Some(site) = Site::open() else { return };
        let (mut alice, mut charlie) = (member(&site, ALICE), member(&site, "charlie@example.org"));
        add(&site, &mut alice, "Laptop");
        let ids: Vec<String> = passkeys::table.select(passkeys::id).load(&mut site.conn()).unwrap();
        for id in [ids[0].as_str(), "", "\0", "x"] {
            let fields = [("passkey", id), ("password", PASSWORD)];
            assert_eq!(charlie.post("/account/passkeys/remove", &fields).status, 404, "{id:?}");
        }
        assert_eq!(charlie.get(&format!("/account/passkeys/remove?passkey={}", ids[0])).status, 404);
        assert_eq!(passkeys::table.count().get_result::<i64>(&mut site.conn()).unwrap(), 1);
    }

    #[test]
    fn is_not_offered_where_the_site_is_opened_by_a_number() {
        let Some(site) = Site::open() else { return };
        join(&site, ALICE, Rights::Member);
        let mut alice =
            Browser::of(site.visitor().at_host(&format!("127.0.0.1:{}", site.config.address.port())));
        sign_in(&mut alice, ALICE);
        let told = alice.page("/account/passkeys/new");
        let own = site.visitor().site();
        assert!(told.text().contains(&format!("They work at: {own}")), "{}", told.text());
        assert!(told.links().contains(&format!("{own}/account/passkeys/new")));
        let told = alice.post("/sign-in/passkey", &[]);
        assert_eq!(told.status, 422);
        assert!(told.html().links().contains(&format!("{own}/sign-in")));
    }

    #[test]
    fn works_behind_https_and_says_where_it_cannot() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        join(&site, ALICE, Rights::Member);
        let mut alice = Browser::of(site.visitor().at_host("guide.example.org"));
        sign_in(&mut alice, ALICE);
        let page = begin(&mut alice, "Laptop");
        let mut passkey = Passkey::new(&options(&page), "https://guide.example.org");
        assert_eq!(passkey.site, "guide.example.org");
        let fields = [("token", field(&page, "token")), ("answer", passkey.introduce(&options(&page)))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(alice.post("/account/passkeys/confirm", &fields).status, 200);
        let mut there = Browser::of(site.visitor().at_host("guide.example.org"));
        let page = there.post("/sign-in/passkey", &[]);
        let cookie = page.headers("set-cookie").next().unwrap().to_owned();
        assert!(cookie.starts_with("__Secure-passkey=") && cookie.contains("Secure"), "{cookie}");
        assert_eq!(open(&mut there, &passkey.sign(&options(&page.html()))).status, 303);

        let Some(site) = Site::behind("https://192.0.2.7") else { return };
        let mut numbered = Browser::of(site.visitor().at_host("192.0.2.7"));
        let told = numbered.post("/sign-in/passkey", &[]);
        assert_eq!(told.status, 422);
        assert!(told.text().contains("Use the password here"), "{}", told.text());
    }
}

mod staff {
    use super::*;

    fn strict() -> Option<Site> {
        Site::of_its_own(&[("WAYMARK_STAFF_SECOND_FACTOR", "required")])
    }

    #[test]
    fn are_led_to_set_one_up_and_have_a_members_rights_until_then() {
        let Some(site) = strict() else { return };
        join(&site, BOB, Rights::Editor);
        let mut bob = site.browser();
        let answer =
            bob.post("/sign-in", &[("address", BOB), ("password", PASSWORD), ("next", "/account/security")]);
        let to = answer.header("location").unwrap();
        assert_eq!(to, "/account/factors?next=%2Faccount%2Fsecurity");
        let page = bob.page(to);
        assert!(page.id("prove").text().contains("rights of: editor"), "{}", page.text());
        assert!(page.links().contains(&"/account/security".to_owned()), "the way goes on");
        assert!(bob.page("/account").text().contains("count once you have shown"));
        assert_eq!(bob.get("/admin").header("location"), Some("/account/factors?next=%2Fadmin"));
        let refused = bob.post("/admin/roles/new", &[("slug", "x")]);
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("shown a passkey or a code"), "{}", refused.text());

        let preview = "/roles?preview=role/nothing-like-it";
        assert_eq!(bob.get(preview).status, 200, "to him as to everybody else");

        let (app, _) = set_up(&site, &mut bob);
        bob.page("/admin");
        assert_eq!(bob.get(preview).status, 404, "there is no such draft");
        assert!(!bob.page("/account").text().contains("count once you have shown"));
        assert!(!bob.page("/account/factors").ids().contains("prove"));
        let mut there = at_the_code(&site, BOB);
        let answer = try_code(&mut there, &app.next(&site));
        assert_eq!(answer.header("location"), Some("/account"));
        assert!(!there.page("/account").text().contains("count once you have shown"));
        // A new password changes nothing about what was shown.
        there.send("/account/password", &[("old-password", PASSWORD), ("password", OTHER)]);
        assert!(!there.page("/account").text().contains("count once you have shown"));
    }

    #[test]
    fn with_a_passkey_show_it_or_a_recovery_code_before_anything_counts() {
        let Some(site) = strict() else { return };
        join(&site, BOB, Rights::Publisher);
        let mut bob = signed_in(&site, BOB);
        let (mut passkey, answer) = add(&site, &mut bob, "Laptop");
        let recovery = codes(&answer.html());

        // Whoever has the password alone can neither use the rights nor add a factor of their own.
        let mut thief = signed_in(&site, BOB);
        assert!(thief.page("/account").text().contains("count once you have shown"));
        assert!(thief.page("/account/factors").ids().contains("prove"));
        for (path, fields) in [
            ("/account/app", vec![("password", PASSWORD)]),
            ("/account/passkeys/new", vec![("name", "Mine"), ("password", PASSWORD)]),
            ("/account/recovery", vec![("password", PASSWORD)]),
        ] {
            let answer = thief.post(path, &fields);
            assert_eq!(answer.status, 422, "{path}");
            assert!(answer.text().contains("signed in with the password alone"), "{path}");
        }
        let guess = thief.post("/account/factors/prove", &[("code", "abcd-efgh-ijkl-mnop")]);
        assert_eq!(guess.status, 422);

        let mut there = site.browser();
        let asked = asked(&mut there);
        assert_eq!(open(&mut there, &passkey.sign(&asked)).header("location"), Some("/account/security"));
        assert!(!there.page("/account").text().contains("count once you have shown"));
        let mut lost = signed_in(&site, BOB);
        let key = lost.cookies["waymark-session"].clone();
        let page = lost.send("/account/factors/prove", &[("code", &recovery[0]), ("next", "/account")]);
        assert!(page.text().contains("has shown a second factor"), "{}", page.text());
        assert_ne!(lost.cookies["waymark-session"], key, "the key is a new one");
        assert!(!lost.page("/account").text().contains("count once you have shown"));
    }

    #[test]
    fn who_were_invited_are_led_there_as_well() {
        let Some(site) = strict() else { return };
        let address = MailAddress::parse(BOB).unwrap();
        waymark::accounts::invite(&mut site.conn(), &site.office, &address, Rights::Editor, site.now())
            .unwrap();
        let link = letter(&site, BOB, "You are invited").link();
        let token = link.split_once("token=").unwrap().1;
        let fields = [("token", token), ("password", PASSWORD), ("zone", "UTC")];
        let answer = site.browser().post("/invitation", &fields);
        assert_eq!(answer.header("location"), Some("/account/factors?next=%2Faccount"));
    }

    #[test]
    fn who_remove_their_last_one_have_a_members_rights_again() {
        let Some(site) = strict() else { return };
        join(&site, BOB, Rights::Editor);
        let mut bob = signed_in(&site, BOB);
        let (app, _) = set_up(&site, &mut bob);
        let mut elsewhere = at_the_code(&site, BOB);
        assert_eq!(try_code(&mut elsewhere, &app.next(&site)).status, 303);
        bob.send("/account/app/remove", &[("password", PASSWORD), ("code", &app.next(&site))]);
        assert!(bob.page("/account").text().contains("count once you have shown"));
        assert!(!is_in(&mut elsewhere));

        let (_, added) = add(&site, &mut bob, "Laptop");
        assert_eq!(added.status, 200);
        assert!(!bob.page("/account").text().contains("count once you have shown"));
        let id: String = passkeys::table.select(passkeys::id).first(&mut site.conn()).unwrap();
        bob.send("/account/passkeys/remove", &[("passkey", &id), ("password", PASSWORD)]);
        assert!(bob.page("/account").text().contains("count once you have shown"));
    }

    #[test]
    fn who_lost_everything_are_helped_by_a_command() {
        let Some(url) = guide() else { return };
        let site = Site::on(&url, None);
        let mut alice = member(&site, ALICE);
        set_up(&site, &mut alice);
        add(&site, &mut alice, "Laptop");
        let folder = site.config.data.display().to_string();
        let run = |address: &str| {
            let secret = "known to the tests and to nobody else";
            let settings = [("DATABASE_URL", &*url), ("WAYMARK_DATA", &*folder), ("WAYMARK_SECRET", secret)];
            let out = waymark(&["user", "forget-factors", address], &settings).output().unwrap();
            String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
        };

        assert!(run("nobody@example.org").contains("has no account"));
        let said = run(ALICE);
        assert!(said.contains("signs in with the password alone now"), "{said}");
        assert!(!is_in(&mut alice));
        letter(&site, ALICE, "You sign in to Waymark with the password alone now");
        assert_eq!(sign_in(&mut alice, ALICE).header("location"), Some("/account"));
        assert!(alice.page("/account/factors").text().contains("You have none"));
        assert!(alice.page("/account/security").text().contains("were taken away"));
    }

    #[test]
    fn are_concerned_alone_and_only_where_it_is_asked_for() {
        let Some(site) = strict() else { return };
        let mut alice = member(&site, ALICE);
        assert!(!alice.page("/account").text().contains("count once"));
        let Some(site) = Site::open() else { return };
        join(&site, BOB, Rights::Admin);
        let mut bob = site.browser();
        assert_eq!(sign_in(&mut bob, BOB).header("location"), Some("/account"));
        assert!(!bob.page("/account").text().contains("count once"));
    }
}

mod leaving {
    use super::*;

    #[test]
    fn takes_out_what_there_is_without_secrets_and_deletes_it() {
        let Some(site) = Site::open() else { return };
        let mut alice = member(&site, ALICE);
        let (app, _) = set_up(&site, &mut alice);
        add(&site, &mut alice, "Laptop");
        begin(&mut alice, "Half done");
        let out = alice.get("/account/data.json").text();
        let all: serde_json::Value = serde_json::from_str(&out).unwrap();
        let factors = &all["second_factors"];
        assert_eq!(factors["passkeys"][0]["name"], "Laptop");
        assert!(factors["passkeys"][0]["last_used"].is_null() && factors["passkeys"][0]["made"].is_string());
        assert!(factors["authenticator_app"]["made"].is_string(), "{out}");
        assert_eq!(factors["recovery_codes_left"], 10);
        let sealed: Vec<String> =
            authenticator_apps::table.select(authenticator_apps::sealed).load(&mut site.conn()).unwrap();
        assert!(!out.contains(&sealed[0]) && !out.contains(&BASE32_NOPAD.encode(&app.0)));

        let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
        assert_eq!(left.html().headings(1), ["Your account is deleted"]);
        let conn = &mut site.conn();
        assert_eq!(authenticator_apps::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(recovery_codes::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(passkeys::table.count().get_result::<i64>(conn).unwrap(), 0);
        assert_eq!(tokens::table.count().get_result::<i64>(conn).unwrap(), 0);
    }
}
