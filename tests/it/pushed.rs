//! What tests of pushed feeds have in common: a document, and waiting for what happens by itself.

use std::time::{Duration, Instant};

/// How long something may take that takes a second or two.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// An RSS document with these items; each is its own title.
pub(crate) fn rss(items: &[&str]) -> String {
    let item = |name: &&str| {
        format!(
            "<item><title>{name}</title><link>https://kabar.example/{name}</link>\
             <guid isPermaLink=\"false\">{name}</guid><pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
         <description>Kabar</description>{items}</channel></rss>"
    )
}

/// What `look` gives, as soon as it gives something.
pub(crate) fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}
