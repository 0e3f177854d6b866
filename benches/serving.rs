//! How fast Waymark serves the role page, beside a bare actix handler that sends the same bytes from memory.
//!
//! `cargo bench --bench serving`, with `-- --quick` for a look that takes seconds, with `-- --rendering` for that part
//! alone. Linux only: CPU time is read
//! from `/proc`. Both servers are processes of their own on the loopback; the load comes from this one, on one
//! thread. A ratio of 1 means as fast as bare, 0.5 half as fast.

mod support;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, test};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Result, Server, Spread, Visitor, cpu, request, settle, spent};
use tokio::task::JoinSet;
use waymark::cache::{Coding, QUICK, Ready};
use waymark::config::Config;
use waymark::db::Db;
use waymark::ui::{Front, Site};
use waymark::{app, commands, import};

const PAGE: &str = "/roles/web-application-backend-development";
const HTML: &str = "text/html; charset=utf-8";
/// As a header of the request names it; what it is called here.
const ENCODINGS: [(&str, &str); 2] = [("identity", "identity"), ("br", "Brotli")];
const CONNECTIONS: [usize; 2] = [1, 64];
/// What is aimed at: nine tenths of the bare handler, and 2 ms for a page rendered afresh.
const SHARE: f64 = 0.9;
const RENDERING_MS: f64 = 2.0;
/// Half the width of a ratio's spread, in parts of its median, above which requests per second tell nothing.
const NOISE: f64 = 0.15;

/// How long one server is measured before it is the other's turn.
const SLICE: Duration = Duration::from_millis(150);

/// How much is measured.
struct Plan {
    pairs: usize,
    warm_up: Duration,
    /// Slices of each server in a pair.
    slices: usize,
    renderings: usize,
}

const FULL: Plan = Plan { pairs: 9, warm_up: Duration::from_millis(300), slices: 10, renderings: 100 };
const LOOK: Plan = Plan { pairs: 2, warm_up: Duration::from_millis(100), slices: 3, renderings: 20 };

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [what, port, file, encoding] = &given[..]
        && what == "bare"
    {
        return bare(port.parse()?, Path::new(file), encoding);
    }
    let Some(arguments) = support::arguments("serving")? else { return Ok(()) };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let plan = if arguments.contains(&"--quick") { &LOOK } else { &FULL };
    if arguments.contains(&"--rendering") {
        println!("{}", report_rendering(&rendering(tempfile::tempdir()?.path(), plan)?));
        return Ok(());
    }
    compare(plan)
}

/// Serves the bytes of a file from memory, and does nothing else.
fn bare(port: u16, file: &Path, encoding: &str) -> Result<()> {
    let body = Bytes::from(std::fs::read(file)?);
    let encoding = (encoding != "identity").then(|| encoding.to_owned());
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            let (body, encoding) = (body.clone(), encoding.clone());
            let handler = move || {
                let mut answer = HttpResponse::Ok();
                answer.content_type(HTML);
                if let Some(encoding) = &encoding {
                    answer.insert_header((header::CONTENT_ENCODING, encoding.as_str()));
                }
                std::future::ready(answer.body(body.clone()))
            };
            App::new().route(PAGE, web::get().to(handler))
        };
        let server = HttpServer::new(app).keep_alive(Duration::from_secs(30)).tcp_nodelay(true);
        let server = server.bind((Ipv4Addr::LOCALHOST, port))?.run();
        println!("ready");
        Ok(server.await?)
    })
}

/// The bare handler in a process of its own.
fn serve_bare(file: &Path, encoding: &str) -> Result<Server> {
    Server::start(Command::new(std::env::current_exe()?), |command, address| {
        command.arg("bare").arg(address.port().to_string()).arg(file).arg(encoding);
    })
}

/// The whole benchmark.
fn compare(plan: &Plan) -> Result<()> {
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let waymark = Server::waymark(support::waymark(folder.path()), folder.path())?;
    let start = waymark.memory()?;
    let processors = std::thread::available_parallelism()?;
    println!("Waymark beside a bare actix handler that sends the same bytes from memory");
    println!("{PAGE}, release build, {processors} processors");
    println!("{} pairs, each {} slices of {SLICE:?} of each server by turns", plan.pairs, plan.slices);
    println!("median (lowest to highest); ratio: the bare handler is 1, higher is better\n");

    let mut verdicts = Vec::new();
    for (encoding, name) in ENCODINGS {
        let body = runtime.block_on(fetch(waymark.address, encoding))?;
        let file = folder.path().join(encoding);
        std::fs::write(&file, &body)?;
        let bare = serve_bare(&file, encoding)?;
        if runtime.block_on(fetch(bare.address, encoding))? != body {
            return Err("the two servers do not send the same bytes".into());
        }
        if waymark.workers()? != bare.workers()? {
            return Err("the two servers do not run the same number of workers".into());
        }
        for connections in CONNECTIONS {
            let load = Load { encoding, length: body.len(), connections };
            let mut pairs = Vec::new();
            for _ in 0..plan.pairs {
                pairs.push(runtime.block_on(load.pair([&waymark, &bare], plan))?);
            }
            println!("{name}, {} bytes, {connections} at a time", body.len());
            verdicts.push(format!("{name} {connections}: {}", report(&pairs)));
        }
    }
    let end = waymark.memory()?;
    drop(waymark);

    verdicts.push(report_rendering(&rendering(folder.path(), plan)?));
    println!("Memory of waymark in MB: {start:.1} after start, {end:.1} after the run\n");
    println!("Took {:.0} s.", began.elapsed().as_secs_f64());
    println!("Ratio of {SHARE} or better: {}", verdicts.join("; "));
    Ok(())
}

/// Prints what came of the pairs, waymark and bare, and returns the verdict.
fn report(pairs: &[[Measured; 2]]) -> String {
    let of = |which: usize, value: fn(&Measured) -> f64| Spread::of(pairs.iter().map(|p| value(&p[which])));
    let speed = Spread::of(pairs.iter().map(|[waymark, bare]| waymark.per_second() / bare.per_second()));
    let cpu = Spread::of(pairs.iter().map(|[waymark, bare]| bare.cpu() / waymark.cpu()));
    let (waymark, bare) = (of(0, Measured::per_second), of(1, Measured::per_second));
    println!("  requests per second    waymark {waymark:.0}   bare {bare:.0}   ratio {speed:.2}");
    let (waymark, bare) = (of(0, Measured::cpu), of(1, Measured::cpu));
    println!("  CPU per request in µs  waymark {waymark:.1}   bare {bare:.1}   ratio {cpu:.2}");
    let busy = Spread::of(pairs.iter().flatten().map(Measured::busy));
    println!("  the load generator kept {:.0} % of one processor busy", busy.median * 100.0);
    let noisy = speed.noise() > NOISE;
    if noisy {
        println!("  too noisy for requests per second (±{:.0} %): CPU counts", speed.noise() * 100.0);
    }
    if cpu.noise() > NOISE {
        println!(
            "  CPU per request strays too (±{:.0} %): run it again when less goes on",
            cpu.noise() * 100.0
        );
    }
    println!();
    let (decides, what) = if noisy { (&cpu, "by CPU") } else { (&speed, "by requests") };
    let verdict = if decides.median >= SHARE { "reached" } else { "MISSED" };
    format!("{verdict} {what} (requests {:.3}, CPU {:.3})", speed.median, cpu.median)
}

/// Prints what a rendering costs, and returns the verdict.
fn report_rendering((rendering, compression): &(Spread, Spread)) -> String {
    println!("The page rendered afresh, in ms of CPU time: {rendering:.2}");
    println!("  aimed at: {RENDERING_MS} or less (plain Django 3.3, Wagtail 10, Ghost 24, WordPress 30)");
    println!(
        "  Holds, on all threads: front door, routing, connection, transaction, queries (SQLite), template,"
    );
    println!(
        "  SHA-256 for the ETag. The first visitor of a coding waits for it: {compression:.2} for Brotli.\n"
    );
    let verdict = if rendering.median <= RENDERING_MS { "reached" } else { "MISSED" };
    format!("rendering in {RENDERING_MS} ms: {verdict} ({:.2})", rendering.median)
}

/// What one server did under load, over all slices of a pair.
#[derive(Default)]
struct Measured {
    requests: u64,
    seconds: f64,
    /// CPU seconds of the server, user and system.
    served: f64,
    /// CPU seconds of the load generator.
    loaded: f64,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// CPU time of the server per request, in microseconds.
    fn cpu(&self) -> f64 {
        self.served * 1e6 / self.requests as f64
    }

    /// The share of one processor that the load generator took.
    fn busy(&self) -> f64 {
        self.loaded / self.seconds
    }
}

struct Load {
    encoding: &'static str,
    length: usize,
    connections: usize,
}

impl Load {
    /// Measures both servers in short slices by turns, so that what else goes on in the machine befalls both alike.
    async fn pair(&self, servers: [&Server; 2], plan: &Plan) -> Result<[Measured; 2]> {
        let mut visitors = [self.visitors(servers[0]).await?, self.visitors(servers[1]).await?];
        for visitors in &mut visitors {
            run(visitors, plan.warm_up).await?;
        }
        let mut measured = [Measured::default(), Measured::default()];
        for slice in 0..plan.slices {
            for turn in 0..2 {
                let which = (slice + turn) % 2;
                slice_of(servers[which], &mut visitors[which], &mut measured[which]).await?;
            }
        }
        Ok(measured)
    }

    async fn visitors(&self, server: &Server) -> Result<Vec<Asking>> {
        let mut visitors = Vec::new();
        for _ in 0..self.connections {
            let connection = Visitor::arrive(server.address).await?;
            let request = request(PAGE, self.encoding);
            visitors.push(Asking { connection, request, length: self.length });
        }
        Ok(visitors)
    }
}

/// Adds one slice to what was measured.
async fn slice_of(server: &Server, visitors: &mut Vec<Asking>, measured: &mut Measured) -> Result<()> {
    // Nobody is at work at either reading.
    settle().await;
    let (before, own) = (server.cpu()?, cpu("self")?);
    let began = Instant::now();
    measured.requests += run(visitors, SLICE).await?;
    measured.seconds += began.elapsed().as_secs_f64();
    settle().await;
    measured.served += spent(&before, &server.cpu()?).as_secs_f64();
    measured.loaded += spent(&own, &cpu("self")?).as_secs_f64();
    Ok(())
}

/// Has every visitor ask again and again for a while; returns how many answers they got.
async fn run(visitors: &mut Vec<Asking>, time: Duration) -> Result<u64> {
    let until = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for mut visitor in visitors.drain(..) {
        tasks.spawn(async move {
            let mut answers = 0;
            while Instant::now() < until {
                visitor.ask().await?;
                answers += 1;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>((visitor, answers))
        });
    }
    let mut answers = 0;
    while let Some(done) = tasks.join_next().await {
        let (visitor, got) = done??;
        visitors.push(visitor);
        answers += got;
    }
    Ok(answers)
}

/// A visitor with what is asked for and how long the answer has to be.
struct Asking {
    connection: Visitor,
    request: String,
    length: usize,
}

impl Asking {
    async fn ask(&mut self) -> Result<()> {
        let length = self.connection.ask(&self.request).await?;
        if length == self.length {
            Ok(())
        } else {
            Err(format!("{length} bytes, {} expected", self.length).into())
        }
    }
}

/// The page's bytes in an encoding.
async fn fetch(address: SocketAddr, encoding: &str) -> Result<Vec<u8>> {
    let (head, body) = support::fetch(address, PAGE, encoding).await?;
    let encoded = head.contains("\r\ncontent-encoding: ");
    let right =
        encoding == "identity" && !encoded || head.contains(&format!("\r\ncontent-encoding: {encoding}"));
    if !head.starts_with("HTTP/1.1 200 ") || !right {
        return Err(format!("a wrong answer:\n{head}").into());
    }
    Ok(body)
}

/// Milliseconds of CPU for the page rendered afresh, for a visitor who takes no compression, and beside it for the
/// Brotli compression of the same page.
///
/// Asks the whole application, in this process, with a cache that believes the guide to be newer than it is and
/// so keeps no page.
fn rendering(folder: &Path, plan: &Plan) -> Result<(Spread, Spread)> {
    let config =
        Config::read(|name| (name == "WAYMARK_DATA").then(|| folder.to_string_lossy().into_owned()))?;
    drop(commands::prepare_guide(&config)?);
    actix_web::rt::System::new().block_on(async {
        let db = Db::open(config.database.clone());
        let site = Arc::new(Site::new(&config, config.secret()?, db, &import::KINDS));
        site.refresh().await?;
        site.pages.moved_to(site.pages.edition() + 1);
        let app = App::new().app_data(Data::new(site.clone())).configure(app::routes);
        let service = test::init_service(app.wrap(Front::of(site.clone()))).await;
        let ask = || {
            let request = test::TestRequest::get().uri(PAGE).insert_header((header::HOST, "localhost"));
            test::call_service(&service, request.to_request())
        };
        let page = test::read_body(ask().await).await;
        let (mut renderings, mut compressions) = (Vec::new(), Vec::new());
        for round in 0..=plan.pairs {
            let before = cpu("self")?;
            for _ in 0..plan.renderings {
                if !ask().await.status().is_success() || site.pages.ready(PAGE).is_some() {
                    return Err("the page was not rendered afresh".into());
                }
            }
            settle().await;
            let rendered = spent(&before, &cpu("self")?);
            let before = cpu("self")?;
            for _ in 0..plan.renderings {
                Ready::new(page.to_vec(), HTML, "public, no-cache", QUICK, 1).made(Coding::Brotli);
            }
            settle().await;
            let compressed = spent(&before, &cpu("self")?);
            // The first round warms up.
            if round > 0 {
                let each = |time: Duration| time.as_secs_f64() * 1e3 / plan.renderings as f64;
                renderings.push(each(rendered));
                compressions.push(each(compressed));
            }
        }
        Ok((Spread::of(renderings.into_iter()), Spread::of(compressions.into_iter())))
    })
}
