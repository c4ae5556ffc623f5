//! Who may poll a store, or publish into a folder: one process at a time, held by the kernel.
//!
//! A locked file beside what it guards; it holds the owner's number for people. The kernel gives the lock back when the
//! process ends, however it ends; the file itself stays.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A lock that is held as long as this value lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why a lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("{}: held by process {}; end it or try again", path.display(), pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string()))]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// The owner, where it said so.
        pid: Option<u32>,
    },
    /// The lock file cannot be made.
    #[error("{}: cannot be opened or written ({cause}); {}", path.display(), remedy(cause))]
    Io {
        /// The lock file.
        path: PathBuf,
        /// In the system's words.
        cause: std::io::Error,
    },
}

/// What to do about it.
fn remedy(cause: &std::io::Error) -> &'static str {
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        _ => "mend the rights of the folder",
    }
}

/// What stands behind the number of a holder that takes asks.
const TAKES_ASKS: &str = "takes asks";

impl Lock {
    /// The lock of the one process that polls into the store at `database`.
    ///
    /// # Errors
    /// [`LockError::Busy`] where another process polls.
    pub fn poller(database: &Path) -> Result<Self, LockError> {
        Self::take(&lock_file(database))
    }

    /// Says in the lock file that its holder takes what other commands ask for (`store`'s asks).
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn takes_asks(&mut self) -> std::io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        writeln!(self.file, "{TAKES_ASKS}")
    }

    /// True when a process holds the lock of the store at `database` and takes asks.
    #[must_use]
    pub fn is_held_by_taker(database: &Path) -> bool {
        let said = || std::fs::read_to_string(lock_file(database)).is_ok_and(|text| text.contains(TAKES_ASKS));
        Self::is_held(database) && said()
    }

    /// True when a process holds the lock of the store at `database`. Makes no file.
    #[must_use]
    pub fn is_held(database: &Path) -> bool {
        let open = File::open(lock_file(database));
        open.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Takes the lock file at `path` without waiting; makes it, and its folder, where it is missing.
    ///
    /// # Errors
    /// [`LockError::Busy`] where another process has it; [`LockError::Io`] where it cannot be made.
    pub fn take(path: &Path) -> Result<Self, LockError> {
        let failed = |cause| LockError::Io { path: path.to_owned(), cause };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Busy { path: path.to_owned(), pid: owner(&mut file) });
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let sign = |file: &mut File| -> std::io::Result<()> {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            writeln!(file, "{}", std::process::id())
        };
        sign(&mut file).map_err(failed)?;
        Ok(Self { file })
    }
}

/// The lock file of a store lies beside it.
fn lock_file(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    database.with_file_name(name)
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nobody shall be named as the owner of a free lock; the kernel unlocks in any case.
        let _ = self.file.set_len(0);
    }
}

/// The number in a lock file. A number is short; anything longer is not read.
fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(64).read_to_string(&mut text).ok()?;
    text.lines().next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_and_the_other_hears_which() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("data/warta.db");
        let first = Lock::poller(&database).unwrap();
        match Lock::poller(&database) {
            Err(LockError::Busy { pid, path }) => {
                assert_eq!(pid, Some(std::process::id()));
                assert_eq!(path, folder.path().join("data/warta.db.lock"));
            }
            other => panic!("{other:?}"),
        }
        drop(first);
        Lock::poller(&database).unwrap();
    }

    #[test]
    fn a_folder_in_the_way_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(LockError::Io { .. })));
    }

    #[test]
    fn what_to_do_follows_from_the_cause() {
        let told =
            |kind: ErrorKind| LockError::Io { path: "data/warta.db.lock".into(), cause: kind.into() }.to_string();
        assert!(told(ErrorKind::StorageFull).ends_with("make room on the disk"));
        assert!(told(ErrorKind::PermissionDenied).ends_with("mend the rights of the folder"));
    }
}
