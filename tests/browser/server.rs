//! The programs that listen: the site and chromedriver, shared by the tests that run at the same time.

use crate::programs::{CHROMEDRIVER, path};
use std::io::Write;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A program on a free port of this machine; stopped when the last test lets go of it.
pub struct Server {
    pub address: String,
    program: Child,
    /// Asked for before the program is stopped, so that it can end what it started.
    farewell: Option<&'static str>,
    folder: TempDir,
}

/// What the site answers.
pub struct Answer {
    pub status: u16,
    pub html: bool,
    pub body: String,
}

/// How long a program may take to answer for the first time.
const START: Duration = Duration::from_secs(60);

/// The site as the shipped program serves it, with a database of its own.
pub fn site() -> Arc<Server> {
    static SITE: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    shared(&SITE, || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_waymark"));
        // No other settings than these, whatever the machine has set.
        program.env_clear();
        let set = |program: &mut Command, folder: &TempDir, port: u16| {
            program.env("WAYMARK_DATA", folder.path().join("data"));
            program.env("WAYMARK_ADDRESS", format!("127.0.0.1:{port}"));
        };
        Server::start(program, set, "/healthz", None)
    })
}

/// What drives the browsers.
pub fn driver() -> Arc<Server> {
    static DRIVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    shared(&DRIVER, || {
        let program = Command::new(path(CHROMEDRIVER).expect("chromedriver is here"));
        let set = |program: &mut Command, _: &TempDir, port: u16| {
            program.arg(format!("--port={port}"));
        };
        Server::start(program, set, "/status", Some("/shutdown"))
    })
}

/// A static would never be dropped, and its program would go on after the tests; so each test holds a share.
fn shared(known: &Mutex<Weak<Server>>, start: impl FnOnce() -> Server) -> Arc<Server> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.upgrade().unwrap_or_else(|| {
        let server = Arc::new(start());
        *known = Arc::downgrade(&server);
        server
    })
}

impl Server {
    fn start(
        mut program: Command,
        set: impl FnOnce(&mut Command, &TempDir, u16),
        alive: &str,
        farewell: Option<&'static str>,
    ) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        set(&mut program, &folder, port);
        program.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = program.spawn().unwrap();
        let address = format!("http://127.0.0.1:{port}");
        let mut server = Server { address, program: child, farewell, folder };
        let begun = Instant::now();
        while ureq::get(format!("{}{alive}", server.address)).call().is_err() {
            let ended = server.program.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < START,
                "{:?} does not answer: {ended:?}\n{}",
                program.get_program(),
                std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Makes an account with these rights, as those who run the site do.
    pub fn make(&self, address: &str, password: &str, rights: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waymark"));
        command.env_clear().env("WAYMARK_DATA", self.folder.path().join("data"));
        command.args(["user", "create", address, "--rights", rights]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// Signs in; gives the cookies that a browser would keep.
    pub fn sign_in(&self, address: &str, password: &str) -> String {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("address", address)
            .append_pair("password", password)
            .finish();
        let answer = ureq::post(format!("{}/sign-in", self.address))
            .config()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .header("sec-fetch-site", "same-origin")
            .content_type("application/x-www-form-urlencoded")
            .send(body)
            .unwrap();
        assert_eq!(answer.status(), 303);
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
        cookies.filter_map(|set| set.split(';').next()).collect::<Vec<_>>().join("; ")
    }

    /// What is at a path, whatever the status.
    pub fn get(&self, path: &str) -> Answer {
        self.get_as(path, "none=1")
    }

    /// The same for somebody with these cookies.
    pub fn get_as(&self, path: &str, cookies: &str) -> Answer {
        let asked = ureq::get(format!("{}{path}", self.address)).header("cookie", cookies);
        let asked = asked.config().http_status_as_error(false).build();
        let mut answer = asked.call().unwrap();
        Answer {
            status: answer.status().as_u16(),
            html: answer.body().mime_type() == Some("text/html"),
            // Icons are linked to as well.
            body: String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(path) = self.farewell {
            let asked = ureq::get(format!("{}{path}", self.address)).config();
            let _ = asked.timeout_global(Some(Duration::from_secs(10))).build().call();
        }
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
