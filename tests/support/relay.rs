//! An SMTP server of the tests' own, on loopback: it answers each step as it is told, and keeps what it took.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does at a step, once.
#[derive(Clone, Debug)]
pub enum Play {
    /// Answers so instead of as usual.
    Say(&'static str),
    /// Goes away without a word.
    Leave,
    /// Says nothing for as long as the client waits.
    Wait,
    /// After the message: takes it, and says nothing.
    Take,
    /// Answers as usual, after so many milliseconds.
    Late(u64),
    /// Says what is no answer, without end.
    Babble,
}

/// A step of the conversation: `EHLO`, `MAIL`, `RCPT`, `DATA`, or `.` after the message.
pub type Step = &'static str;

#[derive(Default)]
struct Heard {
    script: VecDeque<(Step, Play)>,
    /// The messages that it read to their dot, with their recipients, taken or not.
    messages: Vec<(String, String)>,
    /// Those of them that it took, or may have taken: it did not say that it did not.
    taken: Vec<String>,
    commands: Vec<String>,
    greeted: usize,
    /// How many messages it said yes to.
    answered: usize,
}

pub struct Relay {
    pub address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
    /// The file with the root that its certificate comes from, if it has one.
    pub root: PathBuf,
}

/// Whether the conversation is encrypted.
#[derive(Clone)]
enum Tls {
    Never,
    Offered(Arc<ServerConfig>),
    Always(Arc<ServerConfig>),
}

impl Relay {
    /// One that does these things, in this order, and otherwise takes everything.
    pub fn playing(script: &[(Step, Play)]) -> Relay {
        Relay::start(script, Tls::Never, PathBuf::new())
    }

    /// One that offers STARTTLS, with a certificate for these names.
    pub fn offering_tls(script: &[(Step, Play)], names: &[&str]) -> Relay {
        let (config, root) = certified(names);
        Relay::start(script, Tls::Offered(config), root)
    }

    /// One that speaks TLS from the first byte.
    pub fn speaking_tls(names: &[&str]) -> Relay {
        let (config, root) = certified(names);
        Relay::start(&[], Tls::Always(config), root)
    }

    fn start(script: &[(Step, Play)], tls: Tls, root: PathBuf) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Heard { script: script.to_vec().into(), ..Heard::default() }));
        let shared = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, tls) = (shared.clone(), tls.clone());
                std::thread::spawn(move || converse(stream.unwrap(), &heard, tls));
            }
        });
        Relay { address, heard, root }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Recipients and messages that it read to their end.
    pub fn messages(&self) -> Vec<(String, String)> {
        self.heard.lock().unwrap().messages.clone()
    }

    /// The recipients of what it took, or may have taken.
    pub fn taken(&self) -> Vec<String> {
        self.heard.lock().unwrap().taken.clone()
    }

    /// How many messages it said yes to.
    pub fn answered(&self) -> usize {
        self.heard.lock().unwrap().answered
    }

    /// Every command that it heard.
    pub fn commands(&self) -> Vec<String> {
        self.heard.lock().unwrap().commands.clone()
    }

    /// How many connections there were.
    pub fn greeted(&self) -> usize {
        self.heard.lock().unwrap().greeted
    }

    /// Its address by a name that does not count as this machine, though it leads here.
    pub fn url_elsewhere(&self) -> String {
        format!("smtp://bob:secret@0.0.0.0:{}", self.address.port())
    }
}

/// A certificate for these names, and the file with its root.
fn certified(names: &[&str]) -> (Arc<ServerConfig>, PathBuf) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let root = super::scratch().join("root.pem");
    std::fs::write(&root, made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), root)
}

/// What it does at this step, if that is next in its script.
fn next(heard: &Mutex<Heard>, step: &str) -> Option<Play> {
    let mut heard = heard.lock().unwrap();
    let due = heard.script.front().is_some_and(|(at, _)| *at == step);
    due.then(|| heard.script.pop_front().unwrap().1)
}

/// A conversation, which may begin in the clear and go on encrypted.
fn converse(stream: TcpStream, heard: &Mutex<Heard>, tls: Tls) {
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    heard.lock().unwrap().greeted += 1;
    match tls {
        Tls::Never => drop(talk(BufReader::new(stream), heard, true, false)),
        Tls::Always(config) => drop(talk(BufReader::new(encrypted(stream, config)), heard, true, false)),
        Tls::Offered(config) => {
            if let Some(stream) = talk(BufReader::new(stream), heard, true, true) {
                talk(BufReader::new(encrypted(stream, config)), heard, false, false);
            }
        }
    }
}

fn encrypted(stream: TcpStream, config: Arc<ServerConfig>) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(config).unwrap(), stream)
}

/// Talks until the end, or until the client asks for TLS and gets the stream for it.
fn talk<S: Read + Write>(
    mut line: BufReader<S>,
    heard: &Mutex<Heard>,
    greet: bool,
    offer: bool,
) -> Option<S> {
    fn say<S: Write>(line: &mut BufReader<S>, words: &str) -> Option<()> {
        let stream = line.get_mut();
        stream.write_all(format!("{words}\r\n").as_bytes()).ok()?;
        stream.flush().ok()
    }
    fn hear<S: Read>(line: &mut BufReader<S>) -> Option<String> {
        let mut words = String::new();
        matches!(line.read_line(&mut words), Ok(1..)).then_some(words)
    }
    /// One line that never ends, until the client has enough.
    fn babble<S: Write, T>(line: &mut BufReader<S>) -> Option<T> {
        loop {
            line.get_mut().write_all(&[b'x'; 4096]).ok()?;
        }
    }
    if greet {
        say(&mut line, "220 relay.example.org ready")?;
    }
    let mut to = String::new();
    loop {
        let command = hear(&mut line)?.trim_end().to_owned();
        heard.lock().unwrap().commands.push(command.clone());
        let verb = command.split(' ').next().unwrap().to_uppercase();
        let usual = match verb.as_str() {
            "EHLO" if offer => "250-relay.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN",
            "EHLO" => "250-relay.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "STARTTLS" => "220 2.0.0 go on",
            "AUTH" => "235 2.7.0 welcome",
            "RCPT" => {
                to = command.split(['<', '>']).nth(1).unwrap().to_owned();
                "250 2.1.5 ok"
            }
            "DATA" => "354 go on",
            "QUIT" => "221 2.0.0 bye",
            _ => "250 2.0.0 ok",
        };
        let answer = match next(heard, &verb) {
            None => usual,
            Some(Play::Say(words)) => words,
            Some(Play::Leave) => return None,
            // Until the client has enough and closes.
            Some(Play::Wait | Play::Take) => return hear(&mut line).and(None),
            Some(Play::Late(time)) => {
                std::thread::sleep(Duration::from_millis(time));
                usual
            }
            Some(Play::Babble) => babble(&mut line)?,
        };
        say(&mut line, answer)?;
        if verb == "STARTTLS" && answer.starts_with("220") {
            return Some(line.into_inner());
        }
        if verb == "QUIT" {
            return None;
        }
        if verb == "DATA" && answer.starts_with("354") {
            let mut message = String::new();
            loop {
                let words = hear(&mut line)?;
                if words == ".\r\n" {
                    break;
                }
                message.push_str(words.strip_prefix('.').unwrap_or(&words));
            }
            let play = next(heard, ".");
            {
                let mut heard = heard.lock().unwrap();
                heard.messages.push((to.clone(), message));
                let refused = match &play {
                    Some(Play::Say(words)) => !words.starts_with('2'),
                    Some(Play::Wait) => true,
                    _ => false,
                };
                if !refused {
                    heard.taken.push(to.clone());
                }
            }
            if let Some(Play::Late(time)) = play {
                std::thread::sleep(Duration::from_millis(time));
            }
            match play {
                None | Some(Play::Late(_)) => {
                    say(&mut line, "250 2.0.0 taken as 314159")?;
                    heard.lock().unwrap().answered += 1;
                }
                Some(Play::Say(words)) => say(&mut line, words)?,
                Some(Play::Leave) => return None,
                Some(Play::Wait | Play::Take) => return hear(&mut line).and(None),
                Some(Play::Babble) => babble(&mut line)?,
            }
        }
    }
}
