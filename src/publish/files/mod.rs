//! Drawn files in, the published folder brought to them: unchanged bytes untouched, new ones written beside as they
//! are drawn, then renamed together, the edition file last. Draws nothing, and touches no path that an edition of its own
//! does not name.

mod copy;
mod disk;
mod lock;
mod plan;
mod recover;
mod staged;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

pub use self::copy::{Copied, Copy};
use self::disk::Disk;
use self::plan::{Drawn, Plan, Rest};
use super::compress::{compress, in_parallel};
use crate::model::{
    Coding, EDITION_FILE, Edition, EditionFile, MAX_EDITION_BYTES, NotAnEdition, PUBLISH_LOCK_WAIT, Timestamp,
};

/// A file to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to the published folder, `/` between parts (see [`crate::model::is_published_path`]).
    pub path: String,
    /// Media type with charset, as served. Text is packed with gzip and brotli too.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether search engines are asked to leave it out.
    pub noindex: bool,
}

/// What writing an edition did, in published files without their packed forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// New, or with new bytes.
    pub written: u64,
    /// As they were, drawn or kept.
    pub unchanged: u64,
    /// Gone.
    pub removed: u64,
}

/// Why a folder could not be published into.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another publisher holds the folder's lock.
    #[error("{} is being published by {}; try again", folder.display(), pid.map_or("another process".into(), |pid| format!("process {pid}")))]
    Busy {
        /// The folder.
        folder: PathBuf,
        /// The other one's process id, where it is known.
        pid: Option<u32>,
    },
    /// Something lies in the way that warta did not write.
    #[error("{} is in the way and was not written by warta; move it, or publish into another folder", path.display())]
    Foreign {
        /// What lies there.
        path: PathBuf,
    },
    /// A drawn path that may not be published, or was drawn twice.
    #[error("\"{path}\" cannot be published: it is no plain path inside of the folder, or two outputs have it")]
    Path {
        /// The path.
        path: String,
    },
    /// The edition file would be longer than anybody reads.
    #[error(
        "{files} files are more than one edition holds; shorten [storage] keep, or write archives = false in [publish]"
    )]
    TooLong {
        /// How many files.
        files: usize,
    },
    /// The edition file cannot be understood.
    #[error("{} cannot be read: {why}. Move the whole folder away; warta publishes it anew", path.display())]
    Unreadable {
        /// The edition file.
        path: PathBuf,
        /// What is wrong with it.
        why: NotAnEdition,
    },
    /// The disk refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The published folder, locked for as long as this value lives.
#[derive(Debug)]
pub struct Folder {
    disk: Disk,
    edition: Option<Edition>,
    /// What becomes of the files that are drawn for the next edition.
    plan: Plan,
    /// Rows of those that lie beside.
    staged: Vec<EditionFile>,
    /// Whether something may lie beside that no next edition's text names yet.
    is_staging: bool,
    /// Dropped last: it holds the lock.
    _lock: File,
}

impl Folder {
    /// Creates the folder where it is missing, takes its lock (waits up to [`PUBLISH_LOCK_WAIT`] on this thread) and
    /// puts right what a killed publisher left.
    ///
    /// # Errors
    /// [`Error::Busy`] when another publisher still holds the lock; [`Error::Foreign`], [`Error::Unreadable`] and
    /// [`Error::Io`] when the folder is not one to publish into.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Self::open_within(folder, PUBLISH_LOCK_WAIT)
    }

    /// The same, waiting as long as `patience`.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn open_within(folder: &Path, patience: Duration) -> Result<Self, Error> {
        let failed = |source| Error::Io { doing: "create", path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = lock::take(folder, patience)?;
        let disk = Disk::new(folder.to_owned());
        let edition = recover::recover(&disk)?;
        let plan = edition.as_ref().map(Plan::new).unwrap_or_default();
        Ok(Self { disk, edition, plan, staged: Vec::new(), is_staging: false, _lock: lock })
    }

    /// What is published now; `None` before the first time. Its `look` is empty when files of it were missing or
    /// damaged: then everything has to be drawn anew.
    #[must_use]
    pub fn edition(&self) -> Option<&Edition> {
        self.edition.as_ref()
    }

    /// Since when a plain file of the last edition has its bytes; none where it has not, or something was staged in its
    /// place.
    #[must_use]
    pub fn stands_since(&self, path: &str) -> Option<Timestamp> {
        self.plan.stands_since(path)
    }

    /// Takes in files of the next edition: those whose bytes are not the published ones are packed and lie beside when
    /// this returns, so that nobody has to hold an edition in memory. Nothing that is published changes.
    ///
    /// # Errors
    /// [`Error::Foreign`] and [`Error::Path`] before any of these is written; [`Error::Io`] at any moment. This value is
    /// spent then; dropping it removes what lies beside, so that a full disk has room again.
    pub fn stage(&mut self, drawn: Vec<NewFile>, now: Timestamp) -> Result<(), Error> {
        let write = self.plan.place(drawn, now)?;
        if write.is_empty() {
            return Ok(());
        }
        refuse_foreign(&self.disk, &self.plan, &write)?;
        let packed = pack(&write)?;
        self.is_staging = true;
        staged::note(&self.disk, self.staged.is_empty(), packed.iter().map(|(row, _)| row.path.as_str()))?;
        for (row, _) in &packed {
            self.disk.make_folders(&row.path)?;
        }
        in_parallel(&packed, |(row, bytes)| self.disk.write(&self.disk.beside(&row.path), bytes))?;
        self.staged.extend(packed.into_iter().map(|(row, _)| row));
        Ok(())
    }

    /// Publishes what was staged. `next` tells all of the next edition but its files: those are the staged ones, and of
    /// the last edition the plain files (with their packed forms) for which `keep` says yes; the rest is removed.
    ///
    /// A process killed at any moment leaves the old edition or the new one; the next [`Folder::open`] sees to it.
    ///
    /// # Errors
    /// [`Error::TooLong`] before anything is touched; [`Error::Io`] at any moment: then this value is spent, open the
    /// folder again.
    pub fn publish(&mut self, keep: impl Fn(&str) -> bool, next: Edition) -> Result<Written, Error> {
        let Rest { stay, unchanged, remove, removed } = std::mem::take(&mut self.plan).finish(keep);
        let staged = std::mem::take(&mut self.staged);
        let plain = staged.iter().filter(|row| row.coding == Coding::Identity).count();
        let written = Written { written: plain as u64, unchanged, removed };
        let is_new = !staged.is_empty() || !remove.is_empty();
        let next = Edition { files: sorted(stay.into_iter().chain(staged)), ..next };
        if self.edition.as_ref() != Some(&next) || is_new {
            self.announce(&next)?;
            self.is_staging = false;
            finish(&self.disk, self.edition.as_ref(), &next)?;
            staged::forget(&self.disk)?;
        }
        self.plan = Plan::new(&next);
        self.edition = Some(next);
        Ok(written)
    }

    /// Writes the next edition's text: from then on whoever opens the folder finishes that edition.
    fn announce(&self, next: &Edition) -> Result<(), Error> {
        let text = next.to_text();
        if text.len() > MAX_EDITION_BYTES {
            return Err(Error::TooLong { files: next.files.len() });
        }
        let beside = self.disk.beside(EDITION_FILE);
        self.disk.write(&beside, text.as_bytes())?;
        self.disk.rename(&beside, &self.disk.at(recover::NEXT_FILE))?;
        self.disk.sync_folder(self.disk.root())
    }
}

impl Drop for Folder {
    /// Takes back what was staged and not published. What cannot be taken back now, the next [`Folder::open`] takes back.
    fn drop(&mut self) {
        if self.is_staging
            && let Err(error) = staged::take_back(&self.disk)
        {
            tracing::debug!(%error, "files of an edition that failed lie beside until the next one");
        }
    }
}

/// Reads the edition of a folder without its lock: what is published just now, for whoever only wants to tell.
///
/// # Errors
/// [`Error::Io`]; [`Error::Unreadable`] when the edition file is damaged or of a newer warta.
pub fn read_edition(folder: &Path) -> Result<Option<Edition>, Error> {
    read(folder, EDITION_FILE)
}

fn read(folder: &Path, name: &str) -> Result<Option<Edition>, Error> {
    let path = folder.join(name);
    let failed = |source| Error::Io { doing: "read", path: path.clone(), source };
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(failed)?,
    };
    let mut text = String::new();
    file.take(MAX_EDITION_BYTES as u64 + 1).read_to_string(&mut text).map_err(failed)?;
    Edition::parse(&text).map(Some).map_err(|why| Error::Unreadable { path: path.clone(), why })
}

/// Renames what lies beside, removes what the last edition had besides, and renames the edition's text: last, because
/// whoever is killed before has left the list of what remains to be done.
fn finish(disk: &Disk, last: Option<&Edition>, next: &Edition) -> Result<(), Error> {
    let mut waiting: Vec<&EditionFile> =
        next.files.iter().filter(|row| fs::symlink_metadata(disk.beside(&row.path)).is_ok()).collect();
    waiting.sort_by_key(|row| (row.plain_path(), row.coding == Coding::Identity));
    for row in &waiting {
        disk.rename(&disk.beside(&row.path), &disk.at(&row.path))?;
    }
    for folder in recover::folders(disk, waiting.iter().map(|row| row.path.as_str())) {
        disk.sync_folder(&folder)?;
    }
    let named: BTreeSet<&str> = next.files.iter().map(|row| row.path.as_str()).collect();
    for row in last.iter().flat_map(|edition| &edition.files).filter(|row| !named.contains(row.path.as_str())) {
        disk.remove(&disk.at(&row.path))?;
        disk.remove_empty_folders(&row.path)?;
    }
    disk.rename(&disk.at(recover::NEXT_FILE), &disk.at(EDITION_FILE))?;
    disk.sync_folder(disk.root())
}

/// A file's row and its bytes in its coding.
type Packed<'a> = (EditionFile, Cow<'a, [u8]>);

/// Packs each file in its codings, on all cores.
fn pack(write: &[Drawn]) -> Result<Vec<Packed<'_>>, Error> {
    let jobs: Vec<(&Drawn, Coding)> =
        write.iter().flat_map(|drawn| plan::codings(&drawn.file.media_type).iter().map(move |c| (drawn, *c))).collect();
    in_parallel(&jobs, |(drawn, coding)| {
        let path = plan::coded_path(&drawn.file.path, *coding);
        let bytes = compress(&drawn.file.bytes, *coding).map_err(|source| Error::Io {
            doing: "pack",
            path: PathBuf::from(&path),
            source,
        })?;
        let sha256 = if *coding == Coding::Identity { drawn.sha256 } else { Sha256::digest(&bytes).into() };
        let row = EditionFile {
            path,
            length: bytes.len() as u64,
            sha256,
            media_type: drawn.file.media_type.clone(),
            coding: *coding,
            changed: drawn.changed,
            noindex: drawn.file.noindex,
        };
        Ok((row, bytes))
    })
}

/// Refuses to write where something lies that no edition of ours names, or through a link.
fn refuse_foreign(disk: &Disk, plan: &Plan, write: &[Drawn]) -> Result<(), Error> {
    for drawn in write {
        let codings = plan::codings(&drawn.file.media_type).iter();
        let paths: Vec<String> = codings.map(|coding| plan::coded_path(&drawn.file.path, *coding)).collect();
        refuse_foreign_at(disk, plan, &drawn.file.path, &paths)?;
    }
    Ok(())
}

/// The same for one file, by its plain path and all that is written for it.
fn refuse_foreign_at(disk: &Disk, plan: &Plan, plain: &str, paths: &[String]) -> Result<(), Error> {
    for folder in disk::folders_of(plain).map(|folder| disk.at(folder)) {
        if fs::symlink_metadata(&folder).is_ok_and(|there| !there.is_dir()) {
            return Err(Error::Foreign { path: folder });
        }
    }
    let is_foreign = |path: &&String| !plan.knows(path) && fs::symlink_metadata(disk.at(path)).is_ok();
    match paths.iter().find(is_foreign) {
        Some(path) => Err(Error::Foreign { path: disk.at(path) }),
        None => Ok(()),
    }
}

fn sorted(rows: impl Iterator<Item = EditionFile>) -> Vec<EditionFile> {
    let mut rows: Vec<EditionFile> = rows.collect();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows
}
