//! The few things that publishing does to a disk, each counted. Never follows a symbolic link inside of the folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::Error;

/// The published folder on its disk.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    steps: AtomicU64,
    /// Steps after which every other one fails: how tests end a publisher at any moment.
    stop_after: u64,
}

impl Disk {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, steps: AtomicU64::new(0), stop_after: u64::MAX }
    }

    #[cfg(test)]
    pub(super) fn stop_after(&mut self, steps: u64) {
        self.stop_after = self.steps() + steps;
    }

    /// How many changes were made so far.
    #[cfg(test)]
    pub(super) fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a published path lies.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where a published path's next bytes lie until they are renamed.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.root.join(folder).join(format!(".{name}.new"))
    }

    /// Writes a new file, durable before this returns; what lay under the name is gone.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let write = || {
            remove_if_there(path)?;
            let mut file = File::create_new(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        self.step("write", path, write)
    }

    /// Writes a new file with what `fill` puts into it, durable before this returns, as changed at `modified` where told.
    /// What `fill` has to say beside the disk's trouble is given back.
    pub(super) fn write_from<T>(
        &self,
        path: &Path,
        modified: Option<SystemTime>,
        fill: impl FnOnce(&mut File) -> io::Result<T>,
    ) -> Result<T, Error> {
        let mut filled = None;
        let write = || {
            remove_if_there(path)?;
            let mut file = File::create_new(path)?;
            filled = Some(fill(&mut file)?);
            if let Some(modified) = modified {
                file.set_modified(modified)?;
            }
            file.sync_all()
        };
        self.step("write", path, write)?;
        let nothing = || io::Error::other("nothing was written");
        filled.ok_or_else(|| Error::Io { doing: "write", path: path.to_owned(), source: nothing() })
    }

    /// Sets when a file that stays was changed.
    pub(super) fn touch(&self, path: &Path, modified: Option<SystemTime>) -> Result<(), Error> {
        let Some(modified) = modified else { return Ok(()) };
        self.step("set the time of", path, || File::options().write(true).open(path)?.set_modified(modified))
    }

    /// Adds to a file that is there, durable before this returns.
    pub(super) fn append(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let append = || {
            let mut file = File::options().append(true).open(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        self.step("write", path, append)
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<(), Error> {
        self.step("rename a new file to", to, || fs::rename(from, to))
    }

    /// Removes a file or a link; one that is not there is fine.
    pub(super) fn remove(&self, path: &Path) -> Result<(), Error> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(());
        }
        self.step("remove", path, || remove_if_there(path))
    }

    /// Makes the folders of a published path that are missing.
    pub(super) fn make_folders(&self, path: &str) -> Result<(), Error> {
        for folder in folders_of(path) {
            let folder = self.at(folder);
            if fs::symlink_metadata(&folder).is_err() {
                self.step("create", &folder, || fs::create_dir(&folder))?;
                self.sync_folder(folder.parent().unwrap_or(&self.root))?;
            }
        }
        Ok(())
    }

    /// Removes the folders of a published path that are empty now, the inner ones first.
    pub(super) fn remove_empty_folders(&self, path: &str) -> Result<(), Error> {
        for folder in folders_of(path).rev() {
            let folder = self.at(folder);
            // One that cannot be read is gone already, or was never made.
            let Ok(mut entries) = fs::read_dir(&folder) else { continue };
            if entries.next().is_some() {
                break;
            }
            self.step("remove", &folder, || fs::remove_dir(&folder))?;
        }
        Ok(())
    }

    /// Makes names in a folder durable.
    pub(super) fn sync_folder(&self, folder: &Path) -> Result<(), Error> {
        self.step("sync", folder, || File::open(folder)?.sync_all())
    }

    fn step(&self, doing: &'static str, path: &Path, act: impl FnOnce() -> io::Result<()>) -> Result<(), Error> {
        let count = self.steps.fetch_add(1, Ordering::Relaxed);
        tracing::trace!(doing, path = %path.display(), "the published folder changes");
        let result = if count >= self.stop_after { Err(io::Error::other("stopped by a test")) } else { act() };
        result.map_err(|source| Error::Io { doing, path: path.to_owned(), source })
    }
}

/// The folders of a published path, the outer ones first: `a/b` of `a/b/c.xml` after `a`.
pub(super) fn folders_of(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
