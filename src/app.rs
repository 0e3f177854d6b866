//! The whole site on one screen.

use crate::config::Config;
use crate::db::Db;
use crate::error::Error;
use crate::search::Search;
use crate::ui::{Front, Site};
use crate::{
    articles, changes, commands, home, import, roles, search, sitemap, skills, sources, strategy, style,
    texts, tiers,
};
use actix_web::web::{Data, PayloadConfig, ServiceConfig};
use actix_web::{App, HttpServer, dev::Server};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Every page.
pub fn routes(config: &mut ServiceConfig) {
    // Feeds first: /articles/feed.atom is no article.
    changes::routes(config);
    home::routes(config);
    roles::routes(config);
    skills::routes(config);
    tiers::routes(config);
    articles::routes(config);
    sources::routes(config);
    search::routes(config);
    texts::routes(config);
    strategy::routes(config);
    sitemap::routes(config);
    style::routes(config);
    health::routes(config);
}

/// What a request may send, in bytes; nothing takes a body yet.
const BODY: usize = 64 * 1024;
/// How long the head of a request may take to arrive.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long an idle connection stays open.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// How long open requests have to finish when the program is told to stop, in seconds.
const FINISH_TIME: u64 = 30;
/// How often the clock asks whether another process has published.
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
    drop(commands::prepare_guide(config)?);
    let site = Arc::new(Site::new(config, Db::open(config.database.clone()), &import::KINDS));
    let address = config.site();
    actix_web::rt::System::new().block_on(async move {
        site.look().await.map_err(|e| format!("The guide cannot be read: {e}."))?;
        // Heard from here on: whoever reads the line below may tell the program to stop at once.
        let mut stop = Stop::listen().map_err(|e| format!("Signals cannot be listened for: {e}."))?;
        let server = server(site.clone(), listener).map_err(|e| format!("The server cannot start: {e}."))?;
        let handle = server.handle();
        actix_web::rt::spawn(look(site.clone()));
        actix_web::rt::spawn(lead(site));
        actix_web::rt::spawn(async move {
            let gracefully = stop.told().await;
            handle.stop(gracefully).await;
        });
        println!("{address}");
        server.await.map_err(|e| format!("The server failed: {e}."))
    })
}

/// The server on a listener, not yet running.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(site: Arc<Site>, listener: TcpListener) -> std::io::Result<Server> {
    let search = Arc::new(Search::new().map_err(std::io::Error::other)?);
    site.follow(search.clone());
    let app = move || {
        App::new()
            .app_data(Data::new(site.clone()))
            .app_data(Data::new(search.clone()))
            .app_data(PayloadConfig::new(BODY))
            .configure(routes)
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
    let mut clock = clock();
    loop {
        clock.tick().await;
        // What goes wrong was logged; the next tick tries again.
        let _ = site.look().await;
    }
}

/// Beside the other, so that pages are let go of in time while the search still takes in the whole guide.
async fn lead(site: Arc<Site>) {
    let mut clock = clock();
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

fn clock() -> tokio::time::Interval {
    let mut clock = tokio::time::interval(TICK);
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
