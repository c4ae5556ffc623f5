//! What a publisher left that was killed: finishes its edition where all of it is there, else takes it back.
//!
//! The next edition's files are written beside the old ones, then its text, then all are renamed, the text last. So a
//! killed publisher leaves no text and old files that are all untouched, or its text and new ones that are all there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::disk::Disk;
use super::plan::DAMAGED;
use super::{Error, finish, read, staged};
use crate::model::{EDITION_FILE, Edition, EditionFile};

/// Where the next edition's text lies until it is renamed.
pub(super) const NEXT_FILE: &str = ".edition.next";

/// Puts the folder right and gives the edition that stands in it. Its `look` is empty where files of it are missing
/// or not its own: then everything has to be drawn anew.
///
/// # Errors
/// [`Error::Io`]; [`Error::Unreadable`] when the edition file itself is damaged.
pub(super) fn recover(disk: &Disk) -> Result<Option<Edition>, Error> {
    let last = read(disk.root(), EDITION_FILE)?;
    // A next edition that cannot be read never came so far that a file of it was renamed.
    let next = read(disk.root(), NEXT_FILE).ok().flatten();
    let edition = match next {
        Some(next) if can_finish(disk, last.as_ref(), &next) => {
            finish(disk, last.as_ref(), &next)?;
            Some(next)
        }
        Some(next) => take_back(disk, last, &next)?,
        None => last,
    };
    disk.remove(&disk.at(NEXT_FILE))?;
    disk.remove(&disk.beside(EDITION_FILE))?;
    staged::take_back(disk)?;
    Ok(edition.map(|edition| distrust_missing(disk, edition)))
}

/// The rows of an edition whose bytes are not those of the one before it.
pub(super) fn differing<'a>(last: Option<&Edition>, next: &'a Edition) -> Vec<&'a EditionFile> {
    let before: BTreeMap<&str, &EditionFile> =
        last.iter().flat_map(|edition| &edition.files).map(|row| (row.path.as_str(), row)).collect();
    next.files.iter().filter(|row| before.get(row.path.as_str()).is_none_or(|old| old.sha256 != row.sha256)).collect()
}

fn can_finish(disk: &Disk, last: Option<&Edition>, next: &Edition) -> bool {
    let is_there = |row: &&EditionFile| holds(&disk.beside(&row.path), row) || holds(&disk.at(&row.path), row);
    differing(last, next).iter().all(is_there)
}

/// Removes what the killed publisher wrote beside. Where it had begun to rename all the same (the disk lost what it
/// had called durable), the old rows that lost their bytes are marked, so that they are written anew.
fn take_back(disk: &Disk, last: Option<Edition>, next: &Edition) -> Result<Option<Edition>, Error> {
    let old: BTreeSet<&str> = last.iter().flat_map(|edition| &edition.files).map(|row| row.path.as_str()).collect();
    let mut touched = BTreeSet::new();
    for row in differing(last.as_ref(), next) {
        disk.remove(&disk.beside(&row.path))?;
        if old.contains(row.path.as_str()) {
            touched.insert(row.path.clone());
        } else {
            if holds(&disk.at(&row.path), row) {
                disk.remove(&disk.at(&row.path))?;
            }
            disk.remove_empty_folders(&row.path)?;
        }
    }
    Ok(last.map(|mut edition| {
        for row in edition.files.iter_mut().filter(|row| touched.contains(&row.path)) {
            if !holds(&disk.at(&row.path), row) {
                row.sha256 = DAMAGED;
                edition.look.clear();
            }
        }
        edition
    }))
}

/// Marks rows whose file is gone or has another length, as when somebody tidied up by hand.
fn distrust_missing(disk: &Disk, mut edition: Edition) -> Edition {
    for row in &mut edition.files {
        let there = fs::symlink_metadata(disk.at(&row.path));
        if !there.is_ok_and(|there| there.is_file() && there.len() == row.length) {
            row.sha256 = DAMAGED;
            edition.look.clear();
        }
    }
    edition
}

/// Whether the file there has the row's bytes.
fn holds(path: &Path, row: &EditionFile) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_file() && there.len() == row.length)
        && hash_of(path).is_ok_and(|sha256| sha256 == row.sha256)
}

fn hash_of(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().into()),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// The folders in which the paths lie, each once.
pub(super) fn folders<'a>(disk: &Disk, paths: impl Iterator<Item = &'a str>) -> BTreeSet<PathBuf> {
    paths.map(|path| disk.at(path)).filter_map(|path| path.parent().map(Path::to_owned)).collect()
}
