//! Somebody who holds a job advertisement against the guide.

use super::{falconry, somebody};
use crate::support::fates::BACKEND;
use crate::support::people::join;
use crate::support::{Answer, Html, Site};

const AD: &str = "Backend Developer (m/f/d)\n\nWe are hiring! Go further with us.\n\
    - Java 21 with Spring Boot and Hibernate\n- PostgreSQL or another database; SQL every day\n\
    - REST APIs, k8s, docker\nYou express yourself well. Write to jobs@oracle.com.";

/// The skills that are found in it, by slug.
fn named(page: &Html) -> Vec<String> {
    let links = page.id("named").links().into_iter();
    links
        .filter_map(|link| link.strip_prefix("/skills/").map(str::to_owned))
        .filter(|s| s != "mine")
        .collect()
}

fn paste(site: &Site, text: &str, role: &str) -> Answer {
    site.refresh();
    site.visitor().post("/job-ad", &[("text", text), ("role", role)], &[])
}

#[test]
fn sees_which_skills_it_names_and_which_role_it_is() {
    let Some(site) = Site::shared() else { return };

    let page = paste(site, AD, "").html();

    assert_eq!(
        named(&page),
        ["java", "spring-boot", "hibernate", "postgresql", "sql", "rest", "kubernetes", "docker"]
    );
    assert!(page.id("named").text().contains("Kubernetes “k8s”"), "{}", page.id("named").text());
    let beside = page.id("beside");
    assert_eq!(beside.headings(2), ["Beside Web application backend development"]);
    assert!(beside.links().contains(&format!("/plans/new?role={BACKEND}")));
    let fit = "/what-if?skills=docker,hibernate,java,kubernetes,postgresql,rest,spring-boot,sql#roles";
    assert!(beside.links().contains(&fit.to_owned()), "{:?}", beside.links());
}

#[test]
fn sees_by_tier_what_it_names_and_what_not() {
    let Some(site) = Site::shared() else { return };

    let page = paste(site, "Java and Git, and some falconry", "Backend Engineer").html();

    let rows = page.id("beside").all("tr");
    let all: Vec<Vec<Vec<String>>> =
        rows.iter().map(|row| row.all("td").iter().map(Html::links).collect()).collect();
    let (there, not): (Vec<_>, Vec<_>) = all.iter().skip(1).map(|cells| (&cells[0], &cells[1])).unzip();
    for skill in ["git", "java"] {
        assert!(there.iter().any(|links| links.contains(&format!("/skills/{skill}"))), "{skill}: {there:?}");
    }
    assert!(not.iter().all(|links| !links.contains(&"/skills/git".to_owned())), "{not:?}");
    assert!(not.iter().any(|links| links.contains(&"/skills/sql".to_owned())), "{not:?}");
    assert!(page.id("beside").text().contains("You said that it is this role."));
}

#[test]
fn names_the_role_and_is_not_told_another() {
    let Some(site) = Site::shared() else { return };

    let page = paste(site, AD, "DevOps").html();
    let unknown = paste(site, AD, "Falconer");

    assert_eq!(page.id("beside").headings(2), ["Beside DevOps"]);
    let besides = page.id("beside").text();
    assert!(besides.contains("Not asked for in the role as the guide describes it"), "{besides}");
    assert_eq!(unknown.status, 422);
    let unknown = unknown.html();
    assert!(unknown.text().contains("No role is called that."), "{}", unknown.text());
    assert_eq!((unknown.field("text").as_str(), unknown.field("role").as_str()), (AD, "Falconer"));
}

#[test]
fn pastes_nothing_or_too_much_and_keeps_it() {
    let Some(site) = Site::shared() else { return };
    let novel = "word ".repeat(2500);

    for (text, told) in
        [(" \n ", "Paste the text of an advertisement."), (novel.as_str(), "longer than 12,000 characters")]
    {
        let answer = paste(site, text, "");
        assert_eq!(answer.status, 422);
        assert_eq!(answer.html().field("text").trim(), text.trim());
        assert!(answer.html().text().contains(told), "{}", answer.html().text());
    }
}

#[test]
fn pastes_as_many_lines_as_it_may_have() {
    let Some(site) = Site::shared() else { return };
    // As browsers send it, with two characters for the end of a line.
    let lines = "Java, SQL and\r\n".repeat(850);

    assert_eq!(named(&paste(site, &lines, "").html()), ["java", "sql"]);
}

#[test]
fn pastes_what_names_no_skill() {
    let Some(site) = Site::shared() else { return };

    for text in ["Falconer wanted", "<script>alert(1)</script>\0\u{202e}", "Wir stellen ein: 鷹匠"] {
        let answer = paste(site, text, "");
        assert_eq!(answer.status, 200, "{text}");
        let page = answer.html();
        assert!(page.id("named").text().contains("No skill of the guide is named in it."), "{text}");
        assert_eq!(page.field("text"), text);
        assert!(!page.ids().contains("beside"));
    }
    // With a role it is still beside that.
    let page = paste(site, "Falconer wanted", "DevOps").html();
    assert!(page.id("beside").text().contains("It names 0 %"));
    assert!(page.links().iter().all(|link| !link.ends_with("#roles")));
}

#[test]
fn names_a_skill_that_came_a_moment_ago() {
    let Some(site) = Site::open() else { return };
    assert_eq!(named(&paste(&site, "Java and falconry", "").html()), ["java"]);

    site.publish(vec![falconry()]);

    assert_eq!(named(&paste(&site, "Java and falconry", "").html()), ["java", "falconry"]);
}

#[test]
fn sees_what_of_it_they_can_do() {
    let Some(site) = Site::open() else { return };
    let mut ann = join(&site, "ann@example.org");
    site.refresh();
    for (skill, mark) in [("java", "strong"), ("docker", "learning"), ("kotlin", "can-do")] {
        ann.post(&format!("/skills/{skill}/mark"), &[("mark", mark), ("version", "0")]);
    }

    let page = ann.post("/job-ad", &[("text", AD), ("role", "")]).html();

    let named = page.id("named").text();
    assert!(named.contains("You can do 1 of the 8."), "{named}");
    assert!(named.contains("You: strong") && named.contains("You: learning it"), "{named}");
}

#[test]
fn finds_the_way_there() {
    let Some(visitor) = somebody() else { return };
    for page in ["/roles", "/"] {
        let links = visitor.page(page).links();
        for way in ["/what-if", "/job-ad"] {
            assert!(links.contains(&way.to_owned()), "{page}: {way}");
        }
    }
}
