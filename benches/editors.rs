//! What an editor waits for when the guide is large: every list and form of the admin on made-up guides of 1,000 and
//! 10,000 roles, with hundreds of open drafts and a long audit; and what it takes to merge the skill that most roles
//! ask for.
//!
//! `cargo bench --bench editors`, with `-- --quick` without the larger. The program is the shipped one, as a process of
//! its own on the loopback; the times are of whole answers, asked for one after the other. It runs on SQLite, or on the
//! empty databases that `DATABASE_URL` names with `{}` where the number of roles belongs.

mod support;

use chrono::Utc;
use serde_json::json;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::guide::Guide;
use support::{Result, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use waymark::db::{self, Address, Conn};
use waymark::editing::{Act, Action, Save, Standing};
use waymark::import::KINDS;

/// How often each page is asked for.
const TIMES: usize = 15;
/// Open drafts, and lines of the audit.
const DRAFTS: usize = 300;
const ACTS: usize = 20_000;
const PASSWORD: &str = "gravel mitten osprey ledger";
/// The promise for every list and form.
const PROMISE: f64 = 100.0;

fn main() -> Result<()> {
    let Some(arguments) = support::arguments("editors")? else { return Ok(()) };
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let sizes: &[usize] = if quick { &[1_000] } else { &[1_000, 10_000] };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("Waymark for editors, release build, {DRAFTS} drafts open, {ACTS} lines of audit");
    let load = std::fs::read_to_string("/proc/loadavg")?;
    println!("{} processors, load {load}", std::thread::available_parallelism()?);
    let mut columns = Vec::new();
    for roles in sizes {
        columns.push(measure(&runtime, *roles)?);
    }
    print(sizes, &columns);
    Ok(())
}

/// What was asked for, the median in milliseconds, and the longest.
type Line = (String, f64, f64);

fn measure(runtime: &tokio::runtime::Runtime, roles: usize) -> Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data)?;
    let own = format!("sqlite:{}", data.join("guide.sqlite").display());
    let database = std::env::var("DATABASE_URL").map_or(own, |url| url.replace("{}", &roles.to_string()));
    let waymark = || {
        let mut command = support::waymark(&data);
        command.env("DATABASE_URL", &database);
        command
    };
    let files = folder.path().join("guide");
    Guide::of(roles).write(&files)?;
    run(waymark().arg("import").arg(&files), "")?;
    run(waymark().args(["user", "create", "dora@example.org", "--rights", "admin"]), PASSWORD)?;
    let address = Address::parse(&database)?;
    let common = fill(&mut address.connect().map_err(|error| format!("{error:?}"))?, roles)?;
    let server = Server::waymark(waymark(), &data)?;
    runtime.block_on(async {
        let mut editor = Editor::sign_in(server.address).await?;
        editor.until_found(&Guide::skill_slug(7)).await?;
        let mut lines = editor.pages(roles).await?;
        lines.extend(editor.merge(&common).await?);
        Ok(lines)
    })
}

fn run(command: &mut Command, typed: &str) -> Result<()> {
    use std::io::Write;
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = process.stdin.take() {
        input.write_all(format!("{typed}\n").as_bytes())?;
    }
    let done = process.wait_with_output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("{command:?} failed: {}", said.chars().take(2000).collect::<String>()).into());
    }
    Ok(())
}

/// Adds drafts and lines of the audit; gives the slug of the skill that most roles ask for.
fn fill(conn: &mut Conn, roles: usize) -> Result<String> {
    use diesel::prelude::*;
    use waymark::db::schema::skills;
    let by = "11111111-1111-7111-8111-111111111111";
    let kind = KINDS.into_iter().find(|kind| kind.name == "role").ok_or("no roles")?;
    let failed = |error: waymark::error::Error| error.to_string();
    db::write(conn, |conn| {
        for number in 0..DRAFTS.min(roles) {
            let slug = Guide::role_slug(number * (roles / DRAFTS.min(roles)));
            let Some(standing) = Standing::find(conn, "role", &slug)? else { continue };
            let save =
                Save { kind: &kind, slug: &slug, base: standing.base, chosen: None, by, now: Utc::now() };
            save.run(conn, &|before| {
                let mut content = before.clone();
                content["sentence"] = json!("A draft of it.");
                content
            })?;
        }
        for number in 0..ACTS {
            let slug = Guide::role_slug(number % roles);
            let detail =
                json!({ "changes": [{ "path": "lead", "before": "as it was before", "after": "as it is" }] });
            Act::note(conn, Some(by), Action::Saved, ("role", &slug), &detail, Utc::now())?;
        }
        Ok(())
    })
    .map_err(failed)?;
    let most: String = skills::table.order(skills::asked_by.desc()).select(skills::slug).first(conn)?;
    Ok(most)
}

/// Somebody who is signed in, on one connection.
struct Editor {
    address: SocketAddr,
    stream: TcpStream,
    cookies: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Editor {
    async fn sign_in(address: SocketAddr) -> Result<Editor> {
        let mut editor =
            Editor { address, stream: TcpStream::connect(address).await?, cookies: "none=1".into() };
        let answer =
            editor.post("/sign-in", &[("address", "dora@example.org"), ("password", PASSWORD)]).await?;
        if answer.status != 303 {
            return Err(format!("not signed in: {}", answer.head).into());
        }
        let cookies = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
        editor.cookies = pairs.join("; ");
        Ok(editor)
    }

    async fn get(&mut self, path: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n", self.cookies);
        self.ask(&request).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.cookies,
            body.len()
        );
        self.ask(&request).await
    }

    async fn ask(&mut self, request: &str) -> Result<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                break end;
            }
            match self.stream.read(&mut piece).await? {
                // Kept connections end after a while.
                0 if bytes.is_empty() => {
                    self.stream = TcpStream::connect(self.address).await?;
                    self.stream.write_all(request.as_bytes()).await?;
                }
                0 => return Err("an answer without an end of its head".into()),
                count => bytes.extend_from_slice(&piece[..count]),
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map(str::parse).transpose()?.unwrap_or(0);
        while bytes.len() < end + 4 + length {
            match self.stream.read(&mut piece).await? {
                0 => return Err("an answer was cut off".into()),
                count => bytes.extend_from_slice(&piece[..count]),
            }
        }
        let body = String::from_utf8_lossy(&bytes[end + 4..]).into_owned();
        Ok(Answer { status, head, body })
    }

    /// Waits until the search has taken in the guide.
    async fn until_found(&mut self, word: &str) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(600);
        while !self.get(&format!("/search?q={word}")).await?.body.contains(&format!("/skills/{word}\"")) {
            if Instant::now() > deadline {
                return Err("the search is never ready".into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Every list, form and report, each some times.
    async fn pages(&mut self, roles: usize) -> Result<Vec<Line>> {
        let role = Guide::role_slug(roles / 3);
        let skill = Guide::skill_slug(3);
        let edit = format!("/admin/roles/{role}/edit/role");
        let base = self.get(&edit).await?.body;
        let base = base.split("name=\"base\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let base = base.ok_or("no version in the form")?.to_owned();
        let typed = [("base", base.as_str()), ("sentence", "Another sentence."), ("end", "yes")];
        let saved = self.post(&edit, &typed).await?;
        if ![200, 303].contains(&saved.status) {
            return Err(format!("not saved: {}", saved.head).into());
        }
        // The whole guide is looked through beside the first request.
        for _ in 0..600 {
            if !self.get("/admin/checks").await?.body.contains("is being looked through") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let mut paths: Vec<String> =
            ["/admin", "/admin?page=3", "/admin/roles?page=15", "/admin/roles?q=data+eng"]
                .map(str::to_owned)
                .to_vec();
        paths.extend(KINDS.iter().map(|kind| format!("/admin/{}", kind.folder)));
        paths.push("/admin/roles/new".into());
        let at = format!("/admin/roles/{role}");
        paths.push(at.clone());
        let sections = KINDS.iter().find(|kind| kind.name == "role").ok_or("no roles")?.sheet;
        paths.extend(sections.iter().map(|section| format!("{at}/edit/{}", section.id)));
        paths.push(format!("{at}/edit/skills/group-3"));
        for rest in ["publish", "history", "compare?from=1&to=1", "withdraw", "move"] {
            paths.push(format!("{at}/{rest}"));
        }
        paths.push(format!("/roles/{role}?preview=role/{role}"));
        for rest in ["", "/edit/skill", "/withdraw", "/move"] {
            paths.push(format!("/admin/skills/{skill}{rest}"));
        }
        paths.extend(
            [
                "/admin/find",
                "/admin/find?q=data+engineer",
                "/admin/find?q=draft&in=drafts",
                "/admin/find?q=before&in=audit",
                "/admin/find?q=handbook&in=texts",
                "/admin/find?q=handbook&in=texts&page=20",
                "/admin/reports",
                "/admin/figures-due",
                "/admin/checks",
                "/admin/withdrawn",
                "/admin/audit",
                "/admin/audit?page=300",
                "/admin/audit?action=saved&kind=role",
                "/admin/people",
                "/admin/trail",
                "/admin/redirects",
            ]
            .map(str::to_owned),
        );
        let mut lines = Vec::new();
        for path in paths {
            let mut times = Vec::new();
            for _ in 0..TIMES {
                let began = Instant::now();
                let answer = self.get(&path).await?;
                times.push(began.elapsed().as_secs_f64() * 1e3);
                if answer.status != 200 {
                    return Err(format!("{path}: {}", answer.head).into());
                }
            }
            times.sort_by(f64::total_cmp);
            let name = path.replace(&role, "ROLE").replace(&skill, "SKILL");
            lines.push((name, times[times.len() / 2], times[times.len() - 1]));
        }
        Ok(lines)
    }

    /// Merges a skill that many roles ask for into another.
    async fn merge(&mut self, skill: &str) -> Result<Vec<Line>> {
        let at = format!("/admin/skills/{skill}/withdraw");
        let page = self.get(&at).await?.body;
        let field = |page: &str, name: &str| {
            let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        let revision = field(&page, "revision").ok_or("no revision in the form")?;
        let heir = Guide::skill_slug(100);
        let typed = |seen: &str, order: &str| -> Vec<(String, String)> {
            [
                ("revision", revision.as_str()),
                ("fate", "merged"),
                ("heirs", heir.as_str()),
                ("reason", "One is enough."),
                ("seen", seen),
                ("do", order),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
        };
        let mut lines = Vec::new();
        let mut seen = String::new();
        for order in ["look", "withdraw"] {
            let fields = typed(&seen, order);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let began = Instant::now();
            let answer = self.post(&at, &fields).await?;
            let took = began.elapsed().as_secs_f64() * 1e3;
            if answer.status != if order == "look" { 200 } else { 303 } {
                return Err(format!("{order}: {}\n{}", answer.head, text_of(&answer.body)).into());
            }
            if order == "look" {
                let count =
                    answer.body.split(" things name it").next().and_then(|all| all.rsplit('>').next());
                println!("{} things name {skill}", count.unwrap_or("?"));
                seen = field(&answer.body, "seen").ok_or("nothing to confirm")?;
            }
            let what = if order == "look" { "merge: what would happen" } else { "merge: done" };
            lines.push((what.to_owned(), took, took));
        }
        Ok(lines)
    }
}

/// The beginning of what a page says, for a failure.
fn text_of(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap_or(page);
    main.chars().take(2000).collect()
}

/// Prints the table: for each guide the median and the longest, and the ratio of the medians.
fn print(sizes: &[usize], columns: &[Vec<Line>]) {
    print!("{:<52}", "milliseconds");
    for (place, roles) in sizes.iter().enumerate() {
        print!("{:>10}{:>9}", format!("{roles} p50"), "max");
        if place > 0 {
            print!("{:>8}", "ratio");
        }
    }
    println!();
    for (row, (name, ..)) in columns[0].iter().enumerate() {
        print!("{name:<52}");
        for (place, lines) in columns.iter().enumerate() {
            let (_, median, longest) = &lines[row];
            print!("{median:>10.1}{longest:>9.1}");
            if place > 0 {
                print!("{:>8.1}", median / columns[place - 1][row].1);
            }
        }
        let last = &columns[columns.len() - 1][row];
        println!(
            "{}",
            if last.1 > PROMISE && !name.starts_with("merge") { "  over the promise" } else { "" }
        );
    }
}
