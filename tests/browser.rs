//! The site in a real browser: accessible, at every width, in both themes, by keyboard, without scripts, on paper.

#[path = "browser/browser.rs"]
mod browser;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/programs.rs"]
mod programs;
#[path = "browser/server.rs"]
mod server;

use browser::{Browser, ENTER, TAB, THEMES, Theme};
use pages::{ROLE, ROLE_ENTRY, every_page, own_pages, pages, short};
use programs::{JAVA, NPM, at_hand};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

#[test]
fn axe_finds_nothing_on_any_page_in_either_theme_on_a_phone_or_a_desk() {
    if !at_hand(&[NPM]) {
        return;
    }
    let Some(browser) = Browser::open() else { return };
    let axe = programs::axe();
    // First that the check would see something.
    browser.visit("/about");
    browser.ask(&axe);
    browser.ask("document.documentElement.removeAttribute('lang')");
    let seen = browser.ask(include_str!("browser/axe.js")).to_string();
    assert!(seen.contains("html-has-lang"), "a missing language goes unnoticed: {seen}");

    let mut found = vec![];
    for page in pages(&browser.site) {
        browser.visit(&page);
        browser.ask(&axe);
        for theme in THEMES {
            browser.theme(theme);
            for width in [375, 1280] {
                browser.width(width);
                let finds = browser.ask(include_str!("browser/axe.js"));
                let place = format!("{} {theme} {width} px", short(&page));
                found.extend(texts(&finds).map(|find| format!("{place}: {find}")));
            }
        }
    }
    assert!(found.is_empty(), "axe found {}:\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn no_page_scrolls_sideways() {
    let Some(browser) = Browser::open() else { return };
    let mut found = vec![];
    for page in pages(&browser.site) {
        browser.visit(&page);
        for width in [320, 375, 768, 1280] {
            browser.width(width);
            let out = browser.ask(include_str!("browser/wide.js"));
            let out: Vec<_> = texts(&out).collect();
            if !out.is_empty() {
                found.push(format!("{} at {width} px: {}", short(&page), out.join("\n  ")));
            }
        }
    }
    assert!(found.is_empty(), "these scroll sideways:\n{}", found.join("\n"));
}

#[test]
fn the_nu_checker_finds_no_error_on_any_page() {
    if !at_hand(&[JAVA, NPM]) {
        return;
    }
    let site = server::site();
    let all: BTreeSet<_> = pages(&site).into_iter().chain(every_page(&site).keys().cloned()).collect();
    check(all.into_iter().map(|page| {
        let body = site.get(&page).body;
        (page, body)
    }));
}

#[test]
fn the_nu_checker_finds_no_error_on_any_page_that_needs_a_sign_in() {
    if !at_hand(&[JAVA, NPM]) {
        return;
    }
    let site = server::site();
    let (address, password) = ("nu@example.org", "gravel mitten osprey ledger");
    site.make(address, password, "admin");
    let cookies = site.sign_in(address, password);
    let pages = own_pages(&site, &cookies);
    for page in ["/account", "/admin/audit", "/admin/people", "/admin/roles/new", "/admin/find"] {
        assert!(pages.contains_key(page), "{page} is not among {:?}", pages.keys());
    }
    let edited = pages.keys().filter(|page| page.contains("/edit/")).count();
    assert!(edited > 12, "{edited} forms of entries");
    check(pages);
}

/// Has the Nu checker look at pages, given as path and HTML.
fn check(pages: impl IntoIterator<Item = (String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    for (page, html) in pages {
        let name = page[..page.len().min(200)].replace(['/', '?', '='], "_");
        std::fs::write(folder.path().join(format!("{name}.html")), html).unwrap();
    }
    // First that the check would see something.
    std::fs::write(folder.path().join("wrong.html"), "<!doctype html><title>Wrong</title><p><h1>").unwrap();
    let done = Command::new(programs::path(JAVA).unwrap())
        .arg("-jar")
        .arg(programs::vnu())
        .args(["--stdout", "--exit-zero-always", "--format", "json", "--skip-non-html"])
        .arg(folder.path())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|_| panic!("vnu says {}", String::from_utf8_lossy(&done.stderr)));
    let messages = told["messages"].as_array().unwrap();
    let file =
        |message: &Value| message["url"].as_str().unwrap_or_default().rsplit('/').next().map(str::to_owned);
    let (wrong, messages): (Vec<_>, Vec<_>) =
        messages.iter().partition(|message| file(message).as_deref() == Some("wrong.html"));
    assert!(wrong.iter().any(|message| message["type"] == "error"), "an error goes unnoticed: {told}");
    let (advice, errors): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| message["type"] == "info");
    let lines = |messages: Vec<&Value>| {
        let line = |m: &Value| {
            let file = file(m).unwrap_or_default();
            format!("{file}:{} {}\n  {}\n", m["lastLine"], m["message"], m["extract"])
        };
        messages.into_iter().map(line).collect::<String>()
    };
    println!("{}", lines(advice));
    assert!(errors.is_empty(), "{}", lines(errors));
}

#[test]
fn tab_visits_everything_in_the_order_of_the_text_and_shows_where_it_is() {
    let Some(browser) = Browser::open() else { return };
    let mut wrong = vec![];
    for page in pages(&browser.site) {
        for width in [375, 1280] {
            browser.width(width);
            browser.visit(&page);
            for place in 0.. {
                browser.press(TAB);
                let at = browser.ask(include_str!("browser/focus.js"));
                let faults = texts(&at["wrong"]);
                wrong.extend(faults.map(|fault| format!("{} at {width} px: {fault}", short(&page))));
                if place == at["of"] {
                    break;
                }
                if at["place"] != place {
                    wrong.push(format!("{} at {width} px: stop {place} is {at}", short(&page)));
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_first_tab_offers_to_skip_to_the_content_then_come_the_brand_and_the_navigation() {
    let Some(browser) = Browser::open() else { return };
    browser.visit(ROLE);
    let stops = [(); 3].map(|()| {
        browser.press(TAB);
        browser.ask("return document.activeElement.textContent.trim()")
    });
    assert_eq!(stops, ["Skip to the content", "Waymark", "Roles"]);

    browser.visit(ROLE);
    browser.press(TAB);
    browser.press(ENTER);
    browser.wait_until("document.activeElement.id === 'main'");
    browser.press(TAB);
    let inside = "document.querySelector('main').contains(document.activeElement)";
    assert_eq!(browser.ask(&format!("return {inside}")), true, "the next Tab goes on from there");
}

#[test]
fn the_switch_to_the_entry_level_works_by_keyboard() {
    let Some(browser) = Browser::open() else { return };
    browser.visit(ROLE);
    browser.tab_to("the switch", "at.textContent === 'Entry level first'");
    browser.press(ENTER);
    shows_the_entry_level_first(&browser);
}

#[test]
fn on_a_phone_the_list_of_sections_opens_and_leads_on_by_keyboard() {
    let Some(browser) = Browser::open() else { return };
    browser.width(375);
    browser.visit(ROLE);
    browser.tab_to("the list of sections", "at.matches('.rail-fold summary')");
    browser.press(ENTER);
    browser.wait_until("document.querySelector('.rail-fold').open");
    browser.tab_to("its link", "at.matches('.rail-fold a[href=\"#strategy\"]')");
    browser.press(ENTER);
    browser.wait_until("location.hash === '#strategy'");
    let top = browser.ask("return document.getElementById('strategy').getBoundingClientRect().top");
    assert!((0.0..200.0).contains(&top.as_f64().unwrap()), "the section is at {top} px");
}

#[test]
fn without_scripts_everything_is_there_but_the_print_button() {
    let Some(browser) = Browser::open() else { return };
    for page in ["/", ROLE, ROLE_ENTRY] {
        browser.scripts(true);
        browser.visit(page);
        let with = browser.ask("return document.body.innerText");
        browser.scripts(false);
        browser.visit(page);
        let without = browser.ask("return document.body.innerText");
        let lines = |text: &Value| -> Vec<String> {
            let lines = text.as_str().unwrap().lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let with: Vec<_> = lines(&with).into_iter().filter(|line| line != "Print this page").collect();
        assert!(with.len() > 20, "{page} is nearly empty");
        assert_eq!(lines(&without), with, "{page}");
    }
    browser.visit(ROLE);
    browser.click(".switch a:not([aria-current])");
    shows_the_entry_level_first(&browser);
}

#[test]
fn the_print_button_shows_only_when_its_script_runs() {
    let Some(browser) = Browser::open() else { return };
    let shown = "document.querySelector('button[data-print]').checkVisibility()";
    browser.visit(ROLE);
    assert_eq!(browser.ask(&format!("return {shown}")), true);
    browser.scripts(false);
    browser.visit(ROLE);
    assert_eq!(browser.ask(&format!("return {shown}")), false);
}

#[test]
fn no_page_causes_an_error_in_the_console_or_breaks_the_content_policy() {
    let Some(browser) = Browser::open() else { return };
    // First that the check would see something.
    browser.visit("/about");
    browser.console();
    browser.ask("document.body.setAttribute('style', 'color: red')");
    let (errors, _) = browser.console();
    assert!(errors.concat().contains("Content Security Policy"), "a violation goes unnoticed: {errors:?}");

    let mut found = vec![];
    let mut warned = BTreeSet::new();
    for page in pages(&browser.site) {
        browser.visit(&page);
        // The scripts are modules: they have run before the load event, for which visit waits.
        let status = browser.ask("return performance.getEntriesByType('navigation')[0].responseStatus");
        let (errors, warnings) = browser.console();
        warned.extend(warnings);
        for error in errors {
            // Chromium itself notes that a page, as it should be, is not there.
            let expected = status != 200 && error.contains(&format!("status of {status}"));
            if !expected {
                found.push(format!("{}: {error}", short(&page)));
            }
        }
    }
    println!("{}", warned.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn on_paper_there_is_ink_on_white_and_nothing_to_press() {
    let Some(browser) = Browser::open() else { return };
    for theme in THEMES {
        // About the width of A4 between margins.
        for width in [690, 1280] {
            browser.print(theme);
            browser.width(width);
            browser.visit(ROLE);
            let left = browser.ask(
                "return [...document.querySelectorAll('nav, .skip, .rail, .rail-fold, .switch, button, .button')]
                    .filter((element) => element.checkVisibility()).map((element) => element.outerHTML)",
            );
            assert_eq!(left, serde_json::json!([]), "printed, from {theme} at {width} px");
            let colours = browser.ask(
                "const { color, backgroundColor } = getComputedStyle(document.body);
                 return `${color} on ${backgroundColor}`",
            );
            assert_eq!(colours, "rgb(0, 0, 0) on rgb(255, 255, 255)", "from {theme}");
            let lines = "document.querySelector('h1').checkVisibility() && document.querySelectorAll('.demand-row').length";
            assert!(browser.ask(&format!("return {lines}")).as_u64().is_some_and(|rows| rows > 50));
        }
    }
    browser.theme(Theme::Light);
    let nav = browser.ask("return document.querySelector('nav').checkVisibility()");
    assert_eq!(nav, true, "the check would see a navigation");
}

/// Chromium, cutting a page into sheets, puts drawings that are placed absolutely all on the first one.
#[test]
fn on_paper_every_drawing_stays_where_it_belongs() {
    let Some(browser) = Browser::open() else { return };
    browser.print(Theme::Light);
    for page in pages(&browser.site) {
        browser.visit(&page);
        let loose = browser.ask(
            "return [...document.querySelectorAll('svg')]
                .filter((drawing) => drawing.checkVisibility() && getComputedStyle(drawing).position === 'absolute')
                .length",
        );
        assert_eq!(loose, 0, "{}: drawings are placed absolutely", short(&page));
    }
}

#[test]
fn somebody_signs_up_adds_a_passkey_and_signs_in_with_it() {
    let Some(browser) = Browser::open() else { return };
    let (address, password) = ("alice@example.org", "gravel mitten osprey ledger");
    let on = |path: &str| {
        browser.wait_until(&format!("location.pathname === '{path}' && document.readyState === 'complete'"));
    };
    let send = || browser.click("main form .button-main");
    browser.keep_passkeys();

    browser.visit_by_name("/sign-up");
    browser.fill("#address", address);
    browser.fill("#password", password);
    send();
    // The letter lies among those that became files.
    let letter = "document.querySelector('main a[href^=\"/dev/letters/\"]:not([href*=\"/samples/\"])')";
    for _ in 0..100 {
        browser.visit_by_name("/dev/letters");
        if browser.ask(&format!("return {letter} !== null")) == true {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    browser.ask(&format!("{letter}.click()"));
    browser.wait_until("document.body.innerText.includes('token=')");
    let token = browser.ask("return document.body.innerText.match(/token=([A-Za-z0-9_-]+)/)[1]");
    browser.visit_by_name(&format!("/sign-up/confirm?token={}", token.as_str().unwrap()));
    browser.fill("#password", password);
    send();
    on("/account");

    browser.visit_by_name("/account/passkeys/new");
    fits(&browser);
    browser.fill("#password", password);
    send();
    on("/account/passkeys/confirm");
    let codes = browser.ask("return document.querySelectorAll('.codes li').length");
    assert_eq!(codes, 10, "{}", browser.ask("return document.body.innerText"));
    fits(&browser);
    browser.visit_by_name("/account/factors");
    let listed = browser.ask("return document.querySelector('#passkeys tbody').innerText");
    assert!(listed.as_str().unwrap().contains("never"), "{listed}");
    fits(&browser);

    browser.visit_by_name("/account/app");
    browser.fill("#password", password);
    send();
    browser.wait_until("document.querySelector('.qr') !== null");
    fits(&browser);

    browser.visit_by_name("/account");
    browser.click("form[action='/sign-out'] button");
    on("/sign-in");
    fits(&browser);
    browser.click("button[formaction='/sign-in/passkey']");
    on("/account");
    let who = browser.ask("return document.querySelector('.lede').innerText");
    assert!(who.as_str().unwrap().contains(address), "{who}");
    let (errors, _) = browser.console();
    assert!(errors.is_empty(), "{errors:?}");

    // Without scripts it says so, and there is nothing to press that would not work.
    browser.click("form[action='/sign-out'] button");
    on("/sign-in");
    browser.scripts(false);
    browser.visit_by_name("/sign-in");
    browser.click("button[formaction='/sign-in/passkey']");
    on("/sign-in/passkey");
    let told = browser.ask("return document.querySelector('main').innerText");
    assert!(told.as_str().unwrap().contains("A passkey needs JavaScript"), "{told}");
    assert!(!told.as_str().unwrap().contains("Use the passkey"), "{told}");
}

#[test]
fn on_a_phone_somebody_reads_a_role_makes_a_plan_and_ticks_the_first_step_by_keyboard_alone() {
    let Some(browser) = Browser::open() else { return };
    let (address, password) = ("mona@example.org", "gravel mitten osprey ledger");
    browser.site.make(address, password, "member");
    let on = |path: &str| {
        browser.wait_until(&format!("location.pathname{path} && document.readyState === 'complete'"));
    };
    let keys = |text: &str| {
        for key in text.chars() {
            browser.press(&key.to_string());
        }
    };
    browser.width(375);
    browser.visit(ROLE);
    browser.tab_to("the way into a plan", "at.textContent === 'Add to a plan'");
    browser.press(ENTER);
    on(" === '/sign-in'");
    browser.tab_to("the address", "at.id === 'address'");
    keys(address);
    browser.tab_to("the password", "at.id === 'password'");
    keys(password);
    browser.press(ENTER);
    on(" === '/plans/new'");
    browser.tab_to("Git", "at.value === 'git'");
    browser.press(" ");
    browser.tab_to("the button", "at.value === 'make'");
    browser.press(ENTER);
    on(".match(/^.plans.[0-9a-f-]{36}$/) !== null");
    let next = "document.getElementById('next-title').textContent";
    assert_eq!(browser.ask(&format!("return {next}")), "Java");
    browser.tab_to("the first tick", "at.value === 'can-do'");
    browser.press(ENTER);
    browser.wait_until(&format!("{next} !== 'Java'"));
    let said = browser.ask("return document.querySelector('.plan-sum').textContent");
    assert!(said.as_str().unwrap().contains("1 of"), "{said}");
    let plan = browser.ask("return location.pathname");
    let plan = plan.as_str().unwrap();

    let items = browser.ask("return document.querySelector('.step-name a').pathname");
    for page in [
        "/plans",
        "/plans/new?role=devops",
        "/plans/new?role=nothing",
        plan,
        items.as_str().unwrap(),
        &format!("{plan}/add"),
        &format!("{plan}/edit"),
        &format!("{plan}/order"),
        &format!("{plan}/links"),
        &format!("{plan}/delete"),
    ] {
        browser.visit(page);
        fits(&browser);
    }
    // The order by buttons, and the same with scripts off.
    browser.width(375);
    browser.scripts(false);
    browser.visit(&format!("{plan}/order"));
    let first = "document.querySelector('.ordered-name').textContent";
    let before = browser.ask(&format!("return {first}"));
    browser.tab_to("a way down", "at.value === 'down'");
    browser.press(ENTER);
    browser.wait_until(&format!("{first} !== {before}"));
    browser.visit(&format!("{plan}/links"));
    browser.click("button[value='mentor']");
    let link = "document.querySelector('.plan-secret code')";
    browser.wait_until(&format!("{link} !== null"));
    let shared =
        browser.ask(&format!("const to = new URL({link}.textContent); return to.pathname + to.search"));
    browser.scripts(true);
    browser.visit(shared.as_str().unwrap());
    fits(&browser);
    let (errors, _) = browser.console();
    let errors: Vec<_> = errors.into_iter().filter(|error| !error.contains("422")).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn the_sum_of_a_new_plan_follows_its_ticks_and_a_button_counts_where_no_script_does() {
    let Some(browser) = Browser::open() else { return };
    let (address, password) = ("nora@example.org", "gravel mitten osprey ledger");
    browser.site.make(address, password, "member");
    let on = |path: &str| {
        browser.wait_until(&format!("location.pathname === '{path}' && document.readyState === 'complete'"));
    };
    browser.visit(&format!("/plans/new?role={}", ROLE.trim_start_matches("/roles/")));
    browser.fill("#address", address);
    browser.fill("#password", password);
    browser.click("main form .button-main");
    on("/plans/new");
    let (sum, button) =
        ("document.getElementById('sum').textContent", "document.querySelector('[data-count]')");
    let counted = |before: &Value| {
        browser.wait_until(&format!("{sum} !== {before}"));
        browser.ask(&format!("return {sum}"))
    };
    browser.wait_until(&format!("{button}.hidden"));
    let first = browser.ask(&format!("return {sum}"));
    let tick = "document.querySelector(\"input[value='java']\").click()";
    browser.ask(tick);
    let without = counted(&first);
    browser.ask(tick);
    assert_eq!(counted(&without), first);
    let other = "const hours = document.getElementById('hours');
        hours.value = '12'; hours.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.ask(other);
    let sooner = counted(&first);
    assert!(sooner.as_str().unwrap().contains("at 12 hours a week"), "{sooner}");
    // Where the site cannot count, the button comes back.
    browser.ask(&other.replace("12", "many"));
    browser.wait_until(&format!("!{button}.hidden"));

    browser.scripts(false);
    browser.visit("/plans/new?role=devops");
    let first = browser.ask(&format!("return {sum}"));
    browser.ask("document.querySelector(\"input[name='item']:checked\").click()");
    browser.click("[data-count]");
    counted(&first);
    browser.click("button[value='none']");
    browser.wait_until(&format!("{sum}.startsWith('Nothing is ticked')"));
    assert_eq!(browser.ask("return location.hash"), "#asked");
    browser.scripts(true);
    fits(&browser);
}

#[test]
fn a_new_account_begins_with_the_time_zone_of_the_browser() {
    let Some(browser) = Browser::open() else { return };
    let chosen = |zone: &str| {
        browser.zone(zone);
        browser.visit("/sign-up");
        browser.wait_until("document.readyState === 'complete'");
        browser.ask("return document.getElementById('zone').value")
    };
    assert_eq!(chosen("America/Sao_Paulo"), "America/Sao_Paulo");
    // As Chromium still calls it.
    assert_eq!(chosen("Asia/Kolkata"), "Asia/Calcutta");
    browser.scripts(false);
    assert_eq!(chosen("Europe/Vienna"), "UTC");
}

#[test]
fn an_editor_changes_a_role_sees_it_and_publishes_it() {
    let Some(browser) = Browser::open() else { return };
    let (address, password) = ("dora@example.org", "gravel mitten osprey ledger");
    browser.site.make(address, password, "admin");
    let on = |path: &str| {
        browser.wait_until(&format!("location.pathname === '{path}' && document.readyState === 'complete'"));
    };
    browser.visit("/sign-in");
    browser.fill("#address", address);
    browser.fill("#password", password);
    browser.click("main form .button-main");
    on("/account");
    browser.click("main a[href='/admin']");
    on("/admin");

    let role = "/admin/roles/devops";
    for page in [
        "",
        "/roles",
        "/roles/new",
        "/roles/devops",
        "/roles/devops/edit/role?check=yes",
        "/roles/devops/edit/skills",
        "/roles/devops/edit/skills/systems-and-networks",
        "/roles/devops/edit/getting-in",
        "/roles/devops/edit/strategy",
        "/roles/devops/history",
        "/roles/devops/withdraw",
        "/roles/devops/move",
        "/figures/web-developers-pay/edit/figures/median-2024",
        "/articles/reading-the-tiers/edit/article",
        "/find?q=sql",
        "/audit",
        "/checks",
        "/figures-due",
        "/reports",
        "/withdrawn",
        "/redirects",
        "/people",
        "/trail",
    ] {
        browser.visit(&format!("/admin{page}"));
        fits(&browser);
    }

    browser.visit(&format!("{role}/edit/role"));
    browser.ask("document.querySelector('#sentence').value = 'You keep it running.'");
    browser.click(".sheet-foot .button-main");
    browser.wait_until("location.search === '?saved=yes' && document.readyState === 'complete'");
    fits(&browser);
    browser.visit(&format!("{role}/compare?from=1&to=1"));
    fits(&browser);
    browser.visit("/roles/devops?preview=role/devops");
    let seen = browser.ask("return document.querySelector('main').innerText + document.body.innerText");
    assert!(seen.as_str().unwrap().contains("You keep it running."), "{seen}");
    browser.visit(&format!("{role}/publish"));
    fits(&browser);
    browser.click("button[value='now']");
    on(role);
    browser.visit("/roles/devops");
    let seen = browser.ask("return document.querySelector('main').innerText");
    assert!(seen.as_str().unwrap().contains("You keep it running."), "{seen}");
    let (errors, _) = browser.console();
    assert!(errors.is_empty(), "{errors:?}");
}

/// The page at hand does not scroll sideways, and axe finds nothing on it.
fn fits(browser: &Browser) {
    for width in [320, 1280] {
        browser.width(width);
        let out: Vec<_> = texts(&browser.ask(include_str!("browser/wide.js"))).collect();
        assert!(out.is_empty(), "{}", out.join("\n"));
    }
    if at_hand(&[NPM]) {
        browser.ask(&programs::axe());
        for theme in THEMES {
            browser.theme(theme);
            let finds: Vec<_> = texts(&browser.ask(include_str!("browser/axe.js"))).collect();
            assert!(finds.is_empty(), "{theme}: {}", finds.join("\n"));
        }
    }
}

fn shows_the_entry_level_first(browser: &Browser) {
    browser.wait_until("location.search === '?level=entry' && document.readyState === 'complete'");
    let shown = browser.ask(
        "return [document.querySelector('.switch [aria-current]'), document.querySelector('.demand-axis .demand-figure')]
            .map((element) => element.textContent)",
    );
    assert_eq!(shown, serde_json::json!(["Entry level first", "Entry level"]));
}

fn texts(values: &Value) -> impl Iterator<Item = String> {
    let values = values.as_array().unwrap_or_else(|| panic!("not a list: {values}"));
    values.iter().map(|value| value.as_str().unwrap_or_default().to_owned())
}
