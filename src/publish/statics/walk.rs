//! A folder in, its files out, within bounds and in the order of their paths. Never leaves the folder: a link to a folder
//! is left out, one to a file counts where that lies inside.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::model::{
    MAX_STATIC_BYTES, MAX_STATIC_DEPTH, MAX_STATIC_FILE_BYTES, MAX_STATIC_FILES, Trouble, is_published_path,
};

/// Troubles that are told one by one; of the rest the number.
const MAX_TOLD: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub(in crate::publish) struct Walked {
    pub(in crate::publish) files: Vec<Found>,
    pub(in crate::publish) troubles: Vec<Trouble>,
    /// False where the folder itself could not be read: nothing is known of its files then.
    pub(in crate::publish) is_there: bool,
}

/// A file.
#[derive(Debug)]
pub(in crate::publish) struct Found {
    /// Relative to the folder, `/` between parts.
    pub(in crate::publish) path: String,
    /// Where it lies.
    pub(in crate::publish) from: PathBuf,
    pub(in crate::publish) length: u64,
    pub(in crate::publish) modified: SystemTime,
}

/// Looks through `root`. `published` is the folder that is published into: it is never read.
pub(in crate::publish) fn walk(root: &Path, published: &Path) -> Walked {
    let mut walk =
        Walk { canonical: PathBuf::new(), files: BTreeMap::new(), bytes: 0, troubles: Vec::new(), untold: 0 };
    let overlap = || io::Error::other("it lies in the published folder, or that in it");
    let is_apart =
        |root: &Path| fs::canonicalize(published).map_or(true, |dir| !root.starts_with(&dir) && !dir.starts_with(root));
    let opened = fs::canonicalize(root).and_then(|at| if is_apart(&at) { Ok(at) } else { Err(overlap()) });
    let walked = opened.and_then(|canonical| {
        walk.canonical = canonical;
        walk.folder(root, "", 0)
    });
    if let Err(error) = walked {
        let message = format!("the folder of [publish] static cannot be used: {error}");
        walk.tell(root, &message, "what was published of it last stays");
        return Walked { files: Vec::new(), troubles: walk.told(root), is_there: false };
    }
    let troubles = walk.told(root);
    Walked { files: walk.files.into_values().collect(), troubles, is_there: true }
}

struct Walk {
    canonical: PathBuf,
    files: BTreeMap<String, Found>,
    bytes: u64,
    troubles: Vec<Trouble>,
    untold: usize,
}

impl Walk {
    /// Goes through a folder and those in it; recurses no deeper than [`MAX_STATIC_DEPTH`].
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        let mut entries: Vec<DirEntry> = Vec::new();
        for entry in fs::read_dir(folder)? {
            entries.push(entry?);
            if entries.len() > MAX_STATIC_FILES {
                self.tell(folder, &format!("it holds more than {MAX_STATIC_FILES} files"), "the rest is left out");
                break;
            }
        }
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            let at = entry.path();
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                self.tell(&at, "its name is no UTF-8", "it is left out; give it another one");
                continue;
            };
            let path = format!("{prefix}{name}");
            let Ok(kind) = entry.file_type() else { continue };
            // What begins with a dot is an editor's or a tool's, but for the one folder that the web knows (RFC 8615).
            if name.starts_with('.') && !(path == ".well-known" && kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.inner(&at, &path, depth + 1);
            } else if kind.is_symlink() {
                self.link(at, path);
            } else {
                let there = entry.metadata();
                self.file(at, path, there);
            }
        }
        Ok(())
    }

    fn inner(&mut self, at: &Path, path: &str, depth: usize) {
        if depth > MAX_STATIC_DEPTH {
            return self.tell(at, &format!("it lies more than {MAX_STATIC_DEPTH} folders deep"), "it is left out");
        }
        if let Err(error) = self.folder(at, &format!("{path}/"), depth) {
            self.tell(at, &format!("it cannot be read: {error}"), "it is left out");
        }
    }

    fn link(&mut self, at: PathBuf, path: String) {
        match fs::canonicalize(&at) {
            Ok(to) if !to.starts_with(&self.canonical) => {
                self.tell(&at, "it leads out of the folder", "it is left out")
            }
            Ok(to) if to.is_dir() => self.tell(&at, "it leads to a folder", "it is left out"),
            Ok(to) => {
                let there = fs::metadata(&to);
                self.file(to, path, there);
            }
            Err(error) => self.tell(&at, &format!("it leads nowhere: {error}"), "it is left out"),
        }
    }

    fn file(&mut self, from: PathBuf, path: String, there: io::Result<Metadata>) {
        let there = match there {
            Ok(there) if there.is_file() => there,
            Ok(_) => return self.tell(&from, "it is neither file nor folder", "it is left out"),
            Err(error) => return self.tell(&from, &format!("it cannot be read: {error}"), "it is left out"),
        };
        let length = there.len();
        if !is_published_path(&path) {
            return self.tell(&from, "its name cannot be published", "it is left out; give it another one");
        }
        if length > MAX_STATIC_FILE_BYTES {
            return self.tell(&from, &format!("it is over {MAX_STATIC_FILE_BYTES} bytes"), "it is left out");
        }
        if self.files.len() >= MAX_STATIC_FILES || self.bytes + length > MAX_STATIC_BYTES {
            let message = format!("the folder holds more than {MAX_STATIC_FILES} files or {MAX_STATIC_BYTES} bytes");
            return self.tell(&from, &message, "it is left out");
        }
        self.bytes += length;
        let modified = there.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        self.files.insert(path.clone(), Found { path, from, length, modified });
    }

    fn tell(&mut self, at: &Path, message: &str, hint: &str) {
        if self.troubles.len() >= MAX_TOLD {
            self.untold += 1;
            return;
        }
        let file = at.display().to_string();
        self.troubles.push(Trouble { file, line: None, message: message.to_owned(), hint: hint.to_owned() });
    }

    fn told(&mut self, root: &Path) -> Vec<Trouble> {
        let mut troubles = std::mem::take(&mut self.troubles);
        if self.untold > 0 {
            let file = root.display().to_string();
            let message = format!("{} more of its files cannot be published", self.untold);
            troubles.push(Trouble { file, line: None, message, hint: "mend those above first".to_owned() });
        }
        troubles
    }
}
