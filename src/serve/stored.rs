//! The bytes of published files: read, checked against what the edition says of them, and sent on in bounded pieces.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use sha2::{Digest, Sha256};

/// Bytes read from a disk at a time, for each answer.
const PIECE: usize = 64 * 1024;

/// What tells one file from another that takes its name: whoever publishes renames a new file into its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Identity {
    pub(super) fn of(there: &Metadata) -> Self {
        let changed = (there.mtime(), there.mtime_nsec());
        Self { device: there.dev(), inode: there.ino(), length: there.len(), changed }
    }
}

/// A file of the edition that is opened anew for each answer.
#[derive(Debug)]
pub(super) struct Cold {
    path: PathBuf,
    length: u64,
    pub(super) sha256: [u8; 32],
    /// The file that was read through last, and whether it had the right bytes.
    seen: Mutex<Option<(Identity, bool)>>,
}

impl Cold {
    pub(super) fn new(path: PathBuf, length: u64, sha256: [u8; 32]) -> Self {
        Self { path, length, sha256, seen: Mutex::new(None) }
    }

    /// Opens the file if it has the bytes that the edition says; reads it through once for each file that is put there.
    /// `None` when it has others: the next edition is on its way.
    pub(super) fn open(&self) -> io::Result<Option<File>> {
        let (mut file, there) = open_regular(&self.path)?;
        if there.len() != self.length {
            return Ok(None);
        }
        let identity = Identity::of(&there);
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = match seen {
            Some((known, is_right)) if known == identity => is_right,
            _ => {
                let is_right = hash_of(&mut file)? == self.sha256;
                *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((identity, is_right));
                is_right
            }
        };
        Ok(is_right.then_some(file))
    }
}

/// The whole file if it has exactly these bytes; `None` if it has others or is not there.
pub(super) fn read_exactly(path: &Path, length: u64, sha256: [u8; 32]) -> Option<Bytes> {
    let (file, there) = open_regular(path).ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).ok().filter(|_| there.len() == length)?);
    file.take(length + 1).read_to_end(&mut bytes).ok()?;
    (<[u8; 32]>::from(Sha256::digest(&bytes)) == sha256).then(|| Bytes::from(bytes))
}

/// Sends a range of a file, piece by piece, each read away from the threads that answer.
pub(super) async fn send(mut file: File, range: Range<u64>) -> io::Result<Body> {
    let start = range.start;
    let file = blocking(move || file.seek(SeekFrom::Start(start)).map(|_| file)).await?;
    let pieces = futures_util::stream::try_unfold((file, range.end - range.start), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let (file, piece) = blocking(move || {
            let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
            file.read_exact(&mut piece)?;
            Ok((file, piece))
        })
        .await?;
        let left = left - piece.len() as u64;
        Ok::<_, io::Error>(Some((Bytes::from(piece), (file, left))))
    });
    Ok(Body::from_stream(pieces))
}

/// Runs what may wait for a disk on a thread that may wait.
pub(super) async fn blocking<Done: Send + 'static>(
    work: impl FnOnce() -> io::Result<Done> + Send + 'static,
) -> io::Result<Done> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Opens a file, never through a symbolic link in its place and never anything but a file.
fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    let named = fs::symlink_metadata(path)?;
    if !named.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let file = File::open(path)?;
    let there = file.metadata()?;
    if Identity::of(&there) != Identity::of(&named) {
        return Err(io::Error::other("replaced while it was opened"));
    }
    Ok((file, there))
}

fn hash_of(file: &mut File) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finalize().into()),
            count => hasher.update(&piece[..count]),
        }
    }
}
