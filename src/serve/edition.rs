//! The edition that is served: taken whole from its file, its hot bytes held in memory, looked for anew on request.
//! An answer is of one edition from its first byte to its last. Writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use axum::body::Bytes;

use super::resource::{Addresses, Resource, Stored};
use super::stored::{Cold, Identity, read_exactly};
use crate::model::{Coding, EDITION_FILE, Edition, EditionFile, MAX_EDITION_BYTES, Timestamp};

/// How often an edition is looked at in vain, because files of it are not there yet, before it is taken without them.
const MAX_VAIN_LOOKS: u32 = 10;

/// Holds the edition that is served.
pub(super) struct Shelf {
    folder: PathBuf,
    max_hot_bytes: u64,
    current: ArcSwapOption<Served>,
    seen: Mutex<Seen>,
    /// What is wrong with the newest edition.
    trouble: ArcSwapOption<String>,
}

/// What was seen of the edition file.
#[derive(Default)]
struct Seen {
    /// Which file was taken, or found damaged.
    file: Option<Identity>,
    vain_looks: u32,
}

/// An edition, ready to be asked.
#[derive(Default)]
pub(super) struct Served {
    resources: HashMap<String, Resource>,
    /// Old paths (folders end with `/`) and what became of them; `None` where they are gone for good.
    moved: HashMap<String, Option<String>>,
    /// Folders of which numbered files are gone that are not there, and the highest number.
    numbered: HashMap<String, u64>,
    /// What is held in memory and on the disk, for the next edition to take over.
    hot: HashMap<[u8; 32], Bytes>,
    cold: HashMap<PathBuf, Arc<Cold>>,
}

/// What a path leads to.
pub(super) enum Found<'a> {
    /// A document.
    Resource(&'a Resource),
    /// 301 to this path, which begins with `/`.
    Moved(String),
    /// 410.
    Gone,
    /// 404.
    Nothing,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf, max_hot_bytes: u64) -> Self {
        Self {
            folder,
            max_hot_bytes,
            current: ArcSwapOption::empty(),
            seen: Mutex::default(),
            trouble: ArcSwapOption::empty(),
        }
    }

    /// What is served now; `None` until there was a first edition.
    pub(super) fn current(&self) -> Option<Arc<Served>> {
        self.current.load_full()
    }

    /// The same for as long as an answer on the spot takes, which spares a count that all threads share.
    pub(super) fn current_for_now(&self) -> arc_swap::Guard<Option<Arc<Served>>> {
        self.current.load()
    }

    /// Whether there is something to serve; else why not.
    pub(super) fn ready(&self) -> Result<(), String> {
        if self.current.load().is_some() {
            return Ok(());
        }
        let nothing = || format!("nothing is published in {} yet", self.folder.display());
        Err(self.trouble.load().as_deref().cloned().unwrap_or_else(nothing))
    }

    /// Takes over the edition that lies in the folder, if it is another one and all of it is there. Trouble leaves
    /// the old one in service and is logged once. Waits for the disk.
    pub(super) fn look(&self, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(EDITION_FILE);
        let Ok(there) = fs::symlink_metadata(&path) else { return };
        let identity = Identity::of(&there);
        if seen.file == Some(identity) {
            return;
        }
        let edition = match read(&path) {
            Ok(edition) => edition,
            Err(error) => {
                let trouble = format!("{} cannot be read: {error}", path.display());
                tracing::error!("{trouble}");
                self.trouble.store(Some(Arc::new(trouble)));
                *seen = Seen { file: Some(identity), vain_looks: 0 };
                return;
            }
        };
        let last = self.current.load_full();
        let (served, missing) = Served::take(&self.folder, &edition, last.as_deref(), self.max_hot_bytes, now);
        if missing > 0 && last.is_some() && seen.vain_looks < MAX_VAIN_LOOKS {
            // The next publisher is at work already: its edition will be whole.
            seen.vain_looks += 1;
            return;
        }
        if missing > 0 {
            tracing::warn!(files = missing, "files of the edition have other bytes than it says; they answer 503");
        }
        self.current.store(Some(Arc::new(served)));
        self.trouble.store(None);
        *seen = Seen { file: Some(identity), vain_looks: 0 };
    }
}

impl Served {
    /// Reads what the last edition had not, as much as fits into memory. Also tells how many files had other bytes.
    fn take(
        folder: &Path,
        edition: &Edition,
        last: Option<&Self>,
        max_hot_bytes: u64,
        now: Timestamp,
    ) -> (Self, usize) {
        let mut served = Self::default();
        let mut documents: BTreeMap<&str, Vec<(&EditionFile, Stored)>> = BTreeMap::new();
        let (mut room, mut missing) = (max_hot_bytes, 0);
        for row in most_asked_first(&edition.files) {
            let mut stored = None;
            if row.length <= room {
                let known = last.and_then(|last| last.hot.get(&row.sha256)).cloned();
                stored = known.or_else(|| read_exactly(&folder.join(&row.path), row.length, row.sha256));
                missing += usize::from(stored.is_none());
            }
            let stored = if let Some(bytes) = stored {
                room -= row.length;
                served.hot.insert(row.sha256, bytes.clone());
                Stored::Hot(bytes)
            } else {
                Stored::Cold(served.keep_cold(folder.join(&row.path), row, last))
            };
            documents.entry(row.plain_path()).or_default().push((row, stored));
        }
        let site = Addresses::of(edition);
        for (path, mut rows) in documents {
            rows.sort_by_key(|(row, _)| row.coding);
            served.note_packed_files(&rows, now);
            let resource = Resource::new(rows, site.as_ref(), now);
            served.resources.extend(resource.map(|resource| (path.to_owned(), resource)));
        }
        served.note_moves(edition);
        (served, missing)
    }

    /// What lies in the folder has the same path over HTTP, so a packed file can be had as a file of its own too.
    fn note_packed_files(&mut self, rows: &[(&EditionFile, Stored)], now: Timestamp) {
        for (row, stored) in rows {
            let media_type = match row.coding {
                Coding::Identity => continue,
                Coding::Gzip => "application/gzip",
                Coding::Brotli => "application/octet-stream",
            };
            let coding = Coding::Identity;
            let own = EditionFile { media_type: media_type.to_owned(), coding, noindex: true, ..(*row).clone() };
            let resource = Resource::new(vec![(&own, stored.clone())], None, now);
            self.resources.extend(resource.map(|resource| (row.path.clone(), resource)));
        }
    }

    fn keep_cold(&mut self, path: PathBuf, row: &EditionFile, last: Option<&Self>) -> Arc<Cold> {
        let known = last.and_then(|last| last.cold.get(&path)).filter(|cold| cold.sha256 == row.sha256).cloned();
        let cold = known.unwrap_or_else(|| Arc::new(Cold::new(path.clone(), row.length, row.sha256)));
        self.cold.insert(path, Arc::clone(&cold));
        cold
    }

    fn note_moves(&mut self, edition: &Edition) {
        let relative = |path: &str| path.trim_start_matches('/').to_owned();
        for gone in &edition.gone {
            match gone.up_to {
                Some(number) => drop(self.numbered.insert(relative(&gone.path), number)),
                None => drop(self.moved.insert(relative(&gone.path), None)),
            }
        }
        let redirects = edition.redirects.iter();
        self.moved.extend(redirects.map(|redirect| (relative(&redirect.from), Some(relative(&redirect.to)))));
    }

    /// What the path of a request, without its first `/`, leads to. What moved has moved although pages and feeds lie there
    /// for those who serve the folder by other means.
    pub(super) fn find(&self, path: &str) -> Found<'_> {
        if let Some(found @ Found::Moved(_)) = self.find_moved(path) {
            return found;
        }
        let resource = if path.is_empty() || path.ends_with('/') {
            self.resources.get(&format!("{path}index.html"))
        } else {
            self.resources.get(path)
        };
        if let Some(resource) = resource {
            return Found::Resource(resource);
        }
        let as_folder = format!("{path}/");
        match self.find_moved(path).or_else(|| self.find_moved(&as_folder)) {
            Some(found @ Found::Moved(_)) => found,
            _ if !path.is_empty() && self.resources.contains_key(&format!("{as_folder}index.html")) => {
                Found::Moved(format!("/{as_folder}"))
            }
            Some(found) => found,
            None if self.is_gone_by_number(path) => Found::Gone,
            None => Found::Nothing,
        }
    }

    /// Whether the path is a numbered file that was there once: of an archive, or its packed form.
    fn is_gone_by_number(&self, path: &str) -> bool {
        let Some((name, folder)) = path.rfind('/').map(|end| (&path[end + 1..], &path[..=end])) else { return false };
        let number = name.split_once('.').map_or("", |(number, _)| number);
        let is_plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let highest = self.numbered.get(folder);
        is_plain && highest.is_some_and(|highest| number.parse::<u64>().is_ok_and(|number| number <= *highest))
    }

    /// The nearest of the path and its folders that moved or is gone.
    fn find_moved(&self, path: &str) -> Option<Found<'_>> {
        let folders = path.rmatch_indices('/').map(|(end, _)| &path[..=end]);
        let (from, to) = std::iter::once(path).chain(folders).find_map(|from| Some((from, self.moved.get(from)?)))?;
        Some(match to {
            None => Found::Gone,
            Some(to) if from.ends_with('/') && to.ends_with('/') => {
                Found::Moved(format!("/{to}{}", &path[from.len()..]))
            }
            Some(to) => Found::Moved(format!("/{to}")),
        })
    }
}

/// What most readers ask for lies near the root and is small: such files get into memory before others.
fn most_asked_first(files: &[EditionFile]) -> Vec<&EditionFile> {
    let mut rows: Vec<&EditionFile> = files.iter().collect();
    let depth = |row: &EditionFile| row.path.matches('/').count();
    rows.sort_by_cached_key(|row| (depth(row), row.length, row.coding == Coding::Identity, row.path.clone()));
    rows
}

fn read(path: &Path) -> io::Result<Edition> {
    let mut text = String::new();
    File::open(path)?.take(MAX_EDITION_BYTES as u64 + 1).read_to_string(&mut text)?;
    Edition::parse(&text).map_err(io::Error::other)
}

#[cfg(test)]
mod tests;
