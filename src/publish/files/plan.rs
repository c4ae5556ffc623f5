//! What has to be done to the folder: the last edition, what is drawn and what is kept in, lists out. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::{Error, NewFile};
use crate::model::{Coding, Edition, EditionFile, Timestamp, is_published_path};
use crate::publish::compress::is_text;

/// Stands for the hash of a published file that is gone or has other bytes: no file has it.
pub(super) const DAMAGED: [u8; 32] = [0; 32];

/// A drawn file and what becomes of it.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) file: NewFile,
    pub(super) sha256: [u8; 32],
    /// When its bytes last changed: now, unless the last edition had the same ones.
    pub(super) changed: Timestamp,
}

/// What becomes of the last edition and of what is drawn, file by file.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Rows of the last edition of which nothing was drawn yet, by plain path.
    before: BTreeMap<String, Vec<EditionFile>>,
    /// Paths of the last edition.
    known: BTreeSet<String>,
    /// Paths that were drawn, with their packed forms.
    taken: BTreeSet<String>,
    /// What does not have to be written.
    rest: Rest,
}

/// What has to be done besides writing.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// Rows of files that stay as they are.
    pub(super) stay: Vec<EditionFile>,
    /// Plain files among them.
    pub(super) unchanged: u64,
    /// Paths of the last edition that the next one does not name.
    pub(super) remove: BTreeSet<String>,
    /// Plain files among them.
    pub(super) removed: u64,
}

/// The codings in which files of a media type are written, the plain one last, so that whoever sees a new plain file
/// finds its packed forms.
pub(super) fn codings(media_type: &str) -> &'static [Coding] {
    if is_text(media_type) { &[Coding::Brotli, Coding::Gzip, Coding::Identity] } else { &[Coding::Identity] }
}

/// Where a coding of a plain file is written.
pub(super) fn coded_path(plain: &str, coding: Coding) -> String {
    format!("{plain}{}", coding.suffix())
}

impl Plan {
    pub(super) fn new(last: &Edition) -> Self {
        let mut plan = Self::default();
        for row in &last.files {
            plan.known.insert(row.path.clone());
            plan.before.entry(row.plain_path().to_owned()).or_default().push(row.clone());
        }
        plan
    }

    /// Whether the last edition names this path.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.known.contains(path)
    }

    /// Since when the plain file of this path is as it is; none where it cannot stay so.
    pub(super) fn stands_since(&self, path: &str) -> Option<Timestamp> {
        let rows = self.before.get(path)?;
        let whole = rows.iter().all(|row| row.sha256 != DAMAGED && !self.taken.contains(&row.path));
        rows.iter().map(|row| row.changed).max().filter(|_| whole)
    }

    /// Takes in drawn files; gives those that have to be packed and written.
    ///
    /// # Errors
    /// [`Error::Path`] for a drawn path that may not be published or that was drawn twice.
    pub(super) fn place(&mut self, drawn: Vec<NewFile>, now: Timestamp) -> Result<Vec<Drawn>, Error> {
        for file in &drawn {
            for path in codings(&file.media_type).iter().map(|coding| coded_path(&file.path, *coding)) {
                if !is_published_path(&path) || !self.taken.insert(path.clone()) {
                    return Err(Error::Path { path });
                }
            }
        }
        Ok(drawn.into_iter().filter_map(|file| self.place_one(file, now)).collect())
    }

    fn place_one(&mut self, file: NewFile, now: Timestamp) -> Option<Drawn> {
        let rows = self.before.remove(file.path.as_str()).unwrap_or_default();
        let sha256: [u8; 32] = Sha256::digest(&file.bytes).into();
        let wanted = codings(&file.media_type);
        let same = rows.iter().find(|row| row.coding == Coding::Identity && row.sha256 == sha256);
        let has_all = wanted.iter().all(|coding| rows.iter().any(|row| row.coding == *coding && row.sha256 != DAMAGED));
        let others = rows.iter().filter(|row| !wanted.contains(&row.coding));
        self.rest.remove.extend(others.map(|row| row.path.clone()));
        match same {
            Some(_) if has_all => {
                self.rest.unchanged += 1;
                let rows = rows.into_iter().filter(|row| wanted.contains(&row.coding));
                self.rest.stay.extend(rows.map(|row| EditionFile {
                    media_type: file.media_type.clone(),
                    noindex: file.noindex,
                    ..row
                }));
                None
            }
            _ => {
                let changed = same.map_or(now.whole_seconds(), |row| row.changed);
                Some(Drawn { file, sha256, changed })
            }
        }
    }

    /// Whether no file of the next edition has one of these paths.
    pub(super) fn are_free(&self, paths: &[String]) -> bool {
        paths.iter().all(|path| is_published_path(path) && !self.taken.contains(path))
    }

    /// Lets a file of the last edition stay, with its packed forms, if it has these bytes (or whatever it has) and all
    /// that it needs. False where it cannot stay.
    pub(super) fn stays_as(&mut self, path: &str, media_type: &str, sha256: Option<[u8; 32]>) -> bool {
        let Some(rows) = self.before.get(path) else { return false };
        let wanted = codings(media_type);
        let has = |coding: &Coding| rows.iter().any(|row| row.coding == *coding && row.sha256 != DAMAGED);
        let is_same =
            |row: &EditionFile| sha256.is_none_or(|sha256| row.sha256 == sha256) && row.media_type == media_type;
        let plain = rows.iter().find(|row| row.coding == Coding::Identity);
        if rows.len() != wanted.len() || !wanted.iter().all(has) || !plain.is_some_and(is_same) {
            return false;
        }
        self.keep(path);
        true
    }

    /// Lets a file of the last edition stay, if all of it is there.
    pub(super) fn keep(&mut self, path: &str) {
        if self.stands_since(path).is_some()
            && let Some(rows) = self.before.remove(path)
        {
            self.taken.extend(rows.iter().map(|row| row.path.clone()));
            self.rest.unchanged += 1;
            self.rest.stay.extend(rows);
        }
    }

    /// A file was written beside under these paths, in place of what the last edition had there.
    pub(super) fn replace(&mut self, path: &str, paths: Vec<String>) {
        let rows = self.before.remove(path).unwrap_or_default();
        self.rest.remove.extend(rows.into_iter().map(|row| row.path));
        self.taken.extend(paths);
    }

    /// Plain paths of the last edition for which nothing was drawn or kept yet.
    pub(super) fn rest(&self) -> Vec<String> {
        self.before.keys().cloned().collect()
    }

    /// All is drawn: of the rest of the last edition the plain files for which `keep` says yes stay, with their packed
    /// forms.
    pub(super) fn finish(self, keep: impl Fn(&str) -> bool) -> Rest {
        let Self { before, taken, mut rest, .. } = self;
        for (path, rows) in before {
            if keep(&path) && rows.iter().all(|row| row.sha256 != DAMAGED && !taken.contains(&row.path)) {
                rest.unchanged += 1;
                rest.stay.extend(rows);
            } else {
                rest.removed += u64::from(!taken.contains(&path));
                rest.remove.extend(rows.into_iter().map(|row| row.path));
            }
        }
        // What another file's packed form is now, is written and not removed.
        rest.remove.retain(|path| !taken.contains(path));
        rest
    }
}
