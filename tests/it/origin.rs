//! A scripted HTTP/1.1 origin on loopback: what every integration test asks instead of the internet.
//! It answers each path as told, and remembers every request in the order in which they came.
#![allow(dead_code, reason = "each test module uses its own part of the origin")]

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long what has to happen may take: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is answered to one request.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    manner: Manner,
}

/// How the answer is given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    /// Head and body, with their length.
    Whole,
    /// Nothing at all, for as long as the client waits.
    Hang,
    /// The head, then a byte of the body each time the pause is over.
    Drip(Duration),
    /// The head promises the whole body, and half of it comes.
    Truncated,
    /// The same path again, with another query each time.
    RedirectForever,
    /// A header section without an end.
    EndlessHeaders,
    /// In chunks, without a length told ahead.
    Chunked,
    /// `hub.challenge` of the query as the body, as a WebSub callback confirms.
    Confirm,
}

impl Answer {
    /// 200 with this body, as RSS.
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200).header("Content-Type", "application/rss+xml; charset=utf-8").body(body)
    }

    /// This status without a body.
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), manner: Manner::Whole }
    }

    /// A redirect of this status.
    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("Location", to)
    }

    /// Redirects to itself, with another query each time.
    pub(crate) fn redirect_forever() -> Self {
        Self { manner: Manner::RedirectForever, ..Self::status(302) }
    }

    /// Takes the request and says nothing.
    pub(crate) fn hang() -> Self {
        Self { manner: Manner::Hang, ..Self::status(200) }
    }

    /// Header lines without an end.
    pub(crate) fn endless_headers() -> Self {
        Self { manner: Manner::EndlessHeaders, ..Self::status(200) }
    }

    /// 200 with this many zero bytes, in gzip.
    pub(crate) fn gzip_bomb(zeros: u64) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::copy(&mut io::repeat(0).take(zeros), &mut encoder).unwrap();
        Self::ok(encoder.finish().unwrap()).header("Content-Encoding", "gzip")
    }

    /// Confirms what a WebSub hub asks.
    pub(crate) fn confirm() -> Self {
        Self { manner: Manner::Confirm, ..Self::status(200) }
    }

    /// Adds a header; the same name may stand twice.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Gives it a body.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With this `ETag`; a request that holds it gets 304.
    pub(crate) fn etag(self, etag: &str) -> Self {
        self.header("ETag", etag)
    }

    /// With this `Last-Modified`; a request that holds it gets 304.
    pub(crate) fn last_modified(self, date: &str) -> Self {
        self.header("Last-Modified", date)
    }

    /// A byte of the body each `pause`.
    pub(crate) fn drip(self, pause: Duration) -> Self {
        Self { manner: Manner::Drip(pause), ..self }
    }

    /// Promises the whole body and sends half of it.
    pub(crate) fn truncated(self) -> Self {
        Self { manner: Manner::Truncated, ..self }
    }

    /// Sent in chunks, so that nobody knows its length ahead.
    pub(crate) fn chunked(self) -> Self {
        Self { manner: Manner::Chunked, ..self }
    }

    /// Whether a conditional request already holds this (RFC 9110 13.1.2: with `If-None-Match` nothing else counts).
    fn is_held_by(&self, request: &Seen) -> bool {
        let own = |name: &str| self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str());
        let same = |asked: &str, own: &str| asked.trim_start_matches("W/") == own.trim_start_matches("W/");
        self.status == 200
            && match (request.header("if-none-match"), request.header("if-modified-since")) {
                (Some(asked), _) => own("etag").is_some_and(|etag| same(asked, etag)),
                (None, Some(since)) => own("last-modified") == Some(since),
                (None, None) => false,
            }
    }
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// "GET".
    pub(crate) method: String,
    /// Path with its query.
    pub(crate) target: String,
    /// In order, names as sent.
    pub(crate) headers: Vec<(String, String)>,
    /// What came after them, by its `Content-Length`.
    pub(crate) body: Vec<u8>,
    /// When its first line had come.
    pub(crate) at: Instant,
}

impl Seen {
    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// True when it carries a validator.
    pub(crate) fn is_conditional(&self) -> bool {
        self.header("if-none-match").is_some() || self.header("if-modified-since").is_some()
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// A running origin; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Origin {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// By path: the answers still to give; the last one stays.
    scripts: Mutex<HashMap<String, Vec<Answer>>>,
    seen: Mutex<Vec<Seen>>,
    /// The connections that have not ended, by the number in which they came.
    open: Mutex<HashMap<usize, TcpStream>>,
    stopped: AtomicBool,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Origin {
    /// On 127.0.0.1 and a free port.
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1")
    }

    /// On this address (127.0.0.2 and so on are other hosts) and a free port.
    pub(crate) fn start_at(address: &str) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let listening = thread::spawn({
            let shared = Arc::clone(&shared);
            move || listen(&listener, &shared)
        });
        Self { address, shared, listener: Some(listening) }
    }

    /// `http://ADDRESS:PORT/..`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers this path so from now on. A path with a query goes before the same without, "POST /path" before both;
    /// others get 404.
    pub(crate) fn on(&self, path: &str, answer: Answer) {
        self.sequence(path, [answer]);
    }

    /// Answers this path with one after the other; the last one stays.
    pub(crate) fn sequence(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        lock(&self.shared.scripts).insert(path.to_owned(), answers);
    }

    /// All requests so far, in order.
    pub(crate) fn requests(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// Those of one path, whatever their query.
    pub(crate) fn requests_of(&self, path: &str) -> Vec<Seen> {
        self.requests().into_iter().filter(|seen| seen.path() == path).collect()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget_requests(&self) {
        lock(&self.shared.seen).clear();
    }

    /// Waits until everything is read that clients have sent which are gone: what a process sent before it was killed
    /// may come after its end.
    pub(crate) fn wait_for_hang_ups(&self) {
        // Connections are accepted in their order: when this one has ended, all before it have been accepted.
        let mut last = TcpStream::connect(self.address).unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        last.read_to_end(&mut Vec::new()).unwrap();
        let began = Instant::now();
        while !lock(&self.shared.open).is_empty() {
            assert!(began.elapsed() < PATIENCE, "a client that is gone keeps its connection");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The most requests that were open at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.most_at_once.load(Ordering::SeqCst)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The listener sits in accept: a connection wakes it.
        drop(TcpStream::connect(self.address));
        for (_, stream) in lock(&self.shared.open).drain() {
            drop(stream.shutdown(Shutdown::Both));
        }
        if let Some(listener) = self.listener.take() {
            drop(listener.join());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, stream) in listener.incoming().enumerate() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if let Ok(twin) = stream.try_clone() {
            lock(&shared.open).insert(number, twin);
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // A client that goes away is no trouble of the test.
            drop(converse(stream, &shared));
            lock(&shared.open).remove(&number);
        });
    }
}

/// All requests of one connection, one after the other.
fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader)? {
        lock(&shared.seen).push(request.clone());
        let open = OpenRequest::count(shared);
        let answer = choose(shared, &request);
        if !give(&mut stream, &mut reader, &request, &answer, open)? {
            drop(stream.shutdown(Shutdown::Both));
            break;
        }
    }
    Ok(())
}

/// A request that is being answered. Over when its last bytes go out, not when they are gone: the client may have them,
/// and begin its next, before the origin's thread goes on.
struct OpenRequest<'a>(&'a Shared);

impl<'a> OpenRequest<'a> {
    fn count(shared: &'a Shared) -> Self {
        let now = shared.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_at_once.fetch_max(now, Ordering::SeqCst);
        Self(shared)
    }
}

impl Drop for OpenRequest<'_> {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::SeqCst);
    }
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Seen>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut seen = Seen {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        at: Instant::now(),
    };
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        // Byte by byte, so that a header that is not UTF-8 can be compared.
        let line: String = line.iter().map(|byte| char::from(*byte)).collect();
        match line.trim_end().split_once(':') {
            Some((name, value)) => seen.headers.push((name.to_owned(), value.trim().to_owned())),
            None => break,
        }
    }
    let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_end(&mut seen.body)?;
    Ok(Some(seen))
}

fn choose(shared: &Shared, request: &Seen) -> Answer {
    let mut scripts = lock(&shared.scripts);
    let keys = [format!("{} {}", request.method, request.path()), request.target.clone(), request.path().to_owned()];
    let Some(key) = keys.iter().find(|key| scripts.contains_key(*key)) else { return Answer::status(404) };
    let Some(script) = scripts.get_mut(key) else { return Answer::status(404) };
    match script.as_slice() {
        [] => Answer::status(404),
        [last] => last.clone(),
        _ => script.pop().unwrap(),
    }
}

/// Sends the answer; false when the connection is to be closed after it.
fn give(
    stream: &mut TcpStream,
    reader: &mut impl Read,
    request: &Seen,
    answer: &Answer,
    open: OpenRequest<'_>,
) -> io::Result<bool> {
    if answer.is_held_by(request) {
        let head = head_of(304, &answer.headers, None);
        drop(open);
        return stream.write_all(&head).map(|()| true);
    }
    let head = head_of(answer.status, &answer.headers, Some(answer.body.len()));
    match answer.manner {
        Manner::Whole => {
            drop(open);
            stream.write_all(&head)?;
            stream.write_all(&answer.body)?;
            Ok(true)
        }
        Manner::Confirm => {
            let body = request.query("hub.challenge").unwrap_or_default();
            drop(open);
            stream.write_all(&head_of(answer.status, &answer.headers, Some(body.len())))?;
            stream.write_all(body.as_bytes())?;
            Ok(true)
        }
        Manner::Hang => {
            // Ends when the client goes away or the origin stops.
            reader.read_exact(&mut [0])?;
            Ok(false)
        }
        Manner::Drip(pause) => {
            stream.write_all(&head)?;
            let (last, body) = answer.body.split_last().expect("a body that drips has bytes");
            for byte in body {
                stream.write_all(&[*byte])?;
                thread::sleep(pause);
            }
            drop(open);
            stream.write_all(&[*last])?;
            Ok(true)
        }
        Manner::Truncated => {
            stream.write_all(&head)?;
            stream.write_all(&answer.body[..answer.body.len() / 2])?;
            Ok(false)
        }
        Manner::RedirectForever => {
            let turn = request.target.rsplit_once('=').and_then(|(_, n)| n.parse::<u64>().ok()).unwrap_or(0);
            let to = format!("{}?turn={}", request.path(), turn + 1);
            stream.write_all(&head_of(answer.status, &[("Location".to_owned(), to)], Some(0)))?;
            Ok(true)
        }
        Manner::EndlessHeaders => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            loop {
                stream.write_all(b"X-More: and more and more and more and more and more\r\n")?;
            }
        }
        Manner::Chunked => {
            let mut headers = answer.headers.clone();
            headers.push(("Transfer-Encoding".to_owned(), "chunked".to_owned()));
            stream.write_all(&head_of(answer.status, &headers, None))?;
            for chunk in answer.body.chunks(16 * 1024) {
                write!(stream, "{:x}\r\n", chunk.len())?;
                stream.write_all(chunk)?;
                stream.write_all(b"\r\n")?;
            }
            stream.write_all(b"0\r\n\r\n")?;
            Ok(true)
        }
    }
}

fn head_of(status: u16, headers: &[(String, String)], length: Option<usize>) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str("\r\n");
    // Characters up to U+00FF are sent as that byte.
    head.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}
