//! How fast a worker hands letters over, beside lettre's connections that send the same messages and write nothing down:
//! as its pool uses them, which asks each whether it is still there before the next letter, and without that.
//!
//! `cargo bench --bench handover`, with `-- --quick` for a look that takes seconds. The mail server is a process of its
//! own on the loopback, which takes everything and keeps nothing. Both have the same number of connections, with
//! TCP_NODELAY. A ratio of 1 means as fast as bare, 0.5 half as fast.

mod support;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use support::{Result, Server, Spread};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use waymark::config::Config;
use waymark::db::schema::{messages, outbox, outbox_events};
use waymark::db::{self, Conn, Db};
use waymark::mail::{Class, Letter, Part, PostOffice, Posting, Sender, Transport, Worker};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: [usize; 3] = [1, 4, 16];
/// What is aimed at.
const SHARE: f64 = 0.7;
/// Length of a letter, in paragraphs: about 30 kB of message.
const PARAGRAPHS: usize = 60;

/// How much is measured.
struct Plan {
    letters: usize,
    rounds: usize,
}

const FULL: Plan = Plan { letters: 6_000, rounds: 5 };
const LOOK: Plan = Plan { letters: 300, rounds: 2 };

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [what, port] = &given[..]
        && what == "null"
    {
        return null(port.parse()?);
    }
    let Some(arguments) = support::arguments("handover")? else { return Ok(()) };
    compare(if arguments.iter().any(|argument| argument == "--quick") { &LOOK } else { &FULL })
}

/// A mail server that takes everything and keeps nothing.
fn null(port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        println!("ready");
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(async move { drop(take(stream).await) });
        }
    })
}

async fn take(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    stream.get_mut().write_all(b"220 null\r\n").await?;
    let (mut line, mut said) = (Vec::new(), Vec::new());
    let mut message = false;
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match (message, line.as_slice()) {
            (true, b".\r\n") => {
                message = false;
                b"250 2.0.0 taken\r\n"
            }
            (true, _) => continue,
            (_, b"DATA\r\n") => {
                message = true;
                b"354 go on\r\n"
            }
            (_, b"QUIT\r\n") => b"221 2.0.0 bye\r\n",
            (_, line) if line.starts_with(b"EHLO") => b"250-null\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            _ => b"250 2.0.0 ok\r\n",
        };
        said.extend_from_slice(answer);
        if stream.buffer().is_empty() {
            stream.get_mut().write_all(&said).await?;
            said.clear();
        }
    }
}

/// An outbox full of letters, and the messages themselves.
struct Post {
    config: Config,
    office: PostOffice,
    messages: Vec<(Envelope, Vec<u8>)>,
    posted: DateTime<Utc>,
}

impl Post {
    fn full(plan: &Plan, server: SocketAddr, connections: usize, folder: &std::path::Path) -> Result<Post> {
        let config = Config::read(|name| match name {
            "WAYMARK_DATA" => Some(folder.display().to_string()),
            "WAYMARK_SECRET" => Some("known to the bench and to nobody else".into()),
            "WAYMARK_SMTP_URL" => Some(format!("smtp://{server}")),
            "WAYMARK_SMTP_CONNECTIONS" => Some(connections.to_string()),
            "WAYMARK_SMTP_PER_MINUTE" | "WAYMARK_SMTP_PER_MINUTE_AND_DOMAIN" => Some("0".into()),
            _ => None,
        })?;
        let mut prepared = db::prepare(&config.database)?;
        let conn = &mut prepared.conn;
        let sender = Sender::of(&config)?;
        let office = PostOffice::new(&config, sender.clone(), config.secret()?);
        let posted = Utc::now();
        let letter = letter();
        let post = |conn: &mut Conn| {
            for number in 0..plan.letters {
                let posting = Posting {
                    dedup: &format!("{number}"),
                    class: Class::Digest,
                    person: None,
                    to: &format!("reader{number}@example{}.org", number % 50),
                    letter: &letter,
                    list: None,
                    now: posted,
                    expires: posted + TimeDelta::days(1),
                };
                office.post(conn, &posting)?;
            }
            Ok(())
        };
        db::write(conn, post)?;
        let rows: Vec<(String, String)> = outbox::table
            .inner_join(messages::table.on(messages::delivery_id.eq(outbox::delivery_id)))
            .select((outbox::recipient, messages::message))
            .load(conn)?;
        let mut messages = Vec::new();
        for (to, message) in rows {
            let from = sender.address(Class::Digest).clone();
            messages.push((Envelope::new(Some(from), vec![to.parse()?])?, message.into_bytes()));
        }
        Ok(Post { config, office, messages, posted })
    }

    /// As if nothing had been sent.
    fn refill(&self) -> Result<()> {
        let mut conn = self.config.database.connect()?;
        diesel::delete(outbox_events::table).execute(&mut conn)?;
        diesel::update(outbox::table)
            .set((
                outbox::state.eq("ready"),
                outbox::attempt.eq(0),
                outbox::settled_at.eq(None::<i64>),
                outbox::kept_until.eq(None::<i64>),
            ))
            .execute(&mut conn)?;
        Ok(())
    }

    /// Letters a second by a worker.
    async fn by_worker(&self, worker: &Worker) -> Result<f64> {
        self.refill()?;
        let (begun, mut sent) = (Instant::now(), 0);
        while sent < self.messages.len() {
            let (worker, now) = (worker.clone(), self.posted + TimeDelta::minutes(1));
            // A task of the runtime, as the bare lanes are.
            sent += tokio::spawn(async move { worker.round(now).await }).await??;
        }
        Ok(sent as f64 / begun.elapsed().as_secs_f64())
    }

    /// Letters a second by as many of lettre's connections. The pool itself has no TCP_NODELAY, so they are used here as
    /// it uses them; or with nothing `asked` between two letters.
    async fn bare(&self, server: SocketAddr, connections: usize, asked: bool) -> Result<f64> {
        let all: VecDeque<_> = self.messages.iter().cloned().collect();
        let (count, queue) = (all.len(), Arc::new(Mutex::new(all)));
        let begun = Instant::now();
        let mut lanes: JoinSet<Result<()>> = JoinSet::new();
        for _ in 0..connections {
            let queue = queue.clone();
            lanes.spawn(async move {
                let stream = TcpStream::connect(server).await?;
                stream.set_nodelay(true)?;
                let hello = ClientId::Domain("localhost".into());
                let mut line = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?;
                let next = || queue.lock().map(|mut queue| queue.pop_front()).unwrap_or_default();
                while let Some((envelope, message)) = next() {
                    if asked && !line.test_connected().await {
                        return Err("the mail server is gone".into());
                    }
                    line.send(&envelope, &message).await?;
                }
                line.quit().await?;
                Ok(())
            });
        }
        while let Some(lane) = lanes.join_next().await {
            lane??;
        }
        Ok(count as f64 / begun.elapsed().as_secs_f64())
    }
}

fn letter() -> Letter {
    let paragraph = "Of the postings of this month a larger share asks for the skill than of those a year ago, \
                     and of the postings for beginners a smaller one; the figures and their sources stand on the page. ";
    Letter {
        subject: "What changed for you this week".into(),
        preheader: "Some figures are new.".into(),
        parts: (0..PARAGRAPHS).map(|_| Part::Words(paragraph.into())).collect(),
        because: "You get this because you follow something.".into(),
    }
}

fn compare(plan: &Plan) -> Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("null");
    let server = Server::start(command, |command, address| {
        command.arg(address.port().to_string());
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut slow = false;
    for connections in CONNECTIONS {
        let folder = tempfile::tempdir()?;
        let post = Post::full(plan, server.address, connections, folder.path())?;
        let transport = Transport::of(&post.config)?;
        // Kept until the end: connections to a database must not be dropped on an asynchronous thread.
        let worker = Worker::new(Db::open(post.config.database.clone()), post.office.clone(), transport);
        let mut speeds = Vec::new();
        for round in 0..=plan.rounds {
            let by_worker = runtime.block_on(post.by_worker(&worker))?;
            let by_pool = runtime.block_on(post.bare(server.address, connections, true))?;
            let bare = runtime.block_on(post.bare(server.address, connections, false))?;
            // The first round warms up.
            if round > 0 {
                speeds.push([by_worker, by_pool, bare]);
            }
        }
        let size = post.messages[0].1.len();
        let spread = |of: fn(&[f64; 3]) -> f64| Spread::of(speeds.iter().map(of));
        let [ours, pool, bare] = [spread(|s| s[0]), spread(|s| s[1]), spread(|s| s[2])];
        let [to_pool, to_bare] = [spread(|s| s[0] / s[1]), spread(|s| s[0] / s[2])];
        println!(
            "{connections:>3} connections, letters of {size} bytes, a second: worker {ours:.0}, pool {pool:.0}, bare {bare:.0}"
        );
        println!("    ratio to the pool {to_pool:.2}, to bare connections {to_bare:.2}");
        slow |= to_pool.median < SHARE;
    }
    println!("aimed at: {SHARE} of the pool{}", if slow { ", which is missed" } else { "" });
    Ok(())
}
