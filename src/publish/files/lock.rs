//! The lock that keeps two publishers out of one folder: a file that holds the owner's process id while it is locked.
//! The system takes the lock back when its owner ends, however that happens.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::Error;

/// Name of the lock file in the published folder.
const LOCK_FILE: &str = "publish.lock";
/// How long to wait between two looks at a lock that another one holds.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Bytes read of a lock file: a process id and a line end.
const MAX_PID_BYTES: u64 = 20;

/// Takes the folder's lock, waiting as long as `patience` for it. It is held until the file is dropped.
///
/// # Errors
/// [`Error::Busy`] when another publisher still holds it, [`Error::Foreign`] when something else than a file bears
/// the lock's name, [`Error::Io`] when it cannot be opened or written.
pub(super) fn take(folder: &Path, patience: Duration) -> Result<File, Error> {
    let path = folder.join(LOCK_FILE);
    if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
        return Err(Error::Foreign { path });
    }
    let failed = |source| Error::Io { doing: "lock", path: path.clone(), source };
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    let asked = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if asked.elapsed() < patience => thread::sleep(LOOK_AGAIN),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy { folder: folder.to_owned(), pid: owner(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
    sign(&mut file).map_err(failed)?;
    Ok(file)
}

/// The process id is for people; nothing depends on it, so it need not be durable.
fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(MAX_PID_BYTES).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
