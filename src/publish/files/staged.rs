//! Which files lie beside before the next edition's text does: a list, a path a line, written before they are. So what a
//! killed publisher left beside is known for its own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Error;
use super::disk::Disk;
use crate::model::{MAX_EDITION_BYTES, is_published_path};

/// Where the list lies.
const STAGED_FILE: &str = ".edition.staged";

/// Adds paths to the list, which begins anew where they are the `first`.
pub(super) fn note<'a>(disk: &Disk, first: bool, paths: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let lines: String = paths.flat_map(|path| [path, "\n"]).collect();
    let list = disk.at(STAGED_FILE);
    if first {
        disk.write(&list, lines.as_bytes())?;
        disk.sync_folder(disk.root())
    } else {
        disk.append(&list, lines.as_bytes())
    }
}

/// Removes the list; what it names is published.
pub(super) fn forget(disk: &Disk) -> Result<(), Error> {
    disk.remove(&disk.at(STAGED_FILE))
}

/// Removes what the list names and still lies beside, with folders that are empty then, and the list.
pub(super) fn take_back(disk: &Disk) -> Result<(), Error> {
    let list = disk.at(STAGED_FILE);
    let text = match read(&list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(|source| Error::Io { doing: "read", path: list, source })?,
    };
    // Of a line without its end nothing was written yet.
    for path in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        if is_published_path(path) {
            disk.remove(&disk.beside(path))?;
            disk.remove_empty_folders(path)?;
        }
    }
    forget(disk)
}

/// What is no text in it, as after a failure of the disk, is no path of ours.
fn read(list: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(list)?.take(MAX_EDITION_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
