//! Whether what the operator lays beside has changed: a number over names, lengths and times of the files. Reads no file.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use xxhash_rust::xxh3::Xxh3;

use super::statics::walk;
use crate::config::Config;
use crate::model::MAX_THEME_FILES;

/// A number that changes when a file is added, removed or written; none where no folder is configured. One that cannot
/// be read has a number too.
pub(super) fn fingerprint(config: &Config) -> Option<u64> {
    let (theme, statics) = (&config.site.theme, &config.publish.statics);
    if theme.is_none() && statics.is_none() {
        return None;
    }
    let mut files: Vec<(String, u64, u128)> =
        theme.iter().flat_map(|theme| theme_files(theme).unwrap_or_default()).collect();
    files.sort();
    let found = statics.iter().flat_map(|root| walk(root, &config.publish.dir).files);
    files.extend(found.map(|file| (file.path, file.length, nanoseconds(Some(file.modified)))));
    let mut hasher = Xxh3::new();
    for (name, length, written) in files {
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&length.to_le_bytes());
        hasher.update(&written.to_le_bytes());
    }
    Some(hasher.digest())
}

fn nanoseconds(at: Option<SystemTime>) -> u128 {
    at.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos())
}

fn theme_files(folder: &Path) -> io::Result<Vec<(String, u64, u128)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.take(16 * MAX_THEME_FILES) {
        let entry = entry?;
        // A link's file is what counts; one that leads nowhere is seen when it does.
        if let Ok(there) = fs::metadata(entry.path()) {
            let written = nanoseconds(there.modified().ok());
            files.push((entry.file_name().to_string_lossy().into_owned(), there.len(), written));
        }
    }
    Ok(files)
}
