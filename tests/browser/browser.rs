//! One browser and what a person does with it, over WebDriver and, through that, Chromium's own protocol.

use crate::programs::{CHROMEDRIVER, CHROMIUM, at_hand, path};
use crate::server::{Server, driver, site};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

#[derive(Clone, Copy)]
pub enum Theme {
    Light,
    Dark,
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        })
    }
}

/// Keys as WebDriver writes them.
pub const TAB: &str = "\u{E004}";
pub const ENTER: &str = "\u{E007}";

/// A browser with a profile of its own, closed when dropped.
pub struct Browser {
    /// The address of the WebDriver session.
    session: String,
    agent: ureq::Agent,
    pub site: Arc<Server>,
    _driver: Arc<Server>,
    _profile: TempDir,
}

const FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// How long a command may take; starting a browser on a busy machine takes longest.
const PATIENCE: Duration = Duration::from_secs(90);

impl Browser {
    /// A window as wide as a desk's; `None` where there is no browser, so that the test is skipped.
    pub fn open() -> Option<Browser> {
        if !at_hand(&[CHROMIUM, CHROMEDRIVER]) {
            return None;
        }
        let (site, driver) = (site(), driver());
        let profile = tempfile::tempdir().unwrap();
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let flags: Vec<&str> = FLAGS.into_iter().chain([profile_flag.as_str()]).collect();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let wishes = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": path(CHROMIUM).expect("Chromium is here"), "args": flags},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let made = send(&agent, &format!("{}/session", driver.address), &wishes);
        let id = made["sessionId"].as_str().unwrap();
        let session = format!("{}/session/{id}", driver.address);
        let browser = Browser { session, agent, site, _driver: driver, _profile: profile };
        browser.chromium("Emulation.setScrollbarsHidden", json!({"hidden": true}));
        browser.width(1280);
        browser.theme(Theme::Light);
        Some(browser)
    }

    /// Goes to a page of the site.
    pub fn visit(&self, path: &str) {
        self.post("url", json!({"url": format!("{}{path}", self.site.address)}));
    }

    /// The same by the site's name: passkeys are bound to it, and not to a number.
    pub fn visit_by_name(&self, path: &str) {
        let address = self.site.address.replace("127.0.0.1", "localhost");
        self.post("url", json!({"url": format!("{address}{path}")}));
    }

    /// Gives the machine a reader of fingers that keeps passkeys and lets its owner in.
    pub fn keep_passkeys(&self) {
        let reader = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true,
        });
        self.post("webauthn/authenticator", reader);
    }

    /// Makes the window so wide, in CSS pixels.
    pub fn width(&self, width: u32) {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.chromium("Emulation.setDeviceMetricsOverride", size);
    }

    /// Shows pages on the screen in a theme.
    pub fn theme(&self, theme: Theme) {
        self.media("screen", theme);
    }

    /// Shows pages as they are printed, to a reader whose system has a theme.
    pub fn print(&self, theme: Theme) {
        self.media("print", theme);
    }

    fn media(&self, media: &str, theme: Theme) {
        // Nothing moves, so that what is measured is where it will stay.
        let features = json!([
            {"name": "prefers-color-scheme", "value": theme.to_string()},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.chromium("Emulation.setEmulatedMedia", json!({"media": media, "features": features}));
    }

    /// Turns the pages' own scripts off or on, from the next page on.
    pub fn scripts(&self, on: bool) {
        self.chromium("Emulation.setScriptExecutionDisabled", json!({"value": !on}));
    }

    /// Sets the machine's clock to a time zone.
    pub fn zone(&self, name: &str) {
        self.chromium("Emulation.setTimezoneOverride", json!({"timezoneId": name}));
    }

    pub fn press(&self, key: &str) {
        let stroke = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.post("actions", json!({"actions": [{"type": "key", "id": "keys", "actions": stroke}]}));
    }

    /// Presses Tab until `wanted` says that this is the one, by what has the focus.
    pub fn tab_to(&self, what: &str, wanted: &str) {
        for _ in 0..400 {
            self.press(TAB);
            if self.ask(&format!("const at = document.activeElement; return {wanted};")) == true {
                return;
            }
        }
        panic!("Tab never reaches {what}");
    }

    pub fn click(&self, selector: &str) {
        self.post(&format!("{}/click", self.element(selector)), json!({}));
    }

    /// Types into a field.
    pub fn fill(&self, selector: &str, text: &str) {
        self.post(&format!("{}/value", self.element(selector)), json!({"text": text}));
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("element", json!({"using": "css selector", "value": selector}));
        let (_, id) = found.as_object().unwrap().iter().next().unwrap();
        format!("element/{}", id.as_str().unwrap())
    }

    /// What a script returns; it runs whatever the page's policy is.
    pub fn ask(&self, script: &str) -> Value {
        self.post("execute/sync", json!({"script": script, "args": []}))
    }

    /// Asks again until the answer is yes.
    pub fn wait_until(&self, question: &str) {
        let begun = Instant::now();
        while self.ask(&format!("return {question};")) != true {
            assert!(begun.elapsed() < Duration::from_secs(10), "it never came true that {question}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// What the browser's console has received since it was last asked: errors, and what is less than that.
    pub fn console(&self) -> (Vec<String>, Vec<String>) {
        let entries = self.post("se/log", json!({"type": "browser"}));
        let (errors, rest): (Vec<_>, Vec<_>) =
            entries.as_array().unwrap().iter().partition(|entry| entry["level"] == "SEVERE");
        let message = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        (errors.into_iter().map(message).collect(), rest.into_iter().map(message).collect())
    }

    fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({"cmd": command, "params": parameters}))
    }

    fn post(&self, command: &str, body: Value) -> Value {
        send(&self.agent, &format!("{}/{command}", self.session), &body)
    }
}

/// The value that a WebDriver command answers with; a refusal ends the test.
fn send(agent: &ureq::Agent, address: &str, body: &Value) -> Value {
    let asked = agent.post(address).content_type("application/json");
    let mut answer = asked.send(body.to_string()).unwrap();
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    let value = answer["value"].take();
    assert!(value.get("error").is_none(), "{address}: {}: {}", value["error"], value["message"]);
    value
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
    }
}
