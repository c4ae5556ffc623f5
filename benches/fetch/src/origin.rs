//! The origin: loopback hosts that serve the same documents as long as they live.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HOSTS: usize = 50;
const ITEMS: usize = 20;
/// A request's head that is longer ends the connection.
const HEAD: usize = 8 * 1024;

/// With validators, or without them and the same body each time.
#[derive(Clone, Copy)]
pub enum Kind {
    Validated,
    Plain,
}

impl Kind {
    fn path(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Plain => "plain",
        }
    }

    /// How so many requests have to be answered when nothing is new.
    pub fn expected(self, requests: u64) -> Answers {
        match self {
            Self::Validated => Answers { ok: 0, unchanged: requests },
            Self::Plain => Answers { ok: requests, unchanged: 0 },
        }
    }
}

/// How many answers of each status were given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    pub ok: u64,
    pub unchanged: u64,
}

impl Answers {
    pub fn since(self, before: Self) -> Self {
        Self { ok: self.ok - before.ok, unchanged: self.unchanged - before.unchanged }
    }
}

#[derive(Default)]
struct Count {
    ok: AtomicU64,
    unchanged: AtomicU64,
}

pub struct Origin {
    addresses: Vec<std::net::SocketAddr>,
    count: Arc<[Count; 2]>,
    _runtime: tokio::runtime::Runtime,
}

impl Origin {
    pub fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let count = Arc::new([Count::default(), Count::default()]);
        let mut addresses = Vec::new();
        for host in 0..HOSTS {
            let listener = runtime.block_on(TcpListener::bind(format!("127.0.2.{}:0", host + 1)))?;
            addresses.push(listener.local_addr()?);
            let count = count.clone();
            runtime.spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let count = count.clone();
                    // An end of the connection by the client is the usual end.
                    #[expect(clippy::disallowed_methods, reason = "the origin ends with the program")]
                    tokio::spawn(async move { drop(converse(stream, &count).await) });
                }
            });
        }
        Ok(Self { addresses, count, _runtime: runtime })
    }

    pub fn url(&self, kind: Kind, feed: usize) -> String {
        format!("http://{}/{}/{feed}", self.addresses[feed % HOSTS], kind.path())
    }

    pub fn answers(&self, kind: Kind) -> Answers {
        let count = &self.count[kind as usize];
        Answers { ok: count.ok.load(Ordering::SeqCst), unchanged: count.unchanged.load(Ordering::SeqCst) }
    }
}

async fn converse(mut stream: TcpStream, count: &[Count; 2]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = Vec::new();
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() > HEAD || stream.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let path = text.split(' ').nth(1).unwrap_or_default();
        let (kind, feed) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
        let validated = kind == Kind::Validated.path();
        let count = &count[if validated { Kind::Validated } else { Kind::Plain } as usize];
        let etag = if validated { format!("ETag: \"{feed}\"\r\n") } else { String::new() };
        if validated && text.contains(&format!("\r\nif-none-match: \"{feed}\"\r\n")) {
            count.unchanged.fetch_add(1, Ordering::SeqCst);
            stream.write_all(format!("HTTP/1.1 304 Not Modified\r\n{etag}\r\n").as_bytes()).await?;
        } else {
            count.ok.fetch_add(1, Ordering::SeqCst);
            let body = document(feed.parse().unwrap_or_default());
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n{etag}Content-Length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}

/// The document of a feed, the same each time.
pub fn document(feed: usize) -> String {
    let items = (0..ITEMS).map(|item| {
        format!(
            "<item><title>Berita {item} dari kabar {feed}</title><link>https://kabar.example/{feed}/{item}</link>\
             <guid>https://kabar.example/{feed}/{item}</guid><pubDate>Tue, 24 Nov 2026 {item:02}:00:00 +0700</pubDate>\
             <description>&lt;p&gt;Isi berita {item}, yang cukup panjang untuk sebuah ringkasan di halaman.&lt;/p&gt;\
             </description></item>"
        )
    });
    let items: String = items.collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar {feed}</title>\
         <link>https://kabar.example/{feed}</link><description>Kabar</description>{items}</channel></rss>"
    )
}
