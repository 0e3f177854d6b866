//! A site that serves a database of its own, prepared as `waymark` prepares it.

use super::copy::{discard, guide};
use super::{Browser, Letters, Visitor, scratch};
use actix_web::dev::ServerHandle;
use chrono::{DateTime, TimeDelta, Utc};
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;
use waymark::accounts::{Desk, Hashing};
use waymark::clock::Clock;
use waymark::config::Config;
use waymark::db::{Conn, Db};
use waymark::editing::Incoming;
use waymark::mail::{PostOffice, Sender, Transport, Worker};
use waymark::{app, commands, import, ui};

pub struct Site {
    pub config: Config,
    pub state: Arc<ui::Site>,
    pub office: PostOffice,
    /// The copy that is its own and goes with it.
    copy: Option<String>,
    /// By how many milliseconds its clock is ahead.
    ahead: Arc<AtomicI64>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// One for all tests of the binary that only read.
    pub fn shared() -> Option<&'static Site> {
        static SHARED: OnceLock<Option<Site>> = OnceLock::new();
        SHARED.get_or_init(Site::open).as_ref()
    }

    /// The shipped guide, on this machine only.
    pub fn open() -> Option<Site> {
        Site::of_its_own(&[])
    }

    /// The shipped guide for everyone, behind a proxy at this address.
    pub fn behind(base_url: &str) -> Option<Site> {
        Site::of_its_own(&[("WAYMARK_BASE_URL", base_url)])
    }

    /// The shipped guide with these settings, in a database that goes when the site does.
    pub fn of_its_own(settings: &[(&str, &str)]) -> Option<Site> {
        let url = guide()?;
        let mut site = Site::set(&url, settings);
        site.copy = Some(url);
        Some(site)
    }

    /// The guide of this database.
    pub fn on(url: &str, base_url: Option<&str>) -> Site {
        let base_url = base_url.map(|base_url| ("WAYMARK_BASE_URL", base_url));
        Site::set(url, base_url.as_slice())
    }

    /// The same with these settings.
    pub fn set(url: &str, settings: &[(&str, &str)]) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let data = scratch();
        let config = Config::read(|name| match name {
            "DATABASE_URL" => Some(url.to_owned()),
            "WAYMARK_ADDRESS" => Some(address.clone()),
            "WAYMARK_DATA" => Some(data.display().to_string()),
            "WAYMARK_SECRET" => Some("known to the tests and to nobody else".into()),
            _ => settings.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned()),
        })
        .unwrap();
        drop(commands::prepare_guide(&config).unwrap());
        let (tell, told) = mpsc::channel();
        let its_config = config.clone();
        let office = PostOffice::new(&config, Sender::of(&config).unwrap(), config.secret().unwrap());
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = Clock::of({
            let ahead = ahead.clone();
            move || Utc::now() + TimeDelta::milliseconds(ahead.load(Ordering::Relaxed))
        });
        let staff_second_factor = config.staff_second_factor;
        let hashing = Hashing::new().unwrap();
        let desk = Desk { clock, office: office.clone(), hashing, staff_second_factor };
        let thread = std::thread::spawn(move || {
            let db = Db::open(its_config.database.clone());
            let state =
                Arc::new(ui::Site::new(&its_config, its_config.secret().unwrap(), db, &import::KINDS));
            actix_web::rt::System::new().block_on(async {
                state.refresh().await.unwrap();
                let server = app::server(state.clone(), desk, listener).unwrap();
                tell.send((state, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (state, server) = told.recv().unwrap();
        Site { config, state, office, copy: None, ahead, server, thread: Some(thread) }
    }

    /// Somebody with a browser.
    pub fn browser(&self) -> Browser {
        Browser::of(self.visitor())
    }

    /// Lets time pass.
    pub fn later(&self, time: TimeDelta) {
        self.ahead.fetch_add(time.num_milliseconds(), Ordering::Relaxed);
    }

    /// The time by its clock.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::Relaxed))
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::of(self.config.address)
    }

    /// A connection to its database, as commands have one.
    pub fn conn(&self) -> Conn {
        self.config.database.connect().unwrap()
    }

    /// Has the site look whether the guide has changed, as its clock does each second.
    pub fn refresh(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.state.refresh()).unwrap();
    }

    /// Has the site delete what has run out, as its clock does each hour.
    pub fn sweep(&self) {
        let now = Utc::now() + TimeDelta::milliseconds(self.ahead.load(Ordering::Relaxed));
        waymark::accounts::sweep(&mut self.conn(), now).unwrap();
    }

    /// Has the worker hand over what is due, and gives all letters that there are, the newest first.
    pub fn letters(&self) -> Letters {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let transport = Transport::of(&self.config).unwrap();
        let worker = Worker::new(Db::open(self.config.database.clone()), self.office.clone(), transport);
        while runtime.block_on(worker.round(self.now())).unwrap() > 0 {}
        Letters::of(&self.config.data)
    }

    /// Has the planner make the letters that are due, as its clock does.
    pub fn plan(&self) -> waymark::digests::Done {
        let planner = waymark::digests::Planner::new(self.office.clone(), &import::KINDS);
        waymark::digests::plan_due(&mut self.conn(), &planner, self.now()).unwrap()
    }

    /// Publishes files, given as path and text, as `waymark import` does, and has the site see it.
    pub fn publish(&self, files: Vec<(String, String)>) {
        let incoming: Vec<Incoming> = import::parse(files).unwrap();
        import::import(&mut self.conn(), &incoming, self.now()).unwrap().unwrap();
        self.refresh();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // The order is given by the call; the future only waits for it to be carried out.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if let Some(copy) = &self.copy {
            discard(copy);
        }
    }
}
