//! A file of another folder as it is: copied beside piece by piece, packed piece by piece, so that none is ever held in
//! memory. One that has the length and the time of change of what is published is not read at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::plan::{coded_path, codings};
use super::{Error, Folder, disk, refuse_foreign_at, staged};
use crate::model::{Coding, EditionFile, MAX_STATIC_FILE_BYTES, Timestamp};
use crate::publish::compress::compress_into;

/// A file to publish that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Relative to the published folder.
    pub path: String,
    /// As served.
    pub media_type: String,
    /// Where it lies.
    pub from: PathBuf,
}

/// What became of it.
#[derive(Debug)]
pub enum Copied {
    /// It is part of the next edition.
    Done,
    /// A file lies where a folder is needed or the other way round, and goes with the next edition.
    InTheWay,
    /// Another file of the next edition has its path, or that of its packed forms.
    Taken,
    /// It could not be read; what was published of it stays.
    Unreadable(io::Error),
}

impl Folder {
    /// Takes a file of another folder into the next edition.
    ///
    /// # Errors
    /// As [`Folder::stage`].
    pub fn stage_copy(&mut self, copy: &Copy, now: Timestamp) -> Result<Copied, Error> {
        let codings = codings(&copy.media_type);
        let paths: Vec<String> = codings.iter().map(|coding| coded_path(&copy.path, *coding)).collect();
        if !self.plan.are_free(&paths) {
            return Ok(Copied::Taken);
        }
        let at = self.disk.at(&copy.path);
        let is_dir = fs::symlink_metadata(&at).is_ok_and(|there| there.is_dir());
        if is_dir || disk::folders_of(&copy.path).any(|folder| self.plan.knows(folder)) {
            return Ok(Copied::InTheWay);
        }
        let (mut source, there) = match open(copy) {
            Ok(opened) => opened,
            Err(error) => {
                self.plan.keep(&copy.path);
                return Ok(Copied::Unreadable(error));
            }
        };
        let modified = there.modified().ok();
        let published = fs::symlink_metadata(&at).ok();
        let is_same = published.is_some_and(|old| old.len() == there.len() && old.modified().ok() == modified);
        if is_same && self.plan.stays_as(&copy.path, &copy.media_type, None) {
            return Ok(Copied::Done);
        }
        refuse_foreign_at(&self.disk, &self.plan, &copy.path, &paths)?;
        self.is_staging = true;
        staged::note(&self.disk, self.staged.is_empty(), paths.iter().map(String::as_str))?;
        self.disk.make_folders(&copy.path)?;
        let beside = self.disk.beside(&copy.path);
        let mut bounded = (&mut source).take(MAX_STATIC_FILE_BYTES);
        let read = self.disk.write_from(&beside, modified, |to| Tally::copy(&mut bounded, to))?;
        let plain = match read {
            Ok(plain) => plain,
            Err(error) => {
                self.disk.remove(&beside)?;
                self.plan.keep(&copy.path);
                return Ok(Copied::Unreadable(error));
            }
        };
        if self.plan.stays_as(&copy.path, &copy.media_type, Some(plain.sha256)) {
            // Touched, with the bytes of before: from now on its new time tells that.
            self.disk.remove(&beside)?;
            self.disk.touch(&at, modified)?;
            return Ok(Copied::Done);
        }
        for coding in codings {
            let written = match coding {
                Coding::Identity => Tally { ..plain },
                coding => self.pack_beside(&beside, &coded_path(&copy.path, *coding), *coding, plain.length)?,
            };
            self.staged.push(EditionFile {
                path: coded_path(&copy.path, *coding),
                length: written.length,
                sha256: written.sha256,
                media_type: copy.media_type.clone(),
                coding: *coding,
                changed: now.whole_seconds(),
                noindex: false,
            });
        }
        self.plan.replace(&copy.path, paths);
        Ok(Copied::Done)
    }

    /// Of the last edition's plain files that nothing was drawn for, those for which `keep` says yes stay.
    pub fn keep(&mut self, keep: impl Fn(&str) -> bool) {
        for path in self.plan.rest().into_iter().filter(|path| keep(path)) {
            self.plan.keep(&path);
        }
    }

    fn pack_beside(&self, plain: &std::path::Path, path: &str, coding: Coding, length: u64) -> Result<Tally, Error> {
        let failed = |source| Error::Io { doing: "read", path: plain.to_owned(), source };
        let mut from = File::open(plain).map_err(failed)?;
        let packed = self.disk.write_from(&self.disk.beside(path), None, |to| {
            let mut tally = Tallying { to, tally: Tally::default(), hasher: Sha256::new() };
            compress_into(&mut from, length, coding, &mut tally)?;
            Ok(Ok(tally.end()))
        })?;
        packed.map_err(failed)
    }
}

/// Opens what is to be copied. Never a pipe: that would wait for its writer.
fn open(copy: &Copy) -> io::Result<(File, fs::Metadata)> {
    if !fs::metadata(&copy.from)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let file = File::open(&copy.from)?;
    let there = file.metadata()?;
    Ok((file, there))
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    length: u64,
    sha256: [u8; 32],
}

impl Tally {
    /// Copies to the end. The outer error is that of writing, the inner one that of reading.
    fn copy(from: &mut impl Read, to: &mut File) -> io::Result<io::Result<Self>> {
        let mut tally = Tallying { to, tally: Self::default(), hasher: Sha256::new() };
        let mut piece = vec![0; 64 * 1024];
        loop {
            match from.read(&mut piece) {
                Ok(0) => return Ok(Ok(tally.end())),
                Ok(count) => tally.write_all(&piece[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Ok(Err(error)),
            }
        }
    }
}

/// Counts and hashes what passes.
struct Tallying<'a> {
    to: &'a mut File,
    tally: Tally,
    hasher: Sha256,
}

impl Tallying<'_> {
    fn end(self) -> Tally {
        Tally { sha256: self.hasher.finalize().into(), ..self.tally }
    }
}

impl Write for Tallying<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.tally.length += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
