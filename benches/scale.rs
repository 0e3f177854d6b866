//! What a visitor and an editor wait for when the guide is large: made-up guides of 11, 1,000 and 10,000 roles.
//!
//! Pages are asked for twice, before and after they are in memory. Nothing of a search is kept, so each of them is
//! answered afresh, whether the same words were looked for before or not.
//!
//! `cargo bench --bench scale`, with `-- --quick` without the largest. Linux only. The program is the shipped one, with
//! default settings, as a process of its own on the loopback; the load comes from this one. It runs on SQLite, or on
//! the empty databases that `DATABASE_URL` names with `{}` where the number of roles belongs, such as
//! `postgres://waymark@localhost/scale_{}`.

mod support;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use support::guide::{self, Guide};
use support::{Result, Server, Visitor, fetch, request, settle, spent};
use tokio::task::JoinSet;

/// Requests for pages of one kind, at most.
const PAGES: usize = 60;
/// Who searches at the same time, for how long, and how many different queries they type.
const SEARCHERS: usize = 32;
const SEARCHING: Duration = Duration::from_secs(6);
const QUERIES: usize = 1000;
/// How long something may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() -> Result<()> {
    let Some(arguments) = support::arguments("scale")? else { return Ok(()) };
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let sizes: &[usize] = if quick { &[11, 1_000] } else { &[11, 1_000, 10_000] };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let began = Instant::now();
    println!("Waymark with guides of {} skills a role, release build", guide::SKILLS_OF_ROLE);
    println!("{} processors, which the load shares\n", std::thread::available_parallelism()?);

    let mut columns = Vec::new();
    for roles in sizes {
        let place = Place::of(&roles.to_string())?;
        columns.push((format!("{roles}"), runtime.block_on(measure(&place, Guide::of(*roles), *roles))?));
    }
    print(&columns);
    println!("\nTook {:.0} s.", began.elapsed().as_secs_f64());
    Ok(())
}

/// Where a guide is kept while it is measured.
struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    fn of(name: &str) -> Result<Place> {
        let database = std::env::var("DATABASE_URL").ok().map(|url| url.replace("{}", name));
        Ok(Place { folder: tempfile::tempdir()?, database })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command of the program on this guide.
    fn waymark(&self) -> Command {
        let mut command = support::waymark(&self.path("data"));
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command
    }

    fn import(&self, folder: &Path) -> Result<Duration> {
        let began = Instant::now();
        let done = self.waymark().arg("import").arg(folder).output()?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            return Err(format!("the import failed: {}", said.chars().take(2000).collect::<String>()).into());
        }
        Ok(began.elapsed())
    }
}

/// One line of the table: what was measured, in which unit, and how much.
type Line = (&'static str, &'static str, f64);

async fn measure(place: &Place, guide: Guide, roles: usize) -> Result<Vec<Line>> {
    std::fs::create_dir_all(place.path("data"))?;
    let files = place.path("guide");
    guide.write(&files)?;
    let mut lines = vec![("import of the whole guide", "s", place.import(&files)?.as_secs_f64())];
    std::fs::remove_dir_all(&files)?;

    let began = Instant::now();
    let server = Server::waymark(place.waymark(), &place.path("data"))?;
    lines.push(("start, until it serves", "ms", ms(began.elapsed())));
    let first = fetch(server.address, "/", "identity").await?;
    if !first.0.starts_with("HTTP/1.1 200 ") {
        return Err(format!("no first page: {}", first.0).into());
    }
    until_found(server.address, &Guide::role_slug(roles - 1), "/search?q=", &Guide::role_slug(roles - 1))
        .await?;
    lines.push(("start, until the search is ready", "ms", ms(began.elapsed())));
    lines.push(("memory after start", "MB", server.memory()?));

    let count = roles.min(PAGES);
    let some = |number: usize| number * (roles / count);
    let pages: Vec<String> = (0..count).map(|n| format!("/roles/{}", Guide::role_slug(some(n)))).collect();
    lines.extend(
        visited(&server, &pages, ["role page, first", "role page, first: CPU", "role page, repeated"])
            .await?,
    );

    let families = guide.family_count();
    let each = (0..families).map(Guide::family_slug);
    let lists: Vec<String> = each.map(|slug| format!("/families/{slug}")).collect();
    lines.extend(
        visited(&server, &["/roles".to_owned()], ["roles by family, first", "", "roles by family, repeated"])
            .await?,
    );
    lines.extend(
        visited(
            &server,
            &lists,
            ["roles of a family, first", "roles of a family, first: CPU", "roles of a family, repeated"],
        )
        .await?,
    );
    let skills: Vec<String> = (0..PAGES).map(|n| format!("/skills/{}", Guide::skill_slug(n * 5))).collect();
    lines.extend(visited(&server, &skills, ["skill page, first", "skill page, first: CPU", ""]).await?);
    let ticked = |n: usize| (0..8).map(|m| Guide::skill_slug(n * 5 + m * 11)).collect::<Vec<_>>().join(",");
    let fits: Vec<String> = (0..PAGES).map(|n| format!("/what-if?skills={}", ticked(n))).collect();
    let names = ["roles that fit eight skills", "roles that fit eight skills: CPU", ""];
    lines.extend(visited(&server, &fits, names).await?);
    for (path, name) in [
        ("/", "first page of the site, first"),
        ("/skills", "skills, first"),
        ("/strategy", "strategy, first"),
        ("/articles", "articles, first"),
        ("/sources", "sources, first"),
        ("/changes", "changes, first"),
        ("/sitemap-1.xml", "sitemap, first"),
    ] {
        lines.extend(visited(&server, &[path.to_owned()], [name, "", ""]).await?);
    }
    lines.extend(nowhere(&server).await?);
    lines.extend(search(&server, &guide.queries(QUERIES)).await?);
    lines.extend(publish(place, &server, guide, roles).await?);
    lines.push(("memory after all of it", "MB", server.memory()?));
    lines.push(("memory at its most", "MB", server.most_memory()?));
    Ok(lines)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Asks for pages that are not in memory, then for the same again. Names that are empty are not told.
async fn visited(server: &Server, paths: &[String], names: [&'static str; 3]) -> Result<Vec<Line>> {
    let mut visitor = Visitor::arrive(server.address).await?;
    let mut times = [Vec::new(), Vec::new()];
    settle().await;
    let before = server.cpu()?;
    let mut cpu = 0.0;
    for (round, times) in times.iter_mut().enumerate() {
        for path in paths {
            let request = request(path, "identity");
            let began = Instant::now();
            visitor.ask(&request).await?;
            times.push(ms(began.elapsed()));
        }
        if round == 0 {
            settle().await;
            cpu = ms(spent(&before, &server.cpu()?)) / paths.len() as f64;
        }
    }
    let [first, repeated] = times.map(|times| quantile(times, 0.5));
    let lines = [(names[0], "ms", first), (names[1], "ms", cpu), (names[2], "ms", repeated)];
    Ok(lines.into_iter().filter(|(name, ..)| !name.is_empty()).collect())
}

/// Asks for pages that do not exist, each of which is answered with what comes close.
async fn nowhere(server: &Server) -> Result<Vec<Line>> {
    let mut times = Vec::new();
    for number in 0..PAGES {
        let path = format!("/skills/x{}", Guide::skill_slug(number));
        let began = Instant::now();
        let (head, _) = fetch(server.address, &path, "identity").await?;
        times.push(ms(began.elapsed()));
        if !head.starts_with("HTTP/1.1 404 ") {
            return Err(format!("{path} is there: {head}").into());
        }
    }
    Ok(vec![("an address that leads nowhere", "ms", quantile(times, 0.5))])
}

/// Has many search at the same time, each asking again as soon as the answer is there.
async fn search(server: &Server, queries: &[String]) -> Result<Vec<Line>> {
    let typed = |query: &String| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        request(&format!("/search?q={query}"), "identity")
    };
    let requests: std::sync::Arc<Vec<String>> = std::sync::Arc::new(queries.iter().map(typed).collect());
    let before = server.cpu()?;
    let until = Instant::now() + SEARCHING;
    let mut searchers = JoinSet::new();
    for number in 0..SEARCHERS {
        let (requests, address) = (requests.clone(), server.address);
        searchers.spawn(async move {
            let mut visitor = Visitor::arrive(address).await?;
            let mut times = Vec::new();
            let mut turn = number * requests.len() / SEARCHERS;
            while Instant::now() < until {
                let began = Instant::now();
                visitor.ask(&requests[turn % requests.len()]).await?;
                times.push(ms(began.elapsed()));
                turn += 1;
            }
            Result::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = searchers.join_next().await {
        times.extend(done??);
    }
    settle().await;
    let cpu = ms(spent(&before, &server.cpu()?)) / times.len() as f64;
    let per_second = times.len() as f64 / SEARCHING.as_secs_f64();
    Ok(vec![
        ("search, 32 at a time, p50", "ms", quantile(times.clone(), 0.5)),
        ("search, 32 at a time, p99", "ms", quantile(times, 0.99)),
        ("search, 32 at a time: CPU each", "ms", cpu),
        ("search, 32 at a time: a second", "", per_second),
    ])
}

/// Publishes one changed role by the command, while the server runs, until the search knows of it.
async fn publish(place: &Place, server: &Server, guide: Guide, roles: usize) -> Result<Vec<Line>> {
    let (mut imports, mut waits) = (Vec::new(), Vec::new());
    for word in ["Zyxwvut", "Yzyzyva", "Xylopyro"] {
        let folder = place.path(word);
        let (path, text) = guide.role_saying(roles / 2, &format!(" {word}."));
        guide::write(&folder, &path, &text)?;
        imports.push(ms(place.import(&folder)?));
        let began = Instant::now();
        until_found(server.address, word, "/search?q=", &Guide::role_slug(roles / 2)).await?;
        waits.push(ms(began.elapsed()));
    }
    Ok(vec![
        ("import of one changed role", "ms", quantile(imports, 0.5)),
        ("then, until it is found", "ms", quantile(waits, 0.5)),
    ])
}

/// Searches for a word until a role is among what is found.
async fn until_found(address: SocketAddr, word: &str, at: &str, role: &str) -> Result<()> {
    let link = format!("href=\"/roles/{role}\"");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (_, body) = fetch(address, &format!("{at}{}", word.replace('-', "+")), "identity").await?;
        if String::from_utf8_lossy(&body).contains(&link) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("{word} was not found").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The value below which a part of the others lie.
fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * part).ceil() as usize).clamp(1, values.len());
    values[place - 1]
}

/// Prints the table: a column a guide, and beside each how many times the one before it is.
fn print(columns: &[(String, Vec<Line>)]) {
    print!("{:<36}", "roles");
    for (place, (name, _)) in columns.iter().enumerate() {
        print!("{name:>12}");
        if place > 0 {
            print!("{:>8}", "ratio");
        }
    }
    println!();
    for (row, (name, unit, mut before)) in columns[0].1.iter().copied().enumerate() {
        print!("{:<36}", if unit.is_empty() { name.to_owned() } else { format!("{name}, {unit}") });
        for (place, (_, lines)) in columns.iter().enumerate() {
            let value = lines[row].2;
            let places = if value < 10.0 { 2 } else { 0 };
            print!("{value:>12.places$}");
            if place > 0 {
                print!("{:>8.1}", value / before);
            }
            before = value;
        }
        println!();
    }
}
