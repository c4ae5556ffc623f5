//! Whether what the operator lays beside has changed: a number over names, lengths and times of the files. Reads no file.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use xxhash_rust::xxh3::Xxh3;

use crate::config::Config;
use crate::model::MAX_THEME_FILES;

/// A number that changes when a file is added, removed or written; none where no folder is configured. One that cannot
/// be read has a number too.
pub(super) fn fingerprint(config: &Config) -> Option<u64> {
    let theme = config.site.theme.as_ref()?;
    let mut hasher = Xxh3::new();
    let mut files = theme_files(theme).unwrap_or_default();
    files.sort();
    for (name, length, written) in files {
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&length.to_le_bytes());
        hasher.update(&written.to_le_bytes());
    }
    Some(hasher.digest())
}

fn theme_files(folder: &Path) -> io::Result<Vec<(String, u64, u128)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.take(16 * MAX_THEME_FILES) {
        let entry = entry?;
        // A link's file is what counts; one that leads nowhere is seen when it does.
        if let Ok(there) = fs::metadata(entry.path()) {
            let written = there.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let written = written.map_or(0, |at| at.as_nanos());
            files.push((entry.file_name().to_string_lossy().into_owned(), there.len(), written));
        }
    }
    Ok(files)
}
