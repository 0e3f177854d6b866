//! "Is this right?": what readers write, what is kept of it, and what becomes of it.

use crate::support::{Answer, Html, ROLE, Site, Visitor, guide, waymark};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use waymark::db::schema::{report_counts, reports};
use waymark::db::{self, Conn};
use waymark::reports::{A_SENDER, ALL, Pass, Report, Taken};
use waymark::secret::Secret;

/// What somebody has typed, or what a form holds.
type Fields = Vec<(String, String)>;

/// The form for a place as it is sent by somebody who has had it open for ten seconds.
fn form(site: &Site, visitor: &Visitor, place: &str, words: &str) -> Fields {
    let page = visitor.page(&format!("/report?{place}"));
    opened(site, page.all("form")[0].fields(), words, TimeDelta::seconds(10))
}

/// A form that was opened so long ago.
fn opened(site: &Site, mut fields: Fields, words: &str, ago: TimeDelta) -> Fields {
    let revision = value(&fields, "pass").split('.').nth(1).unwrap().parse().unwrap();
    set(&mut fields, "pass", &Pass::new(revision, Utc::now() - ago).signed(&site.state.secret));
    set(&mut fields, "words", words);
    fields
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    &fields.iter().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no field {name}")).1
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    fields.iter_mut().find(|(field, _)| field == name).unwrap().1 = value.to_owned();
}

fn send(visitor: &Visitor, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    visitor.post("/report", &fields, &[])
}

fn thanked(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").unwrap().starts_with("/report/thanks?")
}

/// Why the form is shown again, with what it holds.
#[track_caller]
fn again(answer: &Answer, status: u16) -> (String, Fields) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let page = answer.html();
    (page.class("problems")[0].text(), page.all("form")[0].fields())
}

fn open(site: &Site) -> Vec<Report> {
    Report::open(&mut site.conn()).unwrap()
}

mod a_reader {
    use super::*;

    #[test]
    fn finds_beside_each_part_the_way_to_a_form_that_names_it() {
        let Some(site) = Site::shared() else { return };
        let visitor = site.visitor();

        for path in [ROLE, "/roles/devops", "/skills/java", "/articles/becoming-a-backend-developer"] {
            let page = visitor.page(path);
            let parts: Vec<String> =
                page.links().into_iter().filter(|link| link.starts_with("/report?page=")).collect();
            assert_eq!(parts.len(), page.headings(2).len() - in_prose(&page), "{path}");
            for link in parts {
                let asked = visitor.page(&link).class("lede")[0].text();
                let name = &page.headings(1)[0];
                assert!(asked.contains(name.as_str()), "{link}: {asked}");
                if let Some((_, section)) = link.split_once("&section=") {
                    let heading = page.id(section).headings(2)[0].clone();
                    assert!(
                        !heading.is_empty() && asked.contains(&format!("“{heading}”")),
                        "{link}: {asked}"
                    );
                }
            }
        }
    }

    /// Headings of an article's own text, which has one way to the form for all of them.
    fn in_prose(page: &Html) -> usize {
        page.class("article-body").first().map_or(0, |text| text.headings(2).len() - 1)
    }

    #[test]
    fn sends_what_is_wrong_and_is_offered_the_way_back() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let before = Utc::now();
        let mut fields =
            form(&site, &visitor, "page=/roles/devops&section=insights", "Nagios is missing.\r\nSince 1999.");
        set(&mut fields, "source", "my own work");
        set(&mut fields, "reply", "ann@example.org");

        let answer = send(&visitor, &fields);

        assert!(thanked(&answer), "{}", answer.text());
        let thanks = visitor.page(answer.header("location").unwrap());
        assert_eq!(thanks.headings(1), ["Thank you"]);
        assert!(thanks.links().contains(&"/roles/devops#insights".to_owned()));
        assert!(thanks.text().contains("Back to “Insights”, DevOps"));
        let kept = &open(&site)[0];
        assert_eq!(
            (kept.page.as_str(), kept.section.as_deref(), kept.revision),
            ("/roles/devops", Some("insights"), Some(1))
        );
        assert_eq!(kept.words, "Nagios is missing.\nSince 1999.");
        assert_eq!(
            (kept.source.as_deref(), kept.reply.as_deref()),
            (Some("my own work"), Some("ann@example.org"))
        );
        assert!(kept.reported >= before - TimeDelta::milliseconds(1) && kept.reported <= Utc::now());
        assert_eq!(kept.id.len(), 36);
    }

    #[test]
    fn writes_about_the_site_as_a_whole_or_a_page_that_is_no_entry() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();

        for (place, page, back) in [("", "/", "/"), ("page=/sources", "/sources", "/sources")] {
            let answer = send(&visitor, &form(&site, &visitor, place, "Something."));

            assert!(thanked(&answer));
            let thanks = visitor.page(answer.header("location").unwrap()).class("section")[0].links();
            assert_eq!(thanks, [back]);
            let kept = open(&site).pop().unwrap();
            assert_eq!((kept.page.as_str(), kept.section, kept.revision), (page, None, None));
        }
    }

    #[test]
    fn who_mistypes_is_told_at_the_field_and_keeps_everything() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let links = "https://a.example/ ".repeat(6);
        let long = "a".repeat(5_000);
        for (field, typed, told) in [
            ("words", "", "Write what is wrong or missing."),
            ("words", " \r\n ", "Write what is wrong or missing."),
            ("words", long.as_str(), "Shorten it to 4,000 characters; it has 5000."),
            ("words", links.trim(), "Leave at most five web addresses in the text."),
            ("source", &"<b>&\"".repeat(120), "Shorten where you saw it to 500 characters; it has 600."),
            (
                "reply",
                "ann at example",
                "Write the mail address in full, such as name@example.org, or leave it out.",
            ),
        ] {
            let mut fields = form(&site, &visitor, "page=/skills/java&section=what", "It is from 1995. <b>");
            set(&mut fields, "source", "the manual & \"more\"");
            set(&mut fields, field, typed);

            let answer = send(&visitor, &fields);

            let (notice, kept) = again(&answer, 422);
            assert!(notice.starts_with("One thing to put right before this can be sent"), "{notice}");
            assert!(notice.contains(told), "{notice}");
            set(&mut fields, field, typed.trim());
            assert!(kept == fields, "{field}: {kept:?}");
            let page = answer.html();
            assert_eq!(page.class("problems")[0].links(), [format!("#{field}")]);
            assert_eq!(page.id(&format!("{field}-error")).text(), told);
            let invalid =
                page.tags().into_iter().find(|tag| tag.attribute("aria-invalid").is_some()).unwrap();
            assert_eq!(invalid.attribute("id"), Some(field));
        }
        assert_eq!(open(&site), []);
    }

    #[test]
    fn of_a_page_or_a_part_that_is_not_there_loses_nothing() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        for (place, status, told) in [
            ("page=/roles/nothing&section=insights", 404, "This site has no page at /roles/nothing."),
            ("page=/roles/%00", 404, "This site has no page at /roles/."),
            ("page=https://evil.example/", 404, "This site has no page at https://evil.example/."),
            ("page=/roles/devops&section=weather", 200, "This page has no part called weather."),
        ] {
            let (notice, fields) = again(&visitor.get(&format!("/report?{place}")), status);
            assert!(notice.starts_with(told), "{notice}");
            assert!(thanked(&send(&visitor, &opened(&site, fields, place, TimeDelta::seconds(10)))));
        }
        // The page was there when the form was opened.
        let mut fields = form(&site, &visitor, "page=/roles/devops&section=insights", "kept");
        set(&mut fields, "page", "/roles/gone");
        let (notice, fields) = again(&send(&visitor, &fields), 404);
        assert!(notice.starts_with("This site has no page at /roles/gone."), "{notice}");
        assert_eq!((value(&fields, "words"), value(&fields, "page")), ("kept", "/"));

        let kept: Vec<_> = open(&site).into_iter().map(|report| (report.page, report.section)).collect();
        let whole = ("/".to_owned(), None);
        assert_eq!(kept, [whole.clone(), whole.clone(), whole, ("/roles/devops".to_owned(), None)]);
    }

    #[test]
    fn who_presses_twice_has_sent_it_once() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let fields = form(&site, &visitor, "page=/roles/devops", "Once.");

        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(thanked(&send(&visitor, &fields))));
            }
        });
        assert!(thanked(&send(&visitor, &fields)));

        assert_eq!(open(&site).len(), 1);
    }

    #[test]
    fn who_was_too_quick_or_away_for_a_day_sends_it_again() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let fresh = visitor.page("/report?page=/roles/devops").all("form")[0].fields();

        let quick = opened(&site, fresh.clone(), "Quick.", TimeDelta::seconds(1));
        let (notice, kept) = again(&send(&visitor, &quick), 422);
        assert!(notice.starts_with("Send it once more, please"), "{notice}");
        assert!(kept == quick, "{kept:?}");

        let old = opened(&site, fresh.clone(), "Old.", TimeDelta::hours(25));
        let (notice, kept) = again(&send(&visitor, &old), 422);
        assert!(notice.starts_with("This form was open for more than a day"), "{notice}");
        assert_eq!(value(&kept, "words"), "Old.");
        assert_ne!(value(&kept, "pass"), value(&old, "pass"));
        let mut forged = old.clone();
        set(&mut forged, "pass", "01a1fc63-55ef-7d0e-b0be-b879075fd204.1.00");
        assert!(again(&send(&visitor, &forged), 422).0.contains("did not come from this site"));

        assert_eq!(open(&site), []);
        let (_, kept) = again(&send(&visitor, &old), 422);
        assert!(thanked(&send(&visitor, &opened(&site, kept, "Old.", TimeDelta::seconds(4)))));
        assert_eq!(open(&site).len(), 1);
    }

    #[test]
    fn may_write_in_any_script_and_what_no_script_has_is_left_out() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let words = "Zażółć gęślą jaźń 漢字 🧭 ' -- \\ %00 a\0b\u{1b}[31m\u{7f}\u{85}\u{202e}c\r\n\r\nEnd";

        let answer = send(&visitor, &form(&site, &visitor, "page=/skills/java", words));

        assert!(thanked(&answer), "{}", answer.text());
        assert_eq!(open(&site)[0].words, "Zażółć gęślą jaźń 漢字 🧭 ' -- \\ %00 ab[31mc\n\nEnd");
        let longest = "🧭".repeat(4_000);
        assert!(thanked(&send(&visitor, &form(&site, &visitor, "page=/skills/java", &longest))));
        assert_eq!(open(&site)[1].words, longest);
    }

    #[test]
    fn gets_pages_that_hold_nothing_of_the_form() {
        let Some(site) = Site::shared() else { return };
        let visitor = site.visitor();

        let form = visitor.get("/report?page=/roles/devops");
        let other = visitor.get("/report?page=/roles/devops");

        assert_eq!(form.header("cache-control"), Some("no-store"));
        assert_eq!(form.header("etag"), None);
        let pass = |answer: &Answer| value(&answer.html().all("form")[0].fields(), "pass").to_owned();
        assert_ne!(pass(&form), pass(&other));
        let page = visitor.get("/roles/devops");
        assert!(!page.text().contains("name=\"pass\"") && page.body == visitor.get("/roles/devops").body);
    }
}

mod a_robot {
    use super::*;

    #[test]
    fn that_fills_every_field_is_thanked_and_nothing_is_kept() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let mut fields = form(&site, &visitor, "page=/roles/devops&section=insights", "Buy now");
        let person = send(&visitor, &fields);
        assert_eq!(open(&site).len(), 1);
        set(&mut fields, "website", "https://spam.example/");

        let answer = send(&visitor, &fields);

        assert_eq!((answer.status, answer.header("location")), (303, person.header("location")));
        assert_eq!(open(&site).len(), 1);
        let page = visitor.page("/report");
        let field = page.class("trap")[0].tags().into_iter().find(|tag| tag.name == "input").unwrap();
        assert_eq!(field.attribute("tabindex"), Some("-1"));
    }

    #[test]
    fn on_another_site_cannot_send_the_form() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let fields = form(&site, &visitor, "page=/roles/devops", "Forged.");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let length = body.len().to_string();

        for from in [
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: none",
            "Origin: https://evil.example",
            "X-None: 1",
        ] {
            let request = format!(
                "POST /report HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{from}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            assert_eq!(visitor.send(request.as_bytes(), false).status, 403, "{from}");
        }
        assert_eq!(open(&site), []);
        let own = format!("Origin: {}", visitor.site());
        let request = format!(
            "POST /report HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{own}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        assert!(thanked(&visitor.send(request.as_bytes(), false)), "an older browser of the site's own");
    }

    #[test]
    fn that_sends_what_is_no_form_or_far_too_much_is_refused() {
        let Some(site) = Site::shared() else { return };
        let visitor = site.visitor();

        let much = visitor.post("/report", &[("words", &"x".repeat(300_000))], &[]);
        let nothing = visitor.post("/report", &[], &[]);
        let fetch = ("Sec-Fetch-Site", "same-origin");
        let bare = visitor.ask(
            "POST",
            "/report",
            &[fetch, ("Content-Type", "application/json"), ("Content-Length", "0")],
        );

        assert_eq!(much.status, 413);
        assert!(much.html().text().contains("Send less of it."));
        assert!(again(&nothing, 422).0.contains("Write what is wrong or missing."));
        assert!([400, 415].contains(&bare.status), "{}", bare.status);
        let twice = visitor.get("/report?page=/&page=/roles");
        for answer in [bare, twice] {
            assert_eq!(answer.html().headings(1), ["That request was not understood"]);
        }
    }
}

mod too_many {
    use super::*;

    #[test]
    fn from_one_network_are_told_so_and_keep_what_they_wrote() {
        let Some(site) = Site::behind("https://guide.example.org") else { return };
        let visitor = site.visitor().at_host("guide.example.org");
        let from = |network: &str, words: &str| {
            let fields = form(&site, &visitor, "page=/roles/devops", words);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            visitor.post("/report", &fields, &[("X-Forwarded-For", network)])
        };
        let hour = Utc::now().timestamp() / 3600;
        for number in 0..A_SENDER {
            // What a visitor puts before the proxy's own word does not make her another.
            let answer = from(&format!("198.51.100.{number}, 203.0.113.9"), &format!("Number {number}."));
            assert!(thanked(&answer), "{}", answer.text());
        }

        let sixth = from("203.0.113.9", "The sixth.");
        let other = from("203.0.113.10", "Another reader.");

        if Utc::now().timestamp() / 3600 != hour {
            return; // The hour ended meanwhile, and with it the count.
        }
        let (notice, kept) = again(&sixth, 429);
        assert!(notice.starts_with("Five reports came from your network within this hour."), "{notice}");
        assert!(notice.contains("send it again after"), "{notice}");
        assert_eq!(value(&kept, "words"), "The sixth.");
        assert!(thanked(&other));
        assert_eq!(open(&site).len() as i64, A_SENDER + 1);
        let stored: Vec<String> =
            report_counts::table.select(report_counts::sender).load(&mut site.conn()).unwrap();
        assert!(stored.iter().all(|sender| !sender.contains("203.0")), "{stored:?}");
    }

    fn report(at: DateTime<Utc>) -> Report {
        Report {
            id: Pass::new(1, at).id.to_string(),
            page: "/roles/devops".into(),
            section: None,
            revision: Some(1),
            words: "Something.".into(),
            source: None,
            reply: None,
            reported: at,
        }
    }

    fn take(conn: &mut Conn, network: &str, at: DateTime<Utc>) -> Taken {
        let secret = Secret::of("known to the tests and to nobody else").unwrap();
        db::write(conn, |conn| report(at).take(conn, &secret, network)).unwrap()
    }

    #[test]
    fn from_all_together_wait_for_the_next_hour() {
        let Some(site) = Site::open() else { return };
        let conn = &mut site.conn();
        let noon = DateTime::from_timestamp(1_800_000_000 / 3600 * 3600, 0).unwrap();
        for number in 0..ALL {
            assert_eq!(take(conn, &format!("203.0.113.{number}"), noon), Taken::Kept);
        }

        let late = noon + TimeDelta::minutes(59);
        assert_eq!(take(conn, "2001:db8::", late), Taken::TooManyFromAll);
        assert_eq!(reports::table.count().first(conn), Ok(ALL));

        assert_eq!(take(conn, "2001:db8::", noon + TimeDelta::minutes(60)), Taken::Kept);
        // Of the hour before nothing is left: two rows, one for the reader and one for all.
        assert_eq!(report_counts::table.count().first(conn), Ok(2_i64));
    }

    #[test]
    fn at_once_are_counted_all_the_same() {
        let Some(site) = Site::open() else { return };
        let noon = DateTime::from_timestamp(1_800_000_000 / 3600 * 3600, 0).unwrap();

        let taken: Vec<Taken> = std::thread::scope(|scope| {
            let one = || (0..3).map(|_| take(&mut site.conn(), "203.0.113.9", noon)).collect::<Vec<_>>();
            let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
            all.into_iter().flat_map(|one| one.join().unwrap()).collect()
        });

        let kept = taken.iter().filter(|taken| **taken == Taken::Kept).count() as i64;
        assert_eq!(kept, A_SENDER, "{taken:?}");
        assert_eq!(reports::table.count().first(&mut site.conn()), Ok(A_SENDER));
    }
}

mod an_editor {
    use super::*;

    fn run(arguments: &[&str], url: &str) -> (i32, String, String) {
        let done = waymark(arguments, &[("DATABASE_URL", url)]).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
    }

    #[test]
    fn reads_what_is_open_and_closes_it() {
        let Some(url) = guide() else { return };
        assert_eq!(run(&["reports"], &url), (0, "No report is open.\n".into(), String::new()));
        let site = Site::on(&url, None);
        let visitor = site.visitor();
        let mut fields = form(&site, &visitor, "page=/roles/devops&section=insights", "One line.\nAnother.");
        set(&mut fields, "reply", "ann@example.org");
        assert!(thanked(&send(&visitor, &fields)));
        let id = open(&site)[0].id.clone();

        let (status, said, _) = run(&["reports"], &url);

        assert_eq!(status, 0);
        assert!(said.starts_with(&format!("{id}\n")), "{said}");
        for words in [
            "/roles/devops#insights, revision 1\n  | One line.\n  | Another.\n",
            "Wants an answer at: ann@example.org",
        ] {
            assert!(said.contains(words), "{said}");
        }
        let (status, said, complained) = run(&["reports", "close", &id], &url);
        assert_eq!((status, complained.as_str()), (0, ""));
        assert!(said.starts_with("Closed, and the mail address"), "{said}");
        assert_eq!(run(&["reports"], &url).1, "No report is open.\n");
        let kept: (String, Option<String>) =
            reports::table.select((reports::words, reports::reply)).first(&mut site.conn()).unwrap();
        assert_eq!(kept, ("One line.\nAnother.".into(), None));
        let (status, _, complained) = run(&["reports", "close", &id], &url);
        assert_eq!(status, 1);
        assert!(complained.contains("waymark reports lists those that are open"), "{complained}");
    }
}

mod an_editor_in_a_browser {
    use super::*;
    use crate::support::people::staff;
    use waymark::accounts::Rights;
    use waymark::editing::Action;

    #[test]
    fn takes_the_closing_of_a_report_back_at_once_or_later() {
        let Some(site) = Site::open() else { return };
        let visitor = site.visitor();
        let mut fields = form(&site, &visitor, "page=/roles/devops&section=insights", "Nagios is missing.");
        set(&mut fields, "reply", "ann@example.org");
        assert!(thanked(&send(&visitor, &fields)));
        let id = open(&site)[0].id.clone();
        let mut bob = staff(&site, "Bob", Rights::Editor);
        let reports = "/admin/reports";
        assert!(!bob.page(reports).links().contains(&format!("{reports}?state=closed")), "none is closed");

        let closed = bob.send(reports, &[("report", &id), ("do", "close")]);
        assert!(closed.text().contains("It is closed.") && open(&site).is_empty());
        assert_eq!(closed.form(reports).field("report"), id);
        let again = bob.fill(&closed, reports, &[("do", "reopen")]);
        let again = bob.page(again.header("location").unwrap());
        assert!(again.text().contains("It is open again.") && again.text().contains("Nagios is missing."));
        assert!(!again.text().contains("ann@example.org"), "the address was deleted when it was closed");
        assert_eq!(open(&site).len(), 1);

        bob.send(reports, &[("report", &id), ("do", "close")]);
        let list = bob.page(reports);
        assert!(list.links().contains(&format!("{reports}?state=closed")), "{:?}", list.links());
        let list = bob.page(&format!("{reports}?state=closed"));
        assert_eq!(list.headings(1), ["Closed reports"]);
        assert!(list.text().contains("Nagios is missing."), "{}", list.text());
        for _ in 0..2 {
            // Pressed twice, it is opened once.
            assert_eq!(bob.fill(&list, reports, &[("do", "reopen")]).status, 303);
        }
        assert!(bob.page(&format!("{reports}?state=closed")).text().contains("None is closed."));
        assert!(
            bob.page(&format!("{reports}?closed={id}")).all("form").len() < 2,
            "there is nothing to undo"
        );
        let noted = crate::support::fates::acts(&site, Action::ReportReopened);
        assert_eq!(noted.iter().map(|act| act.slug.as_str()).collect::<Vec<_>>(), [&id, &id]);
        assert!(bob.page("/admin/audit?action=report-reopened").text().contains("report reopened"));
    }

    #[test]
    fn who_asks_for_a_report_that_is_not_there_is_told_so() {
        let Some(site) = Site::open() else { return };
        let mut bob = staff(&site, "Bob", Rights::Editor);
        for id in ["nothing", "", "'; --", "\0"] {
            for order in ["close", "reopen"] {
                assert_eq!(bob.post("/admin/reports", &[("report", id), ("do", order)]).status, 404, "{id}");
            }
        }
        assert!(bob.page("/admin/reports?closed=nothing").text().contains("There is none to look at."));
        assert!(bob.page("/admin/reports?report=nothing").text().contains("There is none to look at."));
        let mut alice = staff(&site, "Alice", Rights::Member);
        assert_eq!(alice.post("/admin/reports", &[("report", "x"), ("do", "reopen")]).status, 403);
    }
}

mod whoever_wants_to_write {
    use super::*;

    #[test]
    fn finds_the_address_that_is_set_and_the_form() {
        let Some(url) = guide() else { return };
        let settings = [
            ("WAYMARK_BASE_URL", "https://guide.example.org"),
            ("WAYMARK_CONTACT", "editors@guide.example.org"),
        ];
        let site = Site::set(&url, &settings);
        let visitor = site.visitor().at_host("guide.example.org");

        let page = visitor.page("/contact");

        let ways = page.class("section")[0].links();
        assert_eq!(ways, ["/report", "mailto:editors@guide.example.org"]);
        assert!(visitor.page("/").class("foot")[0].links().contains(&"/contact".to_owned()));
        let security = visitor.get("/.well-known/security.txt").text();
        assert!(security.starts_with("Contact: mailto:editors@guide.example.org\n"), "{security}");
    }

    #[test]
    fn finds_the_form_where_no_address_is_set() {
        let Some(site) = Site::shared() else { return };

        let page = site.visitor().page("/contact");

        assert_eq!(page.class("section")[0].links(), ["/report"]);
        assert!(!page.source().contains("mailto:"));
    }

    #[test]
    fn about_a_weakness_finds_security_txt() {
        let Some(site) = Site::shared() else { return };
        let visitor = site.visitor();

        let answer = visitor.get("/.well-known/security.txt");

        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; charset=utf-8")));
        let text = answer.text();
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let value = lines.next().unwrap_or_else(|| panic!("{name} is missing: {text}"));
            assert_eq!(lines.next(), None, "{name} stands twice");
            value.to_owned()
        };
        assert_eq!(field("Contact"), format!("{}/contact", visitor.site()));
        assert_eq!(field("Canonical"), format!("{}/.well-known/security.txt", visitor.site()));
        assert_eq!(field("Preferred-Languages"), "en");
        let expires = DateTime::parse_from_rfc3339(&field("Expires")).unwrap().to_utc();
        let ahead = expires - Utc::now();
        assert!(ahead > TimeDelta::days(300) && ahead < TimeDelta::days(365), "{expires}");
        assert_eq!(expires.timestamp() % 86_400, 0);
    }
}
