//! Which documents are being read just now, in a file beside the database: what kills the process is found there by
//! the next one.
//!
//! Nothing here waits for the disk. A process that dies takes nothing along that it wrote to a file; only a machine that
//! dies does, and no document kills one. A file that cannot be read or written protects from nothing and hinders nobody.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::model::{MAX_MARKED_READINGS, MAX_READINGS_BYTES};

/// By feed: the document, and how often its reading began without an end.
type Marks = BTreeMap<String, (String, u32)>;

/// The marks of one database.
#[derive(Debug)]
pub(super) struct Readings {
    path: PathBuf,
    /// None until the first document.
    open: Mutex<Option<(File, Marks)>>,
}

impl Readings {
    /// Those of the database at `path`; touches no file yet.
    pub(super) fn beside(database: &Path) -> Self {
        let mut name = database.file_name().unwrap_or_default().to_owned();
        name.push(".reading");
        Self { path: database.with_file_name(name), open: Mutex::new(None) }
    }

    /// Reading a document begins. Tells how often that began, this time included, and did not end.
    pub(super) fn begin(&self, feed: &str, document: u128) -> u32 {
        let document = format!("{document:032x}");
        self.change(|marks| {
            let before = marks.get(feed).filter(|(known, _)| *known == document).map_or(0, |(_, times)| *times);
            if marks.len() >= MAX_MARKED_READINGS && !marks.contains_key(feed) {
                marks.pop_first();
            }
            let times = before.saturating_add(1);
            marks.insert(feed.to_owned(), (document, times));
            times
        })
        .unwrap_or(1)
    }

    /// Reading the document of a feed has ended, well or not.
    pub(super) fn end(&self, feed: &str) {
        self.change(|marks| marks.remove(feed));
    }

    /// Changes the marks, and the file with them. `None` where there can be no file.
    fn change<T>(&self, change: impl FnOnce(&mut Marks) -> T) -> Option<T> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.is_none() {
            *open = self.open().inspect_err(|error| self.complain(error)).ok();
        }
        let (file, marks) = open.as_mut()?;
        let result = change(marks);
        if let Err(error) = write(file, marks) {
            self.complain(&error);
        }
        Some(result)
    }

    fn open(&self) -> std::io::Result<(File, Marks)> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.path)?;
        let mut bytes = Vec::new();
        (&mut file).take(MAX_READINGS_BYTES).read_to_end(&mut bytes)?;
        // What stands behind the first value was cut off by a process that died while it shortened the file.
        let first = serde_json::Deserializer::from_slice(&bytes).into_iter().next();
        Ok((file, first.and_then(Result::ok).unwrap_or_default()))
    }

    fn complain(&self, error: &std::io::Error) {
        tracing::debug!(file = %self.path.display(), %error, "what is being read cannot be written down");
    }
}

fn write(file: &mut File, marks: &Marks) -> std::io::Result<()> {
    let bytes = serde_json::to_vec(marks).map_err(std::io::Error::other)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)?;
    file.set_len(bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_and_never_ended_is_counted_by_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let process = || Readings::beside(&folder.path().join("warta.db"));
        assert_eq!(process().begin("a", 7), 1);
        let second = process();
        assert_eq!((second.begin("b", 7), second.begin("a", 7)), (1, 2));
        second.end("b");
        let third = process();
        assert_eq!((third.begin("b", 7), third.begin("a", 7)), (1, 3));
        assert_eq!(third.begin("a", 8), 1, "another document is another matter");
        third.end("a");
        assert_eq!(process().begin("a", 8), 1);
    }

    #[test]
    fn a_file_that_is_of_no_use_hinders_nobody() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("warta.db.reading"), "{\"a\":[\"x\",").unwrap();
        let readings = Readings::beside(&folder.path().join("warta.db"));
        assert_eq!((readings.begin("a", 7), readings.begin("a", 7)), (1, 2));
        let nowhere = Readings::beside(&folder.path().join("nowhere/warta.db"));
        assert_eq!((nowhere.begin("a", 7), nowhere.begin("a", 7)), (1, 1));
        nowhere.end("a");
    }

    #[test]
    fn marks_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let readings = Readings::beside(&folder.path().join("warta.db"));
        for n in 0..2 * MAX_MARKED_READINGS {
            readings.begin(&n.to_string(), 7);
        }
        let open = readings.open.lock().unwrap();
        assert_eq!(open.as_ref().unwrap().1.len(), MAX_MARKED_READINGS);
    }
}
