//! What is published now, as the hub sees it: which edition it saw last, and the bytes that are on their way.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::Hub;
use crate::model::{Coding, EDITION_FILE, Edition, MAX_EDITION_BYTES, Topic, TopicVersion};
use crate::store;

/// What the hub remembers of the published folder between two looks.
#[derive(Debug, Default)]
pub struct Shelf {
    /// The edition that was seen last.
    seen: Mutex<Option<Seen>>,
    /// Bytes that somebody is being brought, by version.
    bodies: Mutex<HashMap<TopicVersion, Weak<Vec<u8>>>>,
}

/// Address of the hub, and what tells one edition file from another without reading it.
type Seen = (String, (SystemTime, u64));

impl Shelf {
    /// Looks at the edition anew, whatever its file's date says.
    pub fn forget(&self) {
        *lock(&self.seen) = None;
    }

    /// The bytes of a published file, shared by all who are brought them at the same time. `None` where other bytes lie
    /// there: the next edition is being put in place.
    fn body(&self, path: &Path, version: TopicVersion) -> io::Result<Option<Arc<Vec<u8>>>> {
        if let Some(body) = lock(&self.bodies).get(&version).and_then(Weak::upgrade) {
            return Ok(Some(body));
        }
        let bytes = fs::read(path)?;
        if TopicVersion::from(Sha256::digest(&bytes)) != version {
            return Ok(None);
        }
        let body = Arc::new(bytes);
        let mut bodies = lock(&self.bodies);
        bodies.retain(|_, body| body.strong_count() > 0);
        bodies.insert(version, Arc::downgrade(&body));
        Ok(Some(body))
    }
}

impl Hub {
    /// Tells the store of the topics, where another edition is published than the one that was seen last: by this process,
    /// by another one, or while none ran.
    pub(super) async fn heed_edition(&self) -> Result<(), store::Error> {
        let Some(hub) = self.url().map(|hub| hub.to_string()) else { return Ok(()) };
        let path = self.config.publish.dir.join(EDITION_FILE);
        let base = self.config.site.base_url.to_string();
        let last = lock(&self.shelf.seen).clone();
        let looked = apart(move || look(&path, &base, &hub, last)).await;
        let Some((seen, topics)) = looked else { return Ok(()) };
        if let Some(topics) = topics {
            self.store.announce(topics, self.clock.now()).await?;
        }
        *lock(&self.shelf.seen) = Some(seen);
        Ok(())
    }

    /// The bytes of a topic; `None` where they are not there just now.
    pub(super) async fn body(&self, topic: &Topic) -> Option<Arc<Vec<u8>>> {
        let path = self.config.publish.dir.join(self.topic_path(&topic.url)?);
        let (shelf, version) = (self.shelf.clone(), topic.version);
        match apart(move || Some(shelf.body(&path, version))).await? {
            Ok(body) => body,
            Err(error) => {
                tracing::warn!(topic = topic.url, %error, "a published feed cannot be read");
                None
            }
        }
    }
}

/// The topics of the edition in the folder, where it is another one than the `last` that was seen. None of them where it
/// names no hub, or another one: it was drawn under another configuration, and the next one follows.
fn look(path: &Path, base: &str, hub: &str, last: Option<Seen>) -> Option<(Seen, Option<Vec<Topic>>)> {
    let there = fs::metadata(path).ok()?;
    let seen = (hub.to_owned(), (there.modified().ok()?, there.len()));
    if last.as_ref() == Some(&seen) {
        return None;
    }
    let topics = match read(path) {
        Ok(edition) => (edition.hub_url == hub).then(|| topics(&edition, base)),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the hub cannot read the edition");
            // What makes no sense is passed over; what cannot be read now may be in a moment.
            if !matches!(error.kind(), io::ErrorKind::Other | io::ErrorKind::InvalidData) {
                return None;
            }
            None
        }
    };
    Some((seen, topics))
}

fn read(path: &Path) -> io::Result<Edition> {
    let mut text = String::new();
    File::open(path)?.take(MAX_EDITION_BYTES as u64 + 1).read_to_string(&mut text)?;
    Edition::parse(&text).map_err(io::Error::other)
}

fn topics(edition: &Edition, base: &str) -> Vec<Topic> {
    let topics = edition.files.iter().filter(|file| file.coding == Coding::Identity);
    let topics = topics.filter(|file| crate::model::topic_section(&file.path).is_some());
    let topic = |file: &crate::model::EditionFile| Topic {
        url: format!("{base}{}", file.path),
        version: file.sha256,
        media_type: file.media_type.clone(),
    };
    topics.map(topic).collect()
}

/// Runs what waits for the disk on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EditionFile, Timestamp};

    fn file(path: &str, coding: Coding) -> EditionFile {
        EditionFile {
            path: path.to_owned(),
            length: 1,
            sha256: [7; 32],
            media_type: "application/rss+xml; charset=utf-8".to_owned(),
            coding,
            changed: Timestamp::epoch(),
            noindex: false,
        }
    }

    #[test]
    fn topics_are_plain_feeds_by_their_address() {
        let files = [
            file("nasional/archive/1.xml", Coding::Identity),
            file("nasional/index.html", Coding::Identity),
            file("nasional/rss.xml", Coding::Identity),
            file("nasional/rss.xml.gz", Coding::Gzip),
        ];
        let edition = Edition { files: files.into(), ..Edition::default() };
        let topics = topics(&edition, "https://warta.example/");
        assert_eq!(topics.len(), 1, "{topics:?}");
        assert_eq!((topics[0].url.as_str(), topics[0].version), ("https://warta.example/nasional/rss.xml", [7; 32]));
    }

    #[test]
    fn an_edition_is_read_once_and_one_without_this_hub_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(EDITION_FILE);
        let (base, hub) = ("https://warta.example/", "https://warta.example/hub");
        assert_eq!(look(&path, base, hub, None), None);
        let files = vec![file("nasional/rss.xml", Coding::Identity)];
        let edition = Edition { files, hub_url: hub.to_owned(), ..Edition::default() };
        fs::write(&path, edition.to_text()).unwrap();
        let (seen, topics) = look(&path, base, hub, None).unwrap();
        assert_eq!(topics.unwrap().len(), 1);
        assert_eq!(look(&path, base, hub, Some(seen.clone())), None);
        let none = |hub: &str| assert_eq!(look(&path, base, hub, Some(seen.clone())).unwrap().1, None, "{hub}");
        none("https://other.example/hub");
        fs::write(&path, "half").unwrap();
        none(hub);
    }

    #[test]
    fn only_the_very_bytes_are_brought_and_they_are_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rss.xml");
        fs::write(&path, "<rss/>").unwrap();
        let shelf = Shelf::default();
        let version = TopicVersion::from(Sha256::digest(b"<rss/>"));
        let first = shelf.body(&path, version).unwrap().unwrap();
        let second = shelf.body(&path, version).unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(shelf.body(&path, [0; 32]).unwrap(), None);
        drop((first, second));
        fs::write(&path, "<rss></rss>").unwrap();
        assert_eq!(shelf.body(&path, version).unwrap(), None);
    }
}
