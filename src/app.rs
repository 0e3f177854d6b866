//! The whole site on one screen.

use crate::accounts::{Acquaintances, Desk, Hashing, Sessions};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::digests::{self, Planner};
use crate::error::Error;
use crate::mail::{self, PostOffice, Samples, Sender, Transport, Worker};
use crate::search::Search;
use crate::ui::{self, Acquaintance, Front, Previewer, Site};
use crate::{
    accounts, admin, articles, changes, commands, compare, contact, editing, follows, home, import, ledger,
    plans, reports, roles, search, sitemap, skills, sources, strategy, style, texts, tiers,
};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer, dev::Server};
use chrono::Utc;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Every page.
pub fn routes(config: &mut ServiceConfig) {
    // Each route before it costs, and no search is answered from memory.
    search::routes(config);
    // Feeds before articles: /articles/feed.atom is none.
    changes::routes(config);
    home::routes(config);
    accounts::routes(config);
    admin::routes(config);
    roles::routes(config);
    // Before skills: /skills/mine is none.
    ledger::routes(config);
    skills::routes(config);
    tiers::routes(config);
    articles::routes(config);
    follows::routes(config);
    sources::routes(config);
    texts::routes(config);
    strategy::routes(config);
    compare::routes(config);
    sitemap::routes(config);
    plans::routes(config);
    reports::routes(config);
    digests::routes(config);
    contact::routes(config);
    style::routes(config);
    mail::routes(config);
    health::routes(config);
}

/// What a request may send, in bytes: the longest form of accounts takes a tenth of it.
const BODY: usize = 64 * 1024;
/// How long the head of a request may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long an idle connection stays open.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// How long open requests have to finish when the program is told to stop, in seconds.
const FINISH_TIME: u64 = 30;
/// Threads that hand letters over where nothing else is done.
const THREADS: usize = 2;
/// How often the clock asks whether another process has published: what is published is to be found within a second.
const LOOK: Duration = Duration::from_millis(500);
/// How often it is asked what is due.
const TICK: Duration = Duration::from_secs(1);

/// Serves the site until SIGTERM or SIGINT.
///
/// # Errors
/// A sentence for whoever started the program.
pub fn serve(config: &Config) -> Result<(), String> {
    log(config);
    // First of all the port: a second instance stops here, before it touches the database.
    let listener = TcpListener::bind(config.address).map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "{} is in use, perhaps by another waymark: stop that one, or set WAYMARK_ADDRESS to another port.",
            config.address
        ),
        _ => format!("{} cannot be listened on: {e}.", config.address),
    })?;
    let transport = Transport::of(config)?;
    let sender = Sender::of(config)?;
    let admin = accounts::has_admin(&mut commands::prepare_guide(config)?.conn);
    let db = Db::open(config.database.clone());
    let secret = config.secret()?;
    let office = PostOffice::new(config, sender, secret.clone());
    let planner = Arc::new(Planner::new(office.clone(), &import::KINDS));
    let worker = Worker::new(db.clone(), office.clone(), transport);
    let site = Arc::new(Site::new(config, secret, db, &import::KINDS));
    let hashing = Hashing::new().map_err(|e| format!("Passwords cannot be kept: {e}."))?;
    let staff_second_factor = config.staff_second_factor;
    let desk = Desk { clock: Clock::system(), office, hashing, staff_second_factor };
    let address = config.site();
    actix_web::rt::System::new().block_on(async move {
        site.look().await.map_err(|e| format!("The guide cannot be read: {e}."))?;
        // Heard from here on: whoever reads the line below may tell the program to stop at once.
        let mut stop = Stop::listen().map_err(|e| format!("Signals cannot be listened for: {e}."))?;
        let server =
            server(site.clone(), desk, listener).map_err(|e| format!("The server cannot start: {e}."))?;
        let handle = server.handle();
        actix_web::rt::spawn(look(site.clone()));
        actix_web::rt::spawn(lead(site.clone()));
        actix_web::rt::spawn(publish_due(site.clone(), Clock::system()));
        actix_web::rt::spawn(plan(site.db.clone(), planner, Clock::system()));
        actix_web::rt::spawn(sweep(site, Clock::system()));
        let letters = actix_web::rt::spawn({
            let worker = worker.clone();
            async move { worker.run().await }
        });
        actix_web::rt::spawn(async move {
            let gracefully = stop.told().await;
            worker.stop();
            handle.stop(gracefully).await;
        });
        println!("{address}");
        if !admin {
            // Not among the lines that a program reads: there is one, the address.
            eprintln!(
                "Nobody is admin here yet: `waymark user create YOUR@ADDRESS --rights admin` makes you one."
            );
        }
        let served = server.await.map_err(|e| format!("The server failed: {e}."));
        // The letter on the wire is seen to its end, or it might be sent twice.
        let _ = tokio::time::timeout(Duration::from_secs(FINISH_TIME), letters).await;
        served
    })
}

/// Makes the letters that are due and hands letters over, and serves nothing, until SIGTERM or SIGINT.
///
/// # Errors
/// A sentence for whoever started the program.
pub fn work(config: &Config) -> Result<(), String> {
    log(config);
    let transport = Transport::of(config)?;
    let sender = Sender::of(config)?;
    drop(commands::prepare(config)?);
    let office = PostOffice::new(config, sender, config.secret()?);
    let place = transport.place();
    let (db, clock) = (Db::open(config.database.clone()), Clock::system());
    let planner = Arc::new(Planner::new(office.clone(), &import::KINDS));
    let worker = Worker::new(db.clone(), office, transport);
    // Outlives the asynchronous part: MySQL's connections must not be dropped there.
    let _kept = db.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    runtime.map_err(|e| format!("The worker cannot start: {e}."))?.block_on(async move {
        let mut stop = Stop::listen().map_err(|e| format!("Signals cannot be listened for: {e}."))?;
        println!("Letters go to {place}.");
        tokio::spawn(plan(db, planner, clock));
        let stopped = async {
            stop.told().await;
            worker.stop();
        };
        tokio::join!(worker.run(), stopped);
        Ok(())
    })
}

/// The server on a listener, not yet running.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(site: Arc<Site>, desk: Desk, listener: TcpListener) -> std::io::Result<Server> {
    let search = Arc::new(Search::new().map_err(std::io::Error::other)?);
    let vocabulary = Arc::new(compare::Vocabulary::default());
    // The search takes longer, at first most of all.
    site.follow(vocabulary.clone());
    site.follow(search.clone());
    actix_web::rt::spawn(write_down(site.clone(), search.clone()));
    let (office, planner) = (desk.office.clone(), Planner::new(desk.office.clone(), &import::KINDS));
    let samples = Samples(Arc::new(move |conn, to, now| {
        accounts::post_samples(conn, &office, to, now)?;
        follows::post_samples(conn, &office, to, now)?;
        digests::post_samples(conn, &planner, to, now)
    }));
    let checked = Arc::new(admin::Checked::default());
    let app = move || {
        App::new()
            .app_data(Data::new(site.clone()))
            .app_data(Data::new(search.clone()))
            .app_data(Data::new(vocabulary.clone()))
            .app_data(Data::new(checked.clone()))
            .app_data(Data::new(ui::Bench(admin::nav)))
            .app_data(Data::new(desk.clone()))
            .app_data(Data::new(desk.office.clone()))
            .app_data(Data::new(samples.clone()))
            .app_data(Data::new(Arc::new(admin::Previews) as Arc<dyn Previewer>))
            .app_data(Data::new(Arc::new(Acquaintances { local: site.local }) as Arc<dyn Acquaintance>))
            .app_data(PayloadConfig::new(BODY))
            .configure(routes)
            .wrap(from_fn(ui::note_viewer))
            .wrap(accounts::sessions(
                Sessions { db: site.db.clone(), clock: desk.clock.clone() },
                &site.secret,
                site.local,
            ))
            .wrap(from_fn(accounts::keep_staying))
            .wrap(Front::of(site.clone()))
    };
    let server = HttpServer::new(app)
        .client_request_timeout(HEAD_TIME)
        .client_disconnect_timeout(HEAD_TIME)
        .keep_alive(IDLE_TIME)
        .shutdown_timeout(FINISH_TIME)
        .tcp_nodelay(true)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// SIGTERM, after which open requests finish, and SIGINT, after which they do not.
struct Stop {
    term: Signal,
    int: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Stop { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())? })
    }

    /// Waits for either; whether open requests are to finish.
    async fn told(&mut self) -> bool {
        tokio::select! {
            _ = self.term.recv() => true,
            _ = self.int.recv() => false,
        }
    }
}

async fn look(site: Arc<Site>) {
    let mut clock = every(LOOK);
    loop {
        clock.tick().await;
        // What goes wrong was logged; the next tick tries again.
        let _ = site.look().await;
    }
}

/// Beside the other, so that pages are let go of in time while the search still takes in the whole guide.
async fn lead(site: Arc<Site>) {
    let mut clock = every(LOOK);
    loop {
        tokio::select! {
            _ = clock.tick() => {}
            () = site.moved() => {}
        }
        if let Err(error @ Error::Unexpected(_)) = site.lead().await {
            tracing::error!(%error, "what follows the guide could not catch up; it is asked again");
        }
    }
}

/// How often what was looked for and not found is written.
const WRITE: Duration = Duration::from_secs(5);

async fn write_down(site: Arc<Site>, search: Arc<Search>) {
    let mut clock = every(WRITE);
    loop {
        clock.tick().await;
        if let Err(error) = search.unanswered.write(&site.db, Utc::now()).await {
            tracing::debug!(%error, "searches that found nothing wait to be written");
        }
    }
}

/// Publishes drafts whose time has come.
async fn publish_due(site: Arc<Site>, time: Clock) {
    let mut clock = every(TICK);
    loop {
        clock.tick().await;
        let now = time.now();
        let due = site.db.read(move |conn| editing::Draft::due(conn, now)).await;
        let done = match due {
            Ok(due) if due.is_empty() => continue,
            Ok(_) => site.db.write(move |conn| admin::publish_due(conn, now)).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(_) => drop(site.look().await),
            Err(error @ Error::Unexpected(_)) => {
                tracing::error!(%error, "a scheduled draft could not be published")
            }
            Err(error) => tracing::debug!(%error, "scheduled drafts wait"),
        }
    }
}

/// Makes the letters of lists that are due.
async fn plan(db: Db, planner: Arc<Planner>, time: Clock) {
    let mut clock = every(TICK);
    loop {
        clock.tick().await;
        let (planner, now) = (planner.clone(), time.now());
        match db.work(move |conn| digests::plan_due(conn, &planner, now)).await {
            Ok(done) if done != digests::Done::default() => tracing::debug!(?done, "letters were planned"),
            Ok(_) => {}
            Err(error @ Error::Unexpected(_)) => tracing::error!(%error, "letters could not be planned"),
            Err(error) => tracing::debug!(%error, "letters wait to be planned"),
        }
    }
}

/// How often what has run out is deleted: sessions, links, counts of tries.
const SWEEP: Duration = Duration::from_secs(3600);

async fn sweep(site: Arc<Site>, time: Clock) {
    let mut clock = every(SWEEP);
    loop {
        clock.tick().await;
        let now = time.now();
        if let Err(error) = site
            .db
            .write(move |conn| {
                accounts::sweep(conn, now)?;
                follows::sweep(conn, now)?;
                plans::sweep(conn, now)?;
                editing::sweep(conn, now)
            })
            .await
        {
            tracing::debug!(%error, "what has run out waits to be deleted");
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut clock = tokio::time::interval(period);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    clock
}

fn log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second call, as in tests, changes nothing.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// For whoever watches over the program.
mod health {
    use crate::editing::guide_revision;
    use crate::error::Result;
    use crate::ui::Site;
    use actix_web::web::{self, Data, ServiceConfig};
    use actix_web::{HttpResponse, http::header};
    use std::sync::Arc;

    pub fn routes(config: &mut ServiceConfig) {
        config.service(web::resource("/healthz").get(alive)).service(web::resource("/readyz").get(ready));
    }

    /// The process answers.
    async fn alive() -> HttpResponse {
        said("alive\n")
    }

    /// The database answers too; 503 if not.
    async fn ready(site: Data<Arc<Site>>) -> Result<HttpResponse> {
        site.db.read(guide_revision).await?;
        Ok(said("ready\n"))
    }

    fn said(words: &'static str) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/plain")
            .body(words)
    }
}
