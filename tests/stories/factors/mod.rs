//! What stands beside the password: authenticator apps, recovery codes, passkeys, and what staff need of them.

mod a_passkey;
mod an_authenticator_app;
mod leaving;
mod recovery_codes_are;
mod staff;

use crate::support::passkey::{Passkey, options};
use crate::support::people::{ALICE, OTHER, PASSWORD, letter, sign_in};
use crate::support::{Answer, Browser, Html, Site, guide, waymark};
use chrono::TimeDelta;
use data_encoding::BASE32_NOPAD;
use diesel::prelude::*;
use waymark::accounts::{Hashing, MailAddress, NewPerson, Person, Rights};
use waymark::db::schema::{authenticator_apps, devices, passkeys, recovery_codes, sessions, tokens};

const BOB: &str = "bob@example.org";

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
    assert_eq!(sign_in(&mut browser, address, PASSWORD).status, 303);
    browser
}

fn is_in(browser: &mut Browser) -> bool {
    browser.get("/account").status == 200
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
    let fields = [("token", &*page.field("token")), ("code", &*app.code(site, 0))];
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
    let answer = sign_in(&mut browser, address, PASSWORD);
    assert_eq!(answer.header("location"), Some("/sign-in/code"), "{}", answer.text());
    browser
}

fn try_code(browser: &mut Browser, code: &str) -> Answer {
    browser.post("/sign-in/code", &[("code", code)])
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
    let fields = [("token", page.field("token")), ("answer", answer)];
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
