//! What has to be done to the folder: the last edition, what was drawn and what is kept in, lists out. No I/O.

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

/// What has to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// To be packed and written.
    pub(super) write: Vec<Drawn>,
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

/// # Errors
/// [`Error::Path`] for a drawn path that may not be published or that was drawn twice.
pub(super) fn plan(
    last: &Edition,
    drawn: Vec<NewFile>,
    keep: impl Fn(&str) -> bool,
    now: Timestamp,
) -> Result<Plan, Error> {
    let mut before: BTreeMap<&str, Vec<&EditionFile>> = BTreeMap::new();
    for row in &last.files {
        before.entry(row.plain_path()).or_default().push(row);
    }
    let mut plan = Plan::default();
    let mut taken = BTreeSet::new();
    for file in drawn {
        let paths: Vec<String> = codings(&file.media_type).iter().map(|c| coded_path(&file.path, *c)).collect();
        for path in paths {
            if !is_published_path(&path) || !taken.insert(path.clone()) {
                return Err(Error::Path { path });
            }
        }
        place(&mut plan, before.remove(file.path.as_str()).unwrap_or_default(), file, now);
    }
    for (path, rows) in before {
        if keep(path) && rows.iter().all(|row| row.sha256 != DAMAGED && !taken.contains(&row.path)) {
            plan.unchanged += 1;
            plan.stay.extend(rows.into_iter().cloned());
        } else {
            plan.removed += u64::from(!taken.contains(path));
            plan.remove.extend(rows.into_iter().map(|row| row.path.clone()).filter(|path| !taken.contains(path)));
        }
    }
    Ok(plan)
}

fn place(plan: &mut Plan, rows: Vec<&EditionFile>, file: NewFile, now: Timestamp) {
    let sha256: [u8; 32] = Sha256::digest(&file.bytes).into();
    let wanted = codings(&file.media_type);
    let same = rows.iter().find(|row| row.coding == Coding::Identity && row.sha256 == sha256);
    let has_all = wanted.iter().all(|coding| rows.iter().any(|row| row.coding == *coding && row.sha256 != DAMAGED));
    for row in &rows {
        if !wanted.contains(&row.coding) {
            plan.remove.insert(row.path.clone());
        }
    }
    match same {
        Some(_) if has_all => {
            plan.unchanged += 1;
            let rows = rows.into_iter().filter(|row| wanted.contains(&row.coding)).cloned();
            plan.stay.extend(rows.map(|row| EditionFile {
                media_type: file.media_type.clone(),
                noindex: file.noindex,
                ..row
            }));
        }
        _ => {
            let changed = same.map_or(now.whole_seconds(), |row| row.changed);
            plan.write.push(Drawn { file, sha256, changed });
        }
    }
}
